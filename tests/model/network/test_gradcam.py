"""Grad-CAM against the toy network of captum's tests and against its closed form."""

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from model.network.gradcam import additive_evidence, grad_cam
from model.network.layers import LOGITS_LAYER, OFFERED_LAYERS


def toy_activations() -> tuple[np.ndarray, np.ndarray]:
    """A 4 x 4 ramp under two 3 x 3 filters of ones with biases -50 and -75, before the ReLU.

    Returns the activations [1, 2, 2, 2] and the head's weights for each cell and channel.
    """
    ramp = np.arange(16, dtype=np.float32).reshape(4, 4)
    sums = np.array([[ramp[i : i + 3, j : j + 3].sum() for j in (0, 1)] for i in (0, 1)])
    before = np.stack([sums - 50, sums - 75], axis=-1)[np.newaxis].astype(np.float32)
    channel_first = np.array([1, 1, 1, 1, 1, -1, -1, -1], np.float32).reshape(2, 2, 2)
    return before, channel_first.transpose(1, 2, 0)[np.newaxis]


def toy_map(*, after_relu: bool) -> np.ndarray:
    values, weights = toy_activations()
    before = tf.constant(values)
    with tf.GradientTape() as tape:
        tape.watch(before)
        after = tf.nn.relu(before)
        score = tf.reduce_sum(after * weights)
    assert float(score) == 54
    layer = after if after_relu else before
    with tf.GradientTape() as tape:
        tape.watch(layer)
        score = tf.reduce_sum((layer if after_relu else tf.nn.relu(layer)) * weights)
    return grad_cam(layer, tape.gradient(score, layer)).numpy()[0]


def test_that_the_toy_map_after_the_relu_is_captums() -> None:
    assert np.maximum(toy_map(after_relu=True), 0).tolist() == [[0, 4], [28, 32.5]]


def test_that_the_toy_map_before_the_relu_is_captums() -> None:
    expected = [[11.25, 13.5], [20.25, 22.5]]
    assert np.maximum(toy_map(after_relu=False), 0).tolist() == expected


def test_that_a_map_keeps_its_sign() -> None:
    activations = tf.constant([[[[1.0], [2.0]]]])
    assert grad_cam(activations, -tf.ones_like(activations)).numpy().tolist() == [[[-1, -2]]]


def test_that_images_of_a_batch_do_not_mix() -> None:
    generator = np.random.default_rng(0)
    a, g = (tf.constant(generator.normal(size=(2, 3, 3, 4)), tf.float32) for _ in range(2))
    alone = [grad_cam(a[i : i + 1], g[i : i + 1])[0] for i in (0, 1)]
    assert np.allclose(grad_cam(a, g), alone, atol=1e-6)


def test_that_evidence_and_bias_add_up_to_the_logits() -> None:
    generator = np.random.default_rng(0)
    activations = generator.uniform(0, 6, (2, 7, 7, 40)).astype(np.float32)
    kernel, bias = generator.normal(size=(40, 3)).astype(np.float32), np.float32([1, -2, 3])
    logits = activations.mean((1, 2)) @ kernel + bias
    evidence = additive_evidence(tf.constant(activations), tf.constant(kernel)).numpy()
    assert np.allclose(evidence.sum((1, 2)) + bias, logits, atol=1e-5)


@pytest.mark.parametrize("name", OFFERED_LAYERS)
def test_that_maps_of_one_pass_are_those_of_a_pass_for_each_layer(
    network: keras.Model, explain: Any, images: np.ndarray, name: str
) -> None:
    image = images[:1].astype(np.float32)
    inner = keras.Model(network.input, [network.get_layer(name).output, network.output])

    # A graph like the one under test: eager kernels round otherwise, and where that moves an
    # activation over a bound of ReLU6, gradients jump.
    @tf.function
    def pass_for_one_layer(pixels: Any) -> Any:
        with tf.GradientTape() as tape:
            activations, logits = inner(pixels, training=False)
            score = logits[0, 2]
        return activations, tape.gradient(score, activations)

    activations, gradients = (each.numpy() for each in pass_for_one_layer(image))
    expected = (gradients.mean((1, 2), keepdims=True) * activations).sum(-1)
    found = explain(image, np.float32([[0, 0, 1]]))[f"map/{name}"]
    assert np.allclose(found, expected, atol=1e-4 * np.abs(expected).max())


def test_that_the_deepest_map_is_the_evidence_of_its_class(
    explain: Any, images: np.ndarray
) -> None:
    found = explain(images[:1].astype(np.float32), np.float32([[0, 1, 0]]))
    deepest = found[f"map/{OFFERED_LAYERS[-1]}"].numpy()
    assert np.allclose(deepest, found["evidence"].numpy()[..., 1], atol=1e-5)


def test_that_the_evidence_of_the_network_adds_up_to_its_logits(
    network: keras.Model, explain: Any, images: np.ndarray
) -> None:
    found = explain(images[:1].astype(np.float32), np.float32([[1, 0, 0]]))
    bias = network.get_layer(LOGITS_LAYER).get_weights()[1]
    assert np.allclose(found["evidence"].numpy().sum((1, 2)) + bias, found["logits"], atol=1e-5)
