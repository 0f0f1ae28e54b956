"""Does the compiled graph say what the Keras network says? Measured on the files read back."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

from model.classifier.openvino_core import shared_core
from model.errors import UserError
from model.network.gradcam import MAP_PREFIX, explain_function

LARGEST_LOGIT_DIFFERENCE = 1e-4
SMALLEST_CORRELATION = 0.999
_IMAGES = 3


class ParityError(UserError):
    """The compiled graph differs from the network, so it must not be used."""


@dataclass(frozen=True, slots=True)
class Parity:
    """How close the compiled graph comes to Keras, at its worst over all test images.

    Attributes:
        logits: Largest difference of a logit, absolute where all logits are below 1, else relative
            to the largest of the image.
        evidence: Likewise of a cell of evidence; 0 where the network has none.
        embedding: Likewise of an entry.
        maps: Smallest Pearson correlation, by the layer's name.
    """

    logits: float
    evidence: float
    embedding: float
    maps: dict[str, float]


def measure_parity(network: keras.Model, graph: Path) -> Parity:
    """Compare Keras with the graph on disk, for every class of a few test images.

    Args:
        network: The one that `graph` was made of.
        graph: Path of `graph.xml`.
    """
    expected_of = explain_function(network)
    compiled = shared_core().compile_model(graph, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    request = compiled.create_infer_request()
    found = []
    for image, class_weights in _questions(network):
        expected = expected_of(image, class_weights)
        answers = request.infer({"image": image, "class_weights": class_weights}).to_dict()
        named = {port.get_any_name(): value for port, value in answers.items()}
        found.append(_compare({k: v.numpy() for k, v in expected.items()}, named))
    return _worst(found)


def check_parity(parity: Parity) -> None:
    """Refuse a graph that is not the network.

    Raises:
        ParityError: A logit differs by more than 1e-4, or a map correlates below 0.999.
    """
    if not parity.logits <= LARGEST_LOGIT_DIFFERENCE:
        raise ParityError(
            f"The compiled graph's logits differ from the network's by {parity.logits:.1e}, more "
            f"than {LARGEST_LOGIT_DIFFERENCE:.0e}: no classifier was written."
        )
    for layer, correlation in parity.maps.items():
        if not correlation >= SMALLEST_CORRELATION:
            raise ParityError(
                f"The compiled graph's maps of {layer} correlate with the network's at "
                f"{correlation:.4f}, below {SMALLEST_CORRELATION}: no classifier was written."
            )


def correlation(left: NDArray[np.float32], right: NDArray[np.float32]) -> float:
    """Pearson's; 1 for two constant maps, which show the same thing: nothing. Else in -1..1."""
    a, b = (np.asarray(each, np.float64).ravel() for each in (left, right))
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.linalg.norm(a) * np.linalg.norm(b))
    if scale == 0:
        return float(not a.any() and not b.any())
    return float(a @ b) / scale


def _questions(network: keras.Model) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    classes = int(network.output.shape[-1])
    for image in _test_images(int(network.input.shape[1])):
        for row in np.eye(classes, dtype=np.float32):
            yield image[np.newaxis], row[np.newaxis]


def _test_images(side: int) -> Iterator[NDArray[np.float32]]:
    """Coloured clouds with fine noise, unlike each other."""
    generator = np.random.default_rng(0)
    for cells in range(4, 4 + _IMAGES):
        coarse = generator.uniform(0, 255, (cells, cells, 3)).astype(np.float32)
        cloud = cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)
        yield np.clip(cloud + generator.normal(0, 8, cloud.shape), 0, 255).astype(np.float32)


def _compare(expected: dict[str, Any], found: dict[str, Any]) -> Parity:
    scale = max(1.0, float(np.abs(expected["logits"]).max()))

    def difference(name: str) -> float:
        # Without a linear head there is no evidence to compare.
        return (
            float(np.abs(expected[name] - found[name]).max()) / scale if name in expected else 0.0
        )

    maps = {
        name.removeprefix(MAP_PREFIX): correlation(expected[name], found[name])
        for name in expected
        if name.startswith(MAP_PREFIX)
    }
    return Parity(difference("logits"), difference("evidence"), difference("embedding"), maps)


def _worst(found: list[Parity]) -> Parity:
    return Parity(
        max(each.logits for each in found),
        max(each.evidence for each in found),
        max(each.embedding for each in found),
        {name: min(each.maps[name] for each in found) for name in found[0].maps},
    )
