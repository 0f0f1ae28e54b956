"""Creates everything and connects it; decides nothing."""

import sys
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication

from app import errors, tasks, theme
from app.controllers.browse_controller import BrowseController
from app.controllers.case_controller import CaseController
from app.controllers.classifier_controller import ClassifierController
from app.controllers.data_set_controller import DataSetController
from app.controllers.heat_map_controller import HeatMapController
from app.item_models.thumbnails import Thumbnails
from app.jobs import JobRunner, Task
from app.main_window import MainWindow
from app.opening import Openable, describe, recognise
from app.panes import dialogs
from app.panes.browser_pane import BrowserPane
from app.panes.case_pane import CasePane
from app.panes.filter_pane import FilterPane
from app.panes.heat_map_pane import HeatMapPane
from app.panes.key_sheet import KeySheet
from app.panes.photograph_pane import PhotographPane
from app.panes.problem_pane import ProblemPane, summary
from app.panes.viewer_pane import ZOOM_STEP
from app.panes.welcome_pane import WelcomePane
from app.session import Session
from app.settings import THEMES, Settings
from model.errors import UserError

DEMO_DATA = Path(__file__).parents[1] / "resources" / "demo" / "data"
_LEFT, _RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
_NOTICE_MS = 8000
_WITH_PROJECT = (
    "read_again",
    "save_overlay",
    "export_predictions",
    "copy_id",
    "same_lesion",
    "clear_filter",
)


