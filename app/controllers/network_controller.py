"""A network of the user's becomes a classifier: looked at first, then taken over."""

import re
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from app import network_tasks
from app.jobs import Job, JobRunner, Task
from app.network_tasks import NetworkChoices
from app.session import Session
from model.project.home import home

_IMAGES = 12
_UNFIT = re.compile(r"[^\w .()+=@-]+")


class NetworkController(QObject):
    """Runs what Keras has to do, elsewhere, and tells what came of it.

    Signals:
        looked: A network was looked at. Argument: `NetworkLook`.
        taken_over: A classifier was written. Argument: its folder.
        failed: Argument: the error to show.
    """

    looked = Signal(object)
    taken_over = Signal(Path)
    failed = Signal(Exception)

    def __init__(self, session: Session, runner: JobRunner) -> None:
        super().__init__(session)
        self._session, self._runner = session, runner
        self._job: Job | None = None

    def look_at(self, path: Path, size: int | None = None) -> None:
        """Find out what a network is, and what it says of some images of the data set."""
        session = self._session
        root = session.project.root if session.project else Path()
        task = partial(network_tasks.look_at_network, path, size, root, self._some_images())
        job = self._start(task, f"Looking at {path.name}")
        job.succeeded.connect(self.looked)

    def take_over(self, choices: NetworkChoices) -> None:
        """Write the classifier's folder among the user's own."""
        place = _new_folder(choices.name or choices.path.stem)
        task = partial(network_tasks.take_over_network, choices, place)
        job = self._start(task, f"Taking over {choices.path.name}")
        job.succeeded.connect(self.taken_over)

    def stop(self) -> None:
        """Let go of what is running; nothing is left behind."""
        if self._job:
            self._job.cancel()

    def _start(self, task: Task, title: str) -> Job:
        self._job = job = self._runner.start(task, title)
        job.failed.connect(self.failed)
        job.ended.connect(self._end)
        return job

    def _end(self) -> None:
        self._job = None

    def _some_images(self) -> dict[str, str]:
        """A few images of every recorded class, in turn, with their labels."""
        records = self._session.table.records
        labels = np.array([record.label for record in records], object)
        by_class = [np.flatnonzero(labels == code).tolist() for code in dict.fromkeys(labels)]
        turns = max(map(len, by_class), default=0)
        rows = [
            rows[turn]
            for turn in range(min(turns, _IMAGES))
            for rows in by_class
            if turn < len(rows)
        ]
        return {records[row].path: records[row].label for row in rows[:_IMAGES]}


def _new_folder(name: str) -> Path:
    stem = _UNFIT.sub("_", name).strip(" .") or "network"
    parent = home() / "classifiers"
    found, number = parent / stem, 1
    while found.exists():
        number += 1
        found = parent / f"{stem} {number}"
    return found
