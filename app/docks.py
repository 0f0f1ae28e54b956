"""The window's docks: one for each pane, arranged as an activity wants them."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

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
        for dock in self:
            dock.hide()
            dock.toggleViewAction().setVisible(False)

    def arrange(self, activity: Activity) -> None:
        """Put the docks of an activity where they stand at first, and hide all others."""
        self.hide_all()
        for name in activity.docks:
            self[name].setFloating(False)
            self[name].show()
            self[name].toggleViewAction().setVisible(True)
        wide = activity.left_when_wide if self._window.width() >= _WIDE else None
        areas = ((_LEFT, wide or activity.left), (_RIGHT, activity.right), (_BELOW, activity.below))
        for side, area in areas:
            self._fill(side, area)
        # A side is as wide as its widest dock needs: only now is each where it belongs.
        for side, area in areas:
            self._resize(side, area)
        for name in activity.closed:
            self[name].hide()

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
            self[stack[0]].raise_()

    def _resize(self, side: Qt.DockWidgetArea, area: Area) -> None:
        fronts = [self[stack[0]] for stack in area.stacks]
        across = Qt.Orientation.Vertical if side == _BELOW else Qt.Orientation.Horizontal
        if area.split != across:
            self._window.resizeDocks(fronts[:1], [area.extent][: len(fronts)], across)
        if area.lengths:
            self._window.resizeDocks(fronts, list(area.lengths), area.split)
