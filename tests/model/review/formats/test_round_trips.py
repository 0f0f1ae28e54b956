"""What is written in a form is read back from it, and runs as no formula."""

import csv
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from model.review.formats.label_studio import write_label_studio_csv, write_label_studio_json
from model.review.formats.long_csv import COLUMNS, write_isic_studies, write_long
from model.review.formats.reading import read_readings
from model.review.formats.rows import ReadingRow
from model.review.formats.wide_csv import write_wide

Write = Callable[[Path, Iterable[ReadingRow]], None]
ATTRIBUTES = {
    "lesion_id": "L1",
    "session_id": "s-1",
    "confidence": "80",
    "duration_s": "3.25",
    "started_at": "2026-01-02T03:04:05.000+00:00",
    "order_index": "4",
    "shown_model_id": "first",
    "shown_cam_layer": "out_relu",
    "app_version": "0.1.0",
}
COMMENT = '=HYPERLINK("x"), a "quote"; and\nanother line'
ROWS = (
    ReadingRow("I1", "Dr. Müller", "MEL", comment=COMMENT, **ATTRIBUTES),
    ReadingRow("I1", "Dr. Müller", "90", "malignant", comment="-5 mm", **ATTRIBUTES),
    ReadingRow("I1", "Dr. Müller", "NV", stage="cam", iteration=2, **ATTRIBUTES),
    ReadingRow("I1|I2", "@B", "BCC|NV", stage="model", comment="'quoted'", **ATTRIBUTES),
    ReadingRow("I3", "C", "NV", **ATTRIBUTES | {"lesion_id": "L3"}),
)


def bare(rows: Iterable[ReadingRow], *kept: str) -> list[tuple[object, ...]]:
    return sorted(tuple(getattr(row, name) for name in kept) for row in rows)


def test_that_the_long_table_keeps_everything(tmp_path: Path) -> None:
    path = tmp_path / "readings.csv"
    write_long(path, ROWS)
    with path.open(encoding="utf-8") as file:
        assert tuple(next(csv.reader(file))) == COLUMNS
    found = read_readings(path)
    assert (found.form, found.problems, found.repeats) == ("long CSV", (), False)
    assert [replace(row, line=0) for row in found.rows] == list(ROWS)


def test_that_words_of_people_cannot_run_as_formulas(tmp_path: Path) -> None:
    for number, write in enumerate((write_long, write_isic_studies, write_label_studio_csv)):
        path = tmp_path / f"{number}.csv"
        write(path, ROWS)
        with path.open(encoding="utf-8") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(
    ("write", "name", "kept"),
    [
        (
            write_label_studio_csv,
            "r.csv",
            ("image_id", "reader_id", "iteration", "answer"),
        ),
        (
            write_label_studio_json,
            "r.json",
            ("image_id", "stage", "question", "answer"),
        ),
    ],
)
def test_that_other_forms_keep_what_they_have_a_place_for(
    tmp_path: Path, write: Write, name: str, kept: tuple[str, ...]
) -> None:
    write(tmp_path / name, ROWS)
    found = read_readings(tmp_path / name)
    assert found.problems == ()
    assert bare(found.rows, *kept) == bare(ROWS, *kept)
    assert {row.duration_s for row in found.rows} == {"3.25"}


def test_that_an_export_of_isic_studies_has_the_first_stage_alone(tmp_path: Path) -> None:
    path = tmp_path / "studies.csv"
    write_isic_studies(path, ROWS)
    found = read_readings(path)
    assert bare(found.rows, "image_id", "reader_id", "question", "answer", "duration_s") == [
        ("I1", "Dr. Müller", "diagnosis", "MEL", "3.25"),
        ("I1", "Dr. Müller", "malignant", "90", "3.25"),
        ("I3", "C", "diagnosis", "NV", "3.25"),
    ]


def test_that_the_wide_table_keeps_first_answers_at_the_first_stage(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    write_wide(path, [row for row in ROWS if row.question == "diagnosis"])
    found = read_readings(path)
    assert bare(found.rows, "image_id", "reader_id", "answer") == [
        ("I1", "Dr. Müller", "MEL"),
        ("I3", "C", "NV"),
    ]


def test_that_several_questions_stand_side_by_side_in_a_wide_table(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    rows = [
        ReadingRow(image, reader, answer, question)
        for image in ("I1", "I2")
        for reader in ("A", "B")
        for question, answer in (("diagnosis", "MEL"), ("management", "excision"))
    ]
    write_wide(path, rows)
    found = read_readings(path)
    kept = ("image_id", "reader_id", "question", "answer")
    assert bare(found.rows, *kept) == bare(rows, *kept)
