"""What an aid does to readers: right to wrong, and wrong to right, after they have seen it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.evaluation.agreement.panel import Panel
from model.evaluation.bootstrap import DRAWS, lesion_draws
from model.evaluation.estimates import Estimate, effective_n
from model.evaluation.intervals import (
    Support,
    correlation,
    difference_estimate,
    share_estimate,
)
from model.evaluation.metrics import Integers
from model.evaluation.pairs import numbered

EVERYBODY = "all readers"


@dataclass(frozen=True, slots=True)
class Influence:
    """A reader before and after an aid was shown, on cases that were read at both stages.

    Attributes:
        reader: Name, or `EVERYBODY`.
        right_right: Readings right before and after.
        right_wrong: Right before, wrong after.
        wrong_right: Wrong before, right after.
        wrong_wrong: Wrong before and after, changed or not.
        changed: Answers that changed at all.
        followed: Of these, changed to what the network says; None where nobody knows that.
        misled: Right answers that became the network's wrong one; None likewise.
        gain: Share of right answers after less that before, with n readings.
    """

    reader: str
    right_right: int
    right_wrong: int
    wrong_right: int
    wrong_wrong: int
    changed: int
    followed: int | None
    misled: int | None
    gain: Estimate

    @property
    def readings(self) -> int:
        """Pairs of readings."""
        return self.right_right + self.right_wrong + self.wrong_right + self.wrong_wrong


def measure_influence(
    before: Panel,
    after: Panel,
    truth: Mapping[str, str],
    network: Mapping[str, str] | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> tuple[Influence, ...]:
    """The influence on each reader, and on all together where there are several.

    Args:
        before: Readings at the earlier stage.
        after: Readings at the later one.
        truth: What is right, by case; other cases are left out.
        network: What the network says, by case.
        draws: Bootstrap draws over lesions.
        seed: Of the draws.

    Returns:
        Readers in the order of `before`; those without a case at both stages are left out.
    """
    moves = _Moves(before, after, truth, network or {})
    found = []
    for reader in before.readers:
        chosen = np.array(moves.readers) == reader
        if chosen.any():
            found.append(moves.influence(reader, chosen, draws, seed))
    if len(found) > 1:
        found.append(moves.influence(EVERYBODY, np.ones(len(moves.readers), bool), draws, seed))
    return tuple(found)


class _Moves:
    """Pairs of readings of one reader and case, before and after, as parallel lists."""

    def __init__(
        self, before: Panel, after: Panel, truth: Mapping[str, str], network: Mapping[str, str]
    ) -> None:
        first, second = before.answered, after.answered
        kept = [key for key in first if key in second and key[0] in truth]
        rows = {case: row for row, case in enumerate(before.cases)}
        self.readers = [reader for _, reader in kept]
        self._lesions = np.array([before.lesions[rows[case]] for case, _ in kept], np.int64)
        self._was = np.array([first[key] == truth[key[0]] for key in kept], bool)
        self._is = np.array([second[key] == truth[key[0]] for key in kept], bool)
        self._changed = np.array([first[key] != second[key] for key in kept], bool)
        self._knows_network = any(case in network for case, _ in kept)
        self._to_network = np.array([second[key] == network.get(key[0]) for key in kept], bool)

    def influence(self, reader: str, chosen: NDArray[np.bool_], draws: int, seed: int) -> Influence:
        was, now = self._was[chosen], self._is[chosen]
        changed, to_network = self._changed[chosen], self._to_network[chosen]
        followed = int((changed & to_network).sum())
        misled = int((was & ~now & to_network).sum())
        return Influence(
            reader,
            int((was & now).sum()),
            int((was & ~now).sum()),
            int((~was & now).sum()),
            int((~was & ~now).sum()),
            int(changed.sum()),
            followed if self._knows_network else None,
            misled if self._knows_network else None,
            _gain(was, now, self._lesions[chosen], draws, seed),
        )


def _gain(
    was: NDArray[np.bool_], now: NDArray[np.bool_], lesions: Integers, draws: int, seed: int
) -> Estimate:
    """The share that is right now less that which was, as two shares of the same lesions."""
    count, members = numbered(lesions)
    images = np.bincount(members).astype(np.float64)
    support = Support(len(was), len(was), count, effective_n(images))
    drawn = list(lesion_draws(count, draws, seed))
    both = []
    for right in (was, now):
        sums = np.bincount(members, right.astype(np.float64))
        shares = np.concatenate([(each @ sums) / (each @ images) for each in drawn])
        both.append((share_estimate(float(right.mean()), shares, support), shares))
    (before, first), (after, second) = both
    return difference_estimate(before, after, correlation(first, second))
