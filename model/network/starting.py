"""Where a run starts: the network with its starting weights, and what it makes of every image."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from model.catalogue.splits import TRAINING, VALIDATION
from model.classifier.card import CARD_FILE, NETWORK_FILE, Card
from model.classifier.classifier import Classifier
from model.network.build import Weights, WeightsError, absent, build_network, downloaded
from model.network.cards import starting_card
from model.network.features import Features, any_readable, compute_features, stored_features
from model.network.layers import LOGITS_LAYER
from model.network.save import file_hash, save_classifier
from model.network.tools import Tools
from model.records import ImageRecord
from model.runs.config import DOWNLOAD, HEAD_ONLY, Config

_WEIGHTS_HASH = "weights_hash"


def starting_classifier(config: Config) -> Card | None:
    """The card of the classifier that a run starts from; None for other weights.

    Raises:
        WeightsError: The weights are absent: without its card, what else is wrong with a
            classifier's split could not be told from that.
        ClassifierError: The weights are a folder, but no classifier's.
    """
    path = Path(config.network.weights)
    if config.network.weights != DOWNLOAD and not path.exists():
        raise absent(path)
    return Card.load(path) if path.is_dir() else None


def check_weights(config: Config) -> None:
    """Miss weights before every image was read; what has to be downloaded is here afterwards.

    Raises:
        WeightsError: They cannot be downloaded or averaged; of absent files `starting_classifier`
            tells.
    """
    if config.network.weights == DOWNLOAD:
        downloaded()
    _check_averaged(config)


def _check_averaged(config: Config) -> None:
    """Weights of other images would carry test lesions into the run that its card does not know."""
    for folder in map(Path, config.network.averaged_with):
        start = starting_classifier(config)
        if start is None:
            raise WeightsError("Only a classifier's weights can be averaged with another's.")
        other = Card.load(folder)
        if (other.classes, _learned_from(other)) != (start.classes, _learned_from(start)):
            raise WeightsError(
                f"The classifier in {folder} has other classes or learned from other images than "
                f"the one in {config.network.weights}: only those of one split can be averaged."
            )


def _learned_from(card: Card) -> set[tuple[str, str]]:
    parts = (TRAINING, VALIDATION)
    return {(part, each.image_id) for part in parts for each in card.images.get(part, ())}


def starting_network(config: Config, classes: Sequence[str], size: int | None) -> keras.Model:
    """The network with its starting weights, and a fresh head where they bring none.

    A classifier's own head stays where it has the same classes in the same order.

    Args:
        config: Names the weights and the seed.
        classes: Codes in the order of the logits.
        size: Side of the input; None for any.

    Raises:
        WeightsError: The weights are absent, damaged or of another network.
    """
    named = config.network.weights
    weights: Weights = "download" if named == DOWNLOAD else Path(named)
    seed = config.data.seed
    if named == DOWNLOAD or not (Path(named) / CARD_FILE).is_file():
        return build_network(len(classes), size=size, weights=weights, seed=seed)
    network = build_network(len(classes), size=size, seed=seed)
    folders = [Path(named), *map(Path, config.network.averaged_with)]
    _take_over(network, folders, brings_head(config, classes))
    return network


def brings_head(config: Config, classes: Sequence[str]) -> bool:
    """Whether the start is a classifier of the same classes in the same order.

    Its network goes on with the head that it has: a fresh one would learn from embeddings of
    images that the network knows by heart, and so hardly from any mistake.
    """
    start = starting_classifier(config)
    return start is not None and start.classes == tuple(classes)


def embedded_views(config: Config, classes: Sequence[str]) -> int:
    """How many exact views of each image are needed.

    As many as a head is to learn from, none but the first where it stays as it is. Where the head
    is all that learns, also as many as its classifier will average: its figures come of them.
    """
    if config.fine_tuning.first == HEAD_ONLY:
        return max(config.head.views, config.network.views)
    return 1 if brings_head(config, classes) else config.head.views


def _take_over(network: keras.Model, folders: Sequence[Path], keeps_head: bool) -> None:
    """Give a network the mean weights of classifiers, those of the head only where they fit."""
    earlier = [_loaded(folder, network) for folder in folders]
    for layer in network.layers:
        if keeps_head or layer.name != LOGITS_LAYER:
            found = zip(
                *(each.get_layer(layer.name).get_weights() for each in earlier), strict=True
            )
            layer.set_weights([np.mean(each, axis=0) for each in found])


def _loaded(folder: Path, network: keras.Model) -> keras.Model:
    """The network of a classifier, which is of the same layers as another."""
    path = folder / NETWORK_FILE
    try:
        earlier = keras.saving.load_model(path, compile=False)
    except (OSError, ValueError) as error:
        raise WeightsError(f"{path} is missing or damaged; copy the classifier again.") from error
    if [each.name for each in earlier.layers] != [each.name for each in network.layers]:
        raise WeightsError(
            f"The classifier in {folder} is another network than the one that is trained here: "
            "start from a classifier of this program, or from weights of MobileNetV2."
        )
    return earlier


def starting_features(
    root: Path, records: Sequence[ImageRecord], classes: Sequence[str], tools: Tools
) -> Features:
    """What the starting network makes of every image; computed once for a run.

    Args:
        root: The data set's folder.
        records: Its labelled images.
        classes: Codes in the classifier's order.
        tools: Names weights, size and views, and the place that keeps the features.

    Raises:
        UserError: No weights, nothing readable, images that vanished, or no room.
        Cancelled: From `tools.steering`.
    """
    place, views = tools.place, embedded_views(tools.config, classes)
    start = _compiled_start(classes, tools)
    card = Card.load(start)
    found = stored_features(place.features, card, records, views)
    # What has learned goes on without the images that it began without.
    is_whole = place.has_learned or (
        found is not None and not any_readable(root, found.failures, card.preprocessing)
    )
    if found is not None and is_whole:
        return found
    classifier = Classifier.load(start)
    return compute_features(classifier, root, records, place.features, tools.steering, views)


def _compiled_start(classes: Sequence[str], tools: Tools) -> Path:
    """The folder of the starting network; made anew where it is not the one that is asked for."""
    config, start = tools.config, tools.place.features / "start"
    weights = _weights_hash(config)
    if start.exists():
        card = Card.load(start)
        # An earlier version did not store the hash.
        known = card.preprocessing, card.metrics.get(_WEIGHTS_HASH, weights)
        if known == (config.preprocessing, weights):
            return start
        shutil.rmtree(start)
    tools.steering(0, 0, "Compiling the starting network and checking it against Keras")
    network = starting_network(config, classes, config.network.size)
    # Views are kept apart here, for the head to learn from.
    card = replace(starting_card(config, classes), views=1, metrics={_WEIGHTS_HASH: weights})
    return save_classifier(network, card, start)


def _weights_hash(config: Config) -> str:
    """What tells starting weights from others."""
    paths = map(Path, (config.network.weights, *config.network.averaged_with))
    files = [path / NETWORK_FILE if path.is_dir() else path for path in paths]
    # Downloaded ones are always the same.
    return " ".join(file_hash(file) for file in files if file.is_file())
