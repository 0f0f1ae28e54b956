"""What all questions on the reading screen have in common."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

_PADDING = 6
_INSET = 8.0


@dataclass(frozen=True, slots=True)
class Asked:
    """How a question is put.

    Attributes:
        name: As readings call it.
        title: As the reader sees it.
        key: The letter that brings the focus to it.
        required: Whether nothing can be stored without an answer.
    """

    name: str
    title: str
    key: str
    required: bool


class Field(QWidget):
    """One question; the one with the focus takes digits and arrows.

    Attributes:
        asked: The question.

    Signals:
        changed: There is another answer.
        answered: A choice was made that needs nothing more.
        step_requested: The reader wants the next question (1), or the one before (-1).
    """

    changed = Signal()
    answered = Signal()
    step_requested = Signal(int)

    def __init__(self, asked: Asked) -> None:
        super().__init__()
        self.asked = asked
        self._answer = ""
        self.setObjectName(asked.name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    # -- the answer -----------------------------------------------------------------------

    @property
    def answer(self) -> str:
        """What was answered so far, "" for nothing."""
        return self._answer

    def set_answer(self, answer: str) -> None:
        """Show an answer, or "" for none."""
        if answer != self._answer:
            self._answer = answer
            self._tell_answer()
            self.changed.emit()

    def type_digit(self, digit: int) -> None:
        """The reader pressed a digit."""

    @property
    def has_focus(self) -> bool:
        """Whether digits come here."""
        return self.hasFocus()

    def take_back(self) -> None:
        """The reader pressed backspace."""
        self.set_answer("")

    def turn(self, steps: int) -> None:
        """The reader pressed an arrow sideways."""

    @property
    def spoken(self) -> str:
        """The answer in words."""
        return self._answer

    def _tell_answer(self) -> None:
        """Show it, and let a screen reader hear it."""
        self.setAccessibleName(f"{self.asked.title}: {self.spoken or 'not answered'}")
        self.update()

    # -- looks ----------------------------------------------------------------------------

    @property
    def row_height(self) -> float:
        """Logical pixels of one line."""
        return QFontMetricsF(self.font()).height() + _PADDING

    @property
    def line_count(self) -> int:
        """Lines below the title."""
        return 0

    @override
    def sizeHint(self) -> QSize:
        return QSize(250, round(self.row_height * (1 + self.line_count)) + 6)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(self.palette().color(QPalette.ColorRole.Highlight))
            painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        width = self.width() - 2 * _INSET
        self._paint_title(painter, QRectF(_INSET, 3, width, self.row_height))
        for number in range(self.line_count):
            top = 3 + self.row_height * (1 + number)
            self._paint_line(painter, QRectF(_INSET, top, width, self.row_height), number)

    def _paint_title(self, painter: QPainter, line: QRectF) -> None:
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(self.ink())
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), self.asked.title)
        used = painter.fontMetrics().horizontalAdvance(self.asked.title) + 6
        font.setBold(False)
        painter.setFont(font)
        painter.setPen(self.ink(faint=True))
        flags = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(line.adjusted(used, 0, 0, 0), flags, self.asked.key)

    def _paint_line(self, painter: QPainter, line: QRectF, number: int) -> None:
        """Paint what stands below the title."""

    def ink(self, *, faint: bool = False) -> QColor:
        """The colour of text."""
        role = QPalette.ColorRole.PlaceholderText if faint else QPalette.ColorRole.WindowText
        return self.palette().color(role)

    # -- Qt -------------------------------------------------------------------------------

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        # By the text, not the key: on some keyboards digits are typed with Shift.
        digit = event.text() if event.text().isdecimal() else ""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        turns = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
        if digit:
            self.type_digit(int(digit))
        elif event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
        elif key in steps:
            self.step_requested.emit(steps[key])
        elif key in turns:
            self.turn(turns[key])
        elif key == Qt.Key.Key_Backspace:
            self.take_back()
        else:
            event.ignore()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
