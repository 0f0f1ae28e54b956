"""The preview shows what a training sees: the same pixels, by the same code."""

from pathlib import Path

import numpy as np
import pytest

from model.augmentation import Augmentation, augmented, view_generator
from model.images import STEPS, ImageError, Preprocessing, prepare
from model.runs.preview import preview
from tests.conftest import write_jpeg

STILL = Augmentation(False, 0, 0, 0, 0, 0, 0, 0)


@pytest.fixture
def photograph(tmp_path: Path) -> bytes:
    write_jpeg(tmp_path / "photograph.jpg", seed=1)
    return (tmp_path / "photograph.jpg").read_bytes()


def test_that_the_last_stage_is_what_the_network_sees(photograph: bytes) -> None:
    preprocessing = Preprocessing(64, "centre crop")
    seen = preview(photograph, preprocessing, STILL)
    np.testing.assert_array_equal(seen.stages[-1].pixels, prepare(photograph, preprocessing))
    assert seen.photograph.shape == (90, 120, 3)
    assert seen.box == (15, 0, 105, 90)


def test_that_each_step_is_a_stage_and_hair_comes_with_its_mask(photograph: bytes) -> None:
    preprocessing = Preprocessing(64, steps=STEPS)
    seen = preview(photograph, preprocessing, STILL)
    assert [each.name for each in seen.stages] == [*STEPS[:2], "network's size", STEPS[2]]
    masks = [each.mask for each in seen.stages if each.mask is not None]
    assert [mask.shape for mask in masks] == [(90, 120)]
    np.testing.assert_array_equal(seen.augmented[0], prepare(photograph, preprocessing))


def test_that_the_views_are_those_of_a_training(photograph: bytes) -> None:
    settings = Augmentation(zoom=0.5)
    preprocessing = Preprocessing(64, room=settings.room)
    seen = preview(photograph, preprocessing, settings, draws=2, seed=7)
    larger = prepare(photograph, preprocessing.enlarged)
    assert larger.shape[0] == 96
    for epoch, view in enumerate(seen.augmented, start=1):
        expected = augmented(larger, 64, settings, view_generator(7, epoch, 0))
        np.testing.assert_array_equal(view, expected)


def test_that_the_head_alone_is_shown_its_exact_views_and_nothing_at_random(
    photograph: bytes,
) -> None:
    seen = preview(photograph, Preprocessing(64), Augmentation(), exact_views=4)
    as_it_is = seen.stages[-1].pixels
    expected = (as_it_is, as_it_is[:, ::-1], as_it_is[::-1], as_it_is[::-1, ::-1])
    assert {each.tobytes() for each in seen.augmented} == {each.tobytes() for each in expected}


def test_that_without_augmentation_every_view_is_the_input(photograph: bytes) -> None:
    seen = preview(photograph, Preprocessing(64), STILL)
    for view in seen.augmented:
        np.testing.assert_array_equal(view, seen.stages[-1].pixels)


def test_that_what_is_no_image_is_refused() -> None:
    with pytest.raises(ImageError):
        preview(b"no photograph", Preprocessing(64), STILL)
