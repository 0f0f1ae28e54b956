"""What the frozen network makes of every image in eight exact views, computed once for a run."""

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.classifier.card import Card
from model.classifier.classifier import Classifier
from model.errors import UserError
from model.files import written_whole
from model.images import (
    ImageError,
    LostFileError,
    Preprocessing,
    decode,
    perceptual_hash,
    prepare,
    read_bytes,
)
from model.network.vanishing import check_share, vanished
from model.progress import Report
from model.records import ImageRecord
from model.views import VIEW_COUNTS, view

VIEWS = max(VIEW_COUNTS)
_EMBEDDINGS, _ABOUT = "embeddings.npy", "about.json"
_CHUNK = 16
_DECODERS = 2


class FeaturesError(UserError):
    """No image of a data set could be read."""


@dataclass(frozen=True, slots=True)
class Features:
    """Embeddings of the images that could be read.

    Attributes:
        records: The images, N.
        embeddings: float16 [N, V, E]; view 0 is the image as it is.
        hashes: Perceptual hash of each image, 16 hexadecimal digits.
        failures: Why an image could not be read, by its path.
    """

    records: tuple[ImageRecord, ...]
    embeddings: NDArray[np.float16]
    hashes: tuple[str, ...]
    failures: dict[str, str]


def compute_features(
    classifier: Classifier,
    root: Path,
    records: Sequence[ImageRecord],
    folder: Path,
    report: Report,
    views: int = VIEWS,
) -> Features:
    """Embed all images and store the result in `folder`.

    Args:
        classifier: The compiled starting network; its preprocessing is used.
        root: The data set's folder.
        records: Its images.
        folder: Gets `embeddings.npy` and `about.json`, which says what they belong to.
        report: Told after each few images.
        views: How many of the eight are embedded.

    Raises:
        FeaturesError: Not one image could be read.
        VanishedError: A file is gone, or much cannot be read; nothing is stored.
        Cancelled: From `report`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept: list[ImageRecord] = []
    hashes: list[str] = []
    blocks: list[NDArray[np.float16]] = []
    failures: dict[str, str] = {}
    for chunk, results in _decoded(root, records, classifier.card.preprocessing, views):
        good = [(r, found) for r, found in zip(chunk, results, strict=True) if found.views.size]
        failures |= {
            r.path: found.failure for r, found in zip(chunk, results, strict=True) if found.failure
        }
        if good:
            kept.extend(record for record, _ in good)
            hashes.extend(found.hash for _, found in good)
            blocks.append(_embed(classifier, [found.views for _, found in good]))
        report(len(kept) + len(failures), len(records), "Computing embeddings")
    if not kept:
        raise FeaturesError(f"Not one image in {root} can be read: check the folder.")
    check_share(root, failures, len(records))
    features = Features(tuple(kept), np.concatenate(blocks), tuple(hashes), failures)
    _store(features, classifier, folder)
    return features


@dataclass(frozen=True, slots=True)
class _Decoded:
    views: NDArray[np.uint8]
    hash: str = ""
    failure: str = ""


def _decoded(
    root: Path, records: Sequence[ImageRecord], preprocessing: Preprocessing, views: int
) -> Iterator[tuple[Sequence[ImageRecord], list[_Decoded]]]:
    """Chunks of decoded images; the next chunk is decoded while one is in use."""
    chunks = [records[start : start + _CHUNK] for start in range(0, len(records), _CHUNK)]
    with ThreadPoolExecutor(_DECODERS) as pool:

        def submit(chunk: Sequence[ImageRecord]) -> list[Future[_Decoded]]:
            return [pool.submit(_decode, root / each.path, preprocessing, views) for each in chunk]

        waiting = submit(chunks[0]) if chunks else []
        for chunk, following in itertools.zip_longest(chunks, chunks[1:], fillvalue=()):
            current, waiting = waiting, submit(following)
            yield chunk, [future.result() for future in current]


def _decode(path: Path, preprocessing: Preprocessing, count: int) -> _Decoded:
    try:
        data = read_bytes(path)
        image = prepare(data, preprocessing)
        views = np.stack([view(image, number) for number in range(count)])
        return _Decoded(views, f"{perceptual_hash(decode(data)):016x}")
    except LostFileError as error:
        raise vanished(path, error.reason) from error
    except ImageError as error:
        return _Decoded(np.empty(0, np.uint8), failure=str(error))


def any_readable(root: Path, paths: Iterable[str], preprocessing: Preprocessing) -> bool:
    """Whether an image can be read after all that could not be.

    Raises:
        VanishedError: A file is gone.
    """
    return any(not _decode(root / path, preprocessing, 1).failure for path in paths)


def _embed(classifier: Classifier, views: Sequence[NDArray[np.uint8]]) -> NDArray[np.float16]:
    embeddings = classifier.classify(np.concatenate(views)).embedding
    return embeddings.reshape(len(views), len(views[0]), -1).astype(np.float16)


def _store(features: Features, classifier: Classifier, folder: Path) -> None:
    with written_whole(folder / _EMBEDDINGS) as temporary, temporary.open("wb") as file:
        np.save(file, features.embeddings)
    about: dict[str, Any] = {
        "network_hash": classifier.card.network_hash,
        "preprocessing": classifier.card.preprocessing.to_json(),
        "views": "of model.views, from 0",
        "images": [record.path for record in features.records],
        "perceptual_hashes": features.hashes,
        "failures": features.failures,
    }
    with written_whole(folder / _ABOUT) as temporary:
        temporary.write_text(json.dumps(about), encoding="utf-8")


def stored_features(
    folder: Path, card: Card, records: Sequence[ImageRecord], views: int
) -> Features | None:
    """What `compute_features` stored; None where it did not finish, or did so for another run.

    Args:
        folder: Where it is stored.
        card: Of the starting network.
        records: The images.
        views: How many views of each are needed.
    """
    path = folder / _ABOUT
    if not path.is_file():
        return None
    about = json.loads(path.read_text(encoding="utf-8"))
    wanted = card.network_hash, card.preprocessing.to_json()
    by_path = {record.path: record for record in records}
    if (about["network_hash"], about["preprocessing"]) != wanted:
        return None
    if {*about["images"], *about["failures"]} != set(by_path):
        return None
    embeddings = np.load(folder / _EMBEDDINGS)
    if embeddings.shape[1] < views:
        return None
    kept = tuple(by_path[each] for each in about["images"])
    return Features(kept, embeddings, tuple(about["perceptual_hashes"]), about["failures"])
