"""The operating point: what is kept, where the threshold was chosen, and what came of it."""

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.item_models.figure_texts import class_text, interval, number
from app.panes.widgets import CalmComboBox, CalmSpinBox, LinkLabel, button, linked
from model.evaluation.behind import Called
from model.evaluation.chosen_point import ChosenPoint, Holding, PointChoice
from model.evaluation.pairs import MALIGNANT
from model.evaluation.question import Answer

_HOLDINGS = {
    Holding.SPECIFICITY: "specificity at least",
    Holding.SENSITIVITY: "sensitivity at least",
    Holding.THRESHOLD: "the threshold at",
}
# What the four kinds of images are called: whether they are of the class, whether called so.
_KINDS = {
    (True, True): "found",
    (True, False): "missed",
    (False, True): "false alarms",
    (False, False): "spared",
}


class OperatingPane(QWidget):
    """Lets the user choose a point on the curve of one class.

    Signals:
        chosen: Argument: a `PointChoice`.
        opened: The user wants to see the images behind a number. Argument: a `Behind`.
    """

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._choice = PointChoice()
        self._threshold: float | None = None
        self.positive, self.holding = CalmComboBox(), CalmComboBox()
        self.holding.setMinimumContentsLength(18)
        self.target = CalmSpinBox()
        self._chosen_on, self._realised = QLabel(wordWrap=True), LinkLabel()
        self.kinds: dict[tuple[bool, bool], QToolButton] = {}
        self._build_layout()
        self.positive.activated.connect(lambda _: self._choose())
        self.holding.activated.connect(lambda _: self._choose_holding())
        self.target.valueChanged.connect(lambda _: self._choose())
        self._realised.linkActivated.connect(lambda name: self._open(name == "sensitivity", None))

    def _build_layout(self) -> None:
        for holding, text in _HOLDINGS.items():
            self.holding.addItem(text, holding)
        self.target.setRange(0, 100)
        self.target.setDecimals(1)
        self.target.setSuffix(" %")
        self.target.setKeyboardTracking(False)
        line = QHBoxLayout()
        line.addWidget(self.positive, 1)
        line.addWidget(QLabel("Keep"))
        line.addWidget(self.holding)
        line.addWidget(self.target)
        grid = QGridLayout()
        grid.setVerticalSpacing(2)
        for (truly, called), text in _KINDS.items():
            door = button("", f"See the images that are {text}")
            door.setAutoRaise(True)
            door.clicked.connect(lambda _=False, kind=(truly, called): self._open(*kind))
            self.kinds[truly, called] = door
            grid.addWidget(door, 0, len(self.kinds) - 1, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(len(self.kinds), 1)
        for label in (self._chosen_on, self._realised):
            # Two lines always: the curves above would change their size with every text.
            label.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
            label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(line)
        layout.addWidget(self._chosen_on)
        layout.addWidget(self._realised)
        layout.addLayout(grid)

    # -- what the user does ---------------------------------------------------------------

    def _choose(self) -> None:
        target = self.target.value() / 100
        chosen = PointChoice(self.positive.currentData(), self.holding.currentData(), target)
        if chosen != self._choice:
            self.chosen.emit(chosen)

    def _choose_holding(self) -> None:
        """What was kept so far is no measure of what is kept now, except for the two shares."""
        holding = self.holding.currentData()
        if Holding.THRESHOLD in (holding, self._choice.holding):
            self.target.blockSignals(True)
            self.target.setValue(50 if holding is Holding.THRESHOLD else 90)
            self.target.blockSignals(False)
        self._choose()

    def _open(self, truly: bool, called: bool | None) -> None:
        if self._threshold is not None:
            self.opened.emit(Called(self._choice.positive, self._threshold, truly, called))

    # -- what is shown --------------------------------------------------------------------

    def show_classes(self, answer: Answer | None) -> None:
        """Offer the classes that have curves."""
        codes = list(answer.curves) if answer else []
        ordered = [code for code in (MALIGNANT, *codes) if code in codes]
        ordered = list(dict.fromkeys(ordered))
        if [self.positive.itemData(at) for at in range(self.positive.count())] != ordered:
            self.positive.clear()
            for code in ordered:
                self.positive.addItem(curve_name(code), code)
        self.positive.setCurrentIndex(self.positive.findData(self._choice.positive))

    def show_point(
        self, point: ChosenPoint | None, choice: PointChoice, answer: Answer | None
    ) -> None:
        """Show where the point is, and what it does."""
        self._choice = choice
        self._threshold = point.threshold if point else None
        self.positive.setCurrentIndex(self.positive.findData(choice.positive))
        self.holding.setCurrentIndex(self.holding.findData(choice.holding))
        self.target.blockSignals(True)
        self.target.setValue(100 * choice.target)
        self.target.blockSignals(False)
        for kind, door in self.kinds.items():
            door.setVisible(point is not None)
            if point:
                door.setText(f"{_counted(point, kind):,} {_KINDS[kind]}")
        if point is None or answer is None:
            self._chosen_on.clear()
            self._realised.setText(_nothing(choice))
        else:
            self._chosen_on.setText(_where_chosen(point))
            self._realised.setText(_what_came(point, answer))


def curve_name(code: str) -> str:
    """How a curve is called: a class against the rest, or malignant against benign."""
    return "Malignant against benign" if code == MALIGNANT else class_text(code)


def _counted(point: ChosenPoint, kind: tuple[bool, bool]) -> int:
    counts = {
        (True, True): point.found,
        (True, False): point.missed,
        (False, True): point.alarms,
        (False, False): point.spared,
    }
    return counts[kind]


def _where_chosen(point: ChosenPoint) -> str:
    if math.isnan(point.threshold):
        return "Only one kind of image occurs where the threshold would be chosen."
    threshold = f"{point.threshold:.4f}" if math.isfinite(point.threshold) else "above every one"
    if point.choice.holding is Holding.THRESHOLD:
        text = f"Threshold {threshold}, chosen by hand on the images shown, which flatters them"
    elif point.chosen_on:
        text = f"Threshold {threshold}, chosen on {point.chosen_on:,} validation images"
    else:
        text = f"Threshold {threshold}, chosen on the images shown, which flatters them"
        return f"{text}: there are no validation images apart from them."
    if math.isnan(point.promised[0]):
        return f"{text}."
    there = "there" if point.chosen_on else "on the validation images"
    sensitivity, specificity = (number(each) for each in point.promised)
    return f"{text}; {there} sensitivity {sensitivity}, specificity {specificity}."


def _what_came(point: ChosenPoint, answer: Answer) -> str:
    parts = [
        f"<b>{name} {number(each.value)}</b> ({interval(each, point.draws)};"
        f" {linked(f'n = {each.n:,}', name)})"
        for name, each in (
            ("sensitivity", point.sensitivity),
            ("specificity", point.specificity),
        )
    ]
    return f"Realised on these {len(answer.rows):,} {answer.question.group}: {', '.join(parts)}"


def _nothing(choice: PointChoice) -> str:
    return f"{curve_name(choice.positive)}: only one kind of image occurs, so there is no curve."
