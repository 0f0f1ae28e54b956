"""Creates everything and connects it; decides nothing."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from app import errors, tasks, theme
from app.activities import ACTIVITIES, BROWSE
from app.adjudicate_activity import NAME as ADJUDICATE
from app.adjudicate_activity import RUNNERS as ADJUDICATE_RUNNERS
from app.adjudicate_activity import AdjudicateActivity
from app.controllers import Controllers
from app.controllers.browse_controller import BrowseController
from app.controllers.case_controller import CaseController
from app.controllers.classifier_controller import ClassifierController
from app.controllers.data_set_controller import DataSetController
from app.controllers.heat_map_controller import HeatMapController
from app.controllers.network_controller import NetworkController
from app.item_models.thumbnails import Thumbnails
from app.jobs import JobRunner
from app.main_window import MainWindow
from app.measure_activity import RUNNERS as MEASURE_RUNNERS
from app.measure_activity import MeasureActivity
from app.menu_commands import DEMO_DATA, MenuCommands
from app.opening import describe
from app.panes.browser_pane import BrowserPane
from app.panes.case_pane import CasePane
from app.panes.filter_pane import FilterPane
from app.panes.heat_map_pane import HeatMapPane
from app.panes.photograph_pane import PhotographPane
from app.panes.problem_pane import ProblemPane
from app.panes.viewer_pane import ZOOM_STEP, ViewerPane
from app.panes.welcome_pane import WelcomePane
from app.pauses import keep_pauses_short
from app.qt_application import create_qt_application
from app.read_activity import RUNNERS as READ_RUNNERS
from app.read_activity import ReadActivity
from app.session import Session
from app.settings import Settings
from app.source_commands import RUNNERS as SOURCE_RUNNERS
from app.source_commands import SourceCommands
from app.train_activity import FOLLOWING, TrainActivity
from app.train_activity import RUNNERS as TRAIN_RUNNERS
from app.window_state import WindowState
from model.progress import silent

__all__ = ["DEMO_DATA", "RUNNERS", "Application", "create_qt_application", "run"]

RUNNERS = (
    *("listing", "inference", "previews", "photographs", "thumbnails", "storing"),
    "networks",
    *SOURCE_RUNNERS,
    *READ_RUNNERS,
    *ADJUDICATE_RUNNERS,
    *MEASURE_RUNNERS,
    *TRAIN_RUNNERS,
)


class Application(QObject):
    """The window with everything behind it.

    Attributes:
        session, window, settings: What is open, what is seen, what is remembered.
        runners: The worker threads, by what they do.
    """

    def __init__(self) -> None:
        super().__init__()
        self._first_activity = BROWSE
        self.settings = Settings()
        theme.apply_theme(self.settings.theme)
        self.session = Session(self)
        self.runners = {name: JobRunner(self) for name in RUNNERS}
        self._create_controllers()
        self.window = MainWindow(self.settings, describe)
        self._create_panes()
        self.state = WindowState(self.window, self.session, self.browse)
        self.menu = MenuCommands(
            self.window,
            self.state,
            self.session,
            self.settings,
            Controllers(
                *(self.data_set, self.classifier, self.cases, self.heat_maps),
                *(self.browse, self.networks),
            ),
            self.runners["storing"],
        )
        self.sources = SourceCommands(
            self.window, self.state, self.session, self.browse, self.runners
        )
        self.measure = MeasureActivity(
            self.window, self.state, self.session, self.thumbnails, self.runners
        )
        self.read = ReadActivity(self.window, self.state, self.session, self.settings, self.runners)
        self.adjudicate = AdjudicateActivity(
            self.window, self.state, self.session, self.settings, self.runners
        )
        self.read.controller.readings_changed.connect(self.adjudicate.waiting.refresh)
        self.measure.behind.adjudicate_requested.connect(self.adjudicate.adjudicate_listed)
        self.adjudicate.adjudication.queue_changed.connect(self._hand_over_queue)
        self.adjudicate.decisions.stored.connect(self._forget_labellings)
        self.adjudicate.similar.path_chosen.connect(self._look_at)
        self.train = TrainActivity(
            self.window, self.state, self.session, self.settings, self.runners
        )
        self.train.connect_classifier(self.classifier)
        self.train.out_of_fold.kept.connect(self.adjudicate.waiting.refresh)
        self.read.review.studies_changed.connect(self.measure.controller.labellings.forget)
        self._connect_session()
        self._connect_panes()
        self._connect_actions()
        self._connect_window()
        self.images.show_table(self.settings.table_shown)
        self.window.restore_geometry()
        self._show_project()

    # -- parts ----------------------------------------------------------------------------

    def _create_controllers(self) -> None:
        run, session = self.runners, self.session
        self.data_set = DataSetController(session, run["listing"], run["storing"], self.settings)
        self.classifier = ClassifierController(
            session, run["inference"], run["previews"], self.settings
        )
        self.cases = CaseController(session, run["photographs"])
        self.heat_maps = HeatMapController(session, run["previews"])
        self.browse = BrowseController(session)
        self.networks = NetworkController(session, run["networks"])

    def _create_panes(self) -> None:
        session, window = self.session, self.window
        self.thumbnails = Thumbnails(self.runners["thumbnails"], self)
        self.welcome = WelcomePane()
        self.photograph = PhotographPane(session)
        self.images = BrowserPane(session, self.thumbnails)
        self.filters = FilterPane()
        self.case = CasePane(session)
        self.heat_map = HeatMapPane(session)
        self.problems = ProblemPane()
        window.add_welcome(self.welcome)
        window.add_centre(BROWSE, self.photograph)
        window.add_dock("filters", "Filters", self.filters)
        window.add_dock("images", "Images", self.images)
        window.add_dock("case", "Case", self.case)
        window.add_dock("heat_map", "Heat map", self.heat_map)
        window.add_dock("problems", "Problems of the data set", self.problems)

    # -- connections ----------------------------------------------------------------------

    def _connect_session(self) -> None:
        session = self.session
        session.project_changed.connect(self._show_project)
        session.project_changed.connect(self.classifier.stop)
        session.table_changed.connect(self._show_problems)
        session.findings_changed.connect(self._show_problems)
        session.predictions_changed.connect(self._show_problems)
        self.cases.case_changed.connect(self.photograph.show_case)
        self.cases.case_changed.connect(self.heat_maps.show_case)
        self.cases.ready_ahead.connect(self.heat_maps.prepare)
        self.heat_maps.heat_map_changed.connect(self.photograph.show_heat_map)
        self.heat_maps.heat_map_changed.connect(self.heat_map.show_heat_map)
        self.heat_maps.findings_changed.connect(self.case.show_findings)
        self.browse.facets_changed.connect(self.filters.show_filter)
        self.data_set.listed.connect(self.classifier.fetch_predictions)
        self.data_set.listed.connect(self.state.tell_listed)
        self.data_set.listed.connect(self.train.plan.take_listed)
        self.data_set.folder_missing.connect(self.menu.find_moved)
        self.data_set.open_elsewhere.connect(self.menu.tell_open_elsewhere)
        self.classifier.classifying_changed.connect(self.state.show_classifying)
        self.classifier.finished.connect(self.cases.reload)
        self.classifier.finished.connect(self.adjudicate.lesions.reload)
        self.networks.taken_over.connect(self.classifier.open)
        self.data_set.unmapped.connect(self.sources.ask_columns)
        self.sources.controller.changed.connect(self.data_set.read_again)
        for controller in (self.data_set, self.classifier, self.heat_maps, self.networks):
            controller.failed.connect(self.state.show_error)
        for notice in (self.browse.notice, self.classifier.finished):
            notice.connect(self.state.notice)
        for runner in self.runners.values():
            runner.started.connect(self.window.jobs.show_job)

    def _connect_panes(self) -> None:
        self.welcome.folder_requested.connect(self.menu.open_folder)
        self.welcome.project_requested.connect(self.menu.open_project)
        self.welcome.demo_requested.connect(self.menu.open_demo)
        self.welcome.recent_requested.connect(self.menu.open)
        self.images.row_chosen.connect(self.session.look_at)
        self.images.sort_requested.connect(self.browse.sort_by)
        self.images.search_changed.connect(self.browse.search)
        self.images.clear_requested.connect(self.browse.clear_filter)
        self.filters.filter_requested.connect(self.browse.filter_by)
        self.thumbnails.ready.connect(self.images.grid.viewport().update)
        self.case.class_chosen.connect(self.browse.draw_class)
        self.case.lesion_requested.connect(self.browse.show_lesion)
        self.heat_map.changed.connect(lambda changes: self.session.change_heat_map(**changes))
        self.sources.connect_problems(self.problems)

    def _connect_actions(self) -> None:
        for name, slot in {
            **self.menu.slots(),
            **self._browse_slots(),
            **self.sources.slots(),
            **self.read.slots(),
            **self.adjudicate.slots(),
            **self.measure.slots(),
            **self.train.slots(),
        }.items():
            # Qt would pass whether the action is checked; no slot asks for it.
            action = self.window.menu_actions[name]
            action.triggered.connect(lambda _checked=False, slot=slot: slot())

    def _browse_slots(self) -> dict[str, Callable[[], object]]:
        browse, look = self.browse, self._do_with_viewer
        return {
            "search": self._search,
            "clear_filter": browse.clear_filter,
            "heat_map": browse.toggle_heat_map,
            "less_opacity": partial(browse.change_opacity, -1),
            "more_opacity": partial(browse.change_opacity, 1),
            "next_layer": partial(browse.step_layer, 1),
            "previous_layer": partial(browse.step_layer, -1),
            "zoom_in": partial(look, lambda viewer: viewer.zoom(ZOOM_STEP)),
            "zoom_out": partial(look, lambda viewer: viewer.zoom(1 / ZOOM_STEP)),
            "actual_size": partial(look, ViewerPane.actual_size),
            "fit": partial(look, ViewerPane.fit),
            "grid": self.images.toggle_table,
            "next": partial(browse.step, 1),
            "previous": partial(browse.step, -1),
            "ten_forward": partial(browse.step, 10),
            "ten_back": partial(browse.step, -10),
            "first": partial(browse.go_to_end, last=False),
            "last": partial(browse.go_to_end, last=True),
            "next_disagreement": partial(browse.step_to_disagreement, 1),
            "previous_disagreement": partial(browse.step_to_disagreement, -1),
            "same_lesion": browse.show_lesion,
        }

    def _connect_window(self) -> None:
        viewer = self.photograph.viewer
        self.window.paths_dropped.connect(self.menu.open)
        self.window.plain_held.connect(viewer.set_plain)
        self.window.plain_held.connect(self.adjudicate.lesion.hold_plain)
        self.window.actual_size_held.connect(viewer.hold_actual_size)
        for done in (self.window.text_left, self.images.done, self.heat_map.done):
            done.connect(viewer.setFocus)
        self.window.closing.connect(self.shut_down)

    # -- what concerns several panes at once ----------------------------------------------

    def open(self, path: Path) -> None:
        """Open whatever `path` is, or say why it cannot be opened."""
        self.menu.open(path)

    def go_on(self, project: Path) -> None:
        """Open the last project in the activity in which the window was left."""
        if self.settings.activity in (activity.name for activity in ACTIVITIES):
            self._first_activity = self.settings.activity
        self.open(project)

    @property
    def idle(self) -> bool:
        """Whether all that was asked for is done; runs are followed as long as a window is open."""
        return not any(each.busy for name, each in self.runners.items() if name != FOLLOWING)

    def _show_project(self) -> None:
        project = self.session.project
        self.thumbnails.set_root(project.root if project else None)
        self.welcome.show_recent(self.menu.recent())
        self.window.allow_activities(project=project is not None)
        if project:
            self.window.show_activity(self._first_activity)
            self._first_activity = BROWSE
        else:
            self.window.show_welcome()
        self._show_problems()
        if project:
            self.photograph.viewer.setFocus()

    def _show_problems(self) -> None:
        self.problems.show_problems(self.session.all_problems, self.session.finding_remark)

    def _do_with_viewer(self, does: Callable[[ViewerPane], None]) -> None:
        """Zoom the photographs of the activity that is on."""
        if self.window.activity == ADJUDICATE:
            self.adjudicate.lesion.for_first(does)
        else:
            does(self.photograph.viewer)

    def _hand_over_queue(self) -> None:
        self.read.controller.take_queue(self.adjudicate.adjudication.queue)

    def _forget_labellings(self, _decision: object) -> None:
        self.measure.controller.labellings.forget()

    def _look_at(self, path: str) -> None:
        self.window.show_activity("browse")
        self.menu.look_at_path(path)

    def _search(self) -> None:
        self.window.show_dock("images")
        self.images.search()

    # -- the end --------------------------------------------------------------------------

    def shut_down(self) -> None:
        """Stop what runs, and store how the project is looked at."""
        self.settings.table_shown = self.images.table_shown
        self.data_set.save_view()
        for name, runner in self.runners.items():
            if name != "storing":
                runner.shut_down()
        self.runners["storing"].finish_and_shut_down()
        if self.session.project and self.session.cache:
            tasks.close(self.session.project, self.session.cache, silent)


def run(path: Path | None = None) -> int:
    """Show the window until the user closes it; returns the exit status.

    Args:
        path: What to open; None for the last project, or the welcome page.
    """
    qt = create_qt_application()
    errors.install_exception_hook()
    application = Application()
    keep_pauses_short()
    application.window.show()
    application.classifier.open_last()
    recent = application.settings.recent
    if path is not None:
        application.open(path)
    elif recent:
        application.go_on(recent[0])
    return qt.exec()
