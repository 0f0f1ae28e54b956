"""Any network as one flat graph: networks inside networks hide their layers from Grad-CAM."""

from collections.abc import Callable
from typing import Any

import keras

_Caller = Callable[..., Any]


def flattened(network: keras.Model, image: Any) -> Any:
    """Apply a copy of the network to `image`, layer by layer, with no network inside another.

    Args:
        network: Functional or sequential, of any nesting, with one input.
        image: A Keras tensor of the input's shape.

    Returns:
        The network's output for `image`, a Keras tensor. Every layer is a copy in float32 with
        the weights of its original, and a name of its own.
    """
    return _Flattening().apply(network, image)


class _Flattening:
    def __init__(self) -> None:
        self._copies: dict[int, Any] = {}
        self._names: set[str] = set()

    def apply(self, network: Any, *inputs: Any) -> Any:
        if isinstance(network, keras.Sequential):
            (tensor,) = inputs
            for layer in network.layers:
                tensor = self._call(layer, tensor)
            return tensor
        return network._run_through_graph(  # noqa: SLF001 - public ones cut the graph off
            list(inputs) if len(inputs) > 1 else inputs[0],
            operation_fn=lambda operation: operation,
            call_fn=self._call,
        )

    def _call(self, operation: Any, *inputs: Any, **options: Any) -> Any:
        if isinstance(operation, keras.layers.InputLayer):
            return inputs[0]
        if isinstance(operation, keras.Model):
            return self.apply(operation, *inputs)
        if not isinstance(operation, keras.Layer):
            return operation(*inputs, **options)
        options.pop("training", None)
        copy = self._copies.get(id(operation))
        if copy is None:
            copy = self._copies[id(operation)] = self._copy(operation)
        result = copy(*inputs, **options)
        if operation.weights:
            copy.set_weights(operation.get_weights())
        return result

    def _copy(self, layer: keras.Layer) -> keras.Layer:
        settings = layer.get_config() | {"dtype": "float32", "name": self._new_name(layer.name)}
        return layer.__class__.from_config(settings)

    def _new_name(self, name: str) -> str:
        number = 1
        found = name
        while found in self._names:
            number += 1
            found = f"{name}_{number}"
        self._names.add(found)
        return found
