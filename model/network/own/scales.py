"""What a network expects of its pixels, and layers that make that of 0..255."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from model.classifier.proposal import Scale

# RGB. torchvision's (0.485, 0.456, 0.406) and (0.229, 0.224, 0.225), times 255.
_MEAN, _DEVIATION = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
# BGR, as `keras.applications` subtracts it in its mode "caffe".
_CAFFE_MEAN = (103.939, 116.779, 123.68)
_NORMALISING = (keras.layers.Rescaling, keras.layers.Normalization)
_LAYERS_TO_LOOK_AT = 8


def scaled(image: Any, scale: Scale) -> Any:
    """The image as the network wants it.

    Args:
        image: Keras tensor [N, S, S, 3], RGB 0..255.
        scale: What the network was trained with.
    """
    match scale:
        case "0..255":
            return image
        case "0..1":
            return keras.layers.Rescaling(1 / 255, name="scale")(image)
        case "-1..1":
            return keras.layers.Rescaling(1 / 127.5, offset=-1.0, name="scale")(image)
        case "ImageNet deviations":
            variance = np.square(_DEVIATION)
            return keras.layers.Normalization(mean=_MEAN, variance=variance, name="scale")(image)
        case "BGR less ImageNet mean":
            return _reversed_channels(image)


def guess_scale(network: keras.Model) -> Scale:
    """The likely one: 0..255 where the network scales by itself, else 0..1 as most people do."""
    first = list(_all_layers(network))[:_LAYERS_TO_LOOK_AT]
    return "0..255" if any(isinstance(layer, _NORMALISING) for layer in first) else "0..1"


def _all_layers(network: keras.Model) -> Iterator[Any]:
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            yield from _all_layers(layer)
        else:
            yield layer


def _reversed_channels(image: Any) -> Any:
    """A convolution of one cell that swaps red and blue and subtracts the mean."""
    layer = keras.layers.Conv2D(3, 1, name="scale", trainable=False)
    result = layer(image)
    kernel = np.eye(3, dtype=np.float32)[::-1].reshape(1, 1, 3, 3)
    layer.set_weights([kernel, -np.array(_CAFFE_MEAN, np.float32)])
    return result
