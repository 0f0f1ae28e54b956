"""A first look at somebody's network: what it is, and what it says of a few photographs."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

import keras
import numpy as np
from numpy.typing import NDArray

from model.classifier.probabilities import probabilities
from model.classifier.proposal import SCALES, Answers, Proposal, Scale
from model.images import ImageError, Mode, Preprocessing, prepare, read_bytes
from model.network.layers import describe_layers
from model.network.own.adapting import adapt, input_size
from model.network.own.reading import read_network
from model.network.own.scales import guess_scale, scaled
from model.progress import Report

DEFAULT_SIZE = 224


def look_at(path: Path, size: int | None, images: Sequence[Path], report: Report) -> Proposal:
    """Read a network and try it on some photographs with every scale and every mode.

    Args:
        path: A `.keras` or `.h5` file.
        size: Side of the input, for a network that takes any.
        images: Photographs; those that cannot be read are left out.
        report: Told where it is.

    Raises:
        NetworkError: The network cannot be taken over; says why.
        Cancelled: From `report`.
    """
    report(0, 0, "Reading the network")
    network = read_network(path)
    fixed = input_size(network, path)
    side = fixed or size or DEFAULT_SIZE
    report(0, 0, "Looking at its layers")
    adapted = adapt(network, path, side, "0..255")
    readable = [image for image in images if _pixels(image, Preprocessing(side)) is not None]
    answers: dict[tuple[Scale, Mode], Answers] = {}
    for number, (scale, mode, pixels) in enumerate(_tries(readable, side)):
        report(number, len(SCALES) * len(get_args(Mode)), "Trying it on some images")
        logits = adapted.network.predict(pixels, verbose=0) if readable else np.zeros((0, 1))
        shares = probabilities(np.asarray(logits, np.float32), adapted.head)
        answers[scale, mode] = tuple(tuple(row) for row in shares.tolist())
    return Proposal(
        path=str(path),
        size=fixed,
        outputs=int(adapted.network.output.shape[-1]),
        head=adapted.head,
        scale=guess_scale(network),
        layers=describe_layers(adapted.network),
        images=tuple(str(image) for image in readable),
        answers=answers,
    )


def _tries(images: Sequence[Path], side: int) -> Iterator[tuple[Scale, Mode, NDArray[np.float32]]]:
    """The photographs as each choice would show them to the network."""
    for mode in get_args(Mode):
        seen = [_pixels(image, Preprocessing(side, mode)) for image in images]
        plain = np.stack([each for each in seen if each is not None]) if images else _none(side)
        for scale in SCALES:
            yield scale, mode, _scaled(plain.astype(np.float32), scale)


def _scaled(pixels: NDArray[np.float32], scale: Scale) -> NDArray[np.float32]:
    image = keras.Input(pixels.shape[1:])
    found: NDArray[np.float32] = np.asarray(keras.Model(image, scaled(image, scale))(pixels))
    return found


def _none(side: int) -> NDArray[np.uint8]:
    return np.zeros((0, side, side, 3), np.uint8)


def _pixels(image: Path, preprocessing: Preprocessing) -> NDArray[np.uint8] | None:
    try:
        return prepare(read_bytes(image), preprocessing)
    except ImageError:
        return None
