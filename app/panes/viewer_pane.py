"""The photograph with its heat map: zoom to the pointer, pan, fit, actual size."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from app.case import Case, HeatMap
from app.panes.heat_map_picture import heat_map_picture
from app.panes.photograph_drawing import (
    draw_badge,
    draw_frame,
    draw_in_sight,
    draw_message,
    level_for,
)

# Photographs lie on the same neutral grey in both themes: colours are judged against it.
BACKDROP = QColor("#6e6e6e")
ZOOM_STEP = 1.25
LARGEST_SCALE = 32.0


@dataclass(frozen=True, slots=True)
class View:
    """What is seen of a photograph, whatever its size.

    Attributes:
        magnification: Against the whole photograph fitted into its pane.
        across, down: The middle of the pane, as shares of the photograph's sides.
    """

    magnification: float
    across: float
    down: float


class ViewerPane(QWidget):
    """Shows one photograph; the heat map over it fades without being computed again.

    Signals:
        view_changed: The user zoomed or moved the photograph. Argument: the `View`.
        scale_changed: Argument: device pixels to a pixel of the photograph.
        pointed_at: Something else is under the pointer. Argument: the point in the photograph,
            None outside.
    """

    view_changed = Signal(object)
    scale_changed = Signal(float)
    pointed_at = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("viewer")
        self.setAccessibleName("Photograph")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._case: Case | None = None
        self._heat_map: HeatMap | None = None
        self._picture: QImage | None = None
        self._colour_map, self._opacity = "viridis", 0.5
        self._visible, self._plain = True, False
        self._message = ""
        self._fitted = True
        self._largest: float | None = LARGEST_SCALE
        self._scale = 1.0  # device pixels to a pixel of the photograph
        self._centre = QPointF()  # of the view, in pixels of the photograph
        self._held: tuple[bool, float, QPointF] | None = None
        self._drag_from: QPointF | None = None
        self._pointer: QPointF | None = None

    # -- what is shown --------------------------------------------------------------------

    def show_case(self, case: Case | None) -> None:
        """Show another photograph; a fitted view stays fitted, another keeps its scale."""
        same = bool(self._case and case and self._case.path == case.path)
        self._case = case
        if not same:
            self._heat_map, self._picture = None, None
            self._centre = QPointF(case.width / 2, case.height / 2) if case else QPointF()
        self._message = case.reason if case else ""
        if self._fitted:
            self._fit_scale()
        self._tell_pointer()
        self.update()

    def show_message(self, text: str) -> None:
        """Say why there is no photograph."""
        self._message = text
        self.update()

    def show_heat_map(self, heat_map: HeatMap | None) -> None:
        """Draw another map; one of another image than the shown one is dropped."""
        if heat_map and (self._case is None or heat_map.path != self._case.path):
            return
        self._heat_map = heat_map
        self._colour()
        self._tell_pointer()
        self.update()

    def set_drawing(self, *, visible: bool, opacity: float, colour_map: str) -> None:
        """Draw the map in another way; nothing is computed but colours."""
        if colour_map != self._colour_map:
            self._colour_map = colour_map
            self._colour()
        self._visible, self._opacity = visible, opacity
        self.update()

    def set_plain(self, plain: bool) -> None:
        """Show the photograph alone for as long as a key is held."""
        self._plain = plain
        self.update()

    def _colour(self) -> None:
        if self._heat_map and self._case and self._case.levels:
            size = QSize(self._case.width, self._case.height)
            self._picture = heat_map_picture(self._heat_map, size, self._colour_map)
        else:
            self._picture = None

    # -- scale and place ------------------------------------------------------------------

    @property
    def scale(self) -> float:
        """Device pixels to a pixel of the photograph."""
        return self._scale

    def limit_zoom(self, largest: float | None) -> None:
        """Enlarge no further than this scale from now on; None shows the whole and nothing else."""
        self._largest = largest
        self.fit()

    def fit(self) -> None:
        """Show the whole photograph, and go on doing so."""
        self._fitted = True
        self._fit_scale()
        self.update()
        self.view_changed.emit(self.view)

    def actual_size(self) -> None:
        """One pixel of the photograph to a pixel of the screen."""
        self._zoom_to(1.0, QPointF(self.rect().center()))

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Enlarge or shrink, so that what is under `at` (or the middle) stays there."""
        self._zoom_to(self._scale * factor, at or QPointF(self.rect().center()))

    def hold_actual_size(self, held: bool) -> None:
        """Actual size around the pointer for as long as a key is held."""
        if held and self._held is None:
            self._held = (self._fitted, self._scale, QPointF(self._centre))
            self._zoom_to(1.0, QPointF(self.mapFromGlobal(self.cursor().pos())))
        elif not held and self._held is not None:
            self._fitted, scale, self._centre = self._held
            self._held = None
            self._set_scale(scale)

    @property
    def view(self) -> View:
        """What is seen, for other viewers to show the same."""
        if self._case is None or not self._case.levels:
            return View(1.0, 0.5, 0.5)
        across = self._centre.x() / self._case.width
        return View(self._scale / self._whole, across, self._centre.y() / self._case.height)

    def show_view(self, view: View) -> None:
        """Show what another viewer shows of its photograph."""
        if self._case is None or not self._case.levels:
            return
        self._fitted = view.magnification == 1.0
        x, y = view.across * self._case.width, view.down * self._case.height
        self._centre = QPointF(x, y)
        self._set_scale(self._whole * view.magnification)

    @property
    def _whole(self) -> float:
        """The scale at which the whole photograph fits."""
        if self._case is None or not self._case.levels:
            return 1.0
        room = min(self.width() / self._case.width, self.height() / self._case.height)
        scale = max(room, 0.001) * self.devicePixelRatioF()
        return min(scale, self._largest or scale)

    def to_photograph(self, point: QPointF) -> QPointF:
        """A point of the widget in pixels of the photograph."""
        return self._centre + (point - QRectF(self.rect()).center()) / self._logical_scale

    def photograph_rectangle(self) -> QRectF:
        """Where the photograph lies, in the widget's coordinates."""
        if self._case is None:
            return QRectF()
        top_left = QRectF(self.rect()).center() - self._centre * self._logical_scale
        width = self._case.width * self._logical_scale
        return QRectF(top_left.x(), top_left.y(), width, self._case.height * self._logical_scale)

    @property
    def _logical_scale(self) -> float:
        return self._scale / self.devicePixelRatioF()

    def _fit_scale(self) -> None:
        if self._case is None or not self._case.levels:
            return
        self._centre = QPointF(self._case.width / 2, self._case.height / 2)
        self._set_scale(self._whole)

    def _zoom_to(self, scale: float, at: QPointF) -> None:
        if self._case is None or not self._case.levels or self._largest is None:
            return
        kept = self.to_photograph(at)
        self._fitted = False
        self._set_scale(min(max(scale, 0.01), self._largest))
        self._centre = kept - (at - QRectF(self.rect()).center()) / self._logical_scale
        self._keep_in_sight()
        self.view_changed.emit(self.view)

    def _set_scale(self, scale: float) -> None:
        self._scale = scale
        self.scale_changed.emit(scale)
        self._tell_pointer()
        self.update()

    def _keep_in_sight(self) -> None:
        if self._case:
            x = min(max(self._centre.x(), 0.0), float(self._case.width))
            y = min(max(self._centre.y(), 0.0), float(self._case.height))
            self._centre = QPointF(x, y)

    # -- Qt -------------------------------------------------------------------------------

    @override
    def sizeHint(self) -> QSize:
        return QSize(600, 450)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._fitted:
            self._fit_scale()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(ZOOM_STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._drag_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag_from is not None and self._largest is not None:
            self._centre -= (event.position() - self._drag_from) / self._logical_scale
            self._drag_from = event.position()
            self._fitted = False
            self._keep_in_sight()
            self.update()
            self.view_changed.emit(self.view)
        self._pointer = event.position()
        self._tell_pointer()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self._tell_pointer()

    def _tell_pointer(self) -> None:
        """What is under a pointer that rests changes with the photograph and its scale."""
        pointer = self._pointer
        inside = pointer is not None and self.photograph_rectangle().contains(pointer)
        self.pointed_at.emit(self.to_photograph(pointer) if inside and pointer else None)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag_from = None
        self.unsetCursor()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._fitted:
            self._zoom_to(1.0, event.position())
        else:
            self.fit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), BACKDROP)
        if self._message:
            draw_message(painter, self.rect(), self._message)
        elif self._case and self._case.levels:
            self._paint_case(painter, self._case)

    def _paint_case(self, painter: QPainter, case: Case) -> None:
        # Enlarged pixels stay square, so that nobody takes interpolation for structure.
        smooth = self._scale < 4
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        target = self.photograph_rectangle()
        draw_in_sight(painter, level_for(case, self._scale), target, self.rect())
        if self._heat_map and self._visible and not self._plain:
            self._paint_heat_map(painter, self._heat_map, target)

    def _paint_heat_map(self, painter: QPainter, heat_map: HeatMap, target: QRectF) -> None:
        if self._picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
            painter.setOpacity(self._opacity)
            draw_in_sight(painter, self._picture, target, self.rect())
            painter.setOpacity(1.0)
        draw_frame(painter, QRectF(*heat_map.place), target, self._logical_scale)
        if heat_map.scarcity:
            draw_badge(painter, f"{heat_map.scarcity} for {heat_map.class_code}")
