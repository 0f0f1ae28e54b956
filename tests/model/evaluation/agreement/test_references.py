"""Readers against what is taken for right, and what an aid does to them."""

import pytest

from model.evaluation.agreement.influence import EVERYBODY, measure_influence
from model.evaluation.agreement.panel import UNREAD, panel_of
from model.evaluation.agreement.references import measure_against
from tests.model.evaluation.agreement.published import panel


def truth(answers: str) -> dict[str, str]:
    return {f"case {at}": answer for at, answer in enumerate(answers) if answer != "*"}


def test_that_each_reader_is_held_against_the_label() -> None:
    first, second = measure_against(panel(("MMNN*", "MNNNB")), "the label", truth("MMNB*"))
    assert (first.reader, first.reference) == ("reader 0", "the label")
    assert first.evaluation.images == 4
    assert first.evaluation.overall["accuracy"].value == 0.75
    # Recall 2 of 2, 1 of 1 and 0 of 1.
    assert first.evaluation.overall["balanced_accuracy"].value == pytest.approx(2 / 3)
    assert second.pair.figures["observed_agreement"].estimate.value == 0.5


def test_that_a_reader_without_a_known_case_is_left_out() -> None:
    found = measure_against(panel(("MM**", "**NN")), "the label", truth("MM**"))
    assert [each.reader for each in found] == ["reader 0"]


def test_that_a_reference_may_name_a_class_that_no_reader_named() -> None:
    joined = panel(("MN",)).with_reader("network", {"case 0": "V", "case 7": "M"})
    assert joined.categories == ("M", "N", "V")
    assert joined.answers.tolist() == [[0, 2], [1, UNREAD]]


def test_that_a_numeric_reference_keeps_numbers_in_order() -> None:
    scores = panel_of({("a", "x"): "1", ("b", "x"): "3"})
    joined = scores.with_reader("gold", {"a": "2.0", "b": "3"})
    assert joined.categories == ("1", "2", "3")
    assert joined.answers.tolist() == [[0, 1], [2, 2]]


def test_that_flips_are_counted_for_each_reader() -> None:
    before = panel(("MMNNB", "MNNB*"))
    after = panel(("MNNMM", "MMNBB"))
    found = measure_influence(before, after, truth("MMNMB"), truth("MNNMM"))
    first, second, everybody = found
    assert (first.right_right, first.right_wrong, first.wrong_right, first.wrong_wrong) == (
        *(2, 2, 1, 0),
    )
    assert (first.changed, first.followed, first.misled) == (3, 3, 2)
    assert first.gain.value == pytest.approx(-1 / 5)
    assert (second.right_right, second.right_wrong, second.wrong_right, second.wrong_wrong) == (
        *(2, 0, 1, 1),
    )
    # What the network did not say was not followed.
    assert (second.changed, second.followed, second.misled) == (1, 0, 0)
    assert second.readings == 4
    assert (everybody.reader, everybody.right_wrong, everybody.wrong_right) == (EVERYBODY, 2, 2)
    assert everybody.gain.value == 0
    assert everybody.gain.low < 0 < everybody.gain.high


def test_that_following_is_unknown_where_nobody_knows_the_network() -> None:
    (found,) = measure_influence(panel(("MN",)), panel(("MM",)), truth("MM"))
    assert (found.followed, found.misled) == (None, None)
    assert (found.wrong_right, found.right_right) == (1, 1)
