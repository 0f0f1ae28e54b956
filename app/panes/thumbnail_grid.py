"""A grid of tiles of one size, however many: only what is in sight costs anything.

Qt's list view lays out every item again whenever the list grows: 80 ms for 8,000 images.
"""

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QWidget
from typing_extensions import override

Index = QModelIndex | QPersistentModelIndex
_Action = QAbstractItemView.CursorAction


class ThumbnailGrid(QAbstractItemView):
    """Shows the rows of a model as tiles, from left to right and down."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)

    # -- geometry -------------------------------------------------------------------------

    @property
    def _count(self) -> int:
        return self.model().rowCount(self.rootIndex()) if self.model() is not None else 0

    @property
    def _tile(self) -> QSize:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        return self.itemDelegate().sizeHint(option, QModelIndex())

    @property
    def _columns(self) -> int:
        return max(1, self.viewport().width() // self._tile.width())

    def _place(self, row: int) -> QRect:
        """Where a tile lies in the whole grid; the room left over is shared out between them."""
        tile, columns = self._tile, self._columns
        pitch = self.viewport().width() / columns
        x = round((row % columns) * pitch + (pitch - tile.width()) / 2)
        return QRect(x, row // columns * tile.height(), tile.width(), tile.height())

    def _rows_in(self, area: QRect) -> range:
        """Rows whose line of tiles touches an area of the viewport."""
        height, columns = self._tile.height(), self._columns
        first = (area.top() + self.verticalOffset()) // height * columns
        last = ((area.bottom() + self.verticalOffset()) // height + 1) * columns
        return range(max(0, first), min(last, self._count))

    def relayout(self) -> None:
        """The size of the tiles has changed."""
        self.updateGeometries()
        self.viewport().update()

    # -- Qt -------------------------------------------------------------------------------

    @override
    def visualRect(self, index: Index) -> QRect:
        if not index.isValid() or index.column():
            return QRect()
        return self._place(index.row()).translated(0, -self.verticalOffset())

    @override
    def indexAt(self, point: QPoint) -> QModelIndex:
        for row in self._rows_in(QRect(point, QSize(1, 1))):
            index = self.model().index(row, 0, self.rootIndex())
            if self.visualRect(index).contains(point):
                return index
        return QModelIndex()

    @override
    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        place, bar = self._place(index.row()), self.verticalScrollBar()
        if place.top() < bar.value():
            bar.setValue(place.top())
        elif place.top() + place.height() > bar.value() + self.viewport().height():
            bar.setValue(place.top() + place.height() - self.viewport().height())

    @override
    def moveCursor(self, action: _Action, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        columns = self._columns
        steps = {_Action.MoveUp: -columns, _Action.MoveDown: columns}
        row = self.currentIndex().row() + steps.get(action, 0)
        inside = 0 <= row < self._count
        return self.model().index(row, 0, self.rootIndex()) if inside else self.currentIndex()

    @override
    def horizontalOffset(self) -> int:
        return 0

    @override
    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    @override
    def isIndexHidden(self, index: Index) -> bool:
        return bool(index.column())

    @override
    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        index = self.indexAt(rect.center())
        self.selectionModel().select(QItemSelection(index, index), command)

    @override
    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        for index in selection.indexes():
            region += self.visualRect(index)
        return region

    @override
    def updateGeometries(self) -> None:
        lines = -(-self._count // self._columns)
        height, page = self._tile.height(), self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, lines * height - page))
        bar.setPageStep(page)
        bar.setSingleStep(height // 3)
        super().updateGeometries()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometries()

    @override
    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        super().rowsInserted(parent, start, end)
        self.updateGeometries()
        self.viewport().update()

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().scroll(dx, dy)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            event.ignore()  # held, it shows the plain photograph
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        plain = option.state & ~QStyle.StateFlag.State_Selected
        for row in self._rows_in(event.rect()):
            index = self.model().index(row, 0, self.rootIndex())
            chosen = index == self.currentIndex()
            option.state = plain | QStyle.StateFlag.State_Selected if chosen else plain
            option.rect = self.visualRect(index)
            if event.region().intersects(option.rect):
                self.itemDelegate().paint(painter, option, index)
