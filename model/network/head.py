"""The linear head, trained on embeddings that were computed once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from model.evaluation.metrics import expected_matrix, macro_f1
from model.network.losses import balanced_loss
from model.network.sampling import drawn_order
from model.runs.balance import Effect
from model.runs.config import HeadConfig

Floats = NDArray[np.float32]
_SMALLEST_SCALE = 0.2
"""Of the mean scale. An entry that hardly varies would else get a huge weight, and with it a
logit that rounding moves."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Images of one split, as the frozen network sees them.

    Attributes:
        embeddings: float16 [N, V, E], V views of each image; view 0 is the image as it is.
        targets: float64 [N, C], 1 for the class of the label, or shares of several.
    """

    embeddings: NDArray[np.float16]
    targets: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HeadSettings:
    """One combination of what may be tried."""

    learning_rate: float
    weight_decay: float
    dropout: float


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


@dataclass(frozen=True, slots=True)
class HeadPlan:
    """What all heads of a run have in common.

    Attributes:
        config: Epochs, patience and batch.
        balance: How rare classes get their weight; tells the number of classes too.
        seed: Of order, views and dropout.
    """

    config: HeadConfig
    balance: Effect
    seed: int


EpochDone = Callable[[int, float, Floats], None]
"""Called with epoch (from 1), mean training loss, and the validation images' logits [N, C]."""


def train_head(
    training: Examples,
    validation: Examples,
    settings: HeadSettings,
    plan: HeadPlan,
    on_epoch: EpochDone,
    is_enough: Callable[[], bool] = lambda: False,
) -> Trained:
    """Train one head; the epoch with the best macro F1 on validation is kept.

    Macro F1 counts missed and wrongly claimed images of every class alike. Balanced accuracy
    alone would pay for rare classes with false alarms on the common ones.

    Embeddings are standardised while training; that is folded into kernel and bias at the
    end, so the head is linear in the embedding. Each epoch takes one view of each image.

    Args:
        training: What is learned from.
        validation: What decides when to stop; only view 0 counts.
        settings: Learning rate, weight decay, dropout.
        plan: All the rest.
        on_epoch: Told after each epoch; may raise `Cancelled`.
        is_enough: Asked after each epoch whether it was the last one.
    """
    generator = np.random.default_rng(plan.seed)
    mean, scale = _statistics(training.embeddings[:, 0])
    learning = _LearningHead(len(mean), settings, plan)
    best: Trained | None = None
    for epoch in range(1, plan.config.epochs + 1):
        loss = learning.epoch(training, (mean, scale), generator)
        head = _folded(learning.head(), mean, scale)
        logits = head.logits(validation.embeddings[:, 0])
        figure = macro_f1_of(logits, validation.targets)
        if best is None or figure > best.macro_f1:
            best = Trained(head, settings, figure, epoch)
        on_epoch(epoch, loss, logits)
        if epoch - best.epoch >= plan.config.patience or is_enough():
            break
    assert best is not None, "a configuration has at least one epoch"
    return best


def macro_f1_of(logits: Floats, targets: NDArray[np.float64]) -> float:
    """Macro F1 of the classes with the highest logits."""
    return float(macro_f1(expected_matrix(targets, logits.argmax(1))))


class _LearningHead:
    """Kernel and bias with their optimiser; an epoch is one call, since its steps are tiny."""

    def __init__(self, width: int, settings: HeadSettings, plan: HeadPlan) -> None:
        self._plan, self._dropout = plan, settings.dropout
        classes = len(plan.balance.shift)
        # A linear head has one optimum, and nothing speaks for another start.
        self._kernel = keras.Variable(np.zeros((width, classes), np.float32), name="kernel")
        self._bias = keras.Variable(np.zeros(classes, np.float32), name="bias")
        self._optimiser = keras.optimizers.AdamW(
            settings.learning_rate, weight_decay=settings.weight_decay
        )
        self._optimiser.exclude_from_weight_decay(var_list=[self._bias])
        self._optimiser.build([self._kernel, self._bias])
        self._loss = balanced_loss(plan.balance)
        self._steps = tf.function(self._traced_steps, reduce_retracing=True)

    def head(self) -> Head:
        """As it is now, on standardised embeddings."""
        return Head(self._kernel.numpy(), self._bias.numpy())

    def epoch(
        self, training: Examples, statistics: tuple[Floats, Floats], generator: np.random.Generator
    ) -> float:
        """Learn from each image as often as it is drawn, in one of its views; the mean loss."""
        mean, scale = statistics
        count, embedded, _ = training.embeddings.shape
        views = min(embedded, self._plan.config.views)
        rows = drawn_order(training.targets @ self._plan.balance.draws, generator)
        chosen = np.asarray(generator.integers(0, views, count))
        standard = (training.embeddings[rows, chosen].astype(np.float32) - mean) / scale
        seed = generator.integers(0, 2**31, 1, np.int32)
        targets = training.targets[rows].astype(np.float32)
        return float(self._steps(tf.constant(standard), tf.constant(targets), tf.constant(seed)))

    def _traced_steps(self, embeddings: Any, targets: Any, seed: Any) -> Any:
        count, batch = tf.shape(targets)[0], self._plan.config.batch
        total = tf.constant(0.0)
        for start in tf.range(0, count, batch):
            shown, wanted = embeddings[start : start + batch], targets[start : start + batch]
            kept = tf.nn.experimental.stateless_dropout(
                shown, self._dropout, seed=tf.concat([seed, [start]], 0)
            )
            with tf.GradientTape() as tape:
                logits = kept @ self._kernel.value + self._bias.value
                losses = self._loss(wanted, logits)
                loss = tf.reduce_mean(losses)
            gradients = tape.gradient(loss, [self._kernel.value, self._bias.value])
            self._optimiser.apply(gradients, [self._kernel, self._bias])
            total += tf.reduce_sum(losses)
        return total / tf.cast(count, tf.float32)


def _statistics(embeddings: NDArray[np.float16]) -> tuple[Floats, Floats]:
    values = embeddings.astype(np.float32)
    scale = values.std(0)
    scale = np.maximum(scale, _SMALLEST_SCALE * scale.mean())
    return values.mean(0), np.where(scale > 0, scale, 1).astype(np.float32)


def _folded(head: Head, mean: Floats, scale: Floats) -> Head:
    """The same head on embeddings as they are."""
    kernel = head.kernel / scale[:, np.newaxis]
    return Head(kernel, head.bias - mean @ kernel)
