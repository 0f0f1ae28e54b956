"""Rules for the gradient operations that OpenVINO cannot read from TensorFlow by itself.

TensorFlow keeps activations as N, H, W, C and OpenVINO's convolutions as N, C, H, W.
All shapes are known, because the graph is traced for one image; so paddings are written
out here instead of leaving them to two libraries' ideas of "same".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.classifier.openvino_core import ConversionExtension, ops

_TO_CHANNELS_FIRST = (0, 3, 1, 2)
_TO_CHANNELS_LAST = (0, 2, 3, 1)


def conversion_rules() -> list[Any]:
    """The rules for `openvino.convert_model(..., extension=...)`."""
    return [
        ConversionExtension("Relu6Grad", _relu6_gradient),
        ConversionExtension("Conv2DBackpropInput", _convolution_gradient),
        ConversionExtension("DepthwiseConv2dNativeBackpropInput", _depthwise_gradient),
    ]


@dataclass(frozen=True, slots=True)
class Geometry:
    """How a convolution lies on its input, along height and width.

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


def _relu6_gradient(node: Any) -> list[Any]:
    """The gradient where 0 < features < 6, both bounds excluded, else 0."""
    gradient, features = node.get_input(0), node.get_input(1)
    zero, six = _float(0), _float(6)
    inside = ops.logical_and(ops.greater(features, zero), ops.less(features, six))
    return [ops.select(inside, gradient, zero).output(0)]


def _convolution_gradient(node: Any) -> list[Any]:
    """Gradient of Conv2D for its input; filters lie as H, W, in, out."""
    filters = node.get_input(1)
    height, width, _, _ = _static(filters)
    geometry = _geometry(node, (height, width))
    back = ops.convolution_backprop_data(
        _transposed(node.get_input(2), _TO_CHANNELS_FIRST),
        _transposed(filters, (3, 2, 0, 1)),
        strides=list(geometry.strides),
        **_paddings(geometry),
    )
    return [_transposed(back, _TO_CHANNELS_LAST).output(0)]


def _depthwise_gradient(node: Any) -> list[Any]:
    """Gradient of a depthwise convolution for its input; filters lie as H, W, in, multiplier."""
    filters = node.get_input(1)
    height, width, channels, multiplier = _static(filters)
    geometry = _geometry(node, (height, width))
    groups = _integers((channels, multiplier, 1, height, width))
    back = ops.group_convolution_backprop_data(
        _transposed(node.get_input(2), _TO_CHANNELS_FIRST),
        ops.reshape(_transposed(filters, (2, 3, 0, 1)), groups, special_zero=False),
        strides=list(geometry.strides),
        **_paddings(geometry),
    )
    return [_transposed(back, _TO_CHANNELS_LAST).output(0)]


def _geometry(node: Any, kernel: tuple[int, int]) -> Geometry:
    padding = str(node.get_attribute("padding"))
    dilated = any(int(step) != 1 for step in node.get_attribute("dilations"))
    channels_last = str(node.get_attribute("data_format")) == "NHWC"
    if padding not in {"SAME", "VALID"} or dilated or not channels_last:
        raise NotImplementedError("No rule for explicit paddings, dilations or channels first.")
    strides = tuple(int(step) for step in node.get_attribute("strides")[1:3])
    sizes = _constant(node.get_input(0))[-3:-1]
    axes = [
        axis_geometry(size, cells, stride, padding)
        for size, cells, stride in zip(sizes, kernel, strides, strict=True)
    ]
    before, after, missing = zip(*axes, strict=True)
    return Geometry(strides, before, after, missing)


def _paddings(geometry: Geometry) -> dict[str, list[int]]:
    return {
        "pads_begin": list(geometry.before),
        "pads_end": list(geometry.after),
        "dilations": [1, 1],
        "output_padding": list(geometry.missing),
    }


def _static(port: Any) -> tuple[int, ...]:
    return tuple(int(value) for value in port.get_partial_shape().to_shape())


def _constant(port: Any) -> tuple[int, ...]:
    """The value of a shape that TensorFlow's optimiser left as a number or as a question."""
    node = port.get_node()
    if node.get_type_name() == "ShapeOf":
        return _static(node.input_value(0))
    return tuple(int(value) for value in node.get_data())


def _transposed(port: Any, order: Sequence[int]) -> Any:
    return ops.transpose(port, _integers(order))


def _integers(values: Sequence[int]) -> Any:
    return ops.constant(np.array(values, dtype=np.int64))


def _float(value: float) -> Any:
    return ops.constant(np.float32(value))
