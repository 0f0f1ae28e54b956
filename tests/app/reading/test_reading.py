"""A study read by keyboard alone."""

import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from app.panes.field import Asked
from app.panes.scale_field import ScaleField
from model.review.protocol import Question, Stage, Zoom
from model.review.readings_file import RETRACTION, ReadingsFile
from model.review.tables import ReadingsError
from tests.app.reading.conftest import MakeStudy, Reader, stored

ENTER, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab
Sit = Callable[[Path], Reader]
ALL = tuple(Question)


def test_that_a_digit_and_enter_answer_a_case_and_the_next_one_comes(
    make: MakeStudy, sit: Sit
) -> None:
    study = make()
    reader = sit(study)
    reader.begin()
    for digit in "123456701":
        reader.press(digit, ENTER)
    assert not reader.window.reading_shown  # the end
    answers = [reading.answers for reading in stored(study)]
    codes = ["MEL", "NV", "BCC", "AKIEC", "BKL", "DF", "VASC", "", "MEL"]
    assert [each.diagnosis for each in answers] == codes
    assert [each.quality for each in answers].index("not assessable") == 7


def test_that_every_question_is_answered_by_keyboard_alone(make: MakeStudy, sit: Sit) -> None:
    study = make(questions=ALL)
    reader = sit(study)
    reader.begin()
    # A choice leads on to the next question that must be answered; letters go anywhere.
    reader.press("1", "8", "5", Qt.Key.Key_Down, "3", "7", "0", "s", "2", "q", "1", "c")
    reader.qtbot.keyClicks(reader.window.focusWidget(), "dfm 12+-")
    reader.press(ENTER)
    (reading,) = stored(study)
    assert reading.answers.to_json() == {
        "diagnosis": "MEL",
        "second_choice": "NV",
        "malignant": 85,
        "management": "excision",
        "confidence": 70,
        "quality": "good",
        "comment": "dfm 12+-",
    }
    assert reading.reader == "R 1"
    assert reading.shown.screen.startswith("1280x720@")
    assert reader.answers == {}


def test_that_tab_walks_through_the_questions_and_escape_leaves_the_comment(
    make: MakeStudy, sit: Sit
) -> None:
    reader = sit(make(questions=(Question.DIAGNOSIS, Question.MALIGNANT, Question.COMMENT)))
    reader.begin()
    names = []
    for _ in range(3):
        names.append(reader.window.focusWidget().objectName())
        reader.press(TAB)
    assert names[:2] == ["diagnosis", "malignant"]
    reader.press("c")
    assert isinstance(reader.window.focusWidget(), QLineEdit)
    reader.press(Qt.Key.Key_Escape)
    assert reader.window.focusWidget().objectName() == "malignant"


def test_that_enter_without_an_answer_stores_nothing_and_says_what_is_missing(
    make: MakeStudy, sit: Sit
) -> None:
    study = make(questions=(Question.DIAGNOSIS, Question.CONFIDENCE))
    reader = sit(study)
    reader.begin()
    reader.press("2", ENTER)
    assert "confidence" in reader.notice
    assert reader.window.focusWidget().objectName() == "confidence"
    assert reader.answers == {"diagnosis": "NV"}
    assert stored(study) == []


def test_that_undo_brings_the_case_back_with_its_answers(make: MakeStudy, sit: Sit) -> None:
    study = make()
    reader = sit(study)
    reader.begin()
    first = reader.application.reading.current.step.code
    reader.press("3", ENTER)
    reader.undo()
    assert reader.application.reading.current.step.code == first
    assert reader.answers == {"diagnosis": "BCC"}
    reader.press("4", ENTER)
    assert [reading.answers.diagnosis for reading in stored(study)] == ["BCC", "AKIEC"]
    (path,) = study.parent.glob("*.readings")
    kinds = [entry.kind for entry in ReadingsFile.open(path).entries]
    assert kinds.count(RETRACTION) == 1


def test_that_an_answer_stands_once_more_of_its_case_was_shown(make: MakeStudy, sit: Sit) -> None:
    study = make(stages=(Stage.BLIND, Stage.METADATA))
    reader = sit(study)
    reader.begin()
    reader.press("3", ENTER)
    assert reader.stage == Stage.METADATA
    reader.undo()
    assert reader.stage == Stage.METADATA
    assert "taken back" in reader.notice
    reader.press(ENTER)  # the answer before is on the screen: Enter keeps it
    assert reader.stage == Stage.BLIND
    reader.undo()
    assert reader.stage == Stage.METADATA
    assert [reading.answers.diagnosis for reading in stored(study)] == ["BCC", "BCC"]


