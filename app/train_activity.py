"""Creates what the activity Train needs and connects it; asks the user for paths."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from app.controllers.classifier_controller import ClassifierController
from app.controllers.training.out_of_fold_controller import OutOfFoldController
from app.controllers.training.plan_controller import PlanController
from app.controllers.training.preview_controller import PreviewController
from app.controllers.training.run_controller import RunController
from app.item_models.run_list_model import RunListModel
from app.item_models.thumbnails import Thumbnails
from app.jobs import JobRunner
from app.main_window import MainWindow
from app.panes import dialogs
from app.panes.training.copies_dialog import CopiesDialog
from app.panes.training.counts_pane import CountsPane
from app.panes.training.curves_pane import CurvesPane
from app.panes.training.preview_pane import PreviewPane
from app.panes.training.runs_pane import RunsPane
from app.panes.training.setup_pane import SetupPane
from app.session import Session
from app.settings import Settings
from app.training_session import TrainingSession
from app.window_state import WindowState
from model.classifier.default import default_classifier_folder
from model.errors import UserError
from model.runs.config import DOWNLOAD
from model.runs.listing import RunState

FOLLOWING = "following"  # runs, for as long as the window is open
RUNNERS = ("planning", "training_copies", "training_previews", "controlling", FOLLOWING)
_WEIGHTS = "Keras weights (*.h5 *.keras);;All files (*)"
_RUN_ACTIONS = ("pause_run", "stop_run_after_epoch", "stop_run", "resume_run", "use_run")


class TrainActivity(QObject):
    """The activity Train.

    Attributes:
        training: What is chosen, planned and running.
        plan, previews, runs, out_of_fold: The controllers.
        setup, curves, counts, preview, run_list: The panes.
    """

    def __init__(
        self,
        window: MainWindow,
        state: WindowState,
        session: Session,
        settings: Settings,
        runners: Mapping[str, JobRunner],
    ) -> None:
        super().__init__(window)
        self._window, self._state = window, state
        self.training = TrainingSession(self)
        training = self.training
        self.plan = PlanController(
            session, training, runners["planning"], runners["training_copies"], settings
        )
        self.previews = PreviewController(training, runners["training_previews"])
        self.runs = RunController(training, runners["controlling"], runners[FOLLOWING], settings)
        self.out_of_fold = OutOfFoldController(session, training, runners["controlling"])
        self._thumbnails = Thumbnails(runners["training_previews"], self)
        self._create_panes()
        self._connect()
        self._connect_panes()

    def _create_panes(self) -> None:
        training, window = self.training, self._window
        self.setup = SetupPane(training)
        self.curves = CurvesPane(training)
        self.counts = CountsPane(training)
        self.preview = PreviewPane(training)
        self.run_list = RunsPane(training, RunListModel(training))
        window.add_centre("train", self.curves)
        window.add_dock("training", "Training", self.setup)
        window.add_dock("counts", "Counts", self.counts)
        window.add_dock("preview", "Preview", self.preview)
        window.add_dock("runs", "Runs", self.run_list)
        actions = (*_RUN_ACTIONS, "open_run_folder")
        self.run_list.add_actions([window.menu_actions[name] for name in actions])

    def _connect(self) -> None:
        for controller in (self.plan, self.previews, self.runs, self.out_of_fold):
            controller.failed.connect(self._state.show_error)
        self.runs.notice.connect(self._state.notice)
        self.out_of_fold.notice.connect(self._state.notice)
        self.runs.folder_requested.connect(self._open_folder)
        self.training.runs_changed.connect(self._show_actions)
        self.training.chosen_changed.connect(self._show_actions)
        self.training.plan_changed.connect(self._show_actions)
        self._window.activity_changed.connect(self._activate)
        self._show_actions()

    def _connect_panes(self) -> None:
        setup, plan, training = self.setup, self.plan, self.training
        setup.chosen.connect(plan.choose)
        setup.open_data_set_requested.connect(plan.use_open_data_set)
        setup.folder_requested.connect(self.choose_folder)
        setup.labels_chosen.connect(plan.use_labels)
        setup.weights_requested.connect(self._choose_weights)
        setup.name_chosen.connect(training.set_name)
        setup.start_requested.connect(self.start)
        self.counts.fold_chosen.connect(training.show_fold)
        self.counts.copies_requested.connect(self.show_copies)
        self.preview.watched.connect(self.previews.watch)
        self.preview.next_requested.connect(self.previews.next_image)
        self.preview.again_requested.connect(self.previews.draw_again)
        self.run_list.run_chosen.connect(training.choose_run)

    def connect_classifier(self, classifier: ClassifierController) -> None:
        """Let the window use what a run has made."""
        self.runs.classifier_requested.connect(classifier.open)

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the actions of the menu Train do."""
        return {
            "start_training": self.start,
            "pause_run": self.runs.pause_or_continue,
            "stop_run_after_epoch": self.runs.stop_after_epoch,
            "stop_run": self.runs.stop,
            "resume_run": self.runs.resume,
            "use_run": self.runs.use_classifier,
            "open_run_folder": self.runs.open_folder,
            "add_run": self.add_run,
            "train_on_open": self.train_on_open,
            "train_on_folder": self.choose_folder,
        }

    def start(self) -> None:
        """Start what the form says, with what is being typed."""
        if complaint := self.setup.finish_typing():
            self._state.show_error(UserError(complaint))
        else:
            self.runs.start()

    # -- what asks the user ---------------------------------------------------------------

    def train_on_open(self) -> None:
        """Take the images of the data set that is open."""
        self._window.show_activity("train")
        self.plan.use_open_data_set()

    def choose_folder(self) -> None:
        """Ask for a folder of images to train on."""
        data = self.training.data
        start = data.root.parent if data else None
        if path := dialogs.ask_folder(self._window, "Train on a folder", start):
            self._window.show_activity("train")
            self.plan.use_folder(path)

    def add_run(self) -> None:
        """Ask for a run that lies elsewhere."""
        if path := dialogs.ask_folder(self._window, "Watch a run"):
            self._window.show_activity("train")
            self.runs.remember(path)

    def _choose_weights(self, way: str) -> None:
        ask: dict[str, Callable[[], str]] = {
            "bundled": lambda: str(default_classifier_folder()),
            "classifier": partial(self._ask_path, dialogs.ask_folder, "Start from a classifier"),
            "file": partial(self._ask_path, dialogs.ask_file, "Start from weights", _WEIGHTS),
            "download": lambda: DOWNLOAD if dialogs.ask_download(self._window) else "",
        }
        if weights := ask[way]():
            self.plan.use_weights(weights)

    def _ask_path(self, ask: Callable[..., Path | None], *words: str) -> str:
        path = ask(self._window, *words)
        return str(path) if path else ""

    def show_copies(self) -> None:
        """Show the pairs that would have been on two sides."""
        if self.training.split and self.training.data:
            self._thumbnails.set_root(self.training.data.root)
            CopiesDialog(self._window, self.training.split, self._thumbnails).open()

    def _open_folder(self, path: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    # -- what concerns several panes at once ----------------------------------------------

    def _activate(self, activity: str) -> None:
        if activity == "train":
            self.plan.activate()

    def _show_actions(self) -> None:
        actions, run = self._window.menu_actions, self.training.run
        works = run is not None and run.is_alive and run.state is not RunState.QUEUED
        possible = {
            "start_training": self.training.can_start,
            "pause_run": works,
            "stop_run_after_epoch": works,
            "stop_run": run is not None and run.is_alive,
            "resume_run": run is not None and run.can_resume,
            "use_run": run is not None and run.has_classifier,
            "open_run_folder": run is not None,
        }
        for name, enabled in possible.items():
            actions[name].setEnabled(enabled)
        paused = run is not None and run.state is RunState.PAUSED
        actions["pause_run"].setText("&Continue" if paused else "&Pause")
