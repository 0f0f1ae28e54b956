"""The window's docks: one for each pane, arranged as an activity wants them."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QWidget

from app.activities import Activity, Area

_WIDE = 1600  # logical pixels from which an activity may use its wide arrangement
_LEFT, _RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
_BELOW = Qt.DockWidgetArea.BottomDockWidgetArea


class Docks:
    """Docks by name. Those that an activity does not have are hidden while it is on."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._by_name: dict[str, QDockWidget] = {}

    def add(self, name: str, title: str, pane: QWidget) -> QDockWidget:
        """Put a pane into a dock, hidden until an activity arranges it."""
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setWidget(pane)
        self._window.addDockWidget(_LEFT, dock)
        dock.hide()
        self._by_name[name] = dock
        return dock

    def __getitem__(self, name: str) -> QDockWidget:
        return self._by_name[name]

    def __iter__(self) -> Iterator[QDockWidget]:
        return iter(self._by_name.values())

    def hide_all(self) -> None:
        """Leave only the centre."""
        self._take_out(self._by_name)
        for dock in self:
            dock.toggleViewAction().setVisible(False)
        # Qt leaves the bars of tabs in sight that no dock is behind any more.
        children = Qt.FindChildOption.FindDirectChildrenOnly
        for bar in self._window.findChildren(QTabBar, options=children):
            bar.hide()

    def restore(self, activity: Activity, state: QByteArray) -> None:
        """Put the docks of an activity where they were left; at first, where they stand then.

        Args:
            activity: Whose docks.
            state: What `QMainWindow.saveState` gave; empty at first.
        """
        self.hide_all()
        self._offer(activity)
        restored = not state.isEmpty() and self._window.restoreState(state)
        # Qt puts those that it was told nothing of somewhere.
        self._take_out(set(self._by_name) - set(activity.docks))
        nowhere = Qt.DockWidgetArea.NoDockWidgetArea
        placed = all(self._window.dockWidgetArea(self[name]) != nowhere for name in activity.docks)
        if not (restored and placed):
            self.arrange(activity)  # it has other docks than in the version that it was left in

    def _take_out(self, names: Iterable[str]) -> None:
        for name in names:
            self._window.removeDockWidget(self[name])

    def _offer(self, activity: Activity) -> None:
        left = _LEFT if activity.tall_left else _BELOW
        right = _RIGHT if activity.tall_right else _BELOW
        self._window.setCorner(Qt.Corner.BottomLeftCorner, left)
        self._window.setCorner(Qt.Corner.BottomRightCorner, right)
        for name in activity.docks:
            self[name].toggleViewAction().setVisible(True)

    def arrange(self, activity: Activity) -> None:
        """Put the docks of an activity where they stand at first, and hide all others."""
        self.hide_all()
        self._offer(activity)
        for name in activity.docks:
            self[name].setFloating(False)
        wide = activity.left_when_wide if self._window.width() >= _WIDE else None
        areas = ((_LEFT, wide or activity.left), (_RIGHT, activity.right), (_BELOW, activity.below))
        for side, area in areas:
            self._fill(side, area)
        # Shown where they stood before, all above each other, they would make the window taller.
        for name in activity.docks:
            self[name].setVisible(name not in activity.closed)
        # A side is as wide as its widest dock needs: only now is each where it belongs.
        for side, area in areas:
            self._resize(side, area)

    def _fill(self, side: Qt.DockWidgetArea, area: Area) -> None:
        fronts = [self[stack[0]] for stack in area.stacks]
        for before, front in zip([None, *fronts], fronts, strict=False):
            self._window.addDockWidget(side, front)
            if before is not None:
                self._window.splitDockWidget(before, front, area.split)
        for stack in area.stacks:
            for behind in stack[1:]:
                self._window.addDockWidget(side, self[behind])
                self._window.tabifyDockWidget(self[stack[0]], self[behind])

    def _resize(self, side: Qt.DockWidgetArea, area: Area) -> None:
        fronts = [self[stack[0]] for stack in area.stacks]
        for front in fronts:
            front.raise_()
        across = Qt.Orientation.Vertical if side == _BELOW else Qt.Orientation.Horizontal
        if area.split != across:
            self._window.resizeDocks(fronts[:1], [area.extent][: len(fronts)], across)
        if area.lengths:
            self._window.resizeDocks(fronts, list(area.lengths), area.split)
