"""One table by image id: its cells read as its mapping says, and what is wrong with its rows."""

from collections.abc import Iterator, KeysView

from model.catalogue.batches import CatalogueError
from model.catalogue.diagnoses import LESION_CODES, diagnosis_code
from model.catalogue.facts import (
    Facts,
    parse_age,
    parse_basis,
    parse_number,
    sex_words,
    something,
)
from model.catalogue.image_ids import image_id_of, join_key
from model.catalogue.mapping import ColumnMapping
from model.catalogue.tables import Table
from model.records import Problem, ProblemKind

_Cells = tuple[str, ...]


class MappedRows:
    """A table's rows; keys are those of `join_key`.

    Attributes:
        name: The table's file name.
        fields: Which fields of `Facts` the table can tell.
        repeated: Keys that several rows have, each with the rows after the first.
        companions: Keys of photographs that belong to others and are not listed.
    """

    def __init__(self, table: Table, mapping: ColumnMapping) -> None:
        self.name = table.path.name
        self.fields = _fields(mapping)
        self._reader = _RowReader(table, mapping)
        self._id_column = _positions(table, (mapping.image,))[0]
        self._rows: dict[str, list[str]] = {}
        self.repeated: dict[str, list[list[str]]] = {}
        for row in table.rows:
            key = join_key(image_id_of(row[self._id_column]))
            if self._rows.setdefault(key, row) is not row:
                self.repeated.setdefault(key, []).append(row)
        nameless = self._rows.pop("", None), *self.repeated.pop("", [])
        self._nameless = len(nameless) if nameless[0] else 0
        at = _positions(table, mapping.companions)
        named = (join_key(image_id_of(row[column])) for row in table.rows for column in at)
        self.companions = frozenset(filter(None, named)) - self._rows.keys()

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    @property
    def all_keys(self) -> KeysView[str]:
        """All keys, in the order of the rows."""
        return self._rows.keys()

    def image_id(self, key: str) -> str:
        """The image id as the table writes it."""
        return image_id_of(self._rows[key][self._id_column])

    def facts(self, key: str) -> Facts | None:
        """What the first row of this key says; None without a row."""
        row = self._rows.get(key)
        return None if row is None else self._reader.facts(row)

    def facts_of(self, row: list[str]) -> Facts:
        """What a row of the table says."""
        return self._reader.facts(row)

    def problems(self) -> Iterator[Problem]:
        """What is wrong with single cells, in few sentences however many they are."""
        if self._nameless:
            reason = f"{self.name} has {self._nameless} rows without an image id."
            yield Problem(self.name, ProblemKind.MISSING, reason)
        flaws: dict[str, list[str]] = {}
        for key, row in self._rows.items():
            for flaw in self._reader.flaws(row):
                flaws.setdefault(flaw, []).append(key)
        for flaw, keys in flaws.items():
            rows = f"{len(keys):,} rows" if len(keys) > 1 else "A row"
            reason = f"{rows} of {self.name}, the first for {self.image_id(keys[0])}: {flaw}"
            yield Problem(self.name, ProblemKind.UNREADABLE, reason)


def label_code(mapping: ColumnMapping, cell: str) -> str:
    """The code for what a cell of a label says; "" where it is to be no label."""
    chosen = dict(mapping.labels).get(cell.lower())
    return diagnosis_code(cell) if chosen is None else chosen


def _fields(mapping: ColumnMapping) -> frozenset[str]:
    said = {
        "label": mapping.label or mapping.classes,
        "basis": mapping.basis,
        "lesion_id": mapping.lesion,
        "age": mapping.age,
        "sex": mapping.sex,
        "site": mapping.site,
        "source": mapping.source,
    }
    return frozenset(name for name, columns in said.items() if columns)


