"""Dark hair found and filled, after DullRazor.

Lee et al., "DullRazor: a software approach to hair removal from images", Computers in Biology and
Medicine 27 (1997). Grey closings along lines, channel by channel, find what is dark and narrow;
only what is long and thin is hair; it is filled from both sides and smoothed. Hair bends, so
that lines are looked for in 24 directions where the original has eight; and it crosses, so that
not each line has to be thin all along, but some around it.

Lengths are in pixels of a photograph of about 600 x 450.
"""

from functools import cache
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from model.resampling import Pixels

Mask = NDArray[np.uint8]

_CLOSING = 11  # wider than hair
_CLOSING_DEGREES = (0.0, 45.0, 90.0)
_DARKER = 20  # of 255
_EDGE = 2
_LONG = 50
_THIN = 10
_DEGREES = tuple(7.5 * each for each in range(24))
_AROUND = 320
_PART_THIN = 0.06  # of what is long around; crossing hair has more, furrows of a lesion none
_REACH = 16  # as far as skin is looked for on both sides
_SIDES = ((0, 1), (1, 0), (1, 1), (1, -1))
_MEDIAN = 5


def find_hair(pixels: Pixels) -> Mask:
    """Where dark hair is.

    Args:
        pixels: H x W x 3, RGB.

    Returns:
        H x W, 255 on hair and one pixel around it, 0 elsewhere.
    """
    candidates = _dark_and_narrow(pixels)
    height, width = candidates.shape
    # Half the size is enough for lengths, and four times as quick.
    halved = cv2.resize(candidates, (-(-width // 2), -(-height // 2)), interpolation=cv2.INTER_AREA)
    hair = _long_and_thin((halved >= 64).astype(np.uint8))
    if not hair.any():
        return np.zeros((height, width), np.uint8)
    full = cv2.resize(hair, (width, height), interpolation=cv2.INTER_NEAREST)
    return _dilated(cast(Mask, full), np.ones((3, 3), np.uint8)) * np.uint8(255)


def without_hair(pixels: Pixels, hair: Mask) -> Pixels:
    """The photograph with hair filled: linear between the skin on both sides, then smoothed.

    Args:
        pixels: H x W x 3, RGB; not changed.
        hair: As from `find_hair`.
    """
    rows, columns = np.nonzero(hair)
    if not rows.size:
        return pixels
    found, filling = _filling(pixels, hair, (rows, columns))
    filled = pixels.copy()
    filled[rows[found], columns[found]] = filling[found]
    smooth = cv2.medianBlur(filled, _MEDIAN)
    filled[rows, columns] = smooth[rows, columns]
    return filled


def _dark_and_narrow(pixels: Pixels) -> Mask:
    """255 where a channel is much darker than its closing along the best of three lines."""
    closed = [
        cv2.morphologyEx(pixels, cv2.MORPH_CLOSE, _line(_CLOSING, each))
        for each in _CLOSING_DEGREES
    ]
    lighter = cv2.max(cv2.max(closed[0], closed[1]), closed[2])
    red, green, blue = cv2.split(cv2.subtract(lighter, pixels))
    most = cv2.max(cv2.max(red, green), blue)
    narrow = cv2.threshold(most, _DARKER, 255, cv2.THRESH_BINARY)[1]
    # Many photographs have a dark line along their edge.
    narrow[:_EDGE] = narrow[-_EDGE:] = narrow[:, :_EDGE] = narrow[:, -_EDGE:] = 0
    return cast(Mask, narrow)


def _long_and_thin(candidates: Mask) -> Mask:
    """1 on candidates, at half size, that lie on long lines, where many lines are thin."""
    long, thin = np.zeros_like(candidates), np.zeros_like(candidates)
    for degrees in _DEGREES:
        along, across = _line(_LONG // 2, degrees), _line(_THIN // 2, degrees + 90)
        middles = _eroded(candidates, along)
        if not middles.any():
            continue
        long |= _dilated(middles, along)
        thick = _dilated(_eroded(candidates, across), across)
        thin |= _dilated(_eroded(candidates & ~thick, along), along)
    share_long, share_thin = (
        cv2.boxFilter(each, cv2.CV_32F, (_AROUND // 2, _AROUND // 2)) for each in (long, thin)
    )
    return cast(Mask, long & (share_thin >= _PART_THIN * share_long))


def _eroded(mask: Mask, line: Mask) -> Mask:
    """What lies on a whole line; beyond the photograph's edge there is none."""
    return cast(Mask, cv2.erode(mask, line, borderType=cv2.BORDER_CONSTANT, borderValue=0))


def _dilated(mask: Mask, line: Mask) -> Mask:
    return cast(Mask, cv2.dilate(mask, line))


@cache
def _line(length: int, degrees: float) -> Mask:
    """A line through the middle of a square of ones and zeros."""
    half = length // 2
    square = np.zeros((2 * half + 1, 2 * half + 1), np.uint8)
    angle = np.deg2rad(degrees)
    right, up = round(np.cos(angle) * half), round(np.sin(angle) * half)
    cv2.line(square, (half - right, half + up), (half + right, half - up), 1)
    return square


def _filling(
    pixels: Pixels, hair: Mask, where: tuple[NDArray[np.intp], NDArray[np.intp]]
) -> tuple[NDArray[np.bool_], Pixels]:
    """Which hair pixels have skin on both sides, and what lies between the nearest."""
    framed = np.pad(hair, _REACH, constant_values=255)
    best = np.full(where[0].size, 2 * _REACH + 1)
    filling = np.zeros((where[0].size, 3), np.float32)
    for side in _SIDES:
        there = _steps_to_skin(framed, where, side)
        back = _steps_to_skin(framed, where, (-side[0], -side[1]))
        nearer = np.flatnonzero((there > 0) & (back > 0) & (there + back < best))
        best[nearer] = (there + back)[nearer]
        one = _colours(pixels, where, side, there, nearer)
        other = _colours(pixels, where, side, -back, nearer)
        share = (there[nearer] / best[nearer])[:, None].astype(np.float32)
        filling[nearer] = one * (1 - share) + other * share
    return best <= 2 * _REACH, np.rint(filling).astype(np.uint8)


def _steps_to_skin(
    framed: Mask, where: tuple[NDArray[np.intp], NDArray[np.intp]], step: tuple[int, int]
) -> NDArray[np.int64]:
    """How far skin is in a direction, in steps; 0 where none is within reach."""
    rows, columns = where[0] + _REACH, where[1] + _REACH
    steps = np.zeros(rows.size, np.int64)
    looking = np.arange(rows.size)
    for count in range(1, _REACH):
        ahead = framed[rows[looking] + count * step[0], columns[looking] + count * step[1]] == 0
        steps[looking[ahead]] = count
        looking = looking[~ahead]
        if not looking.size:
            break
    return steps


def _colours(
    pixels: Pixels,
    where: tuple[NDArray[np.intp], NDArray[np.intp]],
    step: tuple[int, int],
    steps: NDArray[np.int64],
    chosen: NDArray[np.intp],
) -> NDArray[np.float32]:
    rows = where[0][chosen] + steps[chosen] * step[0]
    columns = where[1][chosen] + steps[chosen] * step[1]
    return np.asarray(pixels[rows, columns], np.float32)
