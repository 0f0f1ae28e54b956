"""The loss of every training, with the balance of classes in it."""

from typing import Any

import numpy as np
import tensorflow as tf

from model.runs.balance import Effect


def balanced_loss(balance: Effect, label_smoothing: float = 0.0) -> Any:
    """A function of targets and logits, float32 [N, C], that gives the loss of each image.

    Of an image of class c: cross-entropy of the logits with the method's shift, times the class'
    weight and `(1 - p_c)^gamma`. Smoothed labels are `1 - s + s/C` for the class and `s/C` for the
    others (Szegedy et al., CVPR 2016). Where the target spreads over classes, the loss is the mean
    of theirs by its shares: what is lost, on average, against a reader drawn from the spread.
    """
    shift = tf.constant(balance.shift, tf.float32)
    weights = tf.constant(balance.weights, tf.float32)

    def loss(targets: Any, logits: Any) -> Any:
        logarithms = tf.nn.log_softmax(logits + shift)
        others = tf.reduce_mean(logarithms, axis=-1, keepdims=True)
        entropies = -(1 - label_smoothing) * logarithms - label_smoothing * others
        if balance.gamma:
            # Never quite 0: the slope of a root is infinite there, also where the target is 0.
            doubt = tf.maximum(1 - tf.exp(logarithms), np.finfo(np.float32).eps)
            entropies *= doubt**balance.gamma
        return tf.reduce_sum(targets * entropies * weights, axis=-1)

    return loss
