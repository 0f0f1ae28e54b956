"""The listed images for Qt's views: one row an image, columns for the table."""

from enum import IntEnum
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from app.session import Session
from model.catalogue.sorting import SortKey
from model.records import ImageRecord
from model.taxonomy import lesion_class

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class Column(IntEnum):
    """What the table shows of an image."""

    IMAGE = 0
    LABEL = 1
    PREDICTION = 2
    CONFIDENCE = 3
    AGREEMENT = 4
    BASIS = 5
    LESION = 6
    AGE = 7
    SEX = 8
    SITE = 9


TITLES = {
    Column.IMAGE: "Image",
    Column.LABEL: "Label",
    Column.PREDICTION: "Prediction",
    Column.CONFIDENCE: "Probability",
    Column.AGREEMENT: "Agreement",
    Column.BASIS: "Basis of label",
    Column.LESION: "Lesion",
    Column.AGE: "Age",
    Column.SEX: "Sex",
    Column.SITE: "Site",
}
SORT_KEYS = {
    Column.IMAGE: SortKey.IMAGE_ID,
    Column.LABEL: SortKey.LABEL,
    Column.PREDICTION: SortKey.PREDICTION,
    Column.CONFIDENCE: SortKey.CONFIDENCE,
    Column.AGREEMENT: SortKey.AGREEMENT,
    Column.BASIS: SortKey.BASIS,
    Column.LESION: SortKey.LESION,
    Column.AGE: SortKey.AGE,
    Column.SEX: SortKey.SEX,
    Column.SITE: SortKey.SITE,
}
_NUMBERS = frozenset({Column.CONFIDENCE, Column.AGE})
# The row in the session's table of images, for those who need more than a text.
ROW_ROLE = Qt.ItemDataRole.UserRole


class ImageListModel(QAbstractTableModel):
    """Follows the session's rows; keeps nothing but their order."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows = session.rows
        session.rows_changed.connect(self._follow_rows)
        session.predictions_changed.connect(self._tell_change)

    def _follow_rows(self) -> None:
        new, old = self._session.rows, self._rows
        grown = len(new) > len(old) and np.array_equal(new[: len(old)], old)
        if grown and len(old):
            self.beginInsertRows(_NO_PARENT, len(old), len(new) - 1)
            self._rows = new
            self.endInsertRows()
        elif np.array_equal(new, old):
            self._tell_change()
        else:
            self.beginResetModel()
            self._rows = new
            self.endResetModel()

    def _tell_change(self) -> None:
        if len(self._rows):
            last = self.index(len(self._rows) - 1, len(Column) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(Column)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return TITLES[Column(section)]
        return section + 1

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = int(self._rows[index.row()])
        if role == ROW_ROLE:
            return row
        column = Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row)
        return None

    def _text(self, row: int, column: Column) -> str:
        table = self._session.table
        if column is Column.PREDICTION:
            return "unreadable" if table.failure_of(row) else table.predicted_of(row)
        if column is Column.CONFIDENCE:
            value = float(table.confidence[row])
            return "" if np.isnan(value) else f"{value:.1%}"
        if column is Column.AGREEMENT:
            return table.agreement_of(row)
        return _recorded(table.records[row], column)

    def _tip(self, row: int) -> str:
        record, table = self._session.table.records[row], self._session.table
        lines = [record.path]
        if record.label:
            basis = f" ({record.basis})" if record.basis else ""
            lines.append(f"Label: {lesion_class(record.label).name}{basis}")
        if predicted := table.predicted_of(row):
            share = float(table.confidence[row])
            lines.append(f"Prediction: {lesion_class(predicted).name}, {share:.1%}")
        if failure := table.failure_of(row):
            lines.append(failure)
        return "\n".join(lines)


def _recorded(record: ImageRecord, column: Column) -> str:
    if column is Column.AGE:
        return "" if record.age is None else f"{record.age:g}"
    return {
        Column.IMAGE: record.image_id,
        Column.LABEL: record.label,
        Column.BASIS: record.basis,
        Column.LESION: record.lesion_id,
        Column.SEX: record.sex,
        Column.SITE: record.site,
    }[column]
