"""The curves of an answer as lines on a plane: where their points lie, and what these say."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from model.evaluation.behind import against
from model.evaluation.metrics import Floats
from model.evaluation.pairs import MALIGNANT
from model.evaluation.question import Answer
from model.taxonomy import lesion_class


class Plane(Enum):
    """What is drawn over what: the names of the axes."""

    ROC = ("1 − specificity", "Sensitivity")
    PRECISION_RECALL = ("Recall (sensitivity)", "Precision")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of a curve: how many images of either kind, and the area under its ROC."""

    positives: int
    negatives: int
    area: float


class CurveLines:
    """Lines by the code of their class; `MALIGNANT` for all malignant ones against the rest."""

    def __init__(self, plane: Plane, answer: Answer | None) -> None:
        self._plane = plane
        self._curves = answer.curves if answer else {}
        self.facts = {code: _facts(answer, code) for code in self._curves} if answer else {}
        self._thinned: dict[tuple[str, int], NDArray[np.intp]] = {}

    @property
    def codes(self) -> tuple[str, ...]:
        """Every line, in the order of the classes."""
        return tuple(self._curves)

    def threshold(self, code: str, at: int) -> float:
        """Of a point of a curve; the first is infinite."""
        return float(self._curves[code].thresholds[at])

    def last(self, code: str) -> int:
        """Number of the last point."""
        return len(self._curves[code].thresholds) - 1

    def at_threshold(self, code: str, threshold: float) -> int:
        """The point where everything at or above a threshold is called positive."""
        called = np.flatnonzero(self._curves[code].thresholds >= threshold)
        return int(called[-1]) if called.size else 0

    def place(self, code: str, at: int) -> tuple[float, float]:
        """Where a point lies on the plane, 0..1 both ways."""
        x, y = self._values(code)
        return float(x[at]), float(y[at])

    def nearest(self, code: str, place: tuple[float, float], side: float) -> tuple[int, float]:
        """The point of a line that is nearest to a place, and how far it is.

        Args:
            code: Of the line.
            place: On the plane.
            side: Pixels of the plane's side.
        """
        kept = self._apart(code, side)
        x, y = self._values(code)
        far = np.hypot(x[kept] - place[0], y[kept] - place[1]) * side
        best = int(far.argmin())
        return int(kept[best]), float(far[best])

    def corners(self, code: str, side: float) -> tuple[Floats, Floats]:
        """The line in whole pixels, without points along its straight runs: stairs have many."""
        kept = self._apart(code, side)
        x, y = (values[kept] for values in self._values(code))
        if self._plane is Plane.PRECISION_RECALL and len(x) > 1:
            # Between two points precision is not interpolated: it holds what the next one gives.
            x, y = np.repeat(x, 2)[:-1], np.repeat(y, 2)[1:]
        points = np.round(np.stack([x, y]) * side)
        ways = np.sign(np.diff(points))
        goes_on = (ways[:, 1:] == ways[:, :-1]).all(0) & (ways[:, 1:] == 0).any(0)
        ends = np.ones(min(len(x), 2), bool)
        chosen = np.concatenate((ends[:1], ~goes_on, ends[1:]))
        return points[0][chosen], points[1][chosen]

    def describe(self, code: str, at: int) -> str:
        """What a point of a curve says, with its n."""
        curve, facts = self._curves[code], self.facts[code]
        name = "Malignant against benign" if code == MALIGNANT else lesion_class(code).name
        return (
            f"{name}\nprobability ≥ {curve.thresholds[at]:.4f}\n"
            f"sensitivity {curve.sensitivity[at]:.3f} of {facts.positives:,} images\n"
            f"specificity {curve.specificity[at]:.3f} of {facts.negatives:,} images\n"
            f"precision {curve.precision[at]:.3f}"
        )

    def _values(self, code: str) -> tuple[Floats, Floats]:
        curve = self._curves[code]
        if self._plane is Plane.ROC:
            return 1 - curve.specificity, curve.sensitivity
        return curve.sensitivity, curve.precision

    def _apart(self, code: str, side: float) -> NDArray[np.intp]:
        """Numbers of the points that do not fall on the pixel of the one before."""
        key = code, round(side)
        if key not in self._thinned:
            pixels = np.round(np.stack(self._values(code)) * side)
            moved = np.abs(np.diff(pixels)).any(0)
            self._thinned[key] = np.flatnonzero(np.concatenate(([True], moved)))
        return self._thinned[key]


def _facts(answer: Answer, code: str) -> Facts:
    measurement = answer.measurement
    truth = against(measurement.pair, code).truth
    found, at = measurement.malignancy, 0
    if code != MALIGNANT:
        found, at = measurement.evaluation, measurement.pair.classes.index(code)
    area = found.by_class["auc"][at].value if found else float("nan")
    return Facts(int((truth == 0).sum()), int((truth == 1).sum()), area)
