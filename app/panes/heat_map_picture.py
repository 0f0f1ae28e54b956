"""A heat map as a picture to lay over a photograph."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from app.case import HeatMap
from model.overlay import Pixels, alpha, colour_table, steps, upsample

# Larger photographs get a map of this size that the painter enlarges: maps are smooth.
_LONGEST_SIDE = 1024


def heat_map_picture(heat_map: HeatMap, photograph: QSize, colour_map: str) -> QImage:
    """Colours with transparency, premultiplied, in the photograph's proportions.

    Transparent where there is no positive evidence; the painter's opacity does the rest.
    """
    shrink = min(1.0, _LONGEST_SIDE / max(photograph.width(), photograph.height()))
    width = max(1, round(photograph.width() * shrink))
    height = max(1, round(photograph.height() * shrink))
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    if not heat_map.scale_top > 0:  # the same as below, at once
        image.fill(0)
        return image
    across, down = width / photograph.width(), height / photograph.height()
    left, top, right, bottom = heat_map.box
    box = (left * across, top * down, right * across, bottom * down)
    enlarged = upsample(heat_map.values, width, height, box)
    pixels = np.ndarray((height, width), np.uint32, image.bits())
    # No index is out of the table's range; what NumPy does about such takes a copy.
    np.take(_table(colour_map), steps(enlarged, heat_map.scale_top), out=pixels, mode="clip")
    return image


@cache
def _table(colour_map: str) -> NDArray[np.uint32]:
    """Qt's pixel for each step, uint32 [256]."""
    opaque = alpha(np.linspace(0, 1, 256, dtype=np.float32), 1.0)
    colours = colour_table(colour_map).astype(np.float32) * opaque[:, None]
    table: Pixels = np.empty((256, 4), dtype=np.uint8)
    table[:, :3] = np.rint(colours[:, ::-1])  # Qt's 32-bit pixels are B, G, R, A in memory
    table[:, 3] = np.rint(255 * opaque)
    return table.view(np.uint32)[:, 0]
