"""The tables of the project file and of its cache."""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

PROJECT_VERSION = 3
CACHE_VERSION = 1

# Written into the header of each file ("2LPR" and "2LCA"), so that `file` and we know our own.
PROJECT_APPLICATION_ID = 0x324C5052
CACHE_APPLICATION_ID = 0x324C4341

project_tables = MetaData()

about = Table(
    "about",
    project_tables,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True),
    Column("identity", Text, nullable=False),
    Column("created", Text, nullable=False),  # ISO 8601, UTC
    Column("layout", Text, nullable=False),
    Column("root", Text, nullable=False),  # absolute
    Column("relative_root", Text),  # from the project's folder with "/"; NULL on another drive
    Column("view_state", JSON, nullable=False),
)

images = Table(
    "images",
    project_tables,
    Column("path", Text, primary_key=True),
    Column("image_id", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("modified", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("lesion_id", Text, nullable=False),
    Column("age", Float),
    Column("sex", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("content_hash", Text),  # SHA-256, hexadecimal; NULL until the file was read
)

problems = Table(
    "problems",
    project_tables,
    Column("id", Integer, primary_key=True),
    Column("path", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

cache_tables = MetaData()

runs = Table(
    "runs",
    cache_tables,
    Column("id", Integer, primary_key=True),
    Column("identity", Text, nullable=False),
    Column("precision", Text, nullable=False),
    Column("classes", JSON, nullable=False),
    Column("about", JSON, nullable=False),
    Column("started", Text, nullable=False),  # ISO 8601, UTC
    Index("runs_by_identity", "identity", "precision", unique=True),
)

results = Table(
    "results",
    cache_tables,
    Column("id", Integer, primary_key=True),
    Column("run", Integer, ForeignKey("runs.id"), nullable=False),
    Column("content_hash", LargeBinary, nullable=False),  # the 32 bytes
    Column("height", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("logits", LargeBinary, nullable=False),  # float32, little-endian
    Column("evidence", LargeBinary, nullable=False),  # float16, height x width x classes
    Index("results_by_hash", "run", "content_hash", unique=True),
)

# Apart from the results: they are four fifths of the bytes and are read in whole blocks only.
embeddings = Table(
    "embeddings",
    cache_tables,
    Column("result", Integer, ForeignKey("results.id"), primary_key=True),
    Column("embedding", LargeBinary, nullable=False),  # float16, little-endian
)

failures = Table(
    "failures",
    cache_tables,
    Column("run", Integer, ForeignKey("runs.id"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    sqlite_with_rowid=False,
)

thumbnails = Table(
    "thumbnails",
    cache_tables,
    Column("content_hash", LargeBinary, primary_key=True),
    Column("jpeg", LargeBinary, nullable=False),
)
