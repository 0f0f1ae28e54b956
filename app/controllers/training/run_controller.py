"""Starts runs, tells them what to do, and watches all there are; they go on without the window."""

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app import run_tasks
from app.jobs import Job, JobRunner
from app.settings import Settings
from app.training_session import TrainingData, TrainingSession
from model.errors import UserError
from model.files import is_file
from model.project.home import home
from model.runs.control import Request
from model.runs.following import RunView
from model.runs.listing import RunState


class RunController(QObject):
    """Decides what happens with runs.

    Signals:
        failed: Argument: the error to show.
        notice: Argument: a sentence about what was done.
        classifier_requested: The user wants to use a result. Argument: its folder.
        folder_requested: The user wants to see a run's folder. Argument: the folder.
    """

    failed = Signal(Exception)
    notice = Signal(str)
    classifier_requested = Signal(Path)
    folder_requested = Signal(Path)

    def __init__(
        self,
        training: TrainingSession,
        controlling: JobRunner,
        following: JobRunner,
        settings: Settings,
    ) -> None:
        super().__init__(training)
        self._training, self._settings = training, settings
        self._controlling, self._following = controlling, following
        self._watching: Job | None = None
        self._wanted: TrainingData | None = None  # to be started with once it is planned
        self._started: Path | None = None  # and not seen at work yet
        training.plan_changed.connect(self._start_wanted)
        self._watch()

    # -- watching -------------------------------------------------------------------------

    @property
    def parent_folder(self) -> Path:
        """Where the runs of this program lie."""
        return home() / "runs"

    def _watch(self) -> None:
        if self._watching:
            self._watching.cancel()
        task = partial(run_tasks.watch_runs, self.parent_folder, self._settings.other_runs)
        self._watching = self._following.stream(task)
        self._watching.delivered.connect(self._take_news)
        self._watching.failed.connect(self.failed)

    def _take_news(self, news: run_tasks.RunNews) -> None:
        if news.gone:
            self._training.forget_runs(news.gone)
        if news.changed:
            self._training.add_news(news.changed)
        self._see_started()

    def remember(self, folder: Path) -> None:
        """Watch a run that lies elsewhere, now and after the next start."""
        if not is_file(folder / "config.toml"):
            self.failed.emit(UserError(f"{folder} is no run: it has no file config.toml."))
            return
        if folder.parent != self.parent_folder:
            others = [each for each in self._settings.other_runs if each != folder]
            self._settings.other_runs = [folder, *others]
            self._watch()
        self._training.choose_run(folder)

    # -- starting -------------------------------------------------------------------------

    def start(self) -> None:
        """Start what was chosen; it waits for its turn where another run is under way.

        What was chosen a moment ago has no plan yet: it starts once that is there and possible.
        """
        if self._training.is_starting:
            return
        if self._training.is_plan_due:
            self._wanted = self._training.data
            self._training.set_starting(True)
        else:
            self._start_planned()

    def _start_wanted(self) -> None:
        training, wanted = self._training, self._wanted
        is_same = training.data is wanted
        if wanted is None or (is_same and training.is_plan_due):
            return
        self._wanted = None
        training.set_starting(False)
        if is_same:
            self._start_planned()

    def _start_planned(self) -> None:
        training = self._training
        if training.data is None or training.problem or not training.splits:
            self.failed.emit(UserError(training.problem or "Choose a data set to train on first."))
            return
        name = (
            training.name
            or f"{training.data.root.name} {datetime.now().astimezone():%Y-%m-%d %H.%M}"
        )
        new = run_tasks.NewRun(
            self.parent_folder, _as_file_name(name), training.data, training.config
        )
        job = self._controlling.start(partial(run_tasks.start_run, new))
        job.succeeded.connect(self._on_started)
        job.failed.connect(self._on_not_started)
        training.set_name("")
        training.set_starting(True)

    def _on_not_started(self, error: Exception) -> None:
        self._training.set_starting(False)
        self.failed.emit(error)

    def _on_started(self, path: Path) -> None:
        self._started = path
        self._see_started()
        self._training.choose_run(path)
        self.notice.emit(f"{path.name} was started; it goes on when the window is closed.")

    def _see_started(self) -> None:
        """Another one may be started as soon as the last one is among the runs."""
        if self._started in self._training.runs:
            self._started = None
            self._training.set_starting(False)

    def resume(self) -> None:
        """Go on with the run that is looked at."""
        run = self._run()
        if run and run.can_resume:
            self._do(partial(run_tasks.resume_run, run.folder.path), f"{run.name} goes on.")

    # -- telling --------------------------------------------------------------------------

    def pause_or_continue(self) -> None:
        """Let the run wait, or go on."""
        run = self._run()
        if run and run.is_alive:
            paused = run.state is RunState.PAUSED
            told = "goes on" if paused else "waits after its present step"
            self._ask(run, "pause", f"{run.name} {told}.", withdrawn=paused)

    def stop(self) -> None:
        """End the run now; it can be resumed."""
        run = self._run()
        if run and run.is_alive:
            self._ask(run, "stop", f"{run.name} stops; it can be resumed.")

    def stop_after_epoch(self) -> None:
        """End the run, or its present fold, after this epoch, with the best that it has so far."""
        run = self._run()
        if run and run.is_alive:
            fold = run.standing.progress.fold if run.standing.progress else 0
            which, then = (f"fold {fold}", "; the next fold follows") if fold else ("it", "")
            notice = f"{run.name}: {which} ends after this epoch with its best{then}."
            self._ask(run, "stop_after_epoch", notice)

    def use_classifier(self) -> None:
        """Classify with the run's result from now on."""
        run = self._run()
        if run and run.has_classifier:
            self.classifier_requested.emit(run.folder.classifier)

    def open_folder(self) -> None:
        """Show the run's folder."""
        if run := self._run():
            self.folder_requested.emit(run.folder.path)

    def _run(self) -> RunView | None:
        return self._training.run

    def _ask(self, run: RunView, request: Request, notice: str, withdrawn: bool = False) -> None:
        path = run.folder.path
        self._do(partial(run_tasks.ask_run, path, request, withdrawn), notice)

    def _do(self, task: Any, notice: str) -> None:
        job = self._controlling.start(task)
        job.succeeded.connect(lambda _result: self.notice.emit(notice))
        job.failed.connect(self.failed)


def _as_file_name(name: str) -> str:
    kept = "".join(sign if sign.isalnum() or sign in " ._-+()=" else "_" for sign in name)
    return kept.strip(" .")[:80] or "run"
