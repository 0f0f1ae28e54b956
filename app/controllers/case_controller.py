"""Keeps the decoded photograph in step with the current image, and decodes the next ones ahead."""

from PySide6.QtCore import QObject, Signal

from app.case import Case
from app.controllers.photographs import Photographs
from app.jobs import JobRunner
from app.session import Session

# Neighbours in the list that are decoded ahead, in this order.
_AHEAD = (1, 2, -1, 3)


class CaseController(QObject):
    """Decides which photographs are decoded.

    Signals:
        case_changed: Another photograph is there to be shown. Argument: the case, or None.
        ready_ahead: A neighbour of the current image is decoded. Argument: the case.
    """

    case_changed = Signal(object)
    ready_ahead = Signal(object)

    def __init__(self, session: Session, photographs: JobRunner) -> None:
        super().__init__(session)
        self._session = session
        self._photographs = Photographs(session, photographs, self)
        self._photographs.decoded.connect(self._take)
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
        self._photographs.forget()
        self._show(None)

    def _reload(self) -> None:
        self._photographs.forget()
        self._follow()

    def _follow(self) -> None:
        record = self._session.current
        if record is None:
            self._show(None)
            return
        if case := self._photographs.get(record.path):
            self._show(case)
        self._photographs.want([record.path, *self._neighbours()])

    def _neighbours(self) -> list[str]:
        rows, position = self._session.rows, self._session.position
        if position is None:
            return []
        places = [position + step for step in _AHEAD if 0 <= position + step < len(rows)]
        return [self._session.table.records[rows[place]].path for place in places]

    def _take(self, case: Case) -> None:
        record = self._session.current
        if record and record.path == case.path:
            self._show(case)
        else:
            self.ready_ahead.emit(case)

    def _show(self, case: Case | None) -> None:
        if case is not self._shown:
            self._shown = case
            self.case_changed.emit(case)
