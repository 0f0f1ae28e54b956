"""A question whose answer is a number from 0 to 100."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPalette
from typing_extensions import override

from app.panes.field import Asked, Field

_LARGEST = 100
_STEP = 5


class ScaleField(Field):
    """Digits type the number, arrows move it by five, a click on the bar sets it."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self._typing = False
        self._tell_answer()

    @property
    @override
    def line_count(self) -> int:
        return 1

    @override
    def type_digit(self, digit: int) -> None:
        typed = f"{self.answer}{digit}" if self._typing and self.answer != "0" else str(digit)
        self._typing = True
        # A digit too many begins another number.
        self.set_answer(typed if int(typed) <= _LARGEST else str(digit))

    @override
    def set_answer(self, answer: str) -> None:
        if not answer:
            self._typing = False
        super().set_answer(answer)

    @override
    def take_back(self) -> None:
        self.set_answer(self.answer[:-1])

    @override
    def turn(self, steps: int) -> None:
        self._typing = False
        at = int(self.answer) if self.answer else _LARGEST // 2 - steps * _STEP
        self.set_answer(str(min(max(at + steps * _STEP, 0), _LARGEST)))

    # -- looks ----------------------------------------------------------------------------

    @override
    def _paint_title(self, painter: QPainter, line: QRectF) -> None:
        super()._paint_title(painter, line)
        painter.setPen(self.ink(faint=not self.answer))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(line, int(flags), self.answer or "0 to 100")

    @override
    def _paint_line(self, painter: QPainter, line: QRectF, number: int) -> None:
        bar = self._bar(line)
        painter.fillRect(bar, self.palette().color(QPalette.ColorRole.AlternateBase))
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        for part in (1, 2, 3):
            x = bar.left() + bar.width() * part / 4
            painter.drawLine(int(x), int(bar.top()), int(x), int(bar.bottom()))
        if self.answer:
            filled = QRectF(bar)
            filled.setWidth(max(1.0, bar.width() * int(self.answer) / _LARGEST))
            painter.fillRect(filled, self.palette().color(QPalette.ColorRole.Highlight))

    def _bar(self, line: QRectF) -> QRectF:
        return line.adjusted(0, 4, 0, -line.height() + 14)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        bar = self._bar(QRectF(8, 3 + self.row_height, self.width() - 16, self.row_height))
        if event.position().y() >= bar.top() - 2:
            share = (event.position().x() - bar.left()) / bar.width()
            self._typing = False
            self.set_answer(str(round(_LARGEST * min(max(share, 0.0), 1.0))))
