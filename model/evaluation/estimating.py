"""Each statistic with the interval that suits it, from the images and their bootstrap draws."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from model.evaluation import calibration_interval as calibration
from model.evaluation import intervals
from model.evaluation.estimates import Estimate, Method, without_interval
from model.evaluation.intervals import Support
from model.evaluation.lesion_sums import GAPS, LesionSums
from model.evaluation.metrics import Floats
from model.evaluation.supports import PARTS, Supports

Formula = Callable[[float, Floats, Support], Estimate]
Statistics = Mapping[str, Floats]
BY_CLASS = "class_"
CALIBRATION = "expected_calibration_error"
KAPPA = "cohens_kappa"

_FORMULAS: dict[str, Formula] = {
    "accuracy": intervals.share_estimate,
    "recall": intervals.share_estimate,
    "precision": intervals.share_estimate,
    "specificity": intervals.share_estimate,
    "f1": intervals.f1_estimate,
    "weighted_f1": intervals.weighted_estimate,
    "auc": intervals.ranking_estimate,
    "average_precision": intervals.ranking_estimate,
    KAPPA: intervals.kappa_estimate,
}
_NEEDED_OF_CLASS = {
    KAPPA: intervals.TOO_FEW_FOR_KAPPA,
    CALIBRATION: calibration.FEWEST_OF_CLASS,
}


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """Every statistic of one pair.

    Attributes:
        overall: By name.
        by_class: By name, one for each class.
    """

    overall: dict[str, Estimate]
    by_class: dict[str, tuple[Estimate, ...]]


class Estimating:
    """Makes estimates of the statistics of one pair.

    Args:
        sums: Of the pair.
        once: Its statistics, as `measure` gives them for one draw of every lesion once.
        drawn: The same of B draws.
    """

    def __init__(self, sums: LesionSums, once: Statistics, drawn: Statistics) -> None:
        self._sums, self._once, self._drawn = sums, once, drawn
        self._supports = Supports(sums)

    def estimates(self) -> Estimates:
        """Every statistic; those of classes without the beginning of their names."""
        names = [name.removeprefix(BY_CLASS) for name in self._once if name.startswith(BY_CLASS)]
        classes = range(self._sums.classes)
        return Estimates(
            {name: self._of_all(name) for name in self._once if _is_overall(name)},
            {name: tuple(self._of_class(name, at) for at in classes) for name in names},
        )

    def _of_all(self, name: str) -> Estimate:
        value, support = float(self._once[name][0]), self._supports.of_all(name)
        reason = self._unfit(name, support)
        if np.isnan(value) or reason:
            return _without(value, support.n, reason)
        if name == CALIBRATION:
            return self._calibration(value, 0, support)
        if name in PARTS:
            return self._mean(name, value, support)
        return _FORMULAS[name](value, self._drawn[name], support)

    def _mean(self, name: str, value: float, support: Support) -> Estimate:
        part = PARTS[name]
        shares = self._once[f"{BY_CLASS}{part}"][0], self._drawn[f"{BY_CLASS}{part}"]
        classes = range(self._sums.classes)
        supports = [*(self._supports.of_class(part, at) for at in classes), support]
        weights = self._supports.weights(name, shares[0])
        ranks = part in ("auc", "average_precision")
        formula = intervals.mean_ranking_estimate if ranks else intervals.mean_estimate
        return formula(value, self._drawn[name], shares, supports, weights)

    def _of_class(self, name: str, at: int) -> Estimate:
        value = float(self._once[f"{BY_CLASS}{name}"][0, at])
        support = self._supports.of_class(name, at)
        reason = self._unfit_class(name, at, support)
        if np.isnan(value) or reason:
            return _without(value, support.n, reason)
        if name == CALIBRATION:
            return self._calibration(value, at + 1, support)
        return _FORMULAS[name](value, self._drawn[f"{BY_CLASS}{name}"][:, at], support)

    def _calibration(self, value: float, column: int, support: Support) -> Estimate:
        drawn = self._drawn[GAPS][:, column]
        if not len(drawn):
            return _without(value, support.n, "")
        bounds = calibration.calibration_interval(
            self._once[GAPS][0, column], drawn, self._sums.doubt[column]
        )
        return Estimate(value, *bounds, support.n, Method.BOOTSTRAP)

    def _unfit(self, name: str, support: Support) -> str:
        """Why no interval of a statistic over all classes would hold what it promises."""
        if name == CALIBRATION:
            return _too_few_for_calibration(support)
        if name in ("macro_f1", "macro_precision"):
            parts = self._once[f"{BY_CLASS}{PARTS[name]}"][0]
            counted = self._supports.weights(name, parts) > 0
            fewest = int(self._supports.recorded_lesions[counted].min(initial=1 << 40))
            if fewest < intervals.TOO_FEW_FOR_F1:
                return f"a class has fewer than {intervals.TOO_FEW_FOR_F1} lesions"
        return ""

    def _unfit_class(self, name: str, at: int, support: Support) -> str:
        needed = _NEEDED_OF_CLASS.get(name, 0)
        if self._supports.rarer_lesions[at] < needed:
            return f"fewer than {needed} lesions of this class or of the others"
        return _too_few_for_calibration(support) if name == CALIBRATION else ""


def _is_overall(name: str) -> bool:
    return not name.startswith(BY_CLASS) and name != GAPS


def _too_few_for_calibration(support: Support) -> str:
    if support.lesions >= calibration.FEWEST_LESIONS:
        return ""
    return f"fewer than {calibration.FEWEST_LESIONS} lesions"


def _without(value: float, n: int, reason: str) -> Estimate:
    return without_interval(value, n, "" if np.isnan(value) else reason)
