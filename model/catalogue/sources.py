"""What a data set's folder was joined with, and what the user said of its tables and classes."""

import os
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from model.catalogue.mapping import ColumnMapping, MappedTable
from model.class_systems import ClassMapping
from model.progress import Report
from model.project.errors import ProjectError
from model.project.locations import project_for
from model.project.preferences import load_preference, store_preference
from model.project.project import Project

_NAME = "sources"
_ROOT = "root"  # where the data set's folder was when they were stored


@dataclass(frozen=True, slots=True)
class Sources:
    """What belongs to a data set besides its folder.

    Attributes:
        tables: Tables whose columns the user has mapped, inside the folders or elsewhere. They
            take the place of what is recognised in the same file.
        left_out: Tables that are not to be used, whatever their columns.
        folders: Other data sets, whose images and tables are joined by image id.
        classes: What recorded labels are looked at as; None for as they are recorded.
    """

    tables: tuple[MappedTable, ...] = ()
    left_out: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()
    classes: ClassMapping | None = None

    def with_table(self, table: MappedTable) -> "Sources":
        """The same with a table mapped, or mapped anew."""
        others = self.without_table(table.path)
        left_out = tuple(path for path in self.left_out if path != table.path)
        return replace(others, tables=(*others.tables, table), left_out=left_out)

    def without_table(self, path: Path) -> "Sources":
        """The same without the user's mapping of a table; recognised ones are recognised again."""
        return replace(self, tables=tuple(each for each in self.tables if each.path != path))

    def leaving_out(self, path: Path) -> "Sources":
        """The same without a table, even where it would be recognised."""
        others = self.without_table(path)
        return replace(others, left_out=tuple(dict.fromkeys((*self.left_out, path))))

    def using_again(self, path: Path) -> "Sources":
        """The same without leaving a table out."""
        return replace(self, left_out=tuple(each for each in self.left_out if each != path))

    def with_folder(self, folder: Path) -> "Sources":
        """The same with another data set joined."""
        return replace(self, folders=tuple(dict.fromkeys((*self.folders, folder))))

    def without_folder(self, folder: Path) -> "Sources":
        """The same without a data set that was joined, and what the user said of its tables."""
        return replace(
            self,
            folders=tuple(each for each in self.folders if each != folder),
            tables=tuple(each for each in self.tables if not each.path.is_relative_to(folder)),
            left_out=tuple(each for each in self.left_out if not each.is_relative_to(folder)),
        )

    def moved(self, was: Path, now: Path) -> "Sources":
        """The same after the data set's folder was moved, with what it is joined to or without.

        What lay in the folder lies in it again. What lay elsewhere is where it was or, where there
        is nothing any more, where it lay from the folder.
        """
        tables = (replace(each, path=_moved(each.path, was, now)) for each in self.tables)
        left_out = (_moved(path, was, now) for path in self.left_out)
        folders = (_moved(path, was, now) for path in self.folders)
        return replace(self, tables=tuple(tables), left_out=tuple(left_out), folders=tuple(folders))

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "tables": [[str(each.path), each.mapping.to_json()] for each in self.tables],
            "left_out": list(map(str, self.left_out)),
            "folders": list(map(str, self.folders)),
            "classes": self.classes.to_json() if self.classes else None,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Sources":
        """From what `to_json` gave.

        Raises:
            ValueError: Something is missing, of the wrong kind, or of a newer version.
        """
        try:
            tables = (
                MappedTable(Path(path), ColumnMapping.from_json(mapping))
                for path, mapping in values["tables"]
            )
            return cls(
                tuple(tables),
                tuple(map(Path, values["left_out"])),
                tuple(map(Path, values["folders"])),
                ClassMapping.from_json(values["classes"]) if values["classes"] else None,
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"These are no sources of a data set: {values!r}.") from error


def load_sources(project: Project) -> Sources:
    """What a project's folder was joined with; folders that moved together with it are known again.

    Raises:
        ProjectError: It was stored by a newer program: nothing is left out in silence; or folders
            moved, and the project cannot be written.
    """
    value = load_preference(project, _NAME)
    if value is None:
        return Sources()
    try:
        sources = Sources.from_json(value)
    except ValueError as error:
        raise ProjectError(
            f"What {project.path} says of its sources cannot be read ({error}): update the program."
        ) from error
    moved = sources.moved(Path(value.get(_ROOT, project.recorded_root)), project.root)
    if moved != sources:
        for old, new in zip(sources.folders, moved.folders, strict=True):
            project.move_folder(old, new)
        store_sources(project, moved)
    return moved


def store_sources(project: Project, sources: Sources) -> None:
    """Keep them in the project, for everyone who opens it.

    Raises:
        ProjectError: The project cannot be written.
    """
    store_preference(project, _NAME, sources.to_json() | {_ROOT: str(project.root)})


def relink(project: Project, new_root: Path, report: Report) -> None:
    """Look for the images in another folder, and there or beside it for what it is joined with.

    Raises:
        ProjectError: As `Project.relink`, or `load_sources`.
        Cancelled: From `report`.
    """
    sources = load_sources(project)
    if sources != Sources():
        store_sources(project, sources)  # with the folder that their places are told from
    project.relink(new_root, report)


def sources_of(root: Path) -> Sources:
    """What the project of a data set's folder says, for commands that are given the folder.

    Raises:
        ProjectError: There is a project that is damaged or newer.
    """
    path = project_for(root)
    return sources_in(path) if path.exists() else Sources()


def sources_in(path: Path) -> Sources:
    """What a project file says.

    Raises:
        ProjectError: It is absent, damaged or newer.
    """
    with closing(Project.open(path)) as project:
        return load_sources(project)


def _moved(path: Path, was: Path, now: Path) -> Path:
    if was == now:
        return path
    if path.is_relative_to(was):
        return now / path.relative_to(was)
    try:
        there = Path(os.path.normpath(now / os.path.relpath(path, was)))
    except ValueError:  # on another drive
        return path
    return there if there.exists() and not path.exists() else path
