"""Any pair of labellings, the images that count, and those that are kept apart."""

from dataclasses import replace

import numpy as np
import pytest

from model.evaluation.labelling import (
    NOTHING,
    Kind,
    Labelling,
    Seen,
    classes_of,
    hold,
    lesions_of,
    named,
)
from model.evaluation.pairs import MALIGNANT
from model.evaluation.question import Group, answer
from tests.model.evaluation.opinions import CLASSES, classifier, question, random_question, records

SURE = {"MEL": (0.8, 0.1, 0.1), "NV": (0.1, 0.8, 0.1), "BCC": (0.1, 0.1, 0.8)}
NEVER = (np.nan, np.nan, np.nan)


def says(*codes: str) -> np.ndarray:
    return np.array([SURE.get(code, NEVER) for code in codes])


def test_that_images_count_where_both_say_something_that_the_other_can_say() -> None:
    truth = named(["MEL", "", "SCC", "NV", "BCC"], "Recorded label", Kind.LABEL)
    other = classifier(says("NV", "NV", "MEL", "", "BCC"))
    lesions = lesions_of(records([""] * 5))
    found = hold(truth, other, lesions, np.ones(5, bool), classes_of(truth, other))
    assert found.rows.tolist() == [0, 4]
    assert found.pair.truth.tolist() == [0, 2]
    assert found.pair.predicted.tolist() == [1, 2]
    assert {reason: rows.tolist() for reason, rows in found.left_out.items()} == {
        "without recorded label": [1],
        "without prediction (Net)": [3],
        "of classes that only one of the two knows": [2],
    }


def test_that_readers_are_counted_in_all_classes_that_either_names() -> None:
    truth = named(["MEL", "NV"], "Recorded label", Kind.LABEL)
    reader = named(["SCC", "NV"], "Ada", Kind.READER)
    assert classes_of(truth, reader) == ("MEL", "NV", "SCC")
    found = hold(truth, reader, np.arange(2), np.ones(2, bool), classes_of(truth, reader))
    assert found.pair.predicted.tolist() == [2, 1]
    assert found.pair.probabilities is None


def test_that_images_without_lesion_are_lesions_of_their_own() -> None:
    lesions = lesions_of(records(["NV"] * 4, ["A", "", "A", ""]))
    assert lesions[0] == lesions[2] >= 0
    assert len(set(lesions.tolist())) == 3
    assert (lesions[[1, 3]] < 0).all()


def test_that_seen_images_are_in_no_figure_of_unseen_ones() -> None:
    seen = [Seen.UNSEEN, Seen.SEEN, Seen.SEEN_LESION, Seen.UNSEEN]
    other = classifier(says("MEL", "MEL", "NV", "NV"), seen, ["", "training", "", "test"])
    asked = question(["MEL", "NV", "NV", "MEL"], other, group=Group.UNSEEN)
    found = answer(asked, draws=0)
    assert found.rows.tolist() == [0, 3]
    assert found.measurement.evaluation.overall["accuracy"].value == 0.5
    assert found.measurement.title == "2 unseen images (2 lesions)"
    assert found.counts == {
        Group.UNSEEN: 2,
        Group.SEEN_LESION: 1,
        Group.SEEN: 1,
        Group.UNKNOWN: 0,
        Group.ALL: 4,
    }
    assert found.splits == {"": 1, "test": 1}


def test_that_what_either_classifier_has_seen_is_seen() -> None:
    first = classifier(says("MEL", "NV"), [Seen.SEEN, Seen.UNSEEN])
    second = classifier(says("MEL", "NV"), [Seen.UNSEEN, Seen.SEEN_LESION], name="Other")
    asked = question(["MEL", "NV"], first, second=second, group=Group.UNSEEN)
    assert not len(answer(asked, draws=0).rows)


def test_that_a_group_without_images_has_an_answer_too() -> None:
    asked = question(["MEL", "NV"], classifier(says("MEL", "NV")), group=Group.SEEN)
    found = answer(asked, draws=0)
    assert (len(found.rows), found.counts[Group.UNSEEN]) == (0, 2)


def test_that_thresholds_come_from_validation_images_whatever_the_filter() -> None:
    asked = random_question(among=[at < 100 for at in range(300)])
    found = answer(asked, draws=0)
    assert len(found.rows) == 50
    assert found.validation is not None
    assert len(found.validation) == 150
    assert found.measurement.sets is not None


def test_that_no_image_chooses_the_threshold_that_it_is_judged_by() -> None:
    for group in (Group.SEEN, Group.ALL):
        found = answer(random_question(group=group), draws=0)
        assert found.validation is None
        assert found.measurement.sets is None


def test_that_every_class_with_both_kinds_of_images_has_a_curve() -> None:
    found = answer(random_question(), draws=0)
    assert set(found.curves) == {*CLASSES, MALIGNANT}
    alone = question(["NV", "NV"], classifier(says("NV", "MEL")))
    assert not answer(alone, draws=0).curves


def test_that_two_classifiers_are_compared_where_both_have_looked() -> None:
    labels = ["MEL", "NV", "BCC", "NV"]
    first = classifier(says("MEL", "MEL", "NV", "NV"))
    second = classifier(says("NV", "NV", "BCC", ""), name="Other")
    rivals = answer(question(labels, first, second=second), draws=0).rivals
    assert rivals is not None
    assert rivals.rows.tolist() == [0, 1, 2]
    accuracies = [each.overall["accuracy"].value for each in rivals.evaluations]
    assert accuracies == pytest.approx([1 / 3, 2 / 3])
    assert rivals.comparison.differences["accuracy"].value == pytest.approx(1 / 3)
    assert (rivals.comparison.gained.tolist(), rivals.comparison.lost.tolist()) == ([1, 2], [0])


def test_that_a_reader_can_stand_beside_a_classifier() -> None:
    first = classifier(says("MEL", "NV", "NV"))
    reader = named(["MEL", "BCC", "SCC"], "Ada", Kind.READER)
    rivals = answer(question(["MEL", "NV", "BCC"], first, second=reader), draws=0).rivals
    assert rivals is not None
    assert rivals.rows.tolist() == [0, 1]  # SCC is no class of the classifier's
    assert "macro_auc" not in rivals.comparison.differences


def test_that_a_spread_is_met_by_shares_and_counts_images_that_stand_equal() -> None:
    asked = question([""] * 4, classifier(says("MEL", "NV", "NV", "BCC")))
    shares = np.array([[0.75, 0.25], [0.5, 0.5], [0, 1], [np.nan, np.nan]])
    values = np.array([0, 2, 1, NOTHING])  # equal: undecided
    spread = Labelling("Spread", Kind.SPREAD, ("MEL", "NV"), values, shares=shares)
    found = answer(replace(asked, truth=spread), draws=0)
    assert found.rows.tolist() == [0, 2]
    assert found.left_out["undecided by spread of the readings"].tolist() == [1]
    assert found.spread is not None
    assert found.spread.images == 3
    assert found.spread.overall["accuracy"].value == pytest.approx((0.75 + 0.5 + 1) / 3)
    entropies = (
        -0.75 * np.log(0.8) - 0.25 * np.log(0.1),
        -0.5 * np.log(0.1) - 0.5 * np.log(0.8),
        -np.log(0.8),
    )
    assert found.spread.overall["cross_entropy"].value == pytest.approx(np.mean(entropies))
    assert answer(question(["MEL"] * 4, asked.other), draws=0).spread is None
