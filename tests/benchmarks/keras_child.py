"""The same work with Keras as it is usually written, in a process of its own.

Started by `tests.benchmarks` with a classifier's folder, a folder of images and perhaps one where
tf-keras-vis is installed; reads the name of a measurement from standard input and answers with
images a second, until the input ends.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

EXPLAINED = 3


def predict_folder(network: keras.Model, folder: Path, size: int) -> float:
    """`image_dataset_from_directory` and `predict`, batches of 32, all defaults."""
    images = keras.utils.image_dataset_from_directory(
        str(folder), labels=None, image_size=(size, size), batch_size=32, shuffle=False, verbose=0
    )
    started = time.perf_counter()
    logits = network.predict(images, verbose=0)
    return len(logits) / (time.perf_counter() - started)


def make_gradcam_heatmap(image: np.ndarray, grad_model: keras.Model, index: int) -> np.ndarray:
    """Grad-CAM as in the Keras example (keras.io/examples/vision/grad_cam)."""
    with tf.GradientTape() as tape:
        activations, predictions = grad_model(image)
        score = predictions[:, index]
    gradients = tape.gradient(score, activations)
    pooled = tf.reduce_mean(gradients, axis=(0, 1, 2))
    heatmap = tf.squeeze(activations[0] @ pooled[..., tf.newaxis])
    return (tf.maximum(heatmap, 0) / tf.math.reduce_max(heatmap)).numpy()


class Explaining:
    """All layers' maps of one image, layer by layer."""

    def __init__(self, network: keras.Model, layers: list[str], size: int) -> None:
        self.network = network
        self.layers = layers
        random = np.random.default_rng(0)
        self.image = random.uniform(0, 255, (1, size, size, 3)).astype(np.float32)
        self.kept = [self.grad_model(layer) for layer in layers]

    def grad_model(self, layer: str) -> keras.Model:
        outputs = [self.network.get_layer(layer).output, self.network.output]
        return keras.models.Model(self.network.inputs, outputs)

    def as_published(self) -> None:
        """The example builds its model anew in every call."""
        for layer in self.layers:
            make_gradcam_heatmap(self.image, self.grad_model(layer), 0)

    def with_kept_models(self) -> None:
        for model in self.kept:
            make_gradcam_heatmap(self.image, model, 0)


def with_tf_keras_vis(explaining: Explaining) -> Callable[[], None]:
    """Grad-CAM of tf-keras-vis for the same layers, its model made once."""
    from tf_keras_vis.gradcam import Gradcam  # noqa: PLC0415 - where it was asked for
    from tf_keras_vis.utils.scores import CategoricalScore  # noqa: PLC0415

    gradcam = Gradcam(explaining.network, clone=False)

    def explain() -> None:
        for layer in explaining.layers:
            gradcam(
                CategoricalScore(0),
                explaining.image,
                penultimate_layer=layer,
                seek_penultimate_conv_layer=False,
            )

    explain()
    return explain


def rate(explain: Callable[[], None]) -> float:
    started = time.perf_counter()
    for _ in range(EXPLAINED):
        explain()
    return EXPLAINED / (time.perf_counter() - started)


def main(folder: Path, images: Path, peers: str) -> None:
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    size, layers = card["preprocessing"]["size"], [layer["name"] for layer in card["layers"]]
    network: Any = keras.models.load_model(folder / "network.keras", compile=False)
    network.predict(np.zeros((32, size, size, 3), np.float32), verbose=0)
    explaining = Explaining(network, layers, size)
    explaining.with_kept_models()
    measurements: dict[str, Callable[[], float]] = {
        "predict": lambda: predict_folder(network, images, size),
        "explain": lambda: rate(explaining.as_published),
        "explain with kept models": lambda: rate(explaining.with_kept_models),
    }
    if peers:
        # Last, and only now: its package brings one called `tests`.
        sys.path.append(peers)
        published = with_tf_keras_vis(explaining)
        measurements["explain with tf-keras-vis"] = lambda: rate(published)
    answer({"ready": keras.__version__})
    for line in sys.stdin:
        answer({"rate": measurements[line.strip()]()})


def answer(values: dict[str, Any]) -> None:
    sys.stdout.write("ANSWER " + json.dumps(values) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "")
