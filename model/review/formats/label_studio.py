"""Label Studio's exports: CSV, JSON-MIN and JSON.

Beside the data of a task (`image`, whatever else was uploaded) an export has `id`, `annotator`,
`annotation_id`, `created_at`, `updated_at`, `lead_time` (seconds), and the answers under the names
that the labelling interface gives them; several choices are `{"choices": [...]}`.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from model.files import protected, write_table, written_whole
from model.review.formats.long_csv import read_long
from model.review.formats.rows import ImportedReadings, ReadingRow
from model.review.formats.source import FormatError, Row, Source, as_source

_OWN = ("annotation_id", "annotator", "created_at", "id", "lead_time", "updated_at")
_UPLOAD = re.compile(r"(?:^|/)[0-9a-f]{8}-(?=[^/]+$)")  # put before the name of an uploaded file
_PHOTOGRAPH = re.compile(r"\.(jpe?g|png|bmp|tiff?|webp)$", re.IGNORECASE)


def is_label_studio(source: Source) -> bool:
    """Whether a table is an export of Label Studio."""
    names = set(source.names)
    return "annotator" in names and bool({"annotation_id", "lead_time"} & names)


def read_label_studio_csv(source: Source) -> ImportedReadings:
    """Read a CSV export.

    Raises:
        FormatError: It has no images or no answers.
    """
    return _read(source, "Label Studio CSV")


def read_label_studio_json(path: Path, text: str) -> ImportedReadings:
    """Read a JSON-MIN or JSON export.

    Raises:
        FormatError: It is no such file.
    """
    try:
        tasks = json.loads(text)
    except ValueError as error:
        raise FormatError(f"{path} is damaged: {error}. Export it again.") from error
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise FormatError(f"{path} is no export of Label Studio: a list of tasks was expected.")
    records = [each for task in tasks for each in _records(task)]
    if not records:
        raise FormatError(f"{path} holds no annotations; nothing was read by anybody.")
    return _read(as_source(path, records), "Label Studio JSON")


def write_label_studio_csv(path: Path, rows: Iterable[ReadingRow]) -> None:
    """Write the columns of a CSV export, a column for each question.

    Raises:
        UserError: The file cannot be written.
    """
    records = _tasks(rows)
    header = list(dict.fromkeys(name for record in records for name in record))
    table = ([protected(str(record.get(name, ""))) for name in header] for record in records)
    write_table(path, header, table)


def write_label_studio_json(path: Path, rows: Iterable[ReadingRow]) -> None:
    """Write a JSON-MIN export.

    Raises:
        UserError: The file cannot be written.
    """
    text = json.dumps(_tasks(rows), ensure_ascii=False, indent=1)
    with written_whole(path) as temporary:
        temporary.write_text(f"{text}\n", encoding="utf-8")


def _read(source: Source, form: str) -> ImportedReadings:
    at = _image_column(source)
    kept = [position for position, name in enumerate(source.names) if name != "id"]
    rows = []
    for row in source.rows:
        cells = [_choices(cell) for cell in row.cells]
        cells[at] = _UPLOAD.sub("/", cells[at]).lstrip("/")
        rows.append(Row(row.line, tuple(cells[position] for position in kept)))
    names = tuple("image" if position == at else source.names[position] for position in kept)
    titles = tuple("image" if position == at else source.titles[position] for position in kept)
    return replace(
        read_long(Source(source.path, titles, names, tuple(rows), source.problems)), form=form
    )


def _image_column(source: Source) -> int:
    named = source.find(("image", "image_id", "img", "photo", "picture", "isic_id"))
    if named is not None:
        return named
    for at in range(len(source.titles)):
        cells = [cell for cell in source.column(at) if cell]
        if cells and all(_PHOTOGRAPH.search(cell) for cell in cells):
            return at
    raise FormatError(f"{source.path} has no column of images, such as image.")


def _choices(cell: str) -> str:
    """An answer as we write it, whichever way Label Studio wrote it."""
    if not cell.startswith(("{", "[")):
        return cell
    try:
        value = json.loads(cell)
    except ValueError:
        return cell
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        inside = next(
            (
                value[key]
                for key in ("choices", "rating", "number", "text", "labels")
                if key in value
            ),
            None,
        )
        return "" if inside is None else _text(inside)
    if isinstance(value, list):
        return "|".join(_text(each) for each in value)
    return "" if value is None else str(value)


def _records(task: Mapping[str, Any]) -> list[dict[str, str]]:
    """One flat record for each annotation of a task."""
    if "annotations" not in task:
        return [{str(key): _text(value) for key, value in task.items()}]
    data = {str(key): _text(value) for key, value in task.get("data", {}).items()}
    found = []
    for annotation in task["annotations"]:
        if annotation.get("was_cancelled"):
            continue
        record = dict(data)
        for name in ("created_at", "lead_time"):
            record[name] = _text(annotation.get(name))
        record["annotation_id"] = _text(annotation.get("id"))
        record["annotator"] = _annotator(annotation.get("completed_by"))
        for result in annotation.get("result", ()):
            record[str(result.get("from_name", "answer"))] = _text(result.get("value"))
        found.append(record)
    return found


def _annotator(completed_by: Any) -> str:
    if isinstance(completed_by, Mapping):
        return _text(completed_by.get("email") or completed_by.get("id"))
    return _text(completed_by)


def _tasks(rows: Iterable[ReadingRow]) -> list[dict[str, Any]]:
    """One record for each reading; the numbers of tasks and annotations are made up."""
    readings: dict[tuple[str, str, str, int], list[ReadingRow]] = {}
    for row in rows:
        key = (row.image_id, row.reader_id, row.stage, row.iteration)
        readings.setdefault(key, []).append(row)
    images: dict[str, int] = {}
    records: list[dict[str, Any]] = []
    for number, (key, answers) in enumerate(readings.items(), start=1):
        image, reader, stage, iteration = key
        first = answers[0]
        records.append(
            {
                "image": image,
                "id": images.setdefault(image, len(images) + 1),
                "annotator": reader,
                "annotation_id": number,
                "created_at": first.started_at,
                "updated_at": first.started_at,
                "lead_time": _number(first.duration_s),
                "stage": stage,
                "iteration": iteration,
                **{row.question: _several(row.answer) for row in answers},
            }
        )
    return records


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _several(answer: str) -> str:
    parts: Sequence[str] = answer.split("|")
    return answer if len(parts) == 1 else json.dumps({"choices": list(parts)})
