"""The exact views of an image, and what was found in them back over the image."""

import numpy as np
import pytest

from model.views import as_seen, view


def test_that_there_are_eight_views_the_first_of_which_is_the_image() -> None:
    image = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    views = [view(image, number) for number in range(8)]
    assert np.array_equal(views[0], image)
    assert np.array_equal(views[1], image[:, ::-1])
    assert len({each.tobytes() for each in views}) == 8
    assert all(set(each[..., 0].ravel()) == {0, 3, 6, 9} for each in views)


@pytest.mark.parametrize("number", range(8))
def test_that_what_was_seen_is_laid_back_over_the_image(number: int) -> None:
    images = np.random.default_rng(0).integers(0, 255, (2, 5, 5, 3))
    assert np.array_equal(as_seen(view(images, number), number), images)
    # A mark in a corner of the view is found in the same corner of the photograph.
    mark = np.zeros((4, 4, 1))
    mark[0, 3] = 1
    assert as_seen(view(mark, number), number)[0, 3] == 1
