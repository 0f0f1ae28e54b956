"""Photographs for a report: a few of each cell of the confusion matrix."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

from model.catalogue.walking import is_image_name
from model.errors import UserError
from model.evaluation.dossier import Example
from model.evaluation.measurement import Measurement
from model.images import ImageError, read_bytes, thumbnail
from model.progress import Report

_EACH, _SIDE, _QUALITY = 3, 160, 80


def find_images(folder: Path | None, images: Sequence[str], report: Report) -> dict[str, Path]:
    """The files of some images anywhere in a folder, by image id; none without a folder.

    Raises:
        UserError: The folder is none, or holds none of the images.
        Cancelled: From `report`.
    """
    if folder is None:
        return {}
    if not folder.is_dir():
        raise UserError(f"{folder} is no folder; give the folder of the photographs.")
    wanted = set(images)
    found: dict[str, Path] = {}
    for place, _, names in os.walk(folder):
        report(len(found), len(wanted), f"looking for photographs: {len(found):,}")
        for name in names:
            if is_image_name(name) and (stem := Path(name).stem) in wanted:
                found.setdefault(stem, Path(place) / name)
    if not found:
        raise UserError(f"{folder} holds none of the {len(wanted):,} images; give their folder.")
    return found


def make_examples(shown: Measurement, photographs: Mapping[str, Path]) -> tuple[Example, ...]:
    """The most confident images of each cell that has any, errors first, frequent cells first."""
    pair = shown.pair
    names = (*pair.classes, "undecided")
    sureness = np.zeros(len(pair)) if pair.probabilities is None else pair.probabilities.max(1)
    cells: dict[tuple[int, int], list[int]] = {}
    for row in np.argsort(-sureness, kind="stable").tolist():
        cells.setdefault((int(pair.truth[row]), int(pair.predicted[row])), []).append(row)
    ordered = sorted(cells, key=lambda cell: (cell[0] == cell[1], -len(cells[cell]), cell))
    return tuple(
        Example(names[recorded], names[predicted], shown.images[row], jpeg)
        for recorded, predicted in ordered
        for row, jpeg in _small(shown, cells[recorded, predicted], photographs)
    )


def _small(
    shown: Measurement, rows: Sequence[int], photographs: Mapping[str, Path]
) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    for row in rows:
        path = photographs.get(shown.images[row])
        if path is not None and len(found) < _EACH:
            try:
                pixels = thumbnail(read_bytes(path), _SIDE)
            except ImageError:
                continue
            options = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
            _, encoded = cv2.imencode(".jpg", np.ascontiguousarray(pixels[..., ::-1]), options)
            found.append((row, encoded.tobytes()))
    return found
