"""Opens folders and projects, keeps the list growing, and remembers how the project was left."""

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app import tasks
from app.case import HeatMapOptions
from app.jobs import Job, JobRunner
from app.measuring import MeasureOptions
from app.session import Session
from app.settings import Settings
from model.catalogue.filters import Filter
from model.catalogue.sorting import SortKey
from model.errors import UserError
from model.project.cache import Cache
from model.project.project import Project

_SAVE_AFTER_MS = 2000


class DataSetController(QObject):
    """Decides what opening something means.

    Signals:
        failed: Argument: the error to show.
        opened: A project is open; its list may still grow.
        listed: The list is complete.
        folder_missing: A project's images are gone. Argument: the project's path.
        unmapped: Only a table of unknown columns describes the images. Argument: its path.
        open_elsewhere: Another window has the project open that was just opened.
    """

    failed = Signal(Exception)
    opened = Signal()
    listed = Signal()
    folder_missing = Signal(Path)
    unmapped = Signal(Path)
    open_elsewhere = Signal()

    def __init__(
        self, session: Session, listing: JobRunner, storing: JobRunner, settings: Settings
    ) -> None:
        super().__init__(session)
        self._session, self._settings = session, settings
        self._listing, self._storing = listing, storing
        self._job: Job | None = None
        self._first_path = ""  # the image to look at first, once it is listed
        self._view_lost = False  # the user knows that it cannot be stored how they look
        self._saving = QTimer(self, singleShot=True, interval=_SAVE_AFTER_MS)
        self._saving.timeout.connect(self.save_view)
        for changed in (
            session.current_changed,
            session.rows_changed,
            session.heat_map_changed,
            session.measure_changed,
        ):
            changed.connect(self._save_soon)

    # -- opening --------------------------------------------------------------------------

    def open_folder(self, root: Path, first_path: str = "") -> None:
        """Open a data set folder; `first_path` is the image to look at first."""
        self._open(partial(tasks.open_folder, root.absolute()), root.name, first_path)

    def open_project(self, path: Path) -> None:
        """Open a project file."""
        self._open(partial(tasks.open_project, path.absolute()), path.stem, "")

    def read_again(self) -> None:
        """List the folder of the open project anew."""
        session = self._session
        if session.project:
            shown = tasks.Shown(tuple(session.table.records), session.problems, session.sources)
            task = partial(tasks.list_again, session.project, shown)
            self._start(task, f"Reading {session.project.root.name}")

    def relink(self, path: Path, new_root: Path) -> None:
        """Tell a project where its images are now, then open it."""
        job = self._listing.start(partial(tasks.relink, path, new_root), "Comparing files")
        job.failed.connect(self.failed)
        job.succeeded.connect(partial(self._open_relinked, path))

    def _open_relinked(self, path: Path, _result: object) -> None:
        self.open_project(path)

    def _open(self, task: Any, name: str, first_path: str) -> None:
        self.save_view()
        self._first_path = first_path
        self._start(task, f"Reading {name}")

    def _start(self, task: Any, title: str) -> None:
        if self._job:
            self._job.cancel()
        self._job = self._listing.stream(task, title)
        self._job.delivered.connect(partial(self._take, self._job))
        self._job.succeeded.connect(partial(self._on_listed, self._job))
        self._job.failed.connect(partial(self._on_failed, self._job))

    # -- what comes back ------------------------------------------------------------------

    def _take(self, job: Job, part: object) -> None:
        if job is self._job:
            self._use(part)
        elif isinstance(part, tasks.Opened):  # another one was asked for meanwhile
            self._let_go(part.project, part.cache)

    def _use(self, part: object) -> None:
        match part:
            case tasks.Opened(project, cache, sources, elsewhere):
                self._close_open()
                self._view_lost = False
                self._session.open_project(project, cache, sources, elsewhere=elsewhere)
                self._settings.remember(project.path)
                self.opened.emit()
                if elsewhere:
                    self.open_elsewhere.emit()
            case tasks.Listed(records, problems, more):
                first = not self._session.table.records
                if first and self._session.project:
                    self._restore_order(self._session.project.view_state())
                self._session.add_images(records, problems, awaited=bool(self._first_path))
                self._look_at_first(more=more)
            case tasks.Relisted(table, problems, sources):
                self._session.replace_table(table, problems, sources)
                self._look_at_first(more=False)
            case tasks.Unmapped(path):
                self.unmapped.emit(path)

    def _close_open(self) -> None:
        project, cache = self._session.project, self._session.cache
        if project and cache:
            self._let_go(project, cache)

    def _let_go(self, project: Project, cache: Cache) -> None:
        self._storing.start(partial(tasks.close, project, cache))

    def _look_at_first(self, *, more: bool) -> None:
        row = self._session.table.row_of_path(self._first_path) if self._first_path else None
        if row is not None:
            self._first_path = ""
            self._session.look_at(row)
        elif more and self._first_path:
            return  # it comes soon
        elif self._session.current_row is None and len(self._session.rows):
            self._session.look_at(int(self._session.rows[0]))

    def _on_listed(self, job: Job, _result: object) -> None:
        if job is self._job:
            self._job = None
            self.listed.emit()
            self._fingerprint()

    def _fingerprint(self) -> None:
        if self._session.project:
            task = partial(tasks.fingerprint, self._session.project)
            self._job = self._listing.start(task, "Remembering files")
            self._job.failed.connect(self.failed)

    def _on_failed(self, job: Job, error: Exception) -> None:
        if job is not self._job:
            return
        self._job = None
        project = self._session.project
        if isinstance(error, UserError) and project and not project.root.is_dir():
            self.folder_missing.emit(project.path)
        else:
            self.failed.emit(error)

    # -- how the project was left ---------------------------------------------------------

    def _restore_order(self, state: dict[str, Any]) -> None:
        """Take up the filter, the order and the heat map of the last time."""
        session = self._session
        try:
            session.filter = Filter.from_json(state.get("filter", {}))
            session.sort_key = SortKey(state.get("sort", SortKey.FILE))
            session.descending = bool(state.get("descending", False))
            session.change_heat_map(**asdict(HeatMapOptions(**state.get("heat_map", {}))))
            measure = MeasureOptions.from_json(state.get("measure", {}))
            session.change_measure(**{each: getattr(measure, each) for each in measure.to_json()})
            self._first_path = self._first_path or str(state.get("path", ""))
        except (TypeError, ValueError, KeyError):
            # Written by another version: the choices of a view are not worth an error.
            session.filter, session.sort_key = Filter(), SortKey.FILE

    def _save_soon(self) -> None:
        if self._session.project and self._session.table.records:
            self._saving.start()

    def save_view(self) -> None:
        """Store how the project is looked at, off the GUI thread."""
        self._saving.stop()
        session = self._session
        if session.project is None or not session.table.records:
            return
        state = {
            "path": session.current.path if session.current else "",
            "filter": session.filter.to_json(),
            "sort": str(session.sort_key),
            "descending": session.descending,
            "heat_map": asdict(session.heat_map),
            "measure": session.measure.to_json(),
        }
        project = session.project
        job = self._storing.start(lambda _report: project.store_view_state(state))
        job.failed.connect(self._tell_view_lost)

    def _tell_view_lost(self, error: Exception) -> None:
        # Once: on a full disk every step to another image would be told of.
        if not self._view_lost:
            self._view_lost = True
            self.failed.emit(error)
