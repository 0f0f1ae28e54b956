"""An answer for Qt's views: the models keep Qt's rules and say the numbers that numpy counts."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QRect
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPalette,
    QPen,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.item_models.confusion_matrix_model import (
    BEHIND_ROLE,
    SHARE_ROLE,
    ConfusionMatrixModel,
    Share,
)
from app.item_models.figure_table_model import FigureTableModel
from app.item_models.figure_texts import interval, number
from app.item_models.figure_tree_model import FigureTreeModel
from app.item_models.part_tables import parts_table, sets_table, sizes_table
from app.item_models.rival_tables import differences_tree, swaps_table
from app.item_models.statistics_tables import official_table, statistics_tree
from app.panes.measure.matrix_view import MatrixDelegate
from model.evaluation.behind import Cell
from model.evaluation.estimates import Estimate, Method
from model.evaluation.labelling import Kind, Seen
from model.evaluation.question import Answer, answer
from tests.model.evaluation.opinions import classifier, random_question


@pytest.fixture(scope="module")
def found() -> Answer:
    generator = np.random.default_rng(2)
    second = classifier(generator.dirichlet((1, 1, 1), 300), [Seen.UNSEEN] * 300, name="Other")
    return answer(random_question(second=second), draws=40)


def test_that_the_matrix_says_counts_and_shares(
    qtbot: QtBot, qtmodeltester: ModelTester, found: Answer
) -> None:
    model, matrix = ConfusionMatrixModel(), found.measurement.evaluation.matrix
    model.show(found, Share.COUNT)
    qtmodeltester.check(model)
    assert (model.rowCount(), model.columnCount()) == (5, 5)
    cell = model.index(1, 2)
    assert cell.data() == str(matrix[0, 1])
    assert cell.data(BEHIND_ROLE) == Cell(0, 1)
    model.show(found, Share.ROW)
    assert cell.data() == f"{100 * matrix[0, 1] / matrix[0].sum():.0f}"
    assert cell.data(SHARE_ROLE) == pytest.approx(matrix[0, 1] / matrix[0].sum())
    model.show(found, Share.COLUMN)
    assert cell.data(SHARE_ROLE) == pytest.approx(matrix[0, 1] / matrix[:, 1].sum())
    assert model.index(1, 0).data() == "Melanoma"
    assert model.index(4, 4).data() == str(matrix.sum())
    share = matrix[0, 1] / matrix[0].sum()
    assert f"{share:.1%} of the {matrix[0].sum()} in its row" in model.describe(cell)


def test_that_the_name_of_a_chosen_row_is_in_the_colour_of_chosen_text(qtbot: QtBot) -> None:
    class Painter(QPainter):
        pens: list[QColor]

        def setPen(self, pen: QColor | QPen) -> None:  # noqa: N802 - Qt's name
            self.pens.append(pen.color() if isinstance(pen, QPen) else pen)
            super().setPen(pen)

    names, option = QStandardItemModel(2, 1), QStyleOptionViewItem()
    names.setItem(1, 0, QStandardItem("Melanoma"))
    option.rect = QRect(0, 0, 120, 30)
    option.palette.setColor(QPalette.ColorRole.HighlightedText, QColor("#abcdef"))
    option.state |= QStyle.StateFlag.State_Selected
    picture = QImage(120, 30, QImage.Format.Format_RGB32)
    painter = Painter(picture)
    painter.pens = []
    MatrixDelegate().paint(painter, option, names.index(1, 0))
    painter.end()
    assert painter.pens[0] == QColor("#abcdef")


def test_that_a_matrix_of_nothing_is_empty(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    model = ConfusionMatrixModel()
    model.show(None, Share.ROW)
    qtmodeltester.check(model)
    assert model.rowCount() == 0
    assert model.describe(QModelIndex()) == ""


@pytest.mark.parametrize("by_class", [False, True])
def test_that_statistics_are_a_tree(
    qtbot: QtBot, qtmodeltester: ModelTester, found: Answer, by_class: bool
) -> None:
    model = FigureTreeModel()
    model.show(statistics_tree(found, by_class=by_class))
    qtmodeltester.check(model)
    first = model.index(0, 0)
    if by_class:
        assert model.rowCount() == 4
        names = [model.index(row, 0, first).data() for row in range(model.rowCount(first))]
        assert "Cohen's kappa" in names
    else:
        value = found.measurement.evaluation.by_class["recall"][1]
        assert model.index(1, 1, first).data() == f"{value.value:.3f}"
        assert model.index(1, 3, first).data() == str(value.n)
    model.show(statistics_tree(None, by_class=by_class))
    assert model.rowCount() == 0


def test_that_the_spread_of_readings_stands_above_the_statistics(
    qtbot: QtBot, qtmodeltester: ModelTester, found: Answer
) -> None:
    asked = replace(found.question, second=None)
    shares = np.eye(3)[asked.truth.values.clip(0, 2)]
    spread = replace(asked.truth, kind=Kind.SPREAD, shares=shares)
    model = FigureTreeModel()
    model.show(statistics_tree(answer(replace(asked, truth=spread), draws=40), by_class=False))
    qtmodeltester.check(model)
    first = model.index(0, 0)
    assert first.data() == "Against the spread"
    rows = {
        model.index(row, 0, first).data(): model.index(row, 1, first).data()
        for row in range(model.rowCount(first))
    }
    # All readers of an image agree here, so that nothing is but the share that is right.
    accuracy = found.measurement.evaluation.overall["accuracy"].value
    assert rows["Expected accuracy"] == f"{accuracy:.3f}"
    assert rows["Attainable accuracy"] == "1.000"
    assert {"Cross-entropy, nats", "Brier score"} <= set(rows)


def test_that_every_table_keeps_qts_rules(
    qtbot: QtBot, qtmodeltester: ModelTester, found: Answer
) -> None:
    for table in (
        official_table(found),
        parts_table(found),
        sets_table(found),
        sizes_table(found),
        swaps_table(found),
    ):
        model = FigureTableModel()
        model.show(table)
        qtmodeltester.check(model)
        assert model.rowCount() > 1
        assert {len(row) for row in table.rows} == {len(table.header)}


def test_that_differences_are_a_tree_of_statistics_and_classes(
    qtbot: QtBot, qtmodeltester: ModelTester, found: Answer
) -> None:
    model = FigureTreeModel()
    model.show(differences_tree(found))
    qtmodeltester.check(model)
    first = model.index(0, 0)
    assert model.rowCount(first) == 3
    assert found.rivals
    gap = found.rivals.comparison.by_class["recall"][2].value
    text = model.index(2, 3, first).data()
    assert text.startswith(f"{gap:+.3f}".replace("-", "−"))


def test_that_small_parts_show_nothing_but_how_many_they_are(found: Answer) -> None:
    asked = random_question(count=60, columns={"site": ["back"] * 58 + ["ear"] * 2})
    table = parts_table(answer(asked, draws=40))
    ear = next(row for row in table.rows if row[0].text.strip() == "ear")
    assert [figure.text for figure in ear] == ["   ear", "1", "1", "too few", "", "", ""]


def test_that_intervals_are_pending_until_there_are_draws() -> None:
    estimate = Estimate(0.5, 0.4251, 0.5678, 10, Method.WILSON)
    assert interval(estimate, 0) == "…"
    assert interval(estimate, 2000) == "0.425–0.568 W"
    assert interval(Estimate(-0.5, -0.6, 0.1, 10, Method.BOOTSTRAP), 9, "+") == "−0.600 to +0.100"
    assert number(float("nan")) == "–"
