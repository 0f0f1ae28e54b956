"""The activity Adjudicate by keyboard: what waits, what is claimed, what is decided."""

from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from typing_extensions import override

from app.adjudication_session import Neighbour
from app.application import Application
from app.item_models.thumbnails import Thumbnails
from app.jobs import JobRunner
from app.panes.review.lesion_pane import places
from app.panes.review.similar_pane import SimilarPane
from app.panes.review.taken_in_dialog import TakenInDialog
from model.class_systems import MALIGNANT_OR_BENIGN, SEVEN_CLASSES, mapping_of
from model.review.adjudication import Ruling, load_decisions
from model.review.preferences import load_weights
from model.taxonomy import HAM10000_CLASSES
from tests.app.conftest import end, start, wait_until_shown
from tests.app.review.reading_files import give_readings

_SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def adjudicating(qtbot: QtBot, opened: Application, tmp_path: Path) -> Application:
    """Adjudicate with three readers and no predictions."""
    give_readings(opened, tmp_path)
    wait_until_shown(qtbot, opened)
    for dialog in opened.window.findChildren(TakenInDialog):
        dialog.close()
    show(qtbot, opened)
    return opened


def show(qtbot: QtBot, application: Application) -> None:
    application.window.show_activity("adjudicate")
    qtbot.waitUntil(lambda: bool(application.adjudicate.adjudication.records), timeout=10_000)
    wait(qtbot, application)
    # The dialog that told of the readings was the active window.
    application.window.windowHandle().requestActivate()
    qtbot.waitUntil(application.window.isActiveWindow)
    application.adjudicate.lesion.setFocus()


def wait(qtbot: QtBot, application: Application) -> None:
    qtbot.waitUntil(lambda: application.idle, timeout=10_000)


