"""The decision on a lesion: a class, uncertain or not assessable, with a reason."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.adjudication_session import AdjudicationSession
from app.panes.choice_field import ChoiceField, Option, class_options
from app.panes.field import Asked
from app.panes.widgets import ComboBox, breakable
from model.review.adjudication import Ruling

_ASKED = Asked("decision", "Decision", "", required=True)
_OTHERS = (
    Option("U", Ruling.UNCERTAIN.value, "Uncertain"),
    Option("0", Ruling.NOT_ASSESSABLE.value, "Not assessable"),
)


class DecisionPane(QWidget):
    """Shows the draft, and what was decided last.

    Signals:
        changed: Another decision, reason or comment. Argument: changes by name of `Draft`.
        store_requested, reopen_requested: As the buttons say.
        adjudicator_changed: Argument: under which name the user decides.
        done: The user finished typing or choosing; the keys are the lesion's again.
    """

    changed = Signal(dict)
    store_requested = Signal()
    reopen_requested = Signal()
    adjudicator_changed = Signal(str)
    done = Signal()

    def __init__(self, session: AdjudicationSession, reasons: Sequence[str]) -> None:
        super().__init__()
        self._session = session
        self.field: ChoiceField | None = None
        self._place = QVBoxLayout()
        self.reason = ComboBox()
        self.reason.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.reason.setMinimumContentsLength(12)
        self.reason.addItem("no reason given", "")
        for reason in reasons:
            self.reason.addItem(reason, reason)
        self.comment = QLineEdit()
        self.adjudicator = QLineEdit(placeholderText="your name or code")
        self.store = QPushButton("Store and go on  Enter")
        self.reopen = QPushButton("Reopen")
        self.reopen.setToolTip("Let the lesion wait again; its decisions stay on record")
        self._state = QLabel(wordWrap=True)
        # Its room is kept, so that nothing moves when it has something to say.
        self._state.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self._build_layout()
        self._connect()

    def _build_layout(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Reason  R", self.reason)
        form.addRow("Comment  C", self.comment)
        form.addRow("Decided &by", self.adjudicator)
        self._place.setContentsMargins(0, 0, 0, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(5)
        layout.addLayout(self._place)
        layout.addLayout(form)
        layout.addWidget(self._state)
        layout.addWidget(self.store)
        layout.addWidget(self.reopen)
        layout.addStretch(1)
        for button in (self.store, self.reopen):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _connect(self) -> None:
        session = self._session
        self.reason.activated.connect(
            lambda: self.changed.emit({"reason": self.reason.currentData()})
        )
        self.reason.activated.connect(self.done)
        self.comment.textEdited.connect(lambda text: self.changed.emit({"comment": text}))
        self.comment.returnPressed.connect(self.done)
        self.adjudicator.textEdited.connect(self.adjudicator_changed)
        self.adjudicator.returnPressed.connect(self.done)
        self.store.clicked.connect(lambda _checked=False: self.store_requested.emit())
        self.reopen.clicked.connect(lambda _checked=False: self.reopen_requested.emit())
        session.draft_changed.connect(self._show_draft)

    @property
    def options(self) -> tuple[Option, ...]:
        """What can be decided, with the keys."""
        return self.field.options if self.field else ()

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes among them."""
        return tuple(option.code for option in self.options if option.is_class)

    def show_adjudicator(self, name: str) -> None:
        """Under which name the user decides."""
        self.adjudicator.setText(name)

    def open_reasons(self) -> None:
        """Let the user choose a reason by keyboard."""
        self.reason.setFocus()
        self.reason.showPopup()

    def go_to_comment(self) -> None:
        """Let the user type a comment."""
        self.comment.setFocus()

    def go_to_adjudicator(self) -> None:
        """Let the user type under which name to decide."""
        self.adjudicator.setFocus()

    def set_classes(self, classes: tuple[str, ...]) -> None:
        """Offer these classes, with the digits in their order."""
        if self.field is not None:
            self._place.removeWidget(self.field)
            self.field.deleteLater()
        self.field = ChoiceField(_ASKED, (*class_options(classes), *_OTHERS))
        # The digits come through the menu, wherever the focus is.
        self.field.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.field.changed.connect(self._tell_choice)
        self._place.addWidget(self.field)
        self._show_draft()

    def type_key(self, key: str) -> None:
        """The user pressed a digit, or U."""
        if self.field is not None:
            self.field.type_key(key)

    def show_state(self, text: str, can_store: bool, can_reopen: bool) -> None:
        """Say what was decided before, or why nothing can be stored."""
        self._state.setText(breakable(text))
        self.store.setEnabled(can_store)
        self.reopen.setVisible(can_reopen)

    def _tell_choice(self) -> None:
        if self.field is not None:
            self.changed.emit({"decision": self.field.answer})

    def _show_draft(self) -> None:
        draft = self._session.draft
        if self.field is not None:
            self.field.blockSignals(True)
            self.field.set_answer(draft.decision)
            self.field.blockSignals(False)
        self.reason.setCurrentIndex(max(self.reason.findData(draft.reason), 0))
        if self.comment.text() != draft.comment:
            self.comment.setText(draft.comment)
