"""The rows of the table of HAM10000: what each cell means, and which rows contradict."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from model.catalogue.batches import CatalogueError
from model.catalogue.tables import Table, read_table
from model.catalogue.walking import is_image_name, stem_of
from model.records import Problem, ProblemKind
from model.taxonomy import code_from_label

# In the order of the fields of `Facts`; each with the names that copies of the table use.
_COLUMNS = (
    ("dx", "diagnosis", "label"),
    ("dx_type", "diagnosis_confirm_type"),
    ("lesion_id",),
    ("age", "age_approx"),
    ("sex", "gender"),
    ("localization", "localisation", "site", "anatom_site_general"),
    ("dataset", "source"),
)
_BASES = {
    "histo": "histology",
    "histology": "histology",
    "histopathology": "histology",
    "follow up": "follow-up",
    "followup": "follow-up",
    "serial imaging showing no change": "follow-up",
    "consensus": "consensus",
    "single image expert consensus": "consensus",
    "confocal": "confocal",
    "confocal microscopy with consensus dermoscopy": "confocal",
}
_SEXES = {"female": "female", "f": "female", "male": "male", "m": "male"}
_NOTHING = frozenset(("", "unknown", "nan", "na", "n/a", "none", "null"))


class Facts(NamedTuple):
    """What a row says; the fields are those of `ImageRecord`, in its order."""

    label: str
    basis: str
    lesion_id: str
    age: float | None
    sex: str
    site: str
    source: str


class Rows:
    """The table by image id (in lower case: systems differ in how they treat case)."""

    def __init__(self, table: Table) -> None:
        id_column = table.find("image_id", "image", "isic_id")
        if id_column is None:
            raise CatalogueError(
                f"The table {table.path} has no column image_id; its columns are "
                f"{', '.join(table.columns)}. Put the original HAM10000_metadata in its place."
            )
        self._table = table.path.name
        self._positions = tuple(table.find(*names) for names in _COLUMNS)
        self._id_column = id_column
        self._rows: dict[str, list[str]] = {}
        self._repeated: dict[str, list[list[str]]] = {}
        for row in table.rows:
            key = _without_ending(row[id_column]).casefold()
            if self._rows.setdefault(key, row) is not row:
                self._repeated.setdefault(key, []).append(row)
        nameless = self._rows.pop("", None), *self._repeated.pop("", [])
        self._nameless = len(nameless) if nameless[0] else 0

    def _name(self, key: str) -> str:
        return _without_ending(self._rows[key][self._id_column])

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def facts(self, key: str) -> Facts | None:
        """What the first row for this id (in lower case) says; None without a row."""
        row = self._rows.get(key)
        return None if row is None else self._facts_of(row)

    def _facts_of(self, row: list[str]) -> Facts:
        cells = ("" if at is None else row[at] for at in self._positions)
        label, basis, lesion, age, sex, site, source = cells
        return Facts(
            "" if label.lower() in _NOTHING else code_from_label(label),
            _basis(basis),
            "" if lesion.lower() in _NOTHING else lesion,
            parse_age(age),
            _SEXES.get(sex.lower(), ""),
            "" if site.lower() in _NOTHING else site.lower(),
            "" if source.lower() in _NOTHING else source,
        )

    def problems(self, paths: Mapping[str, str]) -> Iterator[Problem]:
        """Rows that repeat or contradict an id or have no file.

        Args:
            paths: The first file of each id, the ids in lower case.
        """
        for key, others in self._repeated.items():
            yield self._repetition(key, others, paths.get(key, self._name(key)))
        for key in self._rows:
            if key not in paths:
                name = self._name(key)
                reason = f"{self._table} has a row for {name}, but there is no such image file."
                yield Problem(name, ProblemKind.MISSING, reason)
        if self._nameless:
            reason = f"{self._table} has {self._nameless} rows without an image id."
            yield Problem(self._table, ProblemKind.MISSING, reason)

    def _repetition(self, key: str, others: list[list[str]], path: str) -> Problem:
        first = self._facts_of(self._rows[key])
        times = len(others) + 1
        for other in map(self._facts_of, others):
            if other != first:
                reason = (
                    f"{self._table} has {times} rows for {self._name(key)} that contradict "
                    f"({_difference(first, other)}); the first is used."
                )
                return Problem(path, ProblemKind.CONTRADICTING, reason)
        reason = f"{self._table} has {times} equal rows for {self._name(key)}."
        return Problem(path, ProblemKind.DOUBLED, reason)


def read_rows(path: Path) -> Rows:
    """Read the table.

    Raises:
        CatalogueError: It cannot be read or has no column `image_id`.
    """
    return Rows(read_table(path))


def parse_age(text: str) -> float | None:
    """Years from "80", "80.0" or "80,0"; None for anything that is no age."""
    try:
        age = float(text.replace(",", "."))
    except ValueError:
        return None
    return age if math.isfinite(age) and age >= 0 else None


def _basis(text: str) -> str:
    words = text.lower().replace("_", " ").replace("-", " ")
    return "" if words in _NOTHING else _BASES.get(words, text)


def _without_ending(image_id: str) -> str:
    return stem_of(image_id) if "." in image_id and is_image_name(image_id) else image_id


def _difference(first: Facts, other: Facts) -> str:
    names = [name for name in Facts._fields if getattr(first, name) != getattr(other, name)]
    name = names[0]
    shown = [getattr(each, name) or "nothing" for each in (first, other)]
    return f"{name.replace('_', ' ')} {shown[0]} and {shown[1]}"
