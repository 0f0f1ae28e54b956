"""One activity's page of the window: a pane in the centre, and docks around it."""

from collections.abc import Mapping

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from app.activities import Activity, Area

_WIDE = 1600  # logical pixels from which an activity may use its wide arrangement
_LEFT, _RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
_BELOW = Qt.DockWidgetArea.BottomDockWidgetArea


class ActivityPage(QMainWindow):
    """The docks of an activity around its centre.

    Each activity has a page of its own, which stays as it is while another one is on: to arrange
    docks takes Qt longer than a user should wait at every change. A pane that several activities
    have is in the docks of the one that is on.

    Attributes:
        activity: Whose page.
        docks: By name.
    """

    def __init__(self, activity: Activity) -> None:
        super().__init__()
        self.activity = activity
        self.docks: dict[str, QDockWidget] = {}
        self._afloat: list[QDockWidget] = []
        self._arranged = False
        self.setDockNestingEnabled(True)
        self.setCorner(Qt.Corner.BottomLeftCorner, _LEFT if activity.tall_left else _BELOW)
        self.setCorner(Qt.Corner.BottomRightCorner, _RIGHT if activity.tall_right else _BELOW)

    def add(self, name: str, title: str, pane: QWidget) -> QDockWidget:
        """A dock for a pane, hidden; `enter` says where it stands."""
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(pane)  # so that it lives and ends with the window
        dock.hide()
        dock.toggleViewAction().setVisible(False)
        self.docks[name] = dock
        return dock

    # -- on and off -----------------------------------------------------------------------

    def enter(self, panes: Mapping[str, QWidget], state: QByteArray) -> None:
        """Be the page that is on.

        Args:
            panes: What belongs into the docks, by name.
            state: As it was left when the program ran before; empty for as it is at first.
        """
        for name, dock in self.docks.items():
            if dock.widget() is not panes[name]:
                dock.setWidget(panes[name])
            dock.toggleViewAction().setVisible(True)
        if not self._arranged:
            self._restore(state)
        for dock in self._afloat:
            dock.show()

    def leave(self) -> None:
        """Another page is on from now. What floats is a window of its own, and goes too."""
        docks = self.docks.values()
        self._afloat = [each for each in docks if each.isFloating() and each.isVisible()]
        for dock in self._afloat:
            dock.hide()
        for dock in self.docks.values():
            dock.toggleViewAction().setVisible(False)

    def _restore(self, state: QByteArray) -> None:
        restored = not state.isEmpty() and self.restoreState(state)
        nowhere = Qt.DockWidgetArea.NoDockWidgetArea
        placed = all(self.dockWidgetArea(dock) != nowhere for dock in self.docks.values())
        self._arranged = True
        if not (restored and placed):
            self.arrange()  # it has other docks than in the version that it was left in

    # -- as it is at first ----------------------------------------------------------------

    def arrange(self) -> None:
        """Put the docks where they stand at first."""
        activity = self.activity
        for dock in self.docks.values():
            dock.setFloating(False)
            self.removeDockWidget(dock)
        wide = activity.left_when_wide if self.width() >= _WIDE else None
        areas = ((_LEFT, wide or activity.left), (_RIGHT, activity.right), (_BELOW, activity.below))
        for side, area in areas:
            self._fill(side, area)
        # Shown where they stood before, all above each other, they would make the window taller.
        for name, dock in self.docks.items():
            dock.setVisible(name not in activity.closed)
        # A side is as wide as its widest dock needs: only now is each where it belongs.
        for side, area in areas:
            self._resize(side, area)

    def _fill(self, side: Qt.DockWidgetArea, area: Area) -> None:
        fronts = [self.docks[stack[0]] for stack in area.stacks]
        for before, front in zip([None, *fronts], fronts, strict=False):
            self.addDockWidget(side, front)
            if before is not None:
                self.splitDockWidget(before, front, area.split)
        for stack in area.stacks:
            for behind in stack[1:]:
                self.addDockWidget(side, self.docks[behind])
                self.tabifyDockWidget(self.docks[stack[0]], self.docks[behind])

    def _resize(self, side: Qt.DockWidgetArea, area: Area) -> None:
        fronts = [self.docks[stack[0]] for stack in area.stacks]
        for front in fronts:
            front.raise_()
        across = Qt.Orientation.Vertical if side == _BELOW else Qt.Orientation.Horizontal
        if area.split != across:
            self.resizeDocks(fronts[:1], [area.extent][: len(fronts)], across)
        if area.lengths:
            self.resizeDocks(fronts, list(area.lengths), area.split)
