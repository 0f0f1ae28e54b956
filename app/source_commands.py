"""What the menus do about the sources of the open data set: their dialogs, and what follows."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt

from app.controllers.browse_controller import BrowseController
from app.controllers.check_controller import CheckController
from app.controllers.sources_controller import SourcesController
from app.jobs import JobRunner
from app.main_window import MainWindow
from app.panes import dialogs
from app.panes.check_dialog import CheckDialog
from app.panes.classes_dialog import ClassesDialog
from app.panes.mapping_dialog import MappingDialog, default_mapping_file
from app.panes.problem_pane import ProblemPane
from app.panes.sources_dialog import SourcesDialog
from app.session import Session
from app.source_tasks import SourceRow, TableRead, Tried
from app.window_state import WindowState
from model.catalogue.finding_tables import is_table_name
from model.catalogue.mapping import ColumnMapping
from model.records import ProblemKind

RUNNERS = ("sources", "checking")

_TABLES = "Tables (*.csv *.tsv *.tab *.txt);;All files (*)"


class SourceCommands(QObject):
    """Asks the user for what a change of the sources needs, and hands it on.

    Attributes:
        controller, checks: The decisions.
        mapping, overview, classes, checking: The dialogs, while they are open.
    """

    def __init__(
        self,
        window: MainWindow,
        state: WindowState,
        session: Session,
        browse: BrowseController,
        runners: Mapping[str, JobRunner],
    ) -> None:
        super().__init__(window)
        self._window, self._state, self._session = window, state, session
        self._browse = browse
        self.controller = SourcesController(session, runners["sources"])
        self.checks = CheckController(session, runners["checking"])
        self.checking: CheckDialog | None = None
        self.mapping: MappingDialog | None = None
        self.overview: SourcesDialog | None = None
        self.classes: ClassesDialog | None = None
        self._connect()

    def _connect(self) -> None:
        controller, window, session = self.controller, self._window, self._session
        controller.table_read.connect(self._ask_columns)
        controller.tried.connect(self._show_tried)
        controller.described.connect(self._show_described)
        controller.counted.connect(self._ask_classes)
        controller.failed.connect(self._state.show_error)
        self.checks.failed.connect(self._state.show_error)
        self.checks.refused.connect(self._ask_again)
        self.checks.finished.connect(self._state.notice)
        window.label_classes.clicked.connect(self.show_classes)
        session.table_changed.connect(self._refresh)

    def connect_problems(self, pane: ProblemPane) -> None:
        """Lead from what is wrong to the images, and to tables that nobody knows."""
        pane.path_chosen.connect(self._show_problem)
        pane.images_requested.connect(self.list_images)
        pane.check_requested.connect(self.check)

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the actions do."""
        return {
            "sources": self.show_sources,
            "check": self.check,
            "label_classes": self.show_classes,
        }

    # -- the meaning of columns -----------------------------------------------------------

    def ask_columns(self, path: Path) -> None:
        """Ask what the columns of a table say; it is read first."""
        if self.mapping is None:
            self.controller.read_table(path)

    def _ask_columns(self, read: TableRead) -> None:
        if self.mapping is not None:
            return
        path = read.table.path
        self.mapping = dialog = MappingDialog(self.overview or self._window, read)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.mapping_changed.connect(partial(self.controller.try_mapping, read))
        dialog.use_requested.connect(partial(self.controller.use_table, path))
        dialog.leave_out_requested.connect(partial(self.controller.leave_out, path))
        dialog.save_requested.connect(partial(self._save_mapping, path))
        dialog.finished.connect(self._forget_mapping)
        self.controller.try_mapping(read, dialog.mapping)
        dialog.open()

    def _show_tried(self, tried: Tried) -> None:
        if self.mapping is not None:
            self.mapping.show_tried(tried)

    def _forget_mapping(self, _result: int) -> None:
        self.mapping = None

    def _save_mapping(self, table: Path, mapping: ColumnMapping) -> None:
        place = default_mapping_file(table)
        path = dialogs.ask_new_file(self._window, "Save mapping", place, "JSON (*.json)")
        if path:
            self.controller.save_mapping(path, mapping)

    # -- what the data set consists of ----------------------------------------------------

    def show_sources(self) -> None:
        """What the data set consists of."""
        if self.overview is not None or self._session.project is None:
            return
        self.overview = dialog = SourcesDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.folder_requested.connect(self.add_folder)
        dialog.table_requested.connect(self.add_table)
        dialog.columns_requested.connect(self.ask_columns)
        dialog.leave_out_requested.connect(self.controller.leave_out)
        dialog.remove_requested.connect(self._remove)
        dialog.conflicts_requested.connect(self.show_conflicts)
        dialog.finished.connect(self._forget_overview)
        self._refresh()
        dialog.open()

    def _forget_overview(self, _result: int) -> None:
        self.overview = None

    def _refresh(self) -> None:
        if self.overview is not None:
            self.controller.describe()

    def _show_described(self, rows: tuple[SourceRow, ...]) -> None:
        if self.overview is not None:
            self.overview.show_rows(rows, len(self._conflicts()))

    def add_folder(self) -> None:
        """Ask for another data set to join."""
        project = self._session.project
        if project is None:
            return
        title = "Add a folder to this data set"
        if path := dialogs.ask_folder(self._window, title, project.root.parent):
            self.controller.add_folder(path)

    def add_table(self) -> None:
        """Ask for a table to join, then for what its columns say."""
        if path := dialogs.ask_file(self._window, "Add a table to this data set", _TABLES):
            self.ask_columns(path)

    def _remove(self, row: SourceRow) -> None:
        self.controller.remove(row.path, is_folder=row.images is not None, left_out=not row.used)

    def _conflicts(self) -> frozenset[str]:
        found = (each for each in self._session.problems if each.kind is ProblemKind.CONTRADICTING)
        paths = {each.path for each in found}
        return frozenset(
            path for path in paths if self._session.table.row_of_path(path) is not None
        )

    def show_conflicts(self) -> None:
        """List the images that sources contradict on, with what they say of them."""
        self._browse.list_images(self._conflicts(), "contradicting sources")
        self._window.show_dock("problems")
        if self.overview is not None:
            self.overview.accept()

    # -- what is wrong with it ------------------------------------------------------------

    def check(self) -> None:
        """Ask what the data set is to be compared with, and look through it."""
        dialog = CheckDialog(self._window, len(self._session.table))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.folder_requested.connect(partial(self._choose_folder, dialog))
        dialog.table_requested.connect(partial(self._choose_table, dialog))
        dialog.check_requested.connect(self._start_check)
        self.checking = dialog
        dialog.open()

    def _ask_again(self, other: Path, error: Exception) -> None:
        self.check()
        assert self.checking is not None
        self.checking.set_other(other)
        self.checking.complain(str(error))

    def _choose_folder(self, dialog: CheckDialog) -> None:
        if path := dialogs.ask_folder(self._window, "The other data set"):
            dialog.set_other(path)

    def _choose_table(self, dialog: CheckDialog) -> None:
        if path := dialogs.ask_file(self._window, "A table of the other data set", _TABLES):
            dialog.set_other(path)

    def _start_check(self, other: Path | None) -> None:
        self._window.show_dock("problems")
        self.checks.check(other)

    def list_images(self, paths: Iterable[str], name: str) -> None:
        """List the images behind some problems; those without a file are none."""
        table = self._session.table
        there = [path for path in paths if table.row_of_path(path) is not None]
        if there:
            self._browse.list_images(there, name)
        else:
            self._state.notice("None of these is an image that can be listed.")

    def _show_problem(self, path: str) -> None:
        """The image behind a problem; the columns of a table that is not used."""
        project, row = self._session.project, self._session.table.row_of_path(path)
        if row is not None:
            self._session.look_at(row)
        elif project and is_table_name(path):
            self.ask_columns(project.root / path)
        else:
            self._state.notice(f"There is no image {path} to look at.")

    # -- the classes of the labels --------------------------------------------------------

    def show_classes(self) -> None:
        """As which classes labels are looked at; they are counted first."""
        if self.classes is None:
            self.controller.count_labels()

    def _ask_classes(self, counts: dict[str, int]) -> None:
        if self.classes is not None:
            return
        self.classes = dialog = ClassesDialog(self._window, counts, self._session.sources.classes)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.mapping_chosen.connect(self.controller.look_at_labels_as)
        dialog.finished.connect(self._forget_classes)
        dialog.open()

    def _forget_classes(self, _result: int) -> None:
        self.classes = None
