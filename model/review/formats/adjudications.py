"""The table of decisions: one row for each image of each decided lesion."""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from model.catalogue.image_ids import image_id_of
from model.files import protected, unprotected, write_table
from model.records import ImageRecord
from model.review.adjudication import Decision, Ruling
from model.review.formats.rows import RowProblem
from model.review.formats.source import FormatError, Source, read_source
from model.review.selection import lesion_of
from model.taxonomy import code_from_label

COLUMNS = (
    *("image_id", "final_dx", "decision", "reason_code", "adjudicator_id", "decided_at"),
    *("saw_names", "comment", "claims", "readers"),
)
_AGREES = "agree_"
_OPEN = {
    "uncertain": Ruling.UNCERTAIN,
    "not_assessable": Ruling.NOT_ASSESSABLE,
    "reopened": Ruling.REOPENED,
}
# Makes ids from content, so that the same file twice is the same decisions.
_NAMESPACE = uuid.UUID("0e0c4c52-7f0b-5b8c-8a8e-3d1c55a1f6b7")


@dataclass(frozen=True, slots=True)
class AdjudicationRow:
    """A decision as it stands in a table.

    Attributes:
        image_id: One image of the lesion.
        final_dx: Code of the class, "" where there is none.
        decision: "agree_a" (reader A), "agree_model", "agree_gt", "other", "uncertain",
            "not_assessable" or "reopened".
        reason_code: Why.
        adjudicator_id: Who.
        decided_at: ISO 8601, UTC.
        saw_names: Whether the readers' names were on the screen.
        comment: Free text.
        claims: Who said what, as `Decision.claims`; in the table a JSON object.
        readers: The name behind each letter, likewise.
        line: Where it stands in the file, from 1.
    """

    image_id: str
    final_dx: str
    decision: str
    reason_code: str
    adjudicator_id: str
    decided_at: str
    saw_names: bool
    comment: str
    claims: Mapping[str, str] = field(default_factory=dict)
    readers: Mapping[str, str] = field(default_factory=dict)
    line: int = 0


def adjudication_rows(
    images: Sequence[ImageRecord], decisions: Iterable[Decision]
) -> list[AdjudicationRow]:
    """Decisions by image, in their order; lesions that are no longer there are left out."""
    names: dict[str, list[str]] = {}
    for image in images:
        names.setdefault(lesion_of(image), []).append(image.image_id)
    return [
        AdjudicationRow(
            name,
            each.final_class,
            each.code,
            each.reason,
            each.adjudicator,
            each.decided,
            each.saw_names,
            each.comment,
            each.claims,
            each.readers,
        )
        for each in decisions
        for name in names.get(each.lesion, ())
    ]


def write_adjudications(path: Path, rows: Iterable[AdjudicationRow]) -> None:
    """Write the table.

    Raises:
        UserError: The file cannot be written.
    """
    cells = (
        (
            *(row.image_id, row.final_dx, row.decision, row.reason_code),
            *(protected(row.adjudicator_id), row.decided_at, int(row.saw_names)),
            *(protected(row.comment), _json(row.claims), _json(row.readers)),
        )
        for row in rows
    )
    write_table(path, COLUMNS, cells)


def read_adjudications(path: Path) -> tuple[list[AdjudicationRow], list[RowProblem]]:
    """Read the table.

    Returns:
        The decisions, and the lines that were not taken.

    Raises:
        CatalogueError: The file cannot be read.
        FormatError: It is no table of decisions.
    """
    source = read_source(path)
    places = _places(source)
    rows, problems = [], list(source.problems)
    for row in source.rows:
        cell = {name: row.cells[at] if at is not None else "" for name, at in places.items()}
        try:
            rows.append(_taken(cell, row.line))
        except ValueError as error:
            problems.append(RowProblem(row.line, str(error)))
    return rows, sorted(problems, key=lambda each: each.line)


def decisions_of(
    rows: Iterable[AdjudicationRow], images: Sequence[ImageRecord]
) -> tuple[list[Decision], list[RowProblem]]:
    """The decisions that rows stand for, one for each lesion and time, with ids of their content.

    Returns:
        The decisions in the order of the rows, and rows of images that are not there, or that
        say something else of a lesion than another row of the same time.
    """
    lesions = {image.image_id.casefold(): lesion_of(image) for image in images}
    found: dict[tuple[str, str, str], Decision] = {}
    problems = []
    for row in rows:
        lesion = lesions.get(row.image_id.casefold())
        if lesion is None:
            problems.append(RowProblem(row.line, f"{row.image_id} is no image of this data set"))
            continue
        decision = _decision(row, lesion)
        known = found.setdefault((lesion, row.adjudicator_id, row.decided_at), decision)
        if known != decision:
            problems.append(
                RowProblem(
                    row.line, f"another decision on the lesion of {row.image_id} stands above"
                )
            )
    return list(found.values()), problems


def _places(source: Source) -> Mapping[str, int | None]:
    places = {name: source.find((name,)) for name in COLUMNS}
    places["final_dx"] = source.find(("final_dx", "final_class", "final"))
    places["adjudicator_id"] = source.find(("adjudicator_id", "adjudicator"))
    needed = ("image_id", "final_dx", "decision", "adjudicator_id")
    missing = [name for name in needed if places[name] is None]
    if missing:
        raise FormatError(f"{source.path} is no table of decisions: {', '.join(missing)} missing.")
    return places


def _taken(cell: Mapping[str, str], line: int) -> AdjudicationRow:
    row = AdjudicationRow(
        image_id_of(cell["image_id"]),
        code_from_label(cell["final_dx"]),
        cell["decision"].casefold().replace(" ", "_"),
        cell["reason_code"],
        unprotected(cell["adjudicator_id"]),
        cell["decided_at"],
        cell["saw_names"].casefold() in {"1", "1.0", "true", "yes"},
        unprotected(cell["comment"]),
        _mapping("claims", cell["claims"]),
        _mapping("readers", cell["readers"]),
        line,
    )
    if not row.image_id:
        raise ValueError("no image")
    if not row.adjudicator_id:
        raise ValueError("nobody decided")
    open_ended = row.decision in _OPEN
    if not open_ended and row.decision != "other" and not row.decision.startswith(_AGREES):
        raise ValueError(f"the decision {row.decision!r} is not known")
    if open_ended == bool(row.final_dx):
        raise ValueError("a class without a decision for one" if open_ended else "no class")
    return row


def _json(values: Mapping[str, str]) -> str:
    return json.dumps(dict(values), ensure_ascii=False) if values else ""


def _mapping(column: str, text: str) -> dict[str, str]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise ValueError(f"the {column} {text!r} are no JSON object of words")
    return found


def _decision(row: AdjudicationRow, lesion: str) -> Decision:
    ruling = _OPEN.get(row.decision, Ruling.CLASS)
    content = (lesion, row.final_dx, row.decision, row.adjudicator_id, row.decided_at)
    claims = dict(row.claims)
    if not claims and ruling is Ruling.CLASS and row.decision != "other":
        who = row.decision.removeprefix(_AGREES)
        claims = {{"model": "network", "gt": "label"}.get(who, who.upper()): row.final_dx}
    return Decision(
        lesion,
        ruling,
        row.final_dx,
        row.adjudicator_id,
        row.reason_code,
        row.comment,
        row.saw_names,
        claims,
        row.readers,
        str(uuid.uuid5(_NAMESPACE, "\0".join(content))),
        row.decided_at,
    )
