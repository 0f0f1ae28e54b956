"""A column of words, held as numbers: a filter or a sort then never touches a string."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]


class Categories:
    """A growing column of strings.

    Attributes:
        values: The different strings, in the order they were met.
        codes: For each row the position of its string in `values`, int32 [rows].
    """

    def __init__(self) -> None:
        self.values: list[str] = []
        self.codes: Numbers = np.zeros(0, np.int32)
        self._numbers: dict[str, int] = {}
        self._ranks: dict[Callable[[str], Any], NDArray[np.float64]] = {}

    def extend(self, words: Iterable[str]) -> None:
        """Add rows."""
        words = list(words)
        for word in dict.fromkeys(words):
            self.number(word)
        new = np.fromiter(map(self._numbers.__getitem__, words), np.int32, len(words))
        self.codes = np.concatenate((self.codes, new))

    def number(self, word: str) -> int:
        """The position of a string in `values`; it is added where it is new."""
        number = self._numbers.setdefault(word, len(self.values))
        if number == len(self.values):
            self.values.append(word)
        return number

    def known(self, word: str) -> int:
        """The position of a string in `values`, -1 where no row was ever it."""
        return self._numbers.get(word, -1)

    def words(self) -> NDArray[np.object_]:
        """The strings of all rows, object [rows]."""
        return np.array([*self.values, ""], object)[self.codes]

    def among(self, words: Iterable[str]) -> NDArray[np.bool_]:
        """Which rows are one of these strings, bool [rows]."""
        wanted = np.zeros(len(self.values) + 1, bool)
        wanted[[self._numbers[word] for word in words if word in self._numbers]] = True
        return wanted[self.codes]

    def counts(self, mask: NDArray[np.bool_]) -> dict[str, int]:
        """How many rows of the mask are each string; 0 for strings that are only elsewhere."""
        counted = np.bincount(self.codes[mask], minlength=len(self.values))
        return dict(zip(self.values, counted.tolist(), strict=True))

    def ranks(self, key: Callable[[str], Any]) -> NDArray[np.float64]:
        """Places of the rows when their strings are sorted by `key`, NaN for "", float64 [rows].

        Kept for each `key` until a new string comes.
        """
        ranks = self._ranks.get(key)
        if ranks is None or len(ranks) <= len(self.values):
            ranks = self._ranks[key] = self._ranked(key)
        return ranks[self.codes]

    def _ranked(self, key: Callable[[str], Any]) -> NDArray[np.float64]:
        order = sorted(range(len(self.values)), key=lambda number: key(self.values[number]))
        ranks = np.full(len(self.values) + 1, np.nan)
        ranks[order] = np.arange(len(order))
        if "" in self._numbers:
            ranks[self._numbers[""]] = np.nan
        return ranks

    def positions(self, words: Sequence[str]) -> Numbers:
        """For each row the position of its string in `words`, -1 where it is not one of them."""
        found = np.full(len(self.values) + 1, -1, np.int32)
        for position, word in enumerate(words):
            if word in self._numbers:
                found[self._numbers[word]] = position
        return found[self.codes]
