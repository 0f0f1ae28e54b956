"""As many networks as folds, so that each image is judged once by one that never saw its lesion."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from model.catalogue.splits import TEST
from model.evaluation.summary import summarise, summarise_spread
from model.network.outcome import Outcome, keep, learned
from model.network.planning import Planned
from model.network.tools import Tools
from model.network.training_data import TrainingData
from model.runs.folder import RunFolder
from model.runs.out_of_fold import FoldTable, HeldOut, read_table, write_table


def train_folds(planned: Planned, tools: Tools) -> dict[str, Any]:
    """Train the network of each fold, and put the probabilities of all test images together.

    A fold that has its classifier is not trained again.

    Returns:
        Figures of all images, each judged by the network that was not trained on its fold.

    Raises:
        UserError: As `learned` and `keep`.
        Cancelled: From `tools.steering`.
    """
    folds = [planned.data(plan) for plan in planned.plans]
    rows: list[HeldOut] = []
    for number, data in enumerate(folds, start=1):
        place = RunFolder(tools.place.folds / str(number))
        if not place.classifier.is_dir():
            place.path.mkdir(parents=True, exist_ok=True)
            tools.steering.fold = number
            _train_fold(data, planned, replace(tools, place=place))
        rows.extend(read_table(place.out_of_fold).rows)
    table = FoldTable(folds[0].classes, tuple(rows))
    write_table(tools.place.out_of_fold, table)
    return {"out of fold": _figures(folds, table, tools.config.data.seed)}


def _train_fold(data: TrainingData, planned: Planned, tools: Tools) -> None:
    outcome = learned(data, tools)
    tools.steering.end_was_followed()
    rows = tuple(_held_out(data, planned, outcome, tools.steering.fold))
    # Before the classifier, which says that the fold is finished.
    write_table(tools.place.out_of_fold, FoldTable(data.classes, rows))
    keep(outcome, tools)


def _held_out(
    data: TrainingData, planned: Planned, outcome: Outcome, fold: int
) -> Sequence[HeldOut]:
    records = data.splits[TEST].records
    return [
        HeldOut(
            image_id=record.image_id,
            probabilities=tuple(map(float, shares)),
            fold=fold,
            lesion_id=record.lesion_id,
            path=record.path,
            content_hash=planned.content[record.path],
        )
        for record, shares in zip(records, outcome.probabilities, strict=True)
    ]


def _figures(folds: Sequence[TrainingData], table: FoldTable, seed: int) -> dict[str, Any]:
    tests = [data.splits[TEST] for data in folds]
    lesions = [lesion for test in tests for lesion in test.lesions]
    said = np.array([row.probabilities for row in table.rows])
    labels = np.concatenate([test.labels for test in tests])
    found = summarise(labels, said, lesions, table.classes, seed=seed)
    if not folds[0].is_soft:
        return found
    targets = np.concatenate([test.examples.targets for test in tests])
    spread = summarise_spread(targets, said, lesions, table.classes, seed=seed)
    return found | {"against_spread": spread}
