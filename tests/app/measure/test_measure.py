"""Measure as its user drives it: every number opens exactly the images that it stands on."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QAbstractItemView, QLabel
from pytestqt.qtbot import QtBot

from app.application import Application
from app.measure_tasks import answer as find_answer
from app.measuring import circumstances, headline
from app.panes import dialogs
from model.catalogue.filters import Filter
from model.classifier.card import Card, TrainedImage
from model.evaluation.bootstrap import DRAWS
from model.evaluation.labelling import Kind
from model.evaluation.question import Answer, Group
from model.images import perceptual_hash, read_image
from model.review.adjudication import Decision, Ruling, decide
from tests.app.conftest import wait_until_shown


@pytest.fixture
def measured(qtbot: QtBot, classified: Application) -> Application:
    """The small data set in Measure, with its intervals."""
    classified.window.menu_actions["measure"].trigger()
    wait_for(qtbot, classified)
    return classified


def wait_for(qtbot: QtBot, application: Application) -> Answer:
    controller = application.measure.controller

    def settled() -> bool:
        answer, busy = controller.answer, controller._soon.isActive() or controller.labellings.busy
        current = answer is not None and answer.question is controller._question
        return not busy and current and answer.draws == DRAWS

    qtbot.waitUntil(settled, timeout=20_000)
    wait_until_shown(qtbot, application)
    assert controller.answer is not None
    return controller.answer


def click(qtbot: QtBot, view: QAbstractItemView, index: QModelIndex) -> None:
    view.scrollTo(index)
    place = view.visualRect(index).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def listed(application: Application) -> set[int]:
    return set(application.session.rows.tolist())


def expected(application: Application, chosen: Callable[[str, str], bool]) -> set[int]:
    """Rows with a label of the classifier's whose label and prediction are so."""
    table = application.session.table
    codes = table.predictions.classes
    rows = range(len(table))
    labels = [record.label for record in table.records]
    return {
        row for row in rows if labels[row] in codes and chosen(labels[row], table.predicted_of(row))
    }


def test_that_each_cell_of_the_matrix_opens_its_images(qtbot: QtBot, measured: Application) -> None:
    view, classes = measured.measure.matrix.view, measured.session.table.predictions.classes
    for row, recorded in enumerate(classes):
        for column, predicted in enumerate(classes):
            click(qtbot, view, view.model().index(row + 1, column + 1))
            wanted = expected(measured, lambda a, b, r=recorded, p=predicted: (a, b) == (r, p))
            assert listed(measured) == wanted


def test_that_headers_totals_and_the_diagonal_open_theirs(
    qtbot: QtBot, measured: Application
) -> None:
    pane, classes = measured.measure.matrix, measured.session.table.predictions.classes
    model = pane.view.model()
    click(qtbot, pane.view, model.index(2, 0))
    assert listed(measured) == expected(measured, lambda a, _: a == classes[1])
    click(qtbot, pane.view, model.index(0, 1))
    assert listed(measured) == expected(measured, lambda _, b: b == classes[0])
    click(qtbot, pane.view, model.index(4, 4))
    assert listed(measured) == expected(measured, lambda _a, _b: True)
    qtbot.mouseClick(pane.right, Qt.MouseButton.LeftButton)
    assert listed(measured) == expected(measured, lambda a, b: a == b)
    qtbot.mouseClick(pane.wrong, Qt.MouseButton.LeftButton)
    assert listed(measured) == expected(measured, lambda a, b: a != b)


def test_that_arrows_move_in_the_matrix_and_enter_opens(
    qtbot: QtBot, measured: Application
) -> None:
    view, classes = measured.measure.matrix.view, measured.session.table.predictions.classes
    looked_at = measured.session.current_row
    qtbot.waitUntil(measured.window.isActiveWindow)
    view.setFocus()
    view.setCurrentIndex(view.model().index(0, 0))
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert (view.currentIndex().row(), view.currentIndex().column()) == (2, 0)
    assert measured.session.current_row == looked_at
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert listed(measured) == expected(measured, lambda a, _: a == classes[1])


def test_that_what_was_opened_is_a_chip_that_can_be_removed(
    qtbot: QtBot, measured: Application
) -> None:
    qtbot.mouseClick(measured.measure.matrix.wrong, Qt.MouseButton.LeftButton)
    chip = measured.browse.filters.chip
    assert chip.isVisibleTo(measured.browse.filters)
    qtbot.mouseClick(chip.remove, Qt.MouseButton.LeftButton)
    assert measured.session.filter == Filter()
    assert len(listed(measured)) == 9


def test_that_opening_a_number_changes_no_figure(qtbot: QtBot, measured: Application) -> None:
    before = measured.measure.controller.answer
    qtbot.mouseClick(measured.measure.matrix.wrong, Qt.MouseButton.LeftButton)
    wait_until_shown(qtbot, measured)
    assert measured.measure.controller.answer is before


