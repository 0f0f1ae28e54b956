"""Two classifiers side by side that name different classes."""

import numpy as np
import pytest

from model.evaluation.labelling import Kind, Labelling, named
from model.evaluation.question import Answer, Group, Question, answer

SEVEN = ("MEL", "NV", "BCC", "AKIEC", "BKL", "DF", "VASC")
EIGHT = ("MEL", "NV", "BCC", "AK", "BKL", "DF", "VASC", "SCC")


def sure(name: str, classes: tuple[str, ...], codes: list[str]) -> Labelling:
    """A classifier that gives 0.6 to one class, and the rest to all others alike."""
    values = np.array([classes.index(code) for code in codes])
    stated = np.full((len(codes), len(classes)), 0.4 / (len(classes) - 1))
    stated[np.arange(len(codes)), values] = 0.6
    return Labelling(name, Kind.CLASSIFIER, classes, values, stated)


def side_by_side(truth: list[str], first: Labelling, second: Labelling) -> Answer:
    count = len(truth)
    ids, lesions = [str(at) for at in range(count)], np.arange(count)
    label = named(truth, "label", Kind.LABEL)
    among = np.ones(count, bool)
    return answer(Question(ids, lesions, {}, label, first, second, Group.ALL, among), draws=20)


def test_that_eight_classes_are_compared_as_seven() -> None:
    truth = ["MEL", "AKIEC", "AKIEC", "NV"]
    found = side_by_side(
        truth,
        sure("old", SEVEN, ["MEL", "AKIEC", "BKL", "NV"]),
        sure("new", EIGHT, ["NV", "SCC", "AK", "NV"]),
    ).rivals
    assert found is not None
    assert found.first.classes == found.second.classes == SEVEN
    # SCC and AK are both AKIEC: right where the label says so.
    assert found.second.predicted.tolist() == [1, 3, 3, 1]
    test = found.comparison.mcnemar
    assert (test.both_right, test.only_first, test.only_second) == (2, 1, 1)
    assert found.words == (
        "They name different classes, so both are compared as 7 classes (AK as AKIEC, SCC as"
        " AKIEC); probabilities of classes that become one add up."
    )


def test_that_classes_of_one_alone_leave_malignant_or_benign() -> None:
    truth = ["MEL", "NV", "BKL", "BCC"]
    found = side_by_side(
        truth,
        sure("all", SEVEN, ["BCC", "BKL", "BKL", "BCC"]),
        sure("three", ("MEL", "NV", "BCC"), ["NV", "NV", "MEL", "BCC"]),
    ).rivals
    assert found is not None
    assert found.rows.tolist() == [0, 1, 3]  # the second cannot name BKL
    assert found.first.classes == ("MALIGNANT", "BENIGN")
    assert found.first.predicted.tolist() == [0, 1, 0]
    assert found.first.probabilities is not None
    # 0.6 for BCC, and 0.4 / 6 each for MEL and AKIEC.
    assert found.first.probabilities[0, 0] == pytest.approx(0.6 + 2 * 0.4 / 6)
    assert found.second.predicted.tolist() == [1, 1, 0]
    assert "malignant or benign" in found.words
    assert "Not counted, since one of the two cannot name them: BKL (1 images)." in found.words


def test_that_what_has_no_place_is_refused_with_what_to_do() -> None:
    first = sure("all", SEVEN, ["MEL", "NV"])
    shown = side_by_side(["MEL", "NV"], first, sure("odd", ("MEL", "NAIL"), ["MEL", "NAIL"]))
    assert shown.rivals is None
    assert shown.rivals_note.startswith("odd names other classes than all")
    assert 'Choose each of them as "Measured"' in shown.rivals_note


def test_that_a_reader_is_held_beside_a_classifier_whatever_letters_the_reader_used() -> None:
    reader = named(["MEL", "MEL"], "reader", Kind.READER)
    found = side_by_side(["MEL", "NV"], reader, sure("all", SEVEN, ["MEL", "NV"])).rivals
    assert found is not None
    assert found.comparison.mcnemar.only_second == 1
