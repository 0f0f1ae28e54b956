"""All runs: how each is doing, and what can be done with the one that is chosen."""

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.item_models.run_list_model import Column, RunListModel
from app.training_session import TrainingSession

_EMPTY = (
    "No training was started yet. Choose data and network on the left, then start: the run goes "
    "on in a process of its own, also when this window is closed, and is found again here."
)
_WIDEST_FIGURE = "all folds: 100.0 %"
_WAITING = "Waiting runs start one after another, also without a window."
_QUEUE = (
    "Runs wait for their turn in processes of their own: they start one after another, also when "
    "no window is open. After the computer was off, resume them."
)


class RunsPane(QWidget):
    """A table of runs.

    Signals:
        run_chosen: Argument: the path of a run's folder.
    """

    run_chosen = Signal(object)

    def __init__(self, training: TrainingSession, model: RunListModel) -> None:
        super().__init__()
        self._training, self._model = training, model
        model.setParent(self)  # it lives as long as the table that chooses in it
        self._bar = QHBoxLayout()
        self._note = QLabel()
        self._empty = QLabel(_EMPTY, wordWrap=True)
        self.view = QTableView()
        self._build_layout()
        self.view.selectionModel().currentRowChanged.connect(self._choose)
        model.modelReset.connect(self._show)
        training.runs_changed.connect(self._show)
        training.chosen_changed.connect(self._show)
        self._show()

    def _build_layout(self) -> None:
        view = self.view
        view.setModel(self._model)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        head = view.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        for column in (Column.BALANCED, Column.MACRO_F1):
            figure = self.fontMetrics().horizontalAdvance(_WIDEST_FIGURE) + 12
            view.setColumnWidth(column, max(figure, head.sectionSizeHint(column)))
        for column, width in ((Column.STATE, 90), (Column.STARTED, 140)):
            view.setColumnWidth(column, width)
        for column in (Column.EPOCH, Column.RATE, Column.LEFT):
            view.setColumnWidth(column, 84)
        self._note.setEnabled(False)
        self._note.setToolTip(_QUEUE)
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._bar.addWidget(self._note, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 4, 6, 6)
        layout.setSpacing(4)
        layout.addLayout(self._bar)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._empty, 1)
        layout.addWidget(view, 1)

    def add_actions(self, actions: list[QAction]) -> None:
        """Offer what can be done with the chosen run, above the table and as its menu."""
        for place, action in enumerate(actions):
            made = QToolButton()
            made.setDefaultAction(action)
            made.setText(action.text().replace("&", ""))
            self._bar.insertWidget(place, made)
            self.view.addAction(action)
        self.view.setContextMenuPolicy(self.view.contextMenuPolicy().ActionsContextMenu)

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.run_chosen.emit(self._model.run_at(index.row()).folder.path)

    def _show(self) -> None:
        runs = self._training.runs.values()
        self._empty.setVisible(not runs)
        self.view.setVisible(bool(runs))
        waiting = sum(run.is_alive and run.state_name == "waiting" for run in runs)
        self._note.setText(_WAITING if waiting else "")
        row = self._model.row_of(self._training.chosen)
        if row is not None and row != self.view.currentIndex().row():
            self.view.blockSignals(True)
            self.view.selectRow(row)
            self.view.blockSignals(False)
