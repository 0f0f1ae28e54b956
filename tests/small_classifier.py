"""A classifier small enough to calculate by hand, made without Keras.

It sees how red, green and blue the quarters of a photograph are, 0 to 1 each:
its features are the mean colours of a 4 x 4 grid (8 x 8 for the shallow layer), its logits
`WEIGHTS` applied to the mean colour of the whole photograph.
"""

import hashlib
from pathlib import Path

import numpy as np

from model.classifier.card import GRAPH_FILE, NETWORK_FILE, Card, Layer
from model.classifier.openvino_core import ops, ov
from model.images import Preprocessing

SIZE = 32
CLASSES = ("MEL", "NV", "BCC")
# Red speaks for MEL, green for NV, blue for BCC; and each against the next class.
WEIGHTS = np.array([[4, -2, 0], [0, 4, -2], [-2, 0, 4]], dtype=np.float32)
TEMPERATURE = 2.0


def write_small_classifier(folder: Path) -> Path:
    """Write the classifier into a new folder, and return that."""
    folder.mkdir(parents=True)
    (folder / NETWORK_FILE).write_bytes(b"stands in for the Keras network")
    ov.save_model(_graph(), folder / GRAPH_FILE, compress_to_fp16=False)
    Card(
        name="Small",
        classes=CLASSES,
        preprocessing=Preprocessing(size=SIZE),
        layers=(Layer("shallow", 8, 8, 3, False), Layer("deep", 4, 4, 3, True)),
        temperature=TEMPERATURE,
        network_hash=hashlib.sha256((folder / NETWORK_FILE).read_bytes()).hexdigest(),
        seed=0,
        created="2026-01-01T00:00:00+00:00",
        versions={},
        licence="MIT",
        data="none",
        intended_use="tests",
        not_for="anything else",
        metrics={},
        images={"training": (), "validation": (), "test": ()},
    ).save(folder)
    return folder


def _graph() -> ov.Model:
    image = ops.parameter([1, SIZE, SIZE, 3], np.float32, name="image")
    chosen = ops.parameter([1, len(CLASSES)], np.float32, name="class_weights")
    share = ops.divide(image, np.float32(255))
    weights = ops.constant(WEIGHTS)
    results = {}
    for name, cells in (("shallow", 8), ("deep", 4)):
        grid = ops.reduce_mean(
            ops.reshape(share, [0, cells, SIZE // cells, cells, SIZE // cells, 3], True),
            [2, 4],
            False,
        )
        evidence = ops.divide(ops.matmul(grid, weights, False, False), np.float32(cells**2))
        in_class = ops.multiply(evidence, ops.reshape(chosen, [0, 1, 1, len(CLASSES)], True))
        results[f"map/{name}"] = ops.reduce_sum(in_class, [3], False)
    embedding = ops.reduce_mean(grid, [1, 2], False)
    results["evidence"] = evidence
    results["embedding"] = embedding
    results["logits"] = ops.matmul(embedding, weights, False, False)
    model = ov.Model([ops.result(each) for each in results.values()], [image, chosen], "small")
    for port, name in zip(model.outputs, results, strict=True):
        port.get_tensor().set_names({name})
    for port, name in zip(model.inputs, ("image", "class_weights"), strict=True):
        port.get_tensor().set_names({name})
    return model
