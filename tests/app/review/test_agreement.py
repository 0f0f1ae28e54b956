"""Agreement beside a study."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from app.agreement_tasks import _with_references
from app.application import Application
from app.panes.review.management_dialog import ManagementDialog
from app.panes.review.taken_in_dialog import TakenInDialog
from model.records import ImageRecord
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
    names = [pane.levels.itemText(row) for row in range(pane.levels.count())]
    assert names == ["class", "malignant or benign", "management"]
    tops = [pane.tree.topLevelItem(row) for row in range(pane.tree.topLevelItemCount())]
    assert [top.toolTip(0) for top in tops] == list(pane.shown), "they may be cut"
    reading.read.review.choose_study(None)
    assert pane.shown == {}, "figures of another study"


def test_that_photographs_of_one_lesion_stand_on_histology_only_where_all_do() -> None:
    images = [
        ImageRecord(f"{name}.jpg", name, 1, 1, label="MEL", basis=basis)
        for name, basis in (("a", "histology"), ("b", "consensus"), ("c", "histology"))
    ]
    rows = [SimpleNamespace(image_id=case) for case in ("a|b", "a|c", "b")]
    sources = SimpleNamespace(project=None, cache=None, classifier=None)
    found = _with_references(cast("Any", sources), images, cast("Any", rows), "Moles")
    assert found.labels == {"a|b": "MEL", "a|c": "MEL", "b": "MEL"}
    assert found.bases == {"a|b": "", "a|c": "histology", "b": "consensus"}


def test_that_nothing_is_offered_to_measure_without_a_study(
    qtbot: QtBot, application: Application, small_ham10000: Path
) -> None:
    pane = application.read.agreement
    assert not pane.measure.isEnabled()
    assert not pane.managements.isEnabled(), "there is no project to keep a table in"
    application.open(small_ham10000)
    wait_until_shown(qtbot, application)
    assert not pane.measure.isEnabled()
    assert pane.managements.isEnabled()


def test_that_a_study_can_be_measured_once_it_is_chosen(reading: Application) -> None:
    assert reading.read.agreement.measure.isEnabled()
    reading.read.review.choose_study(None)
    assert not reading.read.agreement.measure.isEnabled()


def test_that_the_table_of_managements_opens_from_the_menu(
    qtbot: QtBot, application: Application, small_ham10000: Path
) -> None:
    action = application.window.menu_actions["managements"]
    assert not action.isEnabled()
    application.open(small_ham10000)
    wait_until_shown(qtbot, application)
    action.trigger()
    qtbot.waitUntil(lambda: bool(application.window.findChildren(ManagementDialog)))
    application.window.findChild(ManagementDialog).reject()


def test_that_dawid_and_skene_tell_what_was_right_and_how_each_reader_errs(
    qtbot: QtBot, reading: Application
) -> None:
    pane = reading.read.agreement
    qtbot.mouseClick(pane.measure, Qt.MouseButton.LeftButton)
    wait_until_shown(qtbot, reading)
    # Clara calls BKL MEL, so that her MEL says nothing against it. NV and BCC were named of one
    # case alone: nothing tells whose error it is, and the shares of the votes stay.
    cases = {line[0]: line[1] for line in pane.shown["Which answer is right, by Dawid and Skene"]}
    assert next(iter(cases.items())) == ("ISIC_0000004: NV", "0.667"), "the doubtful one first"
    assert cases["ISIC_0000001: BKL"] == cases["ISIC_0000003: MEL"] == "1.000"
    errs = {line[0]: line[1] for line in pane.shown["Clara by Dawid and Skene"]}
    assert errs == {
        "MEL is called MEL": "1.000",
        "NV is called BCC": "1.000",
        "BCC is called BCC": "1.000",
        "BKL is called MEL": "1.000",
    }
    right = {line[0]: (line[1], line[3]) for line in pane.shown["Dawid and Skene"]}
    # A third each for BKL and MEL, 2/9 for NV, 1/9 for BCC.
    assert right["Right, Anna"] == (f"{1 / 3 + 1 / 3 + 2 / 9:.3f}", "3")
    assert right["Right, Clara"] == (f"{1 / 3 + 1 / 9:.3f}", "3")


def test_that_what_is_done_about_a_class_can_be_changed_and_is_told(
    qtbot: QtBot, reading: Application
) -> None:
    pane = reading.read.agreement
    qtbot.mouseClick(pane.measure, Qt.MouseButton.LeftButton)
    wait_until_shown(qtbot, reading)
    pane.levels.setCurrentText("management")
    assert "not asked: it follows from the diagnosis by" in pane.words.text()
    # BKL and NV are dismissed, MEL and BCC excised: (1/3 + 1 + 1/3) / 3.
    assert pane.shown["Between readers"][0][1] == "0.556"
    qtbot.mouseClick(pane.managements, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(reading.window.findChildren(ManagementDialog)))
    (dialog,) = reading.window.findChildren(ManagementDialog)
    assert dialog.fields["MEL"].currentText() == "excision"
    dialog.fields["BCC"].setCurrentText("dismiss")
    qtbot.mouseClick(
        dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok),
        Qt.MouseButton.LeftButton,
    )
    qtbot.waitUntil(lambda: pane.levels.count() == 3 and pane.measure.isEnabled())
    wait_until_shown(qtbot, reading)
    pane.levels.setCurrentText("management")
    # The third case is dismissed by all three then: (1/3 + 1 + 1) / 3.
    assert pane.shown["Between readers"][0][1] == "0.778"
    assert "changed by hand" in pane.words.text()


def test_that_no_table_of_a_data_set_is_shown_over_another_one(
    qtbot: QtBot, opened: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.read.measuring.load_managements()
    with monkeypatch.context() as another:
        another.setattr(opened.session, "project", None)
        qtbot.waitUntil(lambda: not opened.runners["agreeing"].busy)
    assert not opened.window.findChildren(ManagementDialog)
