"""What the menus do: dialogs, files and settings; everything else is a controller's."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication

from app import image_tasks, tasks, theme
from app.controllers import Controllers
from app.jobs import JobRunner, Task
from app.main_window import MainWindow
from app.opening import Openable, recognise
from app.panes import dialogs
from app.panes.key_sheet import KeySheet
from app.panes.network_dialog import NetworkDialog
from app.session import Session
from app.settings import THEMES, Settings
from app.window_state import WindowState
from model.errors import UserError

DEMO_DATA = Path(__file__).parents[1] / "resources" / "demo" / "demonstration"

_VIEWS = {
    None: "As the classifier's card says",
    1: "1: the image alone",
    2: "2: also mirrored (half as fast)",
    4: "4: also upside down",
    8: "8: also turned by quarters (an eighth as fast)",
}


# Measured with the bundled classifier on 1,000 images of HAM10000 drawn at random.
_PRECISIONS = {
    "f32": "f32: what the classifier was tested with",
    "bf16": "bf16: about twice as fast; 9 of 1,000 images got another class, and probabilities"
    " moved by 0.005 (median)",
}


class MenuCommands(QObject):
    """Asks the user for what a command needs, and hands it on."""

    def __init__(
        self,
        window: MainWindow,
        state: WindowState,
        session: Session,
        settings: Settings,
        controllers: Controllers,
        storing: JobRunner,
    ) -> None:
        super().__init__(window)
        self._window, self._state = window, state
        self._session, self._settings = session, settings
        self._controllers, self._storing = controllers, storing
        window.menu_actions.submenu("recent").aboutToShow.connect(self._fill_recent)
        self._create_theme_menu()
        self._create_views_menu()
        self._create_precision_menu()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the actions do that concern no single activity."""
        controllers, window = self._controllers, self._window
        return {
            "open_folder": self.open_folder,
            "open_project": self.open_project,
            "open_demo": self.open_demo,
            "read_again": controllers.data_set.read_again,
            "save_overlay": self.save_overlay,
            "export_predictions": self.export_predictions,
            "quit": window.close,
            "copy_id": self.copy_id,
            "classify": controllers.classifier.classify,
            "stop": controllers.classifier.stop,
            "open_classifier": self.open_classifier,
            "import_network": self.import_network,
            "bundled_classifier": controllers.classifier.open_bundled,
            "about_classifier": self.show_classifier,
            "reset_layout": window.reset_layout,
            "keys": self.show_keys,
            "about": self.show_about,
        }

    # -- opening --------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """Open whatever `path` is, or say why it cannot be opened."""
        try:
            kind = recognise(path)
        except UserError as error:
            self._state.show_error(error)
            return
        self._state.notice(f"Opening {kind.value} {path.name}")
        if kind is Openable.PROJECT:
            self._controllers.data_set.open_project(path)
        elif kind is Openable.CLASSIFIER:
            self._controllers.classifier.open(path)
        elif kind is Openable.IMAGE:
            self._open_image(path)
        else:
            self._controllers.data_set.open_folder(path)

    def _open_image(self, path: Path) -> None:
        """Look at an image of the open data set, or open the folder that it lies in."""
        project, whole = self._session.project, path.absolute()
        if self._session.table.row_of_path(whole.as_posix()) is not None:
            self.look_at_path(whole.as_posix())  # of a folder that is joined
        elif project and whole.is_relative_to(project.root):
            self.look_at_path(whole.relative_to(project.root).as_posix())
        else:
            self._controllers.data_set.open_folder(path.parent, first_path=path.name)

    def open_demo(self) -> None:
        """Open the bundled synthetic data set."""
        self._controllers.data_set.open_folder(DEMO_DATA)

    def open_folder(self) -> None:
        """Ask for a data set folder."""
        root = self._session.project.root.parent if self._session.project else None
        if path := dialogs.ask_folder(self._window, "Open a data set folder", root):
            self.open(path)

    def open_project(self) -> None:
        """Ask for a project."""
        kinds = "Projects (*.secondlook)"
        if path := dialogs.ask_file(self._window, "Open a project", kinds):
            self.open(path)

    def open_classifier(self) -> None:
        """Ask for a classifier folder."""
        if path := dialogs.ask_folder(self._window, "Open a classifier folder"):
            self._controllers.classifier.open(path)

    def import_network(self, path: Path | None = None) -> None:
        """Ask for a network, then for what only its owner knows."""
        kinds = "Keras networks (*.keras *.h5 *.hdf5)"
        path = path or dialogs.ask_file(self._window, "Import a network", kinds)
        if path is None:
            return
        networks, dialog = self._controllers.networks, NetworkDialog(self._window, path)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        networks.looked.connect(dialog.show_look)
        networks.failed.connect(dialog.reject)
        networks.taken_over.connect(dialog.accept)
        dialog.look_requested.connect(partial(networks.look_at, path))
        dialog.import_requested.connect(networks.take_over)
        dialog.rejected.connect(networks.stop)
        networks.look_at(path)
        dialog.open()

    def find_moved(self, project: Path) -> None:
        """Ask where the images of a project are now."""
        if root := dialogs.ask_where_moved(self._window, project):
            self._controllers.data_set.relink(project, root)

    def tell_open_elsewhere(self) -> None:
        """Say that another window has the project open."""
        dialogs.tell_open_elsewhere(self._window, self._session.name)

    def look_at_path(self, path: str) -> None:
        """Look at an image of the open data set."""
        row = self._session.table.row_of_path(path)
        if row is None:
            self._state.notice(f"There is no image {path} to look at.")
        else:
            self._session.look_at(row)

    def recent(self) -> list[tuple[Path, str]]:
        """Projects that were open before, and what to call them."""
        return [(path, _project_name(path)) for path in self._settings.recent]

    def _fill_recent(self) -> None:
        menu = self._window.menu_actions.submenu("recent")
        menu.clear()
        for path, name in self.recent():
            menu.addAction(name).triggered.connect(partial(self._open_recent, path))
        menu.addSeparator()
        menu.addAction("Forget these").triggered.connect(self._settings.forget_recent)

    def _open_recent(self, path: Path, _checked: bool = False) -> None:
        self.open(path)

    # -- writing --------------------------------------------------------------------------

    def save_overlay(self) -> None:
        """Ask where the photograph with its heat map goes."""
        project, heat_map = self._session.project, self._controllers.heat_maps.heat_map
        if project is None or heat_map is None:
            self._state.notice("There is no heat map to save.")
            return
        proposal = Path.home() / f"{Path(heat_map.path).stem}_{heat_map.class_code}.png"
        path = dialogs.ask_new_file(self._window, "Save heat map", proposal, "PNG (*.png)")
        if path:
            options = self._session.heat_map
            self._write(
                partial(image_tasks.save_overlay, project.root, heat_map, options, path), path
            )

    def export_predictions(self) -> None:
        """Ask where the table of probabilities goes."""
        session = self._session
        if not (session.project and session.cache and session.classifier):
            return
        proposal = Path.home() / f"{session.project.root.name}_predictions.csv"
        path = dialogs.ask_new_file(self._window, "Export predictions", proposal, "CSV (*.csv)")
        if path:
            opened = (session.project, session.cache, session.classifier)
            self._write(partial(tasks.export_predictions, *opened, path), path)

    def _write(self, task: Task, path: Path) -> None:
        job = self._storing.start(task)
        job.failed.connect(self._state.show_error)
        job.succeeded.connect(partial(self._tell_saved, path))

    def _tell_saved(self, path: Path, _result: object) -> None:
        self._state.notice(f"Saved {path}")

    def copy_id(self) -> None:
        """Put the current image's id on the clipboard."""
        if self._session.current:
            QGuiApplication.clipboard().setText(self._session.current.image_id)

    # -- the window and the program -------------------------------------------------------

    def _create_theme_menu(self) -> None:
        menu, group = self._window.menu_actions.submenu("theme"), QActionGroup(self)
        for name in THEMES:
            action = QAction(name.capitalize(), group, checkable=True)
            action.setChecked(name == self._settings.theme)
            action.triggered.connect(partial(self._use_theme, name))
            menu.addAction(action)

    def _create_views_menu(self) -> None:
        menu, group = self._window.menu_actions.submenu("views"), QActionGroup(self)
        for count, text in _VIEWS.items():
            action = QAction(text, group, checkable=True)
            action.setChecked(count == self._settings.views)
            action.triggered.connect(partial(self._average_views, count))
            menu.addAction(action)

    def _create_precision_menu(self) -> None:
        menu, self._precisions = self._window.menu_actions.submenu("precision"), QActionGroup(self)
        for name, text in _PRECISIONS.items():
            action = QAction(text, self._precisions, checkable=True)
            action.setData(name)
            action.triggered.connect(partial(self._use_precision, name))
            menu.addAction(action)
        # Where the processor has no bf16 it is f32 again without anybody choosing.
        menu.aboutToShow.connect(self._mark_precision)

    def _mark_precision(self) -> None:
        for action in self._precisions.actions():
            action.setChecked(action.data() == self._settings.precision)

    def _use_precision(self, name: str, _checked: bool = False) -> None:
        self._controllers.classifier.use_precision(name)

    def _average_views(self, count: int | None, _checked: bool = False) -> None:
        self._controllers.classifier.average_views(count)

    def _follow_system(self) -> None:
        if self._settings.theme == "system":
            theme.apply_theme("system")

    def _use_theme(self, name: str, _checked: bool = False) -> None:
        self._settings.theme = name
        theme.apply_theme(name)

    def show_keys(self) -> None:
        """Every key and what it does."""
        KeySheet(self._window).open()

    def show_classifier(self) -> None:
        """The card of the classifier in use."""
        classifier = self._session.classifier
        if classifier:
            dialogs.show_card(self._window, classifier.card, classifier.folder)

    def show_about(self) -> None:
        """What the program is."""
        dialogs.show_about(self._window)


def _project_name(path: Path) -> str:
    """The name of a project's data set: its file's name without what makes it unique."""
    return path.stem.rsplit("-", 1)[0]
