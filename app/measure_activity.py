"""Creates what the activity Measure needs, and connects it."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from app.activities import BROWSE
from app.controllers.measure_controller import MeasureController
from app.item_models.thumbnails import Thumbnails
from app.jobs import JobRunner
from app.main_window import MainWindow
from app.measuring import IN_USE
from app.panes import dialogs
from app.panes.measure.behind_pane import BehindPane
from app.panes.measure.matrix_pane import MatrixPane
from app.panes.measure.measure_pane import MeasurePane
from app.panes.measure.pair_pane import PairPane
from app.panes.measure.statistics_pane import StatisticsPane
from app.session import Session
from app.window_state import WindowState
from model.evaluation.chosen_point import ChosenPoint
from model.evaluation.labelling import Source
from model.evaluation.question import Answer

RUNNERS = ("measuring", "intervals")


class MeasureActivity(QObject):
    """The activity Measure.

    Attributes:
        controller: The decisions.
        pair, matrix, measure, statistics, behind: The panes.
    """

    def __init__(
        self,
        window: MainWindow,
        state: WindowState,
        session: Session,
        thumbnails: Thumbnails,
        runners: Mapping[str, JobRunner],
    ) -> None:
        super().__init__(window)
        self._window, self._state, self._session = window, state, session
        self._answer: Answer | None = None
        self.controller = MeasureController(session, runners["measuring"], runners["intervals"])
        self.pair, self.matrix, self.measure = PairPane(), MatrixPane(), MeasurePane()
        self.statistics, self.behind = StatisticsPane(), BehindPane(session, thumbnails)
        window.add_centre("measure", self.measure)
        window.add_dock("pair", "What is measured", self.pair)
        window.add_dock("matrix", "Confusion matrix", self.matrix)
        window.add_dock("statistics", "Statistics", self.statistics)
        window.add_dock("behind", "Images behind the number", self.behind)
        thumbnails.ready.connect(self.behind.grid.viewport().update)
        self.controller.failed.connect(state.show_error)
        self.controller.opened.connect(state.notice)
        self.controller.written.connect(self._tell_written)
        self._connect_panes()
        self._connect_session()
        self._show_options()
        self._show_answer(None)

    def _connect_panes(self) -> None:
        controller = self.controller
        watched = {
            "pair": self.pair,
            "matrix": self.matrix,
            "measure": self.measure,
            "statistics": self.statistics,
        }
        for name, pane in watched.items():
            pane.watched.connect(lambda on, name=name: controller.watch(name, on))
        for pane in (self.matrix, self.measure, self.statistics):
            pane.opened.connect(controller.open)
        for pane in (self.pair, self.measure):
            pane.changed.connect(lambda changes: self._session.change_measure(**changes))
        self.pair.copies_requested.connect(controller.labellings.look_for_copies)
        self.matrix.share_chosen.connect(lambda share: self._session.change_measure(share=share))
        self.measure.left_out_requested.connect(controller.open_left_out)
        self.measure.classify_requested.connect(self._window.menu_actions["classify"].trigger)
        self.behind.row_chosen.connect(self._session.look_at)
        self.behind.browse_requested.connect(self.walk)
        self.behind.close_requested.connect(controller.close)

    def _connect_session(self) -> None:
        self.controller.answered.connect(self._show_answer)
        self.controller.point_changed.connect(self._show_point)
        self.controller.labellings.sources_changed.connect(self._show_sources)
        self._session.measure_changed.connect(self._show_options)
        self._session.rows_changed.connect(self._show_filter)

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the actions do."""
        return {"close_number": self.controller.close, "write_report": self.ask_report}

    def ask_report(self) -> None:
        """Ask where the report goes."""
        title = "A folder for the report"
        if folder := dialogs.ask_folder(self._window, title):
            self.controller.write_report(folder)

    def _tell_written(self, page: Path) -> None:
        self._state.notice(f"The report is in {page.parent}; open {page.name}")

    def walk(self) -> None:
        """Look at the images behind a number one by one: the list is the queue."""
        self._window.show_activity(BROWSE)
        self._window.text_left.emit()

    # -- what is shown --------------------------------------------------------------------

    def _show_answer(self, answer: Answer | None) -> None:
        self._answer = answer
        report = self._window.menu_actions["write_report"]
        report.setEnabled(answer is not None and len(answer.rows) > 0)
        self.pair.show_answer(answer)
        self.matrix.show_answer(answer, self._session.measure.share)
        self.statistics.show_answer(answer)
        # In a turn of its own, so that no frame takes as long as everything together.
        QTimer.singleShot(0, self, self._show_pictures)

    def _show_pictures(self) -> None:
        self.measure.show_answer(self._answer, self._session.measure)
        self.measure.show_point(self.controller.point, self._session.measure)

    def _show_point(self, point: ChosenPoint | None) -> None:
        if self.measure.answer is self._answer:
            self.measure.show_point(point, self._session.measure)

    def _show_sources(self, sources: tuple[Source, ...]) -> None:
        self.pair.show_sources(sources, self.controller.labellings.key(IN_USE))
        self._show_options()

    def _show_options(self) -> None:
        options = self._session.measure
        self._show_filter()
        self.matrix.show_answer(self._answer, options.share)
        self.measure.show_options(options)

    def _show_filter(self) -> None:
        words = self._session.filter.without_paths.describe()
        self.pair.show_options(self._session.measure, words)
