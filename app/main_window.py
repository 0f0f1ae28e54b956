"""The window: menus, docks, the bar of activities and the status bar. It decides nothing."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import (
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
from app.panes.job_status import JobStatus
from app.panes.widgets import button
from app.settings import Settings

_TEXT_FIELDS = (QLineEdit, QAbstractSpinBox, QTextEdit, QPlainTextEdit)
_SPACE_USERS = (*_TEXT_FIELDS, QAbstractButton, QComboBox)
_ROOMY = QSize(1540, 1000)  # logical pixels; on less, the window takes all there is
_WIDE = 1600  # logical pixels from which images and filters stand side by side


class MainWindow(QMainWindow):
    """Holds panes in docks that can be moved, closed and put back.

    Signals:
        paths_dropped: Argument: the first path that was dropped on the window.
        plain_held: Argument: whether the key for the plain photograph is down.
        actual_size_held: Argument: whether the key for actual size is down.
        text_left: The user left a text field, or it was hidden; the keys are the images' again.
        closing: The window is about to close.
    """

    paths_dropped = Signal(Path)
    plain_held = Signal(bool)
    actual_size_held = Signal(bool)
    text_left = Signal()
    closing = Signal()

    def __init__(self, settings: Settings, recognise: Callable[[Path], str]) -> None:
        super().__init__()
        self._settings, self._recognise = settings, recognise
        self._docks: dict[str, QDockWidget] = {}
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self.menu_actions = Actions(self)
        self.jobs = JobStatus()
        self.problems = button("", "What is wrong with the data set")
        self.problems.setAutoRaise(True)
        self.problems.hide()
        self.statusBar().addPermanentWidget(self.jobs)
        self.statusBar().addPermanentWidget(self.problems)
        self._centre = QStackedWidget()
        self.setCentralWidget(self._centre)
        self.classifier_name = QLabel()
        self._create_bar()

    # -- parts ----------------------------------------------------------------------------

    def _create_bar(self) -> None:
        bar = QToolBar("Activities")
        bar.setObjectName("activities")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        browse = self.menu_actions["browse"]
        browse.setChecked(True)
        for action in (
            browse,
            None,
            self.menu_actions["open_folder"],
            self.menu_actions["classify"],
            self.menu_actions["stop"],
        ):
            if action is None:
                bar.addSeparator()
                continue
            bar.addAction(action)
            button = bar.widgetForAction(action)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if isinstance(button, QToolButton):
                button.setText(action.text().replace("&", "").replace("…", ""))
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(gap)
        self.classifier_name.setContentsMargins(8, 0, 8, 0)
        bar.addWidget(self.classifier_name)
        self.addToolBar(bar)

    def add_page(self, pane: QWidget) -> None:
        """Put a pane into the centre; the first is shown at first."""
        self._centre.addWidget(pane)

    def show_page(self, pane: QWidget, *, with_docks: bool) -> None:
        """Show one of the centre's panes, alone or with the docks around it."""
        self._centre.setCurrentWidget(pane)
        if with_docks:
            self._restore_layout()
        else:
            for dock in self._docks.values():
                dock.hide()
        for name in ("panes", "reset_layout", "grid", "search"):
            self.menu_actions[name].setEnabled(with_docks)

    def add_dock(self, name: str, title: str, pane: QWidget, area: Qt.DockWidgetArea) -> None:
        """Put a pane into a dock."""
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(pane)
        self.addDockWidget(area, dock)
        self._docks[name] = dock
        self.menu_actions.submenu("panes").addAction(dock.toggleViewAction())
        dock.hide()
        dock.visibilityChanged.connect(partial(self._release_focus, dock))

    def _release_focus(self, dock: QDockWidget, visible: bool) -> None:
        focus = QApplication.focusWidget()
        if not visible and focus and dock.isAncestorOf(focus):
            self.text_left.emit()

    # -- layout ---------------------------------------------------------------------------

    def restore_geometry(self) -> None:
        """Stand where the window stood, or at a size that suits the screen."""
        if not self.restoreGeometry(self._settings.geometry):
            room = QGuiApplication.primaryScreen().availableGeometry()
            self.resize(min(1500, room.width()), min(940, room.height() - 40))
            if room.width() < _ROOMY.width() or room.height() < _ROOMY.height():
                self.setWindowState(Qt.WindowState.WindowMaximized)

    def reset_layout(self) -> None:
        """Put every dock where it was at first."""
        for dock in self._docks.values():
            dock.setFloating(False)
            dock.show()
        images, filters = self._docks["images"], self._docks["filters"]
        case, heat_map = self._docks["case"], self._docks["heat_map"]
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, filters)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, images)
        wide = self.width() >= _WIDE
        if wide:
            self.splitDockWidget(filters, images, Qt.Orientation.Horizontal)
        else:
            self.tabifyDockWidget(filters, images)
            images.raise_()
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, case)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, heat_map)
        self.splitDockWidget(case, heat_map, Qt.Orientation.Vertical)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self._docks["problems"])
        self._docks["problems"].hide()
        horizontal = Qt.Orientation.Horizontal
        self.resizeDocks(
            [filters, images] if wide else [images], [250, 420] if wide else [340], horizontal
        )
        self.resizeDocks([case], [290], horizontal)
        # All the bars in sight, and the controls no taller than they need.
        self.resizeDocks([case, heat_map], [560, 280], Qt.Orientation.Vertical)

    def _restore_layout(self) -> None:
        stored = self._settings.layout("browse")
        self.reset_layout()
        if not stored.isEmpty():
            self.restoreState(stored)

    def show_dock(self, name: str, _checked: bool = False) -> None:
        """Show a dock that may be closed, and bring it to the front."""
        self._docks[name].show()
        self._docks[name].raise_()

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
        if any(dock.isVisible() for dock in self._docks.values()):
            self._settings.set_layout("browse", self.saveState())
        self._settings.save()
        super().closeEvent(event)


def _dropped_path(event: QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if urls and urls[0].isLocalFile() else None
