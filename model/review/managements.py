"""What is done about a lesion of each class, where nobody asked the readers; users change it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from model.catalogue.diagnoses import diagnosis_code
from model.review.formats.source import FormatError, read_source

QUESTION = "management"
DISMISS, LOCAL, EXCISION = "dismiss", "local therapy", "excision"
_PUBLISHED = {
    "AKIEC": LOCAL,
    "BCC": EXCISION,
    "BKL": DISMISS,
    "DF": DISMISS,
    "MEL": EXCISION,
    "NV": DISMISS,
    "VASC": DISMISS,
}
# The authors of the table count squamous cell carcinoma among AKIEC too.
_LIKE = {"AK": "AKIEC", "SCC": "AKIEC"}
_SOURCE = (
    "the best of three actions for each diagnosis by the median reward of ten experts in Barata,"
    " Rotemberg, Codella, Tschandl et al., Nat Med 2023; 29:1941-1946 (code:"
    " github.com/catarina-barata/Skin_RL); AK and SCC count as AKIEC"
)
_CHANGED = ", changed by hand"
_CLASS, _MANAGEMENT = ("class", "diagnosis", "label", "dx"), (QUESTION, "action")


@dataclass(frozen=True, slots=True)
class Managements:
    """What is done about each class.

    Attributes:
        by_class: By code, in the words of `names`; classes that are not in it have none.
        source: Where that comes from, for the middle of a sentence.
    """

    by_class: Mapping[str, str]
    source: str

    @property
    def names(self) -> tuple[str, ...]:
        """What may be done, the published words in their order first."""
        published = [each for each in (DISMISS, LOCAL, EXCISION) if each in self.by_class.values()]
        return tuple(dict.fromkeys([*published, *sorted(self.by_class.values())]))

    def of(self, diagnoses: Iterable[str]) -> dict[str, str]:
        """What is done about each diagnosis that tells it; the others are not in it."""
        found = {}
        for diagnosis in diagnoses:
            code = diagnosis_code(diagnosis)
            name = self.by_class.get(code) or self.by_class.get(_LIKE.get(code, code))
            if name:
                found[diagnosis] = name
        return found

    def in_words_of(self, asked: Sequence[str]) -> dict[str, str]:
        """This table's words in those of a question, which stand from doing nothing to excision.

        A word of the question stands for itself; what is between "dismiss" and "excision" is not
        in it, since follow-up is not local therapy.

        Args:
            asked: In the order of `model.review.scales.order_of`; of any other question ().
        """
        own = {each.casefold(): each for each in asked}
        ends = {DISMISS: asked[0], EXCISION: asked[-1]} if asked else {}
        found = {}
        for name in self.names:
            if word := own.get(name.casefold(), ends.get(name, "")):
                found[name] = word
        return found

    def changed(self, by_class: Mapping[str, str]) -> "Managements":
        """The same with other words; its source says so."""
        if dict(by_class) == dict(self.by_class):
            return self
        source = self.source if self.source.endswith(_CHANGED) else self.source + _CHANGED
        return Managements(dict(by_class), source)

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {"by_class": dict(self.by_class), "source": self.source}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """From what `to_json` gave.

        Raises:
            ValueError: It is no such table.
        """
        try:
            by_class = {str(code): str(name) for code, name in values["by_class"].items()}
            return cls(by_class, str(values["source"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("This is no table of managements.") from error


def default_managements() -> Managements:
    """The published table."""
    return Managements(_PUBLISHED, _SOURCE)


def read_managements(path: Path) -> Managements:
    """Read a table with the columns class and management.

    Raises:
        CatalogueError: The file cannot be read.
        FormatError: It lacks a column, names a class twice, or tells fewer than two managements.
    """
    source = read_source(path)
    columns = source.find(_CLASS), source.find(_MANAGEMENT)
    if None in columns:
        raise FormatError(
            f"{path} needs the columns class and management; it has {', '.join(source.titles)}."
        )
    by_class: dict[str, str] = {}
    for written, name in zip(*map(source.column, columns), strict=True):
        code = diagnosis_code(written.strip())
        if code and by_class.setdefault(code, name.strip()) != name.strip():
            raise FormatError(f"{path} gives {code} two managements; leave one of them out.")
    by_class = {code: name for code, name in by_class.items() if name}
    if len(set(by_class.values())) < 2:
        raise FormatError(f"{path} names fewer than two managements; there is nothing to compare.")
    return Managements(by_class, f"{path.name}")
