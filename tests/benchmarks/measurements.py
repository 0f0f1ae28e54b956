"""What is timed in this process: decoding, the network, both together, and explaining."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.classifier.card import GRAPH_FILE
from model.classifier.classifier import Classifier
from model.classifier.openvino_core import ov, shared_core
from model.classifier.serving import BATCH, Precision, read_graph
from model.images import Preprocessing, prepare, read_bytes
from model.inference.run import classify_images
from model.project.cache import Cache
from model.project.project import Project
from model.records import ImageRecord

DECODING_THREADS = 2
REQUESTS = 4  # as many as the program has on their way


def decode_alone(paths: Sequence[Path], preprocessing: Preprocessing) -> float:
    """Images a second from files to prepared pixels, the network idle."""

    def decode(path: Path) -> None:
        prepare(read_bytes(path), preprocessing)

    with ThreadPoolExecutor(DECODING_THREADS) as threads:
        started = time.perf_counter()
        for _ in threads.map(decode, paths):
            pass
        return len(paths) / (time.perf_counter() - started)


def forward_alone(classifier: Classifier, pixels: NDArray[np.uint8], count: int) -> float:
    """Images a second through the network in batches, from pixels that are in memory."""
    return _forward(classifier.batch_queue(lambda _tag, _outputs: None), pixels, count)


def compile_logits(classifier: Classifier) -> Any:
    """The graph as it would be if nothing but classes were asked for."""
    graph = read_graph(classifier.folder / GRAPH_FILE)
    image = graph.input("image")
    only = ov.Model([graph.output("logits")], [image.get_node()], "logits")
    only.reshape({"image": [BATCH, *list(image.get_shape())[1:]]})
    steps = ov.preprocess.PrePostProcessor(only)
    steps.input("image").tensor().set_element_type(ov.Type.u8)
    options = {"PERFORMANCE_HINT": "THROUGHPUT", "INFERENCE_PRECISION_HINT": "f32"}
    return shared_core().compile_model(steps.build(), "CPU", options)


def logits_alone(compiled: Any, pixels: NDArray[np.uint8], count: int) -> float:
    """Images a second through `compile_logits`, as `forward_alone`."""
    queue = ov.AsyncInferQueue(compiled, REQUESTS)
    queue.set_callback(lambda request, _tag: request.get_output_tensor().data.copy())
    return _forward(_Plain(queue), pixels, count)


class _Plain:
    """The part of `BatchQueue` that is needed here."""

    def __init__(self, queue: Any) -> None:
        self._queue = queue
        self.wait = queue.wait_all

    def start(self, images: NDArray[np.uint8], tag: object) -> None:
        self._queue.start_async({"image": images}, tag)


def _forward(queue: Any, pixels: NDArray[np.uint8], count: int) -> float:
    blocks = [pixels[start : start + BATCH] for start in range(0, len(pixels), BATCH)]
    blocks = [block for block in blocks if len(block) == BATCH]
    started = time.perf_counter()
    for number in range(count // BATCH):
        queue.start(blocks[number % len(blocks)], number)
    queue.wait()
    return count // BATCH * BATCH / (time.perf_counter() - started)


def files_to_stored_results(
    classifier: Classifier,
    root: Path,
    records: Sequence[ImageRecord],
    precision: Precision = "f32",
) -> float:
    """Images a second from files to committed rows, as the program does it."""
    with TemporaryDirectory() as folder:
        project = Project.create(Path(folder) / "benchmark.secondlook", root, "benchmark")
        project.update_images(list(records))
        cache = Cache.open(Path(folder) / "benchmark.cache")
        started = time.perf_counter()
        summary = classify_images(project, cache, classifier, precision=precision)
        passed = time.perf_counter() - started
        cache.close()
        project.close()
    if summary.done != len(records):
        raise RuntimeError(f"{summary} for {len(records)} images")
    return len(records) / passed


def explain_all_layers(classifier: Classifier, pixels: NDArray[np.uint8], count: int) -> float:
    """Images a second with the maps of all layers for one class each."""
    classes = len(classifier.card.classes)
    started = time.perf_counter()
    for number in range(count):
        classifier.explain(pixels[number % len(pixels)], number % classes)
    return count / (time.perf_counter() - started)
