"""The order of rows."""

import numpy as np
import pytest

from model.catalogue.sorting import SortKey, sorted_rows
from model.catalogue.table import ImageTable
from model.records import ImageRecord


@pytest.fixture
def table() -> ImageTable:
    """Four images; columns: path, id, size, time, label, basis, lesion, age, sex, site."""
    table = ImageTable()
    table.extend(
        [
            ImageRecord("1", "d", 1, 1, "NV", "consensus", "L2", 40, "male", "back"),
            ImageRecord("2", "c", 1, 1, "", "", "", None, "", ""),
            ImageRecord("3", "b", 1, 1, "MEL", "histology", "L1", 30, "female", "ear"),
            ImageRecord("4", "a", 1, 1, "NV", "confocal", "L2", 40, "male", "arm"),
        ]
    )
    rows = [(0.3, 0.7), (0.6, 0.4), (0.1, 0.9), (np.nan, np.nan)]
    table.set_predictions(("MEL", "NV"), np.array(rows, np.float32))
    return table


# In both directions: equal rows in the catalogue's order, rows without a value last.
@pytest.mark.parametrize(
    ("key", "ascending", "descending"),
    [
        (SortKey.FILE, [0, 1, 2, 3], [3, 2, 1, 0]),
        (SortKey.IMAGE_ID, [3, 2, 1, 0], [0, 1, 2, 3]),
        (SortKey.LABEL, [2, 0, 3, 1], [0, 3, 2, 1]),
        (SortKey.PREDICTION, [1, 0, 2, 3], [0, 2, 1, 3]),
        (SortKey.CONFIDENCE, [1, 0, 2, 3], [2, 0, 1, 3]),
        (SortKey.AGREEMENT, [2, 0, 1, 3], [0, 2, 1, 3]),
        (SortKey.LESION, [2, 0, 3, 1], [0, 3, 2, 1]),
        (SortKey.BASIS, [2, 3, 0, 1], [0, 3, 2, 1]),
        (SortKey.AGE, [2, 0, 3, 1], [0, 3, 2, 1]),
        (SortKey.SEX, [2, 0, 3, 1], [0, 3, 2, 1]),
        (SortKey.SITE, [3, 0, 2, 1], [2, 0, 3, 1]),
        (SortKey.LABEL_PROBABILITY, [2, 0, 1, 3], [0, 2, 1, 3]),
    ],
)
def test_that_rows_come_in_this_order(
    table: ImageTable, key: SortKey, ascending: list[int], descending: list[int]
) -> None:
    everything = np.ones(4, bool)
    assert sorted_rows(table, everything, key).tolist() == ascending
    assert sorted_rows(table, everything, key, descending=True).tolist() == descending


def test_that_only_rows_of_the_mask_are_sorted(table: ImageTable) -> None:
    mask = np.array([True, False, True, False])
    assert sorted_rows(table, mask, SortKey.AGE).tolist() == [2, 0]


def test_that_an_order_is_right_again_after_more_rows_came(table: ImageTable) -> None:
    sorted_rows(table, np.ones(4, bool), SortKey.SITE)
    sorted_rows(table, np.ones(4, bool), SortKey.IMAGE_ID)
    table.extend([ImageRecord("5", "aa", 1, 1, site="abdomen")])
    everything = np.ones(5, bool)
    assert sorted_rows(table, everything, SortKey.SITE).tolist() == [4, 3, 0, 2, 1]
    assert sorted_rows(table, everything, SortKey.IMAGE_ID).tolist() == [3, 4, 2, 1, 0]


def test_that_every_key_sorts_an_empty_table_and_one_without_predictions() -> None:
    table = ImageTable()
    for key in SortKey:
        assert sorted_rows(table, np.ones(0, bool), key).shape == (0,)
    table.extend([ImageRecord("1", "a", 1, 1)])
    for key in SortKey:
        assert sorted_rows(table, np.ones(1, bool), key).tolist() == [0]
