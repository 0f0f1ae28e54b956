"""The cache NAME.cache: what was computed for images, and can be computed again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from model.project.database import Database, FileKind, check_file, create_file
from model.project.errors import CacheError
from model.project.result_rows import StoredResult, store_results
from model.project.run_rows import RunRecord, begin, class_count, load_runs
from model.project.schema import (
    CACHE_APPLICATION_ID,
    CACHE_VERSION,
    cache_tables,
    embeddings,
    failures,
    results,
    runs,
    thumbnails,
)

__all__ = ["Cache", "CacheError", "RunRecord", "StoredResult"]

CACHE = FileKind(
    name="cache",
    application_id=CACHE_APPLICATION_ID,
    version=CACHE_VERSION,
    tables=cache_tables,
    pragmas={"synchronous": "NORMAL"},
    # Larger pages than usual: on 4 kB ones each embedding of 2.5 kB would take a whole page.
    creation_pragmas={"page_size": "8192", "journal_mode": "WAL"},
    remedy="It holds only what can be computed again: delete it (and the files beside it whose "
    "names go on with -wal and -shm), and the program makes a new one.",
    error=CacheError,
)
_BLOCK = 1000  # rows of embeddings in one block: 2.5 MB
_MOST_VALUES = 500  # in one question to SQLite


class Cache:
    """An open cache. Every method may be called from any thread.

    Results belong to content hashes (SHA-256, hexadecimal): never to other pixels, and one file
    with two names has one result.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = Database(path, CACHE)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a cache, or make one where there is none.

        Raises:
            CacheError: The file is damaged, not a cache, or newer than this program; it is left
                as it is. Or it cannot be written.
        """
        path = path.absolute()
        if not path.exists():
            create_file(path, CACHE, {})
        check_file(path, CACHE)
        return cls(path)

    def close(self) -> None:
        """Close the file; the last one to do so tidies up the files beside it."""
        self._database.close()

    def begin_run(
        self,
        identity: str,
        classes: Sequence[str],
        precision: str,
        about: Mapping[str, Any] | None = None,
    ) -> int:
        """The run of this classifier at this precision; it goes on if there is one.

        Raises:
            CacheError: The run has other classes.
        """
        with self._database.writing() as connection:
            run = begin(connection, identity, classes, precision, about or {})
        if run is None:
            raise CacheError(
                f"The cache {self.path} has results of this classifier with other classes. "
                f"{CACHE.remedy}"
            )
        return run

    def runs(self) -> list[RunRecord]:
        """All runs, oldest first."""
        with self._database.reading() as connection:
            return load_runs(connection)

    def store(self, run: int, rows: Sequence[StoredResult]) -> None:
        """Store results, all of them or none; those of known images are replaced.

        Raises:
            CacheError: The file cannot be written, for example on a full disk.
            ValueError: A shape does not fit the run's classes or the run's other results.
        """
        if not rows:
            return
        with self._database.writing() as connection:
            store_results(connection, run, class_count(connection, run), rows)

    def finished(self, run: int) -> set[str]:
        """Content hashes of the images that have a result."""
        query = select(results.c.content_hash).where(results.c.run == run)
        with self._database.reading() as connection:
            return {content_hash.hex() for content_hash in connection.execute(query).scalars()}

    def logits(self, run: int) -> tuple[list[str], NDArray[np.float32]]:
        """Content hashes and logits [N, C] of all images, in the order they were stored."""
        query = (
            select(results.c.content_hash, results.c.logits)
            .where(_is_in_order(run))
            .order_by(results.c.id)
        )
        with self._database.reading() as connection:
            classes = class_count(connection, run)
            rows = connection.execute(query).all()
        values = np.frombuffer(b"".join(row.logits for row in rows), "<f4")
        return [row.content_hash.hex() for row in rows], values.reshape(len(rows), classes)

    def evidence(self, run: int, content_hash: str) -> NDArray[np.float32] | None:
        """Evidence [h, w, C] in logits for one image; None where it has no result."""
        query = select(results.c.height, results.c.width, results.c.evidence).where(
            results.c.run == run, results.c.content_hash == bytes.fromhex(content_hash)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _evidence(row.height, row.width, row.evidence)

    def findings(
        self, identity: str, precision: str, content_hash: str
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
        """Logits [C] and evidence [h, w, C] of one image; None where it has no result."""
        query = (
            select(results.c.logits, results.c.height, results.c.width, results.c.evidence)
            .join(runs, runs.c.id == results.c.run)
            .where(
                runs.c.identity == identity,
                runs.c.precision == precision,
                results.c.content_hash == bytes.fromhex(content_hash),
            )
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        logits = np.frombuffer(row.logits, "<f4")
        return logits, _evidence(row.height, row.width, row.evidence)

    def embeddings(self, run: int) -> Iterator[tuple[list[str], NDArray[np.float16]]]:
        """Content hashes and embeddings [n, E] of all images, in blocks of at most 1,000.

        Nothing is locked between two blocks: what is stored meanwhile comes at the end.
        """
        after = 0
        while rows := self._embedding_block(run, after):
            after = rows[-1].id
            values = np.frombuffer(b"".join(row.embedding for row in rows), "<f2")
            yield [row.content_hash.hex() for row in rows], values.reshape(len(rows), -1)

    def _embedding_block(self, run: int, after: int) -> Sequence[Any]:
        query = (
            select(results.c.id, results.c.content_hash, embeddings.c.embedding)
            .join(embeddings, embeddings.c.result == results.c.id)
            .where(_is_in_order(run), results.c.id > after)
            .order_by(results.c.id)
            .limit(_BLOCK)
        )
        with self._database.reading() as connection:
            return connection.execute(query).all()

    def store_failures(self, run: int, reasons: Mapping[str, str]) -> None:
        """Store why images have no result, by path."""
        statement = insert(failures)
        statement = statement.on_conflict_do_update(
            index_elements=["run", "path"], set_={"reason": statement.excluded.reason}
        )
        rows = [{"run": run, "path": path, "reason": why} for path, why in reasons.items()]
        if rows:
            with self._database.writing() as connection:
                connection.execute(statement, rows)

    def clear_failures(self, run: int, paths: Iterable[str]) -> None:
        """Forget the failures of these paths."""
        statement = delete(failures).where(
            failures.c.run == run, failures.c.path == bindparam("cleared")
        )
        rows = [{"cleared": path} for path in paths]
        if rows:
            with self._database.writing() as connection:
                connection.execute(statement, rows)

    def failures(self, run: int) -> dict[str, str]:
        """Why images have no result, by path."""
        query = select(failures.c.path, failures.c.reason).where(failures.c.run == run)
        with self._database.reading() as connection:
            return {row.path: row.reason for row in connection.execute(query)}

    def store_thumbnails(self, jpegs: Mapping[str, bytes]) -> None:
        """Store small pictures (JPEG) by content hash."""
        statement = insert(thumbnails)
        statement = statement.on_conflict_do_update(
            index_elements=["content_hash"], set_={"jpeg": statement.excluded.jpeg}
        )
        rows = [{"content_hash": bytes.fromhex(key), "jpeg": data} for key, data in jpegs.items()]
        if rows:
            with self._database.writing() as connection:
                connection.execute(statement, rows)

    def thumbnails(self, content_hashes: Iterable[str]) -> dict[str, bytes]:
        """The small pictures (JPEG) that there are of these images, by content hash."""
        wanted = [bytes.fromhex(content_hash) for content_hash in content_hashes]
        found: dict[str, bytes] = {}
        with self._database.reading() as connection:
            for start in range(0, len(wanted), _MOST_VALUES):
                some = wanted[start : start + _MOST_VALUES]
                query = select(thumbnails).where(thumbnails.c.content_hash.in_(some))
                found |= {row.content_hash.hex(): row.jpeg for row in connection.execute(query)}
        return found


def _is_in_order(run: int) -> ColumnElement[bool]:
    """Results of a run, for questions that want them by row number.

    Adding nothing to the column keeps SQLite from finding them in the index of hashes, out of
    order, and sorting them again for each block: 15 ms instead of 550 ms.
    """
    return results.c.run + 0 == run


def _evidence(height: int, width: int, data: bytes) -> NDArray[np.float32]:
    return np.frombuffer(data, "<f2").astype(np.float32).reshape(height, width, -1)
