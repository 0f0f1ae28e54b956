"""Where a run starts: the network with its starting weights, and what it makes of every image."""

from collections.abc import Sequence
from pathlib import Path

import keras

from model.classifier.classifier import Classifier
from model.network.build import Weights, build_network
from model.network.cards import starting_card
from model.network.features import Features, compute_features, stored_features
from model.network.save import save_classifier
from model.progress import Report
from model.records import ImageRecord
from model.runs.config import DOWNLOAD, Config
from model.runs.folder import RunFolder


def starting_network(config: Config, classes: int, size: int | None) -> keras.Model:
    """The network with its starting weights and a fresh head.

    Args:
        config: Names the weights and the seed.
        classes: How many.
        size: Side of the input; None for any.

    Raises:
        WeightsError: The weights are absent, damaged or of another network.
    """
    named = config.network.weights
    weights: Weights = "download" if named == DOWNLOAD else Path(named)
    return build_network(classes, size=size, weights=weights, seed=config.data.seed)


def starting_features(
    run: RunFolder,
    config: Config,
    classes: Sequence[str],
    data: tuple[Path, Sequence[ImageRecord]],
    report: Report,
) -> Features:
    """What the starting network makes of every image; computed once for a run.

    Args:
        run: Keeps them.
        config: Names weights, size and views.
        classes: Codes in the classifier's order.
        data: The data set's folder and its labelled images.
        report: Told where it is.

    Raises:
        UserError: No weights, nothing readable, no room, or another data set than before.
        Cancelled: From `report`.
    """
    root, records = data
    if found := stored_features(run.features, records):
        return found
    report(0, 0, "Compiling the starting network and checking it against Keras")
    network = starting_network(config, len(classes), config.network.size)
    start = run.features / "start"
    if not start.exists():
        save_classifier(network, starting_card(config, classes), start)
    views = config.head.views
    return compute_features(Classifier.load(start), root, records, run.features, report, views)
