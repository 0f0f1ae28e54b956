"""Gradients of activation functions, each as TensorFlow defines it."""

from typing import Any

import numpy as np

from model.classifier.openvino_core import ops

# Klambauer et al., "Self-normalizing neural networks" (NeurIPS 2017), as TensorFlow has them.
_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def _relu_gradient(node: Any) -> list[Any]:
    """The gradient where features > 0, else 0."""
    gradient, features = node.get_input(0), node.get_input(1)
    return _chosen(ops.greater(features, _float(0)), gradient, _float(0))


def _relu6_gradient(node: Any) -> list[Any]:
    """The gradient where 0 < features < 6, both bounds excluded, else 0."""
    gradient, features = node.get_input(0), node.get_input(1)
    inside = ops.logical_and(ops.greater(features, _float(0)), ops.less(features, _float(6)))
    return _chosen(inside, gradient, _float(0))


def _leaky_relu_gradient(node: Any) -> list[Any]:
    """The gradient where features > 0, else alpha times it."""
    gradient, features = node.get_input(0), node.get_input(1)
    alpha = _float(float(node.get_attribute("alpha")))
    return _chosen(
        ops.greater(features, _float(0)), gradient, ops.multiply(gradient, alpha).output(0)
    )


def _elu_gradient(node: Any) -> list[Any]:
    """The gradient where outputs > 0, else times (outputs + 1)."""
    gradient, outputs = node.get_input(0), node.get_input(1)
    slope = ops.multiply(gradient, ops.add(outputs, _float(1)))
    return _chosen(ops.greater(outputs, _float(0)), gradient, slope.output(0))


def _selu_gradient(node: Any) -> list[Any]:
    """The gradient times scale where outputs > 0, else times (outputs + scale alpha)."""
    gradient, outputs = node.get_input(0), node.get_input(1)
    slope = ops.multiply(gradient, ops.add(outputs, _float(_SELU_SCALE * _SELU_ALPHA)))
    scaled = ops.multiply(gradient, _float(_SELU_SCALE))
    return _chosen(ops.greater(outputs, _float(0)), scaled.output(0), slope.output(0))


def _sigmoid_gradient(node: Any) -> list[Any]:
    """The gradient times y (1 - y)."""
    output, gradient = node.get_input(0), node.get_input(1)
    slope = ops.multiply(output, ops.subtract(_float(1), output))
    return [ops.multiply(gradient, slope).output(0)]


def _tanh_gradient(node: Any) -> list[Any]:
    """The gradient times 1 - y^2."""
    output, gradient = node.get_input(0), node.get_input(1)
    slope = ops.subtract(_float(1), ops.multiply(output, output))
    return [ops.multiply(gradient, slope).output(0)]


def _softplus_gradient(node: Any) -> list[Any]:
    """The gradient times sigmoid(features)."""
    gradient, features = node.get_input(0), node.get_input(1)
    return [ops.multiply(gradient, ops.sigmoid(features)).output(0)]


def _chosen(condition: Any, where_true: Any, where_false: Any) -> list[Any]:
    return [ops.select(condition, where_true, where_false).output(0)]


def _float(value: float) -> Any:
    return ops.constant(np.float32(value))


RULES = {
    "ReluGrad": _relu_gradient,
    "Relu6Grad": _relu6_gradient,
    "LeakyReluGrad": _leaky_relu_gradient,
    "EluGrad": _elu_gradient,
    "SeluGrad": _selu_gradient,
    "SigmoidGrad": _sigmoid_gradient,
    "TanhGrad": _tanh_gradient,
    "SoftplusGrad": _softplus_gradient,
}
