"""A question with a few answers, each with a digit."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPalette
from typing_extensions import override

from app.panes.class_chip import paint_chip
from app.panes.field import Asked, Field
from model.taxonomy import lesion_class

_UNKNOWN = "UNK"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers.

    Attributes:
        key: The digit or letter that gives it; "" where there are more answers than digits.
        code: The answer, as readings call it.
        text: The answer, as the reader sees it.
        is_class: Whether the code is a lesion class, with a colour of its own.
    """

    key: str
    code: str
    text: str
    is_class: bool = False


class ChoiceField(Field):
    """Digits choose; the answers are listed with their digits, or in one line where known."""

    def __init__(self, asked: Asked, options: Sequence[Option], *, listed: bool = True) -> None:
        super().__init__(asked)
        self.options = tuple(options)
        self._listed = listed
        self._tell_answer()

    @property
    @override
    def line_count(self) -> int:
        return len(self.options) if self._listed else 0

    @property
    def chosen(self) -> Option | None:
        """The option that is the answer."""
        return next((each for each in self.options if each.code == self.answer), None)

    @property
    @override
    def spoken(self) -> str:
        return self.chosen.text if self.chosen else ""

    @override
    def type_digit(self, digit: int) -> None:
        self.type_key(str(digit))

    def type_key(self, key: str) -> None:
        """The user pressed the key of an answer, or of none."""
        if option := next((each for each in self.options if each.key == key), None):
            self._choose(option)

    @override
    def turn(self, steps: int) -> None:
        place = self.options.index(self.chosen) + steps if self.chosen else 0
        if 0 <= place < len(self.options):
            self.set_answer(self.options[place].code)

    def _choose(self, option: Option) -> None:
        self.set_answer(option.code)
        self.answered.emit()

    # -- looks ----------------------------------------------------------------------------

    @override
    def _paint_title(self, painter: QPainter, line: QRectF) -> None:
        super()._paint_title(painter, line)
        if self._listed:
            return
        said = f"{self.chosen.key}  {self.chosen.code}" if self.chosen else "none"
        painter.setPen(self.ink(faint=self.chosen is None))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(line, int(flags), said)

    @override
    def _paint_line(self, painter: QPainter, line: QRectF, number: int) -> None:
        option = self.options[number]
        chosen = option.code == self.answer
        if chosen:
            painter.fillRect(
                line.adjusted(-4, 1, 4, -1), self.palette().color(QPalette.ColorRole.Highlight)
            )
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.WindowText
        ink = self.palette().color(role)
        painter.setPen(ink if chosen else self.ink(faint=True))
        flags = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(line, flags, option.key)
        rest = line.adjusted(painter.fontMetrics().horizontalAdvance("0") + 10, 0, 0, 0)
        if option.is_class:
            used = paint_chip(painter, rest, option.code, ink)
            column = painter.fontMetrics().horizontalAdvance("AKIEC") + 18
            rest = rest.adjusted(max(column, used + 10), 0, 0, 0)
        painter.setPen(ink)
        if not (option.is_class and option.text == option.code):
            painter.drawText(rest, flags, self._cut(option.text, rest.width()))

    def _cut(self, text: str, width: float) -> str:
        return self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(width))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        number = int((event.position().y() - 3) // self.row_height) - 1
        if self._listed and 0 <= number < len(self.options):
            self._choose(self.options[number])


def class_options(classes: tuple[str, ...]) -> tuple[Option, ...]:
    """The classes with their digits: 9 for unknown, else their place; none after the ninth."""
    known = [code for code in classes if code != _UNKNOWN]
    digits = {code: number for number, code in enumerate(known, start=1)} | {_UNKNOWN: 9}
    return tuple(
        Option(str(digits[code]) if digits[code] <= 9 else "", code, lesion_class(code).name, True)
        for code in classes
    )
