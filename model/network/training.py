"""A training run from a data set's folder to a classifier's: the head on cached features."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from model.catalogue.listing import list_images
from model.catalogue.splits import images_without_lesion
from model.classifier.card import Card
from model.classifier.classifier import Classifier
from model.network.build import Weights, build_network
from model.network.cards import starting_card, trained_card
from model.network.features import Features, compute_features
from model.network.head import HeadPlan, HeadSettings, Trained, train_head
from model.network.judging import judge
from model.network.layers import LOGITS_LAYER
from model.network.save import file_hash, package_versions, save_classifier
from model.network.training_data import Split, choose_classes, divide, with_labels
from model.progress import Report
from model.records import ImageRecord
from model.runs.balance import balance_effect
from model.runs.config import DOWNLOAD, Config
from model.runs.folder import RunFolder, data_hash
from model.runs.log import Divided, Embedded, EpochDone, Finished, HeadTried, Listed, RunLog


def train(root: Path, run: RunFolder, config: Config, report: Report) -> Path:
    """Train a classifier and write it into the run's folder.

    Args:
        root: The data set's folder, with labels.
        run: A new folder.
        config: All choices.
        report: Told where the run is.

    Returns:
        The classifier's folder.

    Raises:
        UserError: No labels, too few lesions, no weights, nothing readable, no room.
        Cancelled: From `report`.
    """
    log = run.open_log()
    records = [record for batch in list_images(root, report) for record in batch.images]
    classes = choose_classes(records, config.data.classes, root)
    labelled = with_labels(records, classes)
    run.write_config(config, _record(root, labelled, config))
    lonely = images_without_lesion(labelled)
    log.write(Listed(len(records), len(labelled), lonely))
    network = build_network(
        len(classes), size=config.network.size, weights=_weights(config), seed=config.data.seed
    )
    features = _features(network, starting_card(config, classes), (root, labelled), run, report)
    log.write(Embedded(len(features.records), features.failures))
    splits = divide(features, classes, config.data.shares, config.data.seed)
    log.write(_divided(splits, classes))
    trained = best_head(splits, classes, config, log, report)
    network.get_layer(LOGITS_LAYER).set_weights([trained.head.kernel, trained.head.bias])
    report(0, 0, "Compiling the classifier and checking it against Keras")
    card = trained_card(config, classes, splits, trained)
    save_classifier(network, card, run.classifier)
    log.write(Finished(card.temperature, card.metrics))
    return run.classifier


def best_head(
    splits: Mapping[str, Split],
    classes: Sequence[str],
    config: Config,
    log: RunLog,
    report: Report,
) -> Trained:
    """The head of the settings that do best on validation; the test images have no say."""
    training, validation = splits["training"].examples, splits["validation"].examples
    counts = np.bincount(training.labels, minlength=len(classes))
    plan = HeadPlan(config.head, balance_effect(config.balance, counts), config.data.seed)
    candidates = list(_settings(config))
    tried = []
    for number, settings in enumerate(candidates, start=1):
        reporter = _HeadReporter(config, classes, validation.labels, log, report)
        reporter.setting = number if len(candidates) > 1 else 0
        reporter.learning_rate = settings.learning_rate
        trained = train_head(training, validation, settings, plan, reporter)
        log.write(HeadTried(**asdict(settings), epoch=trained.epoch, macro_f1=trained.macro_f1))
        tried.append(trained)
    return max(tried, key=lambda each: each.macro_f1)


@dataclass(slots=True)
class _HeadReporter:
    """Tells log and report of each epoch of one head."""

    config: Config
    classes: Sequence[str]
    labels: NDArray[np.int64]
    log: RunLog
    report: Report
    setting: int = 0
    learning_rate: float = 0.0
    best: float = -1.0

    def __call__(self, epoch: int, loss: float, logits: NDArray[np.float32]) -> None:
        """After an epoch of the head."""
        found = judge(logits, self.labels, self.classes)
        event = EpochDone(
            phase="head",
            epoch=epoch,
            epochs=self.config.head.epochs,
            loss=loss,
            **asdict(found),
            learning_rate=self.learning_rate,
            is_best=found.macro_f1 > self.best,
            setting=self.setting,
        )
        self.best = max(self.best, found.macro_f1)
        self.log.write(event)
        self.report(epoch, event.epochs, f"Head · macro F1 on validation {found.macro_f1:.1%}")


def _divided(splits: Mapping[str, Split], classes: Sequence[str]) -> Divided:
    counts = {
        name: np.bincount(split.examples.labels, minlength=len(classes)).tolist()
        for name, split in splits.items()
    }
    by_class = {name: dict(zip(classes, each, strict=True)) for name, each in counts.items()}
    return Divided({name: sum(each) for name, each in counts.items()}, by_class)


def _settings(config: Config) -> Iterator[HeadSettings]:
    head = config.head
    for values in itertools.product(head.learning_rates, head.weight_decays, head.dropouts):
        yield HeadSettings(*values)


def _weights(config: Config) -> Weights:
    named = config.network.weights
    return "download" if named == DOWNLOAD else Path(named)


def _record(root: Path, records: Sequence[ImageRecord], config: Config) -> dict[str, Any]:
    """What the choices were applied to, for the run's own copy of the configuration."""
    weights = Path(config.network.weights)
    return {
        "data_set": str(root.resolve()),
        "images": len(records),
        "data_hash": data_hash(records),
        "weights_hash": file_hash(weights) if weights.is_file() else "",
        **{f"{name}_version": number for name, number in package_versions().items()},
    }


def _features(
    network: keras.Model,
    card: Card,
    data: tuple[Path, Sequence[ImageRecord]],
    run: RunFolder,
    report: Report,
) -> Features:
    root, records = data
    report(0, 0, "Compiling the starting network and checking it against Keras")
    start = save_classifier(network, card, run.features / "start")
    return compute_features(Classifier.load(start), root, records, run.features, report)
