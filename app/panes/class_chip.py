"""The letters of a class beside its colour, as they stand wherever a class is meant."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from model.taxonomy import lesion_class

_BAR = 4.0


def chip_width(metrics: QFontMetricsF, code: str) -> float:
    """How much room `paint_chip` needs."""
    return _BAR + 4 + metrics.horizontalAdvance(code)


def paint_chip(painter: QPainter, place: QRectF, code: str, ink: QColor) -> float:
    """Draw a bar in the class's colour and its letters; returns the width that was used."""
    bar = QRectF(place.left(), place.top() + 2, _BAR, place.height() - 4)
    painter.fillRect(bar, QColor(lesion_class(code).colour))
    painter.setPen(ink)
    text = place.adjusted(_BAR + 4, 0, 0, 0)
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(text, int(flags), code)
    return chip_width(QFontMetricsF(painter.font()), code)
