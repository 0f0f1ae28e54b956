"""Copies are found however they were saved, and no lesion is taken for another."""

import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.catalogue.likeness import Likeness, alike, alike_within, likeness_of
from model.images import ImageError, decode


def jpeg(pixels: NDArray[np.uint8], quality: int) -> bytes:
    flags = [cv2.IMWRITE_JPEG_QUALITY, quality]
    return bytes(cv2.imencode(".jpg", np.ascontiguousarray(pixels[..., ::-1]), flags)[1].tobytes())


@pytest.fixture(scope="module")
def photographs(real_ham10000: Path) -> list[bytes]:
    paths = sorted((real_ham10000 / "HAM10000_images_part_1").glob("*.jpg"))
    return [path.read_bytes() for path in paths[::40]]


def test_that_copies_of_real_photographs_are_found_and_nothing_else(
    photographs: list[bytes],
) -> None:
    originals = [likeness_of(data) for data in photographs]
    decoded = [decode(data) for data in photographs]
    halves = [likeness_of(jpeg(cv2.resize(each, (300, 225)), 85)) for each in decoded]
    poor = [likeness_of(jpeg(each, 50)) for each in decoded]
    for copies in (halves, poor):
        found = {(pair.first, pair.second) for pair in alike(originals, copies)}
        assert all(first == second for first, second in found)
        assert len(found) >= 0.98 * len(photographs)
    assert list(alike_within(originals)) == []


def test_that_an_even_surface_is_like_nothing() -> None:
    even = likeness_of(jpeg(np.full((90, 120, 3), 180, np.uint8), 90))
    assert list(alike([even], [even])) == []


def test_that_nothing_is_like_nobody() -> None:
    assert list(alike([], [])) == []


def test_that_what_is_no_image_is_refused() -> None:
    with pytest.raises(ImageError):
        likeness_of(b"text")


def test_that_10_000_images_are_compared_in_seconds() -> None:
    chance = np.random.default_rng(0)
    detail = np.zeros(1024, np.float16)
    hashes = chance.integers(0, 2**63, 10_000)
    likenesses = [Likeness("", int(each), detail) for each in hashes]
    start = time.process_time()
    assert list(alike_within(likenesses)) == []
    assert time.process_time() - start < 5
