"""What a reader answers to a case, and what was on the screen meanwhile."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from typing import Any, Self


class Management(StrEnum):
    """What a reader would do, as in the Interactive Atlas of Dermoscopy."""

    NOTHING = "no further examination"
    FOLLOW_UP = "clinical follow-up"
    EXCISION = "excision"


class Quality(StrEnum):
    """Whether the photographs suffice."""

    GOOD = "good"
    POOR = "poor"
    NOT_ASSESSABLE = "not assessable"


class _Json:
    """Dataclasses whose fields may be left out where they say nothing."""

    def to_json(self) -> dict[str, Any]:
        """What was said, as plain values."""
        kind: Any = type(self)
        values = ((name, getattr(self, name)) for name in _kinds(kind))
        return {name: value for name, value in values if value not in {"", None}}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """From what `to_json` gave.

        Raises:
            ValueError: A value is unknown or of the wrong kind.
        """
        kind: Any = cls
        kinds = _kinds(kind)
        for name, value in values.items():
            if not _fits(value, kinds.get(name, ())):
                raise ValueError(f"{name}: {value!r} is not understood.")
        return cls(**values)


def _fits(value: Any, kinds: tuple[type, ...]) -> bool:
    if isinstance(value, bool) or not isinstance(value, kinds):
        return False
    return not isinstance(value, float) or math.isfinite(value)


@cache
def _kinds(kind: Any) -> dict[str, tuple[type, ...]]:
    """What the values of each field may be."""
    text, number = (str,), (int, float)
    return {each.name: text if each.default == "" else number for each in fields(kind)}


@dataclass(frozen=True, slots=True)
class Answers(_Json):
    """One reader's answers to one case at one stage; "" and None where not answered.

    Attributes:
        diagnosis: Code of a class.
        second_choice: Code of another class.
        malignant: 0 (surely benign) to 100 (surely malignant).
        management: One of `Management`.
        confidence: In the diagnosis, 0 to 100.
        quality: One of `Quality`; "not assessable" needs no other answer.
        comment: Free text.
    """

    diagnosis: str = ""
    second_choice: str = ""
    malignant: float | None = None
    management: str = ""
    confidence: float | None = None
    quality: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Shown(_Json):
    """How a case was looked at, where the program knows.

    Attributes:
        zoom: Largest magnification used, in screen pixels for each pixel of the photograph.
        layer: Of the heat map.
        map_class: Code of the class whose heat map was looked at last.
        opacity: Of the heat map, 0 to 1.
        photographs: How many of the case's photographs were looked at.
        screen: Size and scale of the window, such as "1280x720@1.0".
    """

    zoom: float | None = None
    layer: str = ""
    map_class: str = ""
    opacity: float | None = None
    photographs: int | None = None
    screen: str = ""
