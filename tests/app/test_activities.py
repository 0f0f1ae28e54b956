"""Activities share panes: each has its own arrangement, and its own keys."""

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QStackedWidget, QTabBar
from pytestqt.qtbot import QtBot

from app import actions
from app.actions import ActionRow, Actions
from app.activities import Activity, Area
from app.activity_page import ActivityPage
from app.application import RUNNERS, Application
from tests.app.conftest import end, start, wait_until_shown
from tests.conftest import write_jpeg

LOOK = Activity(
    "look",
    left=Area((("list", "filter"),)),
    right=Area((("case",), ("map",))),
    closed=("map",),
)
COUNT = Activity("count", below=Area((("list",), ("case",)), split=Qt.Orientation.Horizontal))


class Window(QMainWindow):
    """A bar above, and the pages of two activities that share panes."""

    def __init__(self) -> None:
        super().__init__()
        self.addToolBar("Activities").setObjectName("activities")
        self.stack = QStackedWidget()
        self.setCentralWidget(self.stack)
        self.panes = {name: QLabel(name) for name in ("list", "filter", "case", "map")}
        self.pages = {activity.name: ActivityPage(activity) for activity in (LOOK, COUNT)}
        for page in self.pages.values():
            page.setCentralWidget(QLabel("centre"))
            self.stack.addWidget(page)
            for name in page.activity.docks:
                page.add(name, name.title(), self.panes[name])

    def turn_to(self, activity: Activity, state: QByteArray | None = None) -> ActivityPage:
        if isinstance(before := self.stack.currentWidget(), ActivityPage):
            before.leave()
        page = self.pages[activity.name]
        self.stack.setCurrentWidget(page)
        page.enter(self.panes, state or QByteArray())
        return page

    def seen(self) -> set[str]:
        panes = self.panes.items()
        return {name for name, pane in panes if not pane.visibleRegion().isEmpty()}


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    created = Window()
    qtbot.addWidget(created)
    created.resize(1280, 720)
    created.show()
    return created


def test_that_an_activity_shows_its_docks_and_no_others(qtbot: QtBot, window: Window) -> None:
    window.turn_to(COUNT)
    qtbot.waitUntil(lambda: window.seen() == {"list", "case"})
    page = window.turn_to(LOOK)
    # The filter is behind the list; the map is closed at first.
    qtbot.waitUntil(lambda: window.seen() == {"list", "case"})
    page.docks["filter"].raise_()
    qtbot.waitUntil(lambda: window.seen() == {"filter", "case"})


def test_that_a_pane_of_two_activities_stands_where_each_wants_it(
    qtbot: QtBot, window: Window
) -> None:
    docks = window.turn_to(LOOK).docks
    qtbot.waitUntil(lambda: docks["list"].x() < docks["case"].x())
    page = window.turn_to(COUNT)
    docks, middle = page.docks, page.centralWidget()
    qtbot.waitUntil(lambda: docks["list"].y() > middle.geometry().bottom())
    assert docks["list"].y() == docks["case"].y()
    assert docks["list"].isAncestorOf(window.panes["list"])


def test_that_panes_of_activities_that_were_never_on_belong_to_the_window(window: Window) -> None:
    """Else they would outlive it, and what they show."""
    assert all(window.isAncestorOf(pane) for pane in window.panes.values())


def test_that_panes_offers_only_the_docks_of_the_activity(window: Window) -> None:
    look, count = window.turn_to(LOOK), window.turn_to(COUNT)
    assert count.docks["list"].toggleViewAction().isVisible()
    assert not look.docks["list"].toggleViewAction().isVisible()
    assert not look.docks["map"].toggleViewAction().isVisible()


def test_that_an_activity_is_as_it_was_left(qtbot: QtBot, window: Window) -> None:
    look = window.turn_to(LOOK)
    qtbot.waitUntil(lambda: window.seen() == {"list", "case"})
    look.docks["map"].show()
    look.docks["filter"].raise_()
    look.resizeDocks([look.docks["filter"]], [417], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: look.docks["filter"].width() == 417)
    window.turn_to(COUNT)
    qtbot.waitUntil(lambda: window.seen() == {"list", "case"})
    window.turn_to(LOOK)
    qtbot.waitUntil(lambda: window.seen() == {"filter", "case", "map"})
    assert look.docks["filter"].width() == 417


def test_that_a_dock_that_floats_is_seen_in_its_activity_alone(
    qtbot: QtBot, window: Window
) -> None:
    dock = window.turn_to(LOOK).docks["filter"]
    dock.setFloating(True)
    qtbot.waitUntil(dock.isVisible)
    window.turn_to(COUNT)
    assert not dock.isVisible()
    window.turn_to(LOOK)
    assert dock.isVisible()
    assert dock.isFloating()


