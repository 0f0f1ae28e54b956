"""Intervals where the bootstrap says nothing, and whether intervals hold what they promise."""

import numpy as np
import pytest
from scipy import stats

from model.evaluation.bootstrap import student
from model.evaluation.estimates import Estimate, Method, effective_n, shared_effective_n, wilson
from model.evaluation.evaluation import evaluate, evaluate_shares
from model.evaluation.intervals import correlations, difference_estimate
from model.evaluation.pairs import numbered, pair, pair_with_probabilities


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


def test_that_lesions_are_numbered_in_their_order() -> None:
    lesions = np.array([7, -2, 7, 0, -9])
    count, places = numbered(lesions)
    assert (count, places.tolist()) == (4, np.unique(lesions, return_inverse=True)[1].tolist())
    assert numbered(lesions[:0])[0] == 0


def test_that_shares_alone_are_those_of_everything() -> None:
    truth, said = np.arange(60) % 3, (np.arange(60) * 7) % 4
    made = pair("ABC", truth, said, [str(at // 2) for at in range(60)])
    alone, whole = evaluate_shares(made, draws=100), evaluate(made, draws=100)
    assert alone.overall["accuracy"] == whole.overall["accuracy"]
    assert alone.by_class == {name: whole.by_class[name] for name in ("recall", "specificity")}


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


def test_that_single_image_lesions_are_worth_their_number() -> None:
    # 300 of 400: the draws have the binomial's variance, so the interval is Wilson's of 400.
    truth = np.zeros(400, int)
    found = evaluate(pair("AB", truth, np.arange(400) >= 300), draws=4000).overall["accuracy"]
    assert found.method is Method.BOOTSTRAP
    expected = stats.binomtest(300, 400).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=2e-3)


def test_that_a_class_right_by_luck_does_not_make_a_mean_certain() -> None:
    # Class B is right in all of three lesions, A in 60 of 100: B may well be right in 60 % too.
    truth = np.array([0] * 100 + [1] * 3)
    predicted = np.array([0] * 60 + [1] * 40 + [1] * 3)
    found = evaluate(pair("AB", truth, predicted), draws=500).overall["balanced_accuracy"]
    assert found.value == 0.8
    assert found.low < 0.6


def test_that_figures_without_an_interval_say_why() -> None:
    generator = np.random.default_rng(0)
    truth = np.array([0] * 60 + [1] * 4)
    first = np.clip(generator.random(64) / 2 + (truth == 0) * 0.4, 0, 1)
    made = pair_with_probabilities(
        "AB", truth, np.stack([first, 1 - first], axis=1), [str(at) for at in range(64)]
    )
    found = evaluate(made, draws=200)
    without = {name: each.reason for name, each in found.overall.items() if each.reason}
    assert without == {
        "macro_f1": "a class has fewer than 5 lesions",
        "macro_precision": "a class has fewer than 5 lesions",
        "expected_calibration_error": "fewer than 100 lesions",
    }
    assert not np.isnan(found.overall["macro_f1"].value)
    assert found.overall["macro_f1"].to_json()["low"] is None
    kappa = found.by_class["cohens_kappa"][1]
    assert (np.isnan(kappa.low), kappa.reason) == (
        True,
        "fewer than 10 lesions of this class or of the others",
    )
    assert found.without_interval[2:4] == (
        "Expected calibration error has no interval: fewer than 100 lesions",
        f"Cohen's kappa of A, B has no interval: {kappa.reason}",
    )


def test_that_a_calibrated_classifier_may_have_no_calibration_error() -> None:
    generator = np.random.default_rng(2)
    stated = generator.uniform(0.5, 1, 400)
    truth = (generator.random(400) > stated).astype(int)
    values = np.stack([stated, 1 - stated], axis=1)
    made = pair_with_probabilities("AB", truth, values, [str(at) for at in range(400)])
    found = evaluate(made, draws=400).overall["expected_calibration_error"]
    # The observed error is all noise, so 0 is inside; .2 off is far outside.
    assert found.value > 0.01
    assert found.low == 0
    shifted = pair_with_probabilities("AB", truth, np.clip(values + np.array([0.2, -0.2]), 0, 1))
    assert evaluate(shifted, draws=400).overall["expected_calibration_error"].low > 0.05


def test_that_a_difference_of_equals_needs_no_interval() -> None:
    one = Estimate(0.8, 0.7, 0.9, 50, Method.BOOTSTRAP)
    found = difference_estimate(one, one, 1.0)
    assert (found.value, found.method) == (0, Method.NONE)
    # Without correlation the distances add up as squares.
    assert difference_estimate(one, one, 0.0).high == pytest.approx(np.sqrt(2) * 0.1)


def test_that_columns_that_do_not_vary_correlate_with_nothing() -> None:
    draws = np.array([[1.0, 2.0, 5.0], [2.0, 4.0, 5.0], [3.0, 6.0, 5.0], [np.nan, 1.0, 5.0]])
    found = correlations(draws)
    # Away from their means: -1, 0, 1 and -1.25, .75, 2.75, -2.25.
    assert found[0, 1] == pytest.approx(4 / np.sqrt(2 * 14.75))
    assert found[:, 2].tolist() == [0, 0, 1]
