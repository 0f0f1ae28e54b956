"""Under which codes cases are shown, and in which part of the order; it tells nothing of them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from model.review.selection import Case

MOST_REPEATS = 0.5  # with more there would be nothing between a case and its repeat
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without those that look alike
_LENGTH = 8
_FIRST, _MIDDLE, _LAST = range(3)


@dataclass(frozen=True, slots=True)
class CodedCase:
    """A case as it will be shown.

    Attributes:
        number: Of the case in the study.
        images: Its photographs.
        codes: One, or two where the case is shown twice.
        parts: Of the order, one for each code.
    """

    number: int
    images: Case
    codes: tuple[str, ...]
    parts: tuple[int, ...]


def with_codes(cases: Sequence[Case], repeats: float) -> list[CodedCase]:
    """Give cases random codes; those that are shown twice get two, in the first and last part.

    Args:
        cases: In any order.
        repeats: Share of them that is shown twice, up to `MOST_REPEATS`; which ones is random.
    """
    chance = secrets.SystemRandom()
    twice = set(chance.sample(range(len(cases)), round(repeats * len(cases))))
    codes = _codes(len(cases) + len(twice))
    parts = _parts_of_single_cases(len(cases), len(twice))
    chance.shuffle(parts)
    found = []
    for number, images in enumerate(cases):
        places = [_FIRST, _LAST] if number in twice else [parts.pop()]
        chance.shuffle(places)
        own = tuple(codes.pop() for _ in places)
        found.append(CodedCase(number, images, own, tuple(places)))
    return found


def _codes(count: int) -> list[str]:
    found: set[str] = set()
    while len(found) < count:
        found.add("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)))
    return list(found)


def _parts_of_single_cases(cases: int, twice: int) -> list[int]:
    """Parts for the cases that are shown once, so that all three are about equally long."""
    once = cases - twice
    if not twice:
        return [_FIRST] * once
    outer = max(0, (once + 2 * twice) // 3 - twice)
    return [_FIRST] * outer + [_LAST] * outer + [_MIDDLE] * (once - 2 * outer)
