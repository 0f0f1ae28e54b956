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
from app.browse_activity import RUNNERS as BROWSE_RUNNERS
from app.browse_activity import BrowseActivity
from app.controllers import Controllers
from app.controllers.classifier_controller import ClassifierController
from app.controllers.data_set_controller import DataSetController
from app.controllers.network_controller import NetworkController
from app.jobs import JobRunner
from app.main_window import MainWindow
from app.measure_activity import RUNNERS as MEASURE_RUNNERS
from app.measure_activity import MeasureActivity
from app.menu_commands import DEMO_DATA, MenuCommands
from app.opening import describe
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
    *("listing", "inference", "storing", "networks"),
    *BROWSE_RUNNERS,
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
        self._create_window()
        self._create_activities()
        self._connect_session()
        self._connect_activities()
        self._connect_welcome()
        self._connect_actions()
        self._connect_window()
        self.browse.images.show_table(self.settings.table_shown)
        self.window.restore_geometry()
        self._show_project()

    # -- parts ----------------------------------------------------------------------------

    def _create_controllers(self) -> None:
        run, session = self.runners, self.session
        self.data_set = DataSetController(session, run["listing"], run["storing"], self.settings)
        self.classifier = ClassifierController(
            session, run["inference"], run["previews"], self.settings
        )
        self.networks = NetworkController(session, run["networks"])

    def _create_window(self) -> None:
        self.window = MainWindow(self.settings, describe)
        self.welcome = WelcomePane()
        self.window.add_welcome(self.welcome)
        self.browse = BrowseActivity(self.window, self.session, self.runners)
        self.state = WindowState(self.window, self.session, self.browse.controller)
        controllers = Controllers(
            *(self.data_set, self.classifier, self.browse.cases, self.browse.heat_maps),
            *(self.browse.controller, self.networks),
        )
        self.menu = MenuCommands(
            *(self.window, self.state, self.session, self.settings),
            *(controllers, self.runners["storing"]),
        )
        self.sources = SourceCommands(
            *(self.window, self.state, self.session, self.browse.controller, self.runners)
        )

    def _create_activities(self) -> None:
        window, state, session, runners = self.window, self.state, self.session, self.runners
        self.measure = MeasureActivity(window, state, session, self.browse.thumbnails, runners)
        self.read = ReadActivity(window, state, session, self.settings, runners)
        self.adjudicate = AdjudicateActivity(window, state, session, self.settings, runners)
        self.train = TrainActivity(window, state, session, self.settings, runners)

    # -- connections ----------------------------------------------------------------------

    def _connect_session(self) -> None:
        session = self.session
        session.project_changed.connect(self._show_project)
        session.project_changed.connect(self.classifier.stop)
        self.data_set.listed.connect(self.classifier.fetch_predictions)
        self.data_set.listed.connect(self.state.tell_listed)
        self.data_set.listed.connect(self.train.plan.take_listed)
        self.data_set.folder_missing.connect(self.menu.find_moved)
        self.data_set.open_elsewhere.connect(self.menu.tell_open_elsewhere)
        self.classifier.classifying_changed.connect(self.state.show_classifying)
        self.classifier.finished.connect(self.browse.cases.reload)
        self.classifier.finished.connect(self.adjudicate.lesions.reload)
        self.networks.taken_over.connect(self.classifier.open)
        self.data_set.unmapped.connect(self.sources.ask_columns)
        self.sources.controller.changed.connect(self.data_set.read_again)
        for controller in (self.data_set, self.classifier, self.browse.heat_maps, self.networks):
            controller.failed.connect(self.state.show_error)
        for notice in (self.browse.controller.notice, self.classifier.finished):
            notice.connect(self.state.notice)
        for runner in self.runners.values():
            runner.started.connect(self.window.jobs.show_job)

    def _connect_activities(self) -> None:
        """What one activity brings about in another."""
        self.read.controller.readings_changed.connect(self.adjudicate.waiting.refresh)
        self.measure.behind.adjudicate_requested.connect(self.adjudicate.adjudicate_listed)
        self.adjudicate.adjudication.queue_changed.connect(self._hand_over_queue)
        self.adjudicate.decisions.stored.connect(self._forget_labellings)
        self.adjudicate.similar.path_chosen.connect(self._look_at)
        self.train.connect_classifier(self.classifier)
        self.train.out_of_fold.kept.connect(self.adjudicate.waiting.refresh)
        self.read.review.studies_changed.connect(self.measure.controller.labellings.forget)
        self.sources.connect_problems(self.browse.problems)

    def _connect_welcome(self) -> None:
        self.welcome.folder_requested.connect(self.menu.open_folder)
        self.welcome.project_requested.connect(self.menu.open_project)
        self.welcome.demo_requested.connect(self.menu.open_demo)
        self.welcome.recent_requested.connect(self.menu.open)

    def _connect_actions(self) -> None:
        for name, slot in {
            **self.menu.slots(),
            **self._viewer_slots(),
            **self.browse.slots(),
            **self.sources.slots(),
            **self.read.slots(),
            **self.adjudicate.slots(),
            **self.measure.slots(),
            **self.train.slots(),
        }.items():
            # Qt would pass whether the action is checked; no slot asks for it.
            action = self.window.menu_actions[name]
            action.triggered.connect(lambda _checked=False, slot=slot: slot())

    def _viewer_slots(self) -> dict[str, Callable[[], object]]:
        look = self._do_with_viewer
        return {
            "zoom_in": partial(look, lambda viewer: viewer.zoom(ZOOM_STEP)),
            "zoom_out": partial(look, lambda viewer: viewer.zoom(1 / ZOOM_STEP)),
            "actual_size": partial(look, ViewerPane.actual_size),
            "fit": partial(look, ViewerPane.fit),
        }

    def _connect_window(self) -> None:
        self.window.paths_dropped.connect(self.menu.open)
        self.window.plain_held.connect(self.adjudicate.lesion.hold_plain)
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
        self.welcome.show_recent(self.menu.recent())
        self.window.allow_activities(project=project is not None)
        if project is None:
            self.window.show_welcome()
            return
        self.window.show_activity(self._first_activity)
        if self._first_activity == BROWSE:
            self.browse.photograph.viewer.setFocus()
        self._first_activity = BROWSE

    def _do_with_viewer(self, does: Callable[[ViewerPane], None]) -> None:
        """Zoom the photographs of the activity that is on."""
        if self.window.activity == ADJUDICATE:
            self.adjudicate.lesion.for_first(does)
        else:
            does(self.browse.photograph.viewer)

    def _hand_over_queue(self) -> None:
        self.read.controller.take_queue(self.adjudicate.adjudication.queue)

    def _forget_labellings(self, _decision: object) -> None:
        self.measure.controller.labellings.forget()

    def _look_at(self, path: str) -> None:
        self.window.show_activity(BROWSE)
        self.menu.look_at_path(path)

    # -- the end --------------------------------------------------------------------------

    def shut_down(self) -> None:
        """Stop what runs, and store how the project is looked at."""
        self.settings.table_shown = self.browse.images.table_shown
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
