"""Gradients of convolutions for their input."""

from typing import Any

import numpy as np

from model.classifier.openvino_core import ops
from model.network.conversion.geometry import (
    TO_CHANNELS_FIRST,
    TO_CHANNELS_LAST,
    Geometry,
    constant,
    geometry,
    integers,
    static,
    transposed,
)


def _convolution_gradient(node: Any) -> list[Any]:
    """Gradient of Conv2D; filters lie as H, W, in, out, with `in` of one group.

    A forward convolution of the gradient, with zeros between its cells where strides skip some,
    by the filters turned upside down. OpenVINO's own transposed convolution would say the same,
    but its CPU plugin (2026.4) gives wrong values for filters larger than one cell once the graph
    was written to a file and read back beside the forward convolution of the same size.
    """
    filters = node.get_input(1)
    height, width, per_group, outputs = static(filters)
    sizes = constant(node.get_input(0))
    if (height, width) == (1, 1) and sizes[-1] == per_group != outputs:
        return _single_cell_gradient(node)
    groups, lying = sizes[-1] // per_group, _geometry(node, (height, width))
    spread = _spread(transposed(node.get_input(2), TO_CHANNELS_FIRST), lying.strides)
    turned = _upside_down(_upside_down(filters, 0, height), 1, width)
    before = [reach - 1 - edge for reach, edge in zip((height, width), lying.before, strict=True)]
    after = [
        reach - 1 - edge + missing
        for reach, edge, missing in zip((height, width), lying.after, lying.missing, strict=True)
    ]
    if groups == 1:
        kernel = transposed(turned, (2, 3, 0, 1))
        back = ops.convolution(spread, kernel, [1, 1], before, after, [1, 1])
    else:
        parts = integers((height, width, per_group, groups, outputs // groups))
        kernel = transposed(ops.reshape(turned, parts, special_zero=False), (3, 2, 4, 0, 1))
        back = ops.group_convolution(spread, kernel, [1, 1], before, after, [1, 1])
    return [transposed(back, TO_CHANNELS_LAST).output(0)]


def _single_cell_gradient(node: Any) -> list[Any]:
    """For filters of one cell the transposed convolution is right, and shares their weights.

    Turned in any other way they would be in the file twice. But where they have as many inputs as
    outputs, OpenVINO's CPU plugin (2026.4) takes the forward convolution's packed weights for
    those of this one, which are to be turned around.
    """
    back = ops.convolution_backprop_data(
        transposed(node.get_input(2), TO_CHANNELS_FIRST),
        transposed(node.get_input(1), (3, 2, 0, 1)),
        **_geometry(node, (1, 1)).backwards(),
    )
    return [transposed(back, TO_CHANNELS_LAST).output(0)]


def _upside_down(filters: Any, axis: int, cells: int) -> Any:
    return ops.gather(filters, integers(range(cells)[::-1]), np.int64(axis))


def _spread(gradient: Any, strides: tuple[int, ...]) -> Any:
    """[N, C, H, W] with zeros between the cells, as many as the strides skip."""
    if max(strides) == 1:
        return gradient
    channels = static(gradient.output(0))[1]
    ones = ops.constant(np.ones((channels, 1, 1, 1, 1), np.float32))
    return ops.group_convolution_backprop_data(
        gradient, ones, strides=list(strides), pads_begin=[0, 0], pads_end=[0, 0], dilations=[1, 1]
    )


def _depthwise_gradient(node: Any) -> list[Any]:
    """Gradient of a depthwise convolution; filters lie as H, W, in, multiplier."""
    filters = node.get_input(1)
    height, width, channels, multiplier = static(filters)
    groups = integers((channels, multiplier, 1, height, width))
    back = ops.group_convolution_backprop_data(
        transposed(node.get_input(2), TO_CHANNELS_FIRST),
        ops.reshape(transposed(filters, (2, 3, 0, 1)), groups, special_zero=False),
        **_geometry(node, (height, width)).backwards(),
    )
    return [transposed(back, TO_CHANNELS_LAST).output(0)]


def _geometry(node: Any, kernel: tuple[int, int]) -> Geometry:
    if any(int(step) != 1 for step in node.get_attribute("dilations")):
        raise NotImplementedError("No rule for dilations.")
    return geometry(node, constant(node.get_input(0))[-3:-1], kernel)


RULES = {
    "Conv2DBackpropInput": _convolution_gradient,
    "DepthwiseConv2dNativeBackpropInput": _depthwise_gradient,
}
