"""What the network will see: an image through every step, and changed at random as in training."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from app.panes.widgets import button
from app.training_session import ShownPreview, TrainingSession

_EMPTY = "An image of the data set stands here as the network will see it."
_GAP = 6.0
_TILE = 84.0
_FRAME = QColor("#ffffff")


@dataclass(frozen=True, slots=True, eq=False)
class _Tile:
    """A titled picture; `box` is drawn into it, in shares of its sides."""

    title: str
    picture: QImage
    box: tuple[float, float, float, float] | None = None


class PreviewPane(QWidget):
    """Pictures of one image.

    Signals:
        next_requested: The user wants to see another image.
        again_requested: The user wants to see other random changes.
        watched: Argument: whether the pane is in sight.
    """

    next_requested = Signal()
    again_requested = Signal()
    watched = Signal(bool)

    def __init__(self, training: TrainingSession) -> None:
        super().__init__()
        self._training = training
        self._name = QLabel()
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.pictures = PictureSheet()
        another = button("Another image", "See another image of the data set")
        again = button("Draw again", "See the same image changed at random once more")
        another.clicked.connect(lambda _checked: self.next_requested.emit())
        again.clicked.connect(lambda _checked: self.again_requested.emit())
        line = QHBoxLayout()
        line.addWidget(another)
        line.addWidget(again)
        line.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(self.pictures)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(4)
        layout.addLayout(line)
        layout.addWidget(self._name)
        layout.addWidget(scroll, 1)
        training.preview_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        preview = self._training.preview
        self._name.setText(preview.path if preview else "")
        self._name.setToolTip(preview.path if preview else "")
        self.pictures.show_preview(preview)

    @override
    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]  # the stubs know it as QShowEvent
        self.watched.emit(True)

    @override
    def hideEvent(self, event: object) -> None:
        super().hideEvent(event)  # type: ignore[arg-type]  # the stubs know it as QHideEvent
        self.watched.emit(False)


class PictureSheet(QWidget):
    """Titled pictures in rows, as many side by side as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self._preview: ShownPreview | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_preview(self, preview: ShownPreview | None) -> None:
        """Show other pictures."""
        self._preview = preview
        titles = ", ".join(tile.title for tile in self._tiles() if tile.title)
        self.setAccessibleName(f"Steps: {titles}" if titles else "")
        self.updateGeometry()
        self.update()

    def _tiles(self) -> list[_Tile]:
        """What stands side by side; the random ones share the title of the first."""
        if self._preview is None:
            return []
        tiles = []
        for stage in self._preview.stages:
            if stage.mask is not None:
                tiles.append(_Tile("mask", stage.mask))
            tiles.append(_Tile(stage.name, stage.picture, stage.box))
        for number, picture in enumerate(self._preview.augmented):
            tiles.append(_Tile("" if number else "in training", picture))
        return tiles

    def _columns(self, width: float) -> int:
        return max(2, int((width + _GAP) // (_TILE + _GAP)))

    def _side(self, width: float) -> float:
        columns = self._columns(width)
        return (width - (columns - 1) * _GAP) / columns

    def _row_height(self, width: float) -> float:
        return self._side(width) + QFontMetricsF(self.font()).height() + _GAP

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        rows = -(-len(self._tiles()) // self._columns(width))
        return round(max(1, rows) * self._row_height(width))

    @override
    def minimumSizeHint(self) -> QSize:
        # Not by the present width: with a scroll bar that comes and goes it would never settle.
        return QSize(180, 60)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        tiles = self._tiles()
        if not tiles:
            text = self._preview.reason if self._preview else _EMPTY
            flags = int(Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
            painter.drawText(self.rect().adjusted(2, 4, -2, 0), flags, text)
            return
        for number, tile in enumerate(tiles):
            self._paint_tile(painter, number, tile)

    def _paint_tile(self, painter: QPainter, number: int, tile: _Tile) -> None:
        side, metrics = self._side(self.width()), QFontMetricsF(self.font())
        row, column = divmod(number, self._columns(self.width()))
        left, top = column * (side + _GAP), row * self._row_height(self.width())
        title = metrics.elidedText(tile.title, Qt.TextElideMode.ElideRight, side)
        line = QRectF(left, top, side, metrics.height())
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft), title)
        room = QSizeF(side, side)
        size = QSizeF(tile.picture.size()).scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(line.bottomLeft(), size)
        painter.drawImage(place, tile.picture)
        if tile.box:
            x0, y0, x1, y1 = tile.box
            painter.setPen(QPen(_FRAME, 2))
            painter.drawRect(
                QRectF(
                    QPointF(place.left() + x0 * size.width(), place.top() + y0 * size.height()),
                    QPointF(place.left() + x1 * size.width(), place.top() + y1 * size.height()),
                )
            )
