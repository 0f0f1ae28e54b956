"""Keeps the decoded photograph in step with the current image, and decodes the next ones ahead."""

from collections import OrderedDict
from functools import partial

from PySide6.QtCore import QObject, Signal

from app import image_tasks
from app.case import Case
from app.jobs import Job, JobRunner
from app.session import Session

# Enough for some large originals; of small photographs, those that one steps back to.
_BYTE_BUDGET = 192_000_000
_KEPT = 48
# Neighbours in the list that are decoded ahead, in this order.
_AHEAD = (1, 2, -1, 3)


class CaseController(QObject):
    """Decides which photographs are decoded and which are kept.

    Signals:
        case_changed: Another photograph is there to be shown. Argument: the case, or None.
        ready_ahead: A neighbour of the current image is decoded. Argument: the case.
    """

    case_changed = Signal(object)
    ready_ahead = Signal(object)

    def __init__(self, session: Session, photographs: JobRunner) -> None:
        super().__init__(session)
        self._session, self._photographs = session, photographs
        self._cases: OrderedDict[str, Case] = OrderedDict()
        self._jobs: dict[str, Job] = {}
        self._shown: Case | None = None
        session.project_changed.connect(self._forget)
        session.classifier_changed.connect(self._reload)
        session.current_changed.connect(self._follow)

    @property
    def case(self) -> Case | None:
        """The photograph that is shown."""
        return self._shown

    def reload(self, _summary: str = "") -> None:
        """Fetch again what is stored about the images, after they were classified."""
        self._reload()

    def _forget(self) -> None:
        for job in self._jobs.values():
            job.cancel()
        self._jobs.clear()
        self._cases.clear()
        self._show(None)

    def _reload(self) -> None:
        for job in self._jobs.values():
            job.cancel()
        self._jobs.clear()
        self._cases.clear()
        self._follow()

    def _follow(self) -> None:
        record = self._session.current
        if record is None:
            self._show(None)
            return
        wanted = [record.path, *self._neighbours()]
        for path in [path for path in self._jobs if path not in wanted]:
            self._jobs.pop(path).cancel()
        if record.path in self._cases:
            self._cases.move_to_end(record.path)
            self._show(self._cases[record.path])
        for path in wanted:
            self._load(path)

    def _neighbours(self) -> list[str]:
        rows, position = self._session.rows, self._session.position
        if position is None:
            return []
        places = [position + step for step in _AHEAD if 0 <= position + step < len(rows)]
        return [self._session.table.records[rows[place]].path for place in places]

    def _load(self, path: str) -> None:
        session = self._session
        if path in self._cases or path in self._jobs or session.project is None:
            return
        request = image_tasks.CaseRequest(
            session.project.root, path, session.classifier, session.cache
        )
        job = self._photographs.start(partial(image_tasks.load_case, request))
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
        record = self._session.current
        if record and record.path == case.path:
            self._show(case)
        else:
            self.ready_ahead.emit(case)

    def _fail(self, job: Job, path: str, error: Exception) -> None:
        self._take(job, Case(path, "", (), reason=f"The image could not be shown: {error}"))

    @property
    def _bytes(self) -> int:
        return sum(case.byte_count for case in self._cases.values())

    def _show(self, case: Case | None) -> None:
        if case is not self._shown:
            self._shown = case
            self.case_changed.emit(case)
