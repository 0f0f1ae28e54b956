"""The challenge's scores against its own tests and arithmetic written out."""

import numpy as np
import pytest
from sklearn import metrics as reference

from model.evaluation.official import balanced_multiclass_accuracy, official_scores
from model.evaluation.pairs import decided
from model.evaluation.ranking import area_above_sensitivity, curve

ONCE = np.ones(4)


def test_that_the_challenges_own_examples_come_out() -> None:
    # MEL NV MEL MEL against MEL MEL MEL NV: NV 0 of 1, MEL 2 of 3.
    found = balanced_multiclass_accuracy(np.array([0, 1, 0, 0]), np.array([0, 0, 0, 1]), ONCE, 7)
    assert found == pytest.approx(1 / 3)
    found = balanced_multiclass_accuracy(np.array([0, 1]), np.array([0, 0]), np.ones(2), 7)
    assert found == pytest.approx(0.5)


def test_that_a_wrong_row_without_weight_changes_nothing() -> None:
    weights = np.array([1.0, 1.0, 0.0])
    truth, diagnosis = np.array([0, 1, 1]), np.array([0, 1, 0])
    assert balanced_multiclass_accuracy(truth, diagnosis, weights, 2) == 1
    assert balanced_multiclass_accuracy(truth, diagnosis, np.array([1.0, 3, 1]), 2) == 0.875


def test_that_a_tie_is_undecided() -> None:
    assert decided(np.full((1, 7), 0.4)).tolist() == [7]
    assert decided(np.array([[0.4, 0.5, 0.5], [0.1, 0.5, 0.4]])).tolist() == [3, 1]


def test_that_nothing_by_nothing_is_one() -> None:
    values = np.array([[0.9, 0.1, 0.0], [0.8, 0.2, 0.0]])
    found = official_scores(("A", "B", "C"), np.array([0, 0]), values, np.ones(2))
    absent = found.by_class[2]
    # No image is C and none is called C: TN = 2, everything else 0.
    assert (absent.sensitivity, absent.dice, absent.ppv) == (1, 1, 1)
    assert (absent.specificity, absent.npv, absent.accuracy) == (1, 1, 1)
    assert np.isnan(absent.auc)
    assert found.by_class[0].specificity == 1
    assert found.balanced_accuracy == 1


def test_that_a_class_is_called_above_a_half_and_not_at_it() -> None:
    values = np.array([[0.5, 0.4], [0.51, 0.49], [0.2, 0.7], [0.6, 0.3]])
    found = official_scores(("A", "B"), np.array([0, 0, 1, 1]), values, ONCE).by_class[0]
    # Called A: the second (right) and the fourth (wrong).
    assert (found.sensitivity, found.specificity) == (0.5, 0.5)
    assert (found.ppv, found.npv, found.dice, found.accuracy) == (0.5, 0.5, 0.5, 0.5)


def test_that_the_area_above_a_sensitivity_is_that_of_the_reference() -> None:
    # A predictor that knows nothing: the diagonal from .1 up holds 1/2 - .1^2 / 2.
    points = curve(np.array([True, False]), np.array([0.5, 0.5]))
    assert area_above_sensitivity(points, 0.1) == pytest.approx(0.495)
    perfect = curve(np.array([True, True, False]), np.array([0.9, 0.8, 0.1]))
    assert area_above_sensitivity(perfect) == 1
    # scikit-learn's example of a ROC curve: (0, 0) (0, .5) (.5, .5) (.5, 1) (1, 1).
    example = curve(np.array([False, False, True, True]), np.array([0.1, 0.4, 0.35, 0.8]))
    assert area_above_sensitivity(example, 0.8) == pytest.approx(0.5)
    assert area_above_sensitivity(example, 0.4) == pytest.approx(0.75)


def test_that_areas_with_weights_are_scikit_learns() -> None:
    generator = np.random.default_rng(5)
    truth = generator.integers(0, 3, 150)
    values = generator.random((150, 3)).round(2)
    weights = generator.integers(0, 3, 150).astype(float)
    found = official_scores(("A", "B", "C"), truth, values, weights)
    for at, row in enumerate(found.by_class):
        is_class, scores = truth == at, values[:, at]
        auc = reference.roc_auc_score(is_class, scores, sample_weight=weights)
        ap = reference.average_precision_score(is_class, scores, sample_weight=weights)
        assert (row.auc, row.ap) == pytest.approx((auc, ap), rel=0, abs=1e-9)
        called = scores > 0.5
        recall = reference.recall_score(is_class, called, sample_weight=weights)
        dice = reference.f1_score(is_class, called, sample_weight=weights)
        assert (row.sensitivity, row.dice) == pytest.approx((recall, dice), rel=0, abs=1e-9)
    mean = np.mean([row.auc for row in found.by_class])
    assert found.macro.auc == pytest.approx(mean, rel=0, abs=1e-9)
