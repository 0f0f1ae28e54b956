"""Damaged, newer and foreign files are refused and left byte for byte as they are."""

import hashlib
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from model.errors import UserError
from model.project.cache import Cache
from model.project.project import Project


def zero_page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 : 2 * 4096] = bytes(4096)
    path.write_bytes(data)


def scribble(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[100:400] = os.urandom(300)
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5000])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def text(path: Path) -> None:
    path.write_text("This is a letter, not a project.\n" * 50)


def foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE images (path TEXT)")
        connection.execute("PRAGMA user_version = 1")


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.commit()


def without_a_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE problems")
        connection.commit()


def fingerprint(path: Path) -> tuple[str, int, list[str]]:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return digest, path.stat().st_mtime_ns, sorted(each.name for each in path.parent.iterdir())


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (zero_page, "damaged"),
        (scribble, "damaged"),
        (cut, "damaged"),
        (empty, "not a Second Look project, or is damaged"),
        (text, "not a Second Look project"),
        (foreign, "not a Second Look project"),
        (newer, "newer Second Look .version 99"),
        (without_a_table, "damaged"),
    ],
)
def test_that_such_a_project_is_refused_and_left_as_it_is(
    project: Project, harm: Callable[[Path], None], said: str
) -> None:
    project.close()
    harm(project.path)
    before = fingerprint(project.path)
    with pytest.raises(UserError, match=said) as caught:
        Project.open(project.path)
    assert fingerprint(project.path) == before
    assert str(project.path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (empty, "delete it"),
        (text, "delete it"),
        (foreign, "not a Second Look cache"),
        (newer, "newer Second Look"),
    ],
)
def test_that_such_a_cache_is_refused_and_left_as_it_is(
    tmp_path: Path, harm: Callable[[Path], None], said: str
) -> None:
    path = tmp_path / "mine.cache"
    Cache.open(path).close()
    harm(path)
    before = fingerprint(path)
    with pytest.raises(UserError, match=said):
        Cache.open(path)
    assert fingerprint(path) == before


def test_that_a_cache_found_damaged_while_reading_says_that_it_may_be_deleted(
    tmp_path: Path,
) -> None:
    path = tmp_path / "mine.cache"
    Cache.open(path).close()
    data = bytearray(path.read_bytes())
    data[8192 : 4 * 8192] = os.urandom(3 * 8192)
    path.write_bytes(data)
    cache = Cache.open(path)
    with pytest.raises(UserError, match=r"damaged.*delete it"):
        cache.begin_run("x", ("MEL",), "f32", {})
    cache.close()


def test_that_an_absent_project_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no project .*gone"):
        Project.open(tmp_path / "gone.secondlook")


def test_that_a_project_is_no_cache(project: Project) -> None:
    with pytest.raises(UserError, match="not a Second Look cache"):
        Cache.open(project.path)


def test_that_a_project_that_a_crash_left_in_the_middle_of_writing_is_mended(
    project: Project, tmp_path: Path
) -> None:
    """A copy made between writing pages and the commit, with its journal, is such a project."""
    images = project.images()
    crashed = tmp_path / "crashed.secondlook"
    with closing(sqlite3.connect(project.path, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")  # so that pages are written before the end
        connection.execute("BEGIN")
        connection.execute("UPDATE images SET label = 'MEL'")
        connection.executemany(
            "INSERT INTO problems (path, kind, reason) VALUES ('x', 'missing', ?)",
            [("y" * 500,)] * 500,
        )
        journal = project.path.with_name(project.path.name + "-journal")
        crashed.write_bytes(project.path.read_bytes())
        crashed.with_name(crashed.name + "-journal").write_bytes(journal.read_bytes())
        connection.execute("ROLLBACK")
    mended = Project.open(crashed)
    assert mended.images() == images
    assert mended.problems() == []
    mended.close()
