"""ROC and precision-recall curves of all classes, with an operating point that can be moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QToolTip
from typing_extensions import override

from app.panes.measure.chart import Chart
from app.panes.measure.doors import wants_key
from model.evaluation.behind import against
from model.evaluation.chosen_point import ChosenPoint
from model.evaluation.metrics import Floats
from model.evaluation.pairs import MALIGNANT
from model.evaluation.question import Answer, Question
from model.evaluation.ranking import Curve
from model.taxonomy import lesion_class

_SAMPLE = 26.0  # pixels of a line before its name
_NEAR = 12.0  # pixels at which the pointer touches a curve
_DASHES: tuple[list[float], ...] = (
    [],
    [6, 3],
    [8, 3, 2, 3],
    [2, 2],
    [5, 2, 2, 2, 2, 2],
    [10, 3],
    [1, 3],
)
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -20,
    Qt.Key.Key_PageUp: 20,
}


@dataclass(frozen=True, slots=True)
class Line:
    """What is said of a curve: how many images of either kind, and the area under it."""

    positives: int
    negatives: int
    area: str


class Plane(Enum):
    """What is drawn over what."""

    ROC = ("1 − specificity", "Sensitivity")
    PRECISION_RECALL = ("Recall (sensitivity)", "Precision")


class CurveChart(Chart):
    """One line for each class; the chosen one in front.

    Signals:
        class_chosen: The user wants another class in front. Argument: its code.
        threshold_chosen: The user moved the operating point. Argument: the threshold.
    """

    class_chosen = Signal(str)
    threshold_chosen = Signal(float)

    def __init__(self, plane: Plane) -> None:
        super().__init__(*plane.value)
        self._plane = plane
        self._question: Question | None = None
        self._curves: Mapping[str, Curve] = {}
        self._lines: Mapping[str, Line] = {}
        self._thinned: dict[str, NDArray[np.intp]] = {}
        self._front = MALIGNANT
        self._point: ChosenPoint | None = None
        self._pressed = False
        self._layer: QPixmap | None = None
        self._kept: tuple[object, ...] = ()

    def show_curves(self, answer: Answer | None) -> None:
        """Show other curves."""
        if answer is not None and answer.question is self._question:
            return  # intervals change no curve
        self._question = answer.question if answer else None
        self._curves = answer.curves if answer else {}
        self._lines = {code: _line(answer, code) for code in self._curves} if answer else {}
        self._thinned.clear()
        areas = (f"{code} {line.area}" for code, line in self._lines.items())
        self.setAccessibleName(f"{self.y_name} over {self.x_name}: {', '.join(areas)}")
        self.update()

    def show_point(self, point: ChosenPoint | None, front: str) -> None:
        """Put a class in front, with the operating point on it."""
        self._point, self._front = point, front
        self.update()

    # -- places ---------------------------------------------------------------------------

    def _values(self, curve: Curve) -> tuple[Floats, Floats]:
        if self._plane is Plane.ROC:
            return 1 - curve.specificity, curve.sensitivity
        return curve.sensitivity, curve.precision

    def _shown(self, code: str) -> tuple[Floats, Floats, NDArray[np.intp]]:
        """A line without points that fall on the pixel of the one before, with their places."""
        curve = self._curves[code]
        x, y = self._values(curve)
        if code not in self._thinned:
            pixels = np.stack([x, y]) * max(200.0, self.plot.width())
            moved = np.abs(np.diff(np.round(pixels))).any(0)
            self._thinned[code] = np.flatnonzero(np.concatenate(([True], moved)))
        kept = self._thinned[code]
        return x[kept], y[kept], kept

    def place_of(self, code: str, at: int) -> QPointF:
        """Where a threshold of a class lies in the widget; `at` as in its `Curve`."""
        x, y = self._values(self._curves[code])
        return self.to_screen(float(x[at]), float(y[at]))

    def _nearest(self, place: QPointF, code: str) -> tuple[int, float]:
        """The point of a curve that is nearest to a place, and how far it is in pixels."""
        x, y, kept = self._shown(code)
        at_x, at_y = self.from_screen(place)
        plot = self.plot
        far = np.hypot((x - at_x) * plot.width(), (y - at_y) * plot.height())
        best = int(far.argmin())
        return int(kept[best]), float(far[best])

    def _touched(self, place: QPointF) -> tuple[str, int] | None:
        """The curve under the pointer; the one in front wins where several are."""
        found = {code: self._nearest(place, code) for code in self._curves}
        near = {code: far for code, (_, far) in found.items() if far <= _NEAR}
        if not near:
            return None
        best = self._front if self._front in near else min(near, key=near.__getitem__)
        return best, found[best][0]

    def _point_index(self) -> int | None:
        """The point of the front curve where everything at or above the threshold is called."""
        if self._point is None or self._front not in self._curves:
            return None
        thresholds = self._curves[self._front].thresholds
        called = np.flatnonzero(thresholds >= self._point.threshold)
        return int(called[-1]) if called.size else 0

    # -- painting -------------------------------------------------------------------------

    @override
    def resizeEvent(self, event: QEvent) -> None:
        self._thinned.clear()
        super().resizeEvent(event)  # type: ignore[arg-type]  # Qt passes a resize event

    @override
    def paint_data(self, painter: QPainter) -> None:
        painter.drawPixmap(0, 0, self._drawn_lines())
        if self._front in self._curves:
            self._paint_point(painter)

    def _drawn_lines(self) -> QPixmap:
        """All lines as a picture: only the point moves from one painting to the next."""
        ratio = self.devicePixelRatioF()
        kept = (self._curves, self._front, self.size(), ratio, self.palette().cacheKey())
        if kept != self._kept or self._layer is None:
            self._kept, self._layer = kept, QPixmap(self.size() * ratio)
            self._layer.setDevicePixelRatio(ratio)
            self._layer.fill(Qt.GlobalColor.transparent)
            with QPainter(self._layer) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setFont(self.font())
                self._paint_lines(painter)
        return self._layer

    def _paint_lines(self, painter: QPainter) -> None:
        if self._plane is Plane.ROC:
            painter.setPen(QPen(self.faint, 1, Qt.PenStyle.DashLine))
            painter.drawLine(self.to_screen(0, 0), self.to_screen(1, 1))
        for code in self._curves:
            if code != self._front:
                self._paint_line(painter, code, front=False)
        if self._plane is Plane.ROC:
            self._paint_legend(painter)
        if self._front in self._curves:
            self._paint_line(painter, self._front, front=True)

    def _paint_line(self, painter: QPainter, code: str, *, front: bool) -> None:
        x, y, _ = self._shown(code)
        if self._plane is Plane.PRECISION_RECALL and len(x) > 1:
            # Between two points precision is not interpolated: it holds what the next one gives.
            x, y = np.repeat(x, 2)[:-1], np.repeat(y, 2)[1:]
        plot = self.plot
        across, up = _corners(x * plot.width(), y * plot.height())
        points = np.stack([plot.left() + across, plot.bottom() - up], 1).tolist()
        line = QPolygonF([QPointF(*point) for point in points])
        if front and code != MALIGNANT:
            painter.setPen(QPen(self.ink, 4.4))  # an edge keeps yellow visible on white
            painter.drawPolyline(line)
        painter.setPen(self._pen(code, front=front))
        painter.drawPolyline(line)

    def _pen(self, code: str, *, front: bool) -> QPen:
        colour = QColor(self.ink if code == MALIGNANT else lesion_class(code).colour)
        if not front:
            colour.setAlpha(190)
        pen = QPen(colour, 3.0 if front else 1.5)
        # Round joins at hundreds of corners take six times as long to draw.
        pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
        dashes = _DASHES[list(self._curves).index(code) % len(_DASHES)]
        if dashes and not front:
            pen.setDashPattern(dashes)
        return pen

    def legend(self) -> dict[str, QRectF]:
        """Where the name of each curve stands: in the corner that good curves leave free."""
        metrics, plot = QFontMetricsF(self.font()), self.plot
        height = metrics.height()
        width = _SAMPLE + metrics.horizontalAdvance("malignant  0.000") * 1.15 + 10
        if width > plot.width() * 0.7 or height * len(self._curves) > plot.height() * 0.8:
            return {}
        top = plot.bottom() - 4 - height * len(self._curves)
        return {
            code: QRectF(plot.right() - width, top + at * height, width, height)
            for at, code in enumerate(self._curves)
        }

    def _paint_legend(self, painter: QPainter) -> None:
        aside = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        back = self.palette().base().color()
        back.setAlpha(200)
        for code, place in self.legend().items():
            painter.fillRect(place, back)
            middle = place.center().y()
            painter.setPen(self._pen(code, front=code == self._front))
            left = place.left() + 2
            painter.drawLine(QPointF(left, middle), QPointF(left + _SAMPLE - 6, middle))
            painter.setPen(self.ink)
            font = self.font()
            font.setBold(code == self._front)
            painter.setFont(font)
            text = f"{code}  {self._lines[code].area}"
            painter.drawText(place.adjusted(_SAMPLE, 0, 0, 0), int(aside), text)
        painter.setFont(self.font())

    def _paint_point(self, painter: QPainter) -> None:
        at = self._point_index()
        if at is None:
            return
        place = self.place_of(self._front, at)
        base = self.palette().base().color()
        painter.setPen(QPen(self.faint, 1))
        zero = self.to_screen(0, 0)
        painter.drawLine(place, QPointF(place.x(), zero.y()))
        painter.drawLine(place, QPointF(zero.x(), place.y()))
        painter.setPen(QPen(self.ink, 2.5))
        painter.setBrush(base)
        painter.drawEllipse(place, 6, 6)

    # -- the user -------------------------------------------------------------------------

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        named = [code for code, place in self.legend().items() if place.contains(event.position())]
        if named and self._plane is Plane.ROC:
            self.class_chosen.emit(named[0])
            return
        touched = self._touched(event.position())
        if touched is None:
            return
        code, at = touched
        self._pressed = True
        if code != self._front:
            self.class_chosen.emit(code)
        else:
            self._choose(at)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = False

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed and event.buttons() and self._front in self._curves:
            self._choose(self._nearest(event.position(), self._front)[0])
            return
        touched = self._touched(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if touched else Qt.CursorShape.ArrowCursor)
        text = self.describe(*touched) if touched else ""
        QToolTip.showText(event.globalPosition().toPoint(), text, self)

    @override
    def event(self, event: QEvent) -> bool:
        if wants_key(event, _STEPS):
            event.accept()  # the keys move the point, not through the list of images
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps, at = _STEPS.get(Qt.Key(event.key())), self._point_index()
        if steps is None or at is None:
            super().keyPressEvent(event)
            return
        last = len(self._curves[self._front].thresholds) - 1
        self._choose(min(max(at + steps, 0), last))

    def _choose(self, at: int) -> None:
        threshold = float(self._curves[self._front].thresholds[at])
        if self._point is None or threshold != self._point.threshold:
            self.threshold_chosen.emit(threshold)

    def describe(self, code: str, at: int) -> str:
        """What a point of a curve says."""
        curve, line = self._curves[code], self._lines[code]
        name = "Malignant against benign" if code == MALIGNANT else lesion_class(code).name
        return (
            f"{name}\nprobability ≥ {curve.thresholds[at]:.4f}\n"
            f"sensitivity {curve.sensitivity[at]:.3f} of {line.positives:,} images\n"
            f"specificity {curve.specificity[at]:.3f} of {line.negatives:,} images\n"
            f"precision {curve.precision[at]:.3f}"
        )


def _corners(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """A line of whole pixels without the points along its straight runs: stairs have many."""
    points = np.round(np.stack([x, y]))
    ways = np.sign(np.diff(points))
    goes_on = (ways[:, 1:] == ways[:, :-1]).all(0) & (ways[:, 1:] == 0).any(0)
    kept = np.concatenate(([True], ~goes_on, [True])) if len(x) > 1 else np.ones(len(x), bool)
    return points[0][kept], points[1][kept]


def _line(answer: Answer, code: str) -> Line:
    measurement = answer.measurement
    truth = against(measurement.pair, code).truth
    found, at = measurement.malignancy, 0
    if code != MALIGNANT:
        found, at = measurement.evaluation, measurement.pair.classes.index(code)
    area = found.by_class["auc"][at].value if found else float("nan")
    return Line(int((truth == 0).sum()), int((truth == 1).sum()), f"{area:.3f}")
