"""The layers of the network that heat maps are offered for."""

from typing import Any

from model.classifier.card import Layer

OFFERED_LAYERS = (
    "block_3_expand_relu",
    "block_6_expand_relu",
    "block_13_expand_relu",
    "block_16_project_BN",
    "out_relu",
)
"""Shallow to deep; at 224 pixels 56, 28, 14, 7 and 7 cells wide."""

ADDITIVE_LAYER = "out_relu"
"""Its activations are averaged and weighted linearly, so its map adds up to the logit."""

EMBEDDING_LAYER = "embedding"
LOGITS_LAYER = "logits"


def describe_layers(network: Any) -> tuple[Layer, ...]:
    """What the card says of each offered layer: name and size of its map, channels, additivity."""
    return tuple(_describe(network, name) for name in OFFERED_LAYERS)


def _describe(network: Any, name: str) -> Layer:
    _, height, width, channels = network.get_layer(name).output.shape
    return Layer(name, height, width, channels, additive=name == ADDITIVE_LAYER)
