"""What readers, network and recorded label say of a lesion."""

import html

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.adjudication_session import AdjudicationSession, Said
from app.panes.class_bars import ClassBars
from app.panes.widgets import breakable, note
from app.study_words import STAGES
from model.taxonomy import lesion_class

_TEACHING = {
    "teaching case": "The label stands on histology: a case to learn from.",
    "suspect label": "Nobody examined tissue: the label itself may be wrong.",
}
_LONGEST = 60  # letters of a comment beside the answers
_SEEN = "The classifier was made with this lesion: its answer proves nothing."


class ClaimsPane(QScrollArea):
    """The right side of Adjudicate.

    Signals:
        names_chosen: Argument: whether readers' names are shown. That they were is recorded.
    """

    names_chosen = Signal(bool)

    def __init__(self, session: AdjudicationSession) -> None:
        super().__init__()
        self._session = session
        self._patterns = QLabel(wordWrap=True)
        self._readers = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self.names = QCheckBox("Show readers' names (recorded)")
        self._network = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self._bars = ClassBars()
        self._seen = note()
        self._label = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self._kind = note()
        self._comments = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self._content = QWidget()
        self._build_layout()
        self.names.toggled.connect(self.names_chosen)
        session.lesion_changed.connect(self._show_lesion)
        session.said_changed.connect(self._show_said)
        self._show_lesion()
        self._show_said()

    def _build_layout(self) -> None:
        content = self._content
        layout = QVBoxLayout(content)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(5)
        for widget in (
            self._patterns,
            self._readers,
            self.names,
            _line(),
            self._network,
            self._bars,
            self._seen,
            _line(),
            self._label,
            self._kind,
            self._comments,
        ):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _show_lesion(self) -> None:
        item, records = self._session.item, self._session.records
        self._content.setVisible(bool(records))
        if not records:
            return
        patterns = item.patterns if item else ()
        self._patterns.setText("\n".join(text[0].upper() + text[1:] for text in patterns))
        self._patterns.setVisible(bool(patterns))
        first = records[0]
        basis = f"by {first.basis}" if first.basis else "basis not recorded"
        label = _class_text(first.label) + f"<br>{basis}" if first.label else "none"
        self._label.setText(f"<b>Recorded label:</b> {label}")
        self._kind.setText(_TEACHING.get(item.kind, "") if item else "")
        self._kind.setVisible(bool(self._kind.text()))
        self._seen.setText(_SEEN)
        self._seen.setVisible(bool(item and item.seen))

    def show_network(
        self, name: str, classes: tuple[str, ...], shares: list[float], logits: list[float]
    ) -> None:
        """Show a classifier's probabilities for the chosen photograph; empty for none."""
        self._network.setText(
            "<b>Network</b>, this photograph" + ("" if shares else ": no prediction")
        )
        self._network.setToolTip(name)
        self._bars.show_classes(classes if shares else (), shares, logits)
        self._bars.setVisible(bool(shares))
        first = self._session.records[0] if self._session.records else None
        self._bars.mark(label=first.label if first else "", drawn="")

    @property
    def network_text(self) -> str:
        """What is said of the network beside its bars."""
        return self._network.text()

    @property
    def readers_text(self) -> str:
        """What is shown of the readings, as rich text."""
        return self._readers.text()

    @property
    def comments_text(self) -> str:
        """The comments that were cut, whole, as rich text."""
        return self._comments.text()

    def _show_said(self) -> None:
        session = self._session
        long = [each for each in session.said if _is_long(each.answers.comment)]
        self._comments.setText("<br>".join(map(_comment_text, long)))
        self._comments.setVisible(bool(long))
        self.names.blockSignals(True)
        self.names.setChecked(session.names_shown)
        self.names.blockSignals(False)
        self.names.setVisible(bool(session.said))
        self._readers.setText(
            "".join(_said_text(each, named=session.names_shown) for each in session.said)
            or "Nobody has read this lesion."
        )


def _line() -> QFrame:
    line = QFrame(frameShape=QFrame.Shape.HLine, frameShadow=QFrame.Shadow.Plain)
    line.setEnabled(False)
    return line


def _class_text(code: str) -> str:
    known = lesion_class(code)
    chip = f"<span style='color:{known.colour}'>▌</span>"
    return f"{chip}<b>{html.escape(code)}</b> {html.escape(known.name)}"


def _is_long(comment: str) -> bool:
    """Whether a comment stands whole below everything else, so that it pushes no reader down."""
    return len(comment) > _LONGEST


def _comment_text(said: Said) -> str:
    return f"<b>{said.letter}</b>&nbsp; “{html.escape(breakable(said.answers.comment))}”"


def _said_text(said: Said, *, named: bool) -> str:
    answers, comment = said.answers, said.answers.comment
    if _is_long(comment):
        comment = f"{comment[: _LONGEST - 1]}…"
    who = html.escape(breakable(f"{said.letter} = {said.reader}") if named else said.letter)
    facts = [
        f"or {answers.second_choice}" if answers.second_choice else "",
        "" if answers.malignant is None else f"malignant {answers.malignant:g}",
        "" if answers.confidence is None else f"confidence {answers.confidence:g}",
        answers.management,
        answers.quality if answers.quality != "good" else "",
        STAGES[said.stage] if said.stage != "blind" else "",
        f"“{comment}”" if comment else "",
    ]
    more = html.escape(breakable(", ".join(fact for fact in facts if fact)))
    named_class = _class_text(answers.diagnosis) if answers.diagnosis else "<b>no diagnosis</b>"
    below = f"<div style='margin-left: 14px'>{more}</div>" if more else ""
    return f"<div><b>{who}</b>&nbsp; {named_class}</div>{below}"
