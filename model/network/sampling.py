"""Which images an epoch takes, in which order."""

import numpy as np
from numpy.typing import NDArray


def drawn_order(draws: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.int64]:
    """The images of one epoch, shuffled: as many as there are, image i `draws[i]` times.

    An image is drawn the whole number below its draws or the one above: systematic sampling from
    a shuffled list. With one draw for each image this is a permutation.

    Args:
        draws: [N], mean number of draws of each image; their mean is 1 (`Effect.draws`).
        generator: Of the chance.

    Returns:
        [N], indices of images.
    """
    shuffled = generator.permutation(len(draws))
    edges = np.cumsum(draws[shuffled])
    points = generator.uniform() + np.arange(len(draws))
    # The last edge is N, but for rounding.
    places = np.searchsorted(edges, points, side="right").clip(max=len(draws) - 1)
    return generator.permutation(shuffled[places])
