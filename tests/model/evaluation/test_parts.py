"""Operating points, reliability, conformal sets, slices, and pairs of classifiers."""

import math

import numpy as np
import pytest
from scipy import stats

from model.evaluation.comparison import compare, exact_p, mcnemar
from model.evaluation.conformal import calibrate, coverage, lesions_needed, threshold
from model.evaluation.operating_points import choose_threshold, operating_point
from model.evaluation.pairs import Pair, pair, pair_with_probabilities
from model.evaluation.reliability import reliability
from model.evaluation.slices import age_band, slices


def scored(truth: list[int], scores: list[float]) -> Pair:
    """Class 0 is looked for."""
    values = np.array([[score, 1 - score] for score in scores])
    return pair_with_probabilities(("A", "B"), np.array(truth), values)


def test_that_a_threshold_keeps_what_is_held_and_takes_the_most_of_the_other() -> None:
    made = scored([0, 0, 0, 1, 1, 1, 1], [0.9, 0.7, 0.3, 0.8, 0.4, 0.2, 0.1])
    # At .7: 2 of 3 found, 3 of 4 spared. At .3: all found, 2 of 4 spared.
    assert choose_threshold(made, "specificity", 0.75) == 0.7
    assert choose_threshold(made, "sensitivity", 0.9) == 0.3
    assert math.isinf(choose_threshold(scored([0, 1], [0.1, 0.9]), "specificity", 1))
    assert math.isnan(choose_threshold(scored([0, 0], [0.1, 0.9]), "specificity", 0.5))


def test_that_an_operating_point_tells_what_became_of_its_promise() -> None:
    validation = scored([0, 0, 0, 1, 1, 1, 1], [0.9, 0.7, 0.3, 0.8, 0.4, 0.2, 0.1])
    test = scored([0, 0, 1, 1], [0.75, 0.65, 0.7, 0.1])
    point = operating_point(validation, test, "specificity", 0.75)
    assert (point.chosen_sensitivity, point.chosen_specificity) == pytest.approx((2 / 3, 3 / 4))
    assert (point.sensitivity.value, point.specificity.value) == (0.5, 0.5)
    assert (point.chosen_on, point.sensitivity.n) == (7, 2)


def test_that_bins_count_every_image_once() -> None:
    bins = reliability(scored([0, 1, 0, 0], [0.95, 0.95, 0.9, 0.62]), bins=10)
    assert [each.share.n for each in bins] == [0, 0, 0, 0, 0, 0, 1, 0, 1, 2]
    assert bins[9].share.value == 0.5
    assert bins[9].confidence == pytest.approx(0.95)
    assert math.isnan(bins[0].confidence)


# Of the reference's section 8.5; numpy's quantile gives .9 for the second.
@pytest.mark.parametrize(("level", "expected"), [(0.9, 0.9), (0.8, 0.6), (0.95, math.inf)])
def test_that_conformal_thresholds_are_not_one_too_far(level: float, expected: float) -> None:
    scores = np.array([0.05, 0.1, 0.2, 0.22, 0.3, 0.35, 0.5, 0.6, 0.9])
    assert threshold(scores, level) == expected


def test_that_19_lesions_are_needed_for_95_percent_and_9_for_90() -> None:
    assert (lesions_needed(0.95), lesions_needed(0.9), lesions_needed(0.8)) == (19, 9, 4)


def test_that_a_class_of_too_few_lesions_is_said_and_in_every_set() -> None:
    scores = [0.9 - at / 100 for at in range(10)] + [0.1] * 3
    made = scored([0] * 10 + [1] * 3, scores)
    many, few = calibrate(made, 0.9)
    assert (many.too_few, few.too_few) == (False, True)
    # The tenth smallest of 10 scores 1 - p, ceil(11 * .9) = 10: that of p = .81.
    assert many.threshold == pytest.approx(0.19)
    found = coverage(made, (many, few))
    assert found.by_class[0].value == 1
    assert found.by_class[1].value == 1
    # B is in all 13 sets, A in the ten of high p.
    assert found.mean_size == pytest.approx((13 + 10) / 13)


def test_that_a_lesion_calibrates_once_with_its_least_typical_image() -> None:
    values = np.array([[0.9, 0.1], [0.5, 0.5001], [0.7, 0.3], [0.2, 0.8]])
    made = pair_with_probabilities(("A", "B"), np.array([0, 0, 0, 1]), values, ["x", "x", "y", "z"])
    first = calibrate(made, 0.5)[0]
    # Scores .5 and .3: the ceil(3 / 2) = second smallest.
    assert (first.lesions, first.threshold) == (2, 0.5)


def test_that_small_slices_are_counted_and_not_shown() -> None:
    truth, predicted = np.zeros(30, int), np.array([0] * 15 + [1] * 15)
    sexes = ["female"] * 20 + ["male"] * 9 + [""]
    found = slices(pair(("A", "B"), truth, predicted), {"sex": sexes}, draws=50)
    assert [(each.value, each.n, each.hidden) for each in found] == [
        ("female", 20, False),
        ("male", 9, True),
        ("unknown", 1, True),
    ]
    shown = found[0]
    assert shown.accuracy is not None
    assert shown.accuracy_gap is not None
    assert shown.accuracy.value == 0.75
    # The other ten are all wrong.
    assert shown.accuracy_gap.value == 0.75


def test_that_ages_go_into_bands_of_twenty_years() -> None:
    ages = (0, 19, 20, 79, 80, 95, None)
    bands = ["00-19", "00-19", "20-39", "60-79", "80 and over", "80 and over", ""]
    assert [age_band(age) for age in ages] == bands


@pytest.mark.parametrize(("first", "second"), [(0, 0), (5, 5), (2, 9), (40, 71), (1, 0)])
def test_that_the_exact_test_is_the_binomial_one(first: int, second: int) -> None:
    differing = first + second
    expected = stats.binomtest(min(first, second), differing).pvalue if differing else 1
    assert exact_p(first, second) == pytest.approx(expected, rel=0, abs=1e-9)


def test_that_mcnemars_test_is_that_of_its_table() -> None:
    # 101 both, 59 only the second, 121 only the first, 33 neither: (|59 - 121| - 1)^2 / 180.
    right = np.repeat([[1, 1], [0, 1], [1, 0], [0, 0]], [101, 59, 121, 33], axis=0).astype(bool)
    found = mcnemar(right[:, 0], right[:, 1])
    assert (found.both_right, found.only_first) == (101, 121)
    assert (found.only_second, found.both_wrong) == (59, 33)
    assert found.statistic == pytest.approx(61**2 / 180)
    assert found.p == pytest.approx(stats.chi2.sf(61**2 / 180, 1), rel=0, abs=1e-9)


def test_that_two_classifiers_are_compared_on_the_same_draws() -> None:
    truth = np.array([0, 0, 1, 1] * 10)
    first = pair(("A", "B"), truth, np.array([0, 1, 1, 0] * 10))
    second = pair(("A", "B"), truth, np.array([0, 0, 0, 1] * 10))
    found = compare(first, second, draws=100)
    # One row in four is lost, two are gained.
    assert found.differences["accuracy"].value == pytest.approx(0.25)
    assert found.gained.tolist() == [at for at in range(40) if at % 4 in (1, 3)]
    assert found.lost.tolist() == list(range(2, 40, 4))
    same = compare(first, first, draws=100)
    assert (same.differences["accuracy"].value, same.mcnemar.exact_p) == (0, 1)
    with pytest.raises(ValueError, match="same images"):
        compare(first, second.only(np.arange(3)))
