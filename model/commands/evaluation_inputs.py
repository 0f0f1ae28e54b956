"""The tables that `evaluate` was given, aligned by image."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.catalogue.facts import Facts
from model.catalogue.image_ids import join_key
from model.catalogue.mapping import MappedTable
from model.catalogue.proposing import propose_mapping
from model.catalogue.rows import read_rows
from model.catalogue.score_tables import align, read_scores, read_truth
from model.catalogue.tables import read_head
from model.errors import UserError
from model.evaluation.pairs import Pair, pair_with_probabilities
from model.evaluation.slices import age_band

_NOTHING = Facts()


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """Labels and predictions of N images, and what is known of each.

    Attributes:
        images: Ids in the order of the truth.
        pair: Labels and probabilities.
        weights: [N], for the official scores; images of weight 0 are in nothing else.
        lesions: Lesion ids, "" where unknown.
        columns: What to slice by: N values for each name.
        notes: What a reader must know of the tables.
        second: The same labels with other probabilities; None where none were given.
    """

    images: tuple[str, ...]
    pair: Pair
    weights: NDArray[np.float64]
    lesions: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...]
    second: Pair | None = None

    def columns_of(self, rows: NDArray[np.intp]) -> dict[str, list[str]]:
        """What to slice some images by."""
        return {name: [values[row] for row in rows] for name, values in self.columns.items()}


def read_inputs(
    truth: Path, predictions: Path, metadata: Path | None = None, against: Path | None = None
) -> Inputs:
    """Read all tables.

    Args:
        truth: What is recorded.
        predictions: Of the classifier that is measured.
        metadata: Lesions, and what to slice by.
        against: Predictions of a second classifier for the same images and classes.

    Raises:
        UserError: One is refused, or they are not of the same images and classes.
    """
    scores = read_scores(predictions)
    recorded = read_truth(truth, scores.classes)
    probabilities = align(recorded, scores, predictions)
    facts = _facts(metadata or truth, recorded.images, required=metadata is not None)
    lesions = tuple(each.lesion_id for each in facts)
    pair = pair_with_probabilities(recorded.classes, recorded.labels, probabilities, lesions)
    weightless = int((recorded.weights == 0).sum())
    if weightless == len(pair):
        raise UserError(f"{truth} gives every image the weight 0; there is nothing to measure.")
    notes = (
        *_lesion_notes(facts),
        *([f"{weightless:,} images have the weight 0 and are left out"] if weightless else []),
        *_undecided_notes(pair),
    )
    second = None
    if against is not None:
        others = align(recorded, read_scores(against), against)
        second = pair_with_probabilities(recorded.classes, recorded.labels, others, lesions)
    return Inputs(recorded.images, pair, recorded.weights, lesions, _columns(facts), notes, second)


def read_spread(path: Path, inputs: Inputs) -> tuple[Pair, NDArray[np.float64]]:
    """The images that readers have read, and the shares of the readers that named each class.

    Args:
        path: A table of an id and one column for each class, rows adding up to 1.
        inputs: What was read already; readings of classes that it lacks do not count.

    Returns:
        The pair of these images, and their shares [M, C].

    Raises:
        UserError: It is no such table, or of none of these images.
    """
    scores = read_scores(path)
    rows = {join_key(image): row for row, image in enumerate(scores.images)}
    shares = np.zeros((len(scores.images), len(inputs.pair.classes)))
    for at, code in enumerate(inputs.pair.classes):
        if code in scores.classes:
            shares[:, at] = scores.probabilities[:, scores.classes.index(code)]
    mass = shares.sum(1)
    found = [rows.get(join_key(image), -1) for image in inputs.images]
    known = [
        (at, row)
        for at, row in enumerate(found)
        if row >= 0 and mass[row] > 0 and inputs.weights[at] > 0
    ]
    if not known:
        raise UserError(f"{path} holds none of the images and classes that are measured.")
    ours, theirs = map(np.array, zip(*known, strict=True))
    return inputs.pair.only(ours), shares[theirs] / mass[theirs, np.newaxis]


def _facts(path: Path, images: tuple[str, ...], *, required: bool) -> list[Facts]:
    head = read_head(path)
    if not required and head.find("lesion_id") is None:
        return [_NOTHING] * len(images)
    mapping = propose_mapping(head)
    if mapping is None:
        raise UserError(f"{path} has no column that names the images, such as image or image_id.")
    rows = read_rows([MappedTable(path, mapping)])
    return [rows.facts(join_key(image)) or _NOTHING for image in images]


def _columns(facts: list[Facts]) -> dict[str, tuple[str, ...]]:
    columns = {
        "basis": tuple(each.basis for each in facts),
        "site": tuple(each.site for each in facts),
        "sex": tuple(each.sex for each in facts),
        "age": tuple(age_band(each.age) for each in facts),
        "source": tuple(each.source for each in facts),
    }
    return {name: values for name, values in columns.items() if any(values)}


def _lesion_notes(facts: list[Facts]) -> list[str]:
    unknown = sum(not each.lesion_id for each in facts)
    if unknown == len(facts):
        return ["no lesion ids are known: intervals are by image, and narrower than by lesion"]
    if unknown:
        return [f"{unknown:,} images have no lesion id and count as lesions of their own"]
    return []


def _undecided_notes(pair: Pair) -> list[str]:
    ties = int((pair.predicted == len(pair.classes)).sum())
    if not ties:
        return []
    return [f"{ties:,} images have two largest probabilities: undecided, which counts as wrong"]
