"""What is going to be asked, what is withheld and how well, and who reads."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.panes.widgets import note

_PROTECTION = (
    "<b>What is withheld, and how well.</b> This window is a program of its own. It has no file"
    " names, no list of data sets and no other reader's answers, and it opens what belongs to a"
    " later stage only when that stage begins. That keeps an honest reader from accident and"
    " temptation. It is no protection against someone who means to look: the later stages are in"
    " the study file, and so is the key to them."
)
_STORING = (
    "Every answer is on the disk before the next photograph appears. Close the window whenever you"
    " like, and start again with the same name or code: it goes on where you stopped."
)


class StartPane(QScrollArea):
    """The first page.

    Signals:
        begin_requested: The reader wants to begin or go on. Argument: the name or code.
    """

    begin_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._title = QLabel()
        self._facts = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self._name = QLineEdit(placeholderText="for example R3")
        self._name.setMaxLength(60)
        self._name.setAccessibleName("Your name or code")
        self._begin = QPushButton("Begin")
        self._begin.setDefault(True)
        self._problem = QLabel(wordWrap=True)
        self._problem.hide()
        self._build_layout()
        self._name.textChanged.connect(self._follow_name)
        self._name.returnPressed.connect(self._ask)
        self._begin.clicked.connect(self._ask)
        self._follow_name()

    def _build_layout(self) -> None:
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.8)
        self._title.setFont(font)
        self._title.setWordWrap(True)
        label = QLabel("Your name or &code, as in your earlier readings of this study")
        label.setBuddy(self._name)
        label.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(self._name, 1)
        row.addWidget(self._begin)
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addStretch(1)
        column.addWidget(self._title)
        column.addWidget(self._facts)
        column.addSpacing(6)
        column.addWidget(label)
        column.addLayout(row)
        column.addWidget(self._problem)
        column.addSpacing(6)
        for text in (_STORING, _PROTECTION):
            said = note(text)
            said.setEnabled(True)
            said.setTextFormat(Qt.TextFormat.RichText)
            column.addWidget(said)
        column.addStretch(2)
        frame = QWidget()
        frame.setLayout(column)
        frame.setMaximumWidth(600)
        content = QWidget()
        layout = QHBoxLayout(content)
        layout.addStretch(1)
        layout.addWidget(frame, 6)
        layout.addStretch(1)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)

    def show_study(self, title: str, facts: str) -> None:
        """Say what the study is; `facts` is rich text."""
        self._title.setText(title)
        self._facts.setText(facts)
        self._name.setFocus()

    def show_problem(self, text: str) -> None:
        """Say why it cannot begin, "" when it can."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

    def set_busy(self, busy: bool) -> None:
        """Whether the beginning is under way."""
        self._name.setEnabled(not busy)
        self._begin.setEnabled(not busy and bool(self._name.text().strip()))

    def _follow_name(self) -> None:
        self._begin.setEnabled(bool(self._name.text().strip()))

    def _ask(self) -> None:
        if self._begin.isEnabled():
            self.begin_requested.emit(self._name.text().strip())
