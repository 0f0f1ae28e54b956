"""A classifier small enough for tests: one convolution, average pooling, a linear head.

Its graph is written with OpenVINO's own operations and has every input and output of a real one;
the heat maps are derived by hand. The same numbers are computed again with numpy in `expected`.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.classifier.card import GRAPH_FILE, NETWORK_FILE, Card, Layer, TrainedImage
from model.classifier.openvino_core import ops, ov
from model.images import Preprocessing

SIDE = 32
CLASSES = ("MEL", "NV", "BKL")
STRIDE = 4
CELLS = SIDE // STRIDE
SHALLOW, DEEP = 6, 5
LAYERS = (
    Layer("shallow", CELLS, CELLS, SHALLOW, additive=False),
    Layer("deep", CELLS, CELLS, DEEP, additive=True),
)

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """Of the convolution [4, 4, 3, SHALLOW], the dense layers, and the head's bias."""

    patches: Array
    mixing: Array
    head: Array
    bias: Array


def make_weights(seed: int = 0) -> Weights:
    random = np.random.default_rng(seed)

    def draw(*shape: int) -> Array:
        return random.normal(0, 0.5, shape).astype(np.float32)

    return Weights(
        draw(STRIDE, STRIDE, 3, SHALLOW) / 4,
        draw(SHALLOW, DEEP),
        draw(DEEP, len(CLASSES)) * 4,
        draw(len(CLASSES)),
    )


def expected(weights: Weights, images: NDArray[np.uint8]) -> dict[str, Array]:
    """Logits, evidence, embedding and shallow map weights, by numpy in float64."""
    scaled = images.astype(np.float64) / 127.5 - 1
    count = len(images)
    blocks = scaled.reshape(count, CELLS, STRIDE, CELLS, STRIDE, 3)
    shallow = np.maximum(np.einsum("nipjqc,pqck->nijk", blocks, weights.patches), 0)
    deep = np.maximum(shallow @ weights.mixing, 0)
    embedding = deep.mean(axis=(1, 2))
    gradient = (deep[..., None, :] > 0) * weights.head.T / CELLS**2
    shallow_weights = (gradient @ weights.mixing.T).mean(axis=(1, 2))
    return {
        "logits": embedding @ weights.head + weights.bias,
        "evidence": deep @ weights.head / CELLS**2,
        "embedding": embedding,
        "map/shallow": np.einsum("nck,nijk->nijc", shallow_weights, shallow),
    }


def write_tiny_classifier(folder: Path, seed: int = 0) -> Path:
    """A whole classifier's folder."""
    folder.mkdir(parents=True)
    (folder / NETWORK_FILE).write_bytes(b"not a real network")
    ov.save_model(_graph(make_weights(seed)), folder / GRAPH_FILE, compress_to_fp16=False)
    make_card(seed).save(folder)
    return folder


def make_card(seed: int = 0) -> Card:
    return Card(
        name="Tiny",
        classes=CLASSES,
        preprocessing=Preprocessing(SIDE),
        layers=LAYERS,
        temperature=2.0,
        network_hash=f"{seed:064x}",
        seed=seed,
        created="2026-01-01T00:00:00+00:00",
        versions={"openvino": "2026"},
        licence="none",
        data="random numbers",
        intended_use="tests",
        not_for="anything else",
        metrics={"balanced_accuracy": {"value": 0.5, "interval": [0.4, 0.6], "n": 10}},
        images={
            "training": (TrainedImage("ISIC_1", "HAM_1", "0f" * 8),),
            "validation": (TrainedImage("ISIC_2", "", ""),),
            "test": (TrainedImage("ISIC_3", "HAM_3", ""),),
        },
    )


def _graph(weights: Weights) -> ov.Model:
    image = ops.parameter([1, SIDE, SIDE, 3], np.float32, name="image")
    asked = ops.parameter([1, len(CLASSES)], np.float32, name="class_weights")
    scaled = ops.subtract(ops.multiply(image, _f(1 / 127.5)), _f(1))
    kernel = ops.constant(np.ascontiguousarray(weights.patches.transpose(3, 2, 0, 1)))
    convolved = ops.convolution(
        ops.transpose(scaled, _i([0, 3, 1, 2])), kernel, [STRIDE] * 2, [0, 0], [0, 0], [1, 1]
    )
    shallow = ops.relu(ops.transpose(convolved, _i([0, 2, 3, 1])))
    deep = ops.relu(ops.matmul(shallow, ops.constant(weights.mixing), False, False))
    head = ops.constant(weights.head)
    embedding = ops.reduce_mean(deep, _i([1, 2]))
    cell = _f(1 / CELLS**2)
    evidence = ops.multiply(ops.matmul(deep, head, False, False), cell)
    outputs = {
        "logits": ops.add(
            ops.matmul(embedding, head, False, False), ops.constant(weights.bias[None])
        ),
        "evidence": evidence,
        "embedding": embedding,
        "map/deep": ops.reduce_sum(ops.multiply(evidence, asked), _i([3])),
        "map/shallow": _shallow_map(weights, shallow, deep, asked),
    }
    return _named(outputs, {"image": image, "class_weights": asked})


def _shallow_map(weights: Weights, shallow: ov.Node, deep: ov.Node, asked: ov.Node) -> ov.Node:
    """Grad-CAM: the score's gradient through both linear layers and the ReLU, averaged."""
    alive = ops.convert(ops.greater(deep, _f(0)), "f32")
    per_unit = ops.matmul(asked, ops.constant(weights.head / CELLS**2), False, True)
    gradient = ops.matmul(ops.multiply(alive, per_unit), ops.constant(weights.mixing), False, True)
    mean = ops.reduce_mean(gradient, _i([1, 2]), keep_dims=True)
    return ops.reduce_sum(ops.multiply(mean, shallow), _i([3]))


def _named(outputs: dict[str, ov.Node], inputs: dict[str, ov.Node]) -> ov.Model:
    for name, node in (outputs | inputs).items():
        node.output(0).get_tensor().set_names({name})
    return ov.Model([node.output(0) for node in outputs.values()], list(inputs.values()), "tiny")


def _f(value: float) -> ov.Node:
    return ops.constant(np.float32(value))


def _i(values: list[int]) -> ov.Node:
    return ops.constant(np.array(values, np.int64))
