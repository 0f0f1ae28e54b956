"""Which images and classes a training learns."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.panes.widgets import CalmComboBox, button, note
from app.training_session import TrainingData
from model.catalogue.chosen_labels import LabelUse
from model.taxonomy import lesion_class

_USES: dict[LabelUse, str] = {
    "recorded": "Labels as recorded",
    "adjudicated": "As decided in review, else as recorded",
    "adjudicated only": "Only what was decided in review",
    "without disputed": "Without lesions that readers dispute",
    "spread": "Spread of the readings, else as recorded",
    "spread only": "Only the spread of the readings",
}
_OF_DECISIONS = {"adjudicated", "adjudicated only"}
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class DataSection(QWidget):
    """The data set, and its classes with a tick and a count each.

    Signals:
        open_data_set_requested: Train on what is open in the window.
        folder_requested: Train on another folder.
        classes_chosen: Argument: tuple of codes; empty for all that there are.
        labels_chosen: Argument: one of `LabelUse`.
    """

    open_data_set_requested = Signal()
    folder_requested = Signal()
    classes_chosen = Signal(tuple)
    labels_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._name = QLabel(wordWrap=True)
        self._place = note()
        self.labels = CalmComboBox()
        for use, text in _USES.items():
            self.labels.addItem(text, use)
        self.labels.activated.connect(lambda: self.labels_chosen.emit(self.labels.currentData()))
        self._boxes: dict[str, QCheckBox] = {}
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(0, 1)
        opened = button("Open data set", "Train on what is open in the window")
        folder = button("Folder…", "Train on another folder of images with labels")
        opened.clicked.connect(lambda _checked: self.open_data_set_requested.emit())
        folder.clicked.connect(lambda _checked: self.folder_requested.emit())
        buttons = QHBoxLayout()
        buttons.addWidget(opened)
        buttons.addWidget(folder)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setSpacing(3)
        layout.addWidget(self._name)
        layout.addWidget(self._place)
        layout.addLayout(buttons)
        layout.addWidget(self.labels)
        layout.addLayout(self._grid)

    def box(self, code: str) -> QCheckBox:
        """The tick of one class."""
        return self._boxes[code]

    def show_data(self, data: TrainingData | None, chosen: Sequence[str]) -> None:
        """Show what there is, and which classes are to be learned; none named means all."""
        self._name.setText(summary(data, chosen))
        self._place.setText(str(data.root) if data else "")
        self._place.setVisible(data is not None)
        self._show_uses(data)
        labels = list(data.images) if data else []
        if list(self._boxes) != labels:
            self._build(labels)
        for row, label in enumerate(labels, start=1):
            box = self._boxes[label]
            box.blockSignals(True)
            box.setChecked(not chosen or label in chosen)
            box.blockSignals(False)
            if data:
                self._set_number(row, 1, data.images[label])
                self._set_number(row, 2, data.lesions[label])

    def _show_uses(self, data: TrainingData | None) -> None:
        """Which labels may be learned; what nobody has decided or read cannot be chosen."""
        decided, read = (data.decided, data.read) if data else (0, 0)
        self.labels.setVisible(bool(decided or read))
        model = self.labels.model()
        for row, each in enumerate(_USES):
            known = each == "recorded" or (decided if each in _OF_DECISIONS else read)
            if isinstance(model, QStandardItemModel):
                model.item(row).setEnabled(bool(known))
        self.labels.setCurrentIndex(self.labels.findData(data.use if data else "recorded"))
        self.labels.setToolTip(
            f"{decided:,} lesions were decided in review, {read:,} images were read"
        )

    def _build(self, labels: Sequence[str]) -> None:
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        self._boxes = {}
        for column, title in enumerate(("Class", "Images", "Lesions") if labels else ()):
            head = QLabel(title)
            head.setEnabled(False)
            if column:
                head.setAlignment(_RIGHT)
            self._grid.addWidget(head, 0, column)
        for row, label in enumerate(labels, start=1):
            box = QCheckBox(label)
            box.setToolTip(lesion_class(label).name)
            box.toggled.connect(partial(self._tell, label))
            self._boxes[label] = box
            self._grid.addWidget(box, row, 0)
            for column in (1, 2):
                self._grid.addWidget(QLabel(alignment=_RIGHT), row, column)

    def _set_number(self, row: int, column: int, number: int) -> None:
        item = self._grid.itemAtPosition(row, column)
        widget = item.widget() if item else None
        if isinstance(widget, QLabel):
            widget.setText(f"{number:,}")

    def _tell(self, label: str, _is_ticked: bool) -> None:
        if not any(box.isChecked() for box in self._boxes.values()):
            self._boxes[label].setChecked(True)  # none named would mean all
            return
        ticked = tuple(code for code, box in self._boxes.items() if box.isChecked())
        self.classes_chosen.emit(() if len(ticked) == len(self._boxes) else ticked)


def summary(data: TrainingData | None, chosen: Sequence[str]) -> str:
    """For example "ham10000: 8,014 images of 7 classes"."""
    if data is None:
        return "No data set is chosen."
    used = {code: count for code, count in data.images.items() if not chosen or code in chosen}
    labels = ", labels of review" if data.labels is not None else ""
    return f"{data.root.name}: {sum(used.values()):,} images of {len(used)} classes{labels}"
