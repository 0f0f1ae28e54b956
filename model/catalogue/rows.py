"""What all tables of a data set say of its images, joined by image id."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from model.catalogue.conflicts import conflicting_fields
from model.catalogue.diagnoses import LESION_CODES
from model.catalogue.facts import Facts
from model.catalogue.mapped_rows import MappedRows
from model.catalogue.mapping import MappedTable
from model.catalogue.tables import read_table
from model.records import Problem, ProblemKind


class Rows:
    """Rows by `join_key` of their image ids.

    Where several tables speak of an image, each fact is that of the first table that has it; a
    class of lesion goes before "benign" or "malignant".
    """

    def __init__(self, tables: Sequence[MappedRows]) -> None:
        self._tables = tables

    def __contains__(self, key: str) -> bool:
        return any(key in table for table in self._tables)

    @property
    def all_keys(self) -> Iterator[str]:
        """All keys, once each, table by table."""
        return iter(dict.fromkeys(key for table in self._tables for key in table.all_keys))

    def image_id(self, key: str) -> str:
        """The image id as the first table that has it writes it."""
        return next(table.image_id(key) for table in self._tables if key in table)

    def is_companion(self, key: str) -> bool:
        """Whether the photograph belongs to another one and is not to be listed."""
        return any(key in table.companions for table in self._tables)

    def facts(self, key: str) -> Facts | None:
        """What is said of the image with this key; None where no table has a row."""
        said = [facts for table in self._tables if (facts := table.facts(key)) is not None]
        return merged(said) if len(said) > 1 else next(iter(said), None)

    def problems(self, paths: Mapping[str, str]) -> Iterator[Problem]:
        """What is wrong with rows and cells, and rows without a file.

        Args:
            paths: The first file of each key.
        """
        for table in self._tables:
            yield from repetitions(table, paths)
        yield from self._conflicts(paths)
        yield from self._missing(paths)
        for table in self._tables:
            yield from table.problems()

    def _conflicts(self, paths: Mapping[str, str]) -> Iterator[Problem]:
        for first, second in combinations(self._tables, 2):
            if not first.fields & second.fields:
                continue  # a ground truth and its metadata
            for key in filter(second.__contains__, first.all_keys):
                reason = _conflict(first, second, key)
                if reason:
                    path = paths.get(key, first.image_id(key))
                    yield Problem(path, ProblemKind.CONTRADICTING, reason)

    def _missing(self, paths: Mapping[str, str]) -> Iterator[Problem]:
        told: set[str] = set()
        for table in self._tables:
            missing = [key for key in table.all_keys if key not in paths and key not in told]
            told.update(missing)
            if len(self._tables) > 1 and missing and not (table.all_keys & paths.keys()):
                reason = (
                    f"None of the {len(table.all_keys):,} images in {table.name} has a file here."
                )
                yield Problem(table.name, ProblemKind.MISSING, reason)
                continue
            for key in missing:
                name = table.image_id(key)
                reason = f"{table.name} has a row for {name}, but there is no such image file."
                yield Problem(name, ProblemKind.MISSING, reason)


def read_rows(tables: Sequence[MappedTable]) -> Rows:
    """Read tables as their mappings say.

    Raises:
        CatalogueError: One cannot be read or lacks a column that its mapping names.
    """
    return Rows([MappedRows(read_table(each.path), each.mapping) for each in tables])


def merged(said: Sequence[Facts]) -> Facts:
    """Each fact from the first that has it; a class of lesion before "benign" or "malignant"."""
    fields = [
        next((one for one in each if one not in ("", None)), each[0])
        for each in zip(*said, strict=True)
    ]
    classes = (facts.label for facts in said if facts.label in LESION_CODES)
    return Facts(*fields)._replace(label=next(classes, str(fields[0])))


def repetitions(table: MappedRows, paths: Mapping[str, str]) -> Iterator[Problem]:
    """Images that a table has several rows of; `paths` as for `Rows.problems`."""
    for key, others in table.repeated.items():
        yield _repetition(table, key, others, paths.get(key, table.image_id(key)))


def _repetition(table: MappedRows, key: str, others: list[list[str]], path: str) -> Problem:
    first = table.facts(key)
    times = len(others) + 1
    for other in map(table.facts_of, others):
        if first is not None and other != first:
            reason = (
                f"{table.name} has {times} rows for {table.image_id(key)} that contradict "
                f"({_first_difference(first, other)}); the first is used."
            )
            return Problem(path, ProblemKind.CONTRADICTING, reason)
    reason = f"{table.name} has {times} equal rows for {table.image_id(key)}."
    return Problem(path, ProblemKind.DOUBLED, reason)


def _first_difference(first: Facts, other: Facts) -> str:
    names = [name for name in Facts._fields if getattr(first, name) != getattr(other, name)]
    return difference(names[0], first, other)


def difference(name: str, first: Facts, other: Facts) -> str:
    """How two rows differ in one fact, such as "label NV and MEL"."""
    said = (getattr(each, name) for each in (first, other))
    one, two = ("nothing" if value in ("", None) else value for value in said)
    return f"{name.replace('_', ' ')} {one} and {two}"


def _conflict(first: MappedRows, second: MappedRows, key: str) -> str:
    """A sentence on how two tables contradict each other, or ""."""
    one, two = first.facts(key), second.facts(key)
    if one is None or two is None:
        return ""
    differing = conflicting_fields(one, two)
    if not differing:
        return ""
    shown = ", ".join(difference(name, one, two) for name in differing)
    return f"{first.name} and {second.name} contradict ({shown}); {first.name} is used."
