"""Every number of 8,014 real images opens exactly the images behind it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from app.application import Application
from model.classifier.default import default_classifier_folder
from model.evaluation.question import Group
from model.project.cache import StoredResult
from tests.app.conftest import end, start

COUNT = 8014


def store_random_results(application: Application) -> None:
    """As if all images had been classified, which would take a minute."""
    project, cache = application.session.project, application.session.cache
    classifier = application.session.classifier
    assert project
    assert cache
    assert classifier
    classes = classifier.card.classes
    run = cache.begin_run(classifier.identity, classes, "f32")
    generator = np.random.default_rng(0)
    evidence, embedding = np.zeros((1, 1, len(classes)), np.float32), np.zeros(4, np.float32)
    cache.store(
        run,
        [
            StoredResult(
                content,
                generator.normal(0, 2, len(classes)).astype(np.float32),
                evidence,
                embedding,
            )
            for content in set(project.hashes().values())
        ],
    )


def test_that_cells_headers_and_the_diagonal_open_their_images(
    qtbot: QtBot, real_ham10000: Path, shown_errors: list[str]
) -> None:
    application = start(qtbot, default_classifier_folder())
    session, controller = application.session, application.measure.controller
    application.open(real_ham10000)
    qtbot.waitUntil(lambda: len(session.table) == COUNT and application.idle, timeout=300_000)
    store_random_results(application)
    application.classifier.fetch_predictions()
    session.change_measure(group=Group.ALL.value)
    application.window.menu_actions["measure"].trigger()
    qtbot.waitUntil(
        lambda: controller.answer is not None and len(controller.answer.rows) == COUNT,
        timeout=60_000,
    )
    table, pane = session.table, application.measure.matrix
    labels, predicted = table.label, table.predicted
    classes = table.predictions.classes
    model = pane.view.model()

    def opens(click: Callable[[], None], wanted: np.ndarray) -> None:
        click()
        assert session.rows.tolist() == np.flatnonzero(wanted).tolist()

    def on(index: QModelIndex) -> Callable[[], None]:
        place = pane.view.visualRect(index).center()
        button = Qt.MouseButton.LeftButton
        return lambda: qtbot.mouseClick(pane.view.viewport(), button, pos=place)

    for row, recorded in enumerate(classes):
        opens(on(model.index(row + 1, 0)), labels == recorded)
        opens(on(model.index(0, row + 1)), predicted == recorded)
        for column, said in enumerate(classes):
            wanted = (labels == recorded) & (predicted == said)
            opens(on(model.index(row + 1, column + 1)), wanted)
    opens(pane.right.click, labels == predicted)
    opens(pane.wrong.click, labels != predicted)
    end(application)
    assert not shown_errors
