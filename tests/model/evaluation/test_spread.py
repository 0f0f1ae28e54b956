"""Figures against the spread of readers: those of a single truth where all readers agree."""

import numpy as np
import pytest
from scipy import stats

from model.evaluation.estimates import Estimate
from model.evaluation.evaluation import evaluate
from model.evaluation.pairs import pair, pair_with_probabilities
from model.evaluation.spread import evaluate_spread
from tests.model.evaluation.coverage import Tally

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


def some_readings(
    chance: np.random.Generator, lesions: int
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Probabilities, shares of three readers and lesions of images; answers of few are far off."""
    lesion = np.repeat(np.arange(lesions), chance.choice([1, 2, 3], lesions, p=[0.74, 0.19, 0.07]))
    logits = chance.normal(scale=3, size=(lesions, 3))[lesion]
    logits += chance.normal(size=logits.shape)
    probabilities = np.exp(logits - logits.max(1, keepdims=True))
    probabilities /= probabilities.sum(1, keepdims=True)
    rather = np.sqrt(probabilities) / np.sqrt(probabilities).sum(1, keepdims=True)
    drawn = (
        chance.random((len(lesion), 3))[..., np.newaxis] > rather.cumsum(1)[:, np.newaxis]
    ).sum(2)
    shares = (np.minimum(drawn, 2)[..., np.newaxis] == np.arange(3)).mean(1)
    return probabilities, shares, [str(each) for each in lesion]


def test_that_intervals_of_single_images_are_those_of_textbooks() -> None:
    probabilities, shares, _ = some_readings(np.random.default_rng(5), 25)
    count = len(shares)
    asked = pair_with_probabilities(CLASSES, np.zeros(count, int), probabilities)
    found = evaluate_spread(asked, shares, draws=4000).overall
    entropies = -(shares * np.log(probabilities)).sum(1)
    mean, reach = entropies.mean(), stats.sem(entropies) * stats.t.ppf(0.975, count - 1)
    # The error of a logarithm is the relative error.
    expected = mean * np.exp([-reach / mean, reach / mean])
    entropy = found["cross_entropy"]
    assert (entropy.low, entropy.high) == pytest.approx(expected, abs=0.03 * reach)
    for name, values, most in (
        ("attainable_accuracy", shares.max(1), 1),
        ("brier_score", ((probabilities - shares) ** 2).sum(1) + 1 - (shares**2).sum(1), 2),
    ):
        # Wilson's bounds solve (v - p)^2 = t^2 p (1 - p) / n, n being worth v (1 - v) / error^2.
        share, error = values.mean() / most, stats.sem(values) / most
        n, t = share * (1 - share) / error**2, stats.t.ppf(0.975, count - 1)
        roots = np.roots([1 + t * t / n, -2 * share - t * t / n, share**2])
        bounds = found[name].low / most, found[name].high / most
        assert bounds == pytest.approx(sorted(roots), abs=0.03 * t * error), name


@pytest.mark.long
@pytest.mark.parametrize("lesions", [50, 100])
def test_that_intervals_of_means_over_readers_hold_the_truth(lesions: int) -> None:
    names = ("attainable_accuracy", "cross_entropy", "brier_score")
    chance = np.random.default_rng(lesions)

    def figures(count: int, draws: int) -> dict[str, Estimate]:
        probabilities, shares, ids = some_readings(chance, count)
        asked = pair_with_probabilities(CLASSES, np.zeros(len(ids), int), probabilities, ids)
        return evaluate_spread(asked, shares, draws=draws).overall

    truth = figures(100_000, 0)
    tallies = {name: Tally() for name in names}
    for _ in range(500):
        found = figures(lesions, 300)
        for name, tally in tallies.items():
            tally.count(found[name], truth[name].value)
    # About 95 %; two standard errors of 500 simulations are 2 points.
    assert {name for name in names if not 0.91 <= tallies[name].covered <= 0.99} == set()
