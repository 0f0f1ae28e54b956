"""One step of a training: gradients, AdamW, and the average of the weights over the steps."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from model.network.folding import FoldedNetwork
from model.runs.config import FineTuningConfig

_BATCH = 32  # images at once where nothing is learned
_LONGEST_GRADIENT = 1.0
"""Euclidean, over all weights. Without batch norms that learn, a few steep steps of a high learning
rate can drive a network into answers that no image moves any more, for good."""


def learning_rate(step: int, steps: int, warm_up: int, highest: float) -> float:
    """A straight line up over the warm-up, then half a cosine down to 0 (Loshchilov, ICLR 2017).

    Args:
        step: Of the whole training, from 0.
        steps: Of the whole training.
        warm_up: Steps of the rise.
        highest: Reached at the end of the warm-up.
    """
    if step < warm_up:
        return highest * (step + 1) / warm_up
    share = (step - warm_up) / max(steps - warm_up, 1)
    return highest * (1 + math.cos(math.pi * share)) / 2


class Inference:
    """A network that only answers."""

    def __init__(self, network: keras.Model) -> None:
        folded = FoldedNetwork(network)

        def answer(pixels: Any) -> Any:
            return folded(tf.cast(pixels, tf.float32), training=False)

        self._answer = tf.function(answer, autograph=False)

    def logits(
        self, pixels: NDArray[np.uint8], tell: Callable[[int], None] = lambda _done: None
    ) -> NDArray[np.float32]:
        """What the network says of N images.

        Args:
            pixels: uint8 [N, S, S, 3].
            tell: Told before each few images how many are done; what it raises ends the work.

        Returns:
            float32 [N, C].
        """
        found = []
        for start in range(0, len(pixels), _BATCH):
            tell(start)
            block = tf.constant(np.asarray(pixels[start : start + _BATCH]))
            found.append(self._answer(block).numpy())
        return np.concatenate(found)


class Learner:
    """A network with its optimiser and its averaged weights.

    The average is that of Polyak, with a decay of `min(d, (1 + t) / (10 + t))` at step t, so that
    the first weights are soon forgotten.

    Attributes:
        network: What learns; its layers say which of them do.
        variables: Everything that changes from step to step.
    """

    def __init__(self, network: keras.Model, loss: Any, config: FineTuningConfig) -> None:
        self.network = network
        self._folded = FoldedNetwork(network)
        self._loss, self._averaging = loss, config.averaging
        self._learned = network.trainable_variables
        self._rule = keras.optimizers.AdamW(
            config.learning_rate,
            weight_decay=config.weight_decay,
            global_clipnorm=_LONGEST_GRADIENT,
        )
        biases = [each for each in self._learned if len(each.shape) < 2]
        if biases:
            self._rule.exclude_from_weight_decay(var_list=biases)
        # Half precision loses small gradients unless the loss is scaled up.
        is_mixed = any(layer.compute_dtype == "float16" for layer in network.layers)
        self._optimiser = (
            keras.optimizers.LossScaleOptimizer(self._rule) if is_mixed else self._rule
        )
        self._optimiser.build(self._learned)
        self._averages = [tf.Variable(each) for each in self._learned]
        self._steps = tf.Variable(0.0)
        self._step = tf.function(self._traced_step, reduce_retracing=False, autograph=False)
        self._inference = Inference(network)

    @property
    def variables(self) -> list[Any]:
        """Everything that changes from step to step, in a fixed order."""
        return [
            *self.network.variables,
            *self._optimiser.variables,
            *self._averages,
            self._steps,
        ]

    def step(self, pixels: NDArray[np.uint8], targets: NDArray[np.float32], rate: float) -> float:
        """Learn from a batch: uint8 [B, S, S, 3], float32 [B, C]; returns its mean loss."""
        self._rule.learning_rate.assign(rate)
        return float(self._step(tf.constant(pixels), tf.constant(targets)))

    def logits(
        self, pixels: NDArray[np.uint8], tell: Callable[[int], None] = lambda _done: None
    ) -> NDArray[np.float32]:
        """What the averaged weights say of N images; as `Inference.logits`."""
        present = [each.numpy() for each in self._learned]
        self.use_averages()
        try:
            return self._inference.logits(pixels, tell)
        finally:
            self.use_averages(present)

    def averages(self) -> list[NDArray[np.float32]]:
        """The averaged weights."""
        return [each.numpy() for each in self._averages]

    def use_averages(self, values: Sequence[NDArray[np.float32]] | None = None) -> None:
        """Put averaged weights, of now or of before, into the network."""
        chosen = self.averages() if values is None else values
        for variable, value in zip(self._learned, chosen, strict=True):
            variable.assign(value)

    def _traced_step(self, pixels: Any, targets: Any) -> Any:
        with tf.GradientTape() as tape:
            logits = self._folded(tf.cast(pixels, tf.float32), training=True)
            loss = tf.reduce_mean(self._loss(targets, logits))
            scaled = self._optimiser.scale_loss(loss)
        gradients = tape.gradient(scaled, self._learned)
        self._optimiser.apply_gradients(zip(gradients, self._learned, strict=True))
        self._steps.assign_add(1.0)
        decay = tf.minimum(self._averaging, self._steps / (9.0 + self._steps))
        decay = decay if self._averaging else tf.constant(0.0)
        for average, variable in zip(self._averages, self._learned, strict=True):
            average.assign(decay * average + (1 - decay) * variable)
        return loss
