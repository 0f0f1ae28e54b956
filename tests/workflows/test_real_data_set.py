"""The window on the real images: all are listed, stopping loses nothing, a restart goes on."""

from collections import Counter
from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from app.application import Application
from model.classifier.default import default_classifier_folder
from model.inference.results import load_predictions
from tests.app.conftest import end, start

# Counted in the table of the real images, see the README of the data.
CLASS_COUNTS = {
    "NV": 5413,
    "MEL": 867,
    "BKL": 846,
    "BCC": 409,
    "AKIEC": 276,
    "VASC": 119,
    "DF": 84,
}


def listed(qtbot: QtBot, root: Path) -> Application:
    application = start(qtbot, default_classifier_folder())
    application.open(root)
    qtbot.waitUntil(lambda: len(application.session.table) == 8014, timeout=60_000)
    qtbot.waitUntil(lambda: application.browse.heat_maps.heat_map is not None, timeout=60_000)
    return application


def test_that_a_stopped_classification_goes_on_after_a_restart(
    qtbot: QtBot, real_ham10000: Path, shown_errors: list[str]
) -> None:
    first = listed(qtbot, real_ham10000)
    assert Counter(record.label for record in first.session.table.records) == CLASS_COUNTS
    assert not first.session.problems
    first.classifier.classify()
    confidence = first.session.table.predictions
    qtbot.waitUntil(lambda: np.isfinite(confidence.confidence).sum() >= 200, timeout=120_000)
    first.classifier.stop()
    qtbot.waitUntil(lambda: not first.classifier.classifying, timeout=30_000)
    done = int(np.isfinite(first.session.table.confidence).sum())
    end(first)

    second = listed(qtbot, real_ham10000)
    qtbot.waitUntil(
        lambda: int(np.isfinite(second.session.table.confidence).sum()) >= done, timeout=60_000
    )
    assert second.session.project
    assert second.session.cache
    assert second.session.classifier
    stored = load_predictions(
        second.session.project, second.session.cache, second.session.classifier
    )
    assert len(stored.paths) == len(set(stored.paths)) >= done
    end(second)
    assert not shown_errors
