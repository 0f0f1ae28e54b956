"""What is wrong with the data set's files and rows, each with its reason."""

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.item_models.problem_model import ProblemModel, paths_of
from app.panes.widgets import CalmComboBox, note
from model.records import Problem
from model.words import counted

_ALL = "All kinds"
_LONGEST = 30  # letters of a file name beside the list


class _PathDelegate(QStyledItemDelegate):
    """Cuts paths in their middle: the file at the end tells more than the folders."""

    @override
    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle


class ProblemPane(QWidget):
    """Counts and lists problems.

    Signals:
        path_chosen: The user wants to see the image behind a problem. Argument: its path.
        images_requested: The images behind several problems are to be listed. Arguments: their
            paths, and what they have in common.
        check_requested: The whole data set is to be looked through.
    """

    path_chosen = Signal(str)
    images_requested = Signal(object, str)
    check_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._problems: tuple[Problem, ...] = ()
        self._summary = QLabel(wordWrap=True)
        self.kind = CalmComboBox()
        self.list_images, self.check = QPushButton("List the images"), QPushButton("Check…")
        self._remark = note()
        self._model = ProblemModel()
        self.view = QTableView()
        self.view.setModel(self._model)
        self._build_view()
        self._build_layout()
        self.kind.currentIndexChanged.connect(self._show_kind)
        self.list_images.clicked.connect(self._request_images)
        self.check.clicked.connect(self.check_requested)
        self.view.clicked.connect(self._choose)
        self.view.activated.connect(self._choose)
        self.view.doubleClicked.connect(self._request_images_of)
        self._show()

    def _build_view(self) -> None:
        view = self.view
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        view.horizontalHeader().setStretchLastSection(True)
        view.setColumnWidth(0, 95)
        view.setColumnWidth(1, 250)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setItemDelegateForColumn(1, _PathDelegate(view))

    def _build_layout(self) -> None:
        self.check.setToolTip("Read every image: copies, leaks and contradictions are found too")
        self.list_images.setToolTip("Of the lines that are marked, or of all that are shown")
        line = QHBoxLayout()
        line.addWidget(self._summary, 1)
        line.addWidget(self.kind)
        line.addWidget(self.list_images)
        line.addWidget(self.check)
        layout = QVBoxLayout(self)
        layout.addLayout(line)
        layout.addWidget(self._remark)
        layout.addWidget(self.view, 1)

    def show_problems(self, problems: Sequence[Problem], remark: str = "") -> None:
        """Show what is known now; the same again moves nothing under the user's eyes.

        `remark` is a sentence on what a check found besides.
        """
        self._remark.setText(remark)
        self._remark.setVisible(bool(remark))
        if tuple(problems) != self._problems:
            self._problems = tuple(problems)
            self._show()

    def _show(self) -> None:
        counts = Counter(str(problem.kind) for problem in self._problems)
        chosen = self.kind.currentData()
        self.kind.blockSignals(True)
        self.kind.clear()
        self.kind.addItem(_ALL, "")
        for kind in sorted(counts):
            self.kind.addItem(f"{kind.capitalize()} ({counts[kind]:,})", kind)
        self.kind.setCurrentIndex(max(0, self.kind.findData(chosen)))
        self.kind.blockSignals(False)
        for widget in (self.view, self.kind, self.list_images):
            widget.setVisible(bool(self._problems))
        count = len(self._problems)
        text = counted(count, "finding") if count else "Nothing is known to be wrong"
        self._summary.setText(f"{text}.")
        self._show_kind()

    def _show_kind(self) -> None:
        kind = self.kind.currentData()
        self._model.show([each for each in self._problems if not kind or each.kind == kind])

    # -- what is asked for ----------------------------------------------------------------

    def _choose(self, index: QModelIndex) -> None:
        self.path_chosen.emit(self._model.problems[index.row()].path)

    def _request_images_of(self, index: QModelIndex) -> None:
        problem = self._model.problems[index.row()]
        name = problem.path.rpartition("/")[2]
        shown = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
        self.images_requested.emit(paths_of([problem]), f"{problem.kind}: {shown}")

    def _request_images(self) -> None:
        shown = self._model.problems
        rows = [index.row() for index in self.view.selectionModel().selectedRows()]
        # One line is marked by merely looking at its image.
        chosen = [shown[row] for row in rows] if len(rows) > 1 else shown
        kinds = sorted({str(problem.kind) for problem in chosen})
        self.images_requested.emit(paths_of(chosen), " or ".join(kinds))
