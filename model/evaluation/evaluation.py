"""Every statistic of a pair of labellings, each with n and its interval by lesion."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from model.evaluation import metrics
from model.evaluation.bootstrap import DRAWS, block_for, lesion_draws
from model.evaluation.estimates import Estimate
from model.evaluation.estimating import Estimates, Estimating
from model.evaluation.lesion_sums import LesionSums, lesion_sums, measure
from model.evaluation.metrics import Floats, Integers
from model.evaluation.names import statistic_name
from model.evaluation.pairs import Pair
from model.progress import Report, silent

_SHARES = ("accuracy", "class_recall", "class_specificity")


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What there is to say of one labelling held against another.

    Attributes:
        classes: Codes.
        images: How many N.
        lesions: How many different ones.
        by_lesion: Whether intervals are over lesions; otherwise over images.
        draws: Of the bootstrap.
        matrix: [C, C], row the true class, column the other labelling's.
        undecided: [C], images of each true class that the other labelling decided for none of.
        overall: "accuracy", "balanced_accuracy", "macro_f1" and more by name.
        by_class: The same for each class against all others, as many as there are classes.
    """

    classes: tuple[str, ...]
    images: int
    lesions: int
    by_lesion: bool
    draws: int
    matrix: Integers
    undecided: Integers
    overall: dict[str, Estimate]
    by_class: dict[str, tuple[Estimate, ...]]

    @property
    def interval(self) -> str:
        """How the intervals were made, for people."""
        unit = "lesions" if self.by_lesion else "images, since no lesions are known"
        return (
            f"95 % intervals by bootstrap over {unit} ({self.draws:,} draws), Wilson's with"
            " effective n where the bootstrap degenerates"
        )

    @property
    def without_interval(self) -> tuple[str, ...]:
        """Which figures have no interval and why, for people."""
        found: dict[tuple[str, str], list[str]] = {}
        for name, each in self.overall.items():
            if each.reason:
                found[statistic_name(name), each.reason] = []
        for name, row in self.by_class.items():
            for code, each in zip(self.classes, row, strict=True):
                if each.reason:
                    found.setdefault((f"{statistic_name(name)} of ", each.reason), []).append(code)
        return tuple(
            f"{name}{', '.join(codes)} has no interval: {reason}"
            for (name, reason), codes in found.items()
        )


def evaluate(
    pair: Pair, *, draws: int = DRAWS, seed: int = 0, report: Report = silent
) -> Evaluation:
    """Compute all statistics.

    Args:
        pair: The labellings; with probabilities there are ranking and calibration too.
        draws: Bootstrap draws over lesions.
        seed: Of the draws.
        report: Told after each block of draws.

    Raises:
        Cancelled: From `report`.
    """
    sums = lesion_sums(pair)
    once, drawn = draw_statistics(sums, draws, seed, report)
    found = Estimating(sums, once, drawn).estimates()
    matrix = metrics.matrix_with_undecided(pair.truth, pair.predicted, len(pair.classes))
    return Evaluation(
        pair.classes,
        len(pair),
        pair.lesion_count,
        pair.by_lesion,
        draws,
        matrix[:, :-1],
        matrix[:, -1],
        found.overall,
        found.by_class,
    )


def evaluate_shares(
    pair: Pair, *, draws: int = DRAWS, seed: int = 0, report: Report = silent
) -> Estimates:
    """Accuracy, recall and specificity as `evaluate` has them, and nothing else."""
    sums = lesion_sums(replace(pair, probabilities=None))
    return Estimating(sums, *draw_statistics(sums, draws, seed, report, _SHARES)).estimates()


def draw_statistics(
    sums: LesionSums, draws: int, seed: int, report: Report, only: Collection[str] = ()
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """The statistics of the images as they are, and of bootstrap draws over their lesions."""
    lesions = len(sums.cells)
    blocks = [measure(sums, np.zeros((0, lesions)), only)]
    done = 0
    width = max(len(sums.lesions), sums.cells.shape[1] + sums.gaps.shape[1])
    for drawn in lesion_draws(lesions, draws, seed, block_for(width)):
        blocks.append(measure(sums, drawn, only))
        done += len(drawn)
        report(done, draws, f"intervals: {done:,} of {draws:,} draws")
    joined = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    return measure(sums, np.ones((1, lesions)), only), joined
