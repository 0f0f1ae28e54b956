"""One image as it is looked at: photograph, what the network says, and the map over it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

Box = tuple[float, float, float, float]
# Of all that speaks for and against a class: where less speaks for it, that is said in words.
_HARDLY_ANY = 0.05
# A photograph this small needs no smaller copy: painting it shrunk is quick enough.
_SMALLEST_LEVEL = 800


@dataclass(frozen=True, slots=True)
class Findings:
    """What a classifier says of one image.

    Attributes:
        logits: float32 [classes].
        evidence: float32 [height, width, classes] in logits; it sums to logit minus bias.
    """

    logits: NDArray[np.float32]
    evidence: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Case:
    """One image, decoded.

    Attributes:
        path: As in the image's record.
        identity: The classifier that `findings` come from, "" without one.
        levels: The photograph in full size and halved again and again; empty when unreadable.
        network_input: uint8 [size, size, 3] as the network sees it; None without a classifier.
        box: What that shows of the photograph: left, top, right, bottom in its pixels.
        findings: Stored results; None where the image was not classified yet.
        reason: Why the photograph cannot be shown, "" when it can.
    """

    path: str
    identity: str
    levels: tuple[QImage, ...]
    network_input: NDArray[np.uint8] | None = None
    box: Box = (0.0, 0.0, 0.0, 0.0)
    findings: Findings | None = None
    reason: str = ""

    @property
    def width(self) -> int:
        """Pixels of the photograph."""
        return self.levels[0].width() if self.levels else 0

    @property
    def height(self) -> int:
        """Pixels of the photograph."""
        return self.levels[0].height() if self.levels else 0

    @property
    def byte_count(self) -> int:
        """Memory that the photograph takes."""
        return sum(level.sizeInBytes() for level in self.levels)


def halved(pixels: NDArray[np.uint8]) -> tuple[QImage, ...]:
    """The photograph in full size and halved until it is small: uint8 RGB [height, width, 3]."""
    height, width = pixels.shape[:2]
    full = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB888)
    # The conversion copies: the image no longer borrows the array's memory.
    levels = [full.convertToFormat(QImage.Format.Format_RGB32)]
    while max(levels[-1].width(), levels[-1].height()) >= 2 * _SMALLEST_LEVEL:
        last = levels[-1]
        levels.append(
            last.scaled(
                max(1, last.width() // 2),
                max(1, last.height() // 2),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
    return tuple(levels)


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A map ready to be drawn over a photograph.

    Attributes:
        path: The image that it belongs to.
        layer: Where in the network it was read.
        class_code: Whose evidence it is.
        additive: Whether its cells sum to the logit minus the bias.
        values: float32 [rows, columns] in logits, signed.
        box: What the network saw of the photograph: left, top, right, bottom in its pixels.
        top: The value that the strongest colour stands for; None for the map's own maximum. Maps
            that are compared share it.
    """

    path: str
    layer: str
    class_code: str
    additive: bool
    values: NDArray[np.float32]
    box: Box
    top: float | None = None

    @property
    def scale_top(self) -> float:
        """The value that the strongest colour stands for, in logits."""
        return self.maximum if self.top is None else self.top

    @property
    def maximum(self) -> float:
        """The largest value, in logits; not positive where nothing speaks for the class."""
        return float(self.values.max())

    @property
    def place(self) -> Box:
        """`box` as left, top, width and height."""
        left, top, right, bottom = self.box
        return left, top, right - left, bottom - top

    @property
    def scarcity(self) -> str:
        """That nothing or hardly anything speaks for the class, in words; "" where enough does.

        The colours alone would not tell: they are stretched to the map's own maximum.
        """
        if self.maximum <= 0:
            return "No positive evidence"
        positive = self.values[self.values > 0]
        if positive.sum() >= _HARDLY_ANY * np.abs(self.values).sum():
            return ""
        return f"Hardly any positive evidence ({positive.size:,} of {self.values.size:,} cells)"

    def value_at(self, x: float, y: float) -> float | None:
        """The cell under a point of the photograph, None outside of what the network saw."""
        left, top, right, bottom = self.box
        rows, columns = self.values.shape
        column = int(np.floor((x - left) / (right - left) * columns))
        row = int(np.floor((y - top) / (bottom - top) * rows))
        inside = 0 <= column < columns and 0 <= row < rows
        return float(self.values[row, column]) if inside else None


@dataclass(frozen=True, slots=True)
class HeatMapOptions:
    """How the heat map is drawn.

    Attributes:
        visible: Whether it is drawn at all.
        layer: Name of the layer, "" for the deepest that the classifier offers.
        class_code: The class whose evidence is drawn, "" for the predicted one.
        opacity: 0 to 1.
        colour_map: One of `model.overlay.COLOUR_MAPS`.
    """

    visible: bool = True
    layer: str = ""
    class_code: str = ""
    opacity: float = 0.5
    colour_map: str = "viridis"
