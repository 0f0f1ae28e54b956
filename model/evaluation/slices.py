"""The same statistics for parts of the images: by basis of the label, site, sex, age, source."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from model.evaluation import metrics
from model.evaluation.bootstrap import DRAWS, Draws, corrected_interval, lesion_draws
from model.evaluation.estimates import Estimate, Method, effective_n, shared_effective_n, wilson
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
    return [
        part if part.lesions < SMALLEST else _measured(part, *next(measured)) for part, _ in named
    ]


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
) -> list[tuple[NDArray[np.float32], Floats]]:
    """For each part its counts by lesion, and its statistics [1 + B, 4], the first undrawn."""
    if not shown:
        return []
    here = [counts.by_lesion(inside) for inside in shown]
    whole = counts.by_lesion(slice(None))
    side_by_side, rows = np.concatenate([*here, whole], axis=1), []
    for sums in chain([side_by_side.sum(0)], (block @ side_by_side for block in drawn)):
        parts = sums.astype(np.float64).reshape(-1, len(shown) + 1, whole.shape[1])
        rows.append(_statistics(parts[:, :-1], parts[:, -1:] - parts[:, :-1]))
        report(len(rows) - 1, 0, "intervals of the parts")
    statistics = np.concatenate(rows)
    return [(each, statistics[:, at]) for at, each in enumerate(here)]


def _measured(named: Slice, here: NDArray[np.float32], drawn: Floats) -> Slice:
    sizes = here[:, here.shape[1] // 2 :]
    shared = shared_effective_n(np.array([effective_n(each) for each in sizes.T]))
    worths = (effective_n(sizes.sum(1)), np.nan, shared, np.nan)
    estimates = [_estimate(drawn[:, at], named, worth) for at, worth in enumerate(worths)]
    return Slice(named.column, named.value, named.n, named.lesions, *estimates)


def _statistics(inside: Floats, outside: Floats) -> Floats:
    """Accuracy, its gap, balanced accuracy, its gap from hits and images [B, S, 2 C]: [B, S, 4]."""
    size = inside.shape[-1] // 2
    recall, other = _share(inside, size), _share(outside, size)
    accuracy, elsewhere = (
        _share(each.reshape(*each.shape[:-1], 2, size).sum(-1), 1)[..., 0]
        for each in (inside, outside)
    )
    gap = metrics.mean_of_defined(recall - other)
    return np.stack([accuracy, accuracy - elsewhere, metrics.mean_of_defined(recall), gap], axis=-1)


def _share(counts: Floats, size: int) -> Floats:
    hits, images = counts[..., :size], counts[..., size:]
    shares: Floats = np.divide(hits, images, out=np.full(hits.shape, np.nan), where=images > 0)
    return shares


def _estimate(values: Floats, named: Slice, worth: float) -> Estimate:
    value = float(values[0])
    if np.isnan(value):
        return Estimate(value, value, value, named.n, Method.NONE)
    low, high = corrected_interval(values[1:], value, named.lesions)
    if high > low:
        return Estimate(value, low, high, named.n, Method.BOOTSTRAP)
    if np.isnan(worth):
        return Estimate(value, float("nan"), float("nan"), named.n, Method.NONE)
    return Estimate(value, *wilson(value, worth), named.n, Method.WILSON)
