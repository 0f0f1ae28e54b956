"""Which column of a table says what: given by a known format, or by the user."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

Pairs = tuple[tuple[str, str], ...]
_SINGLE = ("basis", "lesion", "age", "sex", "site", "source")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Names of columns; "" or () for what the table does not say.

    Attributes:
        image: Image ids or file names, with or without folders and endings.
        label: Columns that name the class; the first that says something counts.
        classes: For tables with one column per class (one-hot): each column with its class' code.
        basis: What the label stands on.
        lesion: What was photographed.
        age: Years.
        sex: Of the patient.
        site: Where on the body.
        source: The collection, or the split. Where this is the column of `lesion`, what is before
            the underscore of a lesion's id.
        labels: What cells of the label say in this table's own words, each with its code, or ""
            where it is no label; lower case. Words that are not here are understood as in
            `model.catalogue.diagnoses`.
        bases: The same for `basis`; the words "*" stand for any others.
        companions: Columns that name further photographs which are not listed.
    """

    image: str
    label: tuple[str, ...] = ()
    classes: Pairs = ()
    basis: str = ""
    lesion: str = ""
    age: str = ""
    sex: str = ""
    site: str = ""
    source: str = ""
    labels: Pairs = ()
    bases: Pairs = ()
    companions: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are named."""
        single = (getattr(self, name) for name in _SINGLE)
        pairs = (column for column, _ in self.classes)
        named = (self.image, *self.label, *pairs, *single, *self.companions)
        return tuple(filter(None, named))

    def fitted(self, columns: Sequence[str]) -> "ColumnMapping":
        """The same for a table with these columns: spelled as there, without those it lacks."""
        spelled = {column.casefold(): column for column in reversed(columns)}

        def known(name: str) -> str:
            return spelled.get(name.casefold(), "")

        return replace(
            self,
            image=known(self.image) or self.image,
            label=tuple(filter(None, map(known, self.label))),
            classes=tuple((known(name), code) for name, code in self.classes if known(name)),
            companions=tuple(filter(None, map(known, self.companions))),
            basis=known(self.basis),
            lesion=known(self.lesion),
            age=known(self.age),
            sex=known(self.sex),
            site=known(self.site),
            source=known(self.source),
        )

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "ColumnMapping":
        """From what `to_json` gave, also after a detour through a file.

        Raises:
            ValueError: Something is missing, of the wrong kind, or of a newer version.
        """
        if not isinstance(values, dict) or not values.get("image"):
            raise ValueError("A mapping of columns must name the column with the images.")
        unknown = sorted(set(values) - {field.name for field in fields(cls)})
        if unknown:
            raise ValueError(f"A mapping of columns does not know {', '.join(unknown)}.")
        return cls(**{name: _from_json(name, value) for name, value in values.items()})


@dataclass(frozen=True, slots=True)
class MappedTable:
    """A table with its mapping.

    Attributes:
        path: Where it lies; inside the data set's folder or not.
        mapping: What its columns say.
    """

    path: Path
    mapping: ColumnMapping


def _from_json(name: str, value: Any) -> Any:
    if name in ("label", "companions"):
        kind_is_right = isinstance(value, list | tuple) and all(isinstance(x, str) for x in value)
        frozen: Any = tuple(value) if kind_is_right else ()
    elif name in ("classes", "labels", "bases"):
        kind_is_right = isinstance(value, list | tuple) and all(map(_is_pair, value))
        frozen = tuple((first, second) for first, second in value) if kind_is_right else ()
    else:
        kind_is_right, frozen = isinstance(value, str), value
    if not kind_is_right:
        raise ValueError(f"A mapping of columns has {value!r} for {name}.")
    return frozen


def _is_pair(value: Any) -> bool:
    if not isinstance(value, list | tuple) or len(value) != 2:
        return False
    return all(isinstance(each, str) for each in value)
