"""Problems of a data set as rows of a table."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from typing_extensions import override

from model.records import Problem

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_TITLES = ("Kind", "File or image", "Reason")


class ProblemModel(QAbstractTableModel):
    """Problems, of one kind or of all.

    Attributes:
        problems: Those that are shown.
    """

    def __init__(self) -> None:
        super().__init__()
        self.problems: tuple[Problem, ...] = ()

    def show(self, problems: Sequence[Problem]) -> None:
        """Show others."""
        self.beginResetModel()
        self.problems = tuple(problems)
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.problems)

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        horizontal = orientation == Qt.Orientation.Horizontal
        if horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        problem = self.problems[index.row()]
        return (str(problem.kind), problem.path, problem.reason)[index.column()]


def summary(problems: Sequence[Problem]) -> str:
    """How many there are of each kind, for example "2 missing, 1 unreadable"."""
    counts = Counter(str(problem.kind) for problem in problems)
    return ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items()))


def paths_of(problems: Sequence[Problem]) -> frozenset[str]:
    """The images that some problems are about."""
    return frozenset(path for each in problems for path in (each.path, each.other) if path)
