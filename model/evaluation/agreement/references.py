"""Readers held against something that is taken for right: histology, a label, a network."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from model.evaluation.agreement.agreement import ReaderPair, measure_agreement
from model.evaluation.agreement.panel import UNREAD, Panel
from model.evaluation.bootstrap import DRAWS
from model.evaluation.evaluation import Evaluation, evaluate
from model.evaluation.pairs import Pair
from model.progress import Report, silent

LABEL, HISTOLOGY, NETWORK = "the recorded label", "histology", "the network"


@dataclass(frozen=True, slots=True, eq=False)
class Against:
    """A reader held against a reference.

    Attributes:
        reader: Name.
        reference: Name: "the recorded label", "histology", "the network".
        pair: Their agreement, the reader first.
        evaluation: The reader's answers scored as predictions of the reference: accuracy, balanced
            accuracy, recall by class and more.
    """

    reader: str
    reference: str
    pair: ReaderPair
    evaluation: Evaluation


def measure_against(
    panel: Panel,
    reference: str,
    given: Mapping[str, str],
    *,
    draws: int = DRAWS,
    seed: int = 0,
    report: Report = silent,
) -> tuple[Against, ...]:
    """Hold every reader against a reference.

    Args:
        panel: The readers' answers.
        reference: Name of what is taken for right.
        given: What it says of cases; those that it says nothing of are left out.
        draws: Bootstrap draws over lesions.
        seed: Of the draws.
        report: Told while intervals are computed.

    Returns:
        For each reader who read a case that the reference knows.

    Raises:
        Cancelled: From `report`.
    """
    joined = panel.with_reader(reference, given)
    last = len(joined.readers) - 1
    found = []
    for at, reader in enumerate(panel.readers):
        two = joined.of_readers((at, last))
        if not two.readings:
            continue
        # By class the evaluation says more than agreement does.
        agreement = measure_agreement(two, draws=draws, seed=seed, report=report, by_class=False)
        scored = evaluate(_pair(two), draws=draws, seed=seed, report=report)
        found.append(Against(reader, reference, agreement.pairs[0], scored))
    return tuple(found)


def _pair(two: Panel) -> Pair:
    """The cases that both know, as labels and predictions."""
    both = (two.answers != UNREAD).all(1)
    reader, reference = two.answers[both].T
    _, lesions = np.unique(two.lesions[both], return_inverse=True)
    numbers = np.asarray(lesions, np.int64)
    return Pair(two.categories, reference, reader, numbers, two.by_lesion)
