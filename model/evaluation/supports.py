"""What each statistic of a pair stands on: images, lesions, and what those are worth."""

from dataclasses import dataclass

import numpy as np

from model.evaluation.estimates import effective_ns, shared_effective_n
from model.evaluation.intervals import Support
from model.evaluation.lesion_sums import LesionSums
from model.evaluation.metrics import Floats, Integers

# The statistic of a class that each mean over classes is of.
PARTS = {
    "balanced_accuracy": "recall",
    "macro_f1": "f1",
    "macro_precision": "precision",
    "weighted_precision": "precision",
    "macro_specificity": "specificity",
    "macro_auc": "auc",
    "macro_average_precision": "average_precision",
}
_EVERY = "every image"  # stands for the statistics that count all images
_OF_RECORDED = ("recall", "f1", "auc", "average_precision")


class Supports:
    """Counts of a pair, and what they mean for each statistic.

    Attributes:
        recorded: [C], images of each class.
        recorded_lesions: [C], lesions of each class.
        rarer_lesions: [C], lesions of each class or of all others, whichever are fewer.
    """

    def __init__(self, sums: LesionSums) -> None:
        size = sums.classes
        # Lesions last: [C, L] each.
        cells = sums.cells.T.reshape(size, size + 1, -1)
        recorded, named = cells.sum(1), cells.sum(0)[:size]
        every = recorded.sum(0, keepdims=True)
        others = every - recorded
        rarer = _rarer(recorded, others)
        self._members = {
            "recall": recorded,
            "precision": named,
            "specificity": others,
            "f1": recorded + named - np.diagonal(cells).T,
            "auc": rarer,
            "average_precision": rarer,
            _EVERY: every,
        }
        self._counted: dict[str, _Counted] = {}
        self.recorded: Floats = recorded.sum(1)
        self.recorded_lesions: Integers = np.count_nonzero(recorded > 0, axis=1)
        self.rarer_lesions: Integers = np.count_nonzero(rarer > 0, axis=1)
        total = max(float(every.sum()), 1.0)
        row, column = recorded.sum(1) / total, named.sum(1) / total
        self._chance = float(row @ column)
        self._class_chance = row * column + (1 - row) * (1 - column)

    def of_class(self, name: str, at: int) -> Support:
        """What a statistic of one class stands on."""
        counted = self._count(name)
        place = at if len(counted.images) > 1 else 0
        images, lesions = counted.images[place], counted.lesions[place]
        n = round(float(self.recorded[at])) if name in _OF_RECORDED else images
        return Support(n, images, lesions, counted.worth[place], float(self._class_chance[at]))

    def of_all(self, name: str) -> Support:
        """What a statistic over all classes stands on."""
        counted = self._count(_EVERY)
        images, lesions, worth = counted.images[0], counted.lesions[0], counted.worth[0]
        if name in PARTS:
            worth = shared_effective_n(np.array(self._count(PARTS[name]).worth))
        return Support(images, images, lesions, worth, self._chance)

    def _count(self, name: str) -> "_Counted":
        """Of the images that a statistic counts, for each class, or for all of them alike."""
        name = name if name in self._members else _EVERY
        if name not in self._counted:
            self._counted[name] = _counted(self._members[name])
        return self._counted[name]

    def weights(self, name: str, parts: Floats) -> Floats:
        """How much each class counts in a mean over classes [C]; its shares `parts` tell which."""
        if name == "weighted_precision":
            return self.recorded / max(float(self.recorded.sum()), 1.0)
        counted = ~np.isnan(parts)
        if name in ("macro_precision", "macro_specificity"):
            counted = self.recorded > 0
        return np.asarray(counted / max(int(counted.sum()), 1), np.float64)


@dataclass(frozen=True, slots=True)
class _Counted:
    """Images, lesions and effective n, one for each row of members."""

    images: list[int]
    lesions: list[int]
    worth: list[float]


def _counted(members: Floats) -> _Counted:
    return _Counted(
        # Parts of images add up to whole ones, but for rounding.
        members.sum(1).round().astype(np.int64).tolist(),
        np.count_nonzero(members > 0, axis=1).tolist(),
        effective_ns(members).tolist(),
    )


def _rarer(recorded: Floats, others: Floats) -> Floats:
    """For each class [C, L] its images or all others, whichever fewer lesions have."""
    fewer = np.count_nonzero(recorded > 0, axis=1) <= np.count_nonzero(others > 0, axis=1)
    return np.where(fewer[:, np.newaxis], recorded, others)
