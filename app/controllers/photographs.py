"""Decodes photographs before they are asked for, and keeps those that one steps back to."""

from collections import OrderedDict
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from app import image_tasks
from app.case import Case
from app.jobs import Job, JobRunner
from app.session import Session

# Enough for some large originals; of small photographs, those that one steps back to.
_BYTE_BUDGET = 192_000_000
_KEPT = 48


class Photographs(QObject):
    """The decoded photographs of whoever shows some.

    Signals:
        decoded: A photograph that is wanted is there, or why not. Argument: the case.
    """

    decoded = Signal(object)

    def __init__(self, session: Session, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._runner = session, runner
        self._cases: OrderedDict[str, Case] = OrderedDict()
        self._jobs: dict[str, Job] = {}

    def get(self, path: str) -> Case | None:
        """A photograph, None while it is not decoded."""
        if path in self._cases:
            self._cases.move_to_end(path)
        return self._cases.get(path)

    def want(self, paths: Sequence[str]) -> None:
        """Decode these, in this order, and no others any more."""
        for path in [path for path in self._jobs if path not in paths]:
            self._jobs.pop(path).cancel()
        for path in paths:
            self._load(path)

    def forget(self) -> None:
        """Let go of everything: it is of other images, or something else is stored about them."""
        for job in self._jobs.values():
            job.cancel()
        self._jobs.clear()
        self._cases.clear()

    def _load(self, path: str) -> None:
        session = self._session
        if path in self._cases or path in self._jobs or session.project is None:
            return
        request = image_tasks.CaseRequest(
            session.project.root, path, session.classifier, session.cache
        )
        job = self._runner.start(partial(image_tasks.load_case, request))
        self._jobs[path] = job
        job.succeeded.connect(partial(self._take, job))
        job.failed.connect(partial(self._fail, job, path))

    def _take(self, job: Job, case: Case) -> None:
        if self._jobs.get(case.path) is not job:
            return
        del self._jobs[case.path]
        self._cases[case.path] = case
        while len(self._cases) > 2 and (len(self._cases) > _KEPT or self._bytes > _BYTE_BUDGET):
            self._cases.popitem(last=False)
        self.decoded.emit(case)

    def _fail(self, job: Job, path: str, error: Exception) -> None:
        self._take(job, Case(path, "", (), reason=f"The image could not be shown: {error}"))

    @property
    def _bytes(self) -> int:
        return sum(case.byte_count for case in self._cases.values())
