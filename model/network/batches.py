"""Batches of augmented images, prepared ahead on threads; the same ones whoever asks again."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import cv2
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
        mixup: How strongly images of a batch are blended, see `mixed`; 0: not at all.
    """

    pixels: NDArray[np.uint8]
    targets: NDArray[np.float64]
    frequencies: NDArray[np.float64]
    augmentation: Augmentation
    batch: int
    seed: int
    mixup: float = 0.0

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
        batch = Batch(np.stack(views), self.targets[rows].astype(np.float32))
        if not self.mixup:
            return batch
        return mixed(batch, self.mixup, np.random.default_rng((self.seed, epoch, step, 1)))


def mixed(batch: Batch, alpha: float, generator: np.random.Generator) -> Batch:
    """Each image blended with one of the others, its target in the same shares.

    Mixup (Zhang et al., ICLR 2018), with a share for each image, of which its own is the larger.

    Args:
        batch: At least one image.
        alpha: Shares are drawn from Beta(alpha, alpha): small ones leave most images nearly as they
            are, 1 makes all shares as likely.
        generator: Decides.
    """
    drawn = generator.beta(alpha, alpha, len(batch.pixels))
    shares = np.maximum(drawn, 1 - drawn)
    pairs = zip(batch.pixels, batch.pixels[::-1], shares, strict=True)
    blended = [cv2.addWeighted(own, share, other, 1 - share, 0) for own, other, share in pairs]
    weights = shares[:, np.newaxis].astype(np.float32)
    targets = weights * batch.targets + (1 - weights) * batch.targets[::-1]
    return Batch(np.stack(blended), targets)
