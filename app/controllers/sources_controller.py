"""What the open data set consists of: its folder, what is joined to it, and what tables say."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, SignalInstance

from app import source_tasks
from app.jobs import Job, JobRunner, Task
from app.session import Session
from app.source_tasks import TableRead
from model.catalogue.mapping import ColumnMapping
from model.catalogue.sources import Sources
from model.class_systems import ClassMapping
from model.errors import UserError


class SourcesController(QObject):
    """Changes the sources of the open project; the data set is then listed anew.

    Signals:
        table_read: A table is to be mapped. Argument: `TableRead`.
        tried: What the mapping asked for last makes of it. Argument: `Tried`.
        described: What there is. Argument: a tuple of `SourceRow`.
        counted: How many images have each recorded class. Argument: a mapping.
        changed: Other sources are stored.
        failed: Argument: the error to show.
    """

    table_read = Signal(object)
    tried = Signal(object)
    described = Signal(object)
    counted = Signal(object)
    changed = Signal()
    failed = Signal(Exception)

    def __init__(self, session: Session, runner: JobRunner) -> None:
        super().__init__(session)
        self._session, self._runner = session, runner
        self._trial: Job | None = None

    def read_table(self, path: Path) -> None:
        """Read a table whose columns are to be mapped."""
        session = self._session
        if session.project is None:
            return
        task = partial(
            source_tasks.read_table,
            path,
            session.project.root,
            tuple(session.table.records),
            session.sources,
        )
        self._tell(self._runner.start(task, f"Reading {path.name}"), self.table_read)

    def try_mapping(self, read: TableRead, mapping: ColumnMapping) -> None:
        """See what a mapping makes of a table; what was asked before is dropped."""
        if self._trial:
            self._trial.cancel()
        self._trial = job = self._runner.start(partial(source_tasks.try_mapping, read, mapping))
        job.succeeded.connect(partial(self._take_trial, job))
        job.failed.connect(self.failed)

    def _take_trial(self, job: Job, tried: object) -> None:
        if job is self._trial:
            self.tried.emit(tried)

    def use_table(self, path: Path, mapping: ColumnMapping) -> None:
        """Understand a table in this way, and all with its columns from now on."""
        if project := self._session.project:
            task = partial(source_tasks.use_table, project, path, mapping)
            self._change(task, f"Storing what {path.name} says")

    def leave_out(self, path: Path) -> None:
        """Do not use a table."""
        self.change(lambda sources: sources.leaving_out(path))

    def add_folder(self, folder: Path) -> None:
        """Join another data set."""
        project = self._session.project
        if project is None:
            return
        folder = folder.absolute()
        joined = (each for each in self._session.sources.folders if each != folder)
        for other in (project.root, *joined):
            if folder.is_relative_to(other) or other.is_relative_to(folder):
                reason = f"{folder} and {other} lie in each other: choose a folder beside it."
                self.failed.emit(UserError(reason))
                return
        self.change(lambda sources: sources.with_folder(folder))

    def remove(self, path: Path, *, is_folder: bool, left_out: bool) -> None:
        """Take away what was joined, or use again what was left out."""
        if is_folder:
            self.change(lambda sources: sources.without_folder(path))
        elif left_out:
            self.change(lambda sources: sources.using_again(path))
        else:
            self.change(lambda sources: sources.without_table(path))

    def count_labels(self) -> None:
        """Count the labels as they are recorded; `counted` tells."""
        if project := self._session.project:
            task = partial(source_tasks.count_labels, project)
            self._tell(self._runner.start(task, "Counting labels"), self.counted)

    def look_at_labels_as(self, mapping: ClassMapping | None) -> None:
        """Look at recorded labels in another system of classes; None for as they are recorded."""
        self.change(lambda sources: replace(sources, classes=mapping))

    def describe(self) -> None:
        """Find out what the data set consists of; `described` tells."""
        if project := self._session.project:
            records = tuple(self._session.table.records)
            task = partial(source_tasks.describe_sources, project, records)
            self._tell(self._runner.start(task), self.described)

    def _tell(self, job: Job, signal: SignalInstance) -> None:
        """Pass on what a job finds of the open project, unless another one is open by then."""
        job.succeeded.connect(partial(self._pass_on, self._session.project, signal))
        job.failed.connect(self.failed)

    def _pass_on(self, project: object, signal: SignalInstance, found: object) -> None:
        if project is self._session.project:
            signal.emit(found)

    def save_mapping(self, path: Path, mapping: ColumnMapping) -> None:
        """Write a mapping for a command or a colleague."""
        job = self._runner.start(partial(source_tasks.save_mapping, path, mapping))
        job.failed.connect(self.failed)

    def change(self, change: Callable[[Sources], Sources]) -> None:
        """Join something, or leave something out again."""
        if project := self._session.project:
            task = partial(source_tasks.change_sources, project, change)
            self._change(task, "Changing the sources")

    def _change(self, task: Task, title: str) -> None:
        job = self._runner.start(task, title)
        job.succeeded.connect(partial(self._take_changed, self._session.project))
        job.failed.connect(self.failed)

    def _take_changed(self, project: object, _sources: Sources) -> None:
        # The session knows of them once the images are there that they make.
        if project is self._session.project:
            self.changed.emit()
