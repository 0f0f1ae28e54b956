"""As many networks as folds, so that each image is judged once by one that never saw its lesion."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.catalogue.split_plan import SplitPlan
from model.catalogue.splits import TEST
from model.evaluation.summary import summarise, summarise_spread
from model.network.cards import tell_estimating
from model.network.outcome import Outcome, keep, learned, remove_leftovers
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
    judged = [
        _judged(number, plan, planned, tools) for number, plan in enumerate(planned.plans, start=1)
    ]
    rows = tuple(row for fold in judged for row in fold.rows)
    table = FoldTable(planned.plans[0].classes, rows)
    write_table(tools.place.out_of_fold, table)
    return {"out of fold": _figures(judged, table, tools)}


@dataclass(frozen=True, slots=True)
class _Judged:
    """The test images of a fold, and what the network says that never saw them."""

    rows: tuple[HeldOut, ...]
    labels: NDArray[np.int64]
    lesions: tuple[str, ...]
    targets: NDArray[np.float64]
    is_soft: bool


def _judged(number: int, plan: SplitPlan, planned: Planned, tools: Tools) -> _Judged:
    """Train the network of a fold where it is not there yet.

    Its data, a copy of nearly all embeddings, is gone when the next fold begins.
    """
    data = planned.data(plan)
    place = RunFolder(tools.place.folds / str(number))
    if place.classifier.is_dir():
        remove_leftovers(place)
    else:
        place.path.mkdir(parents=True, exist_ok=True)
        tools.steering.fold = number
        _train_fold(data, planned, replace(tools, place=place))
    rows, test = read_table(place.out_of_fold).rows, data.splits[TEST]
    return _Judged(rows, test.labels, test.lesions, test.examples.targets, data.is_soft)


def _train_fold(data: TrainingData, planned: Planned, tools: Tools) -> None:
    outcome = learned(data, tools)
    rows = tuple(_held_out(data, planned, outcome, tools.steering.fold))
    # Before the classifier, which says that the fold is finished.
    write_table(tools.place.out_of_fold, FoldTable(data.classes, rows))
    keep(outcome, tools)
    # Whatever was asked until now was meant for this fold.
    tools.steering.end_was_followed()


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


def _figures(judged: Sequence[_Judged], table: FoldTable, tools: Tools) -> dict[str, Any]:
    lesions = [lesion for fold in judged for lesion in fold.lesions]
    said = np.array([row.probabilities for row in table.rows])
    labels = np.concatenate([fold.labels for fold in judged])
    seed, told = tools.config.data.seed, partial(tell_estimating, tools.steering)
    found = summarise(labels, said, lesions, table.classes, seed=seed, report=told)
    if not judged[0].is_soft:
        return found
    targets = np.concatenate([fold.targets for fold in judged])
    spread = summarise_spread(targets, said, lesions, table.classes, seed=seed, report=told)
    return found | {"against_spread": spread}
