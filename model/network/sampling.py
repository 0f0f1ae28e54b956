"""Which images an epoch takes, in which order."""

import numpy as np
from numpy.typing import NDArray


def drawn_order(
    labels: NDArray[np.int64], draws: NDArray[np.float64], generator: np.random.Generator
) -> NDArray[np.int64]:
    """The images of one epoch, shuffled: as many as there are, those of class c `draws[c]` times.

    An image is drawn the whole number below its class' draws or the one above: systematic
    sampling from a shuffled list. With one draw for each class this is a permutation.

    Args:
        labels: [N], class indices.
        draws: [C], mean number of draws of an image of each class (`Effect.draws`).
        generator: Of the chance.

    Returns:
        [N], indices of images.
    """
    shuffled = generator.permutation(len(labels))
    edges = np.cumsum(draws[labels[shuffled]])
    points = generator.uniform() + np.arange(len(labels))
    # The last edge is N, but for rounding.
    places = np.searchsorted(edges, points, side="right").clip(max=len(labels) - 1)
    return generator.permutation(shuffled[places])
