"""Every decision on a lesion, the reopened ones too."""

from collections.abc import Sequence

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.panes.review.line_table import LineTable
from app.panes.widgets import note
from model.review.adjudication import Decision

_COLUMNS = ("Decided (UTC)", "By", "Decision", "Reason", "Comment", "Names", "Claims then")
_CUT = {_COLUMNS.index("By"): 12, _COLUMNS.index("Claims then"): 20}
_EMPTY = (
    "Nothing was decided about this lesion yet. Every decision stays here, also when the lesion is "
    "reopened."
)


class HistoryPane(QWidget):
    """Below Adjudicate."""

    def __init__(self) -> None:
        super().__init__()
        self.table = LineTable("History", _COLUMNS, wide=4, cut=_CUT)
        self._pages = QStackedWidget()
        empty = note(_EMPTY)
        empty.setContentsMargins(8, 4, 8, 4)
        self._pages.addWidget(empty)
        self._pages.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self.setMinimumHeight(44)

    def show_decisions(self, decisions: Sequence[Decision], named: bool) -> None:
        """Show a lesion's decisions, the latest first; readers as letters, or with their names."""
        self.table.fill([(each.id, _texts(each, named=named)) for each in reversed(decisions)])
        self._pages.setCurrentIndex(1 if decisions else 0)


def _texts(each: Decision, *, named: bool) -> tuple[str, ...]:
    names = {who: f"{who} = {name}" for who, name in each.readers.items()} if named else {}
    claims = ", ".join(f"{names.get(who, who)} {code}" for who, code in each.claims.items())
    return (
        each.decided[:16].replace("T", " "),
        each.adjudicator,
        each.final_class or each.ruling.value,
        each.reason,
        each.comment,
        "seen" if each.saw_names else "hidden",
        claims,
    )
