"""What worker threads run to take tables in, and to write readings, decisions and labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from model.errors import UserError
from model.progress import Report
from model.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from model.project.project import Project
    from model.review.formats.rows import ReadingRow

# Writes something of a project to a file in one of its forms, and says in words what.
Writing = Callable[["Project", Path, str, Report], str]
LONG, WIDE, ISIC = "One row for each answer", "A column for each reader", "ISIC Studies"
STUDIO_CSV, STUDIO_JSON = "Label Studio", "Label Studio, with tasks"
# How readings can be written, with the ending of the file.
READING_FORMS = {LONG: ".csv", WIDE: ".csv", ISIC: ".csv", STUDIO_CSV: ".csv", STUDIO_JSON: ".json"}
METADATA, TRUTH = "The data set's table, corrected", "Ground truth as in the ISIC challenges"
SOFT = "Shares of the readers, as soft labels"
LABEL_FORMS = {METADATA: ".csv", TRUTH: ".csv", SOFT: ".csv"}
STANDING, EVERY = "Decisions that stand", "Every decision, reopened ones too"
DECISION_FORMS = {STANDING: ".csv", EVERY: ".csv"}
_TABLES = ("HAM10000_metadata.csv", "HAM10000_metadata", "HAM10000_metadata.tab")


@dataclass(frozen=True, slots=True)
class TakenTable:
    """What became of a table of readings or decisions.

    Attributes:
        what: What the table was found to be.
        added, known: Readings or decisions that were new, and that were there already.
        conflicts: Different answers of a reader to the same.
        problems: Lines that were left out, and why.
    """

    what: str
    added: int
    known: int
    conflicts: int
    problems: tuple[str, ...]


def take_in_table(project: Project, path: Path) -> TakenTable:
    """Keep the readings or decisions of a table in the project.

    Raises:
        UserError: It holds neither, or the project cannot be written.
    """
    from model.review.formats.adjudications import read_adjudications
    from model.review.formats.reading import read_readings
    from model.review.formats.source import FormatError
    from model.review.row_import import take_rows

    try:
        rows, problems = read_adjudications(path)
    except FormatError:
        taken = take_rows(project, read_readings(path), path.stem)
        what = f"readings, as “{path.stem}”"
        lines = tuple(map(str, taken.problems))
        return TakenTable(what, taken.added, taken.known, taken.conflicts, lines)
    from model.review.adjudication import take_decisions
    from model.review.formats.adjudications import decisions_of

    decisions, more = decisions_of(rows, project.images())
    added = take_decisions(project, decisions)
    lines = tuple(map(str, (*problems, *more)))
    return TakenTable("decisions", added, len(decisions) - added, 0, lines)


def write_readings(
    study: int | None, project: Project, path: Path, form: str, _report: Report
) -> str:
    """Write the readings of a study, or all; returns what was written, in words."""
    from model.review.formats.rows import first_stage
    from model.review.row_export import reading_rows

    rows = reading_rows(project, study)
    if not rows:
        raise UserError("There are no readings to write yet; take in what readers send back.")
    _writers()[form](path, rows)
    written = first_stage(rows) if form in {WIDE, ISIC} else rows
    readers = counted(len({row.reader_id for row in written}), "reader")
    more = len(rows) - len(written)
    said = f", {more:,} at later stages have no place in it" if more else ""
    return f"{len(written):,} answers of {readers} written to {path.name}{said}"


def write_decisions(project: Project, path: Path, form: str, _report: Report) -> str:
    """Write the decisions that stand or all of them, a row for each image."""
    from model.review.adjudication import load_decisions, standing
    from model.review.formats.adjudications import adjudication_rows, write_adjudications

    every = form == EVERY
    decisions = load_decisions(project) if every else list(standing(project).values())
    if not decisions:
        raise UserError("Nothing is decided yet; decide in the activity Adjudicate (Ctrl+3).")
    write_adjudications(path, adjudication_rows(project.images(), decisions))
    return f"{counted(len(decisions), 'decision')} written to {path.name}"


def write_labels(project: Project, path: Path, form: str, _report: Report) -> str:
    """Write the labels after adjudication, or what the spread of the readings makes of them."""
    from model.review.adjudication import standing
    from model.review.formats.adjudications import adjudication_rows
    from model.review.formats.label_tables import write_challenge_truth, write_corrected_metadata
    from model.review.labels import adjudicated_labels

    if form == SOFT:
        return _write_soft_labels(project, path)
    images, decisions = project.images(), standing(project)
    if form == METADATA:
        rows = adjudication_rows(images, decisions.values())
        found = write_corrected_metadata(_table_of(project), path, rows)
        changed = counted(found.changed, "image")
        return f"{changed} with another class; what was recorded is in {found.changes.name}"
    codes = adjudicated_labels(images, decisions)
    labels = {image.image_id: code for image, code in zip(images, codes, strict=True)}
    left_out = write_challenge_truth(path, labels)
    return f"{len(labels) - left_out:,} labels written to {path.name}, {left_out:,} without one"


def _write_soft_labels(project: Project, path: Path) -> str:
    import numpy as np

    from model.files import write_table
    from model.review.case_readings import first_stage_only, load_case_readings
    from model.review.labels import soft_labels
    from model.taxonomy import class_order

    readings = first_stage_only(load_case_readings(project))
    named = {each.reading.answers.diagnosis for each in readings} - {""}
    if not named:
        raise UserError("No reader has named a class yet; take in what readers send back.")
    classes, images = sorted(named, key=class_order), project.images()
    shares = soft_labels(images, readings, classes)
    rows = np.flatnonzero(~np.isnan(shares).any(1)).tolist()
    table = ([images[row].image_id, *shares[row].tolist()] for row in rows)
    write_table(path, ("image", *classes), table)
    return f"Shares of the readers for {counted(len(rows), 'image')} written to {path.name}"


def _writers() -> Mapping[str, Callable[[Path, Iterable[ReadingRow]], None]]:
    from model.review.formats.label_studio import write_label_studio_csv, write_label_studio_json
    from model.review.formats.long_csv import write_isic_studies, write_long
    from model.review.formats.wide_csv import write_wide

    return {
        LONG: write_long,
        WIDE: write_wide,
        ISIC: write_isic_studies,
        STUDIO_CSV: write_label_studio_csv,
        STUDIO_JSON: write_label_studio_json,
    }


def _table_of(project: Project) -> Path:
    found = next((project.root / name for name in _TABLES if (project.root / name).is_file()), None)
    if found is None:
        raise UserError(
            f"{project.root} has no HAM10000_metadata.csv to correct; write the labels as ground"
            " truth instead."
        )
    return found
