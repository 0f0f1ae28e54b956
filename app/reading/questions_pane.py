"""The questions of a study, answered by keyboard alone."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.panes.field import Field

_WIDTH = 364


class QuestionsPane(QWidget):
    """All questions of a stage; one has the focus.

    Signals:
        store_requested: The reader wants to store the answers.
        undo_requested: The reader wants to take back the answers that were stored last.
    """

    store_requested = Signal()
    undo_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._fields: list[Field] = []
        self._column = QVBoxLayout()
        self._column.setContentsMargins(6, 6, 6, 6)
        self._column.setSpacing(2)
        self._column.addStretch(1)
        content = QWidget()
        content.setLayout(self._column)
        self._scroll = QScrollArea()
        self._scroll.setWidget(content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._notice = QLabel(wordWrap=True)
        self._notice.setContentsMargins(12, 4, 12, 4)
        self._notice.setObjectName("notice")
        self._notice.hide()
        self._undo = _button("Undo  Ctrl+Z", "Take back the answer that was stored last")
        self._store = _button("Store  Enter", "Store the answers and go on")
        self._build_layout()
        self._undo.clicked.connect(lambda _checked=False: self.undo_requested.emit())
        self._store.clicked.connect(lambda _checked=False: self.store_requested.emit())

    def _build_layout(self) -> None:
        buttons = QHBoxLayout()
        buttons.setContentsMargins(12, 6, 12, 10)
        buttons.addWidget(self._undo)
        buttons.addWidget(self._store, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self._notice)
        layout.addLayout(buttons)
        self.setFixedWidth(_WIDTH)

    # -- questions ------------------------------------------------------------------------

    def set_fields(self, fields: Sequence[Field]) -> None:
        """Ask these questions, in this order, from now on."""
        for field in self._fields:
            self._column.removeWidget(field)
            field.deleteLater()
        self._fields = list(fields)
        for number, field in enumerate(fields):
            self._column.insertWidget(number, field)
            field.answered.connect(self._go_on)
            field.step_requested.connect(self.step)
            field.changed.connect(self.clear_notice)

    @property
    def fields(self) -> Sequence[Field]:
        """The questions, in order."""
        return self._fields

    def answers(self) -> dict[str, str]:
        """What was answered, by question; questions without an answer are left out."""
        return {field.asked.name: field.answer for field in self._fields if field.answer}

    def show_answers(self, answers: Mapping[str, str]) -> None:
        """Show answers and go to the first question."""
        for field in self._fields:
            field.set_answer(answers.get(field.asked.name, ""))
        self.clear_notice()
        if self._fields:
            self.go_to(self._fields[0].asked.name)

    def go_to(self, name: str) -> None:
        """Give a question the focus."""
        field = next(each for each in self._fields if each.asked.name == name)
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._scroll.ensureWidgetVisible(field, 0, 12)

    def go_to_open(self) -> None:
        """Give the focus to the first question that has to be answered yet, or to the first."""
        open_fields = (each for each in self._fields if each.asked.required and not each.answer)
        self.go_to(next(open_fields, self._fields[0]).asked.name)

    def step(self, steps: int) -> None:
        """Go to the next question, or to the one before; at the ends it stays."""
        place = self._place() + steps
        if 0 <= place < len(self._fields):
            self.go_to(self._fields[place].asked.name)

    def _go_on(self) -> None:
        """After a choice: to the next question that has to be answered yet, if there is one."""
        for field in self._fields[self._place() + 1 :]:
            if field.asked.required and not field.answer:
                self.go_to(field.asked.name)
                return

    def _place(self) -> int:
        focused = (i for i, field in enumerate(self._fields) if field.has_focus)
        return next(focused, -1)

    # -- what is said ---------------------------------------------------------------------

    def show_notice(self, text: str) -> None:
        """Say something beside the buttons until the next key."""
        self._notice.setText(text)
        self._notice.setAccessibleName(text)
        self._notice.setVisible(bool(text))

    @property
    def notice(self) -> str:
        """What is being said, "" for nothing."""
        return "" if self._notice.isHidden() else self._notice.text()

    def clear_notice(self) -> None:
        """Say nothing."""
        self._notice.hide()

    def set_state(self, *, storing: bool, undoable: bool) -> None:
        """Whether the buttons can be used."""
        self._store.setEnabled(not storing)
        self._undo.setEnabled(undoable and not storing)


def _button(text: str, tip: str) -> QPushButton:
    made = QPushButton(text)
    made.setToolTip(tip)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return made
