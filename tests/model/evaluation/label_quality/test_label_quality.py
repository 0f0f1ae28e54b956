"""Confident learning and CROWDLAB against the figures of the library that they come from."""

import numpy as np
import pytest

from model.evaluation.label_quality.audit import audit_labels, seen_through_folds
from model.evaluation.label_quality.confident_learning import (
    confident_joint,
    label_issues,
    rounded,
)
from model.evaluation.label_quality.crowdlab import consensus
from model.evaluation.label_quality.ranks import (
    adjusted_self_confidence,
    confidence_weighted_entropy,
    normalized_margin,
    self_confidence,
)

LABELS = np.array([0] * 5 + [1] * 5 + [2] * 4)
PROBABILITIES = np.array(
    [
        *([0.9, 0.05, 0.05], [0.8, 0.1, 0.1], [0.7, 0.2, 0.1], [0.1, 0.85, 0.05]),
        *([0.4, 0.35, 0.25], [0.1, 0.8, 0.1], [0.2, 0.7, 0.1], [0.05, 0.9, 0.05]),
        *([0.75, 0.15, 0.1], [0.3, 0.4, 0.3], [0.1, 0.1, 0.8], [0.2, 0.1, 0.7]),
        *([0.05, 0.05, 0.9], [0.6, 0.2, 0.2]),
    ]
)
UNSEEN = np.zeros(14, bool)


def test_that_the_joint_is_that_of_cleanlab() -> None:
    found = confident_joint(LABELS, PROBABILITIES)
    assert found.thresholds == pytest.approx([0.58, 0.59, 0.65])
    assert found.counts.tolist() == [[3, 1, 0], [1, 3, 0], [1, 0, 3]]
    assert found.calibrated.tolist() == [[4, 1, 0], [1, 4, 0], [1, 0, 3]]


def test_that_the_issues_are_those_of_cleanlab_in_its_order() -> None:
    flagged = np.flatnonzero(label_issues(LABELS, PROBABILITIES))
    ranked = sorted(flagged, key=lambda at: self_confidence(LABELS, PROBABILITIES)[at])
    assert ranked == [3, 8, 13]


def test_that_the_ranks_are_those_of_cleanlab() -> None:
    margins = normalized_margin(LABELS, PROBABILITIES)
    assert margins[[3, 4, 8]] == pytest.approx([0.125, 0.525, 0.2])
    entropies = confidence_weighted_entropy(LABELS, PROBABILITIES)
    assert entropies[[0, 3]] == pytest.approx([0.841535, 0.369620], abs=5e-7)
    adjusted = adjusted_self_confidence(LABELS, PROBABILITIES)
    assert adjusted[3] == pytest.approx(0.150442, abs=5e-7)


def test_that_a_class_without_labels_is_never_suggested() -> None:
    wide = np.column_stack([PROBABILITIES * 0.5, np.full(14, 0.5)])
    found = confident_joint(LABELS, wide)
    assert found.thresholds[3] == 2
    assert found.calibrated.sum() == 14
    assert found.calibrated[:, 3].sum() == 0


def test_that_the_last_image_of_a_class_stays() -> None:
    labels = np.array([0, 0, 0, 1])
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.99, 0.01]])
    assert not label_issues(labels, probabilities)[3]


def test_that_rounding_keeps_the_sum() -> None:
    assert rounded(np.array([1.4, 1.3, 1.3])).tolist() == [2, 1, 1]
    assert rounded(np.array([0.5, 1.5, 2.5, 0.5])).sum() == 5


def test_that_the_consensus_is_that_of_crowdlab() -> None:
    answers = np.array(
        [[0, 0, 1], [1, 1, 1], [2, 2, -1], [0, 1, -1], [2, 1, 2], [0, -1, 0]], np.int64
    )
    probabilities = np.array(
        [
            *([0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.1, 0.2, 0.7]),
            *([0.6, 0.3, 0.1], [0.2, 0.3, 0.5], [0.5, 0.3, 0.2]),
        ]
    )
    found = consensus(answers, probabilities)
    assert found.labels.tolist() == [0, 1, 2, 0, 2, 0]
    assert found.quality == pytest.approx(
        [0.675247, 0.801286, 0.718379, 0.635789, 0.570724, 0.570724], abs=1e-6
    )
    assert found.reader_quality == pytest.approx([0.729831, 0.554063, 0.583756], abs=1e-6)


def test_that_images_which_the_classifier_has_seen_are_left_out_and_said() -> None:
    seen = UNSEEN.copy()
    seen[[3, 5]] = True
    found = audit_labels(LABELS, PROBABILITIES, np.arange(14), seen)
    assert not found.measured[[3, 5]].any()
    assert np.isnan(found.self_confidence[3])
    # Without image 3 class 0 is given with 0.7 on average, and 13's 0.6 is no longer confident.
    assert found.joint.thresholds[0] == pytest.approx(0.7)
    assert [suspect.images for suspect in found.suspects] == [(8,)]
    assert found.note == (
        "2 images that the classifier has seen, or others of their lesions, left out"
    )
    included = audit_labels(LABELS, PROBABILITIES, np.arange(14), seen, include_seen=True)
    assert [suspect.images for suspect in included.suspects] == [(3,), (8,), (13,)]
    assert [suspect.seen for suspect in included.suspects] == [True, False, False]


def test_that_images_of_a_lesion_are_one_suspect() -> None:
    lesions = np.arange(14)
    lesions[2] = lesions[3]  # a doubted image and one that nobody doubts
    (first, *_) = audit_labels(LABELS, PROBABILITIES, lesions, UNSEEN).suspects
    assert first.images == (8,)
    (second,) = [
        each
        for each in audit_labels(LABELS, PROBABILITIES, lesions, UNSEEN).suspects
        if 3 in each.images
    ]
    assert (second.images, second.flagged) == ((3, 2), 1)
    assert (second.recorded, second.suggested) == (0, 1)
    assert second.self_confidence == pytest.approx((0.1 + 0.7) / 2)


def test_that_a_lesion_in_two_folds_counts_as_seen() -> None:
    found = seen_through_folds(np.array([0, 0, 1, 1, 2]), [1, 1, 0, 2, 2])
    assert found.tolist() == [False, False, True, True, False]
