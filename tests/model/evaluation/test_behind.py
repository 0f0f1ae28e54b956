"""Exactly the images that a number stands on, against numpy."""

import numpy as np
import pytest

from model.evaluation.behind import (
    Agreeing,
    Behind,
    Bin,
    Called,
    Cell,
    Held,
    Part,
    SetSize,
    Swapped,
    behind_estimate,
)
from model.evaluation.chosen_point import Holding, PointChoice, realise
from model.evaluation.labelling import Seen
from model.evaluation.pairs import MALIGNANT
from model.evaluation.question import Answer, answer
from tests.model.evaluation.opinions import classifier, random_question


@pytest.fixture(scope="module")
def found() -> Answer:
    """150 unseen images, with the validation images and a second classifier."""
    generator = np.random.default_rng(1)
    second = classifier(generator.dirichlet((1, 1, 1), 300), [Seen.UNSEEN] * 300, name="Other")
    return answer(random_question(second=second), draws=0)


def test_that_cells_rows_columns_and_sums_are_what_they_say(found: Answer) -> None:
    pair, matrix = found.measurement.pair, found.measurement.evaluation.matrix
    for row in range(3):
        for column in range(3):
            mask = Cell(row, column).mask(found)
            assert mask.tolist() == ((pair.truth == row) & (pair.predicted == column)).tolist()
            assert mask.sum() == matrix[row, column]
    assert Cell(recorded=1).mask(found).sum() == matrix[1].sum()
    assert Cell(predicted=2).mask(found).sum() == matrix[:, 2].sum()
    assert Agreeing(right=True).mask(found).sum() == matrix.trace()
    assert (Agreeing(right=False).mask(found) ^ Agreeing(right=True).mask(found)).all()
    assert Cell(0, 1).words(found) == "recorded MEL, predicted NV"


def test_that_a_statistic_opens_as_many_images_as_it_says(found: Answer) -> None:
    evaluation = found.measurement.evaluation
    for name, estimate in evaluation.overall.items():
        assert behind_estimate(name, None).mask(found).sum() == estimate.n, name
    for name, estimates in evaluation.by_class.items():
        for at, estimate in enumerate(estimates):
            assert behind_estimate(name, at).mask(found).sum() == estimate.n, (name, at)


def test_that_bars_parts_and_sets_hold_every_image_once(found: Answer) -> None:
    bars: list[Behind] = [Bin(1, at) for at in range(15)]
    parts: list[Behind] = [Part("sex", value) for value in ("female", "male", "unknown")]
    sizes: list[Behind] = [SetSize(size) for size in range(4)]
    for kinds in (bars, parts, sizes, [Held(held=True), Held(held=False)]):
        assert (sum(each.mask(found).astype(int) for each in kinds) == 1).all()
    sets = found.measurement.sets
    assert sets is not None
    held = Held(0, held=True).mask(found).sum() / Cell(0).mask(found).sum()
    assert held == pytest.approx(sets.coverage.by_class[0].value)


def test_that_swaps_are_those_that_mcnemar_counts(found: Answer) -> None:
    assert found.rivals is not None
    test = found.rivals.comparison.mcnemar
    assert Swapped("gained").mask(found).sum() == test.only_second
    assert Swapped("lost").mask(found).sum() == test.only_first
    assert Swapped("both right").mask(found).sum() == test.both_right
    assert Swapped("both wrong").mask(found).sum() == test.both_wrong
    changed = len(found.rivals.comparison.changed)
    assert Swapped("changed").mask(found).sum() == changed


@pytest.mark.parametrize("holding", list(Holding))
def test_that_an_operating_point_opens_its_four_kinds_of_images(
    found: Answer, holding: Holding
) -> None:
    point = realise(found, PointChoice(MALIGNANT, holding, 0.6), draws=0)
    assert point is not None
    pair = found.measurement.pair
    assert pair.probabilities is not None
    stated = pair.probabilities[:, 0] + pair.probabilities[:, 2]  # MEL and BCC
    positive, called = pair.truth != 1, stated >= point.threshold
    for truly, so, count in (
        (True, True, point.found),
        (True, False, point.missed),
        (False, True, point.alarms),
        (False, False, point.spared),
    ):
        mask = Called(MALIGNANT, point.threshold, truly, so).mask(found)
        assert mask.tolist() == ((positive == truly) & (called == so)).tolist()
        assert mask.sum() == count
    assert point.sensitivity.value == pytest.approx(point.found / positive.sum())
    assert point.specificity.value == pytest.approx(point.spared / (~positive).sum())


def test_that_the_threshold_keeps_its_promise_where_it_was_chosen(found: Answer) -> None:
    point = realise(found, PointChoice("MEL", Holding.SPECIFICITY, 0.9), draws=0)
    assert point is not None
    assert found.validation is not None
    assert point.chosen_on == len(found.validation) == 150
    others = found.validation.truth != 0
    assert found.validation.probabilities is not None
    spared = found.validation.probabilities[others, 0] < point.threshold
    assert point.promised[1] == pytest.approx(spared.mean())
    assert spared.mean() >= 0.9


def test_that_a_threshold_by_hand_was_chosen_on_nothing(found: Answer) -> None:
    point = realise(found, PointChoice("NV", Holding.THRESHOLD, 0.5), draws=0)
    assert point is not None
    assert (point.threshold, point.chosen_on) == (0.5, 0)
