"""Readings files come back whole, are joined as sets, and anything forged is refused."""

import shutil
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from model.project.project import Project
from model.review import readings
from model.review.answers import Answers, Management, Shown
from model.review.case_readings import at_stage, first_stage_only, load_case_readings
from model.review.making import make_study
from model.review.merging import merge_readings
from model.review.protocol import Stage
from model.review.reading import now
from model.review.readings import conflicts, load, settle
from model.review.readings_file import READING, RETRACTION, Entry, ReadingsFile, next_seal
from model.review.selection import image_cases
from model.review.sitting import Sitting
from model.review.studies import load_key
from model.review.study_file import Study
from model.review.tables import ReadingsError
from tests.model.review.conftest import MELANOMA, NEVUS, protocol, read_all, store


def rows(project: Project) -> list[tuple[object, ...]]:
    """Everything that the project holds of readings."""
    with closing(sqlite3.connect(project.path)) as connection:
        tables = ("readings", "retractions")
        return [row for t in tables for row in connection.execute(f"SELECT * FROM {t}")]


def change(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement, values)
        connection.commit()


def read_file(study: Study, reader: str, path: Path, answers: Answers = MELANOMA) -> Path:
    with closing(Sitting.open(study, reader, path)) as sitting:
        read_all(sitting, answers)
    return path


def test_that_the_same_file_twice_changes_nothing(project: Project, sitting: Sitting) -> None:
    read_all(sitting)
    merge_readings(project, sitting.path)
    before = rows(project)
    again = merge_readings(project, sitting.path)
    assert (again.added, again.known, again.retracted) == (0, 18, 0)
    assert rows(project) == before


def test_that_a_file_may_come_back_half_read_and_again_when_finished(
    project: Project, sitting: Sitting
) -> None:
    for _ in range(4):
        store(sitting)
    half = merge_readings(project, sitting.path)
    assert (half.added, half.answered, half.steps) == (4, 4, 18)
    read_all(sitting)
    whole = merge_readings(project, sitting.path)
    assert (whole.added, whole.known, whole.answered, whole.conflicts) == (14, 4, 18, ())


def test_that_an_answer_taken_back_is_kept_and_does_not_count(
    project: Project, sitting: Sitting
) -> None:
    store(sitting, NEVUS)
    merge_readings(project, sitting.path)
    assert [each.answers for each in load(project)] == [NEVUS]
    sitting.undo()
    store(sitting, MELANOMA)
    merged = merge_readings(project, sitting.path)
    assert (merged.added, merged.retracted, merged.conflicts) == (1, 1, ())
    assert [each.answers for each in load(project)] == [MELANOMA]
    assert len(rows(project)) == 3


def test_that_files_of_several_readers_become_one_set_in_any_order(
    project: Project, study: Study, tmp_path: Path
) -> None:
    files = [read_file(study, name, tmp_path / f"{name}.readings") for name in ("Anna", "Boris")]
    for path in (*files[::-1], *files):
        merge_readings(project, path)
    assert len(load(project)) == 36
    assert {each.reader for each in load(project)} == {"Anna", "Boris"}


def test_that_another_answer_of_the_same_reader_is_a_conflict_until_one_is_chosen(
    project: Project, study: Study, tmp_path: Path
) -> None:
    at_work = read_file(study, "Anna", tmp_path / "work.readings", MELANOMA)
    at_home = read_file(study, "anna", tmp_path / "home.readings", NEVUS)
    assert merge_readings(project, at_work).conflicts == ()
    merged = merge_readings(project, at_home)
    assert merged.added == 18
    assert len(merged.conflicts) == 18
    assert {each.reader for each in load(project)} == {"Anna"}
    conflict = merged.conflicts[0]
    assert [each.answers for each in conflict.readings] == [MELANOMA, NEVUS]
    assert {each.answers for each in load(project)} == {MELANOMA}, "the first answer counts"
    settle(project, conflict, conflict.readings[1].id, "Coordinator")
    assert len(conflicts(project)) == 17
    assert sum(each.answers == NEVUS for each in load(project)) == 1
    # What was settled stays so when the file comes again.
    merge_readings(project, at_work)
    assert len(conflicts(project)) == 17


