"""Do intervals hold what they promise? Simulations of `coverage.py`; the long ones by --long."""

import numpy as np
import pytest

from tests.model.evaluation.coverage import (
    SCENARIOS,
    Tally,
    draw_images,
    simulate,
    simulate_comparisons,
)

RUNS = 500
# Two standard errors of the simulation, sqrt(.95 * .05 / 500) = .97 %.
NOISE = 0.0195
OVERALL = (
    *("accuracy", "balanced_accuracy", "macro_f1", "weighted_f1", "macro_precision"),
    *("weighted_precision", "macro_specificity", "cohens_kappa", "macro_auc"),
    "macro_average_precision",
)
BY_CLASS = ("recall", "precision", "specificity", "f1", "accuracy", "auc", "cohens_kappa")


def outside(tallies: dict[str, Tally], low: float, high: float) -> dict[str, float]:
    shares = {name: each.covered for name, each in tallies.items() if each.intervals >= RUNS / 2}
    return {name: found for name, found in shares.items() if not low <= found <= high}


def only(tallies: dict[str, Tally], names: tuple[str, ...]) -> dict[str, Tally]:
    return {name: tallies[name] for name in names}


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "lesions"),
    [
        ("three classes", 50),
        ("three classes", 200),
        ("two classes, one rare", 100),
        ("seven alike", 200),
    ],
)
def test_that_95_percent_intervals_hold_the_truth_95_times_in_100(name: str, lesions: int) -> None:
    tallies = simulate(name, lesions, RUNS)
    assert outside(only(tallies, OVERALL), 0.93 - NOISE, 0.97 + NOISE) == {}
    known = {
        f"{statistic}, class of {least} lesions or more"
        for statistic in BY_CLASS
        for least in (20, 50)
    }
    by_class = {key: each for key, each in tallies.items() if key in known}
    assert outside(by_class, 0.93 - NOISE, 0.97 + NOISE) == {}


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "lesions"),
    [("three, almost all right", 50), ("seven as in HAM10000", 50), ("seven as in HAM10000", 200)],
)
def test_that_where_classes_are_rare_or_errors_few_intervals_are_rather_too_wide(
    name: str, lesions: int
) -> None:
    tallies = simulate(name, lesions, RUNS)
    assert outside(only(tallies, OVERALL), 0.93 - NOISE, 1) == {}


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in SCENARIOS if name.startswith("three")])
def test_that_intervals_of_calibration_errors_hold_the_truth(name: str) -> None:
    tallies = simulate(name, 100, RUNS)
    # Too wide where few bins are full; of sharp underconfidence 91 % was measured.
    assert outside(only(tallies, ("expected_calibration_error",)), 0.90, 1) == {}


@pytest.mark.long
@pytest.mark.parametrize("name", ["three classes", "two classes, one rare"])
def test_that_intervals_of_differences_hold_the_truth(name: str) -> None:
    tallies = simulate_comparisons(name, 50, RUNS)
    assert outside(only(tallies, OVERALL), 0.93 - NOISE, 1) == {}


def test_that_simulated_intervals_are_not_far_off() -> None:
    tallies = simulate("three classes", 60, runs=40, draws=200)
    # 3 of 40 missed happens by chance once in three times, 7 once in 300 times.
    assert tallies["accuracy"].covered >= 33 / 40
    assert tallies["balanced_accuracy"].covered >= 33 / 40
    assert tallies["expected_calibration_error"].without == 40


def test_that_simulated_probabilities_mean_what_they_say() -> None:
    pair, _ = draw_images(SCENARIOS["three classes"], 20_000, np.random.default_rng(0))
    assert pair.probabilities is not None
    right = float((pair.truth == pair.predicted).mean())
    assert right == pytest.approx(float(pair.probabilities.max(1).mean()), abs=0.01)
