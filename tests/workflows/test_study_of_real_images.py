"""A study from the window to the table: made, read, settled, written and taken in again."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from app.application import Application
from app.exchange_tasks import DECISION_FORMS, ISIC, LABEL_FORMS, READING_FORMS, WIDE
from app.panes.review.study_dialog import StudyDialog
from app.panes.review.taken_in_dialog import TakenInDialog
from model.project.project import Project
from model.review.adjudication import load_decisions
from model.review.case_readings import load_case_readings
from model.review.formats.reading import read_readings
from model.review.protocol import Stage
from model.review.row_import import take_rows
from tests.app.conftest import end, wait_until_shown
from tests.app.reading.conftest import Reader

LESIONS, CASES, REPEATS = 20, 4, 0.25
STEPS = round(CASES * (1 + REPEATS)) * len(Stage)
ENTER = Qt.Key.Key_Return


@pytest.fixture
def some_images(real_ham10000: Path, tmp_path: Path) -> Path:
    """Images of lesions with several photographs, and others, with their rows of metadata."""
    root = tmp_path / "ham"
    with (real_ham10000 / "HAM10000_metadata.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    photographs = {path.stem: path for path in real_ham10000.rglob("*.jpg")}
    rows = [row for row in rows if row["image_id"] in photographs]
    lesions = list(dict.fromkeys(row["lesion_id"] for row in rows))
    chosen = set(lesions[:: len(lesions) // LESIONS])
    rows = [row for row in rows if row["lesion_id"] in chosen]
    for row in rows:
        source = photographs[row["image_id"]]
        target = root / source.parent.name / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    with (root / "HAM10000_metadata.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return root


@pytest.fixture
def coordinator(qtbot: QtBot, shown_errors: list[str], some_images: Path) -> Iterator[Application]:
    made = Application()
    made.window.setWindowState(Qt.WindowState.WindowNoState)
    made.window.resize(1280, 720)
    made.window.show()
    made.classifier.open_last()
    qtbot.waitUntil(lambda: made.session.classifier is not None, timeout=30_000)
    made.open(some_images)
    wait_until_shown(qtbot, made)
    made.window.menu_actions["classify"].trigger()
    qtbot.waitUntil(lambda: not made.classifier.classifying, timeout=120_000)
    wait_until_shown(qtbot, made)
    yield made
    end(made)
    assert not shown_errors


def make_study(qtbot: QtBot, application: Application, path: Path) -> None:
    """Every stage and every question, of lesions, some of them twice."""
    application.window.show_activity("read")
    application.window.menu_actions["new_study"].trigger()
    dialog = application.window.findChild(StudyDialog)
    dialog.title.setText("Second look")
    dialog.findChildren(QComboBox)[0].setCurrentIndex(1)  # a case is a lesion
    dialog.sample.setChecked(True)
    dialog.count.setValue(CASES)
    dialog.repeats.setValue(round(100 * REPEATS))
    for box in (*dialog.stages.values(), *dialog.questions.values()):
        box.setChecked(True)
    dialog.set_path(path)
    assert dialog.complaint() == ""
    assert dialog.by_lesion
    (button,) = [each for each in dialog.findChildren(QPushButton) if each.text() == "Make study"]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: application.read.review.study is not None, timeout=60_000)
    wait_until_shown(qtbot, application)


def read(qtbot: QtBot, study: Path, name: str, shift: int) -> Path:
    """A reader who stops in the midst of a case, goes on, and uses no mouse."""
    for most in (2, STEPS):
        reader = Reader(qtbot, study)
        reader.begin(name)
        for number in range(most):
            digit = str(1 + (number + shift) % 3)
            if reader.stage is Stage.BLIND:
                others = ("8", "5", Qt.Key.Key_Down, "3", "7", "0", "q", "1")
                reader.press(digit, *others, ENTER)
            elif reader.window.reading_shown:  # what was answered before stands there already
                reader.press(digit, ENTER)
        sitting = reader.application.reading.sitting
        assert sitting is not None
        path = sitting.path
        reader.leave()
    return path


def take_in(qtbot: QtBot, application: Application, paths: list[Path]) -> list[list[str]]:
    names = [str(path) for path in paths]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QFileDialog, "getOpenFileNames", lambda *_given: (names, ""))
        application.window.menu_actions["take_in_readings"].trigger()
    qtbot.waitUntil(lambda: application.window.findChild(TakenInDialog) is not None)
    wait_until_shown(qtbot, application)
    dialog = application.window.findChild(TakenInDialog)
    lines = dialog.table.lines()
    dialog.close()
    return lines


def decide(qtbot: QtBot, application: Application, *keys: Qt.Key) -> None:
    """Decide on one lesion after another, by keyboard."""
    window, adjudicate = application.window, application.adjudicate
    window.show_activity("adjudicate")
    qtbot.waitUntil(lambda: bool(adjudicate.adjudication.records), timeout=20_000)
    qtbot.waitUntil(lambda: application.idle, timeout=20_000)
    adjudicate.decisions.name_adjudicator("Adj")
    window.windowHandle().requestActivate()
    qtbot.waitUntil(window.isActiveWindow)
    adjudicate.lesion.setFocus()
    for key in keys:
        for pressed in (key, ENTER):
            qtbot.keyClick(window.focusWidget() or adjudicate.lesion, pressed)
        qtbot.waitUntil(lambda: application.idle, timeout=20_000)


def write(qtbot: QtBot, application: Application, action: str, form: str, path: Path) -> Path:
    kind = f"{form} (*{path.suffix})"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(path), kind))
        application.window.menu_actions[action].trigger()
    qtbot.waitUntil(path.exists, timeout=10_000)
    return path


def test_that_a_study_goes_from_the_window_to_readers_and_back(
    qtbot: QtBot, coordinator: Application, tmp_path: Path
) -> None:
    study = tmp_path / "out" / "s.study"
    make_study(qtbot, coordinator, study)
    files = [read(qtbot, study, name, shift) for shift, name in enumerate(("R1", "R2", "R3"))]
    lines = take_in(qtbot, coordinator, [*files, files[0]])
    assert [line[2] for line in lines] == [str(STEPS)] * 3 + ["0"]
    decide(qtbot, coordinator, Qt.Key.Key_1, Qt.Key.Key_U)
    project = coordinator.session.project
    assert project is not None
    assert [each.final_class for each in load_decisions(project)] == ["MEL", ""]
    for action, forms in (("write_decisions", DECISION_FORMS), ("write_labels", LABEL_FORMS)):
        for number, (form, ending) in enumerate(forms.items()):
            path = write(qtbot, coordinator, action, form, tmp_path / f"{action}{number}{ending}")
            assert path.stat().st_size
    given = answers(project)
    assert len(given) == 3 * STEPS
    for number, (form, ending) in enumerate(READING_FORMS.items()):
        path = write(qtbot, coordinator, "write_readings", form, tmp_path / f"{number}{ending}")
        other = Project.create(tmp_path / f"{number}.secondlook", project.root, "HAM10000")
        other.update_images(project.images())
        for _ in range(2):  # the second time changes nothing
            taken = take_rows(other, read_readings(path), "back")
            assert (taken.conflicts, taken.problems) == (0, ())
        # Some forms have room for what was answered before anything swayed, one for no repeats.
        first = [each for each in given if each[2] is Stage.BLIND]
        once = [each for each in first if each[3] == 1]
        assert answers(other) == {WIDE: once, ISIC: first}.get(form, given), form
        other.close()


def answers(project: Project) -> list[tuple[object, ...]]:
    """Who answered what to which images, at which stage, and how often before."""
    found = load_case_readings(project)
    return sorted(
        (
            each.paths,
            each.reading.reader,
            each.reading.stage,
            each.occasion,
            str(each.reading.answers),
        )
        for each in found
    )
