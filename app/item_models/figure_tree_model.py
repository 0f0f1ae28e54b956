"""Figures in two levels for Qt's views: a statistic with its classes, or a class with its own."""

from dataclasses import dataclass
from typing import Any, overload

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from app.item_models.figure_table_model import Figure, alignment, figure_data

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_TOP = 0  # internal id of the first level; below it, that of the parent's row plus one
Row = tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """A row with the rows below it."""

    row: Row
    below: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureTree:
    """Groups below a header."""

    header: tuple[str, ...] = ()
    groups: tuple[FigureGroup, ...] = ()


class FigureTreeModel(QAbstractItemModel):
    """Shows one tree; the same rows with other figures leave open what is open."""

    def __init__(self) -> None:
        super().__init__()
        self.tree = FigureTree()

    def show(self, tree: FigureTree) -> None:
        """Show another tree."""
        if tree.groups and _shape(tree) == _shape(self.tree):
            # One signal for all rows; one for each group would take longer than all the rest.
            self.layoutAboutToBeChanged.emit()
            self.tree = tree
            self.layoutChanged.emit()
            return
        self.beginResetModel()
        self.tree = tree
        self.endResetModel()

    def _row(self, index: Index) -> Row:
        if index.internalId() == _TOP:
            return self.tree.groups[index.row()].row
        return self.tree.groups[index.internalId() - 1].below[index.row()]

    @override
    def index(self, row: int, column: int, parent: Index = _NO_PARENT) -> QModelIndex:
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else _TOP)

    @overload
    def parent(self) -> QObject | None: ...

    @overload
    def parent(self, index: Index, /) -> QModelIndex: ...

    @override
    def parent(self, index: Index | None = None) -> QModelIndex | QObject | None:
        if index is None:
            return super().parent()
        if not index.isValid() or index.internalId() == _TOP:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, _TOP)

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        if not parent.isValid():
            return len(self.tree.groups)
        if parent.internalId() != _TOP or parent.column():
            return 0
        return len(self.tree.groups[parent.row()].below)

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return len(self.tree.header)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and section < len(self.tree.header):
            if role == Qt.ItemDataRole.DisplayRole:
                return self.tree.header[section]
            if role == Qt.ItemDataRole.TextAlignmentRole and self.tree.groups:
                return alignment(self.tree.groups[0].row[section])
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return figure_data(self._row(index)[index.column()], role) if index.isValid() else None


def _shape(tree: FigureTree) -> tuple[object, ...]:
    names = [(group.row[0].text, *(row[0].text for row in group.below)) for group in tree.groups]
    return tree.header, names
