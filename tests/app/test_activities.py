"""Activities share panes: each has its own arrangement, and its own keys."""

import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QLabel, QMainWindow, QTabBar
from pytestqt.qtbot import QtBot

from app import actions
from app.actions import ActionRow, Actions
from app.activities import Activity, Area
from app.application import RUNNERS, Application
from app.docks import Docks

LOOK = Activity(
    "look",
    "page",
    left=Area((("list", "filter"),)),
    right=Area((("case",), ("map",))),
    closed=("map",),
)
COUNT = Activity(
    "count", "page", below=Area((("list",), ("case",)), split=Qt.Orientation.Horizontal)
)


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    created = QMainWindow()
    created.setCentralWidget(QLabel("centre"))
    qtbot.addWidget(created)
    created.resize(1280, 720)
    created.show()
    return created


@pytest.fixture
def docks(window: QMainWindow) -> Docks:
    created = Docks(window)
    for name in ("list", "filter", "case", "map"):
        created.add(name, name.title(), QLabel(name))
    return created


def test_that_an_activity_shows_its_docks_and_no_others(qtbot: QtBot, docks: Docks) -> None:
    docks.arrange(COUNT)
    qtbot.waitUntil(docks["case"].isVisible)
    assert {dock.objectName() for dock in docks if dock.isVisible()} == {"list", "case"}
    docks.arrange(LOOK)
    qtbot.waitUntil(docks["list"].isVisible)
    assert docks["case"].isVisible()
    assert not docks["map"].isVisible(), "it is closed at first"


def test_that_a_dock_of_two_activities_stands_where_each_wants_it(
    qtbot: QtBot, docks: Docks, window: QMainWindow
) -> None:
    docks.arrange(LOOK)
    qtbot.waitUntil(lambda: docks["list"].x() < docks["case"].x())
    docks.arrange(COUNT)
    middle = window.centralWidget()
    qtbot.waitUntil(lambda: docks["list"].y() > middle.geometry().bottom())
    assert docks["list"].y() == docks["case"].y()


def test_that_panes_offers_only_the_docks_of_the_activity(docks: Docks) -> None:
    docks.arrange(COUNT)
    assert docks["list"].toggleViewAction().isVisible()
    assert not docks["map"].toggleViewAction().isVisible()


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
    window = opened.window
    assert window.activity == "browse"
    window.menu_actions.submenu("panes").actions()[0].trigger()
    opened.session.open_project(None, None)
    assert window.activity == ""
    window.show_activity("browse")
    assert not opened.filters.isVisible()
    window.menu_actions["reset_layout"].trigger()
    assert opened.images.isVisible()


def test_that_switching_leaves_no_tabs_behind_and_the_window_as_tall_as_it_was(
    qtbot: QtBot, docks: Docks, window: QMainWindow
) -> None:
    def tabs() -> list[list[str]]:
        children = Qt.FindChildOption.FindDirectChildrenOnly
        bars = window.findChildren(QTabBar, options=children)
        shown = (bar for bar in bars if bar.isVisible() and not bar.visibleRegion().isEmpty())
        return [[bar.tabText(at) for at in range(bar.count())] for bar in shown]

    for name in ("list", "filter", "case", "map"):
        docks[name].widget().setMinimumHeight(200)
    states = {LOOK: QByteArray(), COUNT: QByteArray()}
    for activity in (LOOK, COUNT, LOOK, COUNT, LOOK):
        docks.restore(activity, states[activity])
        qtbot.waitUntil(docks["list"].isVisible)
        expected = [["List", "Filter"]] if activity is LOOK else []
        qtbot.waitUntil(lambda expected=expected: tabs() == expected)
        assert {dock.objectName() for dock in docks if dock.isVisible()} == (
            {"list", "filter", "case"} if activity is LOOK else {"list", "case"}
        )
        states[activity] = window.saveState()
    assert window.height() == 720


def test_that_every_worker_thread_has_a_name_of_its_own() -> None:
    """Of two runners with one name the second would silently take the place of the first."""
    assert len(set(RUNNERS)) == len(RUNNERS)