def test_that_a_filter_changes_what_is_measured_and_the_title_says_so(
    qtbot: QtBot, measured: Application
) -> None:
    measured.browse.controller.filter_by(Filter(labels=frozenset({"NV"})))
    found = wait_for(qtbot, measured)
    assert found.measurement.evaluation.images == 2
    assert found.measurement.title == "2 unseen images with label NV (2 lesions)"
    measured.measure.pair.filtered.click()
    assert wait_for(qtbot, measured).measurement.evaluation.images == 4


def test_that_figures_come_before_their_intervals(qtbot: QtBot, classified: Application) -> None:
    draws: list[int] = []
    controller = classified.measure.controller
    controller.answered.connect(lambda answer: draws.append(answer.draws if answer else -1))
    classified.window.menu_actions["measure"].trigger()
    wait_for(qtbot, classified)
    assert draws == [0, DRAWS]


def test_that_an_answer_to_an_earlier_question_is_dropped(
    qtbot: QtBot, measured: Application
) -> None:
    controller = measured.measure.controller
    first = controller.answer
    assert first is not None
    measured.browse.controller.filter_by(Filter(labels=frozenset({"NV"})))
    second = wait_for(qtbot, measured)
    controller.take_answer(find_answer(first.question, 0, lambda *_: None))
    assert controller.answer is second


def test_that_nothing_is_measured_while_nobody_looks(qtbot: QtBot, classified: Application) -> None:
    wait_until_shown(qtbot, classified)
    assert classified.measure.controller.answer is None


def test_that_a_statistic_and_a_part_open_their_images(qtbot: QtBot, measured: Application) -> None:
    tree = measured.measure.statistics.tree
    first = tree.model().index(0, 0)
    recall_of_nv = tree.model().index(1, 3, first)
    click(qtbot, tree, recall_of_nv)
    assert listed(measured) == expected(measured, lambda a, _: a == "NV")
    assert int(recall_of_nv.data()) == len(listed(measured))
    measured.measure.measure.tabs.setCurrentIndex(3)
    parts = measured.measure.measure.parts
    names = [parts.model().index(row, 0).data().strip() for row in range(parts.model().rowCount())]
    click(qtbot, parts, parts.model().index(names.index("consensus"), 1))
    records = measured.session.table.records
    wanted = expected(measured, lambda _a, _b: True)
    assert listed(measured) == {row for row in wanted if records[row].basis == "consensus"}


def test_that_walking_goes_through_the_images_behind_a_number(
    qtbot: QtBot, measured: Application
) -> None:
    qtbot.mouseClick(measured.measure.matrix.wrong, Qt.MouseButton.LeftButton)
    wanted = listed(measured)
    qtbot.mouseClick(measured.measure.behind.walk, Qt.MouseButton.LeftButton)
    assert measured.window.activity == "browse"
    for _ in wanted:
        assert measured.session.current_row in wanted
        qtbot.keyClick(measured.browse.photograph.viewer, Qt.Key.Key_Right)


def test_that_the_operating_point_moves_along_its_curve(
    qtbot: QtBot, measured: Application
) -> None:
    roc = measured.measure.measure.curves.roc
    before = measured.session.measure.point
    qtbot.waitUntil(measured.window.isActiveWindow)
    roc.setFocus()
    qtbot.keyClick(roc, Qt.Key.Key_Right)
    chosen = measured.session.measure.point
    assert chosen != before
    curve = measured.measure.controller.answer.curves[chosen.positive]
    assert chosen.target in curve.thresholds.tolist()
    at = curve.thresholds.tolist().index(chosen.target)
    place = roc.place_of(chosen.positive, at)
    other = 1 if at != 1 else 2
    target = roc.place_of(chosen.positive, other)
    press, end = (QPoint(round(each.x()), round(each.y())) for each in (place, target))
    qtbot.mousePress(roc, Qt.MouseButton.LeftButton, pos=press)
    qtbot.mouseMove(roc, end)
    qtbot.mouseRelease(roc, Qt.MouseButton.LeftButton, pos=end)
    assert np.isfinite(measured.session.measure.point.target) or other == 0


def test_that_a_data_set_without_predictions_offers_to_classify(
    qtbot: QtBot, opened: Application
) -> None:
    opened.window.menu_actions["measure"].trigger()
    pane = opened.measure.measure
    qtbot.waitUntil(lambda: "has not looked" in pane.message)
    qtbot.mouseClick(pane.step, Qt.MouseButton.LeftButton)
    found = wait_for(qtbot, opened)
    assert len(found.rows) == 4


def test_that_what_was_adjudicated_can_be_the_reference(
    qtbot: QtBot, measured: Application
) -> None:
    project = measured.session.project
    assert project
    decide(project, Decision("HAM_0000002", Ruling.CLASS, "MEL", adjudicator="Anna"))
    measured.measure.controller.labellings.forget()
    wait_for(qtbot, measured)
    truth = measured.measure.pair.truth
    truth.setCurrentIndex(truth.findText("Adjudicated label"))
    truth.activated.emit(truth.currentIndex())
    found = wait_for(qtbot, measured)
    assert found.question.truth.kind is Kind.ADJUDICATED
    view = measured.measure.matrix.view
    click(qtbot, view, view.model().index(1, 0))
    records = measured.session.table.records
    assert {records[row].lesion_id for row in listed(measured)} == {"HAM_0000002", "HAM_0000003"}


