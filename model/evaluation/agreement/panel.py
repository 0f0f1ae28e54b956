"""What several readers answered about the same cases: what every measure of agreement is about."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from model.evaluation.metrics import Floats, Integers
from model.evaluation.pairs import lesion_numbers

UNREAD = -1


class Scale(StrEnum):
    """What may be done with answers."""

    NOMINAL = "nominal"  # equal or not
    ORDINAL = "ordinal"  # words in an order
    NUMERIC = "numeric"  # numbers


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Answers of R readers about N cases, any of which may be missing.

    Attributes:
        cases: Ids [N].
        readers: Names [R].
        categories: The q answers as they are shown.
        answers: [N, R], index of the category, `UNREAD` where there is no reading.
        values: [q], the numbers that answers are, or their places in the order; places that mean
            nothing on a nominal scale.
        scale: What may be done with them.
        lesions: [N], a number for what was photographed.
        by_lesion: Whether lesions are known; otherwise each case is one of its own.
        named: Whether a column is one person throughout; otherwise the answers are votes of a
            crowd, and what needs persons is not measured.
    """

    cases: tuple[str, ...]
    readers: tuple[str, ...]
    categories: tuple[str, ...]
    answers: Integers
    values: Floats
    scale: Scale
    lesions: Integers
    by_lesion: bool
    named: bool = True

    def __post_init__(self) -> None:
        shape = (len(self.cases), len(self.readers))
        if self.answers.shape != shape or len(self.lesions) != len(self.cases):
            raise ValueError(f"Answers of shape {self.answers.shape}, not {shape}.")

    def __len__(self) -> int:
        return len(self.cases)

    @property
    def readings(self) -> int:
        """How many answers there are."""
        return int((self.answers != UNREAD).sum())

    @property
    def counts(self) -> Floats:
        """How many readers gave each answer about each case [N, q]."""
        size = len(self.categories)
        shifted = np.where(self.answers == UNREAD, size, self.answers)
        places = shifted + np.arange(len(self))[:, np.newaxis] * (size + 1)
        found = np.bincount(places.ravel(), minlength=len(self) * (size + 1))
        return found.reshape(len(self), size + 1)[:, :size].astype(np.float64)

    @property
    def answered(self) -> dict[tuple[str, str], str]:
        """The answers by case and reader."""
        return {
            (self.cases[row], self.readers[column]): self.categories[self.answers[row, column]]
            for row, column in np.argwhere(self.answers != UNREAD).tolist()
        }

    @property
    def used(self) -> Integers:
        """The categories that were given as answers, as indices."""
        return np.unique(self.answers[self.answers != UNREAD])

    def of_readers(self, columns: Sequence[int]) -> "Panel":
        """The same cases with some readers; cases that one of them did not read count as unread.

        All cases stay, so that bootstrap draws of several such panels are the same draws.
        """
        answers = self.answers[:, columns]
        unread = (answers == UNREAD).any(1, keepdims=True)
        readers = tuple(self.readers[column] for column in columns)
        return replace(self, readers=readers, answers=np.where(unread, UNREAD, answers))

    def with_reader(self, name: str, given: Mapping[str, str]) -> "Panel":
        """The same with one more reader.

        Args:
            name: Of the reader: a person, a network, the recorded label.
            given: Answers by case; other cases are left unread, unknown ones ignored.
        """
        numeric = self.scale is Scale.NUMERIC
        known = {case: given[case] for case in self.cases if case in given}
        if numeric and any(number_of(text) is None for text in known.values()):
            numeric = False
        if numeric:
            categories, values, place_of = _numeric((*self.categories, *known.values()))
        else:
            new = dict.fromkeys(text for text in known.values() if text not in self.categories)
            categories = (*self.categories, *sorted(new))
            values = np.arange(len(categories), dtype=np.float64)
            place_of = {text: at for at, text in enumerate(categories)}
        moved = np.array([*(place_of[each] for each in self.categories), UNREAD], np.int64)
        column = [place_of[known[case]] if case in known else UNREAD for case in self.cases]
        answers = np.column_stack([moved[self.answers], np.array(column, np.int64)])
        same = len(categories) == len(self.categories)
        scale = self.scale if numeric or same else Scale.NOMINAL
        readers = (*self.readers, name)
        return replace(
            self,
            readers=readers,
            categories=categories,
            answers=answers,
            values=values,
            scale=scale,
        )

    def merged(self, name_of: Callable[[str], str], names: Sequence[str]) -> "Panel":
        """The same with coarser answers.

        Args:
            name_of: The coarser name of an answer, "" where it has none: as if not read.
            names: The coarser names, in order.
        """
        places = [
            names.index(name) if (name := name_of(each)) else UNREAD for each in self.categories
        ]
        table = np.array([*places, UNREAD], np.int64)  # the last one is what -1 picks
        return replace(
            self,
            categories=tuple(names),
            answers=table[self.answers],
            values=np.arange(len(names), dtype=np.float64),
            scale=Scale.NOMINAL,
        )

    def against_rest(self, at: int) -> "Panel":
        """One answer against all others."""
        chosen = self.categories[at]
        return self.merged(lambda each: chosen if each == chosen else "other", (chosen, "other"))


