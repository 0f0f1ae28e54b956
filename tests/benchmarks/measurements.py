"""What is timed in this process: decoding, the network, both together, and explaining."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from model.classifier.classifier import Classifier
from model.classifier.serving import BATCH
from model.images import Preprocessing, prepare, read_bytes
from model.inference.run import classify_images
from model.project.cache import Cache
from model.project.project import Project
from model.records import ImageRecord

DECODING_THREADS = 2


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
    queue = classifier.batch_queue(lambda _tag, _outputs: None)
    blocks = [pixels[start : start + BATCH] for start in range(0, len(pixels), BATCH)]
    blocks = [block for block in blocks if len(block) == BATCH]
    started = time.perf_counter()
    for number in range(count // BATCH):
        queue.start(blocks[number % len(blocks)], number)
    queue.wait()
    return count // BATCH * BATCH / (time.perf_counter() - started)


def files_to_stored_results(
    classifier: Classifier, root: Path, records: Sequence[ImageRecord]
) -> float:
    """Images a second from files to committed rows, as the program does it."""
    with TemporaryDirectory() as folder:
        project = Project.create(Path(folder) / "benchmark.secondlook", root, "benchmark")
        project.update_images(list(records))
        cache = Cache.open(Path(folder) / "benchmark.cache")
        started = time.perf_counter()
        summary = classify_images(project, cache, classifier)
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
