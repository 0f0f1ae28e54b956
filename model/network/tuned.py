"""Fine-tuning within a run: the head first, then pixels and epochs, and the network at the end."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from model.catalogue.splits import TEST, TRAINING, VALIDATION
from model.images import Preprocessing
from model.network.batches import Draws
from model.network.build import build_network
from model.network.fine_tuning import FineTuning, Validation, learn_from
from model.network.head_trials import best_head
from model.network.layers import LOGITS_LAYER
from model.network.learning import Inference, Learner
from model.network.losses import balanced_loss
from model.network.pixels import cached_pixels
from model.network.precision import building, chosen_policy
from model.network.starting import brings_head, starting_network
from model.network.tools import Tools
from model.network.training_data import TrainingData
from model.progress import Report
from model.runs.balance import Effect, balance_effect
from model.views import view


@dataclass(frozen=True, slots=True)
class TrainedNetwork:
    """What a training ends with.

    Attributes:
        network: At the classifier's size, from 0..255 to logits.
        logits: Of "validation" and "test": float32 [N, C].
        facts: What the card tells of the training, as JSON values.
    """

    network: keras.Model
    logits: Mapping[str, NDArray[np.float32]]
    facts: Mapping[str, Any]


def fine_tuned(data: TrainingData, tools: Tools) -> TrainedNetwork:
    """Train head and network; a run that was interrupted goes on where its checkpoint is.

    Raises:
        UserError: Images vanished, no room, no memory, no such block.
        Cancelled: From `tools.steering`.
    """
    config = tools.config
    preprocessing = config.preprocessing
    held_out = {name: _pixels(data, name, preprocessing, tools) for name in (VALIDATION, TEST)}
    training = _pixels(data, TRAINING, preprocessing.enlarged, tools)
    balance = balance_effect(config.balance, data.mass(TRAINING))
    learner = _learner(data, tools, balance)
    draws = Draws(
        training,
        data.splits[TRAINING].examples.targets,
        balance.draws,
        config.augmentation,
        config.fine_tuning.batch,
        config.data.seed,
        config.fine_tuning.mixup,
    )
    targets = data.splits[VALIDATION].examples.targets
    validation = Validation(held_out[VALIDATION], targets, data.classes)
    place = FineTuning(learner, draws, validation, tools).run()
    network = build_network(len(data.classes), size=config.network.size, seed=config.data.seed)
    network.set_weights(learner.network.get_weights())
    logits = _logits(Inference(network), held_out, config.network.views, tools.steering)
    facts = {
        "fine_tuning": asdict(config.fine_tuning) | {"epoch": place.best_epoch},
        "augmentation": asdict(config.augmentation),
    }
    return TrainedNetwork(network, logits, facts)


def _learner(data: TrainingData, tools: Tools, balance: Effect) -> Learner:
    tuning = tools.config.fine_tuning
    with building(chosen_policy(tools.config.network.precision)):
        network = starting_network(tools.config, data.classes, None)
    goes_on = any(tools.place.checkpoint.glob("*.npz"))
    if not goes_on and not brings_head(tools.config, data.classes):
        head = best_head(data, tools).head
        network.get_layer(LOGITS_LAYER).set_weights([head.kernel, head.bias])
    learn_from(network, tuning.first)
    return Learner(network, balanced_loss(balance, tuning.label_smoothing), tuning)


def _pixels(
    data: TrainingData, name: str, preprocessing: Preprocessing, tools: Tools
) -> NDArray[np.uint8]:
    file = tools.place.pixels / f"{name}.npy"
    records = data.splits[name].records
    return cached_pixels(data.root, records, preprocessing, file, tools.steering)


def _logits(
    answers: Inference, held_out: Mapping[str, NDArray[np.uint8]], views: int, report: Report
) -> dict[str, NDArray[np.float32]]:
    """Of as many views of each image as the classifier will average."""
    found: dict[str, NDArray[np.float32]] = {}
    for name, pixels in held_out.items():
        told = partial(_tell_classifying, report, name, len(pixels) * views)
        seen = [
            answers.logits(view(pixels, number), partial(told, number * len(pixels)))
            for number in range(views)
        ]
        found[name] = np.asarray(np.mean(seen, axis=0, dtype=np.float32))
    return found


def _tell_classifying(report: Report, split: str, total: int, before: int, done: int) -> None:
    report(before + done, total, f"Classifying the {split} images")
