"""Readings that came from elsewhere, as rows, into the project: append-only, and only once."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from model.catalogue.image_ids import join_key
from model.project.project import Project
from model.review import readings, studies
from model.review.answers import Answers, Shown
from model.review.formats.rows import ImportedReadings, ReadingRow, RowProblem
from model.review.protocol import Protocol, Question, Stage
from model.review.reading import Reading
from model.review.row_answers import later, number, percentage, understood, utc_time
from model.review.row_export import STAGE_CODES
from model.review.studies import KeyRow, StudyRecord
from model.review.tables import ReadingsError
from model.taxonomy import class_order, code_from_label

# Makes ids from content, so that the same file twice is the same readings.
_NAMESPACE = uuid.UUID("6b1b7a52-3d0e-5c0e-9a70-0d2f4f1e8a11")
_TOLD = 60  # characters of an answer that are told of
_STAGES = {code: stage for stage, code in STAGE_CODES.items()}


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of rows from elsewhere.

    Attributes:
        study: Under which they are kept.
        added: Readings that were new.
        known: Readings that were there already.
        conflicts: Different answers of one reader for the same case, stage and iteration.
        problems: Rows that were left out, and why.
    """

    study: StudyRecord
    added: int
    known: int
    conflicts: int
    problems: tuple[RowProblem, ...]


def take_rows(project: Project, imported: ImportedReadings, title: str) -> Taken:
    """Keep readings from elsewhere under a title; the same rows twice change nothing.

    Rows that are of no image of the project, or answer what our questions do not ask, are left
    out and listed.

    Raises:
        ProjectError: The project cannot be written.
        ReadingsError: There is no row that can be kept; nothing is stored then.
    """
    sorting = _Sorting(project, title, imported)
    sorted_rows = sorting.readings()
    if not sorted_rows:
        first = f": {sorting.problems[0]}" if sorting.problems else ""
        raise ReadingsError(f"{title}: no row can be kept in this project{first}.")
    study = _study(project, title, imported, sorting)
    added = readings.add(project, study.number, sorted_rows, ())
    return Taken(
        study,
        added.readings,
        len(sorted_rows) - added.readings,
        len(readings.conflicts(project, study.number)),
        tuple(sorting.problems),
    )


@dataclass(slots=True)
class _Group:
    """The rows of one reading."""

    iteration: int
    rows: dict[str, ReadingRow]


class _Sorting:
    """Rows by reading, and the cases that they are of."""

    def __init__(self, project: Project, title: str, imported: ImportedReadings) -> None:
        self.problems = list(imported.problems)
        self.cases: dict[str, tuple[str, ...]] = {}
        self._title, self._repeats = title, imported.repeats
        self._paths: dict[str, str] = {}
        for image in project.images():
            self._paths.setdefault(join_key(image.image_id), image.path)
        self._groups: dict[tuple[str, str, Stage], list[_Group]] = {}
        for row in imported.rows:
            self._take(row)

    def readings(self) -> list[Reading]:
        """All readings of which at least one answer is understood."""
        found = []
        for (code, reader, stage), groups in self._groups.items():
            for group in groups:
                reading = self._reading(code, reader, stage, group)
                if reading:
                    found.append(reading)
        used = {each.code for each in found}
        self.cases = {code: paths for code, paths in self.cases.items() if code in used}
        return list({each.id: each for each in found}.values())

    def _take(self, row: ReadingRow) -> None:
        stage = _STAGES.get(row.stage)
        paths = [self._paths.get(join_key(name)) for name in row.image_id.split("|")]
        known = tuple(path for path in paths if path is not None)
        if stage is None:
            self._leave_out(row, f"the stage {row.stage!r} is not known")
        elif len(known) < len(paths):
            self._leave_out(row, f"{row.image_id} is no image of this project")
        else:
            code = "|".join(known)
            self.cases.setdefault(code, known)
            self._place(self._groups.setdefault((code, row.reader_id, stage), []), row)

    def _place(self, groups: list[_Group], row: ReadingRow) -> None:
        """Put a row to the other answers of its reading.

        Where the file does not number readings, the same question again is another reading.
        Where it does, another answer is one too, which contradicts the first.
        """
        same = groups if self._repeats else [g for g in groups if g.iteration == row.iteration]
        if not self._repeats and any(_same(group.rows.get(row.question), row) for group in same):
            return
        room = next((group for group in same if row.question not in group.rows), None)
        if room is None:
            room = _Group(len(groups) + 1 if self._repeats else row.iteration, {})
            groups.append(room)
        room.rows[row.question] = row

    def _reading(self, code: str, reader: str, stage: Stage, group: _Group) -> Reading | None:
        answers = self._answers(group.rows.values())
        if answers == Answers(comment=answers.comment):
            return None
        first = next(iter(group.rows.values()))
        place = (self._title, reader, code, stage.value, group.iteration)
        content = "\0".join(map(str, (*place, answers.to_json())))
        started, seconds = utc_time(first.started_at), number(first.duration_s) or 0.0
        return Reading(
            id=str(uuid.uuid5(_NAMESPACE, content)),
            reader=reader,
            code=code,
            stage=stage,
            iteration=group.iteration,
            order=int(number(first.order_index) or 0),
            answers=answers,
            shown=Shown(layer=first.shown_cam_layer),
            started=started,
            ended=later(started, seconds),
            seconds=max(seconds, 0.0),
            version=first.app_version,
        )

    def _answers(self, given: Iterable[ReadingRow]) -> Answers:
        values: dict[str, str | float] = {}
        for row in given:
            answer = understood(row)
            if answer is None:
                told = row.answer if len(row.answer) <= _TOLD else f"{row.answer[:_TOLD]}…"
                self._leave_out(row, f"{row.question}: {told!r} is not understood")
            else:
                values |= answer
            if (sure := percentage(row.confidence)) is not None:
                values.setdefault("confidence", sure)
            if row.comment:
                values.setdefault("comment", row.comment)
        return Answers.from_json(values)

    def _leave_out(self, row: ReadingRow, why: str) -> None:
        self.problems.append(RowProblem(row.line, why))


def _study(
    project: Project, title: str, imported: ImportedReadings, sorting: _Sorting
) -> StudyRecord:
    identity = str(uuid.uuid5(_NAMESPACE, title))
    found = [each for each in studies.load(project) if each.identity == identity]
    if not found:
        named = {row.answer for row in imported.rows if row.question == Question.DIAGNOSIS}
        classes = sorted({code_from_label(each) for each in named}, key=class_order)
        stages = tuple(
            each for each in Stage if STAGE_CODES[each] in {r.stage for r in imported.rows}
        )
        selection = f"readings from elsewhere ({imported.form})"
        protocol = Protocol(title, tuple(classes), stages, selection=selection)
        key = _key(project, sorting.cases, 0)
        return studies.add(project, identity, dt.datetime.now(dt.UTC), protocol, None, key)
    known = studies.load_key(project, found[0].number)
    codes = {code for row in known for code in row.codes}
    new = {code: paths for code, paths in sorting.cases.items() if code not in codes}
    studies.add_cases(project, found[0].number, _key(project, new, len(known)))
    return found[0]


def _key(project: Project, cases: Mapping[str, Sequence[str]], first: int) -> list[KeyRow]:
    hashes = project.hashes()
    return [
        KeyRow(number, (code,), (0,), tuple((path, hashes.get(path, "")) for path in paths))
        for number, (code, paths) in enumerate(cases.items(), start=first)
    ]


def _same(known: ReadingRow | None, row: ReadingRow) -> bool:
    return known is not None and known.answer.casefold() == row.answer.casefold()
