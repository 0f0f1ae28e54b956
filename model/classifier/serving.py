"""A classifier's graph compiled for throughput: many images, without heat maps of inner layers."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from model.classifier.card import ClassifierError
from model.classifier.openvino_core import ov, shared_core
from model.views import as_seen, view

Precision = Literal["f32", "bf16"]
NO_BF16 = "this processor has no bf16 (AVX-512 BF16 or AMX): f32 is used instead."

BATCH = 4
"""Images in one pass. Larger ones are no faster on a CPU and come back later."""

OUTPUT_NAMES = ("logits", "evidence", "embedding")
_EVIDENCE = "evidence"  # absent where no linear head follows an average
# Enough that the graph never waits for Python while results are being stored.
_REQUESTS = 4


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the network says of N images.

    Attributes:
        logits: float32 [N, C].
        evidence: float32 [N, h, w, C] in logits: what each cell adds to each logit; h and w are 0
            where the network has no such evidence.
        embedding: float32 [N, E], the pooled activations.
    """

    logits: NDArray[np.float32]
    evidence: NDArray[np.float32]
    embedding: NDArray[np.float32]


class BatchQueue:
    """Batches on their way through the network, several at a time. Any thread may start one.

    `finished` is called with each batch's tag and outputs, from a thread of OpenVINO's, in no
    fixed order. It must be quick, must not raise, and must not refer to this queue: the garbage
    collector cannot see the circle.
    """

    def __init__(
        self, compiled: Any, finished: Callable[[Any, Outputs], None], views: int = 1
    ) -> None:
        self._queue = ov.AsyncInferQueue(compiled, _REQUESTS)
        self._queue.set_callback(partial(_collect, finished, views))
        self._views = views
        self._starting = threading.Lock()

    def start(self, images: NDArray[np.uint8], tag: object) -> None:
        """Send uint8 [1 to BATCH, S, S, 3], which is copied; waits while all requests are busy."""
        count = len(images)
        if count < BATCH:
            images = np.concatenate([images, np.zeros((BATCH - count, *images.shape[1:]), "u1")])
        seen = [view(images, number) for number in range(self._views)]
        with self._starting:
            self._queue.start_async({"image": np.concatenate(seen)}, (count, tag))

    def wait(self) -> None:
        """Until everything that was started is finished."""
        with self._starting:
            self._queue.wait_all()


def read_graph(path: Path) -> Any:
    """The graph in a file, as `openvino.Model`.

    Raises:
        ClassifierError: Not readable or damaged.
    """
    try:
        return shared_core().read_model(path)
    except RuntimeError as error:
        raise _damaged(path, error) from None


def compile_serving(path: Path, precision: Precision, views: int = 1) -> Any:
    """Compile logits, evidence and embedding of `BATCH` images of uint8 for throughput.

    Of each image the graph sees as many views at once: first all images as they are, then all in
    view 1, and so on.

    Raises:
        ClassifierError: The file is not such a graph.
    """
    options = {"PERFORMANCE_HINT": "THROUGHPUT", "INFERENCE_PRECISION_HINT": precision}
    return _compile_without_maps(path, BATCH * views, options)


def compile_looking(path: Path) -> Any:
    """Compile logits, evidence and embedding of one image of uint8 at a time, in f32.

    Raises:
        ClassifierError: The file is not such a graph.
    """
    options = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    return _compile_without_maps(path, 1, options)


def compile_explaining(path: Path) -> Any:
    """Compile everything, the maps of all layers too, for one image of uint8 at a time.

    Always in f32: bf16 spoils gradients.

    Raises:
        ClassifierError: The file is not such a graph.
    """
    graph = read_graph(path)
    try:
        options = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
        return _compile(graph, options)
    except RuntimeError as error:
        raise _damaged(path, error) from None


def _compile_without_maps(path: Path, images: int, options: Mapping[str, str]) -> Any:
    graph = read_graph(path)
    try:
        names = {name for port in graph.outputs for name in port.get_names()}
        outputs = [
            graph.output(name) for name in OUTPUT_NAMES if name in names or name != _EVIDENCE
        ]
        image = graph.input("image")
        smaller = ov.Model(outputs, [image.get_node()], "without maps")
        smaller.reshape({"image": [images, *list(image.get_shape())[1:]]})
        return _compile(smaller, options)
    except RuntimeError as error:
        raise _damaged(path, error) from None


def _compile(graph: Any, options: Mapping[str, str]) -> Any:
    steps = ov.preprocess.PrePostProcessor(graph)
    steps.input("image").tensor().set_element_type(ov.Type.u8)
    return shared_core().compile_model(steps.build(), "CPU", dict(options))


def _damaged(path: Path, error: Exception) -> ClassifierError:
    lines = str(error).strip().splitlines() or ["no reason given"]
    return ClassifierError(
        f"{path} is damaged or not a classifier's graph ({lines[-1]}); copy the classifier again."
    )


def nothing(compiled: Any) -> Outputs:
    """The outputs of no image at all, in their shapes."""
    return _outputs(
        {
            port.get_any_name(): np.zeros((0, *list(port.shape)[1:]), np.float32)
            for port in compiled.outputs
        }
    )


def _collect(
    finished: Callable[[Any, Outputs], None], views: int, request: Any, sent: tuple[int, Any]
) -> None:
    count, tag = sent
    values = {}
    for port in request.model_outputs:
        name, data = port.get_any_name(), request.get_tensor(port).data
        values[name] = data[:count].copy() if views == 1 else _averaged(name, data, views)[:count]
    finished(tag, _outputs(values))


def _averaged(name: str, data: NDArray[np.float32], views: int) -> NDArray[np.float32]:
    parts = data.reshape(views, BATCH, *data.shape[1:])
    if name == _EVIDENCE:
        parts = np.stack([as_seen(part, number) for number, part in enumerate(parts)])
    averaged: NDArray[np.float32] = parts.mean(axis=0)
    return averaged


def _outputs(values: dict[str, NDArray[np.float32]]) -> Outputs:
    logits = values["logits"]
    none = np.zeros((len(logits), 0, 0, logits.shape[1]), np.float32)
    return Outputs(logits, values.get(_EVIDENCE, none), values["embedding"])
