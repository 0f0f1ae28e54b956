"""Metrics against arithmetic written out, and against scikit-learn where it computes the same."""

import numpy as np
import pytest
from sklearn import metrics as reference

from model.evaluation.metrics import (
    accuracy,
    balanced_accuracy,
    confusion_matrix,
    expected_calibration_error,
    f1,
    macro_f1,
    precision,
    recall,
    weighted_calibration_error,
)
from model.evaluation.ranking import auc, weighted_auc

# Recorded 0, 0, 0, 1, 1, 2; predicted 0, 0, 1, 1, 0, 2.
TRUTH = np.array([0, 0, 0, 1, 1, 2])
PREDICTED = np.array([0, 0, 1, 1, 0, 2])
MATRIX = confusion_matrix(TRUTH, PREDICTED, 3)


def test_that_rows_are_recorded_and_columns_predicted() -> None:
    assert MATRIX.tolist() == [[2, 1, 0], [1, 1, 0], [0, 0, 1]]


def test_that_counts_give_accuracy_recall_and_precision() -> None:
    assert accuracy(MATRIX) == pytest.approx(4 / 6)
    assert recall(MATRIX).tolist() == pytest.approx([2 / 3, 1 / 2, 1])
    assert precision(MATRIX).tolist() == pytest.approx([2 / 3, 1 / 2, 1])


def test_that_balanced_accuracy_is_the_mean_recall() -> None:
    assert balanced_accuracy(MATRIX) == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)


def test_that_f1_weighs_recall_and_precision() -> None:
    assert f1(MATRIX).tolist() == pytest.approx([4 / 6, 2 / 4, 1])
    assert macro_f1(MATRIX) == pytest.approx((4 / 6 + 2 / 4 + 1) / 3)


# Of the challenge's own tests: one class is missed whole, so its recall is 0.
def test_that_a_melanoma_among_two_classes_counts_half() -> None:
    matrix = confusion_matrix(np.array([0, 1]), np.array([0, 0]), 2)
    assert balanced_accuracy(matrix) == 0.5
    matrix = confusion_matrix(np.array([0, 1, 0, 0]), np.array([0, 0, 0, 1]), 2)
    assert balanced_accuracy(matrix) == pytest.approx(1 / 3)


def test_that_a_class_without_images_is_left_out_of_means() -> None:
    matrix = confusion_matrix(np.array([0, 0, 1]), np.array([0, 2, 1]), 4)
    assert np.isnan(recall(matrix)).tolist() == [False, False, True, True]
    assert balanced_accuracy(matrix) == pytest.approx((1 / 2 + 1) / 2)


def test_that_a_class_only_predicted_counts_as_nothing_in_macro_f1() -> None:
    truth, predicted = np.array([0, 0, 1]), np.array([0, 2, 1])
    found = macro_f1(confusion_matrix(truth, predicted, 4))
    assert found == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert found == pytest.approx(reference.f1_score(truth, predicted, average="macro"), abs=1e-9)


def test_that_no_image_at_all_is_undefined() -> None:
    assert np.isnan(accuracy(np.zeros((3, 3))))
    assert np.isnan(balanced_accuracy(np.zeros((3, 3))))


def test_that_ties_count_half_in_the_area_under_the_curve() -> None:
    # Pairs of positive and negative: .8 > .5, .8 > .2, .5 = .5, .5 > .2: 3.5 of 4.
    positive = np.array([True, True, False, False])
    assert auc(positive, np.array([0.8, 0.5, 0.5, 0.2])) == pytest.approx(3.5 / 4)


def test_that_one_kind_alone_has_no_area() -> None:
    assert np.isnan(auc(np.array([True, True]), np.array([0.1, 0.9])))


def test_that_areas_with_weights_are_scikit_learns() -> None:
    generator = np.random.default_rng(0)
    positive = generator.random(200) < 0.3
    scores = generator.integers(0, 20, 200) / 20
    weights = generator.integers(0, 4, (5, 200)).astype(float)
    expected = [reference.roc_auc_score(positive, scores, sample_weight=row) for row in weights]
    assert weighted_auc(positive, scores, weights).tolist() == pytest.approx(expected)


@pytest.mark.parametrize("bins", [10, 15])
def test_that_the_calibration_error_is_that_of_the_reference_example(bins: int) -> None:
    confidence = np.array([0.95, 0.92, 0.85, 0.81, 0.65, 0.62, 0.55, 0.35])
    correct = np.array([1, 1, 1, 0, 1, 0, 1, 0], bool)
    assert expected_calibration_error(confidence, correct, bins) == pytest.approx(0.2325)


def test_that_a_weight_counts_like_a_copy() -> None:
    confidence, correct = np.array([0.9, 0.6, 0.4]), np.array([True, False, True])
    twice = expected_calibration_error(np.repeat(confidence, 2), np.repeat(correct, 2))
    assert weighted_calibration_error(confidence, correct, np.full((1, 3), 2.0)) == [twice]
    assert np.isnan(weighted_calibration_error(confidence, correct, np.zeros((1, 3))))


def test_that_certainty_falls_into_the_last_bin_and_zero_into_the_first() -> None:
    confidence, correct = np.array([1.0, 0.0]), np.array([True, False])
    assert expected_calibration_error(confidence, correct) == 0
