"""Writing results into the cache."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert

from model.project.schema import embeddings, results

_MOST_VALUES = 500  # in one question to SQLite


@dataclass(frozen=True, slots=True)
class StoredResult:
    """What one pass of a network gives for one image.

    Attributes:
        content_hash: SHA-256 of the file, hexadecimal.
        logits: [C], stored as float32.
        evidence: [h, w, C] in logits, stored as float16.
        embedding: [E], stored as float16.
    """

    content_hash: str
    logits: NDArray[np.floating[Any]]
    evidence: NDArray[np.floating[Any]]
    embedding: NDArray[np.floating[Any]]


def store_results(
    connection: Connection, run: int, classes: int, rows: Sequence[StoredResult]
) -> None:
    """Store results of one run; of two for one image the later one stays.

    Raises:
        ValueError: Logits or evidence are not for this many classes.
    """
    latest = {bytes.fromhex(row.content_hash): row for row in rows}
    for row in latest.values():
        if row.logits.shape != (classes,) or row.evidence.shape[2:] != (classes,):
            raise ValueError(f"The result is not one of a run with {classes} classes.")
    numbers = _numbers(connection, run, list(latest))
    connection.execute(
        _INSERT_RESULT,
        [_result_row(numbers[key], run, key, row) for key, row in latest.items()],
    )
    connection.execute(
        _INSERT_EMBEDDING,
        [
            {"result": numbers[key], "embedding": row.embedding.astype("<f2").tobytes()}
            for key, row in latest.items()
        ],
    )


def _numbers(connection: Connection, run: int, keys: Sequence[bytes]) -> dict[bytes, int]:
    """Row numbers of results: the old ones of known images, new ones for others.

    Safe since the transaction holds the write lock from its beginning.
    """
    known: dict[bytes, int] = {}
    for start in range(0, len(keys), _MOST_VALUES):
        query = select(results.c.content_hash, results.c.id).where(
            results.c.run == run, results.c.content_hash.in_(keys[start : start + _MOST_VALUES])
        )
        known |= {row.content_hash: row.id for row in connection.execute(query)}
    last = connection.execute(select(func.coalesce(func.max(results.c.id), 0))).scalar_one()
    new = (key for key in keys if key not in known)
    return known | {key: number for number, key in enumerate(new, start=last + 1)}


def _result_row(number: int, run: int, key: bytes, row: StoredResult) -> dict[str, Any]:
    height, width, _ = row.evidence.shape
    return {
        "id": number,
        "run": run,
        "content_hash": key,
        "height": height,
        "width": width,
        "logits": row.logits.astype("<f4").tobytes(),
        "evidence": row.evidence.astype("<f2").tobytes(),
    }


_INSERT_RESULT = insert(results).prefix_with("OR REPLACE")
_INSERT_EMBEDDING = insert(embeddings).prefix_with("OR REPLACE")
