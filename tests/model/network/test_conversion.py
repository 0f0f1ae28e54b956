"""Gradients of operations that OpenVINO learns from us, against TensorFlow's."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from model.classifier.openvino_core import shared_core
from model.network.compile import convert
from model.network.conversion.geometry import axis_geometry

SIZES = (7, 8)


def both_gradients(layer: Any, image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The gradient of weighted squares of `layer(image)`, by TensorFlow and by OpenVINO."""
    weights = np.random.default_rng(7).normal(size=layer(image).shape).astype(np.float32)

    @tf.function(input_signature=[tf.TensorSpec(image.shape, tf.float32, name="image")])
    def gradient(image: Any) -> dict[str, Any]:
        with tf.GradientTape() as tape:
            tape.watch(image)
            score = tf.reduce_sum(weights * layer(image) ** 2)  # a constant would be folded away
        return {"gradient": tape.gradient(score, image)}

    compiled = shared_core().compile_model(
        convert(gradient), "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
    )
    return gradient(image)["gradient"].numpy(), compiled({"image": image})["gradient"]


def random_values(*shape: int) -> np.ndarray:
    return np.random.default_rng(3).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("multiplier", [1, 2])
def test_that_depthwise_gradients_are_tensorflows(
    padding: str, stride: int, size: int, multiplier: int
) -> None:
    filters = tf.constant(random_values(3, 3, 4, multiplier))
    expected, found = both_gradients(
        lambda x: tf.nn.depthwise_conv2d(x, filters, (1, stride, stride, 1), padding),
        random_values(1, size, size + 1, 4),
    )
    assert np.allclose(found, expected, atol=1e-6 * np.abs(expected).max())


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kernel", [1, 3])
def test_that_convolution_gradients_are_tensorflows(
    padding: str, stride: int, size: int, kernel: int
) -> None:
    filters = tf.constant(random_values(kernel, kernel, 4, 5))
    expected, found = both_gradients(
        lambda x: tf.nn.conv2d(x, filters, stride, padding), random_values(1, size, size + 1, 4)
    )
    assert np.allclose(found, expected, atol=1e-6 * np.abs(expected).max())


def test_that_relu6_passes_gradients_strictly_between_its_bounds_only() -> None:
    values = np.float32([-1, 0, 1e-6, 3, 5.999999, 6, 7]).reshape(1, 1, 7, 1)
    _, found = both_gradients(tf.nn.relu6, values)
    assert (found != 0).ravel().tolist() == [False, False, True, True, True, False, False]


def test_that_relu6_gradients_are_tensorflows() -> None:
    expected, found = both_gradients(tf.nn.relu6, 6 * random_values(1, 5, 5, 4))
    assert np.array_equal(found, expected)


# 112 cells, windows of 3, steps of 2: 56 windows reach 113 cells, so one of padding, at the end.
@pytest.mark.parametrize(
    ("axis", "expected"),
    [
        ((112, 3, 2, "SAME"), (0, 1, 0)),
        ((113, 3, 2, "SAME"), (1, 1, 0)),
        ((113, 3, 2, "VALID"), (0, 0, 0)),
        ((114, 3, 2, "VALID"), (0, 0, 1)),
        ((4, 1, 2, "SAME"), (0, 0, 1)),
        ((7, 3, 1, "SAME"), (1, 1, 0)),
    ],
)
def test_that_padding_is_laid_as_tensorflow_lays_it(
    axis: tuple[int, int, int, str], expected: tuple[int, int, int]
) -> None:
    assert axis_geometry(*axis) == expected


@pytest.mark.parametrize("pool", [tf.nn.max_pool2d, tf.nn.avg_pool2d])
@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize(("window", "stride"), [(2, 2), (3, 2), (3, 1), (2, 3)])
@pytest.mark.parametrize("size", SIZES)
def test_that_pooling_gradients_are_tensorflows(
    pool: Any, padding: str, window: int, stride: int, size: int
) -> None:
    expected, found = both_gradients(
        lambda x: pool(x, window, stride, padding), random_values(1, size, size + 1, 4)
    )
    assert np.allclose(found, expected, atol=1e-6 * np.abs(expected).max())


def test_that_of_equal_cells_the_first_gets_the_gradient_of_maximum_pooling() -> None:
    image = np.zeros((1, 4, 4, 2), np.float32)
    image[0, 2:, 2:] = 1
    expected, found = both_gradients(lambda x: tf.nn.max_pool2d(x + 1, 2, 2, "VALID"), image)
    assert expected[0, ::2, ::2].all()
    assert not expected[0, 1::2].any()
    assert np.allclose(found, expected, atol=1e-6 * np.abs(expected).max())


@pytest.mark.parametrize(
    "function",
    [
        *(tf.nn.relu, tf.nn.relu6, tf.nn.leaky_relu, tf.nn.elu, tf.nn.sigmoid, tf.nn.tanh),
        *(tf.nn.softplus, tf.nn.silu, tf.nn.gelu, tf.nn.selu),
    ],
)
def test_that_gradients_of_activations_are_tensorflows(function: Any) -> None:
    expected, found = both_gradients(lambda x: function(x) + 0.1 * x, 4 * random_values(1, 5, 6, 3))
    assert np.allclose(found, expected, atol=1e-5 * np.abs(expected).max())


def test_that_gradients_of_convolutions_in_groups_are_tensorflows() -> None:
    filters = tf.constant(random_values(3, 3, 2, 8))
    expected, found = both_gradients(
        lambda x: tf.nn.conv2d(x, filters, 2, "SAME"), random_values(1, 7, 8, 4)
    )
    assert np.allclose(found, expected, atol=1e-6 * np.abs(expected).max())


def test_that_a_branch_that_is_used_three_times_adds_its_gradients() -> None:
    expected, found = both_gradients(
        lambda x: tf.concat([x * x, tf.sin(x), tf.pad(x, [[0, 0]] * 3 + [[1, 0]])], -1),
        random_values(1, 5, 6, 3),
    )
    assert np.allclose(found, expected, atol=1e-6 * np.abs(expected).max())
