"""The reliability diagram: does a probability mean what it says, and on how many images?"""

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import QToolTip
from typing_extensions import override

from app.panes.measure.chart import Chart
from app.panes.measure.doors import ENTER, wants_key
from model.evaluation.reliability import ReliabilityBin

_HISTOGRAM = 18.0  # pixels of the columns above the plot
_MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class ReliabilityChart(Chart):
    """A bar for each range of probabilities, with its interval; how many images stand above.

    Signals:
        bin_chosen: The user wants to see the images of a bar. Argument: its number.
    """

    bin_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__("Probability stated", "Share that was right")
        self._bins: Sequence[ReliabilityBin] = ()
        self._colour = QColor()
        self._current = -1

    def show_bins(self, bins: Sequence[ReliabilityBin], colour: str) -> None:
        """Show other bars, in the colour of a class; "" for none."""
        self._bins, self._colour = bins, QColor(colour) if colour else QColor()
        self._current = -1
        self.update()

    @property
    @override
    def headroom(self) -> float:
        return _HISTOGRAM + 8 + QFontMetricsF(self.font()).horizontalAdvance("00,000")

    def bar(self, at: int) -> QRectF:
        """The column of a bar, up to the counts above it."""
        each, plot = self._bins[at], self.plot
        left, right = self.to_screen(each.low, 0).x(), self.to_screen(each.high, 0).x()
        above = self.headroom
        return QRectF(left, plot.top() - above, right - left, plot.height() + above)

    # -- painting -------------------------------------------------------------------------

    @override
    def paint_data(self, painter: QPainter) -> None:
        most = max((each.share.n for each in self._bins), default=0)
        for at, each in enumerate(self._bins):
            if at == self._current:
                light = self.palette().color(QPalette.ColorRole.Midlight)
                painter.fillRect(self.bar(at), light)
            if each.share.n:
                self._paint_bar(painter, at, each)
                self._paint_count(painter, at, each.share.n / most)
        painter.setPen(QPen(self.ink, 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(self.to_screen(0, 0), self.to_screen(1, 1))

    def _paint_bar(self, painter: QPainter, at: int, each: ReliabilityBin) -> None:
        column = self.bar(at).adjusted(1, 0, -1, 0)
        top = self.to_screen(0, each.share.value).y()
        colour = QColor(self._colour)
        if not colour.isValid():
            colour = self.palette().color(QPalette.ColorRole.Highlight)
        filled = QRectF(column.left(), top, column.width(), self.plot.bottom() - top)
        colour.setAlpha(150)
        painter.fillRect(filled, colour)
        painter.setPen(QPen(self.ink, 1))
        painter.drawLine(filled.topLeft(), filled.topRight())
        middle = self.to_screen((each.low + each.high) / 2, 0).x()
        if not math.isnan(each.share.low):
            low, high = (
                self.to_screen(0, each.share.low).y(),
                self.to_screen(0, each.share.high).y(),
            )
            painter.drawLine(QPointF(middle, low), QPointF(middle, high))
        stated = self.to_screen(each.confidence, each.share.value)
        painter.setBrush(self.ink)
        painter.drawEllipse(stated, 2.5, 2.5)

    def _paint_count(self, painter: QPainter, at: int, share: float) -> None:
        """A small histogram above the plot: where few images are, a bar says little."""
        column, plot = self.bar(at).adjusted(1, 0, -1, 0), self.plot
        height = max(1.0, share * _HISTOGRAM)
        colour = QColor(self.ink)
        colour.setAlpha(110)
        top = plot.top() - 3 - height
        painter.fillRect(QRectF(column.left(), top, column.width(), height), colour)
        metrics = QFontMetricsF(self.font())
        painter.save()
        painter.translate(column.center().x(), top - 2)
        painter.rotate(-90)  # the columns are narrower than the numbers
        painter.setPen(self.ink)
        place = QRectF(0, -metrics.height() / 2, self.headroom, metrics.height())
        aside = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(place, int(aside), f"{self._bins[at].share.n:,}")
        painter.restore()

    # -- the user -------------------------------------------------------------------------

    def _bin_at(self, place: QPointF) -> int | None:
        for at in range(len(self._bins)):
            if self.bar(at).contains(place):
                return at
        return None

    def describe(self, at: int) -> str:
        """What a bar says."""
        each = self._bins[at]
        text = f"Probability {each.low:.0%} to {each.high:.0%}: {each.share.n:,} images"
        if each.share.n:
            text += (
                f"\nstated {each.confidence:.1%} on average, right {each.share.value:.1%}"
                f"\n95 % interval {each.share.low:.1%} to {each.share.high:.1%}"
            )
        return text

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._bin_at(event.position())
        if at is not None and self._bins[at].share.n:
            self._current = at
            self.update()
            self.bin_chosen.emit(at)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._bin_at(event.position())
        text = "" if at is None else self.describe(at)
        QToolTip.showText(event.globalPosition().toPoint(), text, self)

    @override
    def event(self, event: QEvent) -> bool:
        if wants_key(event, (*_MOVES, *ENTER)):
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _MOVES and self._bins:
            self._current = min(max(self._current + _MOVES[key], 0), len(self._bins) - 1)
            self.setAccessibleDescription(self.describe(self._current))
            self.update()
        elif key in ENTER and self._current >= 0 and self._bins[self._current].share.n:
            self.bin_chosen.emit(self._current)
        else:
            super().keyPressEvent(event)
