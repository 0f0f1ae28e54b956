"""What became of the readings files that were taken in."""

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QTextBrowser, QVBoxLayout, QWidget

from app.exchange_tasks import TakenTable
from app.panes.review.line_table import LineTable
from app.review_tasks import TakenIn

_MOST_LINES = 50
_COLUMNS = ("File", "Reader", "New ", "Known ", "Taken back ", "Answered ", "Conflicts ")


class TakenInDialog(QDialog):
    """A line for each file, then every refusal and every conflict by itself."""

    def __init__(self, found: Sequence[TakenIn], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Readings taken in")
        self.resize(760, 420)
        self.table = LineTable("Files", _COLUMNS, cut={1: 24})
        self.table.fill([(each.path, _texts(each)) for each in found])
        self.details = QTextBrowser()
        self.details.setPlainText("\n\n".join(details_of(found)))
        self.details.setVisible(bool(self.details.toPlainText()))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(_summary(found), wordWrap=True))
        layout.addWidget(self.table, 2)
        layout.addWidget(self.details, 1)
        layout.addWidget(buttons)


def _summary(found: Sequence[TakenIn]) -> str:
    taken = [each.merged or each.table for each in found]
    counted = [each for each in taken if each is not None]
    new, known = sum(each.added for each in counted), sum(each.known for each in counted)
    refused = len(found) - len(counted)
    text = f"{new:,} new, {known:,} that were there already."
    return text + (f" {refused:,} of {len(found):,} files refused." if refused else "")


def _texts(each: TakenIn) -> tuple[str, ...]:
    merged, table = each.merged, each.table
    if table is not None:
        numbers = f"{table.added:,}", f"{table.known:,}", "", "", f"{table.conflicts:,}"
        return (each.path.name, table.what, *numbers)
    if merged is None:
        return each.path.name, "refused", "", "", "", "", ""
    return (
        each.path.name,
        merged.reader,
        f"{merged.added:,}",
        f"{merged.known:,}",
        f"{merged.retracted:,}",
        f"{merged.answered:,} of {merged.steps:,}",
        f"{len(merged.conflicts):,}",
    )


def details_of(found: Sequence[TakenIn]) -> list[str]:
    """A sentence for each refusal and each conflict."""
    said = [f"Refused: {each.refused}" for each in found if each.refused]
    said += [_left_out(each.path.name, each.table) for each in found if each.table]
    said = [each for each in said if each]
    for each in found:
        for conflict in each.merged.conflicts if each.merged else ():
            answers = " or ".join(
                reading.answers.diagnosis or reading.answers.quality or "an answer"
                for reading in conflict.readings
            )
            said.append(
                f"Conflict: {conflict.reader} answered the case {conflict.code} at the stage "
                f"“{conflict.stage.value}” with {answers}. The oldest counts until you choose, on "
                "the study's page."
            )
    return said


def _left_out(name: str, table: TakenTable) -> str:
    """The lines of a table that were left out, the first ones in full."""
    if not table.problems:
        return ""
    more = len(table.problems) - _MOST_LINES
    lines = [*table.problems[:_MOST_LINES], *([f"and {more:,} more"] if more > 0 else [])]
    return "\n".join((f"Left out of {name}:", *lines))
