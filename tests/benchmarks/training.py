"""Training against plain Keras, measured in turn in one run: `python -m tests.benchmarks.training`.

Theirs is what tutorials show: `image_dataset_from_directory`, the same network, `fit` with AdamW,
batches of 32. Ours is what a run does: pixels are read once, images augmented, weights averaged.
Both sides learn from the same files, in the same batches, for the same epochs, without validation.

Figures are seconds for a whole phase, worked out from the epochs that were measured: the head's
with the embedding of every image, fine-tuning with the reading of every pixel.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import numpy as np

from model.augmentation import Augmentation, side_with_room
from model.classifier.classifier import Classifier
from model.images import Preprocessing
from model.network.batches import Draws
from model.network.build import build_network, freeze_batch_norms
from model.network.features import compute_features
from model.network.fine_tuning import learn_from
from model.network.head import Examples, HeadPlan, HeadSettings, train_head
from model.network.layers import LOGITS_LAYER
from model.network.learning import Learner
from model.network.losses import balanced_loss
from model.network.pixels import cached_pixels
from model.network.save import save_classifier
from model.progress import silent
from model.records import ImageRecord
from model.runs.balance import Balance, balance_effect
from model.runs.config import Config, FineTuningConfig, HeadConfig, NetworkConfig
from tests.benchmarks.__main__ import choose_images, record

BATCH = 32
HEAD_EPOCHS, TUNING_EPOCHS = HeadConfig().epochs, FineTuningConfig().epochs
CLASSES = ("MEL", "NV")


class Bench:
    """Both sides, ready to be measured."""

    def __init__(self, folder: Path, records: list[ImageRecord], size: int, weights: Path) -> None:
        self.folder, self.records, self.size, self.weights = folder, records, size, weights
        self.labels = np.array([CLASSES.index(each.label) for each in records])
        self.balance = balance_effect(Balance("none"), np.bincount(self.labels))
        self.learner = self._learner()
        self.theirs = {head: self._compiled(only_head=head) for head in (True, False)}
        self.start = self._start()

    def network(self) -> keras.Model:
        return build_network(len(CLASSES), size=self.size, weights=self.weights)

    def fit(self, *, only_head: bool) -> float:
        """Seconds of one epoch of `fit`."""
        images = keras.utils.image_dataset_from_directory(
            str(self.folder), image_size=(self.size, self.size), batch_size=BATCH, verbose=0
        )
        began = time.perf_counter()
        self.theirs[only_head].fit(images, verbose=0)
        return time.perf_counter() - began

    def embed(self) -> float:
        """Seconds to embed every image in one view."""
        with TemporaryDirectory() as place:
            began = time.perf_counter()
            self.features = compute_features(
                self.start, self.folder, self.records, Path(place), silent, 1
            )
            return time.perf_counter() - began

    def head_epoch(self) -> float:
        """Seconds of an epoch of the head; a whole phase is measured, tracing and all."""
        examples = Examples(self.features.embeddings, self.labels)
        config = HeadConfig(patience=HEAD_EPOCHS, batch=BATCH)
        plan = HeadPlan(config, self.balance, 0)
        began = time.perf_counter()
        settings = HeadSettings(0.001, 0.0001, 0.2)
        train_head(examples, examples, settings, plan, lambda *_told: None)
        return (time.perf_counter() - began) / config.epochs

    def read_pixels(self, place: Path) -> float:
        """Seconds to read every image with room for zoom."""
        side = side_with_room(self.size, Augmentation())
        began = time.perf_counter()
        self.pixels = cached_pixels(
            self.folder, self.records, Preprocessing(side), place / "pixels.npy", silent
        )
        return time.perf_counter() - began

    def tuning_epoch(self, number: int) -> float:
        """Seconds of an epoch of fine-tuning."""
        frequencies = self.balance.draws
        draws = Draws(self.pixels, self.labels, frequencies, Augmentation(), BATCH, 0)
        began = time.perf_counter()
        for batch in draws.epoch(number, self.size):
            self.learner.step(batch.pixels, batch.labels, 1e-5)
        return time.perf_counter() - began

    def _learner(self) -> Learner:
        network = self.network()
        learn_from(network, "all")
        return Learner(network, balanced_loss(self.balance), FineTuningConfig(batch=BATCH))

    def _compiled(self, *, only_head: bool) -> keras.Model:
        network = self.network()
        if only_head:
            for layer in network.layers:
                layer.trainable = layer.name == LOGITS_LAYER
        freeze_batch_norms(network)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        network.compile(keras.optimizers.AdamW(1e-5), loss=loss, metrics=["accuracy"])
        return network

    def _start(self) -> Classifier:
        # Its card is that of a run that has learned nothing yet.
        from model.network.cards import starting_card  # noqa: PLC0415

        config = Config(network=NetworkConfig("", self.size))
        place = self.folder.parent / "start"
        return Classifier.load(
            save_classifier(self.network(), starting_card(config, CLASSES), place)
        )


def measure(bench: Bench, rounds: int, place: Path) -> dict[str, list[float]]:
    measured: dict[str, Callable[[int], float]] = {
        "embed": lambda _number: bench.embed(),
        "head epoch": lambda _number: bench.head_epoch(),
        "their head epoch": lambda _number: bench.fit(only_head=True),
        "read": lambda number: bench.read_pixels(place / str(number)),
        "epoch": bench.tuning_epoch,
        "their epoch": lambda _number: bench.fit(only_head=False),
    }
    found: dict[str, list[float]] = {name: [] for name in measured}
    for number in range(rounds + 1):
        sys.stderr.write(f"Round {number} of {rounds}{'' if number else ' (warming up)'}\n")
        for name, seconds in measured.items():
            value = seconds(number)
            if number:
                found[name].append(value)
    return found


def table(found: dict[str, list[float]], images: int) -> str:
    each = {name: np.array(values) for name, values in found.items()}
    head = (
        HEAD_EPOCHS * each["their head epoch"] / (each["embed"] + HEAD_EPOCHS * each["head epoch"])
    )
    tuning = TUNING_EPOCHS * each["their epoch"] / (each["read"] + TUNING_EPOCHS * each["epoch"])
    lines = [f"{images} images, {BATCH} at a time, {len(head)} rounds, medians (lowest, highest)"]
    for name, ratios, epochs, least in (
        ("head phase", head, HEAD_EPOCHS, 50.0),
        ("fine-tuning", tuning, TUNING_EPOCHS, 1.2),
    ):
        figures = f"{statistics.median(ratios):.2f} ({ratios.min():.2f}, {ratios.max():.2f})"
        lines.append(f"{name}, {epochs} epochs: {figures} times as fast; at least {least:g}")
    seconds = ", ".join(f"{name} {statistics.median(v):.2f}" for name, v in found.items())
    return "\n".join([*lines, f"Seconds: {seconds}", ""])


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.training", description=__doc__
    )
    parser.add_argument("--images", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", type=int, default=224)
    arguments = parser.parse_args()
    data = Path(os.environ.get("SECOND_LOOK_DATA", "")).absolute()
    weights = next((data / "mobilenet_v2_imagenet").glob("*.weights.h5"), None)
    if weights is None:
        raise SystemExit("Set SECOND_LOOK_DATA to the folder of the real images and weights.")
    with TemporaryDirectory() as folder:
        root = Path(folder) / "data"
        for number, path in enumerate(choose_images(data / "ham10000", arguments.images)):
            place = root / CLASSES[number % 2]
            place.mkdir(parents=True, exist_ok=True)
            (place / path.name).symlink_to(path)
        records = [
            replace(record(path, root), label=path.parent.name)
            for path in sorted(root.rglob("*.jpg"))
        ]
        bench = Bench(root, records, arguments.size, weights)
        found = measure(bench, arguments.rounds, Path(folder) / "pixels")
    sys.stdout.write(table(found, len(records)))


if __name__ == "__main__":
    main()