def test_that_a_repeat_is_a_second_occasion_of_its_case(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "s.study"
    make_study(project, protocol(repeats=0.45), image_cases(project.images()), path)
    with closing(Study.open(path)) as study:
        files = [read_file(study, name, tmp_path / f"{name}.readings") for name in "ABCD"]
    for file in files:
        merge_readings(project, file)
    found = load_case_readings(project)
    twice = {row.case_number for row in load_key(project, 1) if len(row.codes) == 2}
    assert len(found) == 4 * (9 + 4)
    for reader in "ABCD":
        mine = [each for each in found if each.reading.reader == reader]
        again = [each for each in mine if each.occasion == 2]
        assert {each.case_number for each in again} == twice
        for second in again:
            (first,) = [e for e in mine if e.case_number == second.case_number and e != second]
            assert first.reading.order < second.reading.order
    assert len(first_stage_only(found)) == len(at_stage(found, Stage.BLIND)) == 36


def test_that_of_several_stages_the_first_one_is_before_anything_swayed_it(
    project: Project, sitting: Sitting
) -> None:
    while sitting.step:
        store(sitting, NEVUS if sitting.step.stage == Stage.BLIND else MELANOMA)
    merge_readings(project, sitting.path)
    found = load_case_readings(project)
    assert {each.reading.answers for each in first_stage_only(found)} == {NEVUS}
    assert {each.reading.answers for each in at_stage(found, Stage.METADATA)} == {MELANOMA}
    paths = sorted(path for each in first_stage_only(found) for path in each.paths)
    assert paths == [image.path for image in project.images()]


# -- what is refused ----------------------------------------------------------------------


def forged(path: Path, entry: Entry) -> None:
    """Add a row as one who knows how rows are sealed would."""
    with closing(sqlite3.connect(path)) as connection:
        number, seal = connection.execute(
            "SELECT number, seal FROM entries ORDER BY number DESC"
        ).fetchone()
    with closing(ReadingsFile.open(path)) as file:
        file.append(entry)
        assert next_seal(seal, entry) == file._seal
        assert file._number == number + 1


def reading_again(path: Path, **changes: object) -> Entry:
    """The first reading of a file once more, with something changed."""
    with closing(ReadingsFile.open(path)) as file:
        content = next(each.content for each in file.entries if each.kind == READING)
    name = str(uuid.uuid4())
    return Entry(name, READING, {**content, "id": name, **changes})


def with_next_answer(path: Path, **changes: object) -> None:
    """A row as the next answer, forged."""
    with closing(ReadingsFile.open(path)) as file:
        shown = [each.content for each in file.entries if each.kind == "shown"][-1]
        count = sum(each.kind == READING for each in file.entries)
    right = {"code": shown["code"], "stage": shown["stage"], "order": count}
    forged(path, reading_again(path, **(right | changes)))


HARM: dict[str, tuple[Callable[[Path], None], str]] = {
    "another reader in the head": (
        lambda path: change(path, "UPDATE about SET reader = 'Boris'"),
        "row 1 cannot be used",
    ),
    "another iteration in the head": (
        lambda path: change(path, "UPDATE about SET iteration = 2"),
        "row 1 cannot be used",
    ),
    "another answer in a row": (
        lambda path: change(path, "UPDATE entries SET content = replace(content, 'MEL', 'NV')"),
        "row 2 cannot be used",
    ),
    "a row left out": (
        lambda path: change(path, "DELETE FROM entries WHERE number = 3"),
        "row 3 cannot be used",
    ),
    "a broken row": (
        lambda path: change(path, "UPDATE entries SET content = '{\"code\": ' WHERE number = 4"),
        "is damaged",
    ),
    "a row of numbers": (
        lambda path: change(path, "UPDATE entries SET content = '[1]' WHERE number = 4"),
        "row 4 cannot be used",
    ),
    "no head": (lambda path: change(path, "DELETE FROM about"), "is damaged"),
    "a newer schema": (lambda path: change(path, "PRAGMA user_version = 2"), "newer Second Look"),
    "another program's file": (
        lambda path: change(path, "PRAGMA application_id = 7"),
        "not a Second Look readings file",
    ),
    "half a file": (
        lambda path: path.write_bytes(path.read_bytes()[:-5000]) and None,
        "is damaged",
    ),
    "no file": (lambda path: path.unlink(), "There is no readings file"),
    "the same answer twice": (
        lambda path: forged(path, reading_again(path)),
        "answers what was not asked",
    ),
    "another reader in a row": (
        lambda path: with_next_answer(path, reader="Boris"),
        "of the reader 'Boris'",
    ),
    "a case that was not next": (
        lambda path: with_next_answer(path, code="ABCDEFGH"),
        "not the one that this reader was asked about",
    ),
    "an unknown stage": (lambda path: with_next_answer(path, stage="peek"), "'peek'"),
    "a class that is not offered": (
        lambda path: with_next_answer(path, answers={"diagnosis": "XYZ"}),
        "'XYZ' is no answer",
    ),
    "an unknown question": (
        lambda path: with_next_answer(path, answers={"colour": "blue"}),
        "colour",
    ),
    "a number that is none": (
        lambda path: with_next_answer(path, answers={"malignant": True}),
        "malignant",
    ),
    "time that ran backwards": (lambda path: with_next_answer(path, seconds=-1.0), "-1.0 seconds"),
    "no time": (lambda path: with_next_answer(path, started="yesterday"), "yesterday"),
    "an id that is not its own": (
        lambda path: forged(path, Entry("other", READING, reading_again(path).content)),
        "its id is another one",
    ),
    "a frozen answer taken back": (
        lambda path: forged(path, Entry("r", RETRACTION, taking_back_the_first(path))),
        "takes back an answer that stands",
    ),
    "an unknown kind of row": (lambda path: forged(path, Entry("n", "note", {})), "'note'"),
}


def taking_back_the_first(path: Path) -> dict[str, object]:
    with closing(ReadingsFile.open(path)) as file:
        first = next(each.id for each in file.entries if each.kind == READING)
    return {"reading": first, "at": now(), "by": "Anna"}


@pytest.mark.parametrize("name", HARM)
def test_that_such_a_file_is_refused_whole(project: Project, sitting: Sitting, name: str) -> None:
    for _ in range(3):
        store(sitting)
    sitting.show()
    sitting.close()
    merge_readings(project, sitting.path)
    before = rows(project)
    harm, said = HARM[name]
    harm(sitting.path)
    with pytest.raises(ReadingsError, match=said) as caught:
        merge_readings(project, sitting.path)
    assert rows(project) == before
    assert sitting.path.name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_that_a_doubled_id_with_another_answer_is_refused(
    project: Project, study: Study, tmp_path: Path
) -> None:
    path = read_file(study, "Anna", tmp_path / "a.readings")
    merge_readings(project, path)
    change(project.path, "UPDATE readings SET answers = '{}' WHERE position = 3")
    before = rows(project)
    with pytest.raises(ReadingsError, match="another content: nothing was merged"):
        merge_readings(project, path)
    assert rows(project) == before


def test_that_a_file_of_another_study_is_refused(
    project: Project, study: Study, tmp_path: Path
) -> None:
    other = Project.create(tmp_path / "other.secondlook", project.root, "HAM10000")
    other.update_images(project.images())
    path = read_file(study, "Anna", tmp_path / "a.readings")
    with pytest.raises(ReadingsError, match="not in this project"):
        merge_readings(other, path)
    make_study(project, protocol(), image_cases(project.images()), tmp_path / "t.study")
    second, file = Study.open(tmp_path / "t.study"), ReadingsFile.open(path)
    with pytest.raises(ReadingsError, match="another study"):
        Sitting(second, file)
    second.close()
    file.close()
    other.close()


def test_that_a_reader_who_is_not_on_the_list_is_refused(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "s.study"
    make_study(project, protocol(readers=("Anna",)), image_cases(project.images()), path)
    with closing(Study.open(path)) as study:
        file = ReadingsFile.create(tmp_path / "x.readings", study.identity, "Mallory")
        with closing(Sitting(study, file)) as sitting:
            read_all(sitting)
    with pytest.raises(ReadingsError, match="'Mallory' is no reader"):
        merge_readings(project, tmp_path / "x.readings")
    assert rows(project) == []


def test_that_a_file_on_a_write_protected_stick_can_be_merged(
    project: Project, sitting: Sitting, tmp_path: Path
) -> None:
    read_all(sitting)
    sitting.close()
    stick = tmp_path / "stick"
    stick.mkdir()
    copied = Path(shutil.copy(sitting.path, stick))
    copied.chmod(0o444)
    stick.chmod(0o555)
    try:
        assert merge_readings(project, copied).added == 18
        assert [each.name for each in stick.iterdir()] == [copied.name]
    finally:
        stick.chmod(0o755)


def test_that_what_was_shown_and_when_comes_back_too(project: Project, sitting: Sitting) -> None:
    sitting.show()
    shown = Shown(2.5, "out_relu", "MEL", 0.4, 1, "1280x720@1.0")
    answers = Answers("NV", "BKL", 12, Management.FOLLOW_UP, 70, "poor", "ruler, à gauche")
    started = now()
    stored = sitting.store(answers, shown, started, 4.25)
    merge_readings(project, sitting.path)
    (back,) = readings.load(project)
    assert back == stored
    assert (back.shown, back.started, back.seconds) == (shown, started, 4.25)
