"""Training against plain Keras, measured in turn in one run: `python -m tests.benchmarks.training`.

Theirs is what tutorials show: `image_dataset_from_directory`, the same network, `fit` with AdamW,
batches of 32. Ours is what a run does: pixels are read once, images augmented, weights averaged.
Both sides learn from the same files, in the same batches, for the same epochs, without validation.

Figures are ratios of seconds for a whole phase, worked out from the epochs that were measured: the
head's with the embedding of every image, in one view as theirs sees it and in the eight that a run
embeds unless told otherwise; fine-tuning with the reading of every pixel. They are told
by the clock and by the processor time of the process: where others work on the machine, the second
is the steadier one, and the first is fair as long as both sides of a round met the same load.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import numpy as np

from model.augmentation import Augmentation
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
        self.targets = np.eye(len(CLASSES))[self.labels]
        self.balance = balance_effect(Balance("none"), np.bincount(self.labels))
        self.learner = self._learner()
        self.theirs = {head: self._compiled(only_head=head) for head in (True, False)}
        self.start = self._start()

    def network(self) -> keras.Model:
        return build_network(len(CLASSES), size=self.size, weights=self.weights)

    def fit(self, *, only_head: bool) -> None:
        """One epoch of `fit`."""
        images = keras.utils.image_dataset_from_directory(
            str(self.folder), image_size=(self.size, self.size), batch_size=BATCH, verbose=0
        )
        self.theirs[only_head].fit(images, verbose=0)

    def embed(self, views: int) -> None:
        """Embed every image in so many views."""
        with TemporaryDirectory() as place:
            self.features = compute_features(
                self.start, self.folder, self.records, Path(place), silent, views
            )

    def head(self) -> None:
        """The whole phase of the head after that, tracing and all."""
        examples = Examples(self.features.embeddings, self.targets)
        config = HeadConfig(patience=HEAD_EPOCHS, batch=BATCH)
        plan = HeadPlan(config, self.balance, 0)
        settings = HeadSettings(0.001, 0.0001, 0.2)
        train_head(examples, examples, settings, plan, lambda *_told: None)

    def read_pixels(self, place: Path) -> None:
        """Read every image with room for zoom."""
        enlarged = Preprocessing(self.size, room=Augmentation().room).enlarged
        self.pixels = cached_pixels(
            self.folder, self.records, enlarged, place / "pixels.npy", silent
        )

    def tuning_epoch(self, number: int) -> None:
        """An epoch of fine-tuning."""
        frequencies = self.balance.draws
        draws = Draws(self.pixels, self.targets, frequencies, Augmentation(), BATCH, 0)
        for batch in draws.epoch(number, self.size):
            self.learner.step(batch.pixels, batch.targets, 1e-5)

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


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the clock, and of processor time."""

    clock: float
    processor: float


def measure(bench: Bench, rounds: int, place: Path) -> dict[str, list[Spent]]:
    measured: dict[str, Callable[[int], None]] = {
        "embed eight views": lambda _number: bench.embed(8),
        "embed": lambda _number: bench.embed(1),
        "head": lambda _number: bench.head(),
        "their head epoch": lambda _number: bench.fit(only_head=True),
        "read": lambda number: bench.read_pixels(place / str(number)),
        "epoch": bench.tuning_epoch,
        "their epoch": lambda _number: bench.fit(only_head=False),
    }
    found: dict[str, list[Spent]] = {name: [] for name in measured}
    for number in range(rounds + 1):
        sys.stderr.write(f"Round {number} of {rounds}{'' if number else ' (warming up)'}\n")
        for name, work in measured.items():
            clock, processor = time.perf_counter(), time.process_time()
            work(number)
            spent = Spent(time.perf_counter() - clock, time.process_time() - processor)
            if number:
                found[name].append(spent)
    return found


def table(found: dict[str, list[Spent]], images: int) -> str:
    rounds = len(found["epoch"])
    lines = [f"{images} images, {BATCH} at a time, {rounds} rounds, medians (lowest, highest)"]
    for kind in ("clock", "processor"):
        each = {
            name: np.array([getattr(spent, kind) for spent in spents])
            for name, spents in found.items()
        }
        their_head = HEAD_EPOCHS * each["their head epoch"]
        head = their_head / (each["embed"] + each["head"])
        eight = their_head / (each["embed eight views"] + each["head"])
        ours = each["read"] + TUNING_EPOCHS * each["epoch"]
        tuning = TUNING_EPOCHS * each["their epoch"] / ours
        for name, ratios, least in (
            ("head phase", head, "; at least 50"),
            ("head phase with eight views of each image", eight, ""),
            ("fine-tuning", tuning, "; at least 1.2"),
        ):
            spread = f"{np.median(ratios):.2f} ({ratios.min():.2f}, {ratios.max():.2f})"
            lines.append(f"{name}, {kind}: {spread} times as fast{least}")
        seconds = ", ".join(f"{name} {np.median(values):.2f}" for name, values in each.items())
        lines.append(f"Seconds, {kind}: {seconds}")
    return "\n".join([*lines, ""])


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
