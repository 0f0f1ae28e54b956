"""The centre of Measure: which images, and their figures as pictures."""

from collections.abc import Callable
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from app.item_models.part_tables import parts_table
from app.measuring import MeasureOptions, Nothing, circumstances, headline, nothing_to_show
from app.panes.measure.curves_pane import CurvesPane
from app.panes.measure.figure_view import FigureTableView
from app.panes.measure.reliability_pane import ReliabilityPane
from app.panes.measure.sets_pane import SetsPane
from app.panes.measure.watched_pane import WatchedPane
from app.panes.widgets import LinkLabel, linked
from model.evaluation.behind import Cell
from model.evaluation.chosen_point import ChosenPoint
from model.evaluation.question import Answer

_ALL = "all"


class MeasurePane(WatchedPane):
    """Shows an answer, or what it would need to have one.

    Attributes:
        answer: What is shown.

    Signals:
        changed: The user chose something. Argument: names and values of `MeasureOptions`.
        opened: The user wants to see the images behind a number. Argument: a `Behind`.
        classify_requested: The user wants to classify all images.
        left_out_requested: The user wants to see the images left out for a reason. Argument: it.
    """

    changed = Signal(dict)
    opened = Signal(object)
    classify_requested = Signal()
    left_out_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._title, self._circumstances = LinkLabel(), LinkLabel()
        self.curves, self.reliability, self.sets = CurvesPane(), ReliabilityPane(), SetsPane()
        self.parts = FigureTableView("Parts of the images")
        self.tabs = QTabWidget()
        self._message = QLabel(wordWrap=True)
        self.step = QPushButton()
        self._what: Nothing | None = None
        self._pages = QStackedWidget()
        self._build_layout()
        self.answer: Answer | None = None
        self._options = MeasureOptions()
        self._stale: set[QWidget] = set()
        self._connect()
        self._shows: dict[QWidget, Callable[[], None]] = {
            self.curves: lambda: self.curves.show_answer(self.answer),
            self.reliability: lambda: self.reliability.show_answer(
                self.answer, self._options.reliability_of
            ),
            self.sets: lambda: self.sets.show_answer(self.answer, self._options.level),
            self.parts: lambda: self.parts.show_table(parts_table(self.answer)),
        }
        self.show_answer(None, self._options)

    def _build_layout(self) -> None:
        for name, pane in (
            ("Curves", self.curves),
            ("Reliability", self.reliability),
            ("Sets", self.sets),
            ("Parts", self.parts),
        ):
            self.tabs.addTab(pane, name)
        self.tabs.setDocumentMode(True)
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setBold(True)
        self._title.setFont(font)
        empty = QWidget()
        column = QVBoxLayout(empty)
        column.addStretch(1)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._message)
        column.addWidget(self.step, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        self._pages.addWidget(empty)
        self._pages.addWidget(self.tabs)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(2)
        for label in (self._title, self._circumstances):
            label.setContentsMargins(10, 0, 10, 0)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
            label.linkActivated.connect(self._follow)
            layout.addWidget(label)
        layout.addWidget(self._pages, 1)

    def _connect(self) -> None:
        for pane in (self.curves, self.reliability, self.sets, self.parts):
            pane.opened.connect(self.opened)
        self.curves.point_chosen.connect(lambda point: self.changed.emit({"point": point}))
        self.reliability.class_chosen.connect(
            lambda code: self.changed.emit({"reliability_of": code})
        )
        self.sets.level_chosen.connect(lambda level: self.changed.emit({"level": level}))
        self.step.clicked.connect(self._take_step)
        self.tabs.currentChanged.connect(lambda _: self._show_tab())

    @property
    def message(self) -> str:
        """What is said where there are no figures."""
        return self._message.text()

    def _follow(self, link: str) -> None:
        if link == _ALL:
            self.opened.emit(Cell())
        else:
            self.left_out_requested.emit(link)

    def _take_step(self) -> None:
        if self._what and self._what.changes:
            self.changed.emit(dict(self._what.changes))
        else:
            self.classify_requested.emit()

    def show_answer(self, answer: Answer | None, options: MeasureOptions) -> None:
        """Show another answer."""
        self.answer, self._options = answer, options
        self._what = nothing_to_show(answer)
        self._title.setText(linked(headline(answer), _ALL) if answer else "")
        self._circumstances.setText(_circumstances(answer) if answer else "")
        for label in (self._title, self._circumstances):
            label.setVisible(bool(label.text()))
        self._pages.setCurrentIndex(0 if self._what else 1)
        if self._what:
            self._message.setText(self._what.why)
            self.step.setText(self._what.step)
            self.step.setVisible(bool(self._what.step))
            return
        scored = answer is not None and answer.measurement.pair.probabilities is not None
        for at in range(3):
            self.tabs.setTabEnabled(at, scored)
            self.tabs.setTabToolTip(at, "" if scored else "There are no probabilities to show.")
        if not scored:
            self.tabs.setCurrentWidget(self.parts)
        self._stale = {*self._shows}
        self._show_tab()

    def show_options(self, options: MeasureOptions) -> None:
        """Show the same answer in another way."""
        self._options = options
        self._stale.add(self.reliability)
        self._show_tab()

    def _show_tab(self) -> None:
        """Bring the tab in front up to date; the others follow when they come to the front."""
        tab = self.tabs.currentWidget()
        if tab in self._stale and self._pages.currentIndex() == 1:
            self._stale.discard(tab)
            self._shows[tab]()

    def show_point(self, point: ChosenPoint | None, options: MeasureOptions) -> None:
        """Show the operating point."""
        self.curves.show_point(point, options.point)


def _circumstances(answer: Answer) -> str:
    """The sentences, with links to the images that are left out."""
    reasons = {f"{len(rows):,} left out {why}": why for why, rows in answer.left_out.items()}
    said = (
        linked(text, reasons[text]) if text in reasons else escape(text)
        for text in circumstances(answer)
    )
    return " · ".join(said)
