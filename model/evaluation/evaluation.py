"""Every statistic of a pair of labellings, each with n and its interval by lesion."""

from dataclasses import dataclass

import numpy as np

from model.evaluation import estimates, metrics
from model.evaluation.bootstrap import DRAWS, corrected_interval, lesion_draws, reflected_interval
from model.evaluation.estimates import Estimate, Method, effective_n, shared_effective_n, wilson
from model.evaluation.lesion_sums import LesionSums, lesion_sums, measure
from model.evaluation.metrics import Floats, Integers
from model.evaluation.pairs import Pair
from model.progress import Report, silent

_BY_CLASS = "class_"
_CALIBRATION = "expected_calibration_error"
_NO_SHARES = (_CALIBRATION, "cohens_kappa")
_EQUAL = 1e-12


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
    once = measure(sums, np.ones((1, len(sums.cells))))
    drawn = _all_draws(sums, draws, seed, report)
    counts = _Counts(sums)
    overall, by_class = {}, {}
    for name, value in once.items():
        if name.startswith(_BY_CLASS):
            short = name.removeprefix(_BY_CLASS)
            by_class[short] = tuple(
                _estimate(
                    short, float(value[0, at]), drawn[name][:, at], counts.of_class(short, at)
                )
                for at in range(len(pair.classes))
            )
        else:
            overall[name] = _estimate(name, float(value[0]), drawn[name], counts.of_all(name))
    matrix = metrics.matrix_with_undecided(pair.truth, pair.predicted, len(pair.classes))
    return Evaluation(
        pair.classes,
        len(pair),
        pair.lesion_count,
        pair.by_lesion,
        draws,
        matrix[:, :-1],
        matrix[:, -1],
        overall,
        by_class,
    )


def _all_draws(sums: LesionSums, draws: int, seed: int, report: Report) -> dict[str, Floats]:
    nothing = measure(sums, np.zeros((0, len(sums.cells))))
    blocks = [nothing]
    done = 0
    for drawn in lesion_draws(len(sums.cells), draws, seed):
        blocks.append(measure(sums, drawn))
        done += len(drawn)
        report(done, draws, f"intervals: {done:,} of {draws:,} draws")
    return {name: np.concatenate([block[name] for block in blocks]) for name in nothing}


@dataclass(frozen=True, slots=True)
class _Counted:
    """What a statistic stands on: images, lesions, and independent images that they are worth."""

    n: int
    lesions: int
    worth: float
    chance: float = 0.0


class _Counts:
    """What each statistic of a pair stands on."""

    def __init__(self, sums: LesionSums) -> None:
        size = sums.classes
        cells = sums.cells.reshape(-1, size, size + 1)
        recorded, named = cells.sum(2), cells.sum(1)[:, :size]
        self._all = cells.sum((1, 2))[:, np.newaxis].repeat(size, axis=1)
        others = self._all - recorded
        hits = np.diagonal(cells, axis1=1, axis2=2)
        self._members = {
            "recall": recorded,
            "precision": named,
            "specificity": others,
            "f1": recorded + named - hits,
            "auc": _rarer(recorded, others),
            "average_precision": recorded,
        }
        self._n = {name: recorded.sum(0) for name in ("recall", "f1", "auc", "average_precision")}
        total = max(self._all[:, 0].sum(), 1.0)
        row, column = recorded.sum(0) / total, named.sum(0) / total
        self._chance = float(row @ column)
        self._class_chance = row * column + (1 - row) * (1 - column)

    def of_class(self, name: str, at: int) -> _Counted:
        members = self._members.get(name, self._all)[:, at]
        n = self._n[name][at] if name in self._n else members.sum()
        chance = float(self._class_chance[at])
        return _Counted(int(n), int((members > 0).sum()), effective_n(members), chance)

    def of_all(self, name: str) -> _Counted:
        members = self._all[:, 0]
        worth = effective_n(members)
        if name.startswith(("macro_", "balanced_")):
            inside = self._members[_PARTS[name]]
            worth = shared_effective_n(np.array([effective_n(each) for each in inside.T]))
        return _Counted(int(members.sum()), int((members > 0).sum()), worth, self._chance)


_PARTS = {
    "balanced_accuracy": "recall",
    "macro_f1": "f1",
    "macro_precision": "precision",
    "macro_specificity": "specificity",
    "macro_auc": "auc",
    "macro_average_precision": "average_precision",
}


def _rarer(recorded: Floats, others: Floats) -> Floats:
    """For each class [L, C] its images or all others, whichever fewer lesions have."""
    fewer = (recorded > 0).sum(0) <= (others > 0).sum(0)
    return np.where(fewer, recorded, others)


def _estimate(name: str, value: float, drawn: Floats, counted: _Counted) -> Estimate:
    if np.isnan(value):
        return Estimate(value, value, value, counted.n, Method.NONE)
    interval = reflected_interval if name == _CALIBRATION else corrected_interval
    low, high = interval(drawn, value, counted.lesions)
    if high - low > _EQUAL:
        return Estimate(value, low, high, counted.n, Method.BOOTSTRAP)
    if name not in _NO_SHARES:
        low, high = wilson(value, counted.worth)
        return Estimate(value, low, high, counted.n, Method.WILSON)
    if name == "cohens_kappa" and value == 1:
        # Perfect agreement: what Wilson says of the agreement, beyond the chance there is.
        low, _ = wilson(1.0, counted.worth)
        low = (low - counted.chance) / (1 - counted.chance)
        return Estimate(value, low, 1.0, counted.n, Method.WILSON)
    return Estimate(
        value, estimates.UNDEFINED.low, estimates.UNDEFINED.high, counted.n, Method.NONE
    )
