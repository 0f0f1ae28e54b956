"""The dialog that says as which classes recorded labels are looked at, and what this costs."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.item_models.figure_texts import class_text
from app.panes.widgets import CalmComboBox, ComboBox, note
from model.class_systems import (
    CLASS_SYSTEMS,
    MALIGNANT_OR_BENIGN,
    ClassMapping,
    ClassSystem,
    mapping_of,
    reason,
)
from model.taxonomy import BENIGN, class_order

_NO_CLASS = "no class"


class ClassesDialog(QDialog):
    """Shows each recorded class with the class that it is looked at as.

    Signals:
        mapping_chosen: Argument: `ClassMapping`, or None for as it is recorded.
    """

    mapping_chosen = Signal(object)

    def __init__(
        self, parent: QWidget, counts: Mapping[str, int], current: ClassMapping | None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Classes of the labels")
        self._counts = {code: counts[code] for code in sorted(counts, key=class_order) if code}
        self._unlabelled = counts.get("", 0)
        self.system = ComboBox()
        self.system.addItem("as they are recorded", None)
        for system in CLASS_SYSTEMS:
            self.system.addItem(f"{system.name}: {', '.join(system.codes)}", system)
        self.ak = QCheckBox("Actinic keratosis (AK) counts as malignant")
        self.table = QTableWidget(len(self._counts), 4)
        self.losses, self.after = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self.mapping: ClassMapping | None = None
        self._build_layout()
        self._show_current(current)
        self.system.currentIndexChanged.connect(self._choose_system)
        self.ak.toggled.connect(self._choose_system)
        self.resize(900, 560)

    def _build_layout(self) -> None:
        self.table.setHorizontalHeaderLabels(["Recorded", "Images", "Looked at as", "Why"])
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setWordWrap(True)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setColumnWidth(0, 190)
        self.table.setColumnWidth(1, 70)
        self.table.setColumnWidth(2, 130)
        self.table.horizontalHeader().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        form = QFormLayout()
        form.addRow("Look at the labels", self.system)
        form.addRow("", self.ak)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.use = buttons.addButton("Look at them so", QDialogButtonBox.ButtonRole.AcceptRole)
        self.undo = buttons.addButton("Back to what is recorded", _RESET)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        self.undo.clicked.connect(self._accept_recorded)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.losses)
        layout.addWidget(self.after)
        layout.addWidget(
            note(
                "Used wherever labels are: in the list, in figures, in trainings and by commands on"
                " this folder, which say so. What is recorded stays as it is, and comes back with"
                " “Back to what is recorded”."
            )
        )
        layout.addWidget(buttons)

    def _show_current(self, current: ClassMapping | None) -> None:
        names = [None, *(system.name for system in CLASS_SYSTEMS)]
        at = names.index(current.target) if current and current.target in names else 0
        self.system.setCurrentIndex(at)
        self.ak.setChecked(current is None or current.code("AK") != BENIGN)
        self.undo.setEnabled(current is not None)
        self._show(current)

    # -- what is chosen -------------------------------------------------------------------

    @property
    def _target(self) -> ClassSystem | None:
        target: ClassSystem | None = self.system.currentData()
        return target

    def _choose_system(self) -> None:
        target = self._target
        if target is None:
            self._show(None)
        else:
            chosen = self.ak.isChecked()
            self._show(mapping_of(tuple(self._counts), target, ak_is_malignant=chosen))

    def _choose(self, code: str, box: QComboBox, _index: int) -> None:
        if self.mapping is not None:
            self.mapping = self.mapping.chosen(code, box.currentData())
            self._show_effect()

    def _accept(self) -> None:
        self.mapping_chosen.emit(self.mapping)
        self.accept()

    def _accept_recorded(self) -> None:
        self.mapping_chosen.emit(None)
        self.accept()

    # -- what it does ---------------------------------------------------------------------

    def _show(self, mapping: ClassMapping | None) -> None:
        self.mapping = mapping
        self.ak.setVisible(self._target == MALIGNANT_OR_BENIGN)
        for at, (code, count) in enumerate(self._counts.items()):
            self.table.setItem(at, 0, _item(class_text(code)))
            self.table.setItem(at, 1, _item(f"{count:,}", right=True))
            self.table.setCellWidget(at, 2, self._box(code))
            why = reason(code, self._target) if self._target else ""
            self.table.setItem(at, 3, _item(why))
        self.table.resizeRowsToContents()
        self._show_effect()

    def _box(self, code: str) -> QComboBox:
        box = CalmComboBox()
        target = self._target
        if target is None or self.mapping is None:
            box.addItem(code, code)
            box.setEnabled(False)
            return box
        for each in target.codes:
            box.addItem(each, each)
        box.addItem(_NO_CLASS, "")
        box.setCurrentIndex(box.findData(self.mapping.code(code)))
        box.currentIndexChanged.connect(partial(self._choose, code, box))
        return box

    def _show_effect(self) -> None:
        mapping = self.mapping
        here = mapping.of(self._counts) if mapping else None
        self.losses.setText(" ".join(here.losses()) if here else "")
        after: dict[str, int] = {}
        for code, count in self._counts.items():
            seen = mapping.code(code) if mapping else code
            after[seen] = after.get(seen, 0) + count
        without = after.pop("", 0) + self._unlabelled
        parts = [f"{code} {after[code]:,}" for code in sorted(after, key=class_order)]
        self.after.setText(f"<b>Images then: {' · '.join(parts)} · without a class {without:,}</b>")


_RESET = QDialogButtonBox.ButtonRole.ResetRole


def _item(text: str, *, right: bool = False) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setToolTip(text)
    if right:
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item
