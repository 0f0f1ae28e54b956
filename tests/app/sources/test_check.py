"""The open data set is looked through, and each finding leads to its images."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from app.application import Application
from app.controllers.check_controller import CheckController
from app.panes import dialogs
from tests.app.conftest import wait_until_shown
from tests.conftest import write_jpeg

COPY = "HAM10000_images_part_2/copy by hand.jpg"
FIRST = "HAM10000_images_part_1/ISIC_0000001.jpg"


@pytest.fixture
def with_copy(qtbot: QtBot, application: Application, small_ham10000: Path) -> Application:
    shutil.copy(small_ham10000 / FIRST, small_ham10000 / COPY)
    application.open(small_ham10000)
    wait_until_shown(qtbot, application)
    return application


def checked(qtbot: QtBot, application: Application) -> None:
    application.window.menu_actions["check"].trigger()
    dialog = application.sources.checking
    assert dialog is not None
    assert "10 images" in next(
        label.text() for label in dialog.findChildren(type(application.browse.problems._summary))
    )
    with qtbot.waitSignal(application.sources.checks.finished, timeout=20_000):
        qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)


def listed(application: Application) -> list[str]:
    records = application.session.table.records
    return [records[row].path for row in application.session.rows]


def row_place(view: QTableView, row: int) -> QPoint:
    return view.visualRect(view.model().index(row, 1)).center()


def test_that_a_copy_is_found_and_leads_to_both_images(
    qtbot: QtBot, with_copy: Application
) -> None:
    checked(qtbot, with_copy)
    pane = with_copy.browse.problems
    pane.kind.setCurrentIndex(pane.kind.findData("doubled"))
    assert pane.view.model().rowCount() == 1
    place = row_place(pane.view, 0)
    qtbot.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    wait_until_shown(qtbot, with_copy)
    assert with_copy.session.current is not None
    assert with_copy.session.current.path == COPY
    qtbot.mouseDClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert listed(with_copy) == [FIRST, COPY]
    wait_until_shown(qtbot, with_copy)


def test_that_what_leaks_into_a_table_of_another_data_set_is_listed(
    qtbot: QtBot, with_copy: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two ids are in the table; of one of these lesions there is another image here."""
    other = tmp_path / "challenge.csv"
    other.write_text("image_id,dx,lesion_id\nISIC_0000001,bkl,HAM_0000001\nISIC_0000009,bcc,\n")
    monkeypatch.setattr(dialogs, "ask_file", lambda *_: other)
    with_copy.sources.check()
    dialog = with_copy.sources.checking
    assert dialog is not None
    dialog.table_requested.emit()
    assert dialog.other.text() == str(other)
    with qtbot.waitSignal(with_copy.sources.checks.finished, timeout=20_000):
        qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    pane = with_copy.browse.problems
    pane.kind.setCurrentIndex(pane.kind.findData("leaking"))
    qtbot.mouseClick(pane.list_images, Qt.MouseButton.LeftButton)
    names = [path.rpartition("/")[2] for path in listed(with_copy)]
    assert names == ["ISIC_0000001.jpg", "ISIC_0000002.jpg", "ISIC_0000009.jpg"]
    wait_until_shown(qtbot, with_copy)


def test_that_a_wrong_path_is_told_where_it_can_be_mended(
    qtbot: QtBot, with_copy: Application, tmp_path: Path
) -> None:
    with_copy.sources.check()
    dialog = with_copy.sources.checking
    assert dialog is not None
    qtbot.keyClicks(dialog.other, str(tmp_path / "nowhere"))
    with qtbot.waitSignal(with_copy.sources.checks.refused, timeout=20_000):
        qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    again = with_copy.sources.checking
    assert again is not None
    assert again.isVisible()
    assert again.other.text() == str(tmp_path / "nowhere")
    assert "There is no folder" in again.complaint.text().replace("\u200b", "")
    qtbot.keyClick(again.other, Qt.Key.Key_Backspace)
    assert not again.complaint.text()
    again.reject()


def test_that_findings_are_forgotten_when_the_folder_is_read_again_and_changed(
    qtbot: QtBot, with_copy: Application, small_ham10000: Path
) -> None:
    checked(qtbot, with_copy)
    assert "doubled" in with_copy.window.problems.text()
    write_jpeg(small_ham10000 / COPY, seed=99)
    with_copy.window.menu_actions["read_again"].trigger()
    qtbot.waitUntil(lambda: "doubled" not in with_copy.window.problems.text(), timeout=20_000)
    assert "check it again" in with_copy.browse.problems._remark.text()
    wait_until_shown(qtbot, with_copy)


def test_that_a_check_is_stopped_where_another_data_set_is_opened(
    qtbot: QtBot, with_copy: Application, tmp_path: Path
) -> None:
    checks: CheckController = with_copy.sources.checks
    checks.check(None)
    write_jpeg(tmp_path / "next" / "a.jpg", 1)
    with_copy.open(tmp_path / "next")
    wait_until_shown(qtbot, with_copy)
    assert not with_copy.session.findings
