"""A reader goes through a study, stops, goes on, and takes answers back while that is allowed."""

from contextlib import closing

import pytest

from model.project.project import Project
from model.review.aids import Metadata
from model.review.answers import Answers, Quality, Shown
from model.review.merging import merge_readings
from model.review.protocol import Stage
from model.review.reading import now
from model.review.readings import load
from model.review.sitting import Sitting
from model.review.study_file import Study
from model.review.tables import ReadingsError
from tests.model.review.conftest import MELANOMA, NEVUS, read_all, store


def test_that_every_case_is_asked_about_at_every_stage(sitting: Sitting) -> None:
    asked = []
    while step := sitting.step:
        asked.append((step.code, step.stage))
        store(sitting)
    codes = list(dict.fromkeys(code for code, _ in asked))
    assert len(codes) == 9
    assert asked == [(c, s) for c in codes for s in (Stage.BLIND, Stage.METADATA)]
    assert sitting.progress == (18, 18)


def test_that_a_reader_goes_on_where_they_stopped(study: Study) -> None:
    with closing(Sitting.open(study, "Anna")) as first:
        for _ in range(5):
            store(first)
        left = first.step
    with closing(Sitting.open(study, " anna ")) as second:
        assert second.step == left
        assert second.progress == (5, 18)
        assert second.earlier_answers() == MELANOMA


def test_that_a_stage_shows_its_aid_and_no_later_one(sitting: Sitting) -> None:
    assert sitting.show() == {}
    store(sitting)
    (stage,), (aid,) = sitting.show().keys(), sitting.show().values()
    assert stage == Stage.METADATA
    assert isinstance(aid, Metadata)


def test_that_an_answer_is_taken_back_until_more_is_shown_of_its_case(sitting: Sitting) -> None:
    first = sitting.step
    store(sitting, NEVUS)
    assert sitting.can_undo
    assert sitting.undo() == NEVUS
    assert sitting.step == first
    store(sitting)
    sitting.show()
    assert not sitting.can_undo
    with pytest.raises(ReadingsError, match="stands"):
        sitting.undo()


def test_that_a_frozen_answer_stays_frozen_after_a_restart(study: Study) -> None:
    with closing(Sitting.open(study, "Anna")) as first:
        store(first)
        first.show()
    with closing(Sitting.open(study, "Anna")) as second:
        assert not second.can_undo


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (Answers(), "Answer first: diagnosis"),
        (Answers("MEL", malignant=3), "Answer first: management"),
        (Answers("XYZ"), "'XYZ' is no answer"),
        (Answers("MEL", "MEL"), "second choice is the diagnosis"),
        (Answers("MEL", malignant=101), "0 to 100"),
    ],
)
def test_that_what_is_missing_is_said_and_not_stored(
    sitting: Sitting, answers: Answers, said: str
) -> None:
    with pytest.raises(ReadingsError, match=said):
        sitting.store(answers, Shown(), now(), 1.0)
    assert sitting.progress == (0, 18)


def test_that_a_case_that_cannot_be_assessed_needs_no_other_answer(sitting: Sitting) -> None:
    store(sitting, Answers(quality=Quality.NOT_ASSESSABLE))
    assert sitting.progress == (1, 18)


def test_that_what_was_read_comes_back_into_the_project(project: Project, sitting: Sitting) -> None:
    read_all(sitting)
    merged = merge_readings(project, sitting.path)
    assert (merged.reader, merged.added, merged.known) == ("Anna", 18, 0)
    assert (merged.answered, merged.steps, merged.conflicts) == (18, 18, ())
    again = merge_readings(project, sitting.path)
    assert (again.added, again.known) == (0, 18)
    assert {each.answers for each in load(project)} == {MELANOMA}
