"""Readings: one reader's answer to one case at one stage, and how they are taken back."""

import datetime as dt
import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from model.review.answers import Answers, Shown
from model.review.protocol import Stage


@dataclass(frozen=True, slots=True)
class Reading:
    """One stored answer. It is never changed; taking it back is a `Retraction`.

    Attributes:
        id: UUID; the same wherever the reading goes.
        reader: Name or code, as given.
        code: Of the case in the study.
        stage: What had been shown.
        iteration: 1 for the first time this reader reads the study, 2 for the second, ...
        order: How many answers the reader had been asked for before, from 0.
        answers: What was answered.
        shown: How the case was looked at.
        started: When the case was shown, ISO 8601, UTC; "" where it came without.
        ended: When the answer was stored, ISO 8601, UTC; "" where it came without.
        seconds: Between the two, by a clock that nobody sets.
        version: Of the program.
    """

    id: str
    reader: str
    code: str
    stage: Stage
    iteration: int
    order: int
    answers: Answers
    shown: Shown
    started: str
    ended: str
    seconds: float
    version: str

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        values: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        return values | {"answers": self.answers.to_json(), "shown": self.shown.to_json()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """From what `to_json` gave.

        Raises:
            ValueError: Something is missing or of the wrong kind.
        """
        try:
            known = {name: values[name] for name in cls.__slots__}
            known["stage"] = Stage(known["stage"])
            known["answers"] = Answers.from_json(known["answers"])
            known["shown"] = Shown.from_json(known["shown"])
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"it is no reading: {error!r}") from error
        wrong = [name for name, kind in _KINDS.items() if type(known[name]) not in kind]
        if wrong:
            raise ValueError(f"its {wrong[0]} is {known[wrong[0]]!r}")
        if not 0 <= known["seconds"] < math.inf:
            raise ValueError(f"it took {known['seconds']} seconds")
        for name in ("started", "ended"):
            if dt.datetime.fromisoformat(known[name]).tzinfo is None:
                raise ValueError(f"its {name} has no time zone")
        return cls(**known)


@dataclass(frozen=True, slots=True)
class Retraction:
    """A reading that was taken back.

    Attributes:
        id: UUID.
        reading: The reading's id.
        at: ISO 8601, UTC.
        by: The reader, or the coordinator who settled a conflict.
    """

    id: str
    reading: str
    at: str
    by: str

    @classmethod
    def from_json(cls, id: str, values: Mapping[str, Any]) -> Self:  # noqa: A002
        """From the row with this id.

        Raises:
            ValueError: Something is missing or of the wrong kind.
        """
        parts = [values.get(name) for name in ("reading", "at", "by")]
        if not all(isinstance(part, str) for part in parts):
            raise ValueError("it does not say what it takes back")
        return cls(id, *map(str, parts))


_KINDS: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("id", "reader", "code", "started", "ended", "version"), (str,)),
    **dict.fromkeys(("iteration", "order"), (int,)),
    "seconds": (int, float),
}


def now() -> str:
    """The time, ISO 8601, UTC, to the millisecond."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")


def reader_key(name: str) -> str:
    """A reader's name as names are compared: without case, outer and doubled spaces."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
