"""Intervals over lesions, temperature, and the summary for a card."""

import numpy as np
import pytest

from model.evaluation.bootstrap import lesion_draws
from model.evaluation.calibration import fit_temperature, negative_log_likelihood, softmax
from model.evaluation.summary import summarise


def test_that_each_draw_takes_as_many_lesions_as_there_are() -> None:
    drawn = np.concatenate(list(lesion_draws(3, draws=250)))
    assert drawn.shape == (250, 3)
    assert (drawn.sum(1) == 3).all()
    assert drawn.mean(0).tolist() == pytest.approx([1, 1, 1], abs=0.15)


def test_that_equal_seeds_give_equal_draws() -> None:
    first, again, other = (next(lesion_draws(6, 10, seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("block", [1, 7, 50, 250])
def test_that_draws_are_the_same_however_many_are_taken_at_once(block: int) -> None:
    usual = np.concatenate(list(lesion_draws(13, 250, 4)))
    assert np.array_equal(np.concatenate(list(lesion_draws(13, 250, 4, block))), usual)


def test_that_the_width_of_an_interval_is_that_of_the_binomial() -> None:
    # 400 single-image lesions, 300 right: standard error sqrt(.75 * .25 / 400) = .02165.
    truth = np.zeros(400, np.int64)
    probabilities = np.where(np.arange(400)[:, np.newaxis] < 300, [0.9, 0.1], [0.1, 0.9])
    found = summarise(truth, probabilities, [str(i) for i in range(400)], ("MEL", "NV"))
    figure = found["accuracy"]
    assert figure["value"] == 0.75
    assert figure["high"] - figure["low"] == pytest.approx(2 * 1.96 * 0.02165, rel=0.1)


def test_that_copies_of_lesions_do_not_narrow_the_interval() -> None:
    truth = np.zeros(100, np.int64)
    probabilities = np.where(np.arange(100)[:, np.newaxis] < 75, [0.9, 0.1], [0.1, 0.9])
    lesions = [str(i) for i in range(100)]
    once = summarise(truth, probabilities, lesions, ("MEL", "NV"))["accuracy"]
    copied = summarise(
        np.tile(truth, 4), np.tile(probabilities, (4, 1)), lesions * 4, ("MEL", "NV")
    )["accuracy"]
    assert copied["high"] - copied["low"] == pytest.approx(once["high"] - once["low"], rel=0.1)


def test_that_a_summary_counts_images_for_each_figure() -> None:
    probabilities = np.array([[0.8, 0.2], [0.3, 0.7], [0.6, 0.4], [0.9, 0.1]])
    found = summarise(np.array([0, 1, 1, 0]), probabilities, ["a", "b", "b", "c"], ("MEL", "NV"))
    assert (found["images"], found["lesions"]) == (4, 3)
    assert found["confusion_matrix"] == [[2, 0], [1, 1]]
    assert found["recall"]["NV"]["value"] == 0.5
    assert found["recall"]["NV"]["n"] == 2
    assert found["precision"]["MEL"]["value"] == pytest.approx(2 / 3)
    assert found["precision"]["MEL"]["n"] == 3
    assert found["auc"]["MEL"]["value"] == 1
    assert found["balanced_accuracy"]["value"] == 0.75


def test_that_undefined_figures_are_none_and_not_numbers() -> None:
    found = summarise(np.array([0, 0]), np.array([[0.8, 0.2]] * 2), ["a", "b"], ("MEL", "NV"))
    assert found["recall"]["NV"] == {"value": None, "low": None, "high": None, "n": 0}


def test_that_the_likelihood_is_the_mean_log_of_what_was_recorded() -> None:
    logits = np.log([[0.5, 0.5], [0.2, 0.8]])
    expected = -(np.log(0.5) + np.log(0.8)) / 2
    assert negative_log_likelihood(logits, np.array([0, 1])) == pytest.approx(expected)


def test_that_overconfident_logits_get_the_temperature_that_was_taken_from_them() -> None:
    generator = np.random.default_rng(0)
    logits = generator.normal(0, 2, (20_000, 4))
    cumulated = softmax(logits).cumsum(1)
    truth = (cumulated < generator.random((20_000, 1))).sum(1)
    assert fit_temperature(logits * 3, truth) == pytest.approx(3, rel=0.03)


def test_that_a_temperature_leaves_the_order_of_classes() -> None:
    logits = np.array([[3.0, 1.0, -2.0]])
    assert softmax(logits, 5).argsort().tolist() == softmax(logits).argsort().tolist()
    assert softmax(logits, 5).sum() == pytest.approx(1)