class _RowReader:
    """Gives cells their meaning. Answers are kept: columns repeat the same few words."""

    def __init__(self, table: Table, mapping: ColumnMapping) -> None:
        self._columns = table.columns
        self._label_at = _positions(table, mapping.label)
        self._class_at = _positions(table, tuple(column for column, _ in mapping.classes))
        self._codes = tuple(code for _, code in mapping.classes)
        single = (mapping.basis, mapping.lesion, mapping.age, mapping.sex, mapping.site)
        self._single_at = [_position(table, name) for name in (*single, mapping.source)]
        self._source_in_lesion = bool(mapping.source) and mapping.source == mapping.lesion
        self._mapping = mapping
        sex_at = self._single_at[3]
        self._sexes = sex_words(
            set() if sex_at is None else {row[sex_at].lower() for row in table.rows}
        )
        self._bases = dict(mapping.bases)
        self._known_labels: dict[_Cells, str] = {}
        self._known_classes: dict[_Cells, tuple[str, str]] = {}

    def facts(self, row: list[str]) -> Facts:
        cells = ("" if at is None else row[at] for at in self._single_at)
        basis, lesion, age, sex, site, source = cells
        label = self._one_hot(row)[0] if self._class_at else ""
        return Facts(
            label or self._label(row),
            self._basis(basis),
            something(lesion),
            parse_age(age) if age else None,
            self._sexes.get(sex.lower(), ""),
            something(site).lower(),
            something(source.partition("_")[0] if self._source_in_lesion else source),
        )

    def flaws(self, row: list[str]) -> Iterator[str]:
        flaw = self._one_hot(row)[1] if self._class_at else ""
        if flaw:
            yield flaw
        age_at = self._single_at[2]
        age = "" if age_at is None else something(row[age_at])
        if age and age_at is not None and parse_age(age) is None:
            yield f"the {self._columns[age_at]} {_quoted(age)} is no number; it is left out."
        sex_at = self._single_at[3]
        sex = "" if sex_at is None else something(row[sex_at])
        if sex and sex_at is not None and sex.lower() not in self._sexes:
            yield f"the {self._columns[sex_at]} {_quoted(sex)} is not understood; it is left out."

    def _label(self, row: list[str]) -> str:
        cells = tuple(row[at] for at in self._label_at)
        label = self._known_labels.get(cells)
        if label is None:
            label = self._known_labels[cells] = self._understood(cells)
        return label

    def _understood(self, cells: _Cells) -> str:
        """A lesion's class where one of the cells names one, else the first that says anything."""
        said = [label_code(self._mapping, cell) for cell in cells if something(cell)]
        classes = (code for code in said if code in LESION_CODES)
        return next(classes, next(filter(None, said), ""))

    def _basis(self, cell: str) -> str:
        if cell.lower() in self._bases:
            return self._bases[cell.lower()]
        return self._bases.get("*", "") if cell and "*" in self._bases else parse_basis(cell)

    def _one_hot(self, row: list[str]) -> tuple[str, str]:
        """The class whose column has a 1, and what is wrong where that is not so."""
        cells = tuple(row[at] for at in self._class_at)
        known = self._known_classes.get(cells)
        if known is None:
            known = self._known_classes[cells] = _hot(cells, self._codes)
        return known


def _hot(cells: _Cells, codes: _Cells) -> tuple[str, str]:
    numbers = [parse_number(cell) if cell else 0.0 for cell in cells]
    wrong = [cell for cell, number in zip(cells, numbers, strict=True) if number not in (0, 1)]
    if wrong:
        return "", f"{_quoted(wrong[0])} stands where 0 or 1 was expected; it got no label."
    named = [code for code, number in zip(codes, numbers, strict=True) if number]
    if len(named) > 1:
        return "", f"it is in more than one class ({', '.join(named)}); it got no label."
    return (named[0] if named else ""), ""


def _quoted(text: str) -> str:
    return f"“{text if len(text) <= 40 else f'{text[:39]}…'}”"


def _positions(table: Table, names: _Cells) -> tuple[int, ...]:
    return tuple(at for at in (_position(table, name) for name in names) if at is not None)


def _position(table: Table, name: str) -> int | None:
    if not name:
        return None
    at = table.find(name.casefold())
    if at is None:
        raise CatalogueError(
            f"The table {table.path} has no column {name}; its columns are"
            f" {', '.join(table.columns)}. Map its columns again."
        )
    return at
