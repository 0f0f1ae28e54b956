"""What readers, networks and the data set say of each lesion, as columns over lesions."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from model.records import ImageRecord
from model.review.case_readings import CaseReading
from model.review.patterns import NOBODY, SPLIT, Integers, Mask
from model.review.selection import lesion_of
from model.taxonomy import class_order

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ImageOpinions:
    """What is said of each image.

    Attributes:
        images: The data set.
        classes: Codes of the network, in the order of the columns; empty without one.
        network: [N, C], its probabilities; NaN rows where there are none.
        seen: [N], whether the network was made with this image or lesion.
        suspect: [N], whether confident learning doubts the label, from out-of-fold predictions.
        doubt: [N], 0..1, how strongly: what the out-of-fold network leaves for other classes.
        readings: Of readers; usually `first_stage_only`.
    """

    images: Sequence[ImageRecord]
    classes: tuple[str, ...]
    network: Floats
    seen: Mask
    suspect: Mask
    doubt: Floats
    readings: Sequence[CaseReading] = field(default=())


@dataclass(frozen=True, slots=True, eq=False)
class LesionOpinions:
    """The same by lesion.

    Attributes:
        classes: Codes of all classes that anybody named, K of them.
        lesions: [L], lesion ids; of an image without one a name of its own.
        rows: [N], image rows sorted by lesion; those of lesion i are rows[start[i]:start[i + 1]].
        start: [L + 1].
        label: [L], index of the recorded class, `NOBODY` where none is or images contradict.
        basis: [L], what the label stands on, object.
        network: [L, K], mean probabilities of the images that count; NaN where there are none.
        images_differ: [L], whether images of the lesion have different predictions.
        seen: [L], whether the network was made with an image of the lesion.
        suspect: [L], whether the label of an image is doubted.
        doubt: [L], 0..1, the strongest doubt; 0 where there is none.
        votes: [L, K], how many readers named the class; a reader who named several counts as
            parts of one.
        readers: [L], how many readers named a class.
    """

    classes: tuple[str, ...]
    lesions: NDArray[np.object_]
    rows: Integers
    start: Integers
    label: Integers
    basis: NDArray[np.object_]
    network: Floats
    images_differ: Mask
    seen: Mask
    suspect: Mask
    doubt: Floats
    votes: Floats
    readers: Integers

    @property
    def predicted(self) -> Integers:
        """[L], index of the most probable class, `NOBODY` where there is no prediction."""
        if not self.classes:
            return np.full(len(self), NOBODY, np.int64)
        known = ~np.isnan(self.network).any(1)
        return np.where(known, np.nan_to_num(self.network).argmax(1), NOBODY).astype(np.int64)

    @property
    def read(self) -> Integers:
        """[L], index of the class on which all readers agree, else `SPLIT` or `NOBODY`."""
        if not self.classes:
            return np.full(len(self), NOBODY, np.int64)
        named = (self.votes > 0).sum(1)
        agreed = np.where(named > 1, SPLIT, self.votes.argmax(1))
        return np.where(named == 0, NOBODY, agreed).astype(np.int64)

    def __len__(self) -> int:
        return len(self.lesions)

    def code(self, number: int) -> str:
        """The class with this index; "" for `NOBODY` and `SPLIT`."""
        return self.classes[number] if number >= 0 else ""


def by_lesion(said: ImageOpinions, *, include_seen: bool = False) -> LesionOpinions:
    """Gather what is said of images by lesion.

    Args:
        said: Of images.
        include_seen: Whether predictions for images that made the network count. By default they
            do not: it agrees with their labels because it learnt them.
    """
    numbers, names = _lesion_numbers(said.images)
    classes = _all_classes(said)
    place = {code: number for number, code in enumerate(classes)}
    count = len(names)
    order = np.argsort(numbers, kind="stable")
    start = np.concatenate(([0], np.cumsum(np.bincount(numbers, minlength=count))))
    labels = np.array([place.get(image.label, NOBODY) for image in said.images], np.int64)
    network, differ = _network(said, numbers, place, count, include_seen=include_seen)
    votes, readers = _votes(said, numbers, place, count)
    return LesionOpinions(
        classes=classes,
        lesions=names,
        rows=order.astype(np.int64),
        start=start.astype(np.int64),
        label=_one_label(labels, numbers, count),
        basis=np.array([said.images[row].basis for row in order[start[:-1]].tolist()], object),
        network=network,
        images_differ=differ,
        seen=_any(said.seen, numbers, count),
        suspect=_any(said.suspect, numbers, count),
        doubt=_largest(np.where(said.suspect, said.doubt, 0.0), numbers, count),
        votes=votes,
        readers=readers,
    )


def _lesion_numbers(images: Sequence[ImageRecord]) -> tuple[Integers, NDArray[np.object_]]:
    known: dict[str, int] = {}
    numbers = [known.setdefault(lesion_of(image), len(known)) for image in images]
    names = np.empty(len(known), object)
    names[:] = list(known)
    return np.array(numbers, np.int64), names


def _all_classes(said: ImageOpinions) -> tuple[str, ...]:
    named = {image.label for image in said.images} | set(said.classes)
    named |= {each.reading.answers.diagnosis for each in said.readings}
    return tuple(sorted(named - {""}, key=class_order))


def _network(
    said: ImageOpinions,
    numbers: Integers,
    place: dict[str, int],
    count: int,
    *,
    include_seen: bool,
) -> tuple[Floats, Mask]:
    """Mean probabilities [L, K], and whether the images that count differ [L]."""
    mean = np.full((count, len(place)), np.nan)
    usable = ~np.isnan(said.network).any(1) if said.classes else np.zeros(len(numbers), bool)
    if not include_seen:
        usable &= ~said.seen
    if not usable.any():
        return mean, np.zeros(count, bool)
    chosen, values = numbers[usable], said.network[usable]
    images = np.bincount(chosen, minlength=count)
    columns = [place[code] for code in said.classes]
    sums = np.zeros((count, len(place)))
    np.add.at(sums, chosen, _spread(values, columns, len(place)))
    known = images > 0
    mean[known] = sums[known] / images[known, None]
    best = values.argmax(1)
    low, high = np.full(count, len(columns)), np.full(count, -1)
    np.minimum.at(low, chosen, best)
    np.maximum.at(high, chosen, best)
    return mean, high > low


def _votes(
    said: ImageOpinions, numbers: Integers, place: dict[str, int], count: int
) -> tuple[Floats, Integers]:
    row_of = {image.path: row for row, image in enumerate(said.images)}
    named: dict[tuple[int, str], list[int]] = {}
    for each in said.readings:
        rows = [row_of[path] for path in each.paths if path in row_of]
        code = each.reading.answers.diagnosis
        if rows and code:
            lesion = int(numbers[rows[0]])
            named.setdefault((lesion, each.reading.reader), []).append(place[code])
    votes, readers = np.zeros((count, len(place))), np.zeros(count, np.int64)
    for (lesion, _), codes in named.items():
        readers[lesion] += 1
        for code_number in codes:
            votes[lesion, code_number] += 1 / len(codes)
    return votes, readers


def _spread(values: Floats, columns: Sequence[int], width: int) -> Floats:
    wide = np.zeros((len(values), width))
    wide[:, columns] = values
    return wide


def _one_label(labels: Integers, numbers: Integers, count: int) -> Integers:
    """The label of each lesion; `NOBODY` where its images have none, or several."""
    low, high = np.full(count, np.iinfo(np.int64).max), np.full(count, NOBODY)
    known = labels >= 0
    np.minimum.at(low, numbers[known], labels[known])
    np.maximum.at(high, numbers[known], labels[known])
    return np.where(low == high, high, NOBODY).astype(np.int64)


def _any(mask: Mask, numbers: Integers, count: int) -> Mask:
    return np.bincount(numbers[mask], minlength=count) > 0


def _largest(values: Floats, numbers: Integers, count: int) -> Floats:
    found = np.zeros(count)
    np.maximum.at(found, numbers, values)
    return found
