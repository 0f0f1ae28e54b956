"""Agreement beside a study."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.application import Application
from app.panes.review.taken_in_dialog import TakenInDialog
from tests.app.conftest import wait_until_shown
from tests.app.review.reading_files import give_readings


@pytest.fixture
def reading(qtbot: QtBot, opened: Application, tmp_path: Path) -> Application:
    """The activity Read with three readers of three images."""
    opened.window.show_activity("read")
    give_readings(opened, tmp_path)
    wait_until_shown(qtbot, opened)
    for dialog in opened.window.findChildren(TakenInDialog):
        dialog.close()
    return opened


def test_that_agreement_is_measured_beside_the_study(qtbot: QtBot, reading: Application) -> None:
    pane = reading.read.agreement
    qtbot.mouseClick(pane.measure, Qt.MouseButton.LeftButton)
    wait_until_shown(qtbot, reading)
    # Of three pairs of readers, 1, 3 and 1 agree: (1/3 + 1 + 1/3) / 3.
    name, value, _, n, _ = pane.shown["Between readers"][0]
    assert (name, value, n) == ("Observed agreement", "0.556", "3")
    # Anna and Boris always say the same of three classes, so that kappa is 1.
    kappas = {line[0]: line[1] for line in pane.shown["Anna and Boris"]}
    assert kappas["Cohen's kappa"] == "1.000"
    assert pane.levels.count() == 2
    reading.read.review.choose_study(None)
    assert pane.shown == {}, "figures of another study"
