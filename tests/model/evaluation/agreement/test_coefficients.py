"""Coefficients of agreement against published figures and other programs."""

import itertools

import krippendorff
import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats import inter_rater

from model.evaluation.agreement.cohen import cohens_kappa, cross_table
from model.evaluation.agreement.linearised import fleiss_z, linearised_error, linearised_interval
from model.evaluation.agreement.panel import Panel
from model.evaluation.agreement.weights import identity, linear, quadratic
from tests.model.evaluation.agreement.published import (
    ANXIETY,
    FOUR_CODERS,
    THREE_CODERS,
    fleiss_panel,
    panel,
    value,
)

WIKIPEDIA = (
    *((0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1)),
    *((7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7)),
)


def places(count: int) -> np.ndarray:
    return np.arange(count, dtype=np.float64)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("observed_agreement", 0.5555556),
        ("fleiss_kappa", 0.43024452),
        ("brennan_prediger", 0.4444444),
        ("krippendorff_alpha_nominal", 0.4334098),
        ("congers_kappa", 0.44181),
        ("gwet_ac1", 0.44788),
    ],
)
def test_that_the_psychiatrists_of_fleiss_agree_as_published(name: str, expected: float) -> None:
    digits = len(str(expected)) - 2
    assert value(fleiss_panel(), name) == pytest.approx(expected, abs=0.6 * 10**-digits)


def test_that_the_psychiatrists_chance_is_that_of_fleiss() -> None:
    found = fleiss_panel()
    shares = found.counts.sum(0) / found.readings
    assert shares == pytest.approx([0.1444, 0.1444, 0.1667, 0.3056, 0.2389], abs=5e-5)
    assert (shares**2).sum() == pytest.approx(0.2199383, abs=5e-8)


def test_that_standard_errors_by_formula_are_those_of_the_packages_for_r() -> None:
    found = fleiss_panel()
    assert linearised_error(found, "fleiss_kappa") == pytest.approx(0.0542, abs=5e-5)
    low, high = linearised_interval(found, "fleiss_kappa")
    assert low == pytest.approx(0.3194, abs=5e-5)
    assert high == pytest.approx(0.54109, abs=1e-5)
    assert fleiss_z(found) == pytest.approx(17.65183, abs=5e-6)
    four = panel(FOUR_CODERS)
    assert linearised_error(four, "gwet_ac1") == pytest.approx(0.14295, abs=5e-6)
    low, high = linearised_interval(four, "gwet_ac1")
    assert low == pytest.approx(0.46081, abs=3e-5)
    assert high == 1


def test_that_the_example_of_ten_subjects_and_fourteen_raters_gives_its_kappa() -> None:
    raters = ("".join(str(at) for at, n in enumerate(row) for _ in range(n)) for row in WIKIPEDIA)
    found = panel(tuple("".join(each) for each in zip(*raters, strict=True)))
    assert value(found, "fleiss_kappa") == pytest.approx(0.2099307, abs=5e-8)
    assert value(found, "fleiss_kappa") == pytest.approx(inter_rater.fleiss_kappa(WIKIPEDIA))


@pytest.mark.parametrize(
    ("name", "three", "four"),
    [
        ("nominal", 0.6913580, 0.7434211),
        ("ordinal", 0.8067214, 0.8153875),
        ("interval", 0.8108449, 0.8491071),
        ("ratio", 0.8089437, 0.7974028),
    ],
)
def test_that_alpha_bears_missing_readings(name: str, three: float, four: float) -> None:
    key = f"krippendorff_alpha_{name}"
    assert value(panel(THREE_CODERS), key) == pytest.approx(three, abs=5e-8)
    assert value(panel(FOUR_CODERS), key) == pytest.approx(four, abs=5e-8)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gwet_ac1", 0.77544),
        ("fleiss_kappa", 0.76117),
        ("congers_kappa", 0.76282),
        ("brennan_prediger", 0.77273),
        ("gwet_ac2_quadratic", 0.914),
        ("gwet_ac2_linear", 0.85874),
    ],
)
def test_that_coefficients_with_missing_readings_are_gwets(name: str, expected: float) -> None:
    digits = len(str(expected)) - 2
    found = value(panel(FOUR_CODERS), name)
    assert found == pytest.approx(expected, abs=0.6 * 10**-digits)


