"""What readers spread over classes is learned in shares, and a single class as ever."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from model.catalogue.chosen_labels import label_targets
from model.evaluation.calibration import fit_temperature, softmax
from model.network.head import Examples, HeadPlan, HeadSettings, train_head
from model.network.losses import balanced_loss
from model.network.sampling import drawn_order
from model.records import ImageRecord
from model.runs.balance import Balance, Effect, Method, balance_effect
from model.runs.config import HeadConfig

LOGITS = np.log([[0.25, 0.75]])


def loss_of(effect: Effect, target: list[float], smoothing: float = 0.0) -> float:
    loss = balanced_loss(effect, smoothing)
    return float(loss(tf.constant([target], tf.float32), tf.constant(LOGITS, tf.float32))[0])


def effect(weights: tuple[float, float] = (1, 1), gamma: float = 0.0) -> Effect:
    return Effect(np.ones(2), np.array(weights), np.zeros(2), gamma, np.ones(2) / 2)


def test_that_the_loss_of_a_spread_is_the_mean_of_the_classes_losses() -> None:
    # By hand: w (1 - p)^2 (-log p) of each class.
    first, second = 2 * 0.75**2 * -np.log(0.25), 0.5 * 0.25**2 * -np.log(0.75)
    found = effect((2, 0.5), gamma=2)
    assert loss_of(found, [1, 0]) == pytest.approx(first, rel=1e-5)
    assert loss_of(found, [0, 1]) == pytest.approx(second, rel=1e-5)
    assert loss_of(found, [0.4, 0.6]) == pytest.approx(0.4 * first + 0.6 * second, rel=1e-5)


@pytest.mark.parametrize("target", [[1.0, 0.0], [0.4, 0.6]])
def test_that_smoothed_shares_are_those_of_keras(target: list[float]) -> None:
    theirs = keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
    expected = float(theirs(np.float32([target]), softmax(LOGITS).astype(np.float32)))
    assert loss_of(effect(), target, smoothing=0.1) == pytest.approx(expected, rel=1e-5)


def test_that_images_are_drawn_by_their_shares() -> None:
    # By hand: 3 images of mass (1, 0), (0, 1), (0.5, 0.5); draws of the classes 1.5 and 0.5.
    draws = np.array([[1, 0], [0, 1], [0.5, 0.5]]) @ [1.5, 0.5]
    assert draws.tolist() == [1.5, 0.5, 1]
    chance = np.random.default_rng(0)
    counted = sum(np.bincount(drawn_order(draws, chance), minlength=3) for _ in range(400)) / 400
    assert counted == pytest.approx(draws, abs=0.08)


def test_that_balance_counts_parts_of_images() -> None:
    # Expected mass 6 and 2: class weights n / (K n_c) are 8 / 12 and 8 / 4.
    found = balance_effect(Balance("class weights"), np.array([6.0, 2.0]))
    assert found.weights == pytest.approx([8 / 12, 2])
    parts = balance_effect(Balance("class weights"), np.array([5.5, 2.5]))
    assert parts.weights == pytest.approx([8 / 11, 8 / 5])


def test_that_targets_are_shares_of_the_classes_that_are_learned() -> None:
    records = [ImageRecord(path, path, 1, 1, label="MEL") for path in ("a", "b")]
    shares = {"a": {"MEL": 0.5, "NV": 0.25, "DF": 0.25}}
    found = label_targets(records, ("MEL", "NV"), shares)
    assert found == pytest.approx(np.array([[2 / 3, 1 / 3], [1, 0]]))


@pytest.mark.parametrize("method", ["none", "logit adjustment", "focal loss"])
def test_that_a_head_says_what_the_readers_spread_says(method: Method) -> None:
    # Two clouds; of the first, seven of ten readers name class 0. Of the second all name class 1.
    noise = np.random.default_rng(0).normal(0, 0.05, (400, 1, 4))
    place = np.repeat([0, 1], 200)
    centres = np.eye(2, 4)[place][:, np.newaxis]
    targets = np.where(place[:, np.newaxis] == 0, [0.7, 0.3], [0.0, 1.0])
    examples = Examples((centres + noise).astype(np.float16), targets)
    plan = HeadPlan(
        HeadConfig(epochs=150, patience=150, batch=400),
        balance_effect(Balance(method, tau=0.0, gamma=0.0), targets.sum(0)),
        0,
    )
    logits = []
    train_head(
        examples, examples, HeadSettings(0.05, 0.0, 0.0), plan, lambda *told: logits.append(told[2])
    )
    said = softmax(logits[-1])[:200, 0]
    assert said.mean() == pytest.approx(0.7, abs=0.02)


def test_that_a_temperature_fits_shares() -> None:
    # Logits log(0.7 / 0.3) * 3 for a spread of 0.7 and 0.3: three times too sure.
    logits = 3 * np.log(np.tile([0.7, 0.3], (5, 1)))
    assert fit_temperature(logits, np.tile([0.7, 0.3], (5, 1))) == pytest.approx(3, rel=1e-3)
