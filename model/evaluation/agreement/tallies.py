"""What each lesion adds to each coefficient, so that a bootstrap draw is one matrix product."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.evaluation.agreement.panel import Panel, Scale
from model.evaluation.agreement.weights import WEIGHTS
from model.evaluation.metrics import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Sums over the cases of each of B draws.

    Attributes:
        read: [B], cases with a reading.
        shared: [B], cases with two readings or more; only these can agree.
        agreed: For each scheme of weights [B], the share of agreeing pairs, added up over them.
        shares: [B, q], the share of each answer among a case's readings, added up.
        margins: [B, q], readings of each answer in shared cases.
        specific: [B, q], readings of each answer in shared cases times the share of the other
            readers who gave it too.
        by_reader: [B, R, q], readings of each answer by each reader.
        apart: For "nominal", "ordinal", "interval" and "ratio" [B], squared differences of all
            pairs in shared cases, those of a case of n readings divided by n - 1.
    """

    read: Floats
    shared: Floats
    agreed: dict[str, Floats]
    shares: Floats
    margins: Floats
    specific: Floats
    by_reader: Floats
    apart: dict[str, Floats]


class Tallies:
    """The sums of a panel, ready to be drawn.

    Attributes:
        panel: What they are of.
        lesions: How many lesions L were read at all.
        width: Numbers that a draw needs, about.
        cases_of: [L], shared cases of each lesion.
        cases_with: [L, q], those in which each answer was given.
    """

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        counts = panel.counts
        total = counts.sum(1, keepdims=True)
        shared = (total >= 2).astype(np.float64)
        others = np.maximum(total - 1, 1)
        self._counts, self._weights = counts * shared, shared / others
        pairs = {name: _agreed(counts, table(panel.values)) for name, table in WEIGHTS.items()}
        parts = {
            "read": (total >= 1).astype(np.float64),
            "shared": shared,
            **{
                f"agreed {name}": each * shared / np.maximum(total * others, 1)
                for name, each in pairs.items()
            },
            "shares": counts / np.maximum(total, 1),
            "margins": counts * shared,
            "specific": counts * np.maximum(counts - 1, 0) * shared / others,
            "by_reader": _by_reader(panel),
            **{
                f"apart {name}": apart[:, np.newaxis] * shared / others
                for name, apart in _apart(panel, counts).items()
            },
        }
        members = panel.lesions
        self.lesions = int(members.max(initial=-1)) + 1
        self._ends = np.cumsum([part.shape[1] for part in parts.values()])
        self._names = tuple(parts)
        columns = np.concatenate(list(parts.values()), axis=1)
        self._sums = np.zeros((self.lesions, columns.shape[1]))
        np.add.at(self._sums, members, columns)
        self.width = max(len(panel), columns.shape[1])
        at = self._names.index("shared")
        self.cases_of = self._sums[:, self._ends[at] - 1]
        self.cases_with = np.zeros((self.lesions, counts.shape[1]))
        np.add.at(self.cases_with, members, self._counts > 0)

    def draw(self, drawn: NDArray[np.floating]) -> Tally:
        """The sums of some draws.

        Args:
            drawn: [B, L], how often each lesion is drawn.
        """
        parts = np.split(drawn @ self._sums, self._ends[:-1], axis=1)
        found = dict(zip(self._names, parts, strict=True))
        shape = (len(drawn), len(self.panel.readers), len(self.panel.categories))
        apart = {name: found[f"apart {name}"][:, 0] for name in ("nominal", "interval", "ratio")}
        apart["ordinal"] = self._apart_in_ranks(drawn, found["margins"])
        return Tally(
            found["read"][:, 0],
            found["shared"][:, 0],
            {name: found[f"agreed {name}"][:, 0] for name in WEIGHTS},
            found["shares"],
            found["margins"],
            found["specific"],
            found["by_reader"].reshape(shape),
            apart,
        )

    def _apart_in_ranks(self, drawn: NDArray[np.floating], margins: Floats) -> Floats:
        """Ranks depend on which cases are drawn, so that this part cannot be summed beforehand."""
        if self.panel.scale is Scale.NOMINAL:
            return np.full(len(drawn), np.nan)
        ranks = middle_ranks(margins)
        total = self._counts.sum(1)
        squares = (ranks**2) @ self._counts.T * total - (ranks @ self._counts.T) ** 2
        return np.asarray((squares * drawn[:, self.panel.lesions]) @ self._weights[:, 0])


def middle_ranks(margins: Floats) -> Floats:
    """The middle rank of each answer [B, q] among all readings, less their mean rank."""
    ranks = margins.cumsum(1) - margins / 2
    return np.asarray(ranks - margins.sum(1, keepdims=True) / 2)


def _agreed(counts: Floats, weights: Floats) -> Floats:
    """Pairs of readings that agree in each case, partly as the weights say [N, 1]."""
    return np.asarray((counts * (counts @ weights - 1)).sum(1, keepdims=True))


def _by_reader(panel: Panel) -> Floats:
    size = len(panel.categories)
    is_answer = panel.answers[:, :, np.newaxis] == np.arange(size)
    flat = is_answer.reshape(len(panel), len(panel.readers) * size)
    return np.asarray(flat, np.float64)


def _apart(panel: Panel, counts: Floats) -> dict[str, Floats]:
    """Squared differences of all pairs of readings of each case [N], by kind of difference."""
    total = counts.sum(1)
    values = panel.values - panel.values.mean() if panel.values.size else panel.values
    interval = total * (counts @ values**2) - (counts @ values) ** 2
    unlike = ((counts @ ratio_differences(panel.values)) * counts).sum(1) / 2
    return {
        "nominal": (total**2 - (counts**2).sum(1)) / 2,
        "interval": interval,
        "ratio": unlike,
    }


def ratio_differences(values: Floats) -> Floats:
    """`((a - b) / (a + b))^2` [q, q] of numbers that are not negative; 0 for two zeros."""
    total = values[:, np.newaxis] + values
    differences = values[:, np.newaxis] - values
    shares = np.divide(differences, total, out=np.zeros_like(total), where=total != 0)
    return np.asarray(shares**2)
