"""A table that nobody knows is mapped in a dialog, once."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from app.application import Application
from app.panes.mapping_dialog import MappingDialog
from main import main
from model.catalogue.sources import sources_of
from tests.app.conftest import wait_until_shown
from tests.conftest import write_jpeg

ROWS = """\
Aufnahme;Befund;Fall;Jahre
Bilder\\foto a.JPG;Basaliom;F1;71,5
Bilder\\foto b.JPG;mel;F2;
Bilder\\foto c.JPG;unklar;F3;50
Bilder\\fehlt.JPG;mel;F4;50
"""


def clinic(root: Path) -> Path:
    for seed, name in enumerate("abc"):
        write_jpeg(root / "Bilder" / f"foto {name}.jpg", seed)
    (root / "Liste.csv").write_bytes(ROWS.replace("\n", "\r\n").encode("utf-8-sig"))
    return root


def asked(qtbot: QtBot, application: Application, root: Path) -> MappingDialog:
    """The dialog that opens by itself, with its first preview."""
    application.open(root)
    qtbot.waitUntil(lambda: application.sources.mapping is not None, timeout=20_000)
    dialog = application.sources.mapping
    assert dialog is not None
    tried(qtbot, application, dialog)
    return dialog


def tried(qtbot: QtBot, application: Application, dialog: MappingDialog) -> None:
    qtbot.waitUntil(lambda: application.idle, timeout=20_000)
    qtbot.waitUntil(lambda: bool(dialog.counts.text()))


def choose(dialog: MappingDialog, word: str, code: str) -> None:
    words = dialog.words
    line = next(at for at in range(words.rowCount()) if words.item(at, 0).text() == word)
    box = words.cellWidget(line, 2)
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData(code))


@pytest.fixture
def dialog(qtbot: QtBot, application: Application, tmp_path: Path) -> MappingDialog:
    return asked(qtbot, application, clinic(tmp_path / "Ambulanz"))


def test_that_an_unknown_table_is_asked_about_with_its_images_beside(
    dialog: MappingDialog,
) -> None:
    assert dialog.image.currentText() == "Aufnahme"
    assert "semicolons, UTF-8 with byte-order mark" in dialog.read.form
    assert "3 of 4 rows have their image here" in dialog.counts.text()
    shown = [dialog.preview.item(at, 0) for at in range(dialog.preview.rowCount())]
    assert [item.icon().isNull() for item in shown] == [False, False, False, True]
    assert "no such file" in shown[3].text()


def test_that_what_is_chosen_shows_at_once_and_labels_the_images(
    qtbot: QtBot, application: Application, dialog: MappingDialog, tmp_path: Path
) -> None:
    dialog.label.setCurrentText("Befund")
    tried(qtbot, application, dialog)
    choose(dialog, "Basaliom", "BCC")
    choose(dialog, "unklar", "")
    dialog.fields["lesion"].setCurrentText("Fall")
    dialog.fields["age"].setCurrentText("Jahre")
    qtbot.waitUntil(dialog.use.isEnabled)
    assert "1 of these images get no class" in dialog.counts.text()
    qtbot.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    wait_until_shown(qtbot, application)
    records = application.session.table.records
    assert [record.label for record in records] == ["BCC", "MEL", ""]
    assert (records[0].lesion_id, records[0].age) == ("F1", 71.5)
    (stored,) = sources_of(tmp_path / "Ambulanz").tables
    assert dict(stored.mapping.labels) == {"basaliom": "BCC", "unklar": ""}

    # The same columns elsewhere are not asked about again, neither here nor by a command.
    other = clinic(tmp_path / "Station")
    application.open(other)
    wait_until_shown(qtbot, application)
    assert application.sources.mapping is None
    assert [record.label for record in application.session.table.records] == ["BCC", "MEL", ""]
    findings = tmp_path / "findings.csv"
    main(["check", str(other), "--out", str(findings)])
    assert "unlabelled,Bilder/foto c.jpg" in findings.read_text(encoding="utf-8")


def test_that_a_table_left_out_is_not_asked_about_again(
    qtbot: QtBot, application: Application, dialog: MappingDialog, tmp_path: Path
) -> None:
    qtbot.mouseClick(dialog.leave_out, Qt.MouseButton.LeftButton)
    wait_until_shown(qtbot, application)
    assert not application.session.problems
    application.open(tmp_path / "Ambulanz")
    wait_until_shown(qtbot, application)
    assert application.sources.mapping is None


def test_that_a_column_without_images_cannot_be_used(
    qtbot: QtBot, application: Application, dialog: MappingDialog
) -> None:
    dialog.image.setCurrentText("Befund")
    qtbot.waitUntil(lambda: "No row has an image here" in dialog.counts.text())
    assert not dialog.use.isEnabled()
    dialog.reject()
    qtbot.waitUntil(lambda: application.idle)


def test_that_columns_may_stand_for_classes(
    qtbot: QtBot, application: Application, tmp_path: Path
) -> None:
    root = clinic(tmp_path / "Klinik")
    rows = ("foto a,1,0,0,3", "foto b,0,1,0,4", "foto c,0,0,1,5")
    (root / "Liste.csv").write_text("\n".join(("Bild,Naevus,Melanom,Narbe,Jahre", *rows)))
    dialog = asked(qtbot, application, root)
    dialog.label.setCurrentText("one column for each class")
    qtbot.waitUntil(lambda: dialog.words.rowCount() == 3)
    choose(dialog, "Naevus", "NV")
    choose(dialog, "Melanom", "MEL")
    choose(dialog, "Narbe", "")
    qtbot.waitUntil(dialog.use.isEnabled)
    assert "1 of these images get no class" in dialog.counts.text()
    qtbot.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    wait_until_shown(qtbot, application)
    assert [record.label for record in application.session.table.records] == ["NV", "MEL", ""]
