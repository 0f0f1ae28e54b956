"""Figures against the spread of readers: those of a single truth where all readers agree."""

import numpy as np
import pytest

from model.evaluation.evaluation import evaluate
from model.evaluation.pairs import pair, pair_with_probabilities
from model.evaluation.spread import evaluate_spread

CLASSES = ("MEL", "NV", "BCC")


def test_that_readers_who_all_agree_give_the_figures_of_a_single_truth() -> None:
    chance = np.random.default_rng(1)
    truth = chance.integers(0, 3, 120)
    probabilities = chance.dirichlet(np.ones(3), 120)
    lesions = [f"L{number}" for number in chance.integers(0, 70, 120)]
    single = pair_with_probabilities(CLASSES, truth, probabilities, lesions)
    hard = evaluate(single, draws=200)
    soft = evaluate_spread(single, np.eye(3)[truth], draws=200)
    assert soft.matrix[:, :3].tolist() == hard.matrix.tolist()
    assert (soft.images, soft.lesions) == (hard.images, hard.lesions)
    for name in ("accuracy", "balanced_accuracy", "macro_f1", "cohens_kappa", "weighted_f1"):
        assert soft.overall[name] == hard.overall[name], name
    for name in ("recall", "precision", "specificity", "f1"):
        assert soft.by_class[name] == hard.by_class[name], name
    assert soft.overall["attainable_accuracy"].value == 1


def test_that_figures_against_a_spread_are_means_over_the_readers() -> None:
    # By hand. Image 0: three of four readers say MEL, predicted MEL. Image 1: two of four each
    # MEL and NV, predicted NV with 0.5. Image 2: all BCC, predicted NV.
    shares = np.array([[0.75, 0.25, 0], [0.5, 0.5, 0], [0, 0, 1]])
    probabilities = np.array([[0.8, 0.1, 0.1], [0.25, 0.5, 0.25], [0.2, 0.7, 0.1]])
    asked = pair_with_probabilities(CLASSES, np.zeros(3, int), probabilities)
    found = evaluate_spread(asked, shares, draws=50)
    assert found.matrix == pytest.approx(
        np.array([[0.75, 0.5, 0, 0], [0.25, 0.5, 0, 0], [0, 1, 0, 0]])
    )
    assert found.overall["accuracy"].value == pytest.approx(1.25 / 3)
    assert found.overall["attainable_accuracy"].value == pytest.approx(2.25 / 3)
    recalls = (0.75 / 1.25, 0.5 / 0.75, 0)
    assert [each.value for each in found.by_class["recall"]] == pytest.approx(recalls)
    assert found.overall["balanced_accuracy"].value == pytest.approx(sum(recalls) / 3)
    entropies = (
        -0.75 * np.log(0.8) - 0.25 * np.log(0.1),
        -0.5 * np.log(0.25) - 0.5 * np.log(0.5),
        -np.log(0.1),
    )
    assert found.overall["cross_entropy"].value == pytest.approx(np.mean(entropies))
    # Each reader's Brier score, weighted by how many gave that answer.
    brier = (
        0.75 * (0.2**2 + 0.1**2 + 0.1**2) + 0.25 * (0.8**2 + 0.9**2 + 0.1**2),
        0.5 * (0.75**2 + 0.5**2 + 0.25**2) + 0.5 * (0.25**2 + 0.5**2 + 0.25**2),
        0.2**2 + 0.7**2 + 0.9**2,
    )
    assert found.overall["brier_score"].value == pytest.approx(np.mean(brier))


def test_that_an_expected_figure_is_the_mean_of_drawn_truths() -> None:
    chance = np.random.default_rng(3)
    shares, predicted = chance.dirichlet(np.ones(3), 40), chance.integers(0, 4, 40)
    found = evaluate_spread(pair(CLASSES, predicted * 0, predicted), shares, draws=20)
    drawn = [
        np.mean([chance.choice(3, p=row) == said for row, said in zip(shares, predicted)])  # noqa: B905
        for _ in range(400)
    ]
    assert found.overall["accuracy"].value == pytest.approx(np.mean(drawn), abs=0.015)
    assert found.overall["accuracy"].n == 40
    assert "cross_entropy" not in found.overall


def test_that_no_images_give_no_figures() -> None:
    found = evaluate_spread(pair(CLASSES, np.zeros(0), np.zeros(0)), np.zeros((0, 3)), draws=20)
    assert np.isnan(found.overall["accuracy"].value)
    assert np.isnan(found.overall["attainable_accuracy"].value)
