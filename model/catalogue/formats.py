"""The data sets that are recognised by the columns of their tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from model.catalogue.mapping import ColumnMapping


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of table.

    Attributes:
        name: Of the data set.
        content: What the table is called in it.
        required: Columns without which a table is not of this kind, in lower case.
        mapping: What the columns say; those beyond the required ones may be absent.
    """

    name: str
    content: str
    required: tuple[str, ...]
    mapping: ColumnMapping

    def lacks(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Which of the required columns are not among these."""
        there = {column.casefold() for column in columns}
        return tuple(name for name in self.required if name not in there)

    def resemblance(self, columns: Sequence[str]) -> float:
        """The share of the columns that this kind knows, 0..1."""
        there = {column.casefold() for column in columns}
        known = {name.casefold() for name in (*self.required, *self.mapping.columns)}
        return len(there & known) / max(1, len(there))


# The first that fits is taken; where tables are joined, facts of earlier kinds go first.
FORMATS = (
    Format(
        "HAM10000",
        "metadata",
        ("image_id", "dx"),
        ColumnMapping(
            "image_id",
            ("dx",),
            basis="dx_type",
            lesion="lesion_id",
            age="age",
            sex="sex",
            site="localization",
            source="dataset",
        ),
    ),
)
