"""Adjudicate with more of everything than fits: photographs, classes, and names."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from app.application import Application
from app.panes.widgets import ElidedLabel
from model.review.adjudication import load_decisions
from model.review.formats.reading import read_readings
from model.review.row_import import take_rows
from tests.app.conftest import wait_until_shown
from tests.app.review.test_adjudicate_activity import decided_by, press, show, wait
from tests.conftest import write_jpeg

LESION = "HAM_0007777_of_the_department_of_dermatology_in_" + 30 * "x"
CLASSES = ("mel", "nv", "bcc", "akiec", "bkl", "df", "vasc")
COMMENT = "An asymmetric network with streaks, " * 12 + "Donaudampfschifffahrtsgesellschaft" * 4


def long_name(number: int) -> str:
    return f"Dr. Maximiliane_{number}".ljust(60, "W")


@pytest.fixture
def crowded(qtbot: QtBot, application: Application, tmp_path: Path) -> Application:
    """A lesion with ten photographs about which seven readers say seven things."""
    root = tmp_path / "ham"
    names = [f"ISIC_{number:07}" for number in range(10)]
    for number, name in enumerate(names):
        write_jpeg(root / "HAM10000_images_part_1" / f"{name}.jpg", seed=number)
    rows = "\n".join(f"{LESION},{name},nv,consensus,40,male,back" for name in names)
    header = "lesion_id,image_id,dx,dx_type,age,sex,localization\n"
    (root / "HAM10000_metadata.csv").write_text(header + rows + "\n")
    application.open(root)
    wait_until_shown(qtbot, application)
    application.window.menu_actions["classify"].trigger()
    qtbot.waitUntil(lambda: not application.classifier.classifying)
    wait_until_shown(qtbot, application)
    table = tmp_path / "readings.csv"
    said = [
        f'{names[0]},"{long_name(number)}",{value},{question}'
        for number, code in enumerate(CLASSES)
        for question, value in (("diagnosis", code), ("comment", f'"{COMMENT}"'))
    ]
    table.write_text("image_id,reader_id,answer,question\n" + "\n".join(said) + "\n")
    project = application.session.project
    assert project
    assert take_rows(project, read_readings(table), "A study " * 12).added == 7
    show(qtbot, application)
    return application


def test_that_every_photograph_and_every_claimed_class_is_shown(
    qtbot: QtBot, crowded: Application
) -> None:
    assert set(crowded.adjudicate.decision.classes) == {code.upper() for code in CLASSES}
    pane = crowded.adjudicate.lesion
    assert len(pane.maps) == 7
    tiles = [tile for tile in pane.tiles if not tile.isHidden()]
    assert len(tiles) == 10 + 7
    assert min(tile.viewer.height() for tile in tiles) >= 90
    area = pane.findChild(QScrollArea)
    assert area is not None
    assert area.horizontalScrollBar().maximum() == 0
    crowded.adjudicate.slots()["previous_photograph"]()
    assert crowded.adjudicate.adjudication.photograph == 9
    assert not tiles[9].visibleRegion().isEmpty()


def test_that_a_long_comment_pushes_no_reader_down(crowded: Application) -> None:
    claims = crowded.adjudicate.claims
    begun, ended = COMMENT[:30], f"{COMMENT[-30:]}”"
    assert claims.readers_text.count(begun) == 7
    assert ended not in claims.readers_text.replace("\u200b", "")
    assert claims.comments_text.replace("\u200b", "").count(ended) == 7
    assert "<b>G</b>" in claims.comments_text


def test_that_long_names_make_nothing_wider_than_the_window(
    qtbot: QtBot, crowded: Application, tmp_path: Path
) -> None:
    decided_by(crowded, long_name(9))
    press(qtbot, crowded, Qt.Key.Key_M, modifier=Qt.KeyboardModifier.ShiftModifier)
    crowded.adjudicate.decision.comment.setText(COMMENT)
    crowded.adjudicate.adjudication.change_draft(comment=COMMENT)
    press(qtbot, crowded, Qt.Key.Key_1)
    texts = [label for label in crowded.adjudicate.claims.findChildren(QLabel) if label.wordWrap()]
    qtbot.waitUntil(
        lambda: all(label.height() >= label.heightForWidth(label.width()) for label in texts)
    )
    press(qtbot, crowded, Qt.Key.Key_Return)
    assert load_decisions(crowded.session.project)[0].comment == COMMENT.strip()
    crowded.adjudicate.queue.decided.click()
    wait(qtbot, crowded)
    crowded.adjudicate.lesions.go_to(0)
    wait(qtbot, crowded)
    title = crowded.adjudicate.lesion.findChild(ElidedLabel)
    assert title is not None
    assert title.text().endswith("…")
    assert f"{LESION}, 10 photographs" in title.toolTip()
    assert crowded.window.width() == 1280
    assert crowded.window.height() == 720
    claims = crowded.adjudicate.claims
    assert claims.widget().width() == claims.viewport().width()
    for label in claims.findChildren(QLabel):
        assert label.sizeHint().width() <= label.width() or label.wordWrap()
