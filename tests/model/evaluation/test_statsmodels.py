"""Statistics against statsmodels, to 1e-9."""

import numpy as np
import pytest
from numpy.typing import NDArray
from statsmodels.stats import contingency_tables, inter_rater, proportion

from model.evaluation.comparison import mcnemar
from model.evaluation.estimates import Estimate, Method, wilson
from model.evaluation.evaluation import evaluate
from model.evaluation.intervals import difference_estimate
from model.evaluation.pairs import pair

EXACT = {"rel": 0, "abs": 1e-9}


@pytest.mark.parametrize(("hits", "n"), [(0, 12), (1, 9), (37, 50), (180, 181), (64, 64)])
def test_that_wilsons_interval_is_statsmodels(hits: int, n: int) -> None:
    expected = proportion.proportion_confint(hits, n, method="wilson")
    assert wilson(hits / n, n) == pytest.approx(expected, **EXACT)


@pytest.mark.parametrize("table", [[[101, 121], [59, 33]], [[10, 2], [9, 4]], [[40, 7], [0, 3]]])
def test_that_mcnemars_tests_are_statsmodels(table: list[list[int]]) -> None:
    both, only_first, only_second, neither = np.ravel(table)
    rows = [[1, 1], [1, 0], [0, 1], [0, 0]]
    right = np.repeat(rows, [both, only_first, only_second, neither], axis=0).astype(bool)
    found = mcnemar(right[:, 0], right[:, 1])
    exact = contingency_tables.mcnemar(table, exact=True)
    corrected = contingency_tables.mcnemar(table, exact=False, correction=True)
    assert found.exact_p == pytest.approx(exact.pvalue, **EXACT)
    assert found.statistic == pytest.approx(corrected.statistic, **EXACT)
    assert found.p == pytest.approx(corrected.pvalue, **EXACT)


@pytest.mark.parametrize(
    "matrix", [[[45, 15], [25, 15]], [[0, 4, 1], [0, 8, 0], [0, 1, 5]], [[7, 1], [2, 0]]]
)
def test_that_cohens_kappa_is_statsmodels(matrix: list[list[int]]) -> None:
    truth, other = labels_of(np.array(matrix))
    found = evaluate(pair("ABC"[: len(matrix)], truth, other), draws=5)
    expected = inter_rater.cohens_kappa(matrix, return_results=False)
    assert found.overall["cohens_kappa"].value == pytest.approx(expected, **EXACT)


def labels_of(matrix: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rows, columns = np.indices(matrix.shape)
    return np.repeat(rows.ravel(), matrix.ravel()), np.repeat(columns.ravel(), matrix.ravel())


def share(hits: int, n: int) -> Estimate:
    return Estimate(hits / n, *wilson(hits / n, n), n, Method.WILSON)


# 56 of 70 and 48 of 80 is the example of Newcombe's paper: .0524 to .3339.
@pytest.mark.parametrize(
    ("second", "first"), [((56, 70), (48, 80)), ((9, 10), (3, 10)), ((10, 10), (0, 20))]
)
def test_that_a_difference_of_independent_shares_is_newcombes(
    second: tuple[int, int], first: tuple[int, int]
) -> None:
    found = difference_estimate(share(*first), share(*second), 0.0)
    expected = proportion.confint_proportions_2indep(*second, *first, method="newcomb")
    assert (found.low, found.high) == pytest.approx(expected, **EXACT)


def test_that_newcombes_own_example_comes_out() -> None:
    found = difference_estimate(share(48, 80), share(56, 70), 0.0)
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
