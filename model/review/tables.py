"""The tables of a study file and of a readings file."""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from model.errors import UserError
from model.project.database import FileKind

STUDY_SUFFIX = ".study"
READINGS_SUFFIX = ".readings"


class StudyError(UserError):
    """A study file is absent, damaged, newer than the program, or cannot be written."""


class ReadingsError(UserError):
    """A readings file is absent, damaged, of another study or reader, or cannot be written."""


study_tables = MetaData()

study_about = Table(
    "about",
    study_tables,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True),
    Column("identity", Text, nullable=False),
    Column("created", Text, nullable=False),  # the day alone
    Column("protocol", JSON, nullable=False),  # Protocol.for_readers
    Column("readers", JSON, nullable=False),  # digests of their names; empty: anybody
    Column("key", LargeBinary, nullable=False),
)

# Codes are random, and rows are written in their order: neither tells anything.
study_cases = Table(
    "cases",
    study_tables,
    Column("code", Text, primary_key=True),
    Column("part", Integer, nullable=False),  # which part of the order it belongs to
)

study_photographs = Table(
    "photographs",
    study_tables,
    Column("code", Text, ForeignKey("cases.code"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),  # JPEG
)

# Apart from the cases, and read only when their stage begins.
study_aids = Table(
    "aids",
    study_tables,
    Column("code", Text, ForeignKey("cases.code"), primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

STUDY = FileKind(
    name="study",
    application_id=0x324C5354,  # "2LST"
    version=1,
    tables=study_tables,
    pragmas={},
    creation_pragmas={"journal_mode": "DELETE"},
    remedy="Ask for the study file again.",
    error=StudyError,
    read_only=True,
)

readings_tables = MetaData()

readings_about = Table(
    "about",
    readings_tables,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True),
    Column("study", Text, nullable=False),  # its identity
    Column("reader", Text, nullable=False),
    Column("iteration", Integer, nullable=False),
    Column("created", Text, nullable=False),  # ISO 8601, UTC
)

# Rows are only ever added. Each is chained to the one before by its seal.
entries = Table(
    "entries",
    readings_tables,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False),
    Column("kind", Text, nullable=False),  # "reading", "retraction" or "shown"
    Column("content", JSON, nullable=False),
    Column("seal", Text, nullable=False),
    Index("entries_by_id", "id", unique=True),
)

READINGS = FileKind(
    name="readings file",
    application_id=0x324C5245,  # "2LRE"
    version=1,
    tables=readings_tables,
    pragmas={"synchronous": "FULL"},
    creation_pragmas={"journal_mode": "DELETE"},
    remedy="Use a copy of the file that you know to be whole.",
    error=ReadingsError,
)
