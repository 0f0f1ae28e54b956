"""Readings files come back: checked whole, then joined to the project as a set by reading id."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from model.project.project import Project
from model.review import readings, studies
from model.review.course import Course
from model.review.protocol import Protocol
from model.review.reading import reader_key
from model.review.readings import Conflict
from model.review.readings_file import ReadingsFile, broken_row
from model.review.studies import KeyRow, StudyRecord
from model.review.study_file import case_order
from model.review.tables import ReadingsError


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of one file.

    Attributes:
        study: The study it belongs to.
        reader: Whose readings they are.
        added: Readings that were new.
        known: Readings that were there already.
        retracted: Readings of the file that are newly taken back.
        answered: How many steps of the study this reader has answered by now.
        steps: Of how many.
        conflicts: Other answers of the same reader for the same case, stage and iteration, of
            this file or of earlier ones; both stay until one is chosen (`settle`).
    """

    study: StudyRecord
    reader: str
    added: int
    known: int
    retracted: int
    answered: int
    steps: int
    conflicts: tuple[Conflict, ...]


def merge_readings(project: Project, path: Path) -> Merged:
    """Join a readings file to the project: all of it, or nothing.

    Raises:
        ReadingsError: The file is damaged, changed, newer than this program, of an unknown study
            or reader, or holds a row that cannot follow on those before; the project stays as it
            is.
        ProjectError: The project cannot be written; it stays as it is.
    """
    with closing(ReadingsFile.open(path)) as file:
        study = _study(project, file)
        reader = _admitted(file, study.protocol)
        course = _checked(file, study.protocol, studies.load_key(project, study.number))
    # One spelling of each name, so that a reader is never two.
    reader = _known_spelling(project, study, reader)
    given = [replace(each, reader=reader) for each in course.readings]
    added = readings.add(project, study.number, given, course.retractions)
    standing = readings.load(project, study.number)
    conflicts = readings.conflicts(project, study.number)
    return Merged(
        study=study,
        reader=reader,
        added=added.readings,
        known=len(given) - added.readings,
        retracted=added.retractions,
        answered=sum((e.reader, e.iteration) == (reader, file.iteration) for e in standing),
        steps=len(course.steps),
        conflicts=tuple(each for each in conflicts if each.reader == reader),
    )


def _study(project: Project, file: ReadingsFile) -> StudyRecord:
    found = [each for each in studies.load(project) if each.identity == file.study]
    if not found:
        raise ReadingsError(
            f"{file.path} belongs to a study that is not in this project; open the project that"
            " made the study."
        )
    return found[0]


def _admitted(file: ReadingsFile, protocol: Protocol) -> str:
    """The reader's name as the study spells it."""
    names = {reader_key(name): name for name in protocol.readers}
    key = reader_key(file.reader)
    if names and key not in names:
        raise ReadingsError(
            f"{file.path}: {file.reader!r} is no reader of the study {protocol.title!r};"
            " nothing was merged."
        )
    return names.get(key, file.reader)


def _known_spelling(project: Project, study: StudyRecord, reader: str) -> str:
    known = readings.readers(project, study.number)
    return next((name for name in known if reader_key(name) == reader_key(reader)), reader)


def _checked(file: ReadingsFile, protocol: Protocol, key: Sequence[KeyRow]) -> Course:
    parts = {code: part for row in key for code, part in zip(row.codes, row.parts, strict=True)}
    codes = case_order(parts, protocol.seed, file.reader)
    course = Course(protocol, codes, file.reader, file.iteration)
    for number, entry in enumerate(file.entries, start=1):
        try:
            course.follow(entry)
        except ValueError as error:
            raise broken_row(file.path, number, error) from error
    return course
