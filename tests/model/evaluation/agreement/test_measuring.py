"""Intervals of agreement over lesions, by answer and by pair, and what is undefined in words."""

import numpy as np
import pytest

from model.evaluation.agreement.agreement import Agreement, measure_agreement
from model.evaluation.agreement.panel import Panel, Scale, panel_of
from model.evaluation.estimates import Method
from tests.model.evaluation.agreement.published import FOUR_CODERS, fleiss_panel, panel, value

MALIGNANT = {"M": "malignant", "B": "malignant", "N": "benign"}


def words(found: Agreement, name: str = "fleiss_kappa") -> str:
    return found.figures[name].words


def test_that_an_interval_is_near_that_of_the_formula() -> None:
    found = measure_agreement(fleiss_panel())
    figure = found.figures["fleiss_kappa"].estimate
    # By Gwet's formula: 0.3194 to 0.5411.
    assert figure.low == pytest.approx(0.3194, abs=0.03)
    assert figure.high == pytest.approx(0.5411, abs=0.03)
    assert (figure.n, figure.method) == (30, Method.BOOTSTRAP)
    assert "over cases, since no lesions are known" in found.interval


def test_that_copies_of_lesions_do_not_narrow_an_interval() -> None:
    readers = ("MNBMNBMMNN" * 4, "MNBMNNMBNN" * 4)
    once = measure_agreement(panel(readers, {f"case {at}": f"lesion {at}" for at in range(40)}))
    twice = measure_agreement(
        panel(
            tuple(each * 2 for each in readers),
            {f"case {at}": f"lesion {at % 40}" for at in range(80)},
        )
    )
    for name in ("gwet_ac1", "krippendorff_alpha_nominal"):
        one, two = (each.figures[name].estimate for each in (once, twice))
        assert two.high - two.low == pytest.approx(one.high - one.low, rel=0.1)
    assert "over lesions" in twice.interval


def test_that_full_agreement_on_one_answer_is_said_in_words() -> None:
    found = measure_agreement(panel(("NNNN", "NNNN", "NN*N")))
    assert words(found) == (
        "all agree on N; kappa and alpha are undefined, observed agreement 100 %, AC1 = 1"
    )
    assert words(found, "cohens_kappa") == words(found)
    assert words(found, "krippendorff_alpha_nominal") == words(found)
    assert found.figures["observed_agreement"].estimate.value == 1
    ac1 = found.figures["gwet_ac1"].estimate
    assert ac1.value == 1
    # Wilson's lower bound for 4 of 4.
    assert (ac1.low, ac1.high) == (pytest.approx(0.510109, abs=1e-6), 1)


def test_that_full_agreement_on_several_answers_has_an_interval() -> None:
    found = measure_agreement(panel(("MNBMN", "MNBMN"))).figures
    for name in ("fleiss_kappa", "cohens_kappa", "gwet_ac1", "observed_agreement"):
        figure = found[name].estimate
        assert figure.value == 1
        assert 0 < figure.low < 1
        assert figure.method is Method.WILSON


def test_that_few_lesions_give_a_kappa_no_interval() -> None:
    figure = measure_agreement(panel(("MNBMNMNNN", "MNBMNNNNM"))).figures["fleiss_kappa"]
    assert np.isnan(figure.estimate.low)
    assert figure.words == "fewer than 10 lesions: no interval"


@pytest.mark.long
@pytest.mark.parametrize("lesions", [30, 80])
def test_that_intervals_hold_the_truth_as_often_as_they_say(lesions: int) -> None:
    # Readers name the true class in 7 of 10, and otherwise any class as common as it is.
    generator = np.random.default_rng(lesions)
    names = ("fleiss_kappa", "gwet_ac1", "krippendorff_alpha_nominal", "observed_agreement")
    common = np.array([0.6, 0.3, 0.1])

    def readings(count: int) -> Panel:
        truth = generator.choice(3, count, p=common)
        guess = generator.choice(3, (count, 3), p=common)
        answers = np.where(generator.random((count, 3)) < 0.7, truth[:, None], guess)
        return panel(tuple("".join(map(str, column)) for column in answers.T))

    expected = {name: value(readings(40_000), name) for name in names}
    held = dict.fromkeys(names, 0)
    for _ in range(300):
        found = measure_agreement(readings(lesions), draws=400, by_class=False).figures
        for name in names:
            held[name] += found[name].estimate.low <= expected[name] <= found[name].estimate.high
    for name in names:
        assert 0.92 <= held[name] / 300 <= 0.985, name


