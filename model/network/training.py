"""A training run from a data set's folder to a classifier's."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from model.catalogue.listing import list_images
from model.catalogue.splits import images_without_lesion
from model.network.cards import trained_card
from model.network.fine_tuning import Tools
from model.network.head_trials import best_head
from model.network.layers import LOGITS_LAYER
from model.network.save import file_hash, package_versions, save_classifier
from model.network.starting import starting_features, starting_network
from model.network.training_data import Split, choose_classes, divide, with_labels
from model.network.tuned import TrainedNetwork, TuningData, fine_tuned
from model.progress import Report
from model.records import ImageRecord
from model.runs.config import HEAD_ONLY, Config
from model.runs.folder import RunFolder, data_hash
from model.runs.log import Divided, Embedded, Finished, Listed, RunLog
from model.runs.steering import Steering


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
    steering = report if isinstance(report, Steering) else Steering(run.control, log, report)
    records = [record for batch in list_images(root, report) for record in batch.images]
    classes = choose_classes(records, config.data.classes, root)
    labelled = with_labels(records, classes)
    run.write_config(config, _record(root, labelled, config))
    log.write(Listed(len(records), len(labelled), images_without_lesion(labelled)))
    features = starting_features(run, config, classes, (root, labelled), report)
    log.write(Embedded(len(features.records), features.failures))
    splits = divide(features, classes, config.data.shares, config.data.seed)
    log.write(_divided(splits, classes))
    if config.fine_tuning.first == HEAD_ONLY:
        trained = _only_head(splits, classes, config, log, report)
    else:
        data = TuningData(root, splits, _records(splits, features.records), classes)
        trained = fine_tuned(data, run, config, Tools(log, steering, run.checkpoint))
    report(0, 0, "Compiling the classifier and checking it against Keras")
    card = trained_card(config, classes, splits, trained.logits, trained.facts)
    save_classifier(trained.network, card, run.classifier)
    log.write(Finished(card.temperature, card.metrics))
    return run.classifier


def _only_head(
    splits: Mapping[str, Split],
    classes: Sequence[str],
    config: Config,
    log: RunLog,
    report: Report,
) -> TrainedNetwork:
    """The starting network with the best head on it."""
    found = best_head(splits, classes, config, log, report)
    network = starting_network(config, len(classes), config.network.size)
    network.get_layer(LOGITS_LAYER).set_weights([found.head.kernel, found.head.bias])
    # The head is linear: its logits of the mean are the mean of its logits.
    means = {
        name: split.examples.embeddings[:, : config.network.views].mean(1, dtype=np.float32)
        for name, split in splits.items()
    }
    logits = {name: found.head.logits(mean) for name, mean in means.items()}
    return TrainedNetwork(
        network, logits, {"head": asdict(found.settings) | {"epoch": found.epoch}}
    )


def _divided(splits: Mapping[str, Split], classes: Sequence[str]) -> Divided:
    counts = {
        name: np.bincount(split.examples.labels, minlength=len(classes)).tolist()
        for name, split in splits.items()
    }
    by_class = {name: dict(zip(classes, each, strict=True)) for name, each in counts.items()}
    return Divided({name: sum(each) for name, each in counts.items()}, by_class)


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


def _records(
    splits: Mapping[str, Split], records: Sequence[ImageRecord]
) -> dict[str, list[ImageRecord]]:
    return {name: [records[row] for row in split.rows] for name, split in splits.items()}
