"""Curves over a common axis, drawn by ourselves: quick to paint, and readable in both themes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from app.panes.axis import Axis, axis_of, number_text

_MARGIN = 6.0
_TICK_LENGTH = 4.0
_PERCENT = Axis(0.0, 1.0)
_USUAL_TICK = "100 %"


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a diagram.

    Attributes:
        name: What stands beside its end and in the tooltip.
        xs, ys: Its points, in order of x; nan breaks the line.
        colour: "#rrggbb", "" for the colour of text.
        dashed: Whether it is told apart by its pattern.
    """

    name: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    colour: str = ""
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Diagram:
    """What a plot shows.

    Attributes:
        title: Above it.
        curves: In the order of the tooltip.
        shares: Whether the values are 0..1 and shown as per cent on a fixed axis.
        logarithmic: Whether the vertical axis is.
    """

    title: str
    curves: tuple[Curve, ...] = ()
    shares: bool = False
    logarithmic: bool = False

    def value_text(self, value: float) -> str:
        """A value as the reader of this diagram expects it."""
        return f"{value * 100:.1f} %" if self.shares else number_text(value)

    def tick_text(self, value: float) -> str:
        """A number of the vertical axis."""
        return f"{value * 100:.0f} %" if self.shares else number_text(value)


class CurvePlot(QWidget):
    """Draws one diagram; the pointer reads its values."""

    def __init__(self, x_name: str) -> None:
        super().__init__()
        self._x_name = x_name
        self._diagram = Diagram("")
        self._x, self._y = Axis(0, 1), _PERCENT
        self._pointed: float | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_diagram(self, diagram: Diagram, x: Axis) -> None:
        """Show another diagram over the axis `x`, which several plots may share."""
        if (diagram, x) == (self._diagram, self._x):
            return
        self._diagram, self._x = diagram, x
        values = [value for curve in diagram.curves for value in curve.ys]
        self._y = _PERCENT if diagram.shares else axis_of(values, logarithmic=diagram.logarithmic)
        self.setAccessibleName(self.text())
        self.update()

    @property
    def diagram(self) -> Diagram:
        """What is shown."""
        return self._diagram

    def text(self, x: float | None = None) -> str:
        """The values at a point of the axis, or the latest ones, as a sentence for all readers."""
        values = ((curve, _value_at(curve, x)) for curve in self._diagram.curves)
        lines = [
            f"{curve.name} {self._diagram.value_text(value)}"
            for curve, value in values
            if not math.isnan(value)
        ]
        head = self._diagram.title if x is None else f"{self._x_name} {x:g}"
        return f"{head}: {', '.join(lines) or 'nothing yet'}"

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, 200)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(180, 110)

    # -- geometry -------------------------------------------------------------------------

    @property
    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self.font())

    def _area(self) -> QRectF:
        """Where the curves lie: title above, numbers left and below, names right."""
        metrics = self._metrics
        line = metrics.height()
        ticks = (self._diagram.tick_text(tick) for tick in self._y.ticks(self._rows()))
        # Never less, so that plots above one another begin at the same place.
        left = max(metrics.horizontalAdvance(text) for text in (_USUAL_TICK, *ticks)) + 8
        names = (curve.name for curve in self._diagram.curves)
        right = max(metrics.horizontalAdvance(name) for name in (self._x_name, *names)) + 14
        return QRectF(self.rect()).adjusted(
            _MARGIN + left, _MARGIN + line + 4, -_MARGIN - right, -_MARGIN - line - 2
        )

    def _rows(self) -> int:
        return max(2, min(6, int(self.height() / (2.6 * self._metrics.height()))))

    def _place(self, area: QRectF, x: float, y: float) -> QPointF:
        height = self._y.share(y)
        return QPointF(
            area.left() + self._x.share(x) * area.width(), area.bottom() - height * area.height()
        )

    # -- painting -------------------------------------------------------------------------

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._area()
        if area.width() < 40 or area.height() < 20:
            return
        self._paint_axes(painter, area)
        self._paint_pointer(painter, area)
        for curve in self._diagram.curves:
            self._paint_curve(painter, area, curve)
        self._paint_names(painter, area)

    def _ink(self, role: QPalette.ColorRole = QPalette.ColorRole.WindowText) -> QColor:
        return self.palette().color(role)

    def _paint_axes(self, painter: QPainter, area: QRectF) -> None:
        line, faint = self._metrics.height(), self._ink(QPalette.ColorRole.PlaceholderText)
        painter.fillRect(area, self._ink(QPalette.ColorRole.Base))
        bold = painter.font()
        bold.setBold(True)
        painter.save()
        painter.setFont(bold)
        painter.setPen(self._ink())
        painter.drawText(QPointF(area.left(), area.top() - 6), self._diagram.title)
        painter.restore()
        grid = self._ink(QPalette.ColorRole.AlternateBase)
        for tick in self._y.ticks(self._rows()):
            y = self._place(area, self._x.low, tick).y()
            painter.setPen(grid)
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(faint)
            box = QRectF(0, y - line / 2, area.left() - 6, line)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, int(flags), self._diagram.tick_text(tick))
        self._paint_x_axis(painter, area, faint)

    def _paint_x_axis(self, painter: QPainter, area: QRectF, faint: QColor) -> None:
        line = self._metrics.height()
        painter.setPen(faint)
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        for tick in self._x.ticks(max(2, int(area.width() / (2 * line)))):
            x = self._place(area, tick, self._y.low).x()
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + _TICK_LENGTH))
            box = QRectF(x - 40, area.bottom() + _TICK_LENGTH, 80, line)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignHCenter), f"{tick:g}")
        box = QRectF(area.right() + 10, area.bottom() + _TICK_LENGTH, 200, line)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft), self._x_name)

    def _colour(self, curve: Curve) -> QColor:
        return QColor(curve.colour) if curve.colour else self._ink()

    def _paint_curve(self, painter: QPainter, area: QRectF, curve: Curve) -> None:
        pen = QPen(self._colour(curve), 1.8)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if curve.dashed:
            pen.setDashPattern([3, 2.5])
        painter.save()
        painter.setClipRect(area.adjusted(-3, -3, 3, 3))
        for points in self._strokes(area, curve):
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(points))
            if len(points) == 1:  # a line of one point would be invisible
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._colour(curve))
                painter.drawEllipse(points[0], 2.5, 2.5)
        painter.restore()

    def _strokes(self, area: QRectF, curve: Curve) -> list[list[QPointF]]:
        """The curve in pixels, broken where a value is missing."""
        strokes: list[list[QPointF]] = [[]]
        for x, y in zip(curve.xs, curve.ys, strict=True):
            if math.isfinite(self._y.share(y)):
                strokes[-1].append(self._place(area, x, y))
            elif strokes[-1]:
                strokes.append([])
        return [stroke for stroke in strokes if stroke]

    def _paint_names(self, painter: QPainter, area: QRectF) -> None:
        """Each curve's name at the height of its end, apart from the others."""
        ends = []
        for curve in self._diagram.curves:
            value = _value_at(curve, None)
            if curve.name and math.isfinite(self._y.share(value)):
                ends.append((self._place(area, self._x.high, value).y(), curve))
        ends.sort(key=lambda end: end[0])
        line = self._metrics.height() * 0.92
        places = spread([y for y, _ in ends], line, area.top(), area.bottom())
        for place, (_, curve) in zip(places, ends, strict=True):
            painter.fillRect(QRectF(area.right() + 4, place - 4, 3, 8), self._colour(curve))
            painter.setPen(self._ink())
            box = QRectF(area.right() + 10, place - line, 200, 2 * line)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, int(flags), curve.name)

    def _paint_pointer(self, painter: QPainter, area: QRectF) -> None:
        if self._pointed is None:
            return
        x = self._place(area, self._pointed, self._y.low).x()
        painter.setPen(QPen(self._ink(QPalette.ColorRole.PlaceholderText), 1))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    # -- the pointer ----------------------------------------------------------------------

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area = self._area()
        share = (event.position().x() - area.left()) / max(1.0, area.width())
        wanted = self._x.low + share * (self._x.high - self._x.low)
        xs = sorted({x for curve in self._diagram.curves for x in curve.xs})
        inside = bool(xs) and area.adjusted(-8, -8, 8, 8).contains(event.position())
        self._point_at(min(xs, key=lambda x: abs(x - wanted)) if inside else None)
        if self._pointed is not None:
            text = self.text(self._pointed).replace(": ", "\n", 1).replace(", ", "\n")
            QToolTip.showText(event.globalPosition().toPoint(), text, self)
        else:
            QToolTip.hideText()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)

    def _point_at(self, x: float | None) -> None:
        if x != self._pointed:
            self._pointed = x
            self.update()


def _value_at(curve: Curve, x: float | None) -> float:
    """The value at `x`, or the last one there is; nan without."""
    if x is None:
        return next((value for value in reversed(curve.ys) if not math.isnan(value)), math.nan)
    return next((y for at, y in zip(curve.xs, curve.ys, strict=True) if at == x), math.nan)


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Ascending places moved as little as it takes to stand `gap` apart, within low and high.

    Where there is no room for that, they stand as far apart as there is.
    """
    if len(places) > 1:
        gap = min(gap, (high - low) / (len(places) - 1))
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + gap) if moved else max(place, low))
    limit = high
    for number in range(len(moved) - 1, -1, -1):
        moved[number] = min(moved[number], limit)
        limit = moved[number] - gap
    return moved
