"""How windows lie on an input, and the order of axes in the two libraries.

TensorFlow keeps activations as N, H, W, C and OpenVINO's convolutions as N, C, H, W.
All shapes are known, because the graph is traced for one image; so paddings are written
out here instead of leaving them to two libraries' ideas of "same".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.classifier.openvino_core import ops

TO_CHANNELS_FIRST = (0, 3, 1, 2)
TO_CHANNELS_LAST = (0, 2, 3, 1)


@dataclass(frozen=True, slots=True)
class Geometry:
    """How windows lie on an input, along height and width.

    Attributes:
        strides: Steps between windows.
        before: Padding at the top and the left.
        after: Padding at the bottom and the right.
        missing: Rows and columns of the input that no window reaches.
    """

    strides: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    missing: tuple[int, ...]

    def backwards(self) -> dict[str, Any]:
        """What OpenVINO's transposed convolutions call all this."""
        return {
            "strides": list(self.strides),
            "pads_begin": list(self.before),
            "pads_end": list(self.after),
            "dilations": [1, 1],
            "output_padding": list(self.missing),
        }


def axis_geometry(size: int, reach: int, stride: int, padding: str) -> tuple[int, int, int]:
    """How windows lie on one axis in TensorFlow (its guide to padding in `tf.nn`).

    Args:
        size: Cells of the input.
        reach: Cells of a window.
        stride: Step between windows.
        padding: "SAME" or "VALID".

    Returns:
        Cells of padding before and after (SAME puts the odd one after), and cells of the
        input at the end that no window reaches.
    """
    if padding == "VALID":
        return 0, 0, (size - reach) % stride
    windows = -(-size // stride)
    covered = (windows - 1) * stride + reach
    total = max(covered - size, 0)
    return total // 2, total - total // 2, max(size - covered, 0)


def geometry(node: Any, sizes: Sequence[int], window: Sequence[int]) -> Geometry:
    """Of a TensorFlow node with strides and padding, over an input of `sizes` cells."""
    padding = str(node.get_attribute("padding"))
    if padding not in {"SAME", "VALID"} or str(node.get_attribute("data_format")) != "NHWC":
        raise NotImplementedError("No rule for explicit paddings or channels first.")
    strides = tuple(int(step) for step in node.get_attribute("strides")[1:3])
    axes = [
        axis_geometry(size, cells, stride, padding)
        for size, cells, stride in zip(sizes, window, strides, strict=True)
    ]
    before, after, missing = zip(*axes, strict=True)
    return Geometry(strides, before, after, missing)


def static(port: Any) -> tuple[int, ...]:
    """The shape of a port, which is known."""
    return tuple(int(value) for value in port.get_partial_shape().to_shape())


def constant(port: Any) -> tuple[int, ...]:
    """The value of a shape that TensorFlow's optimiser left as a number or as a question."""
    node = port.get_node()
    if node.get_type_name() == "ShapeOf":
        return static(node.input_value(0))
    return tuple(int(value) for value in node.get_data())


def transposed(port: Any, order: Sequence[int]) -> Any:
    """The port with its axes in another order."""
    return ops.transpose(port, integers(order))


def integers(values: Sequence[int]) -> Any:
    """A constant."""
    return ops.constant(np.array(values, dtype=np.int64))
