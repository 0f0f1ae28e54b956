"""The layers of a network that heat maps are offered for, and what its head makes of the last."""

from dataclasses import dataclass
from typing import Any

import keras

from model.classifier.card import Layer

OFFERED_LAYERS = (
    "block_3_expand_relu",
    "block_6_expand_relu",
    "block_13_expand_relu",
    "block_16_project_BN",
    "out_relu",
)
"""Of our network, shallow to deep; at 224 pixels 56, 28, 14, 7 and 7 cells wide. The activations of
the last are averaged and weighted linearly, so its map adds up to the logit."""

EMBEDDING_LAYER = "embedding"
LOGITS_LAYER = "logits"


_MOST_LAYERS = 5
_SMALLEST_MAP, _LARGEST_MAP = 2, 64
"""Cells along a side. A single cell is no map, and finer ones show edges, not reasons."""

# What gives a map of its own; padding, dropout and pooling only hand one on.
_MAPPING = (
    keras.layers.Conv2D,
    keras.layers.DepthwiseConv2D,
    keras.layers.SeparableConv2D,
    keras.layers.BatchNormalization,
    keras.layers.Activation,
    keras.layers.ReLU,
    keras.layers.LeakyReLU,
    keras.layers.PReLU,
    keras.layers.ELU,
    keras.layers.Add,
    keras.layers.Multiply,
    keras.layers.Concatenate,
)
_PASSING = (keras.layers.Dropout, keras.layers.Identity)


@dataclass(frozen=True, slots=True)
class Anatomy:
    """Where a flat network with logits keeps what explains it.

    Attributes:
        layers: Names of the layers that offer maps, shallow to deep.
        head: Name of the linear layer whose kernel weights the averaged activations of the last
            of `layers`; "" where the network does not end so, and no evidence adds up.
    """

    layers: tuple[str, ...]
    head: str


def anatomy(network: keras.Model) -> Anatomy:
    """What `explain_function` needs to know of a network.

    Ours offers `OFFERED_LAYERS`; others the last layer at each resolution, so that maps of every
    fineness are there, and the one that a linear head averages. None for a network without any
    map of the image.
    """
    names = {layer.name for layer in network.layers}
    if {*OFFERED_LAYERS, EMBEDDING_LAYER, LOGITS_LAYER} <= names:
        return Anatomy(OFFERED_LAYERS, LOGITS_LAYER)
    averaged, head = _linear_head(network)
    finest_last = {_side(layer): layer.name for layer in network.layers if _offers_map(layer)}
    found = [name for name in finest_last.values() if name != averaged][-_MOST_LAYERS:]
    if averaged:
        # The layer that is averaged stands for its resolution, and is the deepest.
        side = _side(network.get_layer(averaged))
        found = [name for name in found if _side(network.get_layer(name)) != side] + [averaged]
    if not found:
        # A map that is too fine is better than none.
        any_size = [layer.name for layer in network.layers if _offers_map(layer, largest=None)]
        found = any_size[-1:]
    return Anatomy(tuple(found[-_MOST_LAYERS:]), head)


def _offers_map(layer: Any, largest: int | None = _LARGEST_MAP) -> bool:
    if not isinstance(layer, _MAPPING) or len(getattr(layer, "_inbound_nodes", ())) != 1:
        return False
    shape = layer.output.shape
    if len(shape) != 4 or min(shape[1:3]) < _SMALLEST_MAP:
        return False
    return largest is None or max(shape[1:3]) <= largest


def _side(layer: Any) -> tuple[int, int]:
    return tuple(layer.output.shape[1:3])


def _linear_head(network: keras.Model) -> tuple[str, str]:
    """Names of the layer that is averaged and of the linear layer after it; "" without them."""
    head = network.layers[-1]
    if not isinstance(head, keras.layers.Dense):
        return "", ""
    before = _source(head)
    while isinstance(before, _PASSING):
        before = _source(before)
    if not isinstance(before, keras.layers.GlobalAveragePooling2D):
        return "", ""
    averaged = _source(before)
    while isinstance(averaged, _PASSING):
        averaged = _source(averaged)
    return (averaged.name, head.name) if isinstance(averaged, _MAPPING) else ("", "")


def _source(layer: Any) -> Any:
    """The operation whose output a layer with one input takes."""
    return layer.input._keras_history.operation  # noqa: SLF001 - Keras has no other way


def describe_layers(network: keras.Model) -> tuple[Layer, ...]:
    """What the card says of each offered layer: name and size of its map, channels, additivity."""
    found = anatomy(network)
    averaged = found.layers[-1] if found.head else ""
    return tuple(_describe(network, name, name == averaged) for name in found.layers)


def _describe(network: keras.Model, name: str, additive: bool) -> Layer:
    _, height, width, channels = network.get_layer(name).output.shape
    return Layer(name, height, width, channels, additive)
