"""The same statistics for parts of the images: by basis of the label, site, sex, age, source."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from model.evaluation import metrics
from model.evaluation.bootstrap import DRAWS, Draws, lesion_draws
from model.evaluation.estimates import Estimate, effective_n, shared_effective_n
from model.evaluation.intervals import (
    Support,
    correlation,
    difference_estimate,
    mean_estimate,
    share_estimate,
)
from model.evaluation.metrics import Floats
from model.evaluation.pairs import Pair
from model.progress import Report, silent

Columns = Mapping[str, Sequence[str] | NDArray[np.object_]]

SMALLEST = 10
_AGE_STEP = 20


@dataclass(frozen=True, slots=True)
class Slice:
    """Images that have one thing in common.

    Attributes:
        column: What they have in common, such as "sex".
        value: Which one, such as "female".
        n: Images.
        lesions: Different ones.
        accuracy: None where the slice is too small to show.
        accuracy_gap: Accuracy here less that of all other images; None likewise.
        balanced_accuracy: None likewise.
        balanced_gap: Its gap, over the classes that both have; None likewise.
    """

    column: str
    value: str
    n: int
    lesions: int
    accuracy: Estimate | None = None
    accuracy_gap: Estimate | None = None
    balanced_accuracy: Estimate | None = None
    balanced_gap: Estimate | None = None

    @property
    def hidden(self) -> bool:
        """Whether there are too few lesions to show any number."""
        return self.accuracy is None


def slices(
    pair: Pair,
    columns: Columns,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    report: Report = silent,
) -> list[Slice]:
    """Cut the images by each column.

    Args:
        pair: Of N images.
        columns: For each name N values; "" where it is not known.
        draws: Of the bootstrap over lesions.
        seed: Of the draws.
        report: Told after each block of draws.

    Returns:
        In the order of the columns, the values sorted; small ones with their n alone.

    Raises:
        Cancelled: From `report`.
    """
    counts = _Counts(pair)
    named = [
        (Slice(column, value, int(inside.sum()), counts.lesions(inside)), inside)
        for column, values in columns.items()
        for value, inside in _parts(values)
    ]
    shown = [inside for part, inside in named if part.lesions >= SMALLEST]
    measured = iter(_draw(counts, shown, lesion_draws(counts.all_lesions, draws, seed), report))
    return [part if part.lesions < SMALLEST else next(measured).measured(part) for part, _ in named]


def age_band(age: float | None) -> str:
    """Such as "20-39" of years; "" where the age is not known."""
    if age is None:
        return ""
    low = int(age // _AGE_STEP) * _AGE_STEP
    return "80 and over" if low >= 80 else f"{low:02d}-{low + _AGE_STEP - 1}"


def _parts(values: Sequence[str] | NDArray[np.object_]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    words = np.array([value or "unknown" for value in values], object)
    for value in sorted(set(words.tolist())):
        yield value, np.asarray(words == value, bool)


class _Counts:
    """Hits and images of each class for each lesion of a pair."""

    def __init__(self, pair: Pair) -> None:
        names, self._member = np.unique(pair.lesions, return_inverse=True)
        self.all_lesions, self._columns = len(names), 2 * len(pair.classes)
        self._place = self._member * self._columns + pair.truth
        self._hit = pair.truth == pair.predicted

    def lesions(self, inside: NDArray[np.bool_]) -> int:
        """How many lesions have images inside."""
        return int(np.count_nonzero(np.bincount(self._member[inside])))

    def by_lesion(self, inside: NDArray[np.bool_] | slice) -> NDArray[np.float32]:
        """Hits and images of each class [L, 2 C] of the images inside."""
        place = self._place[inside]
        both = np.concatenate([place[self._hit[inside]], place + self._columns // 2])
        counted = np.bincount(both, minlength=self.all_lesions * self._columns)
        # Exact for whole numbers, and half as much to move.
        return counted.astype(np.float32).reshape(self.all_lesions, self._columns)


def _draw(
    counts: _Counts, shown: Sequence[NDArray[np.bool_]], drawn: Iterator[Draws], report: Report
) -> list["_Part"]:
    """Each part, and all images that are not in it, as they are and as the draws have them."""
    if not shown:
        return []
    here = [counts.by_lesion(inside) for inside in shown]
    whole = counts.by_lesion(slice(None))
    side_by_side, rows = np.concatenate([*here, whole], axis=1), []
    for sums in chain([side_by_side.sum(0)], (block @ side_by_side for block in drawn)):
        rows.append(sums.astype(np.float64).reshape(-1, len(shown) + 1, whole.shape[1]))
        report(len(rows) - 1, 0, "intervals of the parts")
    sums = np.concatenate(rows)
    return [
        _Part(_Side(each, sums[:, at]), _Side(whole - each, sums[:, -1] - sums[:, at]))
        for at, each in enumerate(here)
    ]


class _Side:
    """The images of a part, or all others.

    Args:
        counts: [L, 2 C], hits and images of each class for each lesion.
        sums: [1 + B, 2 C], the same over all lesions, and in each draw.
    """

    def __init__(self, counts: NDArray[np.float32], sums: Floats) -> None:
        size = counts.shape[1] // 2
        self._images = counts[:, size:]
        self._recall = _share(sums, size)
        self._accuracy = _share(sums.reshape(-1, 2, size).sum(2), 1)[:, 0]
        self.known: NDArray[np.bool_] = ~np.isnan(self._recall[0])

    def accuracy(self) -> tuple[Estimate, Floats]:
        """Of all images here, with its draws."""
        support, draws = _support(self._images.sum(1)), self._accuracy[1:]
        return share_estimate(float(self._accuracy[0]), draws, support), draws

    def balanced(self, counted: NDArray[np.bool_]) -> tuple[Estimate, Floats]:
        """The mean recall of some classes, with its draws."""
        supports = [_support(each) for each in self._images.T]
        worth = np.array([each.worth for each in supports])[counted]
        whole = _support(self._images[:, counted].sum(1), shared_effective_n(worth))
        weights = counted / max(int(counted.sum()), 1)
        means = metrics.mean_of_defined(self._recall[:, counted])
        recall = self._recall[0], self._recall[1:]
        found = mean_estimate(float(means[0]), means[1:], recall, [*supports, whole], weights)
        return found, means[1:]


@dataclass(frozen=True, slots=True)
class _Part:
    """The images of a slice, and all others."""

    here: _Side
    there: _Side

    def measured(self, named: Slice) -> Slice:
        """The slice with its figures."""
        common = self.here.known & self.there.known
        accuracy, balanced = self.here.accuracy(), self.here.balanced(self.here.known)
        gap = _gap(accuracy, self.there.accuracy())
        balanced_gap = _gap(self.here.balanced(common), self.there.balanced(common))
        figures = (accuracy[0], gap, balanced[0], balanced_gap)
        return Slice(
            *(named.column, named.value, named.n, named.lesions),
            *(replace(each, n=named.n) for each in figures),
        )


def _gap(here: tuple[Estimate, Floats], there: tuple[Estimate, Floats]) -> Estimate:
    return difference_estimate(there[0], here[0], correlation(there[1], here[1]))


def _share(counts: Floats, size: int) -> Floats:
    hits, images = counts[..., :size], counts[..., size:]
    shares: Floats = np.divide(hits, images, out=np.full(hits.shape, np.nan), where=images > 0)
    return shares


def _support(images: NDArray[np.floating], worth: float | None = None) -> Support:
    """Of a share of some images, given those of each lesion [L]."""
    count, lesions = int(images.sum()), int((images > 0).sum())
    return Support(count, count, lesions, effective_n(images) if worth is None else worth)
