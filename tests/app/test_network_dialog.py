"""A network of the user's is tried on the open images before it becomes a classifier."""

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QLabel
from pytestqt.qtbot import QtBot

from app import network_tasks
from app.application import Application
from app.panes.network_dialog import NetworkDialog
from model.classifier.card import Layer
from model.classifier.proposal import SCALES, Proposal
from model.commands import import_network
from model.errors import UserError
from model.progress import Report


class Child:
    """Answers as the process with Keras would; the files that it writes are real."""

    def __init__(self, classifier: Path) -> None:
        self._classifier = classifier
        self.commands: list[list[str]] = []

    def __call__(self, arguments: Sequence[str], _report: Report) -> None:
        self.commands.append(list(arguments))
        if "--look" in arguments:
            images = tuple(arguments[arguments.index("--images") + 1 :])
            self._write(Path(arguments[arguments.index("--look") + 1]), images)
        else:
            shutil.copytree(self._classifier, arguments[arguments.index("--out") + 1])

    def _write(self, path: Path, images: tuple[str, ...]) -> None:
        same = ((0.1, 0.8, 0.1),) * len(images)
        mixed = tuple(
            tuple(0.8 if at == number % 3 else 0.1 for at in range(3))
            for number in range(len(images))
        )
        answers = {(scale, mode): same for scale in SCALES for mode in ("stretch", "centre crop")}
        answers["0..1", "centre crop"] = mixed
        layers = (Layer("deep", 4, 4, 3, False),)
        Proposal(
            "own.keras",
            32,
            3,
            "softmax",
            "-1..1",
            layers,
            images,
            answers,  # type: ignore[arg-type]
        ).save(path)


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch, small_classifier: Path) -> Child:
    found = Child(small_classifier)
    monkeypatch.setattr(network_tasks, "_run", found)
    return found


@pytest.fixture
def dialog(qtbot: QtBot, opened: Application, child: Child, tmp_path: Path) -> NetworkDialog:
    opened.menu.import_network(tmp_path / "own.keras")
    (shown,) = opened.window.findChildren(NetworkDialog)
    qtbot.waitUntil(shown.import_button.isEnabled)
    return shown


def texts(dialog: NetworkDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_that_a_wrong_scale_is_seen_and_a_right_one_changes_the_answers_at_once(
    dialog: NetworkDialog, child: Child
) -> None:
    assert "no evidence map" in texts(dialog)
    assert dialog.classes == ("CLASS 1", "CLASS 2", "CLASS 3")
    assert "images are CLASS 2" in dialog.warning.text()
    dialog.scale.setCurrentText("0..1")
    dialog.mode.setCurrentText("centre crop")
    assert not dialog.warning.text()
    assert len(child.commands) == 1, "nothing is computed anew"


def test_that_answers_are_held_against_what_is_recorded(dialog: NetworkDialog) -> None:
    """Two of the nine are NV; in turn BKL, NV and MEL, the first three are right and no other."""
    boxes = [box for box in dialog.findChildren(type(dialog.scale)) if box.isEditable()]
    for box, code in zip(boxes, ("BKL", "NV", "MEL"), strict=True):
        box.setCurrentText(code)
    assert "2 of 9 as recorded" in dialog.tally.text()
    assert "recorded NV ✓" in texts(dialog)
    assert "recorded BKL ✗" in texts(dialog)
    dialog.scale.setCurrentText("0..1")
    dialog.mode.setCurrentText("centre crop")
    assert "3 of 9 as recorded" in dialog.tally.text()


def test_that_a_scale_that_begins_with_a_dash_is_no_option(
    qtbot: QtBot, opened: Application, dialog: NetworkDialog, child: Child
) -> None:
    dialog.scale.setCurrentText("-1..1")
    qtbot.mouseClick(dialog.import_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(child.commands) == 2)
    parser = argparse.ArgumentParser()
    import_network.add_arguments(parser)
    assert parser.parse_args(child.commands[-1]).scale == "-1..1"
    qtbot.waitUntil(lambda: opened.idle)


def test_that_each_output_needs_a_class_of_its_own(dialog: NetworkDialog) -> None:
    for box in dialog.findChildren(type(dialog.scale)):
        if box.isEditable():
            box.setCurrentText("nv")
    assert "class of its own" in dialog.warning.text()
    assert not dialog.import_button.isEnabled()


def test_that_an_imported_network_is_used_at_once(
    qtbot: QtBot, opened: Application, dialog: NetworkDialog, child: Child
) -> None:
    before = opened.session.classifier
    boxes = [box for box in dialog.findChildren(type(dialog.scale)) if box.isEditable()]
    for box, code in zip(boxes, ("mel", "Nevus", "BCC"), strict=True):
        box.setCurrentText(code)
    dialog.name.setText("A colleague's")
    qtbot.mouseClick(dialog.import_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: opened.session.classifier is not before)
    command = child.commands[-1]
    assert "--classes=MEL,Nevus,BCC" in command
    assert opened.session.classifier is not None
    assert opened.session.classifier.folder.name == "A colleague_s"
    qtbot.waitUntil(lambda: not opened.window.findChildren(NetworkDialog))


def test_that_a_network_that_is_refused_is_told_in_words(
    qtbot: QtBot,
    opened: Application,
    monkeypatch: pytest.MonkeyPatch,
    shown_errors: list[str],
    tmp_path: Path,
) -> None:
    def refuse(_arguments: Sequence[str], _report: Report) -> None:
        raise UserError("own.keras: it has a Lambda layer")

    monkeypatch.setattr(network_tasks, "_run", refuse)
    opened.menu.import_network(tmp_path / "own.keras")
    qtbot.waitUntil(lambda: bool(shown_errors))
    assert shown_errors == ["own.keras: it has a Lambda layer"]
    shown_errors.clear()
    assert not any(each.isVisible() for each in opened.window.findChildren(NetworkDialog))


def test_that_the_look_can_be_left(qtbot: QtBot, dialog: NetworkDialog) -> None:
    cancel = dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel)
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()


def test_that_the_process_with_keras_tells_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "absent.keras"

    def report(_done: int, _total: int, _message: str) -> None:
        pass

    with pytest.raises(UserError, match="does not exist"):
        network_tasks.look_at_network(path, None, tmp_path, {}, report)
