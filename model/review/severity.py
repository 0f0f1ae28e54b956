"""How bad it is to take one class for another; users change it, so it is a table with a source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]

_CODES = ("AKIEC", "BCC", "BKL", "DF", "MEL", "NV", "VASC")
# What experts give for a diagnosis (column) where the truth is the row's class.
_REWARDS = (
    (2, -2, -3, -3, -2, -3, -3),
    (-2, 3, -4, -4, -2, -4, -4),
    (-2, -2, 1, -2, -3, -2, -2),
    (-2, -2, -2, 1, -3, -2, -2),
    (-4, -3, -5, -5, 5, -5, -5),
    (-2, -2, -2, -2, -3, 1, -2),
    (-2, -2, -2, -2, -3, -2, 1),
)
# The authors of the table count squamous cell carcinoma among AKIEC too.
_LIKE = {"AK": "AKIEC", "SCC": "AKIEC", "MALIGNANT": "MEL", "BENIGN": "NV"}
_SOURCE = (
    "Loss in the experts' reward table of Barata, Rotemberg, Codella, Tschandl et al., A"
    " reinforcement learning model for AI-based decision support in skin cancer, Nat Med 2023;"
    " 29:1941-1946 (code: github.com/catarina-barata/Skin_RL), relative to melanoma called nevus."
    " AK and SCC count as AKIEC; between those two, and for classes it does not name, the loss is"
    " that between two benign classes."
)


@dataclass(frozen=True, slots=True, eq=False)
class Severity:
    """What errors cost.

    Attributes:
        classes: Codes, of rows and columns.
        values: float64 [C, C], 0..1: row is the truth, column what it was taken for; the diagonal
            is 0.
        source: Where the numbers come from.
    """

    classes: tuple[str, ...]
    values: Table
    source: str

    def __post_init__(self) -> None:
        if self.values.shape != (len(self.classes),) * 2:
            raise ValueError(f"A severity of shape {self.values.shape} for {self.classes}.")
        if not ((self.values >= 0) & (self.values <= 1)).all() or self.values.diagonal().any():
            raise ValueError("Severities are between 0 and 1, and 0 for the class itself.")

    def for_classes(self, codes: Sequence[str]) -> Table:
        """The table in another order [C, C]; classes that it lacks cost the least it knows."""
        least = float(self.values[self.values > 0].min(initial=1.0))
        at = [self._position(code) for code in codes]
        found = np.full((len(codes), len(codes)), least)
        known = np.array([place is not None for place in at])
        places = np.array([place or 0 for place in at], np.intp)
        pairs = np.ix_(known, known)
        found[pairs] = self.values[np.ix_(places[known], places[known])]
        # Two classes that the table does not tell apart are still two.
        found[found == 0] = least
        np.fill_diagonal(found, 0)
        return found

    def changed(self, truth: str, taken_for: str, value: float) -> "Severity":
        """The same with one other number; its source says so.

        Raises:
            ValueError: The number is not between 0 and 1, or the classes are not two of these.
        """
        if truth not in self.classes or taken_for not in self.classes:
            raise ValueError(f"{truth} and {taken_for} are not both in the table.")
        values = self.values.copy()
        values[self.classes.index(truth), self.classes.index(taken_for)] = value
        source = self.source if self.source.endswith(_CHANGED) else self.source + _CHANGED
        return Severity(self.classes, values, source)

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        values = self.values.tolist()
        return {"classes": list(self.classes), "values": values, "source": self.source}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """From what `to_json` gave.

        Raises:
            ValueError: It is no such table.
        """
        try:
            table = np.array(values["values"], np.float64)
            return cls(tuple(map(str, values["classes"])), table, str(values["source"]))
        except (KeyError, TypeError) as error:
            raise ValueError("This is no table of severities.") from error

    def _position(self, code: str) -> int | None:
        name = code if code in self.classes else _LIKE.get(code, code)
        return self.classes.index(name) if name in self.classes else None


_CHANGED = " Changed by hand."


def default_severity() -> Severity:
    """The published table: what is lost of the reward for being right, the greatest loss 1."""
    rewards = np.array(_REWARDS, np.float64)
    losses = rewards.diagonal()[:, None] - rewards
    return Severity(_CODES, losses / losses.max(), _SOURCE)
