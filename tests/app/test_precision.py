"""The precision in which images are classified is the user's choice, and the processor's."""

import pytest
from pytestqt.qtbot import QtBot

from app.application import Application
from model.classifier import classifier as classifiers
from model.classifier.openvino_core import has_bf16
from tests.app.conftest import wait_until_shown


def choose(application: Application, name: str) -> None:
    menu = application.window.menu_actions.submenu("precision")
    next(action for action in menu.actions() if action.data() == name).trigger()


@pytest.mark.skipif(not has_bf16(), reason="this processor has no bf16")
def test_that_bf16_has_predictions_of_its_own(qtbot: QtBot, classified: Application) -> None:
    session = classified.session
    assert (session.table.predicted != "").all()
    choose(classified, "bf16")
    qtbot.waitUntil(lambda: bool(session.classifier and session.classifier.precision == "bf16"))
    qtbot.waitUntil(lambda: classified.idle)
    assert (session.table.predicted == "").all(), "what was said in f32 is not said in bf16"
    assert classified.window.classifier_name.text().startswith("bf16 · ")
    classified.window.menu_actions["classify"].trigger()
    qtbot.waitUntil(lambda: not classified.classifier.classifying)
    assert (session.table.predicted != "").all()
    choose(classified, "f32")
    qtbot.waitUntil(lambda: bool(session.classifier and session.classifier.precision == "f32"))
    wait_until_shown(qtbot, classified)
    assert (session.table.predicted != "").all(), "what was said before is there again"


def test_that_a_processor_without_bf16_stays_with_f32_and_says_so(
    qtbot: QtBot,
    opened: Application,
    shown_errors: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(classifiers, "has_bf16", lambda: False)
    choose(opened, "bf16")
    qtbot.waitUntil(lambda: bool(shown_errors))
    assert "no bf16" in shown_errors.pop()
    assert opened.settings.precision == "f32"
    assert opened.session.classifier is not None
    assert opened.session.classifier.precision == "f32"
    wait_until_shown(qtbot, opened)
