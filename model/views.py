"""The eight exact views of a square image: mirrored and turned, without interpolating a pixel."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

VIEW_COUNTS = (1, 2, 4, 8)
"""How many may be averaged: the image itself; also mirrored; also upside down; also transposed."""

_MIRRORED, _UPSIDE_DOWN, _TRANSPOSED = 1, 2, 4
_Values = TypeVar("_Values", bound=np.generic)


def view(values: NDArray[_Values], number: int) -> NDArray[_Values]:
    """View 0 to 7 of images or maps [..., side, side, channels]; view 0 is what they are."""
    if number & _TRANSPOSED:
        values = np.swapaxes(values, -3, -2)
    return _flipped(values, number)


def as_seen(values: NDArray[_Values], number: int) -> NDArray[_Values]:
    """What was found in a view [..., rows, columns, channels], back over the image itself."""
    values = _flipped(values, number)
    return np.swapaxes(values, -3, -2) if number & _TRANSPOSED else values


def _flipped(values: NDArray[Any], number: int) -> NDArray[Any]:
    if number & _MIRRORED:
        values = values[..., ::-1, :]
    return values[..., ::-1, :, :] if number & _UPSIDE_DOWN else values
