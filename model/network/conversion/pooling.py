"""Gradients of pooling: each window hands its gradient to its largest cell, or to all alike."""

import math
from collections.abc import Sequence
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


def _maximum_gradient(node: Any) -> list[Any]:
    """The gradient of each window goes to its first largest cell; windows may overlap.

    OpenVINO's pooling can name the places of its maxima, but after a graph was written to a file
    its CPU plugin counts them in another order of axes, so they are found here.
    """
    features, pooled, gradient = (node.get_input(at) for at in range(3))
    _, rows, columns, channels = static(features)
    window = _window(node)
    lying = geometry(node, (rows, columns), window)
    cells = _cells_of_windows(features, lying, window, static(pooled))
    last = integers((-1,))
    largest = ops.convert(ops.equal(cells, ops.unsqueeze(pooled, last)), "f32")
    first = ops.equal(ops.multiply(largest, ops.cumsum(largest, np.int64(-1))), np.float32(1))
    shares = ops.multiply(ops.convert(first, "f32"), ops.unsqueeze(gradient, last))
    back = ops.group_convolution_backprop_data(
        _as_channels(shares, (*static(pooled), window[0] * window[1])),
        ops.constant(np.tile(_one_place_each(window), (channels, 1, 1, 1, 1))),
        **lying.backwards(),
    )
    return [transposed(back, TO_CHANNELS_LAST).output(0)]


def _cells_of_windows(
    features: Any, lying: Geometry, window: tuple[int, int], shape: tuple[int, ...]
) -> Any:
    """Each window's cells, row by row, along a new last axis: [N, rows, columns, channels, k]."""
    before, after = integers((0, *lying.before, 0)), integers((0, *lying.after, 0))
    padded = ops.pad(features, before, after, "constant", np.finfo(np.float32).min)
    step = integers((1, *lying.strides, 1))
    whole = [1, 0, 0, 1]  # images and channels are not sliced
    found = []
    for row, column in np.ndindex(window):
        ends = [
            start + (windows - 1) * stride + 1
            for start, windows, stride in zip((row, column), shape[1:3], lying.strides, strict=True)
        ]
        piece = ops.strided_slice(
            padded, integers((0, row, column, 0)), integers((0, *ends, 0)), step, whole, whole
        )
        found.append(ops.unsqueeze(piece, integers((-1,))))
    return ops.concat(found, -1)


def _as_channels(cells: Any, shape: Sequence[int]) -> Any:
    """[N, rows, columns, channels, k] to [N, channels * k, rows, columns]."""
    count, rows, columns, channels, places = shape
    turned = ops.transpose(cells, integers((0, 3, 4, 1, 2)))
    return ops.reshape(
        turned, integers((count, channels * places, rows, columns)), special_zero=False
    )


def _one_place_each(window: tuple[int, int]) -> Any:
    """Kernels that put the i-th cell of a window back to its place: float32 [1, k, 1, h, w]."""
    places = window[0] * window[1]
    return np.eye(places, dtype=np.float32).reshape(1, places, 1, *window)


def _average_gradient(node: Any) -> list[Any]:
    """The gradient of each window goes to its cells in equal shares; padding gets none."""
    gradient = node.get_input(1)
    _, rows, columns, channels = constant(node.get_input(0))
    window = _window(node)
    lying = geometry(node, (rows, columns), window)
    shares = ops.multiply(gradient, ops.constant(1 / _cells(lying, (rows, columns), window)))
    back = ops.group_convolution_backprop_data(
        transposed(shares, TO_CHANNELS_FIRST),
        ops.constant(np.ones((channels, 1, 1, *window), np.float32)),
        **lying.backwards(),
    )
    return [transposed(back, TO_CHANNELS_LAST).output(0)]


def _tile(node: Any) -> list[Any]:
    """Repetition, which is how TensorFlow spreads the gradient of a mean over its cells.

    As copies side by side: OpenVINO (2026.4) moves transpositions past its own tile without
    turning the repeats, which ends in shapes that do not fit.
    """
    port = node.get_input(0)
    for axis, count in enumerate(constant(node.get_input(1))):
        if count > 1:
            port = ops.concat([port] * count, axis).output(0)
    return [port]


def _window(node: Any) -> tuple[int, int]:
    _, height, width, _ = (int(cells) for cells in node.get_attribute("ksize"))
    return height, width


def _cells(lying: Geometry, sizes: tuple[int, int], window: tuple[int, int]) -> Any:
    """How many cells of the input each window has: float32 [1, rows, columns, 1]."""
    counts = []
    for axis, (size, reach) in enumerate(zip(sizes, window, strict=True)):
        padded = size + lying.before[axis] + lying.after[axis]
        windows = math.floor((padded - reach) / lying.strides[axis]) + 1
        starts = np.arange(windows) * lying.strides[axis] - lying.before[axis]
        counts.append(np.minimum(starts + reach, size) - np.maximum(starts, 0))
    return np.outer(*counts).astype(np.float32)[np.newaxis, :, :, np.newaxis]


RULES = {"MaxPoolGrad": _maximum_gradient, "AvgPoolGrad": _average_gradient, "Tile": _tile}
