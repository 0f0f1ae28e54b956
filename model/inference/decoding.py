"""Files into batches on their way through the network, by threads that read and decode."""

import queue
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from model.classifier.classifier import Classifier
from model.classifier.serving import BATCH, Outputs, Precision
from model.images import ImageError, Pixels, content_hash, prepare, read_bytes

# Two keep the network of a small computer busy; more only pass the interpreter's lock around.
_THREADS = 2
# Batches whose results nobody has stored yet; bounds the memory when the disk is slow.
_UNSTORED = 64
_LOOK_FOR_STOP = 0.1  # seconds


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: its path relative to the root, and its content hash."""

    path: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class Classified:
    """A batch that came back from the network; outputs in the order of the sources."""

    sources: tuple[Source, ...]
    outputs: Outputs


@dataclass(frozen=True, slots=True)
class Repeated:
    """A file with the content of another one that is stored, or on its way."""

    source: Source


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is no image; without a content hash ("") where it could not even be read."""

    source: Source
    reason: str


@dataclass(frozen=True, slots=True)
class Broken:
    """An error that nobody expected, on one of the threads."""

    error: BaseException


Outcome = Classified | Repeated | Refused | Broken


class Decoders:
    """Threads that take files, decode them, and send them through the network.

    Every file ends in exactly one outcome; `room` is to be released for each `Classified`.

    Attributes:
        outcomes: What happened, as it happens.
        room: How many more batches may be sent before some are stored.
    """

    def __init__(
        self,
        root: Path,
        paths: Sequence[str],
        classifier: Classifier,
        precision: Precision,
        known: Collection[str],
    ) -> None:
        self.outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self.room = threading.Semaphore(_UNSTORED)
        outcomes = self.outcomes

        def finished(sources: tuple[Source, ...], outputs: Outputs) -> None:
            outcomes.put(Classified(sources, outputs))

        self._batches = classifier.batch_queue(finished, precision)
        self._root = root
        self._paths = iter(paths)
        self._preprocessing = classifier.card.preprocessing
        self._claimed = set(known)
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, name=f"decoder {number}", daemon=True)
            for number in range(_THREADS)
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Take no further files, and wait for those on their way."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._batches.wait()

    def exhausted(self) -> bool:
        """Whether every thread has ended, the network too, and no outcome is left to take."""
        if any(thread.is_alive() for thread in self._threads):
            return False
        self._batches.wait()
        return self.outcomes.empty()

    def _work(self) -> None:
        try:
            batch: list[tuple[Source, Pixels]] = []
            for source, pixels in self._decoded():
                batch.append((source, pixels))
                if len(batch) == BATCH:
                    self._send(batch)
                    batch = []
            self._send(batch)
        except BaseException as error:  # noqa: BLE001 - raised again by whoever takes it
            self.outcomes.put(Broken(error))

    def _send(self, batch: list[tuple[Source, Pixels]]) -> None:
        while batch and not self._stop.is_set():
            if self.room.acquire(timeout=_LOOK_FOR_STOP):
                sources, pixels = zip(*batch, strict=True)
                self._batches.start(np.stack(pixels), sources)
                return

    def _decoded(self) -> Iterator[tuple[Source, Pixels]]:
        for path in self._taken():
            source = Source(path, "")
            try:
                data = read_bytes(self._root / path)
                source = Source(path, content_hash(data))
                if self._claim(source.content_hash):
                    yield source, prepare(data, self._preprocessing)
                else:
                    self.outcomes.put(Repeated(source))
            except ImageError as error:
                self.outcomes.put(Refused(source, error.reason))

    def _taken(self) -> Iterator[str]:
        while not self._stop.is_set():
            with self._lock:
                path = next(self._paths, None)
            if path is None:
                return
            yield path

    def _claim(self, content: str) -> bool:
        with self._lock:
            if content in self._claimed:
                return False
            self._claimed.add(content)
            return True
