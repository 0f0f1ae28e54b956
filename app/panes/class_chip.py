"""The letters of a class beside its colour, as they stand wherever a class is meant."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from model.taxonomy import lesion_class

CHIP_WIDTH = 4  # pixels of the bar in the class's colour


def chip_width(metrics: QFontMetricsF, code: str) -> float:
    """How much room `paint_chip` needs."""
    return CHIP_WIDTH + 4 + metrics.horizontalAdvance(code)


def paint_bar(painter: QPainter, place: QRectF, code: str) -> None:
    """Draw only the bar in the class's colour, at the left of a place."""
    painter.fillRect(
        QRectF(place.left(), place.top(), CHIP_WIDTH, place.height()),
        QColor(lesion_class(code).colour),
    )


def paint_chip(painter: QPainter, place: QRectF, code: str, ink: QColor) -> float:
    """Draw a bar in the class's colour and its letters; returns the width that was used."""
    paint_bar(painter, place.adjusted(0, 2, 0, -2), code)
    painter.setPen(ink)
    text = place.adjusted(CHIP_WIDTH + 4, 0, 0, 0)
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(text, int(flags), code)
    return chip_width(QFontMetricsF(painter.font()), code)
