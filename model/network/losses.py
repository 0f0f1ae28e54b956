"""The loss of every training, with the balance of classes in it."""

from typing import Any

import tensorflow as tf

from model.runs.balance import Effect


def balanced_loss(balance: Effect, label_smoothing: float = 0.0) -> Any:
    """A function of labels int [N] and logits float32 [N, C] that gives the loss of each image.

    Cross-entropy of the logits with the method's shift, times the class' weight and
    `(1 - p)^gamma`, p being the probability of the recorded class. Smoothed labels are
    `1 - s + s/C` for the recorded class and `s/C` for the others (Szegedy et al., CVPR 2016).
    """
    shift = tf.constant(balance.shift, tf.float32)
    weights = tf.constant(balance.weights, tf.float32)
    classes = len(balance.shift)

    def loss(labels: Any, logits: Any) -> Any:
        logarithms = tf.nn.log_softmax(logits + shift)
        recorded = tf.one_hot(labels, classes)
        wanted = recorded * (1 - label_smoothing) + label_smoothing / classes
        entropy = -tf.reduce_sum(wanted * logarithms, axis=-1)
        if balance.gamma:
            probability = tf.exp(tf.reduce_sum(recorded * logarithms, axis=-1))
            entropy *= (1 - probability) ** balance.gamma
        return entropy * tf.gather(weights, labels)

    return loss
