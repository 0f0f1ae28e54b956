"""What errors cost, and how much a label of each basis deserves a second look."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.panes.widgets import note, table_buttons
from model.review.queue import Weights
from model.review.severity import Severity, default_severity


class SeverityDialog(QDialog):
    """An editable table with its source.

    Signals:
        chosen: Arguments: the `Severity`, the weight of each basis.
    """

    chosen = Signal(object, object)

    def __init__(self, weights: Weights, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("What errors cost")
        self._severity = weights.severity
        self.table = QTableWidget()
        self.bases = {name: _share(value) for name, value in weights.bases.items()}
        self._source = note()
        buttons = table_buttons(self, self._accept, lambda: self._show(default_severity()))
        form = QFormLayout()
        for name, box in self.bases.items():
            form.addRow(f"label by {name}" if name else "basis not recorded", box)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel("Row: the truth. Column: what it was taken for. 0 to 1."))
        layout.addWidget(self.table, 1)
        layout.addWidget(self._source)
        layout.addWidget(QLabel("How much a label deserves a second look, 0 to 1:"))
        layout.addLayout(form)
        layout.addWidget(buttons)
        self.resize(640, 620)
        self._show(weights.severity)
        self.table.itemChanged.connect(self._take)

    def _show(self, severity: Severity) -> None:
        self._severity = severity
        table, classes = self.table, severity.classes
        table.blockSignals(True)
        table.setRowCount(len(classes))
        table.setColumnCount(len(classes))
        table.setHorizontalHeaderLabels(list(classes))
        table.setVerticalHeaderLabels(list(classes))
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for row, truth in enumerate(classes):
            for column, taken in enumerate(classes):
                item = QTableWidgetItem(f"{severity.values[row, column]:.2f}")
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                item.setToolTip(f"{truth} taken for {taken}")
                if row == column:
                    item.setFlags(Qt.ItemFlag.NoItemFlags)
                table.setItem(row, column, item)
        table.blockSignals(False)
        self._source.setText(severity.source)

    def _take(self, item: QTableWidgetItem) -> None:
        """A number that is none is put back."""
        classes = self._severity.classes
        truth, taken = classes[item.row()], classes[item.column()]
        try:
            value = float(item.text().replace(",", "."))
            changed = self._severity.changed(truth, taken, value)
        except ValueError:
            changed = self._severity
        self._show(changed)

    def _accept(self) -> None:
        self.chosen.emit(self._severity, {name: box.value() for name, box in self.bases.items()})
        self.accept()


def _share(value: float) -> QDoubleSpinBox:
    made = QDoubleSpinBox()
    made.setRange(0, 1)
    made.setSingleStep(0.1)
    made.setDecimals(2)
    made.setValue(value)
    return made
