"""What is wrong with the data set's files and rows, each with its reason."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QLabel, QTableView, QVBoxLayout, QWidget
from typing_extensions import override

from model.records import Problem

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_TITLES = ("Kind", "File or image", "Reason")


class ProblemModel(QAbstractTableModel):
    """Problems as rows."""

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


class ProblemPane(QWidget):
    """Counts and lists problems.

    Signals:
        path_chosen: The user wants to see the image behind a problem. Argument: its path.
    """

    path_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._summary = QLabel(wordWrap=True)
        self._model = ProblemModel()
        self._view = QTableView()
        self._view.setModel(self._model)
        self._view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._view.verticalHeader().hide()
        self._view.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        self._view.horizontalHeader().setStretchLastSection(True)
        self._view.setColumnWidth(1, 320)
        self._view.setShowGrid(False)
        self._view.clicked.connect(self._choose)
        self._view.activated.connect(self._choose)
        layout = QVBoxLayout(self)
        layout.addWidget(self._summary)
        layout.addWidget(self._view, 1)
        self.show_problems(())

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show what is known now; the same again moves nothing under the user's eyes."""
        if self._summary.text() and tuple(problems) == self._model.problems:
            return
        self._model.show(problems)
        self._view.setVisible(bool(problems))
        self._summary.setText(summary(problems) or "Every file and every row is as it should be.")

    def _choose(self, index: QModelIndex) -> None:
        self.path_chosen.emit(self._model.problems[index.row()].path)


def summary(problems: Sequence[Problem]) -> str:
    """How many there are of each kind, for example "2 missing, 1 unreadable"."""
    counts = Counter(str(problem.kind) for problem in problems)
    return ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items()))
