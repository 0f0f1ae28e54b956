"""From anybody's network to one like ours: flat, from pixels of 0..255 to logits."""

from dataclasses import dataclass
from pathlib import Path

import keras

from model.classifier.probabilities import Head
from model.classifier.proposal import Scale
from model.network.layers import anatomy
from model.network.own.flattening import flattened
from model.network.own.heads import ending
from model.network.own.reading import NetworkError
from model.network.own.scales import scaled

_COLOURS = 3
_SMALLEST, _LARGEST = 16, 1024


@dataclass(frozen=True, slots=True)
class Adapted:
    """A network that `save_classifier` takes.

    Attributes:
        network: Flat, from float32 [N, S, S, 3] RGB 0..255 to float32 [N, C] logits.
        head: How logits become probabilities.
    """

    network: keras.Model
    head: Head


def input_size(network: keras.Model, path: Path) -> int | None:
    """Side of the square that a network takes; None where it takes any.

    Raises:
        NetworkError: It takes something else than one square colour image.
    """
    shapes = [tuple(tensor.shape) for tensor in network.inputs]
    if len(shapes) != 1 or len(shapes[0]) != 4 or shapes[0][3] != _COLOURS:
        raise NetworkError(
            f"{path}: its input has the shape {shapes[0] if len(shapes) == 1 else shapes}; it has "
            "to be one image [N, side, side, 3] with channels last."
        )
    _, height, width, _ = shapes[0]
    if height != width or (height is not None and not _SMALLEST <= height <= _LARGEST):
        raise NetworkError(
            f"{path}: its input is {width} x {height} pixels; it has to be a square of "
            f"{_SMALLEST} to {_LARGEST}."
        )
    return None if height is None else int(height)


def adapt(network: keras.Model, path: Path, size: int, scale: Scale) -> Adapted:
    """Flatten, put the scale of the pixels inside, and take the last activation off.

    Args:
        network: As it was read.
        path: Where from, for messages.
        size: Side of the input.
        scale: What it expects of its pixels.

    Raises:
        NetworkError: It cannot be rebuilt layer by layer, does not end in classes, or has no layer
            that could be explained.
    """
    image = keras.Input((size, size, _COLOURS), name="image")
    try:
        flat = keras.Model(image, flattened(network, scaled(image, scale)))
    except (ValueError, TypeError, AttributeError, NotImplementedError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise NetworkError(f"{path} cannot be rebuilt as one flat network ({reason}).") from error
    try:
        found = ending(flat)
    except NetworkError as error:
        raise NetworkError(f"{path}: {error}") from error
    adapted = keras.Model(image, found.logits)
    if not anatomy(adapted).layers:
        raise NetworkError(
            f"{path} has no convolution or other layer with a map of the image, so that nothing"
            " could be shown of what moves it."
        )
    return Adapted(adapted, found.head)
