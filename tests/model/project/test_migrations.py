"""Older project files become files of today."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, MetaData, create_engine, inspect

from model.project import migrations, project, schema
from model.project.database import Database
from model.project.migrations import migrate
from model.project.project import PROJECT, Project
from model.review.adjudication import load_decisions

# As the first version wrote them. Do not change: such files exist.
VERSION_1 = """
CREATE TABLE about (
    id INTEGER NOT NULL CHECK (id = 1), identity TEXT NOT NULL, created TEXT NOT NULL,
    layout TEXT NOT NULL, root TEXT NOT NULL, relative_root TEXT, view_state JSON NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE images (
    path TEXT NOT NULL, image_id TEXT NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
    label TEXT NOT NULL, basis TEXT NOT NULL, lesion_id TEXT NOT NULL, age FLOAT,
    sex TEXT NOT NULL, site TEXT NOT NULL, source TEXT NOT NULL, content_hash TEXT,
    PRIMARY KEY (path)
);
CREATE TABLE problems (
    id INTEGER NOT NULL, path TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (id)
);
INSERT INTO about VALUES
    (1, 'the-identity', '2026-11-23T00:00:00+00:00', 'HAM10000', '/gone', NULL, '{"row": 3}');
INSERT INTO images VALUES
    ('a.jpg', 'a', 7, 8, 'NV', 'histology', 'L1', 40.0, 'male', 'back', '', 'abc');
PRAGMA application_id = 843862098;
PRAGMA user_version = 1;
"""


@pytest.fixture
def first_version(tmp_path: Path) -> Path:
    path = tmp_path / "old.secondlook"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_1)
    return path


def columns(path: Path) -> dict[str, set[tuple[str, str, bool]]]:
    engine = create_engine(f"sqlite:///{path}")
    inspector = inspect(engine)
    found = {
        table: {
            (each["name"], str(each["type"]), bool(each["nullable"]))
            for each in inspector.get_columns(table)
        }
        for table in inspector.get_table_names()
    }
    engine.dispose()
    return found


def test_that_a_file_of_the_first_version_opens(first_version: Path) -> None:
    opened = Project.open(first_version)
    assert (opened.identity, opened.layout, opened.root) == (
        "the-identity",
        "HAM10000",
        Path("/gone"),
    )
    assert [image.path for image in opened.images()] == ["a.jpg"]
    assert opened.hashes() == {"a.jpg": "abc"}
    assert opened.view_state() == {"row": 3}
    opened.close()


def test_that_an_old_file_ends_with_the_tables_of_a_new_one(
    first_version: Path, tmp_path: Path
) -> None:
    Project.open(first_version).close()
    Project.create(tmp_path / "new.secondlook", tmp_path, "").close()
    assert columns(first_version) == columns(tmp_path / "new.secondlook")


def test_that_decisions_of_the_second_version_are_kept_and_know_no_readers(
    first_version: Path,
) -> None:
    engine = create_engine(f"sqlite:///{first_version}")
    with engine.begin() as connection:
        migrate(connection, 1, 2)
        connection.exec_driver_sql(
            "INSERT INTO adjudications VALUES (1, 'x', 'L1', '', 'class', 'MEL', 'other', '', "
            "'Anna', '2026-11-24T10:00:00.000+00:00', 0, '{\"A\": \"MEL\"}')"
        )
    engine.dispose()
    opened = Project.open(first_version)
    (decision,) = load_decisions(opened)
    opened.close()
    assert (decision.lesion, decision.final_class) == ("L1", "MEL")
    assert (decision.claims, decision.readers) == ({"A": "MEL"}, {})


def add_notes(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE images ADD COLUMN note TEXT NOT NULL DEFAULT ''")


def fail_half_way(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE images ADD COLUMN other TEXT")
    connection.exec_driver_sql("UPDATE no_such_table SET x = 1")


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch) -> dict[int, object]:
    """The program as it will be: version 3, made by two steps."""
    steps: dict[int, object] = {1: add_notes, 2: lambda _connection: None}
    kind = PROJECT.__class__(
        **{name: getattr(PROJECT, name) for name in PROJECT.__slots__} | {"version": 3}
    )
    monkeypatch.setattr(project, "PROJECT", kind)
    monkeypatch.setattr(project, "PROJECT_VERSION", 3)
    monkeypatch.setattr(project, "migrate", lambda *arguments: migrate(*arguments, steps))
    return steps


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_that_opening_takes_an_older_file_through_all_steps(
    first_version: Path, next_version: dict[int, object]
) -> None:
    opened = Project.open(first_version)
    assert version_of(first_version) == 3
    assert ("note", "TEXT", False) in columns(first_version)["images"]
    assert opened.hashes() == {"a.jpg": "abc"}
    opened.close()


def test_that_a_step_that_fails_leaves_the_file_as_it_was(
    first_version: Path, next_version: dict[int, object]
) -> None:
    next_version[2] = fail_half_way
    before = first_version.read_bytes()
    with pytest.raises(project.ProjectError, match="could not be written"):
        Project.open(first_version)
    assert version_of(first_version) == 1
    assert first_version.read_bytes() == before


def test_that_there_is_a_step_from_every_older_version() -> None:
    assert set(migrations.PROJECT_MIGRATIONS) == set(range(1, schema.PROJECT_VERSION))


def test_that_migrating_needs_every_step(first_version: Path) -> None:
    database = Database(first_version, PROJECT)
    with pytest.raises(KeyError), database.writing() as connection:
        migrate(connection, 1, 3, {1: add_notes})
    database.close()
    assert version_of(first_version) == 1


def test_that_tables_of_project_and_cache_are_apart() -> None:
    tables: tuple[MetaData, MetaData] = (schema.project_tables, schema.cache_tables)
    assert not set(tables[0].tables) & set(tables[1].tables)
