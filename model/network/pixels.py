"""Decoded images of a run, read once and kept on disk, since decoding them anew costs an epoch."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.files import written_whole
from model.images import ImageError, Preprocessing, prepare, read_bytes
from model.network.vanishing import vanished
from model.progress import Report
from model.records import ImageRecord

_DECODERS = 2
_CHUNK = 32


def cached_pixels(
    root: Path,
    records: Sequence[ImageRecord],
    preprocessing: Preprocessing,
    file: Path,
    report: Report,
) -> NDArray[np.uint8]:
    """The prepared images, from `file` where it holds exactly these, else read and stored there.

    Args:
        root: The data set's folder.
        records: N images that could be read before.
        preprocessing: How each becomes a square.
        file: A `.npy` file; what it holds is written beside it as `.json`.
        report: Told after each few images.

    Returns:
        uint8 [N, S, S, 3], a map of the file that must not be written to.

    Raises:
        VanishedError: An image cannot be read.
        UserError: No room for the file.
        Cancelled: From `report`.
    """
    about = file.with_suffix(".json")
    wanted = _about(records, preprocessing)
    if not (file.is_file() and about.is_file() and json.loads(about.read_text("utf-8")) == wanted):
        file.parent.mkdir(parents=True, exist_ok=True)
        about.unlink(missing_ok=True)
        _write(root, records, preprocessing, file, report)
        with written_whole(about) as temporary:
            temporary.write_text(json.dumps(wanted), encoding="utf-8")
    found: NDArray[np.uint8] = np.load(file, mmap_mode="r")
    return found


def _write(
    root: Path,
    records: Sequence[ImageRecord],
    preprocessing: Preprocessing,
    file: Path,
    report: Report,
) -> None:
    size = preprocessing.size
    header = {"descr": "|u1", "fortran_order": False, "shape": (len(records), size, size, 3)}
    with written_whole(file) as temporary, temporary.open("wb") as stream:
        # Written piece by piece: a map of a file that does not fit on the disk kills the process.
        np.lib.format.write_array_header_2_0(stream, header)
        paths = [root / record.path for record in records]
        for number, pixels in enumerate(_decoded(paths, preprocessing)):
            stream.write(pixels.tobytes())
            report(number, len(records), "Reading pixels")


def _decoded(paths: Sequence[Path], preprocessing: Preprocessing) -> Iterator[NDArray[np.uint8]]:
    with ThreadPoolExecutor(_DECODERS) as pool:
        for start in range(0, len(paths), _CHUNK):
            chunk = paths[start : start + _CHUNK]
            yield from pool.map(partial(_read, preprocessing=preprocessing), chunk)


def _read(path: Path, preprocessing: Preprocessing) -> NDArray[np.uint8]:
    try:
        return prepare(read_bytes(path), preprocessing)
    except ImageError as error:
        raise vanished(path, error.reason) from error


def _about(records: Sequence[ImageRecord], preprocessing: Preprocessing) -> dict[str, Any]:
    return {
        "preprocessing": preprocessing.to_json(),
        "images": [[record.path, record.size, record.modified] for record in records],
    }