def test_that_a_pair_is_compared_with_neither_of_its_own(
    qtbot: QtBot, measured: Application
) -> None:
    project, pair = measured.session.project, measured.measure.pair
    assert project
    decide(project, Decision("HAM_0000002", Ruling.CLASS, "MEL", adjudicator="Anna"))
    measured.measure.controller.labellings.forget()
    wait_for(qtbot, measured)

    def offered() -> list[str]:
        model = pair.second.model()
        rows = [at for at in range(pair.second.count()) if model.item(at).isEnabled()]
        return [pair.second.itemText(at) for at in rows]

    assert offered() == ["nothing", "Adjudicated label"]
    for box, name in ((pair.second, "Adjudicated label"), (pair.truth, "Adjudicated label")):
        box.setCurrentIndex(box.findText(name))
        box.activated.emit(box.currentIndex())
    wait_for(qtbot, measured)
    assert measured.session.measure.second == "", "it is the reference now"
    assert offered() == ["nothing", "Recorded label"]


def test_that_a_copy_of_a_seen_image_under_another_name_is_found(
    qtbot: QtBot, measured: Application, small_ham10000: Path
) -> None:
    pair, classifier = measured.measure.pair, measured.session.classifier
    assert pair.copies.isVisibleTo(pair)
    path = small_ham10000 / measured.session.table.records[2].path  # an NV
    looks = f"{perceptual_hash(read_image(path)):016x}"
    assert classifier
    images = {**classifier.card.images, "training": (TrainedImage("elsewhere", "", looks),)}
    classifier.card = replace(classifier.card, images=images)
    qtbot.mouseClick(pair.copies, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not pair.copies.isVisibleTo(pair))
    found = wait_for(qtbot, measured)
    assert (found.counts[Group.UNSEEN], found.counts[Group.SEEN]) == (3, 1)
    classifier.card = Card.load(classifier.folder)


def test_that_the_report_says_what_the_window_shows(
    qtbot: QtBot, measured: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "report"
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: folder)
    shown = measured.measure.controller.answer
    assert shown
    with qtbot.waitSignal(measured.measure.controller.written, timeout=30_000):
        measured.window.menu_actions["write_report"].trigger()
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    found = shown.measurement.evaluation
    assert metrics["title"] == "4 unseen images (4 lesions)"
    assert metrics["accuracy"] == found.overall["accuracy"].value
    assert metrics["confusion_matrix"] == found.matrix.tolist()
    assert metrics["about"]["measured"] == "prediction (Small)"
    assert metrics["classifier"]["name"] == "Small"
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "4 unseen images" in page
    assert "data:image/jpeg" in page
    assert (folder / "roc.svg").is_file()


def test_that_the_images_behind_a_number_can_be_made_the_queue(
    qtbot: QtBot, measured: Application
) -> None:
    view = measured.measure.matrix.view
    click(qtbot, view, view.model().index(4, 4))
    records = measured.session.table.records
    wanted = {records[row].lesion_id for row in listed(measured)}
    assert wanted
    qtbot.mouseClick(measured.measure.behind.adjudicate, Qt.MouseButton.LeftButton)
    assert measured.window.activity == "adjudicate"
    adjudication = measured.adjudicate.adjudication
    qtbot.waitUntil(lambda: adjudication.queue is not None and len(adjudication.queue) > 0)
    queue = adjudication.queue
    assert queue is not None
    assert {queue[at].lesion for at in range(len(queue))} == wanted
    chip = measured.adjudicate.queue.chip
    qtbot.mouseClick(chip.remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not chip.isVisibleTo(measured.adjudicate.queue))
    assert adjudication.among is None


def test_that_the_title_says_which_images_split_and_filter(
    qtbot: QtBot, measured: Application
) -> None:
    measured.browse.controller.filter_by(Filter(bases=frozenset({"histology"})))
    found = wait_for(qtbot, measured)
    assert headline(found) == "2 unseen images with basis histology (2 lesions)"
    assert circumstances(found) == [
        "ham",
        "Recorded label against prediction (Small)",
        "all in no split of the classifier",
        "copies of seen images under other names were not looked for",
        "3 left out of classes that only one of the two knows",
    ]


def test_that_the_title_opens_all_its_images_and_those_left_out(
    qtbot: QtBot, measured: Application
) -> None:
    pane = measured.measure.measure
    everything = expected(measured, lambda _a, _b: True)
    labels = [label for label in pane.findChildren(QLabel) if "<a href" in label.text()]
    title = next(label for label in labels if "4 unseen images" in label.text())
    said = next(label for label in labels if "left out" in label.text())
    title.linkActivated.emit("all")
    assert listed(measured) == everything
    assert "5 left out" in said.text()
    said.linkActivated.emit("of classes that only one of the two knows")
    assert listed(measured) == set(range(9)) - everything
