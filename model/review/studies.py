"""Studies in the project: what was asked, and the key from codes to images."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, func, select

from model.project.project import Project
from model.project.review_tables import studies, study_cases, study_images
from model.review.protocol import Protocol


@dataclass(frozen=True, slots=True)
class StudyRecord:
    """A study as its coordinator knows it.

    Attributes:
        number: In this project.
        identity: The same in every copy of the study file.
        created: ISO 8601, UTC.
        protocol: All of it.
        file: Where the study file was written; "" for readings that came from elsewhere.
        cases: How many cases it has; those shown twice count once.
    """

    number: int
    identity: str
    created: str
    protocol: Protocol
    file: str
    cases: int


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One case in the key.

    Attributes:
        case_number: Of the case in the study.
        codes: Under which readers see it; two where it is shown twice.
        parts: Of the order, one for each code.
        images: Path and content hash of each photograph, in the order of their numbers.
    """

    case_number: int
    codes: tuple[str, ...]
    parts: tuple[int, ...]
    images: tuple[tuple[str, str], ...]


def add(
    project: Project,
    identity: str,
    created: dt.datetime,
    protocol: Protocol,
    file: Path | None,
    key: Sequence[KeyRow],
) -> StudyRecord:
    """Remember a study and its key.

    Raises:
        ProjectError: The project cannot be written; nothing is remembered then.
    """
    row = {
        "identity": identity,
        "created": created.isoformat(timespec="seconds"),
        "protocol": protocol.to_json(),
        "file": str(file or ""),
    }
    with project.database.writing() as connection:
        number = connection.execute(
            studies.insert().returning(studies.c.number), [row]
        ).scalar_one()
        _add_key(connection, number, key)
        return _record(connection.execute(_query().where(studies.c.number == number)).one())


def add_cases(project: Project, study: int, key: Sequence[KeyRow]) -> None:
    """Let a study that came from elsewhere know more cases.

    Raises:
        ProjectError: The project cannot be written; nothing is added then.
    """
    with project.database.writing() as connection:
        _add_key(connection, study, key)


def load(project: Project) -> list[StudyRecord]:
    """All studies, oldest first."""
    with project.database.reading() as connection:
        return [_record(row) for row in connection.execute(_query())]


def load_key(project: Project, study: int) -> list[KeyRow]:
    """The key of one study, in the order of its cases."""
    wanted = select(study_cases).where(study_cases.c.study == study).order_by(study_cases.c.code)
    images = select(study_images).where(study_images.c.study == study)
    codes: dict[int, list[tuple[str, int]]] = {}
    photographs: dict[int, list[tuple[str, str]]] = {}
    with project.database.reading() as connection:
        for case in connection.execute(wanted):
            codes.setdefault(case.case_number, []).append((case.code, case.part))
        for image in connection.execute(images.order_by(study_images.c.number)):
            known = photographs.setdefault(image.case_number, [])
            known.append((image.path, image.content_hash))
    return [
        KeyRow(
            number,
            tuple(code for code, _ in pairs),
            tuple(part for _, part in pairs),
            tuple(photographs.get(number, ())),
        )
        for number, pairs in sorted(codes.items())
    ]


def _add_key(connection: Connection, study: int, key: Sequence[KeyRow]) -> None:
    cases = [
        {"study": study, "code": code, "part": part, "case_number": row.case_number}
        for row in key
        for code, part in zip(row.codes, row.parts, strict=True)
    ]
    images = [
        {
            "study": study,
            "case_number": row.case_number,
            "number": number,
            "path": path,
            "content_hash": content_hash,
        }
        for row in key
        for number, (path, content_hash) in enumerate(row.images)
    ]
    for table, rows in ((study_cases, cases), (study_images, images)):
        if rows:
            connection.execute(table.insert(), rows)


def _query() -> Any:
    count = (
        select(func.count(study_cases.c.case_number.distinct()))
        .where(study_cases.c.study == studies.c.number)
        .scalar_subquery()
    )
    return select(studies, count.label("cases")).order_by(studies.c.number)


def _record(row: Row[Any]) -> StudyRecord:
    return StudyRecord(
        row.number, row.identity, row.created, Protocol.from_json(row.protocol), row.file, row.cases
    )
