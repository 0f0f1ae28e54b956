"""The window: menus, activities with their docks, and the status bar. It decides nothing."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import (
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QSizePolicy,
    QStackedWidget,
    QTextEdit,
    QToolBar,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from app.actions import Actions
from app.activities import ACTIVITIES
from app.activity_page import ActivityPage
from app.panes.job_status import JobStatus
from app.panes.widgets import button
from app.settings import Settings

_TEXT_FIELDS = (QLineEdit, QAbstractSpinBox, QTextEdit, QPlainTextEdit)
_SPACE_USERS = (*_TEXT_FIELDS, QAbstractButton, QComboBox)
_ROOMY = QSize(1540, 1000)  # logical pixels; on less, the window takes all there is
_NEED_DOCKS = ("panes", "reset_layout", "grid", "search")


class MainWindow(QMainWindow):
    """Holds panes in docks that can be moved, closed and put back.

    Signals:
        activity_changed: Another activity is on. Argument: its name, "" for the welcome page.
        paths_dropped: Argument: the first path that was dropped on the window.
        plain_held: Argument: whether the key for the plain photograph is down.
        actual_size_held: Argument: whether the key for actual size is down.
        text_left: The user left a text field, or it was hidden; the keys are the images' again.
        closing: The window is about to close.
    """

    activity_changed = Signal(str)
    paths_dropped = Signal(Path)
    plain_held = Signal(bool)
    actual_size_held = Signal(bool)
    text_left = Signal()
    closing = Signal()

    def __init__(self, settings: Settings, recognise: Callable[[Path], str]) -> None:
        super().__init__()
        self._settings, self._recognise = settings, recognise
        self._pages = {activity.name: ActivityPage(activity) for activity in ACTIVITIES}
        self._panes: dict[str, QWidget] = {}  # of the docks
        self._page: ActivityPage | None = None
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self.menu_actions = Actions(self)
        self.jobs = JobStatus()
        self.problems = button("", "What is wrong with the data set")
        self.problems.setAutoRaise(True)
        self.problems.hide()
        self.label_classes = button("", "Labels are not looked at as they are recorded")
        self.label_classes.setAutoRaise(True)
        self.label_classes.hide()
        self.statusBar().addPermanentWidget(self.jobs)
        self.statusBar().addPermanentWidget(self.label_classes)
        self.statusBar().addPermanentWidget(self.problems)
        self._centre = _Pages()
        self.setCentralWidget(self._centre)
        self.classifier_name = QLabel()
        self._create_bar()

    # -- parts ----------------------------------------------------------------------------

    def _create_bar(self) -> None:
        bar = QToolBar("Activities")
        bar.setObjectName("activities")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        group = QActionGroup(self)
        for activity in ACTIVITIES:
            action = self.menu_actions[activity.name]
            action.triggered.connect(partial(self._choose_activity, activity.name))
            group.addAction(action)
            self._add_to_bar(bar, activity.name)
        bar.addSeparator()
        for name in ("open_folder", "classify", "stop"):
            self._add_to_bar(bar, name)
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(gap)
        self.classifier_name.setContentsMargins(8, 0, 8, 0)
        bar.addWidget(self.classifier_name)
        self.addToolBar(bar)

    def _add_to_bar(self, bar: QToolBar, name: str) -> None:
        action = self.menu_actions[name]
        bar.addAction(action)
        button = bar.widgetForAction(action)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if isinstance(button, QToolButton):
            button.setText(action.text().replace("&", "").replace("…", ""))

    def add_welcome(self, pane: QWidget) -> None:
        """What is shown before anything is open."""
        self._centre.insertWidget(0, pane)
        self._centre.setCurrentIndex(0)

    def add_centre(self, activity: str, pane: QWidget) -> None:
        """Put a pane into the centre of an activity."""
        page = self._pages[activity]
        page.setCentralWidget(pane)
        page.setFocusProxy(pane)
        self._centre.addWidget(page)

    def add_dock(self, name: str, title: str, pane: QWidget) -> None:
        """Put a pane into a dock of each activity that has it; they say where it stands."""
        self._panes[name] = pane
        for page in self._pages.values():
            if name in page.activity.docks:
                dock = page.add(name, title, pane)
                self.menu_actions.submenu("panes").addAction(dock.toggleViewAction())
                dock.visibilityChanged.connect(partial(self._release_focus, dock))

    def _release_focus(self, dock: QDockWidget, visible: bool) -> None:
        focus = QApplication.focusWidget()
        if not visible and focus and dock.isAncestorOf(focus):
            self.text_left.emit()

    # -- activities -----------------------------------------------------------------------

    @property
    def activity(self) -> str:
        """The name of the activity that is on; "" on the welcome page."""
        return self._page.activity.name if self._page else ""

    def _choose_activity(self, name: str, _checked: bool = False) -> None:
        self.show_activity(name)

    def show_activity(self, name: str) -> None:
        """Show the panes of another activity, as they were left there."""
        if name != self.activity:
            self._turn_to(self._pages[name])

    def show_welcome(self) -> None:
        """Show only the page that offers what to open."""
        self._turn_to(None)

    def allow_activities(self, *, project: bool) -> None:
        """Offer the activities that have something to show, with a project open or without."""
        for activity in ACTIVITIES:
            self.menu_actions[activity.name].setEnabled(project or not activity.needs_project)

    def _turn_to(self, page: ActivityPage | None) -> None:
        self._store_layout()
        if self._page:
            self._page.leave()
        self._page = page
        for name in _NEED_DOCKS:
            self.menu_actions[name].setEnabled(page is not None)
        for each in ACTIVITIES:
            self.menu_actions[each.name].setChecked(each.name == self.activity)
        self.menu_actions.show_for(self.activity)
        if page is None:
            self._centre.setCurrentIndex(0)
        else:
            self._centre.setCurrentWidget(page)
            page.enter(self._panes, self._settings.layout(page.activity.name))
            page.setFocus()  # rather than a field that would take the keys
        self.activity_changed.emit(self.activity)

    # -- layout ---------------------------------------------------------------------------

    def restore_geometry(self) -> None:
        """Stand where the window stood, or at a size that suits the screen."""
        if not self.restoreGeometry(self._settings.geometry):
            room = QGuiApplication.primaryScreen().availableGeometry()
            self.resize(min(1500, room.width()), min(940, room.height() - 40))
            if room.width() < _ROOMY.width() or room.height() < _ROOMY.height():
                self.setWindowState(Qt.WindowState.WindowMaximized)

    def reset_layout(self) -> None:
        """Put every dock of the activity where it was at first."""
        if self._page:
            self._page.arrange()

    def _store_layout(self) -> None:
        if self._page:
            self._settings.set_layout(self.activity, self._page.saveState())

    def show_dock(self, name: str, _checked: bool = False) -> None:
        """Show a dock that may be closed or of another activity, and bring it to the front."""
        if self._page is None or name not in self._page.docks:
            self.show_activity(next(each.name for each in ACTIVITIES if name in each.docks))
        assert self._page is not None
        self._page.docks[name].show()
        self._page.docks[name].raise_()

    # -- what happens to the window -------------------------------------------------------

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Keys reach the native window before any widget; what all widgets get would be too much.
        self.windowHandle().installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
        if event.type() in kinds and isinstance(event, QKeyEvent):
            return self._hold(event)
        return super().eventFilter(watched, event)

    def _hold(self, event: QKeyEvent) -> bool:
        """Keys that work for as long as they are down; dead where they would be typed."""
        if event.key() == Qt.Key.Key_Escape and isinstance(
            QApplication.focusWidget(), _TEXT_FIELDS
        ):
            self.text_left.emit()
            return False
        signals = {Qt.Key.Key_Space: self.plain_held, Qt.Key.Key_Z: self.actual_size_held}
        signal = signals.get(Qt.Key(event.key()))
        users = _SPACE_USERS if event.key() == Qt.Key.Key_Space else _TEXT_FIELDS
        if signal is None or event.modifiers() or isinstance(QApplication.focusWidget(), users):
            return False
        if not event.isAutoRepeat():
            signal.emit(event.type() == QEvent.Type.KeyPress)
        return True

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        path = _dropped_path(event)
        what = self._recognise(path) if path else ""
        if what:
            self.statusBar().showMessage(f"Drop to open {what}")
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self.statusBar().clearMessage()
        if path := _dropped_path(event):
            event.acceptProposedAction()
            self.paths_dropped.emit(path)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        self._settings.geometry = self.saveGeometry()
        self._settings.activity = self.activity
        self._store_layout()
        self._settings.save()
        super().closeEvent(event)


class _Pages(QStackedWidget):
    """Asks for the room that the page in sight needs; the largest of all may not fit the screen."""

    @override
    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.minimumSizeHint() if page else super().minimumSizeHint()


def _dropped_path(event: QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if urls and urls[0].isLocalFile() else None
