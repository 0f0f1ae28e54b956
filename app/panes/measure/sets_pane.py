"""Conformal sets: which classes an image may be of, so that the right one is seldom missing."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.item_models.part_tables import sets_table, sizes_table
from app.panes.measure.figure_view import FigureTableView
from app.panes.widgets import CalmSpinBox, note
from model.evaluation.question import Answer

_WHAT = (
    "A set names every class that an image may well be of. It is calibrated for each class on the"
    " lesions of the validation images, so that it holds the right class at least so often."
)
_NONE = (
    "There are no validation images apart from those shown, so that no set can be calibrated."
    " Choose unseen images, and a classifier whose validation images are in this data set."
)


class SetsPane(QWidget):
    """Shows class-conditional conformal sets.

    Signals:
        level_chosen: The user wants sets that hold the right class that often. Argument: 0..1.
        opened: The user wants to see the images behind a number. Argument: a `Behind`.
    """

    level_chosen = Signal(float)
    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.level = CalmSpinBox()
        self.level.setRange(50, 99)
        self.level.setDecimals(0)
        self.level.setSuffix(" %")
        self.level.setKeyboardTracking(False)
        self._sum = QLabel(wordWrap=True)
        self.classes = FigureTableView("Conformal sets by class")
        self.sizes = FigureTableView("Sizes of the conformal sets")
        line = QHBoxLayout()
        line.addWidget(QLabel("Hold the right class in"))
        line.addWidget(self.level)
        line.addWidget(QLabel("of the lesions of each class"))
        line.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(line)
        layout.addWidget(self._sum)
        layout.addWidget(self.classes, 3)
        layout.addWidget(self.sizes, 2)
        layout.addWidget(note(_WHAT))
        self.level.valueChanged.connect(lambda value: self.level_chosen.emit(value / 100))
        for view in (self.classes, self.sizes):
            view.opened.connect(self.opened)

    def show_answer(self, answer: Answer | None, level: float) -> None:
        """Show other sets."""
        self.level.blockSignals(True)
        self.level.setValue(100 * level)
        self.level.blockSignals(False)
        sets = answer.measurement.sets if answer else None
        for view in (self.classes, self.sizes):
            view.setVisible(sets is not None)
        if sets is None:
            self._sum.setText(_NONE)
            return
        self.classes.show_table(sets_table(answer))
        self.sizes.show_table(sizes_table(answer))
        few = [each.code for each in sets.thresholds if each.too_few]
        text = f"{sets.coverage.mean_size:.2f} classes in a set on average"
        if sets.coverage.empty:
            text += f", {sets.coverage.empty:,} sets are empty"
        if few:
            text += f". Too few lesions of {', '.join(few)}: in every set, which promises nothing"
        self._sum.setText(f"{text}.")
