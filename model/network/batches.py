"""Batches of augmented images, prepared ahead on threads; the same ones whoever asks again."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.augmentation import Augmentation, augmented, view_generator
from model.network.sampling import drawn_order

_THREADS = 2
_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Batch:
    """Images of one step.

    Attributes:
        pixels: uint8 [B, S, S, 3].
        targets: float32 [B, C].
    """

    pixels: NDArray[np.uint8]
    targets: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Draws:
    """What an epoch draws from. Nothing in it changes, so an epoch can be begun at any batch.

    Attributes:
        pixels: uint8 [N, S, S, 3], the training images.
        targets: float64 [N, C], shares of the classes.
        frequencies: [C], how often an image of each class is drawn (`Effect.draws`).
        augmentation: What happens to them.
        batch: Images of a step; an epoch leaves out what fills no batch.
        seed: Of the run.
    """

    pixels: NDArray[np.uint8]
    targets: NDArray[np.float64]
    frequencies: NDArray[np.float64]
    augmentation: Augmentation
    batch: int
    seed: int

    @property
    def steps(self) -> int:
        """Batches of an epoch."""
        return max(1, len(self.targets) // self.batch)

    def epoch(self, number: int, size: int, first: int = 0) -> Iterator[Batch]:
        """The batches of an epoch from the one with index `first` on.

        Order and views depend on seed, epoch and position alone, not on what ran before.

        Args:
            number: Of the epoch, from 1.
            size: Side of the images.
            first: How many batches to leave out.
        """
        draws = self.targets @ self.frequencies
        order = drawn_order(draws, np.random.default_rng((self.seed, number)))
        with ThreadPoolExecutor(_THREADS) as pool:
            waiting: deque[Future[Batch]] = deque()
            for step in range(first, self.steps):
                waiting.append(pool.submit(self._batch, order, number, size, step))
                if len(waiting) > _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def _batch(self, order: NDArray[np.int64], epoch: int, size: int, step: int) -> Batch:
        positions = range(step * self.batch, min((step + 1) * self.batch, len(order)))
        rows = order[list(positions)]
        views = [
            augmented(
                self.pixels[row],
                size,
                self.augmentation,
                view_generator(self.seed, epoch, position),
            )
            for row, position in zip(rows, positions, strict=True)
        ]
        return Batch(np.stack(views), self.targets[rows].astype(np.float32))
