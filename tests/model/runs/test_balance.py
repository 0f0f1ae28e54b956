"""What each balance does to the counts of HAM10000 and ISIC 2019, against published formulas."""

import math

import numpy as np
import pytest

from model.runs.balance import METHODS, Balance, Effect, Method, balance_effect, explanation

# Images of the whole sets, counted from their tables, in the order of the lists below.
HAM = {"nv": 6705, "mel": 1113, "bkl": 1099, "bcc": 514, "akiec": 327, "vasc": 142, "df": 115}
ISIC = {
    "NV": 12875,
    "MEL": 4522,
    "BCC": 3323,
    "BKL": 2624,
    "AK": 867,
    "SCC": 628,
    "VASC": 253,
    "DF": 239,
}


def effect(method: Method, counts: dict[str, int] | list[int], **strength: float) -> Effect:
    numbers = list(counts.values()) if isinstance(counts, dict) else counts
    return balance_effect(Balance(method, **strength), numbers)


def test_that_class_weights_are_those_of_the_reference() -> None:
    ham = effect("class weights", HAM).weights
    assert ham == pytest.approx([0.213, 1.285, 1.302, 2.783, 4.375, 10.1, 12.4], abs=0.05)
    isic = effect("class weights", ISIC).weights
    assert isic == pytest.approx([0.246, 0.70, 0.95, 1.21, 3.65, 5.04, 12.5, 13.2], abs=0.05)
    assert ham[0] == pytest.approx(10015 / 7 / 6705)


def test_that_effective_numbers_are_those_worked_out_by_hand() -> None:
    """E_n = (1 - 0.999^n) / 0.001: 632.305 for 1,000 images, 95.21 for 100."""
    weights = effect("effective number", [1000, 100]).weights
    assert weights[1] / weights[0] == pytest.approx(632.3046 / 95.2079, rel=1e-4)
    assert 1000 * weights[0] + 100 * weights[1] == pytest.approx(1100)


def test_that_effective_number_lies_between_none_and_class_weights() -> None:
    counts = list(HAM.values())
    assert effect("effective number", counts, beta=0.0).weights == pytest.approx(np.ones(7))
    full = effect("effective number", counts, beta=1.0).weights
    assert full == pytest.approx(effect("class weights", counts).weights)
    near = effect("effective number", counts, beta=1 - 1e-9).weights
    assert near == pytest.approx(full, rel=1e-3)


def test_that_oversampling_draws_all_classes_alike_and_the_root_halfway() -> None:
    whole, root = effect("oversampling", [900, 100]), effect("square-root oversampling", [900, 100])
    assert [900, 100] * whole.draws == pytest.approx([500, 500])
    # Roots are 30 and 10, so three quarters of 1,000 draws are of the first.
    assert [900, 100] * root.draws == pytest.approx([750, 250])
    assert root.weights == pytest.approx([1, 1])


def test_that_logit_adjustment_adds_the_logarithm_of_the_prior() -> None:
    assert effect("logit adjustment", [900, 100]).shift == pytest.approx(
        [math.log(0.9), math.log(0.1)]
    )
    half = effect("logit adjustment", [900, 100], tau=0.5).shift
    assert half == pytest.approx([math.log(0.9) / 2, math.log(0.1) / 2])


def test_that_the_adjustment_is_for_the_frequencies_that_are_drawn() -> None:
    both = effect("square-root oversampling and logit adjustment", [900, 100])
    assert both.shift == pytest.approx([math.log(0.75), math.log(0.25)])


def test_that_focal_loss_changes_no_count() -> None:
    focal = effect("focal loss", HAM)
    assert focal.gamma == 2
    assert (focal.draws == 1).all()
    assert (focal.weights == 1).all()
    assert effect("none", HAM).gamma == 0


@pytest.mark.parametrize("method", METHODS)
def test_that_an_epoch_and_the_mean_weight_stay_what_they_were(method: Method) -> None:
    counts = np.array(list(ISIC.values()))
    found = effect(method, ISIC)
    assert counts @ found.draws == pytest.approx(25331)
    assert (counts * found.draws) @ found.weights == pytest.approx(25331)
    assert found.shares.sum() == pytest.approx(1)


@pytest.mark.parametrize("method", ["class weights", "oversampling"])
def test_that_all_classes_share_alike(method: Method) -> None:
    assert effect(method, ISIC).shares == pytest.approx(np.full(8, 1 / 8))


@pytest.mark.parametrize("method", METHODS)
def test_that_a_class_without_images_has_no_part(method: Method) -> None:
    found = effect(method, [10, 0, 5])
    assert found.draws[1] == found.weights[1] == found.shift[1] == found.shares[1] == 0
    assert all(np.isfinite(each).all() for each in (found.draws, found.weights, found.shift))


@pytest.mark.parametrize("method", METHODS)
def test_that_each_method_is_explained_in_a_line(method: Method) -> None:
    assert 40 < len(explanation(method)) < 200
    assert "\n" not in explanation(method)


@pytest.mark.parametrize(
    ("strength", "counts"), [({"beta": 1.5}, [1, 2]), ({"tau": -1.0}, [1, 2]), ({}, [0, 0])]
)
def test_that_impossible_strengths_are_refused(
    strength: dict[str, float], counts: list[int]
) -> None:
    with pytest.raises(ValueError, match="Balance"):
        effect("effective number", counts, **strength)
