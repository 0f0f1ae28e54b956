"""The same statistics for parts of the images: by basis of the label, site, sex, age, source."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.evaluation import metrics
from model.evaluation.bootstrap import DRAWS, corrected_interval, lesion_draws
from model.evaluation.estimates import Estimate, Method, effective_n, shared_effective_n, wilson
from model.evaluation.metrics import Floats
from model.evaluation.pairs import Pair

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
    pair: Pair, columns: Mapping[str, Sequence[str]], *, draws: int = DRAWS, seed: int = 0
) -> list[Slice]:
    """Cut the images by each column.

    Args:
        pair: Of N images.
        columns: For each name N values; "" where it is not known.
        draws: Of the bootstrap over lesions.
        seed: Of the draws.

    Returns:
        In the order of the columns, the values sorted; small ones with their n alone.
    """
    named = [
        (Slice(column, value, int(inside.sum()), pair.only(inside).lesion_count), inside)
        for column, values in columns.items()
        for value, inside in _parts(values)
    ]
    shown = [inside for part, inside in named if part.lesions >= SMALLEST]
    measured = iter(_draw(pair, shown, draws, seed))
    return [
        part if part.lesions < SMALLEST else _measured(part, *next(measured)) for part, _ in named
    ]


def age_band(age: float | None) -> str:
    """Such as "20-39" of years; "" where the age is not known."""
    if age is None:
        return ""
    low = int(age // _AGE_STEP) * _AGE_STEP
    return "80 and over" if low >= 80 else f"{low:02d}-{low + _AGE_STEP - 1}"


def _parts(values: Sequence[str]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    words = np.array([value or "unknown" for value in values], object)
    for value in sorted(set(words.tolist())):
        yield value, np.asarray(words == value, bool)


def _draw(
    pair: Pair, shown: Sequence[NDArray[np.bool_]], draws: int, seed: int
) -> list[tuple[Floats, Floats]]:
    """For each part its rates by lesion, and its statistics [1 + B, 4], the first undrawn."""
    rates = [(_rates(pair, inside), _rates(pair, ~inside)) for inside in shown]
    lesions = pair.lesion_count
    rows = [[_statistics(np.ones((1, lesions)), *both)] for both in rates]
    for block in lesion_draws(lesions, draws if shown else 0, seed):
        for row, both in zip(rows, rates, strict=True):
            row.append(_statistics(block, *both))
    return [(here, np.concatenate(row)) for (here, _), row in zip(rates, rows, strict=True)]


def _measured(named: Slice, here: Floats, drawn: Floats) -> Slice:
    sizes = here[:, here.shape[1] // 2 :]
    shared = shared_effective_n(np.array([effective_n(each) for each in sizes.T]))
    worths = (effective_n(sizes.sum(1)), np.nan, shared, np.nan)
    estimates = [_estimate(drawn[:, at], named, worth) for at, worth in enumerate(worths)]
    return Slice(named.column, named.value, named.n, named.lesions, *estimates)


def _rates(pair: Pair, inside: NDArray[np.bool_]) -> Floats:
    """Hits and images of each class for each lesion of the whole pair [L, 2 C]."""
    size, (names, member) = len(pair.classes), np.unique(pair.lesions, return_inverse=True)
    table = np.zeros((len(names), 2 * size))
    hit = inside & (pair.truth == pair.predicted)
    np.add.at(table, (member[hit], pair.truth[hit]), 1)
    np.add.at(table, (member[inside], pair.truth[inside] + size), 1)
    return table


def _statistics(drawn: NDArray[np.floating], here: Floats, there: Floats) -> Floats:
    """Accuracy, its gap, balanced accuracy, its gap for each draw [B, 4]."""
    size = here.shape[1] // 2
    inside, outside = drawn @ here, drawn @ there
    recall, other = _share(inside, size), _share(outside, size)
    accuracy = _share(inside.reshape(-1, 2, size).sum(2), 1)[:, 0]
    elsewhere = _share(outside.reshape(-1, 2, size).sum(2), 1)[:, 0]
    gap = metrics.mean_of_defined(recall - other)
    return np.stack([accuracy, accuracy - elsewhere, metrics.mean_of_defined(recall), gap], axis=1)


def _share(counts: Floats, size: int) -> Floats:
    hits, images = counts[:, :size], counts[:, size:]
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
