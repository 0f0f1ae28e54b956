"""What is told of the image that is looked at."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.panes.case_pane import CasePane
from app.session import Session
from model.catalogue.sources import Sources
from model.class_systems import EIGHT_CLASSES, ClassMapping, mapping_of
from model.records import ImageRecord
from model.taxonomy import HAM10000_CLASSES

AKIEC_IS_AK = mapping_of(HAM10000_CLASSES, EIGHT_CLASSES).chosen("AKIEC", "AK")


@pytest.mark.parametrize(
    ("label", "classes", "told"),
    [
        ("NV", None, "Label: NV, Melanocytic nevus\nby histology (tissue was examined)"),
        ("NV", AKIEC_IS_AK, "Label: NV, Melanocytic nevus\nby"),
        ("AK", AKIEC_IS_AK, "Label: AK, Actinic keratosis (recorded as AKIEC)\nby"),
        ("", AKIEC_IS_AK, "No label in 8 classes and unknown."),
    ],
)
def test_that_a_label_is_told_with_what_it_may_be_recorded_as(
    qtbot: QtBot, label: str, classes: ClassMapping | None, told: str
) -> None:
    session = Session()
    pane = CasePane(session)
    qtbot.addWidget(pane)
    session.sources = Sources(classes=classes)
    session.add_images([ImageRecord("a.jpg", "a", 1, 1, label=label, basis="histology")])
    assert any(each.text().startswith(told) for each in pane.findChildren(QLabel))


def test_that_a_label_may_have_come_with_a_folder_that_was_joined_later(qtbot: QtBot) -> None:
    session = Session()
    pane = CasePane(session)
    qtbot.addWidget(pane)
    session.sources = Sources(folders=(Path("/isic"),), classes=AKIEC_IS_AK)
    session.add_images([ImageRecord("a.jpg", "a", 1, 1, label="AK")])
    told = "Label: AK, Actinic keratosis (recorded as one of AKIEC, AK)"
    assert any(each.text().startswith(told) for each in pane.findChildren(QLabel))


def test_that_the_images_of_a_lesion_are_counted_anew_as_more_come(qtbot: QtBot) -> None:
    session = Session()
    pane = CasePane(session)
    qtbot.addWidget(pane)
    session.add_images([ImageRecord("a.jpg", "a", 1, 1, lesion_id="L1")])
    told = [each for each in pane.findChildren(QLabel) if each.text().startswith("Lesion")]
    assert [each.text() for each in told] == ["Lesion <a href='L1'>L1</a>, one image"]
    session.add_images([ImageRecord("b.jpg", "b", 1, 1, lesion_id="L1")])
    assert [each.text() for each in told] == ["Lesion <a href='L1'>L1</a>, 2 images"]
    session.add_images([ImageRecord("c.jpg", "c", 1, 1, lesion_id="L2")])
    assert [each.text() for each in told] == ["Lesion <a href='L1'>L1</a>, 2 images"]
