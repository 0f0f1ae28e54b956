"""The project file NAME.secondlook: the catalogue of a data set and what people decided."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Row, delete, insert, select, update

from model.progress import Report, silent
from model.project import image_rows, review_tables
from model.project.database import Database, FileKind, check_file, check_sound, create_file
from model.project.errors import ProjectError
from model.project.migrations import migrate
from model.project.relinking import matching_images, move_paths
from model.project.roots import find_root, relative_root
from model.project.schema import (
    PROJECT_APPLICATION_ID,
    PROJECT_VERSION,
    about,
    problems,
)
from model.records import ImageRecord, Problem, ProblemKind

__all__ = ["SUFFIX", "Project", "ProjectError"]

SUFFIX = ".secondlook"
PROJECT = FileKind(
    name="project",
    application_id=PROJECT_APPLICATION_ID,
    version=PROJECT_VERSION,
    tables=review_tables.ALL_PROJECT_TABLES,
    pragmas={"synchronous": "FULL"},
    creation_pragmas={"journal_mode": "DELETE"},
    remedy="Open a copy of the file that you know to be whole, or start a new project.",
    error=ProjectError,
)
_SAMPLE = 8


class Project:
    """An open project file. Every method may be called from any thread.

    Attributes:
        path: Where the file is.
        cache_path: Where its cache is, whether it exists or not.
        identity: Stays the same wherever the file goes.
        layout: How the images are arranged, as `recognise` named it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cache_path = path.with_suffix(".cache")
        self._database = Database(path, PROJECT)
        facts = self._about()
        self.identity: str = facts.identity
        self.layout: str = facts.layout
        with self._database.reading() as connection:
            known = image_rows.some_paths(connection, _SAMPLE)
        self._recorded_root = Path(facts.root)
        self._root = find_root(path, facts.root, facts.relative_root, known)

    @classmethod
    def create(cls, path: Path, root: Path, layout_name: str) -> Self:
        """Write a new project file.

        Raises:
            ProjectError: The file exists already or cannot be written.
        """
        path, root = path.absolute(), root.absolute()
        row = {
            "id": 1,
            "identity": str(uuid.uuid4()),
            "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "layout": layout_name,
            "root": str(root),
            "relative_root": relative_root(root, path),
            "view_state": {},
        }
        create_file(path, PROJECT, {"about": [row]})
        return cls(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a project file; an older one is brought up to date.

        Raises:
            ProjectError: The file is absent, damaged, not a project, or newer than this program;
                it is left byte for byte as it is.
        """
        path = path.absolute()
        version = check_file(path, PROJECT)
        check_sound(path, PROJECT, version)
        if version < PROJECT_VERSION:
            _bring_up_to_date(path, version)
        return cls(path)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @property
    def database(self) -> Database:
        """The file itself, for those who keep studies, readings and decisions in it."""
        return self._database

    @property
    def root(self) -> Path:
        """The folder that the images' paths are relative to; it may be absent."""
        return self._root

    @property
    def recorded_root(self) -> Path:
        """Where the root was when it was last recorded."""
        return self._recorded_root

    def update_images(self, records: Sequence[ImageRecord]) -> None:
        """Add images, or change those whose path is known.

        One whose size or time of change differs loses its content hash. Images that did not
        change cost no writing.
        """
        with self._database.writing() as connection:
            image_rows.upsert(connection, records)

    def remove_missing(self, paths: Iterable[str]) -> None:
        """Forget the images with these paths: their files are gone."""
        with self._database.writing() as connection:
            image_rows.remove(connection, paths)

    def images(self) -> list[ImageRecord]:
        """All images in the order of their paths, those of other folders last."""
        with self._database.reading() as connection:
            return image_rows.load(connection)

    def replace_problems(self, found: Sequence[Problem]) -> None:
        """Store what the last listing found wrong, in place of what was stored before."""
        with self._database.writing() as connection:
            connection.execute(delete(problems))
            if found:
                rows = [{"path": e.path, "kind": e.kind, "reason": e.reason} for e in found]
                connection.execute(insert(problems), rows)

    def problems(self) -> list[Problem]:
        """What the last listing found wrong, in its order."""
        query = select(problems.c.path, problems.c.kind, problems.c.reason).order_by(problems.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [Problem(path, ProblemKind(kind), reason) for path, kind, reason in rows]

    def hashes(self) -> dict[str, str]:
        """Content hashes (SHA-256, hexadecimal) by path, of the images that were read."""
        with self._database.reading() as connection:
            return image_rows.load_hashes(connection)

    def store_hashes(self, hashes: Mapping[str, str]) -> None:
        """Store content hashes by path; paths that are no images of the project are ignored."""
        with self._database.writing() as connection:
            image_rows.store_hashes(connection, hashes)

    def view_state(self) -> dict[str, Any]:
        """How the window was left, as last stored; empty for a new project."""
        state: dict[str, Any] = self._about().view_state
        return state

    def store_view_state(self, state: Mapping[str, Any]) -> None:
        """Store how the window was left (what JSON can hold)."""
        with self._database.writing() as connection:
            connection.execute(update(about).values(view_state=dict(state)))

    def relink(self, new_root: Path, report: Report = silent) -> None:
        """Look for the images in another folder from now on.

        What is joined to it stays where it is; `model.catalogue.sources.relink` looks for that too.

        Raises:
            ProjectError: Files there are not the images that the project knows, or fewer than
                half of them are there; nothing changes.
            Cancelled: From `report`; nothing changes.
        """
        root = new_root.absolute()
        if not root.is_dir():
            raise ProjectError(f"There is no folder {root}: choose the one with the images.")
        inside = [image for image in self.images() if not Path(image.path).is_absolute()]
        found = matching_images(root, inside, self.hashes(), report)
        place = {"root": str(root), "relative_root": relative_root(root, self.path)}
        with self._database.writing() as connection:
            connection.execute(update(about).values(**place))
            image_rows.store_times(connection, found)
        self._root = self._recorded_root = root

    def move_folder(self, old: Path, new: Path) -> None:
        """Know the images of a joined folder in another place, with all that was said of them."""
        with self._database.writing() as connection:
            move_paths(connection, old.as_posix(), new.as_posix())

    def _about(self) -> Row[Any]:
        with self._database.reading() as connection:
            row = connection.execute(select(about)).one_or_none()
        if row is None:
            raise ProjectError(f"The project {self.path} is damaged. {PROJECT.remedy}")
        return row


def _bring_up_to_date(path: Path, version: int) -> None:
    database = Database(path, PROJECT)
    try:
        with database.writing() as connection:
            migrate(connection, version, PROJECT_VERSION)
    finally:
        database.close()
