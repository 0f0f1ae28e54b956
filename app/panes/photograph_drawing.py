"""What is drawn of a photograph, and over it."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from app.case import Case

_MARGIN = 24  # logical pixels around a message
_BEYOND = 2  # logical pixels around what is in sight that are drawn too


def level_for(case: Case, scale: float) -> QImage:
    """The smallest copy that still has a pixel for each pixel of the screen.

    Args:
        case: With at least one level.
        scale: Device pixels to a pixel of the photograph.
    """
    needed = case.width * scale
    enough = [level for level in case.levels if level.width() >= needed]
    return enough[-1] if enough else case.levels[0]


def draw_in_sight(painter: QPainter, image: QImage, target: QRectF, sight: QRect) -> None:
    """Draw the part of an image that is in sight; all of it would be in `target`."""
    # Qt transforms the whole source otherwise, which takes seconds at high zoom.
    seen = target.intersected(QRectF(sight).adjusted(-_BEYOND, -_BEYOND, _BEYOND, _BEYOND))
    if seen.isEmpty():
        return
    across, down = image.width() / target.width(), image.height() / target.height()
    offset = seen.topLeft() - target.topLeft()
    source = QRectF(
        offset.x() * across, offset.y() * down, seen.width() * across, seen.height() * down
    )
    painter.drawImage(seen, image, source)


def draw_frame(painter: QPainter, seen: QRectF, target: QRectF, scale: float) -> None:
    """Around what the network saw, where that is a part: the map must not seem cut off.

    Args:
        painter: Of the widget.
        seen: In pixels of the photograph.
        target: Where the photograph lies in the widget.
        scale: Logical pixels to a pixel of the photograph.
    """
    frame = QRectF(seen.topLeft() * scale + target.topLeft(), seen.size() * scale)
    if frame.adjusted(-1, -1, 1, 1).contains(target):
        return
    for pen in (QPen(QColor(0, 0, 0, 150)), QPen(QColor("white"), 1, Qt.PenStyle.DashLine)):
        painter.setPen(pen)
        painter.drawRect(frame)


def draw_badge(painter: QPainter, text: str) -> None:
    """A state of its own: an empty map must not look like a map that is missing."""
    room = QFontMetricsF(painter.font()).boundingRect(text).adjusted(-10, -5, 10, 5)
    room.moveTopLeft(QPointF(12, 12))
    painter.fillRect(room, QColor(0, 0, 0, 170))
    painter.setPen(QColor("white"))
    painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), text)


def draw_message(painter: QPainter, area: QRect, text: str) -> None:
    """Words in place of a photograph."""
    painter.setPen(QColor("white"))
    room = area.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(room, int(flags), text)
