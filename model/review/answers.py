"""What a reader answers to a case, and what was on the screen meanwhile."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
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
        values = asdict(self)  # type: ignore[call-overload]
        return {name: value for name, value in values.items() if value not in {"", None}}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """From what `to_json` gave.

        Raises:
            ValueError: A value is unknown or of the wrong kind.
        """
        kinds = {each.name: each.type for each in fields(cls)}  # type: ignore[arg-type]
        for name, value in values.items():
            expected = (
                (str,) if kinds.get(name) == "str" or kinds.get(name) is str else (int, float)
            )
            if name not in kinds or isinstance(value, bool) or not isinstance(value, expected):
                raise ValueError(f"{name}: {value!r} is not understood.")
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError(f"{name}: {value!r} is no number.")
        return cls(**values)


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
