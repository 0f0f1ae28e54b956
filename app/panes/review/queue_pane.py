"""Which lesions are disagreed about, why, and in which order."""

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.adjudication_session import AdjudicationSession
from app.item_models.queue_model import Column, QueueModel
from app.panes.review.line_table import KEY_ROLE, LineTable
from app.panes.widgets import Chip, note, slider
from model.review.patterns import Pattern

_EMPTY = (
    "No lesion waits. Readings, a network's predictions and recorded labels are compared here; "
    "classify the images, or take in readings."
)
_PARTS = {
    "consequence": "How bad the worst confusion of the claimed classes would be",
    "evidence": "How strongly the parties contradict each other",
    "basis": "How weak the ground of the recorded label is",
}
_LINES = 5  # of patterns in sight


class QueuePane(QWidget):
    """The queue, its patterns and its weights.

    Signals:
        row_chosen: Argument: position in the queue.
        patterns_chosen: Argument: the ticked patterns, empty for all.
        weights_chosen: Argument: name of the part to its weight, 0 to 1.
        severity_requested: The user wants to see what errors cost.
        members_chosen: Arguments: whether lesions that the network has seen count; whether the
            decided ones are listed instead of the waiting ones.
        all_requested: Not only the lesions behind a number shall wait.
    """

    row_chosen = Signal(int)
    patterns_chosen = Signal(object)
    weights_chosen = Signal(object)
    severity_requested = Signal()
    members_chosen = Signal(bool, bool)
    all_requested = Signal()

    def __init__(self, session: AdjudicationSession) -> None:
        super().__init__()
        self._session = session
        self.patterns = LineTable("Patterns", ("Pattern", "Lesions "))
        self.patterns.setHeaderHidden(True)
        self.patterns.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.sliders = {name: slider(0, 100, 0) for name in _PARTS}
        self._numbers = {name: QLabel(alignment=Qt.AlignmentFlag.AlignRight) for name in _PARTS}
        self._severity = QPushButton("What errors cost…")
        self.seen = QCheckBox("Count images the classifier has seen")
        self.seen.setToolTip("Its predictions of these agree with their labels: it learnt them")
        self.decided = QCheckBox("Show decided lesions")
        self._count = QLabel()
        self.table = QTableView()
        self._empty = note(_EMPTY)
        self._lists = QStackedWidget()
        self.chip = Chip("Let all lesions wait again on which somebody disagrees")
        self._build_layout()
        self._set_up_table()
        self._connect()
        self._show_weights()
        self._show_queue()

    def _build_layout(self) -> None:
        weights = QFormLayout()
        weights.setVerticalSpacing(2)
        for name, tip in _PARTS.items():
            self.sliders[name].setToolTip(tip)
            self._numbers[name].setMinimumWidth(self.fontMetrics().horizontalAdvance("100 %"))
            row = QHBoxLayout()
            row.addWidget(self.sliders[name], 1)
            row.addWidget(self._numbers[name])
            weights.addRow(name.capitalize(), row)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lists.addWidget(self._empty)
        self._lists.addWidget(self.table)
        below = QHBoxLayout()
        below.addWidget(self._count, 1)
        below.addWidget(self._severity)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(4)
        layout.addWidget(self.chip)
        layout.addWidget(self.patterns)
        layout.addLayout(weights)
        layout.addWidget(self.seen)
        layout.addWidget(self.decided)
        layout.addWidget(self._lists, 1)
        layout.addLayout(below)

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(QueueModel(self._session, self))
        table.setAccessibleName("Queue")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setWordWrap(True)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(2 * self.fontMetrics().height() + 6)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(Column.WHY, QHeaderView.ResizeMode.Stretch)
        metrics = self.fontMetrics()
        table.setColumnWidth(Column.WEIGHT, metrics.horizontalAdvance("Weight") + 16)
        table.setColumnWidth(Column.CLAIMS, metrics.horizontalAdvance("AKIEC BKL ") + 12)

    def _connect(self) -> None:
        session = self._session
        session.queue_changed.connect(self._show_queue)
        session.weights_changed.connect(self._show_weights)
        session.lesion_changed.connect(self._show_chosen)
        self.patterns.itemChanged.connect(self._tell_patterns)
        for each in self.sliders.values():
            each.valueChanged.connect(self._tell_weights)
        for box in (self.seen, self.decided):
            box.toggled.connect(self._tell_members)
        self.chip.removed.connect(self.all_requested)
        self._severity.clicked.connect(lambda _checked=False: self.severity_requested.emit())
        self.table.selectionModel().currentRowChanged.connect(self._tell_row)

    # -- the session is shown -------------------------------------------------------------

    def _show_queue(self) -> None:
        session = self._session
        waiting = len(session.queue) if session.queue else 0
        self._lists.setCurrentWidget(self.table if waiting else self._empty)
        self._empty.setText("No lesion is decided yet." if session.decided_shown else _EMPTY)
        what = "decided" if session.decided_shown else "waiting"
        self._count.setText(f"{waiting:,} {'lesion' if waiting == 1 else 'lesions'} {what}")
        self.chip.show_words(f"Only {session.among_words}" if session.among is not None else "")
        self._show_patterns()
        self._show_chosen()

    def _show_patterns(self) -> None:
        found = [(pattern, count) for pattern, count in self._session.counts.items() if count]
        self.patterns.fill([(each, (each.value, f"{count:,}")) for each, count in found])
        self.patterns.blockSignals(True)
        # Rows are as high as their boxes, which are higher than small fonts.
        height = self.fontMetrics().height() + 6
        for item in self.patterns.items():
            item.setSizeHint(0, QSize(0, height))
            ticked = item.data(0, KEY_ROLE) in self._session.patterns
            item.setCheckState(0, Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        self.patterns.blockSignals(False)
        self.patterns.setFixedHeight(min(max(len(found), 1), _LINES) * height + 6)

    def _show_weights(self) -> None:
        weights = self._session.weights
        total = weights.consequence + weights.evidence + weights.basis
        for name, each in self.sliders.items():
            value = getattr(weights, name)
            each.blockSignals(True)
            each.setValue(round(100 * value))
            each.blockSignals(False)
            self._numbers[name].setText(f"{value / total:.0%}" if total else "0%")
        for box, on in (
            (self.seen, self._session.include_seen),
            (self.decided, self._session.decided_shown),
        ):
            box.blockSignals(True)
            box.setChecked(on)
            box.blockSignals(False)

    def _show_chosen(self) -> None:
        position = self._session.position
        selection = self.table.selectionModel()
        selection.blockSignals(True)
        if position is None:
            self.table.clearSelection()
        else:
            self.table.selectRow(position)
            self.table.scrollTo(self.table.model().index(position, 0))
        selection.blockSignals(False)
        self.table.viewport().update()

    # -- wishes ---------------------------------------------------------------------------

    def _tell_row(self, current: QModelIndex) -> None:
        if current.isValid():
            self.row_chosen.emit(current.row())

    def _tell_patterns(self) -> None:
        items = self.patterns.items()
        ticked = [item for item in items if item.checkState(0) == Qt.CheckState.Checked]
        self.patterns_chosen.emit(frozenset(Pattern(item.data(0, KEY_ROLE)) for item in ticked))

    def _tell_weights(self) -> None:
        self.weights_chosen.emit({name: each.value() / 100 for name, each in self.sliders.items()})

    def _tell_members(self) -> None:
        self.members_chosen.emit(self.seen.isChecked(), self.decided.isChecked())
