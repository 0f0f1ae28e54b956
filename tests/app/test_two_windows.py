"""Two windows on one project: the second is told, whatever became of the first."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from app import tasks
from app.application import Application
from app.jobs import Deliver
from model.progress import Report
from model.project.locations import project_for
from tests.app.conftest import wait_until_shown
from tests.conftest import write_jpeg

OTHER_WINDOW = """
import sys
from pathlib import Path
from model.project.holding import hold
from model.project.locations import open_or_create
print(hold(open_or_create(Path(sys.argv[1])).path), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other(small_ham10000: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the project of the small data set open."""
    with subprocess.Popen(
        [sys.executable, "-c", OTHER_WINDOW, str(small_ham10000)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "True\n"
        yield child
        child.kill()


def box(application: Application) -> QMessageBox | None:
    found = application.window.findChild(QMessageBox)
    return found if isinstance(found, QMessageBox) else None


def test_that_the_second_window_is_told_and_works_all_the_same(
    qtbot: QtBot,
    application: Application,
    small_ham10000: Path,
    other: subprocess.Popen[str],
) -> None:
    application.open(small_ham10000)
    wait_until_shown(qtbot, application)
    told = box(application)
    assert told
    assert told.text() == "ham is open in another window of Second Look already."
    assert application.window.windowTitle() == "ham (open in another window too) - Second Look"
    assert len(application.session.table.records) == 9
    told.close()


def test_that_a_window_that_was_killed_holds_nothing(
    qtbot: QtBot, application: Application, small_ham10000: Path, other: subprocess.Popen[str]
) -> None:
    other.kill()
    other.wait()
    assert project_for(small_ham10000).with_suffix(".lock").exists()
    application.open(small_ham10000)
    wait_until_shown(qtbot, application)
    assert box(application) is None
    assert application.window.windowTitle() == "ham - Second Look"


def test_that_a_window_that_opens_its_own_project_again_is_not_told(
    qtbot: QtBot, opened: Application, small_ham10000: Path
) -> None:
    opened.open(small_ham10000)
    wait_until_shown(qtbot, opened)
    assert box(opened) is None
    lock = project_for(small_ham10000).with_suffix(".lock")
    assert lock.exists()
    opened.window.close()
    assert not lock.exists()


def test_that_a_project_whose_opening_was_overtaken_is_held_no_longer(
    qtbot: QtBot,
    application: Application,
    small_ham10000: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The other is asked for when the first is open on the worker's side, and not yet here."""
    write_jpeg(tmp_path / "first" / "a.jpg", 1)
    real, at_hand = tasks.open_folder, threading.Event()

    def opening(root: Path, deliver: Deliver, report: Report) -> None:
        def delivering(part: object) -> None:
            at_hand.set()
            deliver(part)

        real(root, delivering, report)

    monkeypatch.setattr(tasks, "open_folder", opening)
    application.data_set.open_folder(tmp_path / "first")
    assert at_hand.wait(20)
    lock = project_for(tmp_path / "first").with_suffix(".lock")
    assert lock.exists()
    application.data_set.open_folder(small_ham10000)
    wait_until_shown(qtbot, application)
    assert application.session.name == "ham"
    qtbot.waitUntil(lambda: not lock.exists())
