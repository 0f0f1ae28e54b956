"""What a table says of an image, and how its cells are understood."""

import math
from collections.abc import Collection, Mapping
from typing import NamedTuple

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
_FEMALE = ("female", "f", "woman", "weiblich", "w", "mujer", "femenino", "femme")
_MALE = ("male", "m", "man", "männlich", "hombre", "masculino", "homme")
_SEXES = dict.fromkeys(_FEMALE, "female") | dict.fromkeys(_MALE, "male")
_NOTHING = frozenset(("", "unknown", "nan", "na", "n/a", "none", "null"))


class Facts(NamedTuple):
    """What a row says; the fields are those of `ImageRecord`, in its order."""

    label: str = ""
    basis: str = ""
    lesion_id: str = ""
    age: float | None = None
    sex: str = ""
    site: str = ""
    source: str = ""


def something(text: str) -> str:
    """The text, or "" where it is one of the ways to say that nothing is known."""
    return "" if text.lower() in _NOTHING else text


def parse_age(text: str) -> float | None:
    """Years from "80", "80.0" or "80,0"; None for anything that is no age."""
    age = parse_number(text)
    return age if age is not None and age >= 0 else None


def parse_number(text: str) -> float | None:
    """A finite number with a decimal point or comma; None for anything else."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def sex_words(said: Collection[str]) -> Mapping[str, str]:
    """Which words of a column stand for "female" and "male".

    Beside "h", for "hombre" or "homme", "m" stands for "mujer", unless another letter does so.

    Args:
        said: The column's words, in lower case.
    """
    if "h" not in said:
        return _SEXES
    return _SEXES | {"h": "male", "m": "female" if {"f", "w"}.isdisjoint(said) else "male"}


def parse_basis(text: str) -> str:
    """What a label stands on, in the words of `ImageRecord`; unknown words are kept."""
    words = text.lower().replace("_", " ").replace("-", " ")
    return _BASES.get(words, something(text))
