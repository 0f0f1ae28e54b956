"""The activity Read as its user drives it: make a study, hand it out, take readings in."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from app.application import Application
from app.controllers.review import study_controller
from app.panes.review.study_dialog import StudyDialog
from app.panes.review.taken_in_dialog import TakenInDialog
from model.review.answers import Answers, Shown
from model.review.protocol import Question, Stage
from model.review.reading import now
from model.review.sitting import Sitting
from model.review.study_file import Study
from tests.app.conftest import wait_until_shown

CONTROL = Qt.KeyboardModifier.ControlModifier


def button(parent: object, text: str) -> QPushButton:
    found = [each for each in parent.findChildren(QPushButton) if each.text() == text]
    (made,) = [each for each in found if each.isVisible()] or found
    return made


def make(qtbot: QtBot, application: Application, path: Path, **ticks: bool) -> None:
    """As the user does in the dialog."""
    application.window.show_activity("read")
    qtbot.mouseClick(application.read.studies.new_button, Qt.MouseButton.LeftButton)
    dialog = application.window.findChild(StudyDialog)
    dialog.set_path(path)
    for name, on in ticks.items():
        {each.name.lower(): box for each, box in dialog.questions.items()}[name].setChecked(on)
    qtbot.mouseClick(button(dialog, "Make study"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: application.read.review.study is not None)
    wait_until_shown(qtbot, application)


def read(study: Path, reader: str, codes: str, path: Path | None = None) -> Path:
    """Answer as many cases as there are codes."""
    opened = Study.open(study)
    sitting = Sitting.open(opened, reader, path)
    for code in codes.split():
        sitting.show()
        sitting.store(Answers(code), Shown(), now(), 2.0)
    sitting.close()
    opened.close()
    return sitting.path


def take_in(
    qtbot: QtBot, application: Application, paths: list[Path], patch: object
) -> list[list[str]]:
    patch.setattr(
        QFileDialog, "getOpenFileNames", lambda *_arguments: ([str(path) for path in paths], "")
    )
    application.window.menu_actions["take_in_readings"].trigger()
    qtbot.waitUntil(lambda: shown_dialog(application) is not None)
    wait_until_shown(qtbot, application)
    dialog = shown_dialog(application)
    lines = dialog.table.lines()
    dialog.close()
    dialog.setParent(None)
    dialog.deleteLater()
    return lines


def shown_dialog(application: Application) -> TakenInDialog | None:
    return application.window.findChild(TakenInDialog)


def test_that_the_key_of_the_activity_shows_what_studies_are_for(
    qtbot: QtBot, opened: Application
) -> None:
    qtbot.keyClick(opened.window, Qt.Key.Key_2, CONTROL)
    assert opened.window.activity == "read"
    assert button(opened.read.study, "New study…").isVisible()


def test_that_a_study_is_made_from_what_the_filter_lists(
    qtbot: QtBot, opened: Application, tmp_path: Path
) -> None:
    opened.browse.filters.group("label").box("NV").click()
    make(qtbot, opened, tmp_path / "nevi.study", confidence=False)
    study = Study.open(tmp_path / "nevi.study")
    assert study.size == 2
    assert study.protocol.selection == ""  # readers are not told
    study.close()
    record = opened.read.review.study.record
    assert record.protocol.selection == "the images that a filter listed"
    assert opened.read.studies.table.lines() == [["Reading", "2", "none"]]


def test_that_stages_of_the_network_wait_for_its_predictions(
    qtbot: QtBot, opened: Application
) -> None:
    opened.read.new_study()
    dialog = opened.window.findChild(StudyDialog)
    assert not dialog.stages[Stage.HEAT_MAP].isEnabled()
    qtbot.mouseClick(
        dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Cancel),
        Qt.MouseButton.LeftButton,
    )


def test_that_a_new_study_begins_with_its_title(qtbot: QtBot, opened: Application) -> None:
    opened.read.new_study()
    dialog = opened.window.findChild(StudyDialog)
    assert dialog.focusWidget() is dialog.title
    qtbot.keyClicks(dialog.focusWidget(), "Nevi")
    assert dialog.title.text() == "Nevi", "what was there is typed over"
    dialog.reject()


def test_that_a_refused_study_is_shown_again_as_it_was_chosen(
    qtbot: QtBot, opened: Application, tmp_path: Path, shown_errors: list[str]
) -> None:
    opened.read.new_study()
    dialog = opened.window.findChild(StudyDialog)
    (tmp_path / "file").touch()
    dialog.set_path(tmp_path / "file" / "a.study")
    dialog.questions[Question.CONFIDENCE].setChecked(False)
    qtbot.mouseClick(button(dialog, "Make study"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(shown_errors) == 1)
    assert "could not be written" in shown_errors.pop()
    assert dialog.isVisible()
    assert not dialog.questions[Question.CONFIDENCE].isChecked()
    dialog.close()


def test_that_nobody_is_told_how_many_lesions_wait_before_they_were_compared(
    qtbot: QtBot, opened: Application
) -> None:
    queued = opened.read.controller.options().sources[2]
    assert queued.images == 0
    assert queued.text == "the lesions that wait in Adjudicate, once that was opened (Ctrl+3)"
    opened.window.show_activity("adjudicate")
    qtbot.waitUntil(lambda: opened.adjudicate.adjudication.queue is not None)
    queued = opened.read.controller.options().sources[2]
    assert queued.text == "the 0 images of the lesions that wait in Adjudicate"


def test_that_readings_are_taken_in_once_and_conflicts_are_settled(
    qtbot: QtBot, opened: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "all.study"
    make(qtbot, opened, path, confidence=False)
    first = read(path, "R1", "MEL NV")
    other = read(path, "R1", "BCC", tmp_path / "again.readings")
    broken = tmp_path / "broken.readings"
    broken.write_bytes(b"no readings")
    lines = take_in(qtbot, opened, [first, broken], monkeypatch)
    assert lines[0][1:] == ["R1", "2", "0", "0", "2 of 9", "0"]
    assert lines[1][:2] == ["broken.readings", "refused"]
    lines = take_in(qtbot, opened, [first, other], monkeypatch)
    assert lines[0][1:4] == ["R1", "0", "2"]
    assert lines[1][1:] == ["R1", "1", "0", "0", "2 of 9", "1"]
    pane = opened.read.study
    assert [line[3] for line in pane.conflicts.lines()] == ["MEL (counts now)", "BCC"]
    pane.conflicts.setCurrentItem(pane.conflicts.topLevelItem(1))
    qtbot.mouseClick(button(pane, "Keep this answer"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not opened.read.review.study.conflicts)
    assert pane.readers.lines()[0][:4] == ["R1", "2", "9", "2.0 s"]


def test_that_reading_starts_as_a_process_of_its_own(
    qtbot: QtBot, opened: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "all.study"
    make(qtbot, opened, path)
    started: list[list[str]] = []
    monkeypatch.setattr(
        study_controller.QProcess,
        "startDetached",
        lambda _program, arguments: started.append(arguments),
    )
    qtbot.mouseClick(button(opened.read.study, "Start reading"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(started))
    assert started[0][1:3] == ["read", str(path)]


def test_that_another_project_shows_its_own_studies(
    qtbot: QtBot, opened: Application, tmp_path: Path, real_data: Path
) -> None:
    make(qtbot, opened, tmp_path / "all.study")
    opened.open(real_data / "uda1_originals")
    wait_until_shown(qtbot, opened)
    assert opened.read.review.studies == ()
