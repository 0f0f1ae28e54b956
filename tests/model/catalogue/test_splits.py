"""Splits in which no lesion is on two sides."""

import random
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from model.catalogue.listing import list_images
from model.catalogue.splits import STANDARD_SHARES, images_without_lesion, lesion_safe_split
from model.records import ImageRecord


def record(path: str, label: str, lesion_id: str) -> ImageRecord:
    return ImageRecord(path, path, 1, 1, label=label, lesion_id=lesion_id)


def invented(seed: int) -> list[ImageRecord]:
    """Up to 400 lesions with 1 to 6 photographs, some without an id, of a few classes."""
    chance = random.Random(seed)
    records = []
    for lesion in range(chance.randint(3, 400)):
        label = chance.choice(["NV", "NV", "NV", "MEL", "BCC", ""])
        name = "" if chance.random() < 0.2 else f"L{lesion}"
        records += [record(f"{lesion}-{at}", label, name) for at in range(chance.randint(1, 6))]
    return records


@pytest.fixture(scope="module")
def real_images(real_ham10000: Path) -> list[ImageRecord]:
    return [image for batch in list_images(real_ham10000) for image in batch.images]


@pytest.mark.parametrize("seed", range(25))
def test_that_no_lesion_is_in_two_splits(seed: int) -> None:
    records = invented(seed)
    split = lesion_safe_split(records, seed=seed)
    places = defaultdict(set)
    for image in records:
        places[image.lesion_id or image.path].add(split[image.path])
    assert set(split) == {image.path for image in records}
    assert all(len(names) == 1 for names in places.values())


@pytest.mark.parametrize("seed", range(10))
def test_that_the_order_of_the_images_does_not_matter(seed: int) -> None:
    records = invented(seed)
    shuffled = random.Random(seed + 1).sample(records, len(records))
    assert lesion_safe_split(records, seed=3) == lesion_safe_split(shuffled, seed=3)


def test_that_another_seed_gives_another_split() -> None:
    records = invented(0)
    assert lesion_safe_split(records, seed=0) != lesion_safe_split(records, seed=1)


def test_that_no_lesion_of_the_real_images_is_in_two_splits(
    real_images: list[ImageRecord],
) -> None:
    split = lesion_safe_split(real_images, seed=1)
    places = {(image.lesion_id, split[image.path]) for image in real_images}
    assert len(places) == 5983


@pytest.mark.parametrize("seed", range(3))
def test_that_each_class_of_the_real_images_is_shared_out_as_asked(
    real_images: list[ImageRecord], seed: int
) -> None:
    split = lesion_safe_split(real_images, seed=seed)
    totals = Counter(image.label for image in real_images)
    lesions: dict[str, set[str]] = {label: set() for label in totals}
    for image in real_images:
        lesions[image.label].add(image.lesion_id)
    found = Counter((image.label, split[image.path]) for image in real_images)
    for label, total in totals.items():
        for name, share in STANDARD_SHARES.items():
            assert found[label, name] > 0
            if len(lesions[label]) > 100:
                assert abs(found[label, name] / total - share) < 0.015


def test_that_lesions_with_many_photographs_are_in_every_split_alike(
    real_images: list[ImageRecord],
) -> None:
    """Of about 1,100 lesions with several photographs, 70 % belong to training."""
    split = lesion_safe_split(real_images)
    several = _places_of_large_lesions(real_images, split)
    assert abs(several["training"] / several.total() - 0.7) < 0.03


def _places_of_large_lesions(images: list[ImageRecord], split: dict[str, str]) -> "Counter[str]":
    counts = Counter(image.lesion_id for image in images)
    places = {image.lesion_id: split[image.path] for image in images}
    return Counter(place for lesion, place in places.items() if counts[lesion] > 1)


def test_that_a_class_of_three_lesions_is_in_all_three_splits() -> None:
    records = [record(str(at), "DF", f"L{at}") for at in range(3)]
    assert set(lesion_safe_split(records).values()) == set(STANDARD_SHARES)


def test_that_a_share_of_zero_gets_nothing() -> None:
    split = lesion_safe_split(invented(2), {"training": 0.8, "validation": 0.2, "test": 0})
    assert set(split.values()) == {"training", "validation"}


def test_that_ten_equal_lesions_are_shared_exactly() -> None:
    records = [record(str(at), "NV", f"L{at}") for at in range(10)]
    split = lesion_safe_split(records, {"a": 0.5, "b": 0.3, "c": 0.2})
    assert Counter(split.values()) == {"a": 5, "b": 3, "c": 2}


def test_that_images_without_a_lesion_are_counted() -> None:
    assert images_without_lesion([record("a", "NV", ""), record("b", "NV", "L1")]) == 1


@pytest.mark.parametrize("shares", [{"a": 0.5}, {"a": 1.5, "b": -0.5}, {}])
def test_that_shares_must_sum_to_one(shares: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="sum to 1"):
        lesion_safe_split([record("a", "NV", "")], shares)
