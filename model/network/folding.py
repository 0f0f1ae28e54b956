"""A network's answer with its batch norms folded into the kernels before them: the same, sooner.

A batch norm that never learns multiplies and adds one number for each channel. Done to the kernel,
this costs nothing at the pixels, forwards or backwards. Gradients are those of the kernels as they
are, since folding is part of what is differentiated.
"""

import inspect
from collections import defaultdict
from typing import Any

import keras
import tensorflow as tf

_CONVOLUTIONS = (keras.layers.Conv2D, keras.layers.DepthwiseConv2D)


class FoldedNetwork:
    """Answers as a flat network does, but for rounding; it has no variables of its own."""

    def __init__(self, network: keras.Model) -> None:
        """Look at a network whose layers each have one place in its graph."""
        self._network = network
        self._norms: dict[str, Any] = {}  # by the convolution before
        self._pads: dict[str, Any] = {}  # by the convolution after
        followers = _followers(network)
        for layer in network.layers:
            norm = _only(followers[id(layer.output)], keras.layers.BatchNormalization)
            if norm and isinstance(layer, _CONVOLUTIONS) and _is_foldable(layer, norm):
                self._norms[layer.name] = norm
        for layer in network.layers:
            convolution = _only(followers[id(layer.output)], _CONVOLUTIONS)
            is_pad = isinstance(layer, keras.layers.ZeroPadding2D)
            if is_pad and convolution and convolution.name in self._norms:
                self._pads[convolution.name] = layer
        self._passing = {each.name for each in (*self._norms.values(), *self._pads.values())}

    def __call__(self, images: Any, *, training: bool) -> Any:
        """The network's output for float32 [N, S, S, 3]; `training` as Keras means it."""
        found = {id(self._network.input): images}
        for layer in self._network.layers[1:]:
            taken = [found[id(tensor)] for tensor in _listed(layer.input)]
            found[id(layer.output)] = self._answer(layer, taken, training)
        return found[id(self._network.output)]

    def _answer(self, layer: keras.Layer, taken: list[Any], training: bool) -> Any:
        if layer.name in self._passing:
            return taken[0]
        if norm := self._norms.get(layer.name):
            return _normalised(layer, norm, self._pads.get(layer.name), taken[0])
        told = {"training": training} if _asks_for_training(layer) else {}
        return layer(taken if len(taken) > 1 else taken[0], **told)


def _normalised(layer: Any, norm: Any, pad: keras.layers.ZeroPadding2D | None, inputs: Any) -> Any:
    """What a batch norm makes of a convolution, in one convolution."""
    factor = norm.gamma.value * tf.math.rsqrt(norm.moving_variance.value + norm.epsilon)
    addend = norm.beta.value - norm.moving_mean.value * factor
    is_depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
    kernel = layer.kernel.value * (factor[:, tf.newaxis] if is_depthwise else factor)
    padding = layer.padding
    if pad is not None and _is_same(layer, pad, inputs):
        padding = "same"
    elif pad is not None:
        inputs = pad(inputs)
    kernel, addend = (tf.cast(each, layer.compute_dtype) for each in (kernel, addend))
    convolve = keras.ops.depthwise_conv if is_depthwise else keras.ops.conv
    found = convolve(tf.cast(inputs, layer.compute_dtype), kernel, layer.strides, padding)
    return tf.nn.bias_add(found, addend)


def _is_foldable(layer: Any, norm: Any) -> bool:
    is_linear = layer.activation is keras.activations.linear and not layer.use_bias
    is_plain = layer.data_format == "channels_last" and set(layer.dilation_rate) == {1}
    learns = norm.trainable and bool(norm.trainable_variables)
    one_each = getattr(layer, "depth_multiplier", 1) == 1 and getattr(layer, "groups", 1) == 1
    return is_linear and is_plain and one_each and norm.scale and norm.center and not learns


def _is_same(layer: Any, pad: Any, inputs: Any) -> bool:
    """Whether TensorFlow's "same" pads as the layer before does: at the far side alone."""
    even = all(side is not None and side % 2 == 0 for side in inputs.shape[1:3])
    halves = layer.kernel_size == (3, 3) and tuple(layer.strides) == (2, 2)
    return even and halves and layer.padding == "valid" and pad.padding == ((0, 1), (0, 1))


def _asks_for_training(layer: keras.Layer) -> bool:
    return "training" in inspect.signature(layer.call).parameters


def _followers(network: keras.Model) -> dict[int, list[Any]]:
    """The layers that take each layer's output, by the identity of that."""
    found: dict[int, list[Any]] = defaultdict(list)
    for layer in network.layers[1:]:
        for tensor in _listed(layer.input):
            found[id(tensor)].append(layer)
    return found


def _only(layers: list[Any], kinds: Any) -> Any:
    """The one layer there is, if it is of these kinds; else None."""
    return layers[0] if len(layers) == 1 and isinstance(layers[0], kinds) else None


def _listed(tensors: Any) -> list[Any]:
    return tensors if isinstance(tensors, list) else [tensors]
