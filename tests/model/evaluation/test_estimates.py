"""Intervals where the bootstrap says nothing, and whether intervals hold what they promise."""

import numpy as np
import pytest
from scipy import stats

from model.evaluation.bootstrap import expanded_tail, student
from model.evaluation.estimates import Method, effective_n, shared_effective_n, wilson
from model.evaluation.evaluation import evaluate
from model.evaluation.lesion_sums import lesion_sums, measure
from model.evaluation.pairs import Pair, pair, pair_with_probabilities


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (3, 7), (19, 20), (50, 50)])
def test_that_wilsons_interval_is_scipys(hits: int, n: int) -> None:
    expected = stats.binomtest(hits, n).proportion_ci(method="wilson")
    assert wilson(hits / n, n) == pytest.approx((expected.low, expected.high), rel=0, abs=1e-9)


def test_that_images_of_one_lesion_are_worth_one_image() -> None:
    assert effective_n(np.array([5])) == 1
    assert effective_n(np.array([1, 1, 1, 0])) == 3
    # The square of 4 by 1 + 9.
    assert effective_n(np.array([1, 3])) == pytest.approx(1.6)
    # The square of 2 by a tenth and a fortieth.
    assert shared_effective_n(np.array([10.0, 40.0, 0.0])) == pytest.approx(32)


def test_that_all_right_has_wilsons_interval_with_effective_n() -> None:
    truth = np.array([0, 0, 0, 1, 1, 1])
    found = evaluate(pair(("A", "B"), truth, truth, ["a", "a", "b", "c", "d", "e"]), draws=200)
    recall = found.by_class["recall"][0]
    # Two lesions of 2 and 1 images: 9 / 5 images.
    assert recall.method is Method.WILSON
    assert (recall.low, recall.high) == pytest.approx(wilson(1, 9 / 5))
    accuracy = found.overall["accuracy"]
    assert accuracy.low == pytest.approx(wilson(1, 36 / 8)[0])
    kappa = found.overall["cohens_kappa"]
    # Chance agreement is a half.
    assert (kappa.value, kappa.low) == pytest.approx((1, (wilson(1, 36 / 8)[0] - 0.5) / 0.5))


@pytest.mark.parametrize("freedom", [9, 49, 199])
def test_that_students_quantile_is_scipys(freedom: int) -> None:
    assert student(0.975, freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=2e-4)
    lesions = freedom + 1
    reach = np.sqrt(lesions / freedom) * stats.t.ppf(0.975, freedom)
    assert expanded_tail(lesions) == pytest.approx(stats.norm.sf(reach), rel=1e-3)


def draw_images(generator: np.random.Generator, lesions: int, known: bool = True) -> Pair:
    """Images of lesions as in HAM10000: one to three of each, alike within a lesion."""
    sizes = generator.choice([1, 2, 3], lesions, p=[0.74, 0.19, 0.07])
    lesion = np.repeat(np.arange(lesions), sizes)
    truth = generator.choice(3, lesions, p=[0.5, 0.3, 0.2])[lesion]
    scores = generator.normal(size=(lesions, 3))[lesion] + generator.normal(size=(len(lesion), 3))
    scores[np.arange(len(lesion)), truth] += 2.2
    values = np.exp(scores)
    names = [str(each) for each in lesion] if known else []
    return pair_with_probabilities("ABC", truth, values / values.sum(1, keepdims=True), names)


@pytest.mark.long
@pytest.mark.parametrize("lesions", [50, 200])
def test_that_95_percent_intervals_hold_the_truth_95_times_in_100(lesions: int) -> None:
    generator = np.random.default_rng(7)
    endless = draw_images(generator, 200_000, known=False)
    true = measure(lesion_sums(endless), np.ones((1, len(endless))))
    names = ("accuracy", "balanced_accuracy", "macro_f1", "cohens_kappa", "macro_auc")
    runs = 1000
    held = dict.fromkeys(names, 0)
    for run in range(runs):
        found = evaluate(draw_images(generator, lesions), draws=1000, seed=run).overall
        for name in names:
            held[name] += found[name].low <= true[name][0] <= found[name].high
    # 93 to 97 %, and two standard errors of the simulation, sqrt(.95 * .05 / 1000) = .7 %.
    assert {name: count for name, count in held.items() if not 916 <= count <= 984} == {}
