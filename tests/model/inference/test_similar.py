"""Which images look alike, on embeddings worked out by hand."""

import numpy as np
import pytest

from model.inference.similar import Embeddings, cosines, nearest_lesions
from model.records import ImageRecord

# Angles of 0, 60, 90 and 180 degrees to the first.
VALUES = np.array([[1, 0], [0.5, np.sqrt(0.75)], [0, 1], [-1, 0]], np.float16)
STORED = Embeddings({name: row for row, name in enumerate("abcd")}, VALUES)


def image(name: str, lesion: str) -> tuple[str, ImageRecord]:
    return name, ImageRecord(f"{name}.jpg", name, 1, 1, "MEL", "histology", lesion)


def test_that_likeness_is_the_cosine_of_the_angle() -> None:
    assert cosines(STORED, "a") == pytest.approx([1, 0.5, 0, -1], abs=1e-3)


def test_that_each_lesion_is_found_once_and_the_own_one_never() -> None:
    candidates = [image("a", "own"), image("c", "one"), image("b", "one"), image("d", "")]
    found = nearest_lesions(STORED, "a", candidates, {"own"}, 5)
    assert [record.image_id for record, _ in found] == ["b", "d"]
    assert [value for _, value in found] == pytest.approx([0.5, -1], abs=1e-3)


def test_that_an_image_without_an_embedding_is_not_found() -> None:
    candidates = [image("x", "one"), image("b", "two")]
    found = nearest_lesions(STORED, "a", candidates, (), 1)
    assert [record.image_id for record, _ in found] == ["b"]
