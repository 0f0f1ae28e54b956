"""The end of a network: what turns its last activations into answers, and how to get logits."""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from model.classifier.probabilities import Head
from model.network.own.reading import NetworkError

_KINDS: dict[str, Head] = {"linear": "softmax", "softmax": "softmax", "sigmoid": "sigmoid"}


@dataclass(frozen=True, slots=True)
class Ending:
    """What a network ends in.

    Attributes:
        logits: Keras tensor [N, C], C at least 2.
        head: How logits become probabilities.
    """

    logits: Any
    head: Head


def ending(network: keras.Model) -> Ending:
    """The logits of a flat network whose last layer may be an activation.

    A single sigmoid output z becomes the logits (0, z): their softmax is exactly (1 - p, p).
    Without any activation the outputs are taken for logits of a softmax.

    Raises:
        NetworkError: Its output is no list of classes, or goes through another activation.
    """
    if len(network.outputs) != 1:
        raise NetworkError(
            f"the network has {len(network.outputs)} outputs: save a model with the one that gives"
            " a number for each class."
        )
    logits, activation = _without_activation(network)
    if activation not in _KINDS:
        raise NetworkError(
            f"the network ends in the activation '{activation}'; it has to end in softmax, sigmoid "
            "or none."
        )
    if len(logits.shape) != 2 or logits.shape[-1] is None:
        raise NetworkError(
            f"the network's output has the shape {tuple(logits.shape)}: a classifier gives one "
            "list of numbers, a number for each class."
        )
    if logits.shape[-1] > 1:
        return Ending(logits, _KINDS[activation])
    if activation != "sigmoid":
        raise NetworkError("the network gives a single number that is no probability (sigmoid).")
    return Ending(_two_classes(network.layers[-1], logits), "softmax")


def _without_activation(network: keras.Model) -> tuple[Any, str]:
    """The tensor before the last activation, and that activation's name."""
    last = network.layers[-1]
    if isinstance(last, keras.layers.Softmax):
        return last.input, "softmax"
    if isinstance(last, keras.layers.Activation):
        return last.input, _name(last)
    if not hasattr(last, "activation") or _name(last) == "linear":
        return network.output, "linear"
    settings = last.get_config() | {"activation": "linear", "name": f"{last.name}_logits"}
    linear = last.__class__.from_config(settings)
    logits = linear(last.input)
    linear.set_weights(last.get_weights())
    return logits, _name(last)


def _name(layer: Any) -> str:
    return str(keras.activations.serialize(layer.activation))


def _two_classes(last: Any, logit: Any) -> Any:
    """The logits (0, z). A linear head stays one layer, so that its evidence adds up."""
    if isinstance(last, keras.layers.Dense):
        kernel, bias = last.kernel.numpy(), last.bias.numpy() if last.use_bias else np.zeros(1)
        source = last.input
    else:
        kernel, bias, source = np.ones((1, 1)), np.zeros(1), logit
    layer = keras.layers.Dense(2, name="two_classes")
    result = layer(source)
    layer.set_weights([np.hstack([np.zeros_like(kernel), kernel]), np.append(0, bias)])
    return result
