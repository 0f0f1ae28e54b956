"""Fine-tuning within a run: the head first, then pixels and epochs, and the network at the end."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from model.augmentation import side_with_room
from model.images import Preprocessing
from model.network.batches import Draws
from model.network.build import build_network
from model.network.cards import starting_card
from model.network.fine_tuning import FineTuning, Tools, Validation, learn_from
from model.network.head_trials import best_head
from model.network.layers import LOGITS_LAYER
from model.network.learning import Learner
from model.network.losses import balanced_loss
from model.network.pixels import cached_pixels
from model.network.starting import starting_network
from model.network.training_data import Split
from model.records import ImageRecord
from model.runs.balance import balance_effect
from model.runs.config import Config
from model.runs.folder import RunFolder
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


@dataclass(frozen=True, slots=True)
class TuningData:
    """Images to learn from.

    Attributes:
        root: The data set's folder.
        splits: Images of each split.
        records: The images of each split, in the same order.
        classes: Codes in the classifier's order.
    """

    root: Path
    splits: Mapping[str, Split]
    records: Mapping[str, Sequence[ImageRecord]]
    classes: Sequence[str]


def fine_tuned(data: TuningData, run: RunFolder, config: Config, tools: Tools) -> TrainedNetwork:
    """Train head and network; a run that was interrupted goes on where its checkpoint is.

    Raises:
        UserError: Images vanished, no room, no such block.
        Cancelled: From `tools.steering`.
    """
    preprocessing = starting_card(config, data.classes).preprocessing
    larger = replace(preprocessing, size=side_with_room(preprocessing.size, config.augmentation))
    held_out = {
        name: _pixels(data, name, preprocessing, run, tools) for name in ("validation", "test")
    }
    training = _pixels(data, "training", larger, run, tools)
    learner = _learner(data, run, config, tools)
    labels = data.splits["training"].examples.labels
    draws = Draws(
        training,
        labels,
        _balance(data, config).draws,
        config.augmentation,
        config.fine_tuning.batch,
        config.data.seed,
    )
    validation = Validation(
        held_out["validation"], data.splits["validation"].examples.labels, data.classes
    )
    place = FineTuning(learner, draws, validation, config.fine_tuning, tools).run()
    views = config.network.views
    logits = {name: _mean_logits(learner, pixels, views) for name, pixels in held_out.items()}
    network = build_network(len(data.classes), size=config.network.size, seed=config.data.seed)
    network.set_weights(learner.network.get_weights())
    facts = {"fine_tuning": asdict(config.fine_tuning) | {"epoch": place.best_epoch}}
    return TrainedNetwork(network, logits, facts)


def _learner(data: TuningData, run: RunFolder, config: Config, tools: Tools) -> Learner:
    network = starting_network(config, len(data.classes), None)
    if not any(run.checkpoint.glob("*.npz")):
        head = best_head(data.splits, data.classes, config, tools.log, tools.steering).head
        network.get_layer(LOGITS_LAYER).set_weights([head.kernel, head.bias])
    learn_from(network, config.fine_tuning.first)
    loss = balanced_loss(_balance(data, config), config.fine_tuning.label_smoothing)
    return Learner(network, loss, config.fine_tuning)


def _mean_logits(learner: Learner, pixels: NDArray[np.uint8], views: int) -> NDArray[np.float32]:
    """Of as many views as the classifier will average."""
    found = [learner.logits(view(pixels, number), averaged=False) for number in range(views)]
    mean: NDArray[np.float32] = np.mean(found, axis=0, dtype=np.float32)
    return mean


def _balance(data: TuningData, config: Config) -> Any:
    labels = data.splits["training"].examples.labels
    return balance_effect(config.balance, np.bincount(labels, minlength=len(data.classes)))


def _pixels(
    data: TuningData, name: str, preprocessing: Preprocessing, run: RunFolder, tools: Tools
) -> NDArray[np.uint8]:
    file = run.pixels / f"{name}.npy"
    return cached_pixels(data.root, data.records[name], preprocessing, file, tools.steering)
