"""Finds what can be measured or taken for right, and loads what is asked for."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from app import measure_tasks
from app.jobs import Job, JobRunner, Task
from app.measure_tasks import Ground
from app.measuring import IN_USE, RECORDED
from app.session import Session
from model.evaluation.labelling import Kind, Labelling, Source
from model.inference.labelling import classifier_key, classifier_labelling
from model.project.project import Project


class LabellingsController(QObject):
    """Keeps the labellings of the open data set for as long as they are true.

    Attributes:
        ground: What all questions about the data set have in common; None until it is known.

    Signals:
        changed: Ask again: something has arrived, or is true no more.
        sources_changed: Argument: what can be chosen, a tuple of `Source`.
        missing: Argument: keys of sources that are not there.
        failed: Something could not be loaded. Argument: the error to show.
    """

    changed = Signal()
    sources_changed = Signal(object)
    missing = Signal(object)
    failed = Signal(Exception)

    def __init__(self, session: Session, measuring: JobRunner, searching: JobRunner) -> None:
        super().__init__(session)
        self._session, self._measuring, self._searching = session, measuring, searching
        self.ground: Ground | None = None
        self._loaded: dict[str, Labelling] = {}
        self._hashes: dict[str, int] | None = None  # by path, once somebody looked for copies
        self._job: Job | None = None
        session.project_changed.connect(self._forget_project)
        session.table_changed.connect(self.forget)
        session.classifier_changed.connect(self.forget_predictions)

    @property
    def busy(self) -> bool:
        """Whether something is being loaded."""
        return self._job is not None

    # -- what is true no more -------------------------------------------------------------

    def _forget_project(self) -> None:
        self._hashes = None
        self.forget()

    def forget(self) -> None:
        """Look anew for everything."""
        self.ground, self._job = None, None
        self._loaded.clear()
        self.changed.emit()

    def forget_predictions(self) -> None:
        """Look anew for what classifiers say."""
        self._loaded = {
            key: each for key, each in self._loaded.items() if each.kind is not Kind.CLASSIFIER
        }
        self.ground, self._job = None, None
        self.changed.emit()

    # -- what there is --------------------------------------------------------------------

    def key(self, chosen: str) -> str:
        """The key that a choice stands for."""
        classifier = self._session.classifier
        return classifier_key(classifier) if chosen == IN_USE and classifier else chosen

    def get(self, keys: Sequence[str]) -> list[Labelling] | None:
        """The labellings with these keys; None where they are still to come."""
        session = self._session
        if self._job or not (session.project and session.cache):
            return None
        if self.ground is None:
            images = tuple(session.table.records)
            task = partial(
                measure_tasks.gather, session.project, session.cache, images, self._hashes
            )
            self._start(task, self._take_ground)
            return None
        lacking = [key for key in keys if key not in self._loaded]
        if lacking:
            self._load(lacking, self.ground)
            return None
        return [self._loaded[key] for key in keys]

    def _load(self, lacking: Sequence[str], ground: Ground) -> None:
        found = [self._source(key, ground) for key in lacking]
        sources = [each for each in found if each is not None]
        if len(sources) < len(lacking):
            known = {each.key for each in sources}
            self.missing.emit([key for key in lacking if key not in known])
        else:
            classes = self._session.sources.classes
            task = partial(measure_tasks.load, sources, ground.images, classes)
            self._start(task, self._loaded.update)

    def _source(self, key: str, ground: Ground) -> Source | None:
        """Where a labelling comes from; the classifier in use is there even before it ran."""
        session = self._session
        if key == RECORDED:
            return Source(key, ground.recorded.name, Kind.LABEL, lambda _: ground.recorded)
        classifier, project, cache = session.classifier, session.project, session.cache
        if classifier and project and cache and key == classifier_key(classifier):
            load = partial(classifier_labelling, project, cache, classifier, hashes=self._hashes)
            return Source(key, classifier.card.name, Kind.CLASSIFIER, load)
        return next((each for each in ground.sources if each.key == key), None)

    def _take_ground(self, ground: Ground) -> None:
        self.ground = ground
        always = [self._source(RECORDED, ground), self._source(self.key(IN_USE), ground)]
        known = {each.key: each for each in [*always, *ground.sources] if each}
        self.sources_changed.emit(tuple(known.values()))

    # -- jobs -----------------------------------------------------------------------------

    def _start(self, task: Task, then: Callable[[Any], None]) -> None:
        job = self._job = self._measuring.start(task)
        job.succeeded.connect(partial(self._take, job, then))
        job.failed.connect(partial(self._give_up, job))

    def _take(self, job: Job, then: Callable[[Any], None], result: object) -> None:
        if job is self._job:
            self._job = None
            then(result)
            self.changed.emit()

    def _give_up(self, job: Job, error: Exception) -> None:
        if job is self._job:
            self._job = None
            self.failed.emit(error)

    def look_for_copies(self) -> None:
        """See whether the classifier has seen images under other names."""
        project, classifier = self._session.project, self._session.classifier
        if project and classifier:
            images = tuple(self._session.table.records)
            task = partial(measure_tasks.fingerprints, project.root, images, classifier.card)
            job = self._searching.start(task, "Looking for copies of seen images")
            job.succeeded.connect(partial(self._take_hashes, project))
            job.failed.connect(self.failed)

    def _take_hashes(self, project: Project, hashes: dict[str, int]) -> None:
        if self._session.project is project:
            self._hashes = hashes
            self.forget_predictions()
