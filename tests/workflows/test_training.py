"""A whole training on real images from the window: click, watch, use, with the real process."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from model.classifier.default import default_classifier_folder
from model.runs.listing import RunState
from tests.app.conftest import end, start
from tests.benchmarks.train_window import take_images

MINUTES = 60_000


@pytest.mark.long
def test_that_a_click_ends_in_a_classifier_in_use(
    qtbot: QtBot, real_data: Path, tmp_path: Path, shown_errors: list[str]
) -> None:
    root = tmp_path / "few"
    take_images(real_data / "ham10000", root, 120)
    application = start(qtbot, default_classifier_folder())
    application.open(root)
    qtbot.waitUntil(lambda: len(application.session.table) == 120, timeout=MINUTES)
    train, training = application.train, application.train.training
    application.window.show_activity("train")
    train.plan.use_weights(str(next((real_data / "mobilenet_v2_imagenet").glob("*.h5"))))
    for table, name, value in (
        ("data", "classes", ("MEL", "NV", "BKL")),
        ("network", "size", 96),
        ("fine_tuning", "first", "block_15"),
        ("fine_tuning", "epochs", 2),
        ("head", "epochs", 5),
    ):
        train.plan.choose(table, name, value)
    qtbot.waitUntil(lambda: training.compared and bool(training.splits), timeout=MINUTES)
    qtbot.waitUntil(train.setup.start.isEnabled, timeout=MINUTES)
    planned = training.splits[0].counts.images
    qtbot.mouseClick(train.setup.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: training.run is not None and training.run.state is RunState.FINISHED,
        timeout=8 * MINUTES,
    )
    run = training.run
    assert run is not None
    done = [
        [run.standing.images[split][code] for split in run.standing.images]
        for code in training.splits[0].counts.classes
    ]
    assert done == planned.tolist(), "the run divided as the window had shown"
    assert [each.phase for each in run.standing.stretches] == ["head", "fine-tuning"]
    application.window.menu_actions["use_run"].trigger()
    qtbot.waitUntil(
        lambda: application.session.classifier.folder == run.folder.classifier, timeout=MINUTES
    )
    application.classifier.classify()
    qtbot.waitUntil(lambda: not application.classifier.classifying, timeout=MINUTES)
    assert (application.session.table.predictions.best >= 0).all()
    assert not shown_errors
    end(application)