def test_that_a_layout_of_an_earlier_version_is_taken_over(qtbot: QtBot, window: Window) -> None:
    """Then one window had the bar of activities and the docks of all."""
    earlier = QMainWindow()
    qtbot.addWidget(earlier)
    earlier.addToolBar("Activities").setObjectName("activities")
    earlier.setCentralWidget(QLabel("centre"))
    earlier.setDockNestingEnabled(True)
    for name in ("list", "filter", "case", "map"):
        dock = QDockWidget(name, earlier)
        dock.setObjectName(name)
        earlier.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    earlier.resize(1280, 720)
    earlier.show()
    page = window.turn_to(LOOK, earlier.saveState())
    qtbot.waitUntil(lambda: window.seen() == {"list", "filter", "case", "map"})
    assert len({page.docks[name].x() for name in ("list", "filter", "case", "map")}) == 1


def test_that_a_layout_that_lacks_a_dock_is_not_taken_over(qtbot: QtBot, window: Window) -> None:
    earlier = QMainWindow()
    qtbot.addWidget(earlier)
    page = window.turn_to(LOOK, earlier.saveState())
    qtbot.waitUntil(lambda: window.seen() == {"list", "case"})
    assert page.docks["list"].x() < page.docks["case"].x()


def test_that_a_key_may_mean_something_else_in_another_activity(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, window: QMainWindow
) -> None:
    rows = (
        ActionRow("open", "Open", "", ("O",)),
        ActionRow("look_up", "Look up", "", ("U",), activities=("look",)),
        ActionRow("undecided", "Undecided", "", ("U",), activities=("count",)),
    )
    monkeypatch.setattr(actions, "MENUS", {"Case": rows})
    created, done = Actions(window), list[str]()
    for name in ("look_up", "undecided"):
        created[name].triggered.connect(lambda _checked=False, name=name: done.append(name))
    qtbot.waitUntil(window.menuBar().isVisible)
    for activity, action in (("look", "look_up"), ("count", "undecided")):
        created.show_for(activity)
        assert created["open"].isVisible()
        qtbot.keyClick(window.centralWidget(), Qt.Key.Key_U)
        qtbot.waitUntil(lambda action=action: done[-1:] == [action])


def test_that_a_closed_pane_stays_closed_when_the_program_is_started_again(
    opened: Application,
) -> None:
    window, session = opened.window, opened.session
    assert window.activity == "browse"
    project, cache = session.project, session.cache
    window.menu_actions.submenu("panes").actions()[0].trigger()
    session.open_project(None, None)
    assert window.activity == ""
    window.show_activity("browse")
    assert not opened.browse.filters.isVisible()
    window.menu_actions["reset_layout"].trigger()
    assert opened.browse.images.isVisible()
    session.open_project(project, cache)  # which the window lets go of at its end


@pytest.mark.parametrize("left", ["measure", "browse"])
def test_that_the_program_starts_in_the_activity_in_which_it_was_left(
    left: str, qtbot: QtBot, opened: Application, small_classifier: Path
) -> None:
    opened.window.show_activity(left)
    opened.window.close()
    again = start(qtbot, small_classifier)
    again.go_on(again.settings.recent[0])
    qtbot.waitUntil(lambda: again.window.activity != "")
    assert again.window.activity == left
    wait_until_shown(qtbot, again)
    end(again)


def test_that_another_data_set_is_browsed_first(
    qtbot: QtBot, opened: Application, tmp_path: Path
) -> None:
    opened.window.show_activity("measure")
    other = tmp_path / "other"
    write_jpeg(other / "a.jpg", 1)
    opened.open(other)
    qtbot.waitUntil(lambda: opened.window.activity == "browse")
    wait_until_shown(qtbot, opened)


def test_that_switching_leaves_no_tabs_behind_and_the_window_as_tall_as_it_was(
    qtbot: QtBot, window: Window
) -> None:
    def tabs() -> list[list[str]]:
        bars = window.findChildren(QTabBar)
        shown = (bar for bar in bars if bar.isVisible() and not bar.visibleRegion().isEmpty())
        return [[bar.tabText(at) for at in range(bar.count())] for bar in shown]

    for pane in window.panes.values():
        pane.setMinimumHeight(200)
    for activity in (LOOK, COUNT, LOOK, COUNT, LOOK):
        window.turn_to(activity)
        expected = [["List", "Filter"]] if activity is LOOK else []
        qtbot.waitUntil(lambda expected=expected: tabs() == expected)
        qtbot.waitUntil(lambda: window.seen() == {"list", "case"})
    assert window.height() == 720


def test_that_every_worker_thread_has_a_name_of_its_own() -> None:
    """Of two runners with one name the second would silently take the place of the first."""
    assert len(set(RUNNERS)) == len(RUNNERS)
