"""The open data set is joined with others, and its labels are looked at in other classes."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from app.application import Application
from app.panes import dialogs
from app.panes.classes_dialog import ClassesDialog
from app.panes.sources_dialog import SourcesDialog
from app.source_tasks import change_sources, describe_sources, use_table
from model.catalogue.mapping import ColumnMapping
from model.catalogue.remembered import remembered_mapping
from model.errors import UserError
from model.progress import silent
from tests.app.conftest import wait_until_shown
from tests.conftest import write_jpeg

TRUTH = """\
image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK
ISIC_0000003,1,0,0,0,0,0,0,0,0
ISIC_0000005,0,0,0,0,0,0,0,1,0
ISIC_0000090,0,0,0,1,0,0,0,0,0
"""


@pytest.fixture
def isic(tmp_path: Path) -> Path:
    """Two images of the small HAM10000, one of which it contradicts on, and one more."""
    root = tmp_path / "ISIC_2019"
    for seed, name in enumerate(("ISIC_0000003", "ISIC_0000005", "ISIC_0000090")):
        write_jpeg(root / "input" / f"{name}.jpg", seed + 50)
    (root / "truth.csv").write_text(TRUTH)
    return root


@pytest.fixture
def overview(qtbot: QtBot, opened: Application) -> SourcesDialog:
    opened.window.menu_actions["sources"].trigger()
    dialog = opened.sources.overview
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.tree.topLevelItemCount() > 0)
    return dialog


def press(qtbot: QtBot, dialog: SourcesDialog, text: str) -> None:
    button = next(each for each in dialog.findChildren(QPushButton) if each.text() == text)
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def joined(
    qtbot: QtBot,
    application: Application,
    dialog: SourcesDialog,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: folder)
    press(qtbot, dialog, "Add folder…")
    qtbot.waitUntil(lambda: dialog.tree.topLevelItemCount() == 2, timeout=20_000)
    wait_until_shown(qtbot, application)


def test_that_a_second_folder_is_joined_its_conflicts_shown_and_taken_away_again(
    qtbot: QtBot,
    opened: Application,
    overview: SourcesDialog,
    isic: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    joined(qtbot, opened, overview, isic, monkeypatch)
    records = opened.session.table.records
    assert len(records) == 10
    assert Counter(record.source for record in records) == {"ham": 9, "ISIC_2019": 1}
    assert records[-1].path == (isic / "input" / "ISIC_0000090.jpg").as_posix()
    opened.open(isic / "input" / "ISIC_0000090.jpg")
    assert opened.session.current_row == 9
    wait_until_shown(qtbot, opened)
    assert opened.browse.cases.case is not None
    assert not opened.browse.cases.case.reason
    overview.tree.setCurrentItem(overview.tree.topLevelItem(1))
    press(qtbot, overview, "Remove")
    qtbot.waitUntil(lambda: len(opened.session.table.records) == 9, timeout=20_000)
    qtbot.waitUntil(lambda: opened.idle)
    assert not opened.session.problems


def test_that_conflicts_lead_to_their_images(
    qtbot: QtBot,
    opened: Application,
    overview: SourcesDialog,
    isic: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    joined(qtbot, opened, overview, isic, monkeypatch)
    assert overview.conflicts.text().startswith("On 1 image sources")
    press(qtbot, overview, "Show the images")
    wait_until_shown(qtbot, opened)
    assert [opened.session.table.records[row].image_id for row in opened.session.rows] == [
        "ISIC_0000003"
    ]


def test_that_a_folder_inside_the_data_set_is_refused(
    qtbot: QtBot,
    application: Application,
    small_ham10000: Path,
    monkeypatch: pytest.MonkeyPatch,
    shown_errors: list[str],
) -> None:
    application.open(small_ham10000)
    wait_until_shown(qtbot, application)
    inside = small_ham10000 / "HAM10000_images_part_1"
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: inside)
    application.sources.add_folder()
    assert "lie in each other" in shown_errors.pop()


def test_that_a_folder_inside_a_joined_one_is_refused(
    qtbot: QtBot,
    application: Application,
    small_ham10000: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    shown_errors: list[str],
) -> None:
    application.open(small_ham10000)
    wait_until_shown(qtbot, application)
    joined = tmp_path / "joined"
    write_jpeg(joined / "mel" / "a.jpg", seed=1)
    for folder in (joined, joined / "mel"):
        monkeypatch.setattr(dialogs, "ask_folder", lambda *_, folder=folder: folder)
        application.sources.add_folder()
        qtbot.waitUntil(lambda: application.session.sources.folders == (joined,))
    assert "lie in each other" in shown_errors.pop()


def asked(qtbot: QtBot, application: Application) -> ClassesDialog:
    application.window.menu_actions["label_classes"].trigger()
    qtbot.waitUntil(lambda: application.sources.classes is not None, timeout=20_000)
    dialog = application.sources.classes
    assert dialog is not None
    return dialog


def labels(application: Application) -> list[str]:
    return [record.label for record in application.session.table.records]


def test_that_labels_are_looked_at_in_other_classes_and_given_back(
    qtbot: QtBot, classified: Application
) -> None:
    before, window = labels(classified), classified.window
    assert window.label_classes.isHidden()
    dialog = asked(qtbot, classified)
    dialog.system.setCurrentIndex(3)
    assert "BENIGN 6 · MALIGNANT 3 · without a class 0" in dialog.after.text()
    qtbot.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: set(labels(classified)) == {"MALIGNANT", "BENIGN"}, timeout=20_000)
    assert window.label_classes.text() == "⇄ Labels as malignant or benign"
    assert "AKIEC as MALIGNANT" in window.label_classes.toolTip()
    dialog = asked(qtbot, classified)
    assert dialog.system.currentIndex() == 3
    qtbot.mouseClick(dialog.undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: labels(classified) == before, timeout=20_000)
    assert window.label_classes.isHidden()
    wait_until_shown(qtbot, classified)


def test_that_akiec_becomes_nothing_of_eight_classes_unless_somebody_chooses(
    qtbot: QtBot, opened: Application
) -> None:
    dialog = asked(qtbot, opened)
    dialog.system.setCurrentIndex(2)
    assert "without a class 1" in dialog.after.text()
    assert "130 AK and 197 SCC" in dialog.losses.text()
    line = next(
        at
        for at in range(dialog.table.rowCount())
        if dialog.table.item(at, 0).text().startswith("AKIEC")
    )
    box = dialog.table.cellWidget(line, 2)
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData("AK"))
    assert "AK 1" in dialog.after.text()
    assert "without a class 0" in dialog.after.text()
    dialog.reject()
    wait_until_shown(qtbot, opened)


def test_that_a_joined_folder_that_is_gone_can_be_removed_and_the_rest_is_shown(
    qtbot: QtBot,
    opened: Application,
    overview: SourcesDialog,
    isic: Path,
    monkeypatch: pytest.MonkeyPatch,
    shown_errors: list[str],
) -> None:
    joined(qtbot, opened, overview, isic, monkeypatch)
    overview.reject()
    assert opened.session.project is not None
    root = opened.session.project.root
    isic.rename(isic.with_name("unplugged"))
    opened.open(root)
    qtbot.waitUntil(lambda: bool(shown_errors), timeout=20_000)
    assert "bring it back, or remove it from the sources" in shown_errors.pop()
    assert len(opened.session.table.records) == 10
    opened.window.menu_actions["sources"].trigger()
    dialog = opened.sources.overview
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.tree.topLevelItemCount() == 2, timeout=20_000)
    dialog.tree.setCurrentItem(dialog.tree.topLevelItem(1))
    press(qtbot, dialog, "Remove")
    qtbot.waitUntil(lambda: len(opened.session.table.records) == 9, timeout=20_000)
    wait_until_shown(qtbot, opened)


def test_that_a_mapping_is_remembered_only_where_it_was_not_refused(
    opened: Application, isic: Path, tmp_path: Path
) -> None:
    project, table = opened.session.project, tmp_path / "findings.csv"
    assert project
    table.write_text("photo,finding\nISIC_0000003,mole\n")
    change_sources(project, lambda sources: sources.with_folder(isic), silent)
    shutil.rmtree(isic)
    mapping = ColumnMapping(image="photo", label=("finding",))
    with pytest.raises(UserError):
        use_table(project, table, mapping, silent)
    assert remembered_mapping(("photo", "finding")) is None


def test_that_sources_changed_by_another_window_are_known_once_read_again(
    qtbot: QtBot, opened: Application, isic: Path
) -> None:
    project = opened.session.project
    assert project
    change_sources(project, lambda sources: sources.with_folder(isic), silent)
    opened.window.menu_actions["read_again"].trigger()
    qtbot.waitUntil(lambda: opened.session.sources.folders == (isic,))
    assert any(isic.name in each.path for each in opened.session.table.records)


def test_that_a_table_says_who_told_what_its_columns_mean(
    opened: Application, tmp_path: Path
) -> None:
    project = opened.session.project
    assert project
    mapping = ColumnMapping(image="photo", label=("finding",))
    for name in ("first", "second"):
        (project.root / f"{name}.csv").write_text("photo,finding\nISIC_0000003,nv\n")
    use_table(project, project.root / "first.csv", mapping, silent)
    rows = describe_sources(project, opened.session.table.records, silent)
    assert {row.path.name: (row.what, row.removable) for row in rows if row.images is None} == {
        "HAM10000_metadata.csv": ("columns recognised", False),
        "first.csv": ("columns as you mapped them", True),
        "second.csv": ("columns as you mapped them in an earlier table", False),
    }
