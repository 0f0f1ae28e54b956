"""ROC and precision-recall curves side by side, with the operating point below them."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from app.panes.measure.curve_chart import CurveChart
from app.panes.measure.curve_lines import Plane
from app.panes.measure.operating_pane import OperatingPane
from model.evaluation.chosen_point import ChosenPoint, Holding, PointChoice
from model.evaluation.question import Answer


class CurvesPane(QWidget):
    """Shows how well the probabilities rank.

    Signals:
        point_chosen: Argument: a `PointChoice`.
        opened: The user wants to see the images behind a number. Argument: a `Behind`.
    """

    point_chosen = Signal(object)
    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._choice = PointChoice()
        self._answer: Answer | None = None
        self.roc = CurveChart(Plane.ROC)
        self.precision_recall = CurveChart(Plane.PRECISION_RECALL)
        self.operating = OperatingPane()
        self._charts = QHBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(self._charts, 1)
        layout.addWidget(self.operating)
        for chart in (self.roc, self.precision_recall):
            self._charts.addWidget(chart, 1)
            chart.class_chosen.connect(self._choose_class)
            chart.threshold_chosen.connect(self._choose_threshold)
        self.operating.chosen.connect(self.point_chosen)
        self.operating.opened.connect(self.opened)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        tall = self.height() - self.operating.height() > 1.3 * self.width()
        ways = QBoxLayout.Direction
        self._charts.setDirection(ways.TopToBottom if tall else ways.LeftToRight)

    def _choose_class(self, code: str) -> None:
        holding = self._choice.holding
        if holding is Holding.THRESHOLD:  # of another class's probabilities
            self.point_chosen.emit(PointChoice(code))
        else:
            self.point_chosen.emit(PointChoice(code, holding, self._choice.target))

    def _choose_threshold(self, threshold: float) -> None:
        self.point_chosen.emit(PointChoice(self._choice.positive, Holding.THRESHOLD, threshold))

    def show_answer(self, answer: Answer | None) -> None:
        """Show other curves."""
        self._answer = answer
        self.roc.show_curves(answer)
        self.operating.show_classes(answer)
        # In a turn of its own: lines take long to draw.
        QTimer.singleShot(0, self, self._show_second)

    def _show_second(self) -> None:
        self.precision_recall.show_curves(self._answer)

    def show_point(self, point: ChosenPoint | None, choice: PointChoice) -> None:
        """Show the operating point."""
        self._choice = choice
        for chart in (self.roc, self.precision_recall):
            chart.show_point(point, choice.positive)
        self.operating.show_point(point, choice, self._answer)
