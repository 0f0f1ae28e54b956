"""The reliability diagram with its expected calibration error."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.item_models.figure_texts import class_text, interval, number
from app.panes.measure.reliability_chart import ReliabilityChart
from app.panes.widgets import CalmComboBox, LinkLabel, linked
from model.evaluation.behind import Bin, Cell
from model.evaluation.question import Answer
from model.evaluation.reliability import reliability
from model.taxonomy import lesion_class

_ERROR = "expected_calibration_error"


class ReliabilityPane(QWidget):
    """Shows whether probabilities mean what they say.

    Signals:
        class_chosen: The user wants the probabilities of a class. Argument: its code, "" for those
            of the diagnoses.
        opened: The user wants to see the images behind a number. Argument: a `Behind`.
    """

    class_chosen = Signal(str)
    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._of_class: int | None = None
        self.choice = CalmComboBox()
        self.choice.setMinimumContentsLength(24)
        self.chart = ReliabilityChart()
        self._error = LinkLabel()
        line = QHBoxLayout()
        line.addWidget(QLabel("Probabilities of"))
        line.addWidget(self.choice)
        line.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(line)
        layout.addWidget(self.chart, 1)
        layout.addWidget(self._error)
        self.choice.activated.connect(lambda _: self.class_chosen.emit(self.choice.currentData()))
        self._error.linkActivated.connect(lambda _: self.opened.emit(Cell()))
        self.chart.bin_chosen.connect(lambda at: self.opened.emit(Bin(self._of_class, at)))

    def show_answer(self, answer: Answer | None, code: str) -> None:
        """Show other bars, for the class `code` or, with "", for the diagnoses."""
        pair = answer.measurement.pair if answer else None
        self._offer(pair.classes if pair else ())
        if answer is None or pair is None or pair.probabilities is None:
            self.chart.show_bins((), "")
            self._error.clear()
            return
        self._of_class = pair.classes.index(code) if code in pair.classes else None
        self.choice.setCurrentIndex(max(0, self.choice.findData(code)))
        colour = lesion_class(code).colour if self._of_class is not None else ""
        self.chart.show_bins(reliability(pair, self._of_class), colour)
        found = answer.measurement.evaluation
        if self._of_class is None:
            error = found.overall[_ERROR]
        else:
            error = found.by_class[_ERROR][self._of_class]
        count = linked(f"n = {error.n:,}", "all")
        self._error.setText(
            f"Expected calibration error <b>{number(error.value)}</b>"
            f" ({interval(error, answer.draws)}; {count}). Bars: share that was right;"
            " dots: mean probability stated; dashed: both alike. Above: how many images."
        )

    def _offer(self, classes: tuple[str, ...]) -> None:
        if [self.choice.itemData(at) for at in range(1, self.choice.count())] == list(classes):
            return
        self.choice.clear()
        self.choice.addItem("the diagnosis", "")
        for code in classes:
            self.choice.addItem(class_text(code), code)
