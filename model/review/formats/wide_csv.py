"""The wide CSV: one row for each image, a column for each reader; an empty cell is not read.

Several questions stand side by side as `<question>_<reader>`, as in the ENHANCE collection
(`Asymmetry_7_1`: asymmetry, group 7, reader 1).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

from model.files import protected, write_table
from model.review.formats import columns
from model.review.formats.long_csv import image_of, name_of, several_in_order
from model.review.formats.references import References
from model.review.formats.rows import (
    DIAGNOSIS,
    ImportedReadings,
    ReadingRow,
    RowProblem,
    first_stage,
)
from model.review.formats.source import FormatError, Row, Source

_PARTS = re.compile(r"(?P<first>.+)[_ .-](?P<last>[^_ .-]+)")
_PERSON = re.compile(r"(reader|rater|annotator|observer|coder|expert|doctor|derm\w*|r)[ _-]?\w+")


def read_wide(source: Source) -> ImportedReadings:
    """Read a wide table.

    Raises:
        FormatError: No column is left for readers.
    """
    image, notes = _image_column(source)
    lesion = source.find(columns.LESION)
    lesion = None if lesion == image else lesion
    basis, network = source.find(columns.BASIS), source.find(columns.NETWORK)
    references = References(_label_column(source, image), basis, network)
    readers = _reader_columns(source, {image, lesion, *references.positions})
    meanings = _meanings([source.titles[at] for at in readers])
    label = references.label.at
    if not readers and label is not None:
        # A data set's own table, as of a reader who labelled it.
        readers, meanings = [label], [(DIAGNOSIS, source.path.stem)]
        references = References(None, basis, network)
        notes.append(f"{source.titles[label]} is taken for the answers of one reader")
    if not readers:
        raise FormatError(
            f"{source.path} has no answers: give the columns image_id, reader_id and answer, or"
            " image_id and one column for each reader."
        )
    rows: list[ReadingRow] = []
    problems = list(source.problems)
    for name, row in _named_rows(source, image, problems):
        references.note(name, row.cells)
        lesion_id = row.cells[lesion] if lesion is not None else ""
        common = ReadingRow(name, "", "", lesion_id=lesion_id, line=row.line)
        rows += _answers(common, row, dict(zip(readers, meanings, strict=True)))
    return ImportedReadings(
        "wide CSV",
        tuple(rows),
        labels=references.label.known(),
        bases=references.basis.known(),
        network=references.network.known(),
        problems=tuple(problems),
        notes=(*notes, *references.contradictions()),
    )


def write_wide(path: Path, rows: Iterable[ReadingRow]) -> None:
    """Write one row for each image and a column for each reader.

    Only the first reading of each reader at the first stage has a place in it; several questions
    become columns `<question>_<reader>`.

    Raises:
        UserError: The file cannot be written.
    """
    first: dict[tuple[str, str, str], ReadingRow] = {}
    given = first_stage(row for row in rows if row.question != "comment")
    for row in sorted(given, key=lambda row: row.iteration):
        first.setdefault((row.image_id, row.question, row.reader_id), row)
    images = dict.fromkeys(row.image_id for row in given)
    questions = dict.fromkeys(row.question for row in given)
    readers = dict.fromkeys(row.reader_id for row in given)
    several = len(questions) > 1
    wanted = list(product(questions, readers))
    header = [f"{question}_{reader}" if several else reader for question, reader in wanted]
    table = (
        [image, *(_answer(first.get((image, question, reader))) for question, reader in wanted)]
        for image in images
    )
    write_table(path, ("image_id", *map(protected, header)), table)


_ATTRIBUTES = frozenset(name for names in columns.ATTRIBUTES.values() for name in names)


def _reader_columns(source: Source, taken: Collection[int | None]) -> list[int]:
    """Where answers stand: columns that are nothing else that is known, and have a title."""
    free = (at for at in range(len(source.names)) if at not in taken)
    known = columns.OTHER | _ATTRIBUTES
    return [at for at in free if source.names[at] not in known and name_of(source.titles[at])]


def _named_rows(
    source: Source, image: int | None, problems: list[RowProblem]
) -> Iterator[tuple[str, Row]]:
    """Each line with the image that it is of; those without one become problems."""
    for number, row in enumerate(source.rows, start=1):
        if name := image_of(row.cells[image]) if image is not None else f"row {number}":
            yield name, row
        else:
            problems.append(RowProblem(row.line, "no image"))


def _answers(
    common: ReadingRow, row: Row, meanings: Mapping[int, tuple[str, str]]
) -> Iterator[ReadingRow]:
    """The answers of one line; `meanings` has question and reader of each column."""
    for at, (question, reader) in meanings.items():
        answer = row.cells[at]
        if not columns.is_unread(answer):
            told = several_in_order(answer)
            yield replace(common, reader_id=reader, question=question, answer=told)


def _answer(row: ReadingRow | None) -> str:
    return "" if row is None else row.answer


def _image_column(source: Source) -> tuple[int | None, list[str]]:
    at = source.find(columns.IMAGE)
    if at is not None:
        return at, []
    cells = source.column(0)
    if len(set(cells)) == len(cells) and all(cells) and len(source.titles) > 1:
        return 0, [f"the first column, {source.titles[0]!r}, is taken for the images"]
    return None, ["no column names the images: each row is taken for one"]


def _label_column(source: Source, image: int | None) -> int | None:
    at = source.find((*columns.LABELS, "dx", "label", "diagnosis"))
    return None if at == image else at


def _meanings(titles: Sequence[str]) -> list[tuple[str, str]]:
    """The question and the reader of each column."""
    parts = [_PARTS.fullmatch(title.strip()) for title in titles]
    whole = [(DIAGNOSIS, name_of(title)) for title in titles]
    if not all(parts):
        return whole
    pairs = [(each["first"], each["last"]) for each in parts if each]
    questions = dict.fromkeys(first for first, _ in pairs)
    readers = dict.fromkeys(last for _, last in pairs)
    complete = set(pairs) == set(product(questions, readers))
    people = all(_PERSON.fullmatch(each.casefold()) for each in questions)
    if len(questions) < 2 or len(readers) < 2 or not complete or people:
        return whole
    shared = _shared_end(list(questions))
    return [
        (columns.question_of(first.removesuffix(shared)), f"{shared[1:]}_{last}".strip("_"))
        for first, last in pairs
    ]


def _shared_end(questions: Sequence[str]) -> str:
    """The last part of all questions, such as "_7", which then is part of the readers' names."""
    ends = {question[question.rindex("_") :] if "_" in question else "" for question in questions}
    return ends.pop() if len(ends) == 1 else ""
