"""What a classifier says of each row of a table, and how it compares with the labels."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.catalogue.categories import Categories
from model.taxonomy import is_right

NONE, DIFFERS, AGREES = 0, 1, 2
AGREEMENTS = ("", "differs", "agrees")


class PredictionColumns:
    """Probabilities of all rows and what follows from them.

    Attributes:
        classes: Codes in the classifier's order.
        probabilities: float32 [rows, C], NaN rows where there is no prediction.
        best: Position of the most probable class in `classes`, -1 where none, int32 [rows].
        confidence: Its probability, NaN where none, float32 [rows].
        agreement: Position in `AGREEMENTS`, int8 [rows].
    """

    def __init__(self) -> None:
        self.classes: tuple[str, ...] = ()
        self.probabilities = np.zeros((0, 0), np.float32)
        self.best = np.zeros(0, np.int32)
        self.confidence = np.zeros(0, np.float32)
        self.agreement = np.zeros(0, np.int8)

    def replace(
        self,
        classes: Sequence[str],
        probabilities: NDArray[np.float32],
        labels: Categories,
    ) -> None:
        """Put probabilities [rows, C] in place of all that was there.

        Raises:
            ValueError: The shape is not rows x classes.
        """
        if probabilities.shape != (len(labels.codes), len(classes)):
            raise ValueError(f"Probabilities of shape {probabilities.shape} fit no table.")
        self.classes = tuple(classes)
        self.probabilities = np.array(probabilities, np.float32)
        rows = len(labels.codes)
        self.best, self.confidence = np.full(rows, -1, np.int32), np.full(rows, np.nan, np.float32)
        self.agreement = np.zeros(rows, np.int8)
        self._derive(np.arange(rows), labels)

    def set_rows(
        self, rows: NDArray[np.intp], probabilities: NDArray[np.float32], labels: Categories
    ) -> None:
        """Put probabilities [n, C] into some rows."""
        self.probabilities[rows] = probabilities
        self._derive(rows, labels)

    def grow(self, labels: Categories) -> None:
        """Follow a table that grew; the new rows have no prediction."""
        more = len(labels.codes) - len(self.best)
        empty = np.full((more, len(self.classes)), np.nan, np.float32)
        self.probabilities = np.concatenate((self.probabilities, empty))
        self.best = np.concatenate((self.best, np.full(more, -1, np.int32)))
        self.confidence = np.concatenate((self.confidence, np.full(more, np.nan, np.float32)))
        self.agreement = np.concatenate((self.agreement, np.zeros(more, np.int8)))

    def predicted(self) -> NDArray[np.object_]:
        """Code of the most probable class, "" where there is no prediction, object [rows]."""
        return np.array([*self.classes, ""], object)[self.best]

    def of_label(self, labels: Categories) -> NDArray[np.float64]:
        """Probability given to the recorded label, NaN where unknown, float64 [rows]."""
        at = labels.positions(self.classes)
        if not self.classes:
            return np.full(len(at), np.nan)
        given = self.probabilities[np.arange(len(at)), np.maximum(at, 0)].astype(np.float64)
        return np.where(at < 0, np.nan, given)

    def _derive(self, rows: NDArray[np.intp], labels: Categories) -> None:
        if not self.classes:
            return
        given = self.probabilities[rows]
        known = np.logical_not(np.isnan(given).any(axis=1))
        best = np.where(known, np.argmax(np.where(known[:, None], given, 0), axis=1), -1)
        self.best[rows] = best
        self.confidence[rows] = np.where(known, given[np.arange(len(rows)), best], np.nan)
        self.agreement[rows] = self._compared(rows, best, labels)

    def _compared(
        self, rows: NDArray[np.intp], best: NDArray[np.intp], labels: Categories
    ) -> NDArray[np.int8]:
        recorded = labels.codes[rows]
        right = np.array(
            [[is_right(code, label) for label in labels.values] for code in self.classes], bool
        ).reshape(len(self.classes), -1)
        same = np.where(right[best, recorded], AGREES, DIFFERS)
        comparable = (best >= 0) & (recorded != labels.known(""))
        return np.where(comparable, same, NONE).astype(np.int8)
