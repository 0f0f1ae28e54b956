"""Dividing a data set so that no lesion is on two sides."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from model.records import ImageRecord
from model.taxonomy import class_order

SPLITS = ("training", "validation", "test")
TRAINING, VALIDATION, TEST = SPLITS
STANDARD_SHARES: Mapping[str, float] = {TRAINING: 0.7, VALIDATION: 0.15, TEST: 0.15}


@dataclass(frozen=True, slots=True)
class _Lesion:
    """The photographs of one lesion; `rank` is its place in a shuffle that only the seed moves."""

    paths: tuple[str, ...]
    label: str
    rank: bytes


def lesion_safe_split(
    records: Sequence[ImageRecord],
    shares: Mapping[str, float] = STANDARD_SHARES,
    seed: int = 0,
    lesions: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Divide images into splits, lesion by lesion, each class by the same shares.

    The result depends on the images and the seed alone, not on their order. Every class
    with at least as many lesions as there are splits is in every split. Lesions are handed out
    by Sainte-Laguë's rule over image counts, those with many photographs first, so that shares
    of images are met as closely as lesions allow and every split gets its part of large ones.

    Args:
        records: The images.
        shares: Share of each split, 0..1, summing to 1.
        seed: Names one of many equally good splits.
        lesions: Which lesion each path is of (see `model.catalogue.lesions`); if None, what the
            records say, an image without a lesion id being a lesion of its own.

    Returns:
        The split's name for each image path, in the order of the paths.

    Raises:
        ValueError: Shares are negative or do not sum to 1.
    """
    used = {name: share for name, share in shares.items() if share > 0}
    if min(shares.values(), default=0) < 0 or abs(sum(used.values()) - 1) > 1e-6:
        raise ValueError(f"The shares of a split must sum to 1, not {dict(shares)}.")
    by_class: defaultdict[str, list[_Lesion]] = defaultdict(list)
    for lesion in _lesions(records, lesions, seed):
        by_class[lesion.label].append(lesion)
    split = {
        path: name
        for label in sorted(by_class, key=class_order)
        for lesion, name in _hand_out(by_class[label], used)
        for path in lesion.paths
    }
    return dict(sorted(split.items()))


def images_without_lesion(records: Sequence[ImageRecord]) -> int:
    """How many images name no lesion, so that a split cannot keep their copies together."""
    return sum(not record.lesion_id for record in records)


def own_lesion(record: ImageRecord) -> str:
    """What an image's lesion is called, by its record alone; never empty."""
    # No lesion id holds a zero byte, so that a path never meets a lesion's id.
    return record.lesion_id or f"\0{record.path}"


def _lesions(
    records: Sequence[ImageRecord], lesions: Mapping[str, str] | None, seed: int
) -> list[_Lesion]:
    groups: defaultdict[str, list[ImageRecord]] = defaultdict(list)
    for record in records:
        groups[lesions[record.path] if lesions else own_lesion(record)].append(record)
    return [_lesion(key, images, seed) for key, images in groups.items()]


def _lesion(key: str, images: Sequence[ImageRecord], seed: int) -> _Lesion:
    rank = hashlib.sha256(f"{seed}\0{key}".encode("utf-8", "surrogateescape")).digest()
    counts = Counter(image.label for image in images if image.label)
    label = min(counts, key=lambda each: (-counts[each], class_order(each)), default="")
    return _Lesion(tuple(sorted(image.path for image in images)), label, rank)


def _hand_out(lesions: Sequence[_Lesion], shares: Mapping[str, float]) -> list[tuple[_Lesion, str]]:
    """One class' lesions with their splits."""
    given: dict[str, list[_Lesion]] = {name: [] for name in shares}
    images = dict.fromkeys(shares, 0)
    for lesion in sorted(lesions, key=lambda each: (-len(each.paths), each.rank)):
        size = len(lesion.paths)
        name = min(shares, key=lambda each: (images[each] + size / 2) / shares[each])
        given[name].append(lesion)
        images[name] += size
    if len(lesions) >= len(shares):
        _fill_empty(given)
    return [(lesion, name) for name, members in given.items() for lesion in members]


def _fill_empty(given: dict[str, list[_Lesion]]) -> None:
    """Give each empty split the smallest lesion of the one that has most lesions."""
    for members in given.values():
        if not members:
            members.append(max(given.values(), key=len).pop())
