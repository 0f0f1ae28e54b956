"""The same statistics for parts of the images: by basis of the label, site, sex, age, source."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from model.evaluation import metrics
from model.evaluation.bootstrap import DRAWS, Draws, lesion_draws
from model.evaluation.estimates import Estimate, shared_effective_n
from model.evaluation.intervals import (
    Support,
    correlation,
    difference_estimate,
    mean_estimate,
    share_estimate,
)
from model.evaluation.metrics import Floats
from model.evaluation.pairs import Pair, numbered
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
    words = [value or "unknown" for value in values]
    names = sorted(set(words))
    place = {name: at for at, name in enumerate(names)}
    # Numbers are compared at once, words one by one.
    numbers = np.fromiter(map(place.__getitem__, words), np.int64, len(words))
    for at, name in enumerate(names):
        yield name, numbers == at


class _Counts:
    """Hits and images of each class for each lesion of a pair."""

    def __init__(self, pair: Pair) -> None:
        self.all_lesions, self._member = numbered(pair.lesions)
        self._classes = len(pair.classes)
        self._truth, self._hit = pair.truth, pair.truth == pair.predicted

    def lesions(self, inside: NDArray[np.bool_]) -> int:
        """How many lesions have images inside."""
        return int(np.count_nonzero(np.bincount(self._member[inside])))

    def cut(self, inside: NDArray[np.bool_]) -> "_Cut":
        """The images inside."""
        met = np.zeros(self.all_lesions, bool)
        met[self._member[inside]] = True
        lesions, number = np.flatnonzero(met), met.cumsum() - 1
        place = self._truth[inside] * len(lesions) + number[self._member[inside]]
        images = place + len(lesions) * self._classes
        both = np.concatenate([place[self._hit[inside]], images])
        counted = np.bincount(both, minlength=2 * self._classes * len(lesions))
        return _Cut(lesions, counted.reshape(2, self._classes, -1).astype(np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """Some images, counted for each lesion.

    Attributes:
        lesions: [l], numbers of those that have images here.
        counts: [2, C, l], hits and images of each class.
    """

    lesions: NDArray[np.intp]
    counts: NDArray[np.float32]

    def sums(self) -> Floats:
        """Hits and images of each class [1, 2 C]."""
        return np.asarray(self.counts.sum(2, dtype=np.float64).reshape(1, -1))

    def drawn(self, draws: Draws) -> Floats:
        """The same in each draw [b, 2 C]."""
        flat = self.counts.reshape(-1, len(self.lesions)).T
        chosen = draws if len(self.lesions) == draws.shape[1] else draws[:, self.lesions]
        return np.asarray(chosen @ flat, np.float64)

    def images(self) -> Floats:
        """Of each class, and of all of them [C + 1, l]."""
        found = self.counts[1].astype(np.float64)
        return np.concatenate([found, found.sum(0, keepdims=True)])


def _draw(
    counts: _Counts, shown: Sequence[NDArray[np.bool_]], drawn: Iterator[Draws], report: Report
) -> list["_Part"]:
    """Each part, and all images that are not in it, as they are and as the draws have them."""
    if not shown:
        return []
    whole, cuts = counts.cut(np.ones_like(shown[0])), [counts.cut(inside) for inside in shown]
    blocks = [[cut.sums() for cut in (whole, *cuts)]]
    for block in drawn:
        blocks.append([cut.drawn(block) for cut in (whole, *cuts)])
        report(len(blocks) - 1, 0, "intervals of the parts")
    every, *sums = (np.concatenate(each) for each in zip(*blocks, strict=True))
    all_images = whole.images()
    return [
        _Part(
            _Side(_Stands.inside(cut), here),
            _Side(_Stands.outside(cut, all_images), every - here),
        )
        for cut, here in zip(cuts, sums, strict=True)
    ]


@dataclass(frozen=True, slots=True, eq=False)
class _Stands:
    """What a side stands on; the lesions of a part are few, so that the rest is counted once.

    Attributes:
        added: [C + 1, l], images of each class, and of all, of some lesions.
        whole: [C + 1, L], of which these lesions are other images; None for none.
        taken: [C + 1, l], of the whole, the images of these lesions.
    """

    added: Floats
    whole: Floats | None = None
    taken: Floats | None = None

    @classmethod
    def inside(cls, cut: _Cut) -> Self:
        """The images of a part."""
        return cls(cut.images())

    @classmethod
    def outside(cls, cut: _Cut, whole: Floats) -> Self:
        """All images of the whole [C + 1, L] but those of a part."""
        taken = whole[:, cut.lesions]
        return cls(taken - cut.images(), whole, taken)

    def supports(self) -> list[Support]:
        """Of the recall of each class, and last of the accuracy."""
        images, lesions, squares = self._total(_tally)
        worth = np.divide(images**2, squares, out=np.zeros_like(images), where=squares > 0)
        return [
            Support(round(count), round(count), round(of), each)
            for count, of, each in zip(
                images.tolist(), lesions.tolist(), worth.tolist(), strict=True
            )
        ]

    def lesions_of(self, counted: NDArray[np.bool_]) -> int:
        """How many have images of any of these classes."""
        return int(self._total(lambda images: np.count_nonzero(images[:-1][counted].any(0))))

    def _total(self, count: Callable[[Floats], Any]) -> Any:
        if self.whole is None or self.taken is None:
            return count(self.added)
        return count(self.whole) - count(self.taken) + count(self.added)


def _tally(images: Floats) -> Floats:
    """Images, lesions and sums of squares of each row [K, l]: [3, K]."""
    squares = np.einsum("kl,kl->k", images, images)
    return np.stack([images.sum(1), np.count_nonzero(images, axis=1), squares])


class _Side:
    """The images of a part, or all others.

    Args:
        stands: What its figures stand on.
        sums: [1 + B, 2 C], hits and images of each class, over all lesions and in each draw.
    """

    def __init__(self, stands: _Stands, sums: Floats) -> None:
        size = sums.shape[1] // 2
        self._stands = stands
        *self._of_classes, self._of_all = stands.supports()
        self._recall = _share(sums, size)
        self._accuracy = _share(sums.reshape(-1, 2, size).sum(2), 1)[:, 0]
        self._balanced: dict[bytes, tuple[Estimate, Floats]] = {}
        self.known: NDArray[np.bool_] = ~np.isnan(self._recall[0])

    def accuracy(self) -> tuple[Estimate, Floats]:
        """Of all images here, with its draws."""
        draws = self._accuracy[1:]
        return share_estimate(float(self._accuracy[0]), draws, self._of_all), draws

    def balanced(self, counted: NDArray[np.bool_]) -> tuple[Estimate, Floats]:
        """The mean recall of some classes, with its draws."""
        key = counted.tobytes()
        if key not in self._balanced:
            self._balanced[key] = self._mean(counted)
        return self._balanced[key]

    def _mean(self, counted: NDArray[np.bool_]) -> tuple[Estimate, Floats]:
        among = [each for each, counts in zip(self._of_classes, counted, strict=True) if counts]
        images = sum(each.images for each in among)
        worth = shared_effective_n(np.array([each.worth for each in among]))
        whole = Support(images, images, self._stands.lesions_of(counted), worth)
        supports = [*self._of_classes, whole]
        weights = counted / max(int(counted.sum()), 1)
        means = metrics.mean_of_defined(self._recall[:, counted])
        recall = self._recall[0], self._recall[1:]
        return mean_estimate(float(means[0]), means[1:], recall, supports, weights), means[1:]


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
