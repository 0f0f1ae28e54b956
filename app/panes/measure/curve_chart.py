"""ROC and precision-recall curves of all classes, with an operating point that can be moved."""

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
from app.panes.measure.curve_lines import CurveLines, Plane
from app.panes.measure.doors import wants_key
from model.evaluation.chosen_point import ChosenPoint
from model.evaluation.pairs import MALIGNANT
from model.evaluation.question import Answer, Question
from model.taxonomy import lesion_class

_SAMPLE = 26.0  # pixels of a line before its name
_NEAR = 12.0  # pixels at which the pointer touches a curve
# Lines are told apart without colour too.
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
        self._lines = CurveLines(plane, None)
        self._front = MALIGNANT
        self._point: ChosenPoint | None = None
        self._pressed = False
        self._layer: QPixmap | None = None
        self._drawn: tuple[object, ...] = ()  # what the layer shows

    def show_curves(self, answer: Answer | None) -> None:
        """Show other curves."""
        if answer is not None and answer.question is self._question:
            return  # intervals change no curve
        self._question = answer.question if answer else None
        self._lines = CurveLines(self._plane, answer)
        areas = (f"{code} {facts.area:.3f}" for code, facts in self._lines.facts.items())
        self.setAccessibleName(f"{self.y_name} over {self.x_name}: {', '.join(areas)}")
        self.update()

    def show_point(self, point: ChosenPoint | None, front: str) -> None:
        """Put a class in front, with the operating point on it."""
        self._point, self._front = point, front
        self.update()

    # -- places ---------------------------------------------------------------------------

    def place_of(self, code: str, at: int) -> QPointF:
        """Where a point of a curve lies in the widget."""
        return self.to_screen(*self._lines.place(code, at))

    def legend(self) -> dict[str, QRectF]:
        """Where the name of each curve stands: in the corner that good ROC curves leave free."""
        metrics, plot, codes = QFontMetricsF(self.font()), self.plot, self._lines.codes
        height = metrics.height()
        width = _SAMPLE + metrics.horizontalAdvance("malignant  0.000") * 1.15 + 10
        small = width > plot.width() * 0.7 or height * len(codes) > plot.height() * 0.8
        if small or self._plane is not Plane.ROC:
            return {}
        top = plot.bottom() - 4 - height * len(codes)
        return {
            code: QRectF(plot.right() - width, top + at * height, width, height)
            for at, code in enumerate(codes)
        }

    def _nearest(self, place: QPointF, code: str) -> tuple[int, float]:
        return self._lines.nearest(code, self.from_screen(place), self.plot.width())

    def _touched(self, place: QPointF) -> tuple[str, int] | None:
        """The curve under the pointer; the one in front wins where several are."""
        found = {code: self._nearest(place, code) for code in self._lines.codes}
        near = {code: far for code, (_, far) in found.items() if far <= _NEAR}
        if not near:
            return None
        best = self._front if self._front in near else min(near, key=near.__getitem__)
        return best, found[best][0]

    def _point_at(self) -> int | None:
        """The number of the operating point on the front curve."""
        if self._point is None or self._front not in self._lines.codes:
            return None
        return self._lines.at_threshold(self._front, self._point.threshold)

    # -- painting -------------------------------------------------------------------------

    @override
    def paint_data(self, painter: QPainter) -> None:
        painter.drawPixmap(0, 0, self._drawn_lines())
        self._paint_point(painter)

    def _drawn_lines(self) -> QPixmap:
        """All lines as a picture: only the point moves from one painting to the next."""
        ratio = self.devicePixelRatioF()
        wanted = (self._lines, self._front, self.size(), ratio, self.palette().cacheKey())
        if wanted != self._drawn or self._layer is None:
            self._drawn, self._layer = wanted, self.layer()
            with QPainter(self._layer) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setFont(self.font())
                self._paint_lines(painter)
        return self._layer

    def _paint_lines(self, painter: QPainter) -> None:
        if self._plane is Plane.ROC:
            painter.setPen(QPen(self.faint, 1, Qt.PenStyle.DashLine))
            painter.drawLine(self.to_screen(0, 0), self.to_screen(1, 1))
        for code in self._lines.codes:
            if code != self._front:
                self._paint_line(painter, code, front=False)
        self._paint_legend(painter)
        if self._front in self._lines.codes:
            self._paint_line(painter, self._front, front=True)

    def _paint_line(self, painter: QPainter, code: str, *, front: bool) -> None:
        plot = self.plot
        across, up = self._lines.corners(code, plot.width())
        points = zip((plot.left() + across).tolist(), (plot.bottom() - up).tolist(), strict=True)
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
        dashes = _DASHES[self._lines.codes.index(code) % len(_DASHES)]
        if dashes and not front:
            pen.setDashPattern(dashes)
        return pen

    def _paint_legend(self, painter: QPainter) -> None:
        aside = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        back = self.palette().base().color()
        back.setAlpha(200)
        for code, place in self.legend().items():
            painter.fillRect(place, back)
            left, middle = place.left() + 2, place.center().y()
            painter.setPen(self._pen(code, front=code == self._front))
            painter.drawLine(QPointF(left, middle), QPointF(left + _SAMPLE - 6, middle))
            painter.setPen(self.ink)
            font = self.font()
            font.setBold(code == self._front)
            painter.setFont(font)
            text = f"{code}  {self._lines.facts[code].area:.3f}"
            painter.drawText(place.adjusted(_SAMPLE, 0, 0, 0), int(aside), text)
        painter.setFont(self.font())

    def _paint_point(self, painter: QPainter) -> None:
        at = self._point_at()
        if at is None:
            return
        place, zero = self.place_of(self._front, at), self.to_screen(0, 0)
        painter.setPen(QPen(self.faint, 1))
        painter.drawLine(place, QPointF(place.x(), zero.y()))
        painter.drawLine(place, QPointF(zero.x(), place.y()))
        painter.setPen(QPen(self.ink, 2.5))
        painter.setBrush(self.palette().base().color())
        painter.drawEllipse(place, 6, 6)

    # -- the user -------------------------------------------------------------------------

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        named = [code for code, room in self.legend().items() if room.contains(place)]
        touched = self._touched(place)
        code = named[0] if named else touched[0] if touched else self._front
        self._pressed = bool(touched) and not named
        if code != self._front:
            self.class_chosen.emit(code)
        elif touched and not named:
            self._choose(touched[1])

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = False

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed and event.buttons() and self._front in self._lines.codes:
            self._choose(self._nearest(event.position(), self._front)[0])
            return
        touched = self._touched(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if touched else Qt.CursorShape.ArrowCursor)
        text = self._lines.describe(*touched) if touched else ""
        QToolTip.showText(event.globalPosition().toPoint(), text, self)

    @override
    def event(self, event: QEvent) -> bool:
        if wants_key(event, _STEPS):
            event.accept()  # the keys move the point, not through the list of images
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps, at = _STEPS.get(Qt.Key(event.key())), self._point_at()
        if steps is None or at is None:
            super().keyPressEvent(event)
        else:
            self._choose(min(max(at + steps, 0), self._lines.last(self._front)))

    def _choose(self, at: int) -> None:
        threshold = self._lines.threshold(self._front, at)
        if self._point is None or threshold != self._point.threshold:
            self.threshold_chosen.emit(threshold)
