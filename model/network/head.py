"""The linear head, trained on embeddings that were computed once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from model.evaluation.metrics import confusion_matrix, macro_f1
from model.runs.config import Balance, HeadConfig

Floats = NDArray[np.float32]
_SMALLEST_SCALE = 0.2
"""Of the mean scale. An entry that hardly varies would else get a huge weight, and with it a
logit that rounding moves."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Images of one split, as the frozen network sees them.

    Attributes:
        embeddings: float16 [N, V, E], V views of each image; view 0 is the image as it is.
        labels: int64 [N], class indices.
    """

    embeddings: NDArray[np.float16]
    labels: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class HeadSettings:
    """One combination of what may be tried."""

    learning_rate: float
    weight_decay: float
    dropout: float
    balance: Balance


@dataclass(frozen=True, slots=True)
class Head:
    """A linear map from embeddings to logits.

    Attributes:
        kernel: float32 [E, C].
        bias: float32 [C].
    """

    kernel: Floats
    bias: Floats

    def logits(self, embeddings: NDArray[np.float16]) -> Floats:
        """[N, E] to [N, C]."""
        return embeddings.astype(np.float32) @ self.kernel + self.bias


@dataclass(frozen=True, slots=True)
class Trained:
    """A head, and how it came about.

    Attributes:
        head: As it was in its best epoch.
        settings: What it was trained with.
        macro_f1: On validation, 0..1.
        epoch: The best one, from 1.
    """

    head: Head
    settings: HeadSettings
    macro_f1: float
    epoch: int


EpochDone = Callable[[int, float, float], None]
"""Called with epoch (from 1), mean training loss and macro F1 on validation."""


def train_head(
    training: Examples,
    validation: Examples,
    settings: HeadSettings,
    config: HeadConfig,
    seed: int,
    on_epoch: EpochDone,
) -> Trained:
    """Train one head; the epoch with the best macro F1 on validation is kept.

    Macro F1 counts missed and wrongly claimed images of every class alike. Balanced accuracy
    alone would pay for rare classes with false alarms on the common ones.

    Embeddings are standardised while training; that is folded into kernel and bias at the
    end, so the head is linear in the embedding. Each epoch takes one view of each image.

    Args:
        training: What is learned from.
        validation: What decides when to stop; only view 0 counts.
        settings: Learning rate, weight decay, dropout, balance.
        config: Epochs, patience and batch.
        seed: Of first weights, order and views.
        on_epoch: Told after each epoch; may raise `Cancelled`.
    """
    keras.utils.set_random_seed(seed)
    generator = np.random.default_rng(seed)
    mean, scale = _statistics(training.embeddings[:, 0])
    classes = int(max(training.labels.max(), validation.labels.max())) + 1
    network = _network(len(mean), classes, settings, training.labels)
    best: Trained | None = None
    for epoch in range(1, config.epochs + 1):
        loss = _train_epoch(network, training, (mean, scale), config.batch, generator)
        head = _folded(network, mean, scale)
        figure = macro_f1_of(head, validation)
        if best is None or figure > best.macro_f1:
            best = Trained(head, settings, figure, epoch)
        on_epoch(epoch, loss, figure)
        if epoch - best.epoch >= config.patience:
            break
    assert best is not None, "a configuration has at least one epoch"
    return best


def macro_f1_of(head: Head, examples: Examples) -> float:
    """Macro F1 on the images as they are."""
    logits = head.logits(examples.embeddings[:, 0])
    matrix = confusion_matrix(examples.labels, logits.argmax(1), logits.shape[1])
    return float(macro_f1(matrix))


def _network(
    width: int, classes: int, settings: HeadSettings, labels: NDArray[np.int64]
) -> keras.Model:
    embedding = keras.Input((width,))
    kept = keras.layers.Dropout(settings.dropout)(embedding)
    network = keras.Model(embedding, keras.layers.Dense(classes, name="head")(kept))
    optimiser = keras.optimizers.AdamW(settings.learning_rate, weight_decay=settings.weight_decay)
    optimiser.exclude_from_weight_decay(var_names=["bias"])
    network.compile(optimiser, loss=_loss(settings.balance, labels, classes))
    return network


def _loss(balance: Balance, labels: NDArray[np.int64], classes: int) -> Callable[..., Any]:
    """Cross-entropy that makes up for the classes' different frequencies.

    "logit adjustment" is `CE(z + log prior)`, which is consistent with the balanced error
    (Menon et al., ICLR 2021, equation 10 with tau 1); "class weights" are `n / (C n_c)`.
    """
    counts = np.maximum(np.bincount(labels, minlength=classes), 1).astype(np.float32)
    prior = counts / counts.sum()
    shift = np.log(prior) if balance == "logit adjustment" else np.zeros_like(prior)
    weights = 1 / (classes * prior) if balance == "class weights" else np.ones_like(prior)

    def loss(truth: Any, logits: Any) -> Any:
        indices = keras.ops.cast(keras.ops.reshape(truth, (-1,)), "int32")
        entropy = keras.losses.sparse_categorical_crossentropy(
            indices, logits + shift, from_logits=True
        )
        return entropy * keras.ops.take(weights, indices)

    return loss


def _train_epoch(
    network: keras.Model,
    training: Examples,
    statistics: tuple[Floats, Floats],
    batch: int,
    generator: np.random.Generator,
) -> float:
    mean, scale = statistics
    count, views, _ = training.embeddings.shape
    order = generator.permutation(count)
    chosen = np.asarray(generator.integers(0, views, count))
    losses = np.zeros(count)
    for start in range(0, count, batch):
        rows = order[start : start + batch]
        embeddings = training.embeddings[rows, chosen[rows]].astype(np.float32)
        loss = network.train_on_batch((embeddings - mean) / scale, training.labels[rows])
        losses[rows] = loss
        network.reset_metrics()  # else the loss is a mean over all steps so far
    return float(losses.mean())


def _statistics(embeddings: NDArray[np.float16]) -> tuple[Floats, Floats]:
    values = embeddings.astype(np.float32)
    scale = values.std(0)
    scale = np.maximum(scale, _SMALLEST_SCALE * scale.mean())
    return values.mean(0), np.where(scale > 0, scale, 1).astype(np.float32)


def _folded(network: keras.Model, mean: Floats, scale: Floats) -> Head:
    kernel, bias = network.get_layer("head").get_weights()
    kernel = kernel / scale[:, np.newaxis]
    return Head(kernel, bias - mean @ kernel)
