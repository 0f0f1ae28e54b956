"""Which images and classes a training learns."""

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.panes.widgets import button, note
from app.training_session import TrainingData
from model.taxonomy import class_order, lesion_class

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class DataSection(QWidget):
    """The data set, and its classes with a tick and a count each.

    Signals:
        open_data_set_requested: Train on what is open in the window.
        folder_requested: Train on another folder.
        classes_chosen: Argument: tuple of codes; empty for all that there are.
    """

    open_data_set_requested = Signal()
    folder_requested = Signal()
    classes_chosen = Signal(tuple)

    def __init__(self) -> None:
        super().__init__()
        self._name = QLabel(wordWrap=True)
        self._place = note()
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
        layout.addLayout(self._grid)

    def box(self, code: str) -> QCheckBox:
        """The tick of one class."""
        return self._boxes[code]

    def show_data(self, data: TrainingData | None, chosen: Sequence[str]) -> None:
        """Show what there is, and which classes are to be learned; none named means all."""
        self._name.setText(summary(data, chosen))
        self._place.setText(str(data.root) if data else "")
        self._place.setVisible(data is not None)
        counts = Counter(record.label for record in data.records) if data else Counter[str]()
        lesions = (
            Counter(label for label, _ in {(r.label, r.lesion_id or r.path) for r in data.records})
            if data
            else Counter[str]()
        )
        labels = sorted((label for label in counts if label), key=class_order)
        if list(self._boxes) != labels:
            self._build(labels)
        for row, label in enumerate(labels, start=1):
            box = self._boxes[label]
            box.blockSignals(True)
            box.setChecked(not chosen or label in chosen)
            box.blockSignals(False)
            self._set_number(row, 1, counts[label])
            self._set_number(row, 2, lesions[label])

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
            box.toggled.connect(self._tell)
            self._boxes[label] = box
            self._grid.addWidget(box, row, 0)
            for column in (1, 2):
                self._grid.addWidget(QLabel(alignment=_RIGHT), row, column)

    def _set_number(self, row: int, column: int, number: int) -> None:
        item = self._grid.itemAtPosition(row, column)
        widget = item.widget() if item else None
        if isinstance(widget, QLabel):
            widget.setText(f"{number:,}")

    def _tell(self) -> None:
        ticked = tuple(code for code, box in self._boxes.items() if box.isChecked())
        self.classes_chosen.emit(() if len(ticked) == len(self._boxes) else ticked)


def summary(data: TrainingData | None, chosen: Sequence[str]) -> str:
    """For example "ham10000: 8,014 images of 7 classes"."""
    if data is None:
        return "No data set is chosen."
    labels = {record.label for record in data.records if record.label}
    used = sum(not chosen or record.label in chosen for record in data.records if record.label)
    classes = len([label for label in labels if not chosen or label in chosen])
    return f"{data.root.name}: {used:,} images of {classes} classes"
