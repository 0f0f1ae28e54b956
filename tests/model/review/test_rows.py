"""Readings leave as rows and come in as rows, and nothing is lost or doubled on the way."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from model.project.project import Project
from model.review.answers import Answers, Management, Shown
from model.review.case_readings import load_case_readings
from model.review.formats.long_csv import write_long
from model.review.formats.reading import read_readings
from model.review.formats.rows import ImportedReadings, ReadingRow, RowProblem, exact
from model.review.making import make_study
from model.review.merging import merge_readings
from model.review.protocol import Question, Stage
from model.review.reading import now
from model.review.readings import conflicts, load
from model.review.row_export import reading_rows
from model.review.row_import import take_rows
from model.review.selection import lesion_cases
from model.review.sitting import Sitting
from model.review.studies import load as load_studies
from model.review.study_file import Study
from model.review.tables import ReadingsError
from tests.model.review.conftest import network, protocol

FULL = Answers("NV", "BKL", 12, Management.FOLLOW_UP, 70, "poor", "ruler,\nà gauche")


@pytest.fixture
def read(project: Project, tmp_path: Path) -> Project:
    """A study of lesions at two stages, with everything answered by one reader."""
    asked = protocol(
        stages=(Stage.BLIND, Stage.PROBABILITIES), questions=tuple(Question), by_lesion=True
    )
    images = project.images()
    path = tmp_path / "s.study"
    make_study(project, asked, lesion_cases(images, images), path, network=network(project))
    with closing(Study.open(path)) as study, closing(Sitting.open(study, "Anna")) as sitting:
        while sitting.step:
            sitting.show()
            sitting.store(FULL, Shown(layer="out_relu"), now(), 2.5)
    merge_readings(project, sitting.path)
    return project


def imported(*rows: ReadingRow, **more: object) -> ImportedReadings:
    return ImportedReadings("long CSV", rows, **more)  # type: ignore[arg-type]


def test_that_each_answer_is_a_row_with_all_that_is_known(read: Project) -> None:
    rows = reading_rows(read)
    assert len(rows) == 8 * 2 * 6
    mine = [row for row in rows if row.lesion_id == "HAM_0000001" and row.stage == "model"]
    answers = {row.question: row.answer for row in mine}
    assert answers == {
        "diagnosis": "NV",
        "second_choice": "BKL",
        "malignant": "12",
        "management": "clinical follow-up",
        "confidence": "70",
        "quality": "poor",
    }
    row = mine[0]
    assert row.image_id == "ISIC_0000001|ISIC_0000002"
    assert (row.reader_id, row.iteration, row.confidence) == ("Anna", 1, "70")
    assert (row.duration_s, row.comment) == ("2.5", "ruler, à gauche")
    assert (row.shown_model_id, row.shown_cam_layer) == ("tiny", "out_relu")
    assert row.session_id == load_studies(read)[0].identity
    assert {each.shown_model_id for each in rows if each.stage == "blind"} == {""}


@pytest.mark.parametrize(
    ("number", "text"),
    [(70, "70"), (70.0, "70"), (33.3333333333, "33.3333333333"), (1234567.891, "1234567.891")],
)
def test_that_numbers_leave_with_all_their_digits(number: float, text: str) -> None:
    assert exact(number) == text


def test_that_rows_come_back_as_the_readings_they_were(
    read: Project, small_ham10000: Path, tmp_path: Path
) -> None:
    other = Project.create(tmp_path / "other.secondlook", small_ham10000, "HAM10000")
    other.update_images(read.images())
    rows = reading_rows(read)
    taken = take_rows(other, imported(*rows), "From Vienna")
    assert (taken.added, taken.known, taken.problems) == (16, 0, ())
    assert taken.study.protocol.title == "From Vienna"
    before = {(e.paths, e.reading.stage, e.occasion) for e in load_case_readings(read)}
    found = load_case_readings(other)
    assert {(e.paths, e.reading.stage, e.occasion) for e in found} == before
    for each in found:
        assert each.reading.answers.to_json() | {"comment": FULL.comment} == FULL.to_json()
        assert each.reading.seconds == 2.5
    again = take_rows(other, imported(*rows), "From Vienna")
    assert (again.added, again.known) == (0, 16)
    more = ReadingRow("isic_0000003.jpg".removesuffix(".jpg"), "Boris", "nevus")
    assert take_rows(other, imported(*rows, more), "From Vienna").added == 1
    assert len(load_studies(other)) == 1
    assert len(load(other)) == 17
    other.close()


def test_that_what_cannot_be_kept_is_listed_with_its_line(project: Project) -> None:
    taken = take_rows(
        project,
        imported(
            ReadingRow("ISIC_0000001", "A", "mel", line=2),
            ReadingRow("ISIC_9999999", "A", "mel", line=3),
            ReadingRow("ISIC_0000002", "A", "mel", stage="phase 3", line=4),
            ReadingRow("ISIC_0000002", "A", "2", question="asymmetry", line=5),
            ReadingRow("ISIC_0000003", "A", "120", question="malignant", line=6),
            problems=(RowProblem(9, "no reader"),),
        ),
        "Mixed",
    )
    assert taken.added == 1
    assert [str(each) for each in taken.problems] == [
        "line 9: no reader",
        "line 3: ISIC_9999999 is no image of this project",
        "line 4: the stage 'phase 3' is not known",
        "line 5: asymmetry: '2' is not understood",
        "line 6: malignant: '120' is not understood",
    ]


def test_that_rows_of_no_image_leave_nothing_behind(project: Project) -> None:
    with pytest.raises(ReadingsError, match="line 2: nowhere is no image"):
        take_rows(project, imported(ReadingRow("nowhere", "A", "mel", line=2)), "Lost")
    assert load_studies(project) == []


def test_that_a_contradiction_is_a_conflict_and_a_repeat_a_second_occasion(
    project: Project,
) -> None:
    rows = [ReadingRow("ISIC_0000001", "A", answer) for answer in ("MEL", "NV", "mel")]
    contradicting = take_rows(project, imported(*rows), "Contradicting")
    assert contradicting.conflicts == 1
    assert len(conflicts(project, contradicting.study.number)[0].readings) == 2
    repeated = take_rows(project, imported(*rows, repeats=True), "Repeated")
    assert repeated.conflicts == 0
    found = load_case_readings(project, repeated.study.number)
    told = [(each.occasion, each.reading.answers.diagnosis) for each in found]
    assert told == [(1, "MEL"), (2, "NV"), (3, "MEL")]


def test_that_other_words_for_management_and_second_choices_are_understood(
    project: Project,
) -> None:
    take_rows(
        project,
        imported(
            ReadingRow("ISIC_0000001", "A", "melanoma|nv"),
            ReadingRow("ISIC_0000001", "A", "biopsy", question="management"),
            ReadingRow("ISIC_0000001", "A", "not_assessable", question="quality"),
            ReadingRow("ISIC_0000001", "A", "no network", question="comment"),
        ),
        "Words",
    )
    (reading,) = load(project)
    assert reading.answers == Answers(
        "MEL", "NV", management="excision", quality="not assessable", comment="no network"
    )


def test_that_a_table_that_was_written_is_read_back_as_the_same_readings(
    read: Project, small_ham10000: Path, tmp_path: Path
) -> None:
    write_long(tmp_path / "readings.csv", reading_rows(read))
    other = Project.create(tmp_path / "other.secondlook", small_ham10000, "HAM10000")
    other.update_images(read.images())
    taken = take_rows(other, read_readings(tmp_path / "readings.csv"), "From a table")
    assert (taken.added, taken.problems) == (16, ())
    answered = [each.reading.answers for each in load_case_readings(other)]
    assert set(answered) == {replace(FULL, comment="ruler, à gauche")}
    other.close()
