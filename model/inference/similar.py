"""Which images look alike to the network: the cosine between their embeddings."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.classifier.classifier import Classifier
from model.classifier.serving import Precision
from model.inference.results import find_run
from model.project.cache import Cache
from model.records import ImageRecord

_BLOCK = 4096  # embeddings that are compared at once: 20 MB as float32


@dataclass(frozen=True, slots=True, eq=False)
class Embeddings:
    """What the network's last layer before the classes holds of each image.

    Attributes:
        rows: Row by content hash.
        values: float16 [N, E], each of length 1.
    """

    rows: dict[str, int]
    values: NDArray[np.float16]


def load_embeddings(
    cache: Cache, classifier: Classifier, precision: Precision | None = None
) -> Embeddings:
    """All stored embeddings of a classifier; none where it never ran."""
    run = find_run(cache, classifier, precision)
    hashes: list[str] = []
    blocks: list[NDArray[np.float16]] = []
    for names, block in () if run is None else cache.embeddings(run):
        hashes += names
        blocks.append(_of_length_one(block))
    values = np.concatenate(blocks) if blocks else np.zeros((0, 0), np.float16)
    return Embeddings({name: row for row, name in enumerate(hashes)}, values)


def cosines(embeddings: Embeddings, content_hash: str) -> NDArray[np.float32]:
    """How like each stored image is to this one: float32 [N], -1 to 1.

    Raises:
        KeyError: The image has no stored embedding.
    """
    wanted = embeddings.values[embeddings.rows[content_hash]].astype(np.float32)
    count = len(embeddings.values)
    found = np.empty(count, np.float32)
    for start in range(0, count, _BLOCK):
        block = embeddings.values[start : start + _BLOCK].astype(np.float32)
        found[start : start + _BLOCK] = block @ wanted
    return found


def nearest_lesions(
    embeddings: Embeddings,
    content_hash: str,
    candidates: Sequence[tuple[str, ImageRecord]],
    without: Collection[str],
    count: int,
) -> list[tuple[ImageRecord, float]]:
    """The most alike image of each of the most alike lesions, nearest first.

    Args:
        embeddings: All there are.
        content_hash: Of the image that others are compared with.
        candidates: Content hash and record of each image that may be found.
        without: Lesions that may not, by id, or by path where an image has none.
        count: How many lesions at most.
    """
    likeness = cosines(embeddings, content_hash)
    known = [(likeness[embeddings.rows[h]], r) for h, r in candidates if h in embeddings.rows]
    best: dict[str, tuple[ImageRecord, float]] = {}
    for value, record in sorted(known, key=lambda pair: -pair[0]):
        lesion = record.lesion_id or record.path
        if lesion not in without:
            best.setdefault(lesion, (record, float(value)))
        if len(best) == count:
            break
    return list(best.values())


def _of_length_one(block: NDArray[np.float16]) -> NDArray[np.float16]:
    values = block.astype(np.float32)
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    return np.asarray(values / np.maximum(lengths, 1e-12), np.float16)
