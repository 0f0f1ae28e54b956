"""One network from its data to the folder of a classifier."""

import shutil
from dataclasses import asdict, dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from model.catalogue.splits import SPLITS, TEST
from model.classifier.card import Card
from model.evaluation.calibration import softmax
from model.network.cards import trained_card
from model.network.head_trials import best_head
from model.network.layers import LOGITS_LAYER
from model.network.save import remove_partial, save_classifier
from model.network.starting import starting_network
from model.network.tools import Tools
from model.network.training_data import TrainingData
from model.network.tuned import TrainedNetwork, fine_tuned
from model.runs.config import HEAD_ONLY
from model.runs.folder import RunFolder
from model.runs.log import Divided


@dataclass(frozen=True, slots=True)
class Outcome:
    """A trained network.

    Attributes:
        network: At the classifier's size.
        card: What is known of it.
        probabilities: float64 [N, C], calibrated, of the test images.
    """

    network: keras.Model
    card: Card
    probabilities: NDArray[np.float64]


def learned(data: TrainingData, tools: Tools) -> Outcome:
    """Train one network; what was interrupted goes on.

    Raises:
        UserError: As `fine_tuned`.
        Cancelled: From `tools.steering`.
    """
    tools.log.write(_divided(data))
    only_head = tools.config.fine_tuning.first == HEAD_ONLY
    trained = _only_head(data, tools) if only_head else fine_tuned(data, tools)
    card = trained_card(tools.config, data, trained.logits, trained.facts, tools.steering)
    return Outcome(trained.network, card, softmax(trained.logits[TEST], card.temperature))


def keep(outcome: Outcome, tools: Tools) -> None:
    """Save a classifier in `tools.place`, and remove what only its training needed.

    Raises:
        SaveError: No room.
        ParityError: The compiled graph differs from the network.
    """
    tools.steering(0, 0, "Compiling the classifier and checking it against Keras")
    remove_partial(tools.place.classifier)
    save_classifier(outcome.network, outcome.card, tools.place.classifier)
    remove_leftovers(tools.place)


def remove_leftovers(place: RunFolder) -> None:
    """Remove what only the training of a classifier needed that is whole."""
    for folder in (place.pixels, place.checkpoint):
        shutil.rmtree(folder, ignore_errors=True)


def _only_head(data: TrainingData, tools: Tools) -> TrainedNetwork:
    """The starting network with the best head on it."""
    found, config = best_head(data, tools), tools.config
    network = starting_network(config, data.classes, config.network.size)
    network.get_layer(LOGITS_LAYER).set_weights([found.head.kernel, found.head.bias])
    # The head is linear: its logits of the mean are the mean of its logits.
    means = {
        name: split.examples.embeddings[:, : config.network.views].mean(1, dtype=np.float32)
        for name, split in data.splits.items()
    }
    logits = {name: found.head.logits(mean) for name, mean in means.items()}
    facts = {"head": asdict(found.settings) | {"epoch": found.epoch}}
    return TrainedNetwork(network, logits, facts)


def _divided(data: TrainingData) -> Divided:
    counts = {name: data.counts(name).tolist() for name in SPLITS}
    by_class = {name: dict(zip(data.classes, each, strict=True)) for name, each in counts.items()}
    return Divided({name: sum(each) for name, each in counts.items()}, by_class)