class Application(QObject):
    """The window with everything behind it.

    Attributes:
        session, window, settings: What is open, what is seen, what is remembered.
        runners: The worker threads, by what they do.
    """

    def __init__(self) -> None:
        super().__init__()
        self.settings = Settings()
        theme.apply_theme(self.settings.theme)
        self.session = Session(self)
        names = ("listing", "inference", "previews", "photographs", "thumbnails", "storing")
        self.runners = {name: JobRunner(self) for name in names}
        self._create_controllers()
        self.window = MainWindow(self.settings, describe)
        self._create_panes()
        self._connect_session()
        self._connect_panes()
        self._connect_actions()
        self._connect_window()
        self.window.restore_geometry()
        self._show_project()

    # -- parts ----------------------------------------------------------------------------

    def _create_controllers(self) -> None:
        run, session = self.runners, self.session
        self.data_set = DataSetController(session, run["listing"], run["storing"], self.settings)
        self.classifier = ClassifierController(
            session, run["inference"], run["previews"], self.settings
        )
        self.cases = CaseController(session, run["photographs"])
        self.heat_maps = HeatMapController(session, run["previews"])
        self.browse = BrowseController(session)

    def _create_panes(self) -> None:
        session = self.session
        self.thumbnails = Thumbnails(self.runners["thumbnails"], self)
        self.welcome = WelcomePane()
        self.photograph = PhotographPane(session)
        self.images = BrowserPane(session, self.thumbnails)
        self.filters = FilterPane()
        self.case = CasePane(session)
        self.heat_map = HeatMapPane(session)
        self.problems = ProblemPane()
        self.window.add_page(self.welcome)
        self.window.add_page(self.photograph)
        self.window.add_dock("filters", "Filters", self.filters, _LEFT)
        self.window.add_dock("images", "Images", self.images, _LEFT)
        self.window.add_dock("case", "Case", self.case, _RIGHT)
        self.window.add_dock("heat_map", "Heat map", self.heat_map, _RIGHT)
        bottom = Qt.DockWidgetArea.BottomDockWidgetArea
        self.window.add_dock("problems", "Problems of the data set", self.problems, bottom)

    # -- connections ----------------------------------------------------------------------

    def _connect_session(self) -> None:
        session = self.session
        session.project_changed.connect(self._show_project)
        session.table_changed.connect(self._show_table)
        session.classifier_changed.connect(self._show_classifier)
        session.heat_map_changed.connect(self._show_heat_map_action)
        self.cases.case_changed.connect(self.photograph.show_case)
        self.cases.case_changed.connect(self.heat_maps.show_case)
        self.cases.ready_ahead.connect(self.heat_maps.prepare)
        self.heat_maps.heat_map_changed.connect(self.photograph.show_heat_map)
        self.heat_maps.heat_map_changed.connect(self.heat_map.show_heat_map)
        self.heat_maps.findings_changed.connect(self.case.show_findings)
        self.browse.facets_changed.connect(self.filters.show_filter)
        self.data_set.listed.connect(self.classifier.fetch_predictions)
        self.data_set.listed.connect(self._tell_listed)
        self.classifier.classifying_changed.connect(self._show_classifying)
        for controller in (self.data_set, self.classifier, self.heat_maps):
            controller.failed.connect(self._show_error)
        for notice in (self.browse.notice, self.classifier.finished):
            notice.connect(self._notice)
        self.classifier.finished.connect(lambda _text: self.cases.reload())
        self.data_set.folder_missing.connect(self._ask_where_moved)
        for runner in self.runners.values():
            runner.started.connect(self.window.jobs.show_job)

    def _connect_panes(self) -> None:
        self.welcome.folder_requested.connect(self._ask_folder)
        self.welcome.project_requested.connect(self._ask_project)
        self.welcome.demo_requested.connect(self.open_demo)
        self.welcome.recent_requested.connect(self.open)
        self.images.row_chosen.connect(self.session.look_at)
        self.images.sort_requested.connect(self.browse.sort_by)
        self.images.search_changed.connect(self.browse.search)
        self.images.clear_requested.connect(self.browse.clear_filter)
        self.filters.filter_requested.connect(self.browse.filter_by)
        self.thumbnails.ready.connect(self.images.grid.viewport().update)
        self.case.class_chosen.connect(self._draw_class)
        self.case.lesion_requested.connect(self.browse.show_lesion)
        self.heat_map.changed.connect(lambda changes: self.session.change_heat_map(**changes))
        self.problems.path_chosen.connect(self._look_at_path)

    def _connect_actions(self) -> None:
        viewer, browse, act = self.photograph.viewer, self.browse, self.window.menu_actions
        slots = {
            "open_folder": self._ask_folder,
            "open_project": self._ask_project,
            "open_demo": self.open_demo,
            "read_again": self.data_set.read_again,
            "save_overlay": self._save_overlay,
            "export_predictions": self._export_predictions,
            "quit": self.window.close,
            "search": self._search,
            "clear_filter": browse.clear_filter,
            "copy_id": self._copy_id,
            "heat_map": browse.toggle_heat_map,
            "less_opacity": partial(browse.change_opacity, -1),
            "more_opacity": partial(browse.change_opacity, 1),
            "next_layer": partial(browse.step_layer, 1),
            "previous_layer": partial(browse.step_layer, -1),
            "zoom_in": partial(viewer.zoom, ZOOM_STEP),
            "zoom_out": partial(viewer.zoom, 1 / ZOOM_STEP),
            "actual_size": viewer.actual_size,
            "fit": viewer.fit,
            "grid": self.images.toggle_table,
            "next": partial(browse.step, 1),
            "previous": partial(browse.step, -1),
            "ten_forward": partial(browse.step, 10),
            "ten_back": partial(browse.step, -10),
            "first": partial(browse.go_to_end, last=False),
            "last": partial(browse.go_to_end, last=True),
            "next_disagreement": partial(browse.step_to_disagreement, 1),
            "previous_disagreement": partial(browse.step_to_disagreement, -1),
            "same_lesion": browse.show_lesion,
            "classify": self.classifier.classify,
            "stop": self.classifier.stop,
            "open_classifier": self._ask_classifier,
            "bundled_classifier": self.classifier.open_bundled,
            "about_classifier": self._about_classifier,
            "browse": self._stay_in_browse,
            "reset_layout": self.window.reset_layout,
            "keys": self._show_keys,
            "about": partial(dialogs.show_about, self.window),
        }
        for name, slot in slots.items():
            # Qt would pass whether the action is checked; no slot asks for it.
            act[name].triggered.connect(lambda _checked=False, slot=slot: slot())
        self._create_theme_menu()
        act.submenu("recent").aboutToShow.connect(self._fill_recent)
        self._show_classifying(False)
        self._show_heat_map_action()

    def _create_theme_menu(self) -> None:
        menu, group = self.window.menu_actions.submenu("theme"), QActionGroup(self)
        for name in THEMES:
            action = QAction(name.capitalize(), group, checkable=True)
            action.setChecked(name == self.settings.theme)
            action.triggered.connect(partial(self._use_theme, name))
            menu.addAction(action)

    def _connect_window(self) -> None:
        viewer = self.photograph.viewer
        self.window.paths_dropped.connect(self.open)
        self.window.plain_held.connect(viewer.set_plain)
        self.window.actual_size_held.connect(viewer.hold_actual_size)
        self.window.closing.connect(self.shut_down)

    # -- opening --------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """Open whatever `path` is, or say why it cannot be opened."""
        try:
            kind = recognise(path)
        except UserError as error:
            self._show_error(error)
            return
        self._notice(f"Opening {kind.value} {path.name}")
        if kind is Openable.PROJECT:
            self.data_set.open_project(path)
        elif kind is Openable.CLASSIFIER:
            self.classifier.open(path)
        elif kind is Openable.IMAGE:
            self._open_image(path)
        else:
            self.data_set.open_folder(path)

    def _open_image(self, path: Path) -> None:
        """Look at an image of the open data set, or open the folder that it lies in."""
        project = self.session.project
        if project and path.absolute().is_relative_to(project.root):
            self._look_at_path(path.absolute().relative_to(project.root).as_posix())
        else:
            self.data_set.open_folder(path.parent, first_path=path.name)

    def open_demo(self) -> None:
        """Open the bundled synthetic data set."""
        self.data_set.open_folder(DEMO_DATA)

    def _ask_folder(self) -> None:
        root = self.session.project.root.parent if self.session.project else None
        if path := dialogs.ask_folder(self.window, "Open a data set folder", root):
            self.open(path)

    def _ask_project(self) -> None:
        kinds = "Projects (*.secondlook)"
        if path := dialogs.ask_file(self.window, "Open a project", kinds):
            self.open(path)

    def _ask_classifier(self) -> None:
        if path := dialogs.ask_folder(self.window, "Open a classifier folder"):
            self.classifier.open(path)

    def _ask_where_moved(self, project: Path) -> None:
        if root := dialogs.ask_where_moved(self.window, project):
            self.data_set.relink(project, root)

    def _fill_recent(self) -> None:
        menu = self.window.menu_actions.submenu("recent")
        menu.clear()
        for path in self.settings.recent:
            menu.addAction(_project_name(path)).triggered.connect(partial(self._open_recent, path))
        menu.addSeparator()
        menu.addAction("Forget these").triggered.connect(self.settings.forget_recent)

    def _open_recent(self, path: Path, _checked: bool = False) -> None:
        self.open(path)

    # -- showing --------------------------------------------------------------------------

    def _show_project(self) -> None:
        opened = self.session.project is not None
        self.thumbnails.set_root(self.session.project.root if self.session.project else None)
        recent = [(path, _project_name(path)) for path in self.settings.recent]
        self.welcome.show_recent(recent)
        self.window.show_page(self.photograph if opened else self.welcome, with_docks=opened)
        for name in _WITH_PROJECT:
            self.window.menu_actions[name].setEnabled(opened)
        self._show_table()
        self._show_classifying(self.classifier.classifying)
        if opened:
            self.photograph.viewer.setFocus()

    def _show_table(self) -> None:
        name = self.session.name
        self.window.setWindowTitle(f"{name} - Second Look" if name else "Second Look")
        self.problems.show_problems(self.session.problems)

    def _tell_listed(self) -> None:
        self._notice(f"{len(self.session.table):,} images")
        if self.session.problems:
            found = summary(self.session.problems)
            self._notice(f"Problems of the data set: {found}")
            self.window.show_dock("problems")

    def _show_classifier(self) -> None:
        card = self.session.classifier.card if self.session.classifier else None
        self.window.classifier_name.setText(card.name if card else "No classifier")
        self.window.menu_actions["about_classifier"].setEnabled(card is not None)
        menu = self.window.menu_actions.submenu("class_menu")
        menu.clear()
        for number, code in enumerate(("", *(card.classes if card else ()))[:10]):
            action = menu.addAction(code or "Predicted class")
            action.setShortcut(QKeySequence(str(number)))
            action.triggered.connect(partial(self._choose_class, number))
        self._show_classifying(self.classifier.classifying)

    def _show_classifying(self, running: bool) -> None:
        ready = self.session.project is not None and self.session.classifier is not None
        self.window.menu_actions["classify"].setEnabled(ready and not running)
        self.window.menu_actions["stop"].setEnabled(running)

    def _show_heat_map_action(self) -> None:
        self.window.menu_actions["heat_map"].setChecked(self.session.heat_map.visible)

    def _show_error(self, error: Exception) -> None:
        errors.show_error(error, self.window)

    def _notice(self, text: str) -> None:
        self.window.statusBar().showMessage(text, _NOTICE_MS)

    def _show_keys(self) -> None:
        KeySheet(self.window).open()

    def _about_classifier(self) -> None:
        if self.session.classifier:
            dialogs.show_card(
                self.window, self.session.classifier.card, self.session.classifier.folder
            )

    def _stay_in_browse(self) -> None:
        self.window.menu_actions["browse"].setChecked(True)

    # -- small wishes ---------------------------------------------------------------------

    def _search(self) -> None:
        self.window.show_dock("images")
        self.images.search()

    def _copy_id(self) -> None:
        if self.session.current:
            QGuiApplication.clipboard().setText(self.session.current.image_id)

    def _draw_class(self, code: str) -> None:
        self.session.change_heat_map(class_code=code)

    def _choose_class(self, number: int, _checked: bool = False) -> None:
        self.browse.choose_class(number)

    def _look_at_path(self, path: str) -> None:
        row = self.session.table.row_of_path(path)
        if row is None:
            self._notice(f"There is no image {path} to look at.")
        else:
            self.session.look_at(row)

    def _use_theme(self, name: str, _checked: bool = False) -> None:
        self.settings.theme = name
        theme.apply_theme(name)

    def _save_overlay(self) -> None:
        project, heat_map = self.session.project, self.heat_maps.heat_map
        if project is None or heat_map is None:
            self._notice("There is no heat map to save.")
            return
        proposal = Path.home() / f"{Path(heat_map.path).stem}_{heat_map.class_code}.png"
        path = dialogs.ask_new_file(self.window, "Save heat map", proposal, "PNG (*.png)")
        if path:
            options = self.session.heat_map
            self._write(partial(tasks.save_overlay, project.root, heat_map, options, path), path)

    def _export_predictions(self) -> None:
        session = self.session
        if not (session.project and session.cache and session.classifier):
            return
        proposal = Path.home() / f"{session.project.root.name}_predictions.csv"
        path = dialogs.ask_new_file(self.window, "Export predictions", proposal, "CSV (*.csv)")
        if path:
            opened = (session.project, session.cache, session.classifier)
            self._write(partial(tasks.export_predictions, *opened, path), path)

    def _write(self, task: Task, path: Path) -> None:
        job = self.runners["storing"].start(task)
        job.failed.connect(self._show_error)
        job.succeeded.connect(partial(self._notice_saved, path))

    def _notice_saved(self, path: Path, _result: object) -> None:
        self._notice(f"Saved {path}")

    # -- the end --------------------------------------------------------------------------

    def shut_down(self) -> None:
        """Stop what runs, and store how the project is looked at."""
        self.data_set.save_view()
        for name, runner in self.runners.items():
            if name != "storing":
                runner.shut_down()
        self.runners["storing"].finish_and_shut_down()
        if self.session.project:
            self.session.project.close()
        if self.session.cache:
            self.session.cache.close()


def _project_name(path: Path) -> str:
    """The name of a project's data set: its file's name without what makes it unique."""
    return path.stem.rsplit("-", 1)[0]


def create_qt_application() -> QApplication:
    """The one QApplication, with the style that both themes are made for."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    existing = QApplication.instance()
    qt = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    qt.setApplicationName("Second Look")
    qt.setStyle("Fusion")
    return qt


def run(path: Path | None = None) -> int:
    """Show the window until the user closes it; returns the exit status.

    Args:
        path: What to open; None for the last project, or the welcome page.
    """
    qt = create_qt_application()
    errors.install_exception_hook()
    application = Application()
    application.window.show()
    application.classifier.open_last()
    recent = application.settings.recent
    if path is not None:
        application.open(path)
    elif recent:
        application.open(recent[0])
    return qt.exec()
