"""All classes as bars with their numbers."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from app.panes.class_chip import paint_chip
from model.taxonomy import lesion_class

_ROW_PADDING = 6


class ClassBars(QWidget):
    """The probabilities of one image; a click draws the evidence of a class.

    Signals:
        class_chosen: Argument: the code of the class that was clicked.
    """

    class_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._classes: tuple[str, ...] = ()
        self._probabilities: tuple[float, ...] = ()
        self._logits: tuple[float, ...] = ()
        self._label = ""
        self._drawn = ""

    def show_classes(
        self, classes: Sequence[str], probabilities: Sequence[float], logits: Sequence[float]
    ) -> None:
        """Show numbers in the classifier's order; empty sequences for none yet."""
        self._classes = tuple(classes)
        self._probabilities, self._logits = tuple(probabilities), tuple(logits)
        lines = (f"{code} {value:.1%}" for code, value in zip(classes, probabilities, strict=False))
        self.setAccessibleName("Probabilities: " + ", ".join(lines))
        self.updateGeometry()
        self.update()

    def mark(self, *, label: str, drawn: str) -> None:
        """Mark the recorded label and the class whose evidence is drawn."""
        self._label, self._drawn = label, drawn
        self.update()

    @property
    def _row_height(self) -> float:
        return QFontMetricsF(self.font()).height() + _ROW_PADDING

    @override
    def sizeHint(self) -> QSize:
        return QSize(220, round(self._row_height * max(1, len(self._classes))) + 2)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for number, code in enumerate(self._classes):
            line = QRectF(0, number * self._row_height, self.width(), self._row_height)
            self._paint_row(painter, line, number, code)

    def _paint_row(self, painter: QPainter, line: QRectF, number: int, code: str) -> None:
        metrics = QFontMetricsF(self.font())
        ink = self.palette().color(QPalette.ColorRole.WindowText)
        if code == self._drawn:
            painter.fillRect(
                line.adjusted(0, 1, 0, -1), self.palette().color(QPalette.ColorRole.Midlight)
            )
        letters = metrics.horizontalAdvance("AKIEC") + 14
        paint_chip(painter, line.adjusted(2, 0, 0, 0), code, ink)
        if code == self._label:
            mark = line.adjusted(letters, 0, 0, 0)
            painter.drawText(mark, int(Qt.AlignmentFlag.AlignVCenter), "●")
        left = letters + metrics.horizontalAdvance("● ")
        figures = metrics.horizontalAdvance("100.0 %") + 4
        room = max(0.0, line.width() - left - figures)
        middle = QRectF(left, line.top() + 4, room, line.height() - 8)
        painter.fillRect(middle, self.palette().color(QPalette.ColorRole.AlternateBase))
        if number >= len(self._probabilities):
            return
        share = self._probabilities[number]
        bar = QRectF(middle.left(), middle.top(), room * share, middle.height())
        painter.fillRect(bar, QColor(lesion_class(code).colour))
        text = line.adjusted(0, 0, -4, 0)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(text, int(flags), f"{share * 100:.1f} %")

    def _class_at(self, y: float) -> int | None:
        number = int(y // self._row_height)
        return number if 0 <= number < len(self._classes) else None

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._class_at(event.position().y())
        if number is not None:
            self.class_chosen.emit(self._classes[number])

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        number = self._class_at(event.position().y())
        if number is None or number >= len(self._logits):
            return
        code = self._classes[number]
        text = f"{lesion_class(code).name}\nlogit {self._logits[number]:+.3f}"
        if code == self._label:
            text += "\n● recorded label"
        QToolTip.showText(event.globalPosition().toPoint(), text, self)