def test_that_a_reader_who_comes_back_goes_on_where_they_stopped(make: MakeStudy, sit: Sit) -> None:
    study = make()
    reader = sit(study)
    reader.begin()
    reader.press("1", ENTER, "2", ENTER)
    here = reader.application.reading.current.step.code
    reader.window.close()
    again = sit(study)
    again.begin(" r  1 ")
    assert again.application.reading.current.step.code == here
    assert len(stored(study)) == 2


def test_that_a_full_disk_is_said_at_once_and_the_answer_stays(
    make: MakeStudy, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = make()
    reader = sit(study)
    reader.begin()
    with monkeypatch.context() as broken:

        def refuse(*_arguments: object) -> None:
            raise ReadingsError("The disk is full.")

        broken.setattr(ReadingsFile, "append", refuse)
        reader.press("5", ENTER)
        assert "Not stored. The disk is full." in reader.notice
        assert reader.answers == {"diagnosis": "BKL"}
    assert stored(study) == []
    reader.press(ENTER)
    assert [reading.answers.diagnosis for reading in stored(study)] == ["BKL"]
    assert reader.answers == {}
    assert reader.notice == ""


def test_that_a_break_stops_the_clock_and_hides_the_case(
    make: MakeStudy, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = make()
    reader = sit(study)
    reader.begin()
    reader.press("1")
    reader.press(Qt.Key.Key_P, modifier=Qt.KeyboardModifier.ControlModifier)
    assert not reader.window.reading_shown
    seconds = reader.application.reading.seconds
    later = SimpleNamespace(perf_counter=lambda: time.perf_counter() + 10)
    monkeypatch.setattr("app.reading.reading_controller.time", later)
    assert reader.application.reading.seconds == seconds
    reader.press(ENTER)
    assert reader.window.reading_shown
    assert reader.answers == {"diagnosis": "MEL"}
    reader.press(ENTER)
    assert len(stored(study)) == 1


def test_that_a_lesion_is_shown_with_all_its_photographs(make: MakeStudy, sit: Sit) -> None:
    study = make(by_lesion=True)
    reader = sit(study)
    reader.begin()
    while reader.application.reading.current.step.photographs == 1:
        reader.press("1", ENTER)
    reader.press(Qt.Key.Key_PageDown, "2", ENTER)
    assert [reading.shown.photographs for reading in stored(study)][-1] == 2


@pytest.mark.parametrize(("zoom", "largest"), [(Zoom.WHOLE, 6.0), (Zoom.ACTUAL_SIZE, 1.0)])
def test_that_nobody_looks_closer_than_the_protocol_allows(
    zoom: Zoom, largest: float, make: MakeStudy, sit: Sit
) -> None:
    reader = sit(make(zoom=zoom))
    reader.begin()
    before = reader.window.reading.viewer.scale
    for _ in range(12):
        reader.press("+")
    after = reader.window.reading.viewer.scale
    assert after <= largest
    assert zoom != Zoom.WHOLE or after == before


def blind_then_mapped(make: MakeStudy, sit: Sit) -> tuple[Path, Reader]:
    """A study whose second stage has heat maps, and a reader who has begun it."""
    study = make(stages=(Stage.BLIND, Stage.HEAT_MAP))
    reader = sit(study)
    reader.begin()
    return study, reader


def test_that_the_heat_map_answers_to_its_keys_once_its_stage_began(
    make: MakeStudy, sit: Sit
) -> None:
    study, reader = blind_then_mapped(make, sit)
    maps = reader.application.maps
    reader.press("]")
    assert maps.heat_map is None
    reader.press("1", ENTER)
    first = maps.heat_map
    assert first is not None
    reader.press("e")
    assert maps.heat_map.class_code != first.class_code
    reader.press(ENTER)
    blind, aided = (reading.shown for reading in stored(study))
    assert blind.map_class == ""
    assert aided.map_class != first.class_code
    assert aided.opacity == 0.6


def test_that_a_map_that_was_hidden_is_drawn_again_with_the_next_case(
    make: MakeStudy, sit: Sit
) -> None:
    study, reader = blind_then_mapped(make, sit)
    maps = reader.application.maps
    reader.press("h", "1", ENTER)  # there is nothing to hide yet
    assert maps.options.visible
    reader.press("h", ENTER)
    reader.press("1", ENTER)
    assert maps.options.visible
    reader.press(ENTER)
    assert [reading.shown.opacity for reading in stored(study)] == [None, 0.0, None, 0.5]


@pytest.mark.parametrize(
    ("typed", "number"), [("7", "7"), ("85", "85"), ("100", "100"), ("101", "1"), ("05", "5")]
)
def test_that_digits_type_a_number_up_to_a_hundred(
    typed: str, number: str, qtbot: object, qapp: object
) -> None:
    field = ScaleField(Asked("malignant", "Malignant", "M", required=True))
    for digit in typed:
        field.type_digit(int(digit))
    assert field.answer == number