def test_that_a_single_reader_is_said_in_words() -> None:
    found = measure_agreement(panel(("MNB",)))
    assert words(found).startswith("a single reader, reader 0")
    assert np.isnan(found.figures["observed_agreement"].estimate.value)
    assert found.pairs == ()
    assert words(found, "cohens_kappa").startswith("a single reader")


def test_that_readers_of_different_cases_are_said_in_words() -> None:
    found = measure_agreement(panel(("MN**", "**BM")))
    assert words(found) == "no case was read by two readers: agreement is unknown"
    assert found.shared == 0


def test_that_no_reading_at_all_is_said_in_words() -> None:
    assert words(measure_agreement(panel_of({}))) == "no readings"


def test_that_a_pair_that_never_met_is_left_out_of_the_mean() -> None:
    found = measure_agreement(panel(("MNMN**", "MNNN*M", "****MM")))
    first, _, last = found.pairs
    assert (first.first, first.second) == ("reader 0", "reader 1")
    kappa = first.figures["cohens_kappa"].estimate
    assert (kappa.value, kappa.n) == (0.5, 4)
    assert last.figures["cohens_kappa"].words.startswith("all agree on M")
    assert found.figures["cohens_kappa"].estimate.value == 0.5
    assert words(found, "cohens_kappa") == "2 of 3 pairs have no kappa and are left out"


def test_that_two_readers_have_a_table() -> None:
    (pair,) = measure_agreement(panel(("MMNN*", "MNNNM"))).pairs
    assert pair.table.tolist() == [[1, 1], [0, 2]]
    assert pair.cohen.value == 0.5


def test_that_each_answer_is_measured_against_all_others() -> None:
    found = measure_agreement(panel(("MMNNBB", "MNNNBB"))).by_class
    # 2 a / (2 a + b + c) = 2 / 3 of melanomas, 4 / 5 of nevi, all of the carcinomas.
    specific = {name: each["specific_agreement"].estimate.value for name, each in found.items()}
    assert specific == pytest.approx({"B": 1, "M": 2 / 3, "N": 4 / 5})
    assert found["B"]["fleiss_kappa"].estimate.value == 1
    assert found["M"]["observed_agreement"].estimate.value == pytest.approx(5 / 6)


def test_that_a_coarser_level_forgives_confusion_within_it() -> None:
    found = panel(("MBNN?", "BMNNM")).merged(
        lambda each: MALIGNANT.get(each, ""), ("malignant", "benign")
    )
    assert found.readings == 9
    assert measure_agreement(found).figures["cohens_kappa"].estimate.value == 1


def test_that_numbers_are_compared_as_numbers() -> None:
    found = panel_of({("a", "x"): "2", ("a", "y"): "2.0", ("b", "x"): "2,5", ("b", "y"): "10"})
    assert found.scale is Scale.NUMERIC
    assert found.categories == ("2", "2.5", "10")
    assert found.answers.tolist() == [[0, 0], [1, 2]]


def test_that_words_in_an_order_are_measured_in_that_order() -> None:
    order = ("none", "follow-up", "excision")
    found = panel_of(
        {("a", "x"): "excision", ("a", "y"): "none", ("b", "x"): "none", ("b", "y"): "none"},
        order=order,
        ordinal=True,
    )
    assert (found.scale, found.categories) == (Scale.ORDINAL, order)
    names = measure_agreement(found).figures
    assert "krippendorff_alpha_ordinal" in names
    assert "krippendorff_alpha_interval" not in names


def test_that_negative_numbers_have_no_ratio() -> None:
    found = panel_of({("a", "x"): "-1", ("a", "y"): "1", ("b", "x"): "2", ("b", "y"): "2"})
    names = measure_agreement(found).figures
    assert "krippendorff_alpha_ratio" not in names
    assert "krippendorff_alpha_interval" in names


def test_that_no_figure_is_without_a_value_or_words() -> None:
    for found in (panel(FOUR_CODERS), panel(("NNN", "NNN")), panel(("M*", "*N")), panel_of({})):
        agreement = measure_agreement(found, draws=200)
        every = [agreement.figures, *agreement.by_class.values()]
        every += [pair.figures for pair in agreement.pairs]
        for figure in (figure for figures in every for figure in figures.values()):
            assert figure.words or not np.isnan(figure.estimate.value)
            assert figure.words or not np.isnan(figure.estimate.low)
