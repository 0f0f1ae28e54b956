"""The long CSV: one row for each answer, or one for each reading with a column per question.

ISIC Studies exports are long CSV too (`image, annotator, annotation_duration, question,
question_type, answer`), and what it imports has `isic_id, annotator_id` and a column per question.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from model.catalogue.image_ids import image_id_of
from model.files import protected, unprotected, write_table
from model.review.formats import columns
from model.review.formats.references import References
from model.review.formats.rows import (
    DIAGNOSIS,
    ImportedReadings,
    ReadingRow,
    RowProblem,
    first_stage,
)
from model.review.formats.source import FormatError, Row, Source

COLUMNS = (
    *("image_id", "lesion_id", "reader_id", "session_id", "iteration", "stage", "question"),
    *("answer", "confidence", "duration_s", "started_at", "order_index", "shown_model_id"),
    *("shown_cam_layer", "comment", "app_version"),
)
_FREE_TEXT = ("reader_id", "session_id", "comment")
_SEVERAL = "|"


def is_long(source: Source) -> bool:
    """Whether a table has a column of readers and one of images."""
    reader = source.find(columns.READER)
    if reader is None or source.find(columns.IMAGE) is None:
        return False
    answers = source.find((*columns.ANSWER, *columns.ANSWER_OR_LABEL))
    return source.names[reader] not in columns.PERHAPS_A_READER or answers is not None


def read_long(source: Source) -> ImportedReadings:
    """Read a long table.

    Raises:
        FormatError: It has no answers.
    """
    layout = _layout(source)
    found = _Rows(source, layout)
    for row in source.rows:
        found.take(row)
    isic = "question_type" in source.names or {"isic_id", "annotator_id"} <= set(source.names)
    return ImportedReadings(
        "ISIC Studies" if isic else "long CSV",
        tuple(found.rows),
        labels=found.references.label.known(),
        bases=found.references.basis.known(),
        network=found.references.network.known(),
        problems=tuple(sorted((*source.problems, *found.problems), key=lambda each: each.line)),
        notes=tuple(found.notes()),
        repeats=layout.iteration is None,
    )


def write_long(path: Path, rows: Iterable[ReadingRow]) -> None:
    """Write the long CSV, all columns in their order.

    Raises:
        UserError: The file cannot be written.
    """
    write_table(path, COLUMNS, ([_cell(row, name) for name in COLUMNS] for row in rows))


def write_isic_studies(path: Path, rows: Iterable[ReadingRow]) -> None:
    """Write the columns of an ISIC Studies export; only the first stage has a place in it.

    Raises:
        UserError: The file cannot be written.
    """
    header = ("image", "annotator", "annotation_duration", "question", "question_type", "answer")
    cells = (
        (
            *(row.image_id, protected(row.reader_id), row.duration_s, row.question),
            "number" if row.question in {"malignant", "confidence"} else "select",
            _answer_cell(row),
        )
        for row in first_stage(rows)
    )
    write_table(path, header, cells)


def _cell(row: ReadingRow, name: str) -> str:
    if name == "answer":
        return _answer_cell(row)
    text = str(getattr(row, name))
    return protected(text) if name in _FREE_TEXT else text


def _answer_cell(row: ReadingRow) -> str:
    return protected(row.answer) if row.question == "comment" else row.answer


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things stand: positions of columns, None where there is none.

    Attributes:
        questions: Question and position of each column that holds answers.
    """

    image: int
    reader: int
    questions: tuple[tuple[str, int], ...]
    question: int | None
    stage: int | None
    iteration: int | None
    lesion: int | None
    label: int | None
    basis: int | None
    network: int | None
    attributes: tuple[tuple[str, int], ...]


