"""Outcomes into rows of the cache, several in one transaction."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.inference.decoding import Classified, Outcome, Refused, Repeated, Source
from model.project.cache import Cache, StoredResult
from model.project.project import Project

# A commit for each image would cost more than the image; this loses half a second at most.
_FLUSH_ROWS = 64
_FLUSH_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Finished:
    """An image that is done: stored with its logits, or refused with a reason.

    Attributes:
        path: Relative to the data set's folder.
        content_hash: SHA-256, "" where the file could not be read.
        logits: float32 [C], or None where refused.
        reason: A sentence for the user, or None where classified.
    """

    path: str
    content_hash: str
    logits: NDArray[np.float32] | None
    reason: str | None


class Storing:
    """Keeps outcomes until they are worth a transaction, then stores and announces them.

    Attributes:
        done: Images with a result since the beginning.
        failed: Images refused since the beginning.
    """

    def __init__(
        self,
        project: Project,
        cache: Cache,
        run: int,
        on_results: Callable[[Sequence[Finished]], None] | None,
    ) -> None:
        self.done = 0
        self.failed = 0
        self._project = project
        self._cache = cache
        self._run = run
        self._on_results = on_results
        hashes, logits = cache.logits(run)
        self._logits = dict(zip(hashes, logits, strict=True))
        self._failures = cache.failures(run)
        self._refused: dict[str, str] = {}
        self._waiting: defaultdict[str, list[Source]] = defaultdict(list)
        self._rows: list[StoredResult] = []
        self._finished: list[Finished] = []
        self._hashes: dict[str, str] = {}
        self._flushed = self._hashes_flushed = time.monotonic()

    @property
    def stored(self) -> set[str]:
        """Content hashes that need no network any more."""
        return set(self._logits)

    def take(self, outcome: Outcome) -> None:
        """Note one outcome."""
        match outcome:
            case Classified():
                self._take_classified(outcome)
            case Refused(source, reason):
                self._refuse(source, reason)
            case Repeated(source) if source.content_hash in self._logits:
                self._finish(source)
            case Repeated(source) if source.content_hash in self._refused:
                self._refuse(source, self._refused[source.content_hash])
            case Repeated(source):
                self._waiting[source.content_hash].append(source)

    def flush_when_due(self) -> None:
        """Store if there is enough, or if something has waited for long enough."""
        now = time.monotonic()
        if len(self._finished) >= _FLUSH_ROWS or now - self._flushed > _FLUSH_SECONDS:
            self._flush_results()
        # Not with every row count: the project waits for the disk at each commit, the cache never.
        if now - self._hashes_flushed > _FLUSH_SECONDS:
            self._flush_hashes()

    def flush(self) -> None:
        """Store everything that was noted."""
        # Results first: a hash without a result is looked at again, a result is never lost.
        self._flush_results()
        self._flush_hashes()

    def _flush_results(self) -> None:
        finished, self._finished = self._finished, []
        rows, self._rows = self._rows, []
        if finished:
            self._cache.store(self._run, rows)
            self._store_refusals(finished)
            self._hashes |= {e.path: e.content_hash for e in finished if e.content_hash}
            if self._on_results:
                self._on_results(finished)
        self._flushed = time.monotonic()

    def _flush_hashes(self) -> None:
        hashes, self._hashes = self._hashes, {}
        if hashes:
            self._project.store_hashes(hashes)
        self._hashes_flushed = time.monotonic()

    def _store_refusals(self, finished: Sequence[Finished]) -> None:
        refused = {each.path: each.reason for each in finished if each.reason is not None}
        self._cache.store_failures(self._run, refused)
        mended = [e.path for e in finished if e.path in self._failures and e.reason is None]
        self._cache.clear_failures(self._run, mended)

    def _take_classified(self, batch: Classified) -> None:
        outputs = batch.outputs
        for index, source in enumerate(batch.sources):
            self._rows.append(
                StoredResult(
                    source.content_hash,
                    outputs.logits[index],
                    outputs.evidence[index],
                    outputs.embedding[index],
                )
            )
            self._logits[source.content_hash] = outputs.logits[index]
            for each in (source, *self._waiting.pop(source.content_hash, ())):
                self._finish(each)

    def _finish(self, source: Source) -> None:
        logits = self._logits[source.content_hash]
        self._finished.append(Finished(source.path, source.content_hash, logits, None))
        self.done += 1

    def _refuse(self, source: Source, reason: str) -> None:
        waiting: Sequence[Source] = ()
        if source.content_hash:
            self._refused[source.content_hash] = reason
            waiting = self._waiting.pop(source.content_hash, ())
        for each in (source, *waiting):
            self._finished.append(Finished(each.path, each.content_hash, None, reason))
            self.failed += 1
