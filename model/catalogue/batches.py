"""What a listing hands over, a batch at a time, and the error that ends it."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from model.errors import UserError
from model.records import ImageRecord, Problem

FIRST_BATCH = 64
LARGEST_BATCH = 1000
_PATIENCE = 0.2  # seconds after which a slow disk's images are handed over although few


class CatalogueError(UserError):
    """A folder cannot be listed at all, or holds no images."""


class NoImagesError(CatalogueError):
    """A folder can be listed, but holds no images."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The next images of a data set, and what was found wrong on the way to them."""

    images: tuple[ImageRecord, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Collector:
    images: list[ImageRecord] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    limit: int = FIRST_BATCH
    deadline: float = 0.0

    def add(self, found: ImageRecord | Problem) -> bool:
        """Keep what was found; true when it is time to hand over."""
        if not self.images and not self.problems:
            # Tables may have been read before; that is no reason to hand over a single image.
            self.deadline = time.monotonic() + _PATIENCE
        if isinstance(found, ImageRecord):
            self.images.append(found)
        else:
            self.problems.append(found)
        held = max(len(self.images), len(self.problems))
        return held >= self.limit or time.monotonic() > self.deadline

    def take(self) -> Batch:
        batch = Batch(tuple(self.images), tuple(self.problems))
        self.images.clear()
        self.problems.clear()
        self.limit = LARGEST_BATCH
        return batch


def batched(findings: Iterable[ImageRecord | Problem]) -> Iterator[Batch]:
    """Group findings: a small batch first, so that something shows at once, then large ones."""
    collector = _Collector()
    for found in findings:
        if collector.add(found):
            yield collector.take()
    last = collector.take()
    if last.images or last.problems:
        yield last
