"""A square plot from 0 to 1 both ways, painted by ourselves: quick, and the same in both themes."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_GAP = 4


class Chart(QWidget):
    """Axes with ticks and names; what is plotted, a subclass paints.

    Attributes:
        x_name, y_name: Of the axes.
    """

    def __init__(self, x_name: str, y_name: str) -> None:
        super().__init__()
        self.x_name, self.y_name = x_name, y_name
        self._axes = QPixmap()
        self._axes_of: tuple[object, ...] = ()  # what the picture of the axes shows
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, 300)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(180, 170)

    # -- places ---------------------------------------------------------------------------

    @property
    def headroom(self) -> float:
        """Pixels above the plot that the subclass wants for itself."""
        return 0.0

    @property
    def plot(self) -> QRectF:
        """The square between the axes, as large as there is room."""
        metrics = QFontMetricsF(self.font())
        left = metrics.height() + metrics.horizontalAdvance("0.00") + 3 * _GAP
        below = 2 * metrics.height() + 2 * _GAP
        right = metrics.horizontalAdvance("1.0") / 2 + _GAP
        above = metrics.height() / 2 + self.headroom
        side = max(20.0, min(self.width() - left - right, self.height() - above - below))
        spare = max(0.0, self.width() - left - right - side) / 2
        return QRectF(left + spare, above, side, side)

    def to_screen(self, x: float, y: float) -> QPointF:
        """Where a point of the plot lies in the widget."""
        plot = self.plot
        return QPointF(plot.left() + x * plot.width(), plot.bottom() - y * plot.height())

    def from_screen(self, place: QPointF) -> tuple[float, float]:
        """Which point of the plot lies at a place of the widget."""
        plot = self.plot
        return (
            (place.x() - plot.left()) / plot.width(),
            (plot.bottom() - place.y()) / plot.height(),
        )

    # -- colours --------------------------------------------------------------------------

    @property
    def ink(self) -> QColor:
        """Of text and marks."""
        return self.palette().color(QPalette.ColorRole.Text)

    @property
    def faint(self) -> QColor:
        """Of grids and what stands back."""
        colour = QColor(self.ink)
        colour.setAlpha(45)
        return colour

    # -- painting -------------------------------------------------------------------------

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._drawn_axes())
        self.paint_data(painter)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.plot.adjusted(-1, -1, 1, 1))

    def paint_data(self, painter: QPainter) -> None:
        """Paint what is plotted."""

    def _drawn_axes(self) -> QPixmap:
        """The axes as a picture: they change with the widget only."""
        wanted = (self.size(), self.devicePixelRatioF(), self.palette().cacheKey(), self.font())
        if wanted != self._axes_of:
            self._axes_of = wanted
            self._axes = self.layer()
            with QPainter(self._axes) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setFont(self.font())
                painter.fillRect(self.plot, self.palette().color(QPalette.ColorRole.Base))
                self._paint_axes(painter)
        return self._axes

    def layer(self) -> QPixmap:
        """A picture as large as the widget, with nothing on it."""
        ratio = self.devicePixelRatioF()
        made = QPixmap(self.size() * ratio)
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        return made

    def _paint_axes(self, painter: QPainter) -> None:
        plot, metrics = self.plot, QFontMetricsF(self.font())
        height, centre = metrics.height(), Qt.AlignmentFlag.AlignCenter
        for tick in _TICKS:
            painter.setPen(QPen(self.faint, 1))
            painter.drawLine(self.to_screen(tick, 0), self.to_screen(tick, 1))
            painter.drawLine(self.to_screen(0, tick), self.to_screen(1, tick))
            painter.setPen(self.ink)
            text = f"{tick:g}"
            below = QRectF(0, 0, metrics.horizontalAdvance("0.00") + 2, height)
            below.moveCenter(QPointF(self.to_screen(tick, 0).x(), plot.bottom() + height / 2 + 2))
            painter.drawText(below, int(centre), text)
            beside = QRectF(0, 0, metrics.horizontalAdvance("0.00") + 2, height)
            beside.moveRight(plot.left() - _GAP)
            beside.moveTop(self.to_screen(0, tick).y() - height / 2)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(beside, int(right), text)
        name = QRectF(plot.left(), plot.bottom() + height + _GAP, plot.width(), height)
        painter.drawText(
            name,
            int(centre),
            metrics.elidedText(self.x_name, Qt.TextElideMode.ElideRight, plot.width()),
        )
        painter.save()
        left = plot.left() - metrics.horizontalAdvance("0.00") - 2 * _GAP - height / 2
        painter.translate(left, plot.center().y())
        painter.rotate(-90)
        upright = QRectF(-plot.height() / 2, -height / 2, plot.height(), height)
        painter.drawText(
            upright,
            int(centre),
            metrics.elidedText(self.y_name, Qt.TextElideMode.ElideRight, plot.height()),
        )
        painter.restore()