def press(
    qtbot: QtBot,
    application: Application,
    *keys: Qt.Key,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    for key in keys:
        target = application.window.focusWidget() or application.adjudicate.lesion
        qtbot.keyClick(target, key, modifier)
        wait(qtbot, application)


def lesion(application: Application) -> str:
    return application.adjudicate.adjudication.name


def waiting(application: Application) -> list[str]:
    queue = application.adjudicate.adjudication.queue
    assert queue is not None
    return [queue[position].lesion for position in range(len(queue))]


def selected(application: Application) -> list[int]:
    table = application.adjudicate.queue.table
    return [index.row() for index in table.selectionModel().selectedRows()]


def decided_by(application: Application, name: str = "Adj") -> None:
    application.adjudicate.decisions.name_adjudicator(name)


def test_that_who_disagrees_is_said_in_words(adjudicating: Application) -> None:
    queue = adjudicating.adjudicate.adjudication.queue
    assert queue is not None
    said = {queue[at].lesion: queue[at].patterns for at in range(len(queue))}
    assert said == {
        "HAM_0000001": ("3 readers differ",),
        "HAM_0000002": ("all 3 readers against the recorded label",),
        "HAM_0000003": ("3 readers differ",),
    }
    lines = adjudicating.adjudicate.queue.patterns.lines()
    assert lines == [
        ["readers differ among themselves", "2"],
        ["readers against the recorded label", "1"],
    ]


def test_that_a_lesion_is_decided_with_two_keys_and_the_next_one_comes(
    qtbot: QtBot, adjudicating: Application
) -> None:
    decided_by(adjudicating)
    order = waiting(adjudicating)
    press(qtbot, adjudicating, Qt.Key.Key_1, Qt.Key.Key_Return)
    assert adjudicating.adjudicate.lesion.title.startswith("1 of 2 ")
    for key in (Qt.Key.Key_U, Qt.Key.Key_0):
        press(qtbot, adjudicating, key, Qt.Key.Key_Return)
    assert waiting(adjudicating) == []
    decisions = load_decisions(adjudicating.session.project)
    assert [each.lesion for each in decisions] == order
    assert [each.ruling for each in decisions] == [
        Ruling.CLASS,
        Ruling.UNCERTAIN,
        Ruling.NOT_ASSESSABLE,
    ]
    assert [each.final_class for each in decisions] == ["MEL", "", ""]


def test_that_letters_stand_for_readers_until_names_are_asked_for(
    qtbot: QtBot, adjudicating: Application
) -> None:
    decided_by(adjudicating)
    claims = adjudicating.adjudicate.claims
    said = adjudicating.adjudicate.adjudication.said
    assert sorted(each.letter for each in said) == ["A", "B", "C"]
    assert "Anna" not in claims.readers_text
    press(qtbot, adjudicating, Qt.Key.Key_1, Qt.Key.Key_Return)
    press(qtbot, adjudicating, Qt.Key.Key_M, modifier=Qt.KeyboardModifier.ShiftModifier)
    assert "Anna" in claims.readers_text
    assert not any("Anna" in line[6] for line in adjudicating.adjudicate.history.table.lines())
    press(qtbot, adjudicating, Qt.Key.Key_M, modifier=Qt.KeyboardModifier.ShiftModifier)
    press(qtbot, adjudicating, Qt.Key.Key_2, Qt.Key.Key_Return)
    press(qtbot, adjudicating, Qt.Key.Key_2, Qt.Key.Key_Return)
    decisions = load_decisions(adjudicating.session.project)
    assert [each.saw_names for each in decisions] == [False, True, False]
    assert sorted(decisions[0].claims) == ["A", "B", "C", "label"]


def test_that_whose_claim_a_letter_was_is_kept_and_told_when_names_are_asked_for(
    qtbot: QtBot, adjudicating: Application
) -> None:
    decided_by(adjudicating)
    activity = adjudicating.adjudicate
    said = {each.letter: each.reader for each in activity.adjudication.said}
    first = lesion(adjudicating)
    press(qtbot, adjudicating, Qt.Key.Key_1, Qt.Key.Key_Return)
    (decision,) = load_decisions(adjudicating.session.project)
    assert decision.readers == said
    assert set(said.values()) == {"Anna", "Boris", "Clara"}
    activity.queue.decided.click()
    wait(qtbot, adjudicating)
    activity.lesions.go_to(0)
    wait(qtbot, adjudicating)
    assert lesion(adjudicating) == first
    (line,) = activity.history.table.lines()
    assert not any(name in line[6] for name in said.values())
    press(qtbot, adjudicating, Qt.Key.Key_M, modifier=Qt.KeyboardModifier.ShiftModifier)
    (line,) = activity.history.table.lines()
    assert all(f"{letter} = {name} " in line[6] for letter, name in said.items())


def test_that_a_decision_is_reopened_and_nothing_is_overwritten(
    qtbot: QtBot, adjudicating: Application
) -> None:
    decided_by(adjudicating)
    first = lesion(adjudicating)
    press(qtbot, adjudicating, Qt.Key.Key_1, Qt.Key.Key_Return)
    assert first not in waiting(adjudicating)
    adjudicating.adjudicate.queue.decided.click()
    wait(qtbot, adjudicating)
    assert waiting(adjudicating) == [first]
    adjudicating.adjudicate.lesions.go_to(0)
    wait(qtbot, adjudicating)
    assert adjudicating.adjudicate.adjudication.draft.decision == "MEL"
    qtbot.mouseClick(adjudicating.adjudicate.decision.reopen, Qt.MouseButton.LeftButton)
    wait(qtbot, adjudicating)
    adjudicating.adjudicate.queue.decided.click()
    wait(qtbot, adjudicating)
    assert first in waiting(adjudicating)
    lines = adjudicating.adjudicate.history.table.lines()
    assert [line[2] for line in lines] == ["reopened", "MEL"]


def decide_and_look_back(qtbot: QtBot, adjudicating: Application) -> str:
    """Decide the first lesion, and show what was decided; the lesion."""
    decided_by(adjudicating)
    first = lesion(adjudicating)
    press(qtbot, adjudicating, Qt.Key.Key_1, Qt.Key.Key_Return)
    press(qtbot, adjudicating, Qt.Key.Key_D, modifier=_SHIFT)
    return first


def test_that_decided_lesions_are_shown_and_reopened_by_keyboard(
    qtbot: QtBot, adjudicating: Application
) -> None:
    first = decide_and_look_back(qtbot, adjudicating)
    assert waiting(adjudicating) == [first]
    press(qtbot, adjudicating, Qt.Key.Key_Right)
    assert lesion(adjudicating) == first
    both = _SHIFT | Qt.KeyboardModifier.ControlModifier
    press(qtbot, adjudicating, Qt.Key.Key_R, modifier=both)
    press(qtbot, adjudicating, Qt.Key.Key_D, modifier=_SHIFT)
    assert first in waiting(adjudicating)


def test_that_a_decided_lesion_is_not_looked_at_among_those_that_wait(
    qtbot: QtBot, adjudicating: Application
) -> None:
    first = decide_and_look_back(qtbot, adjudicating)
    assert (lesion(adjudicating), selected(adjudicating)) == (first, [0])
    press(qtbot, adjudicating, Qt.Key.Key_D, modifier=_SHIFT)
    second = waiting(adjudicating)[0]
    assert (lesion(adjudicating), selected(adjudicating)) == (second, [0])
    press(qtbot, adjudicating, Qt.Key.Key_1, Qt.Key.Key_Return)
    decisions = load_decisions(adjudicating.session.project)
    assert [each.lesion for each in decisions] == [first, second]


def test_that_no_lesion_is_looked_at_once_none_waits(
    qtbot: QtBot, adjudicating: Application
) -> None:
    decided_by(adjudicating)
    for _ in range(4):
        press(qtbot, adjudicating, Qt.Key.Key_1, Qt.Key.Key_Return)
    assert (waiting(adjudicating), lesion(adjudicating)) == ([], "")
    assert adjudicating.adjudicate.lesion.title == ""
    assert len(load_decisions(adjudicating.session.project)) == 3


def test_that_the_first_lesion_comes_once_the_last_one_is_decided(
    qtbot: QtBot, adjudicating: Application
) -> None:
    decided_by(adjudicating)
    order = waiting(adjudicating)
    press(qtbot, adjudicating, Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert lesion(adjudicating) == order[2]
    press(qtbot, adjudicating, Qt.Key.Key_1, Qt.Key.Key_Return)
    assert (lesion(adjudicating), selected(adjudicating)) == (order[0], [0])


def test_that_a_decision_that_was_begun_outlives_a_queue_without_its_lesion(
    qtbot: QtBot, adjudicating: Application
) -> None:
    decided_by(adjudicating)
    first = lesion(adjudicating)
    press(qtbot, adjudicating, Qt.Key.Key_2)
    readers_differ = adjudicating.adjudicate.queue.patterns.items()[0]
    readers_differ.setCheckState(0, Qt.CheckState.Checked)
    wait(qtbot, adjudicating)
    assert first not in waiting(adjudicating)
    assert (lesion(adjudicating), selected(adjudicating)) == (first, [])
    press(qtbot, adjudicating, Qt.Key.Key_Return)
    (decision,) = load_decisions(adjudicating.session.project)
    assert (decision.lesion, decision.final_class) == (first, "NV")
    assert (lesion(adjudicating), selected(adjudicating)) == (waiting(adjudicating)[0], [0])


def test_that_digits_in_the_comment_decide_nothing(qtbot: QtBot, adjudicating: Application) -> None:
    decided_by(adjudicating)
    press(qtbot, adjudicating, Qt.Key.Key_2, Qt.Key.Key_C)
    field = adjudicating.window.focusWidget()
    assert isinstance(field, QLineEdit)
    qtbot.keyClicks(field, "1 und u")
    assert adjudicating.adjudicate.adjudication.draft.decision == "NV"
    press(qtbot, adjudicating, Qt.Key.Key_Return)
    (decision,) = load_decisions(adjudicating.session.project)
    assert (decision.final_class, decision.comment) == ("NV", "1 und u")


def test_that_enter_in_a_field_gives_the_keys_back_to_the_lesion(
    qtbot: QtBot, adjudicating: Application
) -> None:
    name = adjudicating.adjudicate.decision.adjudicator
    name.setFocus()
    qtbot.keyClicks(name, "Adj")
    press(qtbot, adjudicating, Qt.Key.Key_Return, Qt.Key.Key_2, Qt.Key.Key_C)
    comment = adjudicating.window.focusWidget()
    assert comment is not None
    qtbot.keyClicks(comment, "blurred")
    press(qtbot, adjudicating, Qt.Key.Key_Return, Qt.Key.Key_1, Qt.Key.Key_Return)
    found = load_decisions(adjudicating.session.project)
    assert [(each.final_class, each.comment) for each in found] == [("NV", "blurred"), ("MEL", "")]
    assert name.text() == "Adj"


def test_that_labels_in_other_classes_take_the_place_of_old_claims(
    qtbot: QtBot, adjudicating: Application
) -> None:
    adjudication = adjudicating.adjudicate.adjudication
    coarse = mapping_of(HAM10000_CLASSES, MALIGNANT_OR_BENIGN)
    for classes, system in ((coarse, MALIGNANT_OR_BENIGN), (None, SEVEN_CLASSES)):
        adjudicating.sources.controller.look_at_labels_as(classes)
        qtbot.waitUntil(
            lambda system=system: (
                adjudication.item is not None and adjudication.item.label in system.codes
            ),
            timeout=10_000,
        )
        wait(qtbot, adjudicating)
        assert adjudication.position == 0


def test_that_nobody_decides_without_a_name(qtbot: QtBot, adjudicating: Application) -> None:
    press(qtbot, adjudicating, Qt.Key.Key_1, Qt.Key.Key_Return)
    assert load_decisions(adjudicating.session.project) == []
    assert "name or code" in adjudicating.window.statusBar().currentMessage()
    # The name that is asked for can be typed at once, by who has no hand at the mouse.
    name = adjudicating.window.focusWidget()
    assert name is adjudicating.adjudicate.decision.adjudicator
    press(qtbot, adjudicating, Qt.Key.Key_D, modifier=Qt.KeyboardModifier.ShiftModifier)
    assert not adjudicating.adjudicate.adjudication.decided_shown
    press(qtbot, adjudicating, Qt.Key.Key_R, Qt.Key.Key_Return)
    (decision,) = load_decisions(adjudicating.session.project)
    assert (decision.adjudicator, decision.final_class) == ("dr", "MEL")
    assert adjudicating.window.focusWidget() is adjudicating.adjudicate.lesion


def test_that_a_name_is_asked_for_only_once_something_is_decided(
    qtbot: QtBot, adjudicating: Application
) -> None:
    press(qtbot, adjudicating, Qt.Key.Key_Return)
    assert "Decide first" in adjudicating.window.statusBar().currentMessage()
    assert adjudicating.window.focusWidget() is adjudicating.adjudicate.lesion


def test_that_the_weights_rank_and_are_kept_in_the_project(
    qtbot: QtBot, adjudicating: Application
) -> None:
    # By the basis alone: follow-up (0002) before histology (0001 and 0003).
    for name, value in (("consequence", 0), ("evidence", 0), ("basis", 100)):
        adjudicating.adjudicate.queue.sliders[name].setValue(value)
    wait(qtbot, adjudicating)
    assert waiting(adjudicating)[0] == "HAM_0000002"
    stored = load_weights(adjudicating.session.project)
    assert (stored.consequence, stored.evidence, stored.basis) == (0, 0, 1)


def test_that_ticking_a_pattern_lets_only_its_lesions_wait(
    qtbot: QtBot, adjudicating: Application
) -> None:
    item = adjudicating.adjudicate.queue.patterns.items()[1]
    item.setCheckState(0, Qt.CheckState.Checked)
    wait(qtbot, adjudicating)
    assert waiting(adjudicating) == ["HAM_0000002"]
    assert len(adjudicating.adjudicate.queue.patterns.items()) == 2


def test_that_photographs_zoom_together(qtbot: QtBot, adjudicating: Application) -> None:
    position = waiting(adjudicating).index("HAM_0000001")
    adjudicating.adjudicate.lesions.go_to(position)
    wait(qtbot, adjudicating)
    tiles = [tile for tile in adjudicating.adjudicate.lesion.tiles if not tile.isHidden()]
    assert len(tiles) >= 2  # the lesion has two photographs
    press(qtbot, adjudicating, Qt.Key.Key_Plus)
    views = {round(tile.viewer.view.magnification, 6) for tile in tiles}
    assert views == {1.25}
    press(qtbot, adjudicating, Qt.Key.Key_F)
    assert {tile.viewer.view.magnification for tile in tiles} == {1.0}


def test_that_claimed_classes_have_maps_on_one_scale_and_similar_lesions_are_found(
    qtbot: QtBot, classified: Application, tmp_path: Path
) -> None:
    give_readings(classified, tmp_path)
    wait_until_shown(qtbot, classified)
    show(qtbot, classified)
    activity = classified.adjudicate
    activity.lesions.go_to(waiting(classified).index("HAM_0000003"))
    wait(qtbot, classified)
    claims = activity.adjudication.claims
    assert {"NV", "BCC", "MEL"} <= set(claims)
    maps = dict(activity.lesion.maps)
    assert {code for code, each in maps.items() if each} <= {"MEL", "NV", "BCC"}
    assert len({each.scale_top for each in maps.values() if each}) == 1
    found = activity.similar.found
    assert found
    own = {record.path for record in activity.adjudication.records}
    records = {record.path: record for record in classified.session.table.records}
    assert all(records[each.path].basis == "histology" for each in found)
    assert not own & {each.path for each in found}


def test_that_similar_lesions_stand_beside_each_other_when_their_pictures_come_late(
    qtbot: QtBot, runner: JobRunner
) -> None:
    thumbnails = LatePictures(runner)
    pane = SimilarPane(thumbnails)
    qtbot.addWidget(pane)
    pane.resize(290, 210)
    pane.show()
    qtbot.waitExposed(pane)
    found = [Neighbour(f"{n}.jpg", f"ISIC_{n}", "BCC", 0.98) for n in range(8)]
    pane.show_neighbours(found, "")
    places = pane.list.visualItemRect
    qtbot.waitUntil(lambda: places(pane.list.item(7)).top() > 0)  # laid out without pictures
    thumbnails.come()
    rects = [places(pane.list.item(row)) for row in range(8)]
    assert min(rect.width() for rect in rects) >= 96
    assert not any(a.intersects(b) for a, b in combinations(rects, 2))


class LatePictures(Thumbnails):
    """Pictures that come when they are told to."""

    _here: QPixmap | None = None

    @override
    def picture(self, path: str) -> QPixmap | None:
        return self._here

    def come(self) -> None:
        self._here = QPixmap(192, 144)
        self._here.fill(Qt.GlobalColor.gray)
        self.ready.emit()


def test_that_a_lesion_that_is_looked_at_has_its_predictions_once_it_is_classified(
    qtbot: QtBot, adjudicating: Application
) -> None:
    activity = adjudicating.adjudicate
    assert "no prediction" in activity.claims.network_text
    assert not any(each for _, each in activity.lesion.maps)
    adjudicating.window.menu_actions["classify"].trigger()
    qtbot.waitUntil(lambda: not adjudicating.classifier.classifying)
    qtbot.waitUntil(lambda: "no prediction" not in activity.claims.network_text)
    qtbot.waitUntil(lambda: any(each for _, each in activity.lesion.maps))
    qtbot.waitUntil(lambda: bool(activity.similar.found))


def test_that_decisions_are_there_after_a_restart(
    qtbot: QtBot,
    adjudicating: Application,
    small_classifier: Path,
    small_ham10000: Path,
) -> None:
    decided_by(adjudicating)
    first = lesion(adjudicating)
    press(qtbot, adjudicating, Qt.Key.Key_1, Qt.Key.Key_Return)
    adjudicating.window.close()
    again = start(qtbot, small_classifier)
    again.open(small_ham10000)
    wait_until_shown(qtbot, again)
    show(qtbot, again)
    assert first not in waiting(again)
    end(again)


@pytest.mark.parametrize(
    ("photographs", "maps", "expected"),
    [
        (1, 1, [(0, 0), (0, 1)]),
        (1, 3, [(0, 0), (0, 1), (1, 0), (1, 1)]),
        (2, 2, [(0, 0), (0, 1), (1, 0), (1, 1)]),
        (3, 2, [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]),
        (4, 1, [(0, 0), (0, 1), (0, 2), (1, 0), (2, 0)]),
    ],
)
def test_that_tiles_stand_in_rows(
    photographs: int, maps: int, expected: list[tuple[int, int]]
) -> None:
    assert places(photographs, maps) == expected


def test_that_a_study_can_ask_about_the_lesions_that_wait(adjudicating: Application) -> None:
    sources = {each.name: each for each in adjudicating.read.controller.options().sources}
    assert sources["queue"].lesions == 3
    assert sources["queue"].images == 4  # one of them has two photographs
