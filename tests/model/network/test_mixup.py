"""Blending images of a batch in pairs."""

import numpy as np
import pytest

from model.augmentation import Augmentation
from model.network.batches import Batch, Draws, mixed


def even_greys(count: int) -> Batch:
    """Images of one grey each, 0 to 255 in equal steps, each of a class of its own."""
    greys = np.linspace(0, 255, count).round().astype(np.uint8)
    pixels = np.broadcast_to(greys[:, np.newaxis, np.newaxis, np.newaxis], (count, 4, 4, 3))
    return Batch(np.ascontiguousarray(pixels), np.eye(count, dtype=np.float32))


def test_that_pixels_and_targets_are_blended_in_the_same_shares() -> None:
    batch = even_greys(6)
    found = mixed(batch, 1.0, np.random.default_rng(0))
    assert found.targets.sum(1) == pytest.approx(np.ones(6))
    expected = found.targets @ batch.pixels[:, 0, 0, 0]
    assert found.pixels[:, 0, 0, 0] == pytest.approx(expected, abs=0.51)
    assert not np.array_equal(found.pixels, batch.pixels)


def test_that_an_image_keeps_three_quarters_of_itself_where_all_shares_are_as_likely() -> None:
    # The larger part of a stick that is broken at random is 3/4 of it on average.
    targets = mixed(even_greys(2000), 1.0, np.random.default_rng(0)).targets
    own = np.diag(targets)
    assert own.min() >= 0.5
    assert own.mean() == pytest.approx(0.75, abs=0.01)


def test_that_a_small_alpha_leaves_most_images_nearly_as_they_are() -> None:
    own = np.diag(mixed(even_greys(2000), 0.1, np.random.default_rng(0)).targets)
    assert np.mean(own > 0.99) > 0.5


def test_that_an_epoch_asked_for_again_from_the_middle_has_the_same_blends() -> None:
    batch = even_greys(12)
    draws = Draws(batch.pixels, batch.targets, np.ones(12), Augmentation(), 4, seed=5, mixup=0.4)
    whole, rest = list(draws.epoch(2, 4)), list(draws.epoch(2, 4, first=1))
    for expected, found in zip(whole[1:], rest, strict=True):
        assert np.array_equal(expected.pixels, found.pixels)
        assert np.array_equal(expected.targets, found.targets)
