"""Readings files come back: checked whole, then joined to the project as a set by reading id."""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from model.project.project import Project
from model.review import readings, studies
from model.review.protocol import Protocol
from model.review.reading import Reading, Retraction, reader_key
from model.review.readings import Conflict
from model.review.readings_file import READING, RETRACTION, SHOWN, Entry, ReadingsFile
from model.review.sitting import steps_of
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
            or reader, or holds an answer that its study does not allow; the project stays as it is.
        ProjectError: The project cannot be written; it stays as it is.
    """
    with closing(ReadingsFile.open(path)) as file:
        study = _study(project, file)
        checked = _Checked(file, study.protocol, studies.load_key(project, study.number))
    given, retractions = checked.readings, checked.retractions
    added = readings.add(project, study.number, given, retractions)
    mine = [each for each in readings.load(project, study.number) if each.reader == checked.reader]
    conflicts = readings.conflicts(project, study.number)
    return Merged(
        study=study,
        reader=checked.reader,
        added=added.readings,
        known=len(given) - added.readings,
        retracted=added.retractions,
        answered=len({(each.code, each.stage, each.iteration) for each in mine}),
        steps=checked.steps,
        conflicts=tuple(each for each in conflicts if each.reader == checked.reader),
    )


def _study(project: Project, file: ReadingsFile) -> StudyRecord:
    found = [each for each in studies.load(project) if each.identity == file.study]
    if not found:
        raise ReadingsError(
            f"{file.path} belongs to a study that is not in this project; open the project that"
            " made the study."
        )
    return found[0]


class _Checked:
    """The content of a readings file, once every row of it was found to belong to the study."""

    def __init__(self, file: ReadingsFile, protocol: Protocol, key: Sequence[KeyRow]) -> None:
        self._path, self._protocol = file.path, protocol
        self.reader = _admitted(file, protocol)
        self._iteration = file.iteration
        parts = {c: p for row in key for c, p in zip(row.codes, row.parts, strict=True)}
        order = steps_of(case_order(parts, protocol.seed, file.reader), protocol)
        self._place = {step: number for number, step in enumerate(order)}
        self.steps = len(order)
        rows = [(number, entry) for number, entry in enumerate(file.entries, start=1)]
        self._refuse_doubles(entry.id for _, entry in rows)
        self.readings = [self._reading(n, each) for n, each in rows if each.kind == READING]
        known = {each.id for each in self.readings}
        taken = [self._retraction(n, each, known) for n, each in rows if each.kind == RETRACTION]
        self.retractions = taken
        for number, entry in rows:
            if entry.kind not in {READING, RETRACTION, SHOWN}:
                raise self._broken(number, f"{entry.kind!r} is not known")

    def _reading(self, number: int, entry: Entry) -> Reading:
        try:
            reading = Reading.from_json(entry.content)
        except ValueError as error:
            raise self._broken(number, str(error)) from error
        named = (reading.id, reader_key(reading.reader), reading.iteration)
        if named != (entry.id, reader_key(self.reader), self._iteration):
            raise self._broken(number, f"it is of the reader {reading.reader!r}")
        if self._place.get((reading.code, reading.stage)) != reading.order:
            raise self._broken(number, "its case is not the one that this reader was asked about")
        if complaint := self._protocol.complaint(reading.answers):
            raise self._broken(number, complaint)
        return reading

    def _retraction(self, number: int, entry: Entry, known: set[str]) -> Retraction:
        reading, at = entry.content.get("reading"), entry.content.get("at")
        if reading not in known or not isinstance(at, str):
            raise self._broken(number, "it takes back what is not in the file")
        return Retraction(entry.id, str(reading), at, self.reader)

    def _refuse_doubles(self, ids: Iterable[str]) -> None:
        name, count = Counter(ids).most_common(1)[0] if (ids := list(ids)) else ("", 0)
        if count > 1:
            raise ReadingsError(f"{self._path} holds the reading {name} twice: nothing was merged.")

    def _broken(self, number: int, why: str) -> ReadingsError:
        return ReadingsError(
            f"{self._path}: row {number} cannot be merged ({why.rstrip('.')}); nothing was merged."
            " Ask the reader for the file again."
        )


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
