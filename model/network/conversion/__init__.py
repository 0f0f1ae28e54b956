"""Rules for the gradient operations that OpenVINO cannot read from TensorFlow by itself."""

from typing import Any

from model.classifier.openvino_core import ConversionExtension
from model.network.conversion import activations, convolutions, pooling


def conversion_rules() -> list[Any]:
    """The rules for `openvino.convert_model(..., extension=...)`."""
    rules = {**convolutions.RULES, **activations.RULES, **pooling.RULES}
    return [ConversionExtension(operation, rule) for operation, rule in rules.items()]
