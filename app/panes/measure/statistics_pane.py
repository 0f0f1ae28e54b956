"""Every statistic with its n and interval, the challenge's own scores, and two side by side."""

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from app.item_models.figure_texts import number
from app.item_models.rival_tables import differences_tree, swaps_table
from app.item_models.statistics_tables import official_table, statistics_tree
from app.measuring import headline
from app.panes.measure.figure_view import FigureTableView, FigureTreeView
from app.panes.measure.watched_pane import WatchedPane
from app.panes.widgets import CalmComboBox, note
from model.evaluation.intervals import HELD
from model.evaluation.question import Answer

_OFFICIAL = (
    "As the ISIC challenges score it: ties are undecided and wrong, a class counts as called above"
    " 0.5, and 0/0 counts as 1."
)
_ALONE = "Choose what to compare with on the left, to see two labellings side by side."


class StatisticsPane(WatchedPane):
    """Shows the figures of an answer as tables.

    Signals:
        opened: The user wants to see the images behind a figure. Argument: a `Behind`.
    """

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._answer: Answer | None = None
        self._title = QLabel(wordWrap=True)
        self._by = CalmComboBox()
        self._by.setMinimumContentsLength(10)
        self._by.addItems(["By statistic", "By class"])
        self.tree = FigureTreeView("Statistics")
        self._interval = note()
        self._interval.setToolTip(HELD)
        self._goal = QLabel(wordWrap=True)
        self.official = FigureTableView("Official ISIC scores")
        self.differences = FigureTreeView("Differences of two labellings", 72)
        self.swaps = FigureTableView("Images that two labellings swap")
        self._test, self._alone = QLabel(wordWrap=True), note(_ALONE)
        self.tabs = QTabWidget()
        self._stale: set[int] = set()
        self._build_layout()
        self.tabs.currentChanged.connect(lambda _: self._show_tab())
        self._by.activated.connect(lambda _: self._show_tree())
        for view in (self.tree, self.official, self.differences, self.swaps):
            view.opened.connect(self.opened)

    def _build_layout(self) -> None:
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(_column(self._by, self.tree, self._interval), "Statistics")
        self.tabs.addTab(_column(self._goal, self.official, note(_OFFICIAL)), "Official")
        both = _column(self._alone, self.differences, self.swaps, self._test)
        self.tabs.addTab(both, "Side by side")
        self._title.setContentsMargins(8, 0, 8, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._title)
        layout.addWidget(self.tabs, 1)
        layout.addStretch()
        self.setMinimumWidth(330)

    def show_answer(self, answer: Answer | None) -> None:
        """Show another answer."""
        known = answer if answer is not None and len(answer.rows) else None
        self._answer = known
        self._title.setText(headline(known) if known else "Nothing is measured.")
        self._stale = {0, 1, 2}
        self.tabs.setVisible(known is not None)
        self._show_tab()

    def _show_tab(self) -> None:
        """Bring the tab in front up to date; the others follow when they come to the front."""
        at = self.tabs.currentIndex()
        if at in self._stale:
            self._stale.discard(at)
            (self._show_tree, self._show_official, self._show_both)[at]()

    def _show_tree(self) -> None:
        answer = self._answer
        self.tree.show_tree(statistics_tree(answer, by_class=self._by.currentIndex() == 1))
        if answer is None:
            self._interval.clear()
        elif answer.draws:
            self._interval.setText(f"{answer.measurement.evaluation.interval}; those are marked W.")
        else:
            self._interval.setText("Intervals are being computed.")

    def _show_official(self) -> None:
        answer = self._answer
        scores = answer.official if answer else None
        self.official.show_table(official_table(answer))
        self.official.setVisible(scores is not None)
        if scores is None:
            self._goal.setText("There are no probabilities to score.")
            return
        goal = number(scores.balanced_accuracy)
        self._goal.setText(
            f"Balanced multiclass accuracy <b>{goal}</b>, {scores.undecided:,} undecided"
        )

    def _show_both(self) -> None:
        answer = self._answer
        rivals = answer.rivals if answer else None
        for widget in (self.differences, self.swaps, self._test):
            widget.setVisible(rivals is not None)
        self._alone.setVisible(rivals is None)
        self._alone.setText((answer.rivals_note if answer else "") or _ALONE)
        if answer is None or rivals is None:
            return
        self.differences.show_tree(differences_tree(answer))
        self.swaps.show_table(swaps_table(answer))
        test, words = rivals.comparison.mcnemar, f" {rivals.words}" if rivals.words else ""
        text = (
            f"First: {answer.question.other.name}. Second:"
            f" {answer.question.second.name if answer.question.second else ''}."
            f" {len(rivals.rows):,} images.{words} McNemar's test, images taken as independent:"
            f" exact p = {_probability(test.exact_p)}"
        )
        if not math.isnan(test.statistic):
            text += f", chi-squared {test.statistic:.2f} (p = {_probability(test.p)})"
        self._test.setText(f"{text}.")


def _probability(p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else f"{p:.1e}"


def _column(*widgets: QWidget) -> QWidget:
    made = QWidget()
    layout = QVBoxLayout(made)
    layout.setContentsMargins(6, 6, 6, 6)
    layout.setSpacing(4)
    for widget in widgets:
        if isinstance(widget, QComboBox):
            line = QHBoxLayout()
            line.addWidget(widget)
            line.addStretch(1)
            layout.addLayout(line)
        else:
            layout.addWidget(
                widget, 1 if isinstance(widget, FigureTableView | FigureTreeView) else 0
            )
    return made
