"""Images, predictions and failures as columns."""

import numpy as np
import pytest

from model.catalogue.table import ImageTable
from model.records import ImageRecord

CLASSES = ("MEL", "NV", "BCC")


def record(
    path: str, label: str = "", lesion_id: str = "", age: float | None = None
) -> ImageRecord:
    return ImageRecord(path, path.partition(".")[0], 1, 1, label, "", lesion_id, age)


@pytest.fixture
def table() -> ImageTable:
    table = ImageTable()
    table.extend([record("a.jpg", "NV", "L1", 40), record("b.jpg", "MEL", "L2")])
    table.extend([record("c.jpg", "NV", "L1"), record("d.jpg"), record("e.jpg", "SCC")])
    return table


def probabilities(*rows: tuple[float, ...]) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    return np.array(rows, np.float32)


def test_that_columns_follow_the_records_over_several_batches(table: ImageTable) -> None:
    assert len(table) == 5
    assert table.label.tolist() == ["NV", "MEL", "NV", "", "SCC"]
    assert table.lesion_id.tolist() == ["L1", "L2", "L1", "", ""]
    assert table.image_id.tolist() == ["a", "b", "c", "d", "e"]
    assert np.array_equal(table.age, [40, np.nan, np.nan, np.nan, np.nan], equal_nan=True)


def test_that_an_empty_table_has_empty_columns() -> None:
    table = ImageTable()
    assert len(table.label) == len(table.predicted) == len(table.agreement) == 0


def test_that_rows_are_found_by_path_and_lesion(table: ImageTable) -> None:
    assert table.row_of_path("c.jpg") == 2
    assert table.row_of_path("x.jpg") is None
    assert table.images_of_lesion("L1").tolist() == [0, 2]
    assert table.images_of_lesion("").tolist() == []
    assert table.images_of_lesion("L9").tolist() == []


def test_that_predictions_are_compared_with_labels(table: ImageTable) -> None:
    nothing = (np.nan, np.nan, np.nan)
    rows = [(0.1, 0.7, 0.2), (0.2, 0.5, 0.3), nothing, (0.9, 0.05, 0.05), (0.4, 0.3, 0.3)]
    table.set_predictions(CLASSES, probabilities(*rows))
    assert table.predicted.tolist() == ["NV", "NV", "", "MEL", "MEL"]
    assert table.agreement.tolist() == ["agrees", "differs", "", "", "differs"]
    assert np.allclose(table.confidence, [0.7, 0.5, np.nan, 0.9, 0.4], equal_nan=True)


def test_that_single_predictions_fill_in_as_they_come(table: ImageTable) -> None:
    table.set_predictions(CLASSES, np.full((5, 3), np.nan, np.float32))
    table.set_prediction(2, np.array([0, 1, 0], np.float32))
    assert table.predicted.tolist() == ["", "", "NV", "", ""]
    assert table.agreement.tolist() == ["", "", "agrees", "", ""]


def test_that_rows_that_come_after_predictions_have_none(table: ImageTable) -> None:
    table.set_predictions(CLASSES, np.full((5, 3), 1 / 3, np.float32))
    table.extend([record("f.jpg", "NV")])
    assert table.predicted.tolist() == ["MEL"] * 5 + [""]
    assert np.isnan(table.predictions.probabilities[5]).all()


def test_that_probabilities_of_another_shape_are_refused(table: ImageTable) -> None:
    with pytest.raises(ValueError, match="shape"):
        table.set_predictions(CLASSES, np.zeros((4, 3), np.float32))


def test_that_a_prediction_ends_the_failure_of_its_row(table: ImageTable) -> None:
    table.set_predictions(CLASSES, np.full((5, 3), np.nan, np.float32))
    table.set_failures({0: "truncated", 3: "empty"})
    table.set_prediction(0, np.array([1, 0, 0], np.float32))
    assert table.failure.tolist() == ["", "", "", "empty", ""]
    assert (table.failure_of(3), table.failure_of(0)) == ("empty", "")
