"""What happens at random to an image while a network learns."""

import cv2
import numpy as np
import pytest

from model.augmentation import Augmentation, augmented, view_generator

STILL = Augmentation(False, 0, 0, 0, 0, 0, 0, 0)
"""Nothing is moved, coloured, sharpened or cut out."""


@pytest.fixture
def image() -> np.ndarray:
    noise = np.random.default_rng(0).integers(60, 190, (40, 40, 3), np.uint8)
    return np.asarray(cv2.GaussianBlur(noise, (0, 0), 1))


def grain(pixels: np.ndarray) -> float:
    """How far neighbours differ."""
    return float(np.abs(np.diff(pixels.astype(float), axis=1)).mean())


def test_that_nothing_changes_where_nothing_may(image: np.ndarray) -> None:
    assert np.array_equal(augmented(image, 40, STILL, view_generator(0, 1, 0)), image)


def test_that_views_are_blurred_and_sharpened_around_what_they_are(image: np.ndarray) -> None:
    settings = Augmentation(False, 0, 0, 0, 0, 0, 0, sharpness=1.0)
    found = [augmented(image, 40, settings, view_generator(0, 1, each)) for each in range(200)]
    grains = np.array([grain(view) for view in found]) / grain(image)
    blurred = grain(cv2.GaussianBlur(image, (3, 3), 0)) / grain(image)
    assert grains.min() == pytest.approx(blurred, abs=0.02)
    assert grains.max() > 1.2
    assert np.median(grains) == pytest.approx(1, abs=0.05)
    # No colour is taken away from an image as a whole.
    assert np.mean([view.mean() for view in found]) == pytest.approx(image.mean(), abs=0.5)


def test_that_an_even_image_stays_as_it_is_however_sharp() -> None:
    even = np.full((20, 20, 3), 93, np.uint8)
    settings = Augmentation(False, 0, 0, 0, 0, 0, 0, sharpness=1.0)
    assert np.array_equal(augmented(even, 20, settings, view_generator(0, 1, 0)), even)


def test_that_runs_of_an_earlier_version_see_the_views_that_they_saw(image: np.ndarray) -> None:
    """Without it no number is drawn for sharpness, so that cutout is where it was."""
    settings = Augmentation(False, 0, 0, 0, 0, 0, 0, 0, cutout=0.5)
    view = augmented(image, 40, settings, np.random.default_rng(3))
    expected = np.random.default_rng(3)
    expected.integers(2), expected.integers(4)
    expected.uniform(size=1 + 1 + 2 + 4)
    share, x, y = expected.uniform(size=3)
    side = round(0.5 * share * 40)
    left, top = int(x * 40 - side / 2), int(y * 40 - side / 2)
    assert (view[max(top, 0) : top + side, max(left, 0) : left + side] == 128).all()


def test_that_a_sharpness_beyond_1_is_refused() -> None:
    assert list(Augmentation(sharpness=1.5).complaints())