def panel_of(
    answers: Mapping[tuple[str, str], str],
    lesions: Mapping[str, str] | None = None,
    order: Sequence[str] = (),
    *,
    ordinal: bool = False,
    named: bool = True,
) -> Panel:
    """The panel of some answers.

    Numbers are compared as numbers, so "2", "2.0" and "2,0" are one answer.

    Args:
        answers: By case and reader.
        lesions: Lesion of each case, where it is known.
        order: Answers in the order in which they are listed; others follow by name.
        ordinal: Whether that order means something; it then has to hold every answer.
        named: Whether readers are persons, see `Panel`.

    Returns:
        Cases and readers in the order in which they first occur.
    """
    cases = tuple(dict.fromkeys(case for case, _ in answers))
    readers = tuple(dict.fromkeys(reader for _, reader in answers))
    texts = tuple(dict.fromkeys(answers.values()))
    if texts and all(number_of(text) is not None for text in texts):
        categories, values, place_of = _numeric(texts)
        scale = Scale.NUMERIC
    else:
        names = order if ordinal else sorted(texts, key=_place_in(order))
        categories, values = tuple(names), np.arange(len(names), dtype=np.float64)
        place_of = {name: at for at, name in enumerate(names)}
        scale = Scale.ORDINAL if ordinal else Scale.NOMINAL
    table = np.full((len(cases), len(readers)), UNREAD, np.int64)
    rows = {case: row for row, case in enumerate(cases)}
    columns = {reader: column for column, reader in enumerate(readers)}
    for (case, reader), answer in answers.items():
        table[rows[case], columns[reader]] = place_of[answer]
    known = [(lesions or {}).get(case, "") for case in cases]
    numbers = lesion_numbers(known, len(cases))
    return Panel(cases, readers, categories, table, values, scale, numbers, any(known), named)


def number_of(text: str) -> float | None:
    """The number that a text is, with a decimal point or comma; None where it is none."""
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?")


def _numeric(texts: Iterable[str]) -> tuple[tuple[str, ...], Floats, dict[str, int]]:
    numbers = {text: number_of(text) or 0.0 for text in texts}
    values = sorted(set(numbers.values()))
    places = {value: place for place, value in enumerate(values)}
    names = tuple(f"{value:.15g}" for value in values)
    return names, np.array(values), {text: places[number] for text, number in numbers.items()}


def _place_in(order: Sequence[str]) -> Callable[[str], tuple[int, str]]:
    known = {name: place for place, name in enumerate(order)}
    return lambda name: (known.get(name, len(known)), name)
