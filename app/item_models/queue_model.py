"""The queue of disagreements for Qt's views: a row for each lesion, made when it is in sight."""

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from app.adjudication_session import AdjudicationSession
from model.review.queue import QueueItem

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class Column(IntEnum):
    """What the table shows of a lesion."""

    WEIGHT = 0
    CLAIMS = 1
    WHY = 2


_TITLES = {Column.WEIGHT: "Weight", Column.CLAIMS: "Claims", Column.WHY: "Who disagrees"}
ITEM_ROLE = Qt.ItemDataRole.UserRole


class QueueModel(QAbstractTableModel):
    """Follows the queue of the session."""

    def __init__(self, session: AdjudicationSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        session.queue_changed.connect(self._follow)

    def _follow(self) -> None:
        self.beginResetModel()
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        queue = self._session.queue
        return 0 if parent.isValid() or queue is None else len(queue)

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(Column)

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[Column(section)]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(Column(section))
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        queue = self._session.queue
        if queue is None or not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(Column(index.column()))
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, ITEM_ROLE}:
            return None
        item = queue[index.row()]
        if role == ITEM_ROLE:
            return item
        if role == Qt.ItemDataRole.ToolTipRole:
            return what_weighs(item)
        return _text(item, Column(index.column()))


def _text(item: QueueItem, column: Column) -> str:
    match column:
        case Column.WEIGHT:
            return f"{item.weight:.2f}"
        case Column.CLAIMS:
            named = (item.label, item.predicted, *item.votes)
            return " ".join(dict.fromkeys(code for code in named if code))
        case Column.WHY:
            return item.patterns[0] if item.patterns else ""


def what_weighs(item: QueueItem) -> str:
    """All patterns of a lesion, and what its weight is made of."""
    lines = [text[0].upper() + text[1:] for text in item.patterns]
    lines.append(
        f"weight {item.weight:.2f}: consequence {item.consequence:.2f}, "
        f"evidence {item.evidence:.2f}, basis {item.basis_weight:.2f}"
    )
    if item.kind:
        lines.append(item.kind)
    if item.seen:
        lines.append("the classifier was made with this lesion")
    return "\n".join(lines)


def _alignment(column: Column) -> Qt.AlignmentFlag:
    if column == Column.WEIGHT:
        return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
