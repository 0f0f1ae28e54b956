"""Another classifier is used while an image is looked at."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.application import Application
from app.panes.class_bars import ClassBars
from model.classifier.card import Card
from model.classifier.classifier import Classifier
from tests.app.conftest import wait_until_shown


@pytest.fixture
def turned(small_classifier: Path, tmp_path: Path) -> Classifier:
    """The small classifier with its classes in another order."""
    folder = tmp_path / "turned"
    shutil.copytree(small_classifier, folder)
    (folder / "card.json").unlink()
    replace(Card.load(small_classifier), classes=("BCC", "NV", "MEL")).save(folder)
    return Classifier.load(folder)


def test_that_no_answer_of_one_classifier_is_shown_as_that_of_another(
    qtbot: QtBot, opened: Application, turned: Classifier
) -> None:
    bars = opened.browse.case.findChild(ClassBars)
    assert bars is not None
    qtbot.waitUntil(lambda: bars.accessibleName().startswith("Probabilities: MEL "))
    told = []
    opened.browse.heat_maps.findings_changed.connect(lambda *found: told.append(found))
    opened.session.use_classifier(turned)
    assert bars.accessibleName() == "Probabilities: "
    assert opened.browse.heat_maps.heat_map is None
    assert told
    assert all(findings is None for _, findings, _ in told)
    wait_until_shown(qtbot, opened)
    qtbot.waitUntil(lambda: bars.accessibleName().startswith("Probabilities: BCC "))
