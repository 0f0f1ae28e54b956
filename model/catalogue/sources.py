"""What a data set's folder was joined with, and what the user said of its tables and classes."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from model.catalogue.mapping import ColumnMapping, MappedTable
from model.class_systems import ClassMapping
from model.project.errors import ProjectError
from model.project.locations import project_for
from model.project.preferences import load_preference, store_preference
from model.project.project import Project

_NAME = "sources"


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
    """What a project's folder was joined with.

    Raises:
        ProjectError: It was stored by a newer program: nothing is left out in silence.
    """
    value = load_preference(project, _NAME)
    try:
        return Sources() if value is None else Sources.from_json(value)
    except ValueError as error:
        raise ProjectError(
            f"What {project.path} says of its sources cannot be read ({error}): update the program."
        ) from error


def store_sources(project: Project, sources: Sources) -> None:
    """Keep them in the project, for everyone who opens it.

    Raises:
        ProjectError: The project cannot be written.
    """
    store_preference(project, _NAME, sources.to_json())


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