@pytest.mark.parametrize("seed", range(6))
def test_that_alpha_is_that_of_the_krippendorff_package(seed: int) -> None:
    generator = np.random.default_rng(seed)
    answers = generator.integers(0, 6, (40, 4)) + generator.integers(0, 2, (40, 1)) * 3
    table = np.where(generator.random((40, 4)) < 0.3, np.nan, answers)
    letters = [["*" if np.isnan(each) else f"{each:.0f}" for each in column] for column in table.T]
    found = panel(tuple("".join(column) for column in letters))
    for level in ("nominal", "ordinal", "interval", "ratio"):
        expected = krippendorff.alpha(table.T, level_of_measurement=level)
        assert value(found, f"krippendorff_alpha_{level}") == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ([[20, 5], [10, 15]], 0.4),
        ([[45, 15], [25, 15]], 0.1304348),
        ([[25, 35], [5, 35]], 0.2592593),
    ],
)
def test_that_cohens_kappa_is_as_in_the_textbooks(table: list[list[int]], expected: float) -> None:
    found = cohens_kappa(np.array(table), identity(places(2)))
    assert found.value == pytest.approx(expected, abs=5e-8)


def test_that_cohens_kappa_has_the_errors_of_sas() -> None:
    table = np.array([[0, 4, 1], [0, 8, 0], [0, 1, 5]])
    plain = cohens_kappa(table, identity(places(3)))
    assert plain.value == pytest.approx(0.4842, abs=5e-5)
    assert plain.error == pytest.approx(0.1380, abs=5e-5)
    assert plain.interval == pytest.approx((0.2137, 0.7547), abs=5e-5)
    assert plain.error_by_chance == pytest.approx(0.1484, abs=5e-5)
    assert plain.z == pytest.approx(3.2626, abs=5e-5)
    weighted = cohens_kappa(table, linear(places(3)))
    assert weighted.value == pytest.approx(0.4701, abs=5e-5)
    assert weighted.error == pytest.approx(0.1457, abs=5e-5)
    assert weighted.interval == pytest.approx((0.1845, 0.7558), abs=5e-5)


def test_that_cohens_kappa_is_that_of_irr_for_anxiety() -> None:
    # That package drops the grade that nobody gave, so grades are places here, not numbers.
    found = panel(ANXIETY)
    table = cross_table(found.answers[:, 0], found.answers[:, 1], 5)
    for weights, expected, digits in (
        (identity, -0.006289308, 9),
        (linear, 0.1459075, 7),
        (quadratic, 0.2520325, 7),
    ):
        kappa = cohens_kappa(table, weights(places(5))).value
        assert kappa == pytest.approx(expected, abs=0.6 * 10**-digits)


@pytest.mark.parametrize("seed", range(4))
def test_that_cohens_kappa_is_that_of_two_other_programs(seed: int) -> None:
    generator = np.random.default_rng(seed)
    first = generator.integers(0, 5, 80)
    second = np.where(generator.random(80) < 0.6, first, generator.integers(0, 5, 80))
    table = cross_table(first, second, 5)
    readers = tuple("".join(map(str, each)) for each in (first, second))
    for weights, name, end in ((identity, None, ""), (linear, "linear", "_linear")):
        found = cohens_kappa(table, weights(places(5)))
        expected = cohen_kappa_score(first, second, weights=name)
        assert found.value == pytest.approx(expected, rel=1e-9)
        # Two readers of all cases: Conger's kappa is Cohen's.
        assert value(panel(readers), f"congers_kappa{end}") == pytest.approx(expected, rel=1e-9)
        other = inter_rater.cohens_kappa(table, wt=name)
        assert found.error == pytest.approx(other.std_kappa, rel=1e-6)
        assert found.error_by_chance == pytest.approx(other.std_kappa0, rel=1e-6)


def test_that_fleiss_and_randolph_are_those_of_statsmodels() -> None:
    generator = np.random.default_rng(5)
    answers = generator.integers(0, 4, (50, 5)) // generator.integers(1, 3, (50, 1))
    found = panel(tuple("".join(map(str, column)) for column in answers.T))
    assert value(found, "fleiss_kappa") == pytest.approx(inter_rater.fleiss_kappa(found.counts))
    expected = inter_rater.fleiss_kappa(found.counts, method="randolph")
    assert value(found, "brennan_prediger") == pytest.approx(expected)


def test_that_specific_kappas_of_classes_average_to_fleiss() -> None:
    # Fleiss 1981: kappa over all is the mean of the classes' kappas, weighted by p (1 - p).
    found = fleiss_panel()
    shares = found.counts.sum(0) / found.readings
    weights = shares * (1 - shares)
    kappas = [value(found.against_rest(at), "fleiss_kappa") for at in range(5)]
    assert np.average(kappas, weights=weights) == pytest.approx(0.43024452, abs=1e-8)


def swapped(of: Panel, order: tuple[int, ...]) -> Panel:
    return panel(
        tuple(
            "".join("*" if a < 0 else of.categories[a] for a in of.answers[:, at]) for at in order
        )
    )


def test_that_the_order_of_readers_changes_nothing() -> None:
    found = panel(FOUR_CODERS)
    for order in itertools.islice(itertools.permutations(range(4)), 1, 24, 7):
        for name in ("congers_kappa", "gwet_ac1", "krippendorff_alpha_ordinal"):
            assert value(swapped(found, order), name) == pytest.approx(value(found, name))