def _layout(source: Source) -> _Layout:
    image, reader = source.find(columns.IMAGE), source.find(columns.READER)
    if image is None or reader is None:
        raise FormatError(
            f"{source.path} has no columns image_id and reader_id; name them so, or give a table"
            " with an image column and one column for each reader."
        )
    taken = {image, reader}
    at = {
        name: position
        for name, names in (
            ("question", columns.QUESTION),
            ("stage", columns.STAGE),
            ("iteration", columns.ITERATION),
            ("lesion", columns.LESION),
            ("label", columns.LABELS),
            ("basis", columns.BASIS),
            ("network", columns.NETWORK),
            *columns.ATTRIBUTES.items(),
        )
        if (position := source.find(names)) is not None and position not in taken
    }
    answers = _answers(source, taken | set(at.values()), at)
    if not answers:
        raise FormatError(
            f"{source.path} has no column answer beside {source.titles[image]} and"
            f" {source.titles[reader]}; name the column that holds what readers answered so."
        )
    attributes = tuple((name, at[name]) for name in columns.ATTRIBUTES if name in at)
    return _Layout(
        image=image,
        reader=reader,
        questions=answers,
        question=at.get("question"),
        stage=at.get("stage"),
        iteration=at.get("iteration"),
        lesion=at.get("lesion"),
        label=at.get("label"),
        basis=at.get("basis"),
        network=at.get("network"),
        attributes=attributes,
    )


def _answers(source: Source, taken: set[int], at: dict[str, int]) -> tuple[tuple[str, int], ...]:
    """The columns of answers; what is called a label beside them becomes the recorded label."""
    known = source.find(columns.ANSWER)
    if known is not None and known not in taken:
        other = source.find(columns.ANSWER_OR_LABEL)
        if "label" not in at and other is not None and other not in taken:
            at["label"] = other
        return ((DIAGNOSIS, known),)
    left = [
        (columns.question_of(title), position)
        for position, (title, name) in enumerate(zip(source.titles, source.names, strict=True))
        if position not in taken and name and name not in columns.OTHER
    ]
    if not left and "network" in at:
        # Readers may be asked for a "prediction".
        left = [(DIAGNOSIS, at.pop("network"))]
    if len(left) == 1 and source.names[left[0][1]] in columns.ANSWER_OR_LABEL:
        return ((DIAGNOSIS, left[0][1]),)
    return tuple(left)


class _Rows:
    """Rows as they are read, with what went wrong."""

    def __init__(self, source: Source, layout: _Layout) -> None:
        self.rows: list[ReadingRow] = []
        self.problems: list[RowProblem] = []
        self.references = References(layout.label, layout.basis, layout.network)
        self._layout = layout
        self._unread = 0

    def take(self, row: Row) -> None:
        """Read one line, whole or not at all."""
        layout, cells = self._layout, row.cells
        image, reader = image_of(cells[layout.image]), name_of(cells[layout.reader])
        told = _at(cells, layout.iteration)
        iteration = columns.iteration_of(told)
        if not image or not reader or iteration is None:
            missing = f"iteration {told!r}" if iteration is None else "no reader"
            self.problems.append(RowProblem(row.line, missing if image else "no image"))
            return
        self.references.note(image, cells)
        read = [each for each in layout.questions if not columns.is_unread(cells[each[1]])]
        self._unread += not read
        common = ReadingRow(
            image,
            reader,
            "",
            stage=columns.stage_of(_at(cells, layout.stage)),
            iteration=iteration,
            lesion_id=_at(cells, layout.lesion),
            line=row.line,
        )
        said: dict[str, Any] = {name: cells[at] for name, at in layout.attributes}
        said["comment"] = unprotected(said.get("comment", ""))
        common = replace(common, **said)
        for question, at in read:
            told = _at(cells, layout.question)
            asked = question if layout.question is None else columns.question_of(told)
            self.rows.append(replace(common, question=asked, answer=several_in_order(cells[at])))

    def notes(self) -> list[str]:
        """What a user has to know of the rows."""
        found = self.references.contradictions()
        if self._unread:
            rows = "1 row holds" if self._unread == 1 else f"{self._unread:,} rows hold"
            found.append(f"{rows} no answer: not read")
        return found


def image_of(cell: str) -> str:
    """The image's id, or those of all images of a case joined by "|"."""
    return _SEVERAL.join(image_id_of(part.strip()) for part in cell.split(_SEVERAL))


def name_of(cell: str) -> str:
    """A reader's name without doubled blanks."""
    return " ".join(unprotected(cell).split())


def several_in_order(answer: str) -> str:
    """An answer; of several at once the order means nothing."""
    if _SEVERAL not in answer:
        return answer
    return _SEVERAL.join(sorted(part.strip() for part in answer.split(_SEVERAL)))


def _at(cells: Sequence[str], at: int | None) -> str:
    return "" if at is None else cells[at]
