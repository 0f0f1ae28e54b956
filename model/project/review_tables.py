"""The tables of the project file for studies, readings and decisions. Rows are only ever added."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from model.project.schema import project_tables

studies = Table(
    "studies",
    project_tables,
    Column("number", Integer, primary_key=True),
    Column("identity", Text, nullable=False),
    Column("created", Text, nullable=False),  # ISO 8601, UTC
    Column("protocol", JSON, nullable=False),  # also what readers must not know
    Column("file", Text, nullable=False),  # where its study file was written; "" for imported ones
    Index("studies_by_identity", "identity", unique=True),
)

# The key from codes to cases; it never leaves the project. A case shown twice has two codes.
study_cases = Table(
    "study_cases",
    project_tables,
    Column("study", Integer, ForeignKey("studies.number"), primary_key=True),
    Column("code", Text, primary_key=True),
    Column("part", Integer, nullable=False),
    Column("case_number", Integer, nullable=False),
)

study_images = Table(
    "study_images",
    project_tables,
    Column("study", Integer, ForeignKey("studies.number"), primary_key=True),
    Column("case_number", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("path", Text, nullable=False),
    Column("content_hash", Text, nullable=False),  # of the photograph as it was shown
)

readings = Table(
    "readings",
    project_tables,
    Column("id", Text, primary_key=True),
    Column("study", Integer, ForeignKey("studies.number"), nullable=False),
    Column("reader", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("iteration", Integer, nullable=False),
    Column("position", Integer, nullable=False),  # in the reader's order, from 0
    Column("answers", JSON, nullable=False),
    Column("shown", JSON, nullable=False),
    Column("started", Text, nullable=False),  # ISO 8601, UTC
    Column("ended", Text, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("version", Text, nullable=False),
    Column("merged", Text, nullable=False),
    Index("readings_by_study", "study", "reader", "code"),
)

retractions = Table(
    "retractions",
    project_tables,
    Column("id", Text, primary_key=True),
    Column("reading", Text, ForeignKey("readings.id"), nullable=False),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Index("retractions_by_reading", "reading"),
)

adjudications = Table(
    "adjudications",
    project_tables,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False),
    Column("lesion_id", Text, nullable=False),  # "" where the decision is on one image
    Column("path", Text, nullable=False),  # "" where the decision is on a lesion
    Column("decision", Text, nullable=False),
    Column("final_class", Text, nullable=False),  # "" where undecided
    Column("reason", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("adjudicator", Text, nullable=False),
    Column("decided", Text, nullable=False),
    Column("saw_names", Boolean, nullable=False),
    Column("claims", JSON, nullable=False),  # who said what when it was decided
    Column("readers", JSON, nullable=False),  # the name behind each letter; nobody was shown it
    Index("adjudications_by_case", "lesion_id", "path"),
)

out_of_fold_runs = Table(
    "out_of_fold_runs",
    project_tables,
    Column("number", Integer, primary_key=True),
    Column("identity", Text, nullable=False),
    Column("classes", JSON, nullable=False),
    Column("folds", Integer, nullable=False),
    Column("about", JSON, nullable=False),
    Column("created", Text, nullable=False),
    Index("out_of_fold_runs_by_identity", "identity", unique=True),
)

out_of_fold = Table(
    "out_of_fold",
    project_tables,
    Column("run", Integer, ForeignKey("out_of_fold_runs.number"), primary_key=True),
    Column("content_hash", Text, primary_key=True),
    Column("fold", Integer, nullable=False),
    Column("probabilities", LargeBinary, nullable=False),  # float32, little-endian
    sqlite_with_rowid=False,
)

# What the user set: the severity of errors, the weights of the queue.
preferences = Table(
    "preferences",
    project_tables,
    Column("name", Text, primary_key=True),
    Column("value", JSON, nullable=False),
)

ALL_PROJECT_TABLES = project_tables
