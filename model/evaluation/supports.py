"""What each statistic of a pair stands on: images, lesions, and what those are worth."""

import numpy as np

from model.evaluation.estimates import effective_n, shared_effective_n
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
        cells = sums.cells.reshape(-1, size, size + 1)
        recorded, named = cells.sum(2), cells.sum(1)[:, :size]
        every = cells.sum((1, 2))
        self._every, self._all = every, every[:, np.newaxis].repeat(size, axis=1)
        others = self._all - recorded
        rarer = _rarer(recorded, others)
        self._members = {
            "recall": recorded,
            "precision": named,
            "specificity": others,
            "f1": recorded + named - np.diagonal(cells, axis1=1, axis2=2),
            "auc": rarer,
            "average_precision": rarer,
        }
        self.recorded: Floats = recorded.sum(0)
        self.recorded_lesions: Integers = (recorded > 0).sum(0)
        self.rarer_lesions: Integers = (rarer > 0).sum(0)
        total = max(float(every.sum()), 1.0)
        row, column = recorded.sum(0) / total, named.sum(0) / total
        self._chance = float(row @ column)
        self._class_chance = row * column + (1 - row) * (1 - column)

    def of_class(self, name: str, at: int) -> Support:
        """What a statistic of one class stands on."""
        members = self._members.get(name, self._all)[:, at]
        # Parts of images add up to whole ones, but for rounding.
        images, lesions = round(float(members.sum())), int((members > 0).sum())
        n = round(float(self.recorded[at])) if name in _OF_RECORDED else images
        return Support(n, images, lesions, effective_n(members), float(self._class_chance[at]))

    def of_all(self, name: str) -> Support:
        """What a statistic over all classes stands on."""
        images, lesions = round(float(self._every.sum())), int((self._every > 0).sum())
        worth = effective_n(self._every)
        if name in PARTS:
            inside = self._members[PARTS[name]]
            worth = shared_effective_n(np.array([effective_n(each) for each in inside.T]))
        return Support(images, images, lesions, worth, self._chance)

    def weights(self, name: str, parts: Floats) -> Floats:
        """How much each class counts in a mean over classes [C]; its shares `parts` tell which."""
        if name == "weighted_precision":
            return self.recorded / max(float(self.recorded.sum()), 1.0)
        counted = ~np.isnan(parts)
        if name in ("macro_precision", "macro_specificity"):
            counted = self.recorded > 0
        return np.asarray(counted / max(int(counted.sum()), 1), np.float64)


def _rarer(recorded: Floats, others: Floats) -> Floats:
    """For each class [L, C] its images or all others, whichever fewer lesions have."""
    fewer = (recorded > 0).sum(0) <= (others > 0).sum(0)
    return np.where(fewer, recorded, others)
