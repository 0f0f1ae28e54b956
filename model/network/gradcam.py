"""Grad-CAM in TensorFlow: one function that explains an image at every offered layer at once."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from model.network.layers import anatomy

MAP_PREFIX = "map/"


def grad_cam(activations: Any, gradients: Any) -> Any:
    """Signed Grad-CAM: `sum_k w_k A_ijk` with `w_k = mean_ij dS/dA_ijk`.

    Selvaraju et al., "Grad-CAM" (ICCV 2017), equations 1 and 2, without the ReLU, which
    belongs to the display: only the signed map can be told from "no evidence".

    Args:
        activations: float32 [N, H, W, K], A.
        gradients: float32 [N, H, W, K], dS/dA of the logit S.

    Returns:
        float32 [N, H, W].
    """
    weights = tf.reduce_mean(gradients, axis=(1, 2), keepdims=True)
    return tf.reduce_sum(weights * activations, axis=-1)


def additive_evidence(activations: Any, kernel: Any) -> Any:
    """What each cell adds to each logit: `(A @ W) / (H * W)`, all classes at once.

    With average pooling and a linear head the sum over the cells plus the bias is the logit
    (Zhou et al., "Learning deep features for discriminative localization", CVPR 2016).

    Args:
        activations: float32 [N, H, W, K], what the head averages.
        kernel: float32 [K, C], the head's weights.

    Returns:
        float32 [N, H, W, C] in logits.
    """
    cells = int(activations.shape[1]) * int(activations.shape[2])
    # A convolution, not a matrix product: the frozen graph then takes any batch size.
    return tf.nn.conv2d(activations, kernel[tf.newaxis, tf.newaxis] / cells, 1, "VALID")


def explain_function(network: keras.Model, layers: Sequence[str] = ()) -> Any:
    """The function that the compiled graph is made of, traced for one image.

    Args:
        network: Flat, from 0..255 to logits.
        layers: Names of layers, shallow to deep; all maps come from one backward pass. Left
            out, those that `anatomy` finds.

    Returns:
        A `tf.function` of `image` float32 [1, S, S, 3] RGB 0..255 and `class_weights` float32
        [1, C] (one-hot of the class asked for), which gives a dictionary: "logits" [1, C],
        "embedding" [1, E] (the averaged activations of the deepest layer), "map/<layer>" [1, H, W]
        for each layer, and, where a linear head follows the average, "evidence" [1, h, w, C].
    """
    found = anatomy(network)
    layers = tuple(layers) or found.layers
    inner = _with_activations(network, layers, found.layers[-1])
    kernel = network.get_layer(found.head).kernel if found.head else None
    _, side, _, _ = network.input.shape
    signature = [
        tf.TensorSpec([1, side, side, 3], tf.float32, name="image"),
        tf.TensorSpec([1, network.output.shape[-1]], tf.float32, name="class_weights"),
    ]

    def explain(image: Any, class_weights: Any) -> dict[str, Any]:
        with tf.GradientTape() as tape:
            tape.watch(image)
            outputs: dict[str, Any] = inner(image, training=False)
            score = tf.reduce_sum(outputs["logits"] * class_weights)
        activations, deepest = outputs.pop("activations"), outputs.pop("deepest")
        gradients = tape.gradient(score, activations)
        outputs["embedding"] = tf.reduce_mean(deepest, axis=(1, 2))
        if kernel is not None:
            outputs["evidence"] = additive_evidence(deepest, kernel)
        for name, activation, gradient in zip(layers, activations, gradients, strict=True):
            outputs[MAP_PREFIX + name] = grad_cam(activation, gradient)
        return outputs

    return tf.function(explain, input_signature=signature, autograph=False)


def _with_activations(network: keras.Model, layers: Sequence[str], deepest: str) -> keras.Model:
    outputs = {
        "activations": [network.get_layer(name).output for name in layers],
        "deepest": network.get_layer(deepest).output,
        "logits": network.output,
    }
    return keras.Model(network.input, outputs)
