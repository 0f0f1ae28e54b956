"""Photographs for a report: a few of each cell of the confusion matrix, and of swapped images."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

from model.evaluation.dossier import Example, Rival
from model.evaluation.measurement import Measurement
from model.images import ImageError, read_bytes, thumbnail
from model.progress import Report, silent

_EACH, _SIDE, _QUALITY = 3, 160, 80
_SWAPS = 20


def make_examples(
    shown: Measurement, photographs: Mapping[str, Path], report: Report = silent
) -> tuple[Example, ...]:
    """The most confident images of each cell that has any, errors first, frequent cells first.

    Args:
        shown: Whose matrix.
        photographs: Files by image id; those that are missing or unreadable are passed over.
        report: Told for each cell.

    Raises:
        Cancelled: From `report`.
    """
    pair = shown.pair
    names = (*pair.classes, "undecided")
    sureness = np.zeros(len(pair)) if pair.probabilities is None else pair.probabilities.max(1)
    cells: dict[tuple[int, int], list[int]] = {}
    for row in np.argsort(-sureness, kind="stable").tolist():
        cells.setdefault((int(pair.truth[row]), int(pair.predicted[row])), []).append(row)
    ordered = sorted(cells, key=lambda cell: (cell[0] == cell[1], -len(cells[cell]), cell))
    found = []
    for number, (recorded, predicted) in enumerate(ordered):
        report(number, len(ordered), "examples for the report")
        images = [shown.images[row] for row in cells[recorded, predicted]]
        small = _small(images, photographs, _EACH)
        found += [Example(names[recorded], names[predicted], *each) for each in small.items()]
    return tuple(found)


def make_thumbnails(rival: Rival, photographs: Mapping[str, Path]) -> dict[str, bytes]:
    """Small photographs of the first images that two labellings swap, of each kind."""
    found: dict[str, bytes] = {}
    swaps = list(rival.swapped())
    for change in {swap.change for swap in swaps}:
        images = [swap.image for swap in swaps if swap.change == change]
        found |= _small(images, photographs, _SWAPS)
    return found


def _small(images: Iterable[str], photographs: Mapping[str, Path], count: int) -> dict[str, bytes]:
    """The first so many that can be read, as small JPEG files by image id."""
    found: dict[str, bytes] = {}
    for image in images:
        path = photographs.get(image)
        if len(found) == count:
            break
        if path is not None:
            try:
                pixels = thumbnail(read_bytes(path), _SIDE)
            except ImageError:
                continue
            options: Sequence[int] = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
            _, encoded = cv2.imencode(".jpg", np.ascontiguousarray(pixels[..., ::-1]), options)
            found[image] = encoded.tobytes()
    return found
