"""A reader goes through a study, stops, goes on, and takes answers back while that is allowed."""

from contextlib import closing
from pathlib import Path

import pytest

from model.project.project import Project
from model.review.aids import Metadata
from model.review.answers import Answers, Quality, Shown
from model.review.case_readings import load_case_readings
from model.review.making import make_study
from model.review.merging import merge_readings
from model.review.protocol import Stage
from model.review.reading import now
from model.review.readings import load
from model.review.readings_file import ReadingsFile
from model.review.selection import image_cases
from model.review.sitting import Sitting
from model.review.study_file import Study
from model.review.tables import ReadingsError
from tests.model.review.conftest import MELANOMA, NEVUS, protocol, read_all, store


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


def commits(path: Path) -> int:
    """How often a file was written to: SQLite counts in its header."""
    return int.from_bytes(path.read_bytes()[24:28], "big")


def test_that_an_answer_and_what_it_leads_to_are_written_at_once(sitting: Sitting) -> None:
    sitting.show()
    before = commits(sitting.path)
    while sitting.step:
        sitting.store(MELANOMA, Shown(), now(), 1.0, going_on=True)
        sitting.show()
    assert commits(sitting.path) - before == 18
    with closing(ReadingsFile.open(sitting.path)) as file:
        kinds = [each.kind for each in file.entries]
    assert kinds == ["shown", "reading"] * 18


def test_that_going_on_freezes_the_stage_before_and_no_other_case(sitting: Sitting) -> None:
    sitting.show()
    sitting.store(NEVUS, Shown(), now(), 1.0, going_on=True)
    assert not sitting.can_undo  # the same case, with its metadata
    sitting.store(NEVUS, Shown(), now(), 1.0, going_on=True)
    assert sitting.undo() == NEVUS  # another case is shown


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


def test_that_a_study_may_be_read_stage_by_stage_and_undone_across_cases(
    project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "s.study"
    asked = protocol(stages=(Stage.BLIND, Stage.METADATA), stage_by_stage=True)
    make_study(project, asked, image_cases(project.images()), path)
    with closing(Study.open(path)) as study, closing(Sitting.open(study, "Anna")) as sitting:
        codes = study.order("Anna")
        for code in codes:
            assert sitting.step is not None
            assert (sitting.step.code, sitting.step.stage) == (code, Stage.BLIND)
            store(sitting)
        # No later stage of the last two cases was shown yet.
        sitting.undo()
        sitting.undo()
        assert sitting.step.code == codes[-2]
        store(sitting, NEVUS)
        store(sitting)
        assert sitting.show().keys() == {Stage.METADATA}
        assert sitting.step.code == codes[0]
        assert sitting.earlier_answers() == MELANOMA
        read_all(sitting)
        merged = merge_readings(project, sitting.path)
        assert (merged.added, merged.retracted, merged.answered) == (20, 2, 18)


def test_that_a_study_can_be_read_again_as_another_iteration(
    project: Project, study: Study, sitting: Sitting
) -> None:
    read_all(sitting)
    with closing(Sitting.open(study, "Anna", iteration=2)) as second:
        assert second.path != sitting.path
        read_all(second, NEVUS)
    for path in (sitting.path, second.path):
        assert merge_readings(project, path).conflicts == ()
    occasions = [each.occasion for each in load_case_readings(project)]
    assert sorted(occasions) == [1] * 18 + [2] * 18


def test_that_a_file_of_another_reader_is_not_gone_on_with(study: Study, sitting: Sitting) -> None:
    store(sitting)
    with pytest.raises(ReadingsError, match="readings of 'Anna', not of 'Boris'"):
        Sitting.open(study, "Boris", sitting.path)
    with pytest.raises(ReadingsError, match="Type your name"):
        Sitting.open(study, "  ")
