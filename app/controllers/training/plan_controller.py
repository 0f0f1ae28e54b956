"""Decides what the next training would be: its data, its choices, and the split that follows."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app import training_tasks
from app.jobs import Job, JobRunner
from app.session import Session
from app.settings import Settings
from app.training_session import TrainingData, TrainingSession
from model.catalogue.chosen_labels import LabelUse
from model.catalogue.likeness import Likeness
from model.classifier.default import default_classifier_folder
from model.preprocessing import Preprocessing
from model.runs.config import DOWNLOAD

_PLAN_AFTER_MS = 120
_NO_DATA = "Choose what to train on: open a data set, or name a folder (section Data)."
_LISTING = "The data set is being read."


class PlanController(QObject):
    """Keeps the plan in step with the choices.

    Signals:
        failed: Argument: the error to show.
    """

    failed = Signal(Exception)

    def __init__(
        self,
        session: Session,
        training: TrainingSession,
        planning: JobRunner,
        comparing: JobRunner,
        settings: Settings,
    ) -> None:
        super().__init__(training)
        self._session, self._training = session, training
        self._planning, self._comparing, self._settings = planning, comparing, settings
        self._follows = True  # the data set that is open in the window
        self._active = False
        self._likenesses: Mapping[str, Likeness] | None = None
        self._jobs: dict[str, Job] = {}
        self._asked: training_tasks.PlanRequest | None = None
        self._soon = QTimer(self, singleShot=True, interval=_PLAN_AFTER_MS)
        self._soon.timeout.connect(self._plan)
        training.set_config(settings.training_config)
        self._is_first = not training.config.network.weights
        if self._is_first:
            training.choose("network", weights=str(default_classifier_folder()))
            training.choose("data", split="inherit")
        training.config_changed.connect(self._keep_up)
        session.project_changed.connect(self._take_open)

    # -- data -----------------------------------------------------------------------------

    def activate(self) -> None:
        """The activity is on: from now on its data keeps up with what is open and decided."""
        self._active = True
        if self._is_first:
            self._is_first = False
            self._see_as(default_classifier_folder())
        self._take_open()

    def use_open_data_set(self) -> None:
        """Train on what is open in the window."""
        self._follows, self._active = True, True
        self._take_open()

    def take_listed(self) -> None:
        """The open data set was read to its end, so that its images are known."""
        if self._training.data is None or self._training.data.root == self._open_root:
            self._take_open()

    @property
    def _open_root(self) -> Path | None:
        return self._session.project.root if self._session.project else None

    def _take_open(self) -> None:
        if not (self._follows and self._active):
            return
        project, records = self._session.project, tuple(self._session.table.records)
        self._stop("listing")
        if project is None or not records:
            self._use(None)
            return
        wish = training_tasks.OpenData(project, records, self._training.labels_use)
        task = partial(training_tasks.take_open, wish, self._training.data)
        job = self._start("listing", task)
        job.succeeded.connect(partial(self._take, job))
        job.failed.connect(self.failed)

    def use_folder(self, root: Path) -> None:
        """Train on another folder."""
        self._follows = False
        task = partial(training_tasks.list_folder, root.absolute())
        job = self._start("listing", task, f"Reading {root.name}")
        job.succeeded.connect(partial(self._take, job))
        job.failed.connect(self.failed)

    def use_labels(self, use: LabelUse) -> None:
        """Learn what is recorded, or what review makes of it."""
        self._training.labels_use = use
        self._take_open()

    def _take(self, job: Job, data: TrainingData) -> None:
        # Asked for before something else was opened; or nothing is different.
        if self._jobs.get("listing") is job and data is not self._training.data:
            self._use(data)

    def _use(self, data: TrainingData | None) -> None:
        self._likenesses = None
        self._asked = None
        self._stop("plan")
        self._stop("comparing")
        self._training.set_data(data)
        self._soon.start()

    # -- choices --------------------------------------------------------------------------

    def choose(self, table: str, name: str, value: Any) -> None:
        """The user chose a value."""
        if table == "network":
            self._stop("seeing")  # what the user chooses counts
        self._training.choose(table, **{name: value})

    def use_weights(self, weights: str) -> None:
        """Start from other weights; a classifier brings its split and what it sees of an image."""
        self._stop("seeing")
        self._training.choose("network", weights=weights)
        is_classifier = bool(weights) and weights != DOWNLOAD and Path(weights).is_dir()
        split = self._training.config.data.split
        if is_classifier:
            self._training.choose("data", split="inherit")
            self._see_as(Path(weights))
        elif split == "inherit":
            self._training.choose("data", split="lesions")
        self._soon.start()

    def _see_as(self, classifier: Path) -> None:
        """What is wrong with a folder is told by the plan."""
        job = self._start("seeing", partial(training_tasks.preprocessing_of, classifier))
        job.succeeded.connect(partial(self._take_preprocessing, job))

    def _take_preprocessing(self, job: Job, found: Preprocessing) -> None:
        if self._jobs.get("seeing") is job:  # else it was on its way when the user chose
            self._training.choose("network", size=found.size, mode=found.mode, steps=found.steps)

    def _keep_up(self) -> None:
        config = self._training.config
        self._settings.training_config = config
        if self._asked is None or self._asked.config != config:
            self._soon.start()

    # -- the plan -------------------------------------------------------------------------

    def _plan(self) -> None:
        data = self._training.data
        if data is None:
            self._training.set_plan((), _LISTING if self._jobs.get("listing") else _NO_DATA)
            return
        request = training_tasks.PlanRequest(data, self._training.config, self._likenesses)
        self._asked = request
        job = self._start("plan", partial(training_tasks.plan, request))
        job.succeeded.connect(self._show)
        job.failed.connect(partial(self._fail, request))

    def _fail(self, request: training_tasks.PlanRequest, error: Exception) -> None:
        if request is self._asked:
            self._training.set_plan((), str(error), request.config)
        self.failed.emit(error)

    def _show(self, planned: training_tasks.Planned) -> None:
        if planned.request is not self._asked:
            return
        self._training.set_plan(planned.splits, planned.problem, planned.request.config)
        if planned.splits and self._likenesses is None and "comparing" not in self._jobs:
            self._compare(planned.request.data)

    def _compare(self, data: TrainingData) -> None:
        """A run puts copies together by what they look like: the plan shall be the same."""
        job = self._start("comparing", partial(training_tasks.compare, data), "Comparing images")
        job.succeeded.connect(partial(self._take_likenesses, data))
        job.failed.connect(self.failed)

    def _take_likenesses(self, data: TrainingData, found: Mapping[str, Likeness]) -> None:
        if data is self._training.data:
            self._likenesses = found
            self._training.compared = True
            self._plan()

    # -- jobs -----------------------------------------------------------------------------

    def _start(self, kind: str, task: Any, title: str = "") -> Job:
        self._stop(kind)
        # A plan must not wait until thousands of images are compared.
        runner = self._comparing if kind == "comparing" else self._planning
        job = runner.start(task, title)
        self._jobs[kind] = job
        job.ended.connect(partial(self._end, kind, job))
        return job

    def _stop(self, kind: str) -> None:
        if job := self._jobs.pop(kind, None):
            job.cancel()

    def _end(self, kind: str, job: Job) -> None:
        if self._jobs.get(kind) is job:
            del self._jobs[kind]
