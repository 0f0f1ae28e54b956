"""Coefficients of agreement, each for B draws at once; NaN where one is undefined.

With missing readings, the agreement is that of cases with two readings or more, and chance is
estimated from all cases that were read (Gwet, "Handbook of inter-rater reliability", 4th edition,
2014, chapters 2 and 3).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.evaluation.agreement.panel import Panel, Scale
from model.evaluation.agreement.tallies import Tally, middle_ranks, ratio_differences
from model.evaluation.agreement.weights import WEIGHTS
from model.evaluation.metrics import Floats

OBSERVED = "observed_agreement"
LINEAR, QUADRATIC = "linear", "quadratic"


@dataclass(frozen=True, slots=True, eq=False)
class Coefficient:
    """One coefficient for each draw.

    Attributes:
        value: [B].
        chance: [B], the agreement that counts as chance; NaN where the coefficient has none.
    """

    value: Floats
    chance: Floats


def coefficients(panel: Panel, tally: Tally) -> dict[str, Coefficient]:
    """All coefficients that suit the panel's scale, by their names in metrics.json."""
    found = {OBSERVED: _observed(tally)}
    for scheme in WEIGHTS if panel.scale is not Scale.NOMINAL else ("identity",):
        end = "" if scheme == "identity" else f"_{scheme}"
        weights = WEIGHTS[scheme](panel.values)
        given = weights[np.ix_(panel.used, panel.used)]
        agreed = _ratio(tally.agreed[scheme], tally.shared)
        found[f"fleiss_kappa{end}"] = _corrected(agreed, _fleiss_chance(tally, weights))
        if panel.named:
            found[f"congers_kappa{end}"] = _corrected(agreed, _conger_chance(tally, weights))
        name = f"gwet_ac2{end}" if end else "gwet_ac1"
        found[name] = _corrected(agreed, _gwet_chance(tally, given))
        found[f"brennan_prediger{end}"] = _corrected(agreed, _uniform_chance(given))
    for name, unlike in _unlike(panel, tally).items():
        found[f"krippendorff_alpha_{name}"] = _alpha(tally, name, unlike)
    return found


def specific_agreement(tally: Tally) -> Floats:
    """The chance that another reader of the case gives an answer, where one gave it [B, q].

    For two readers `2 a / (2 a + b + c)` (Fleiss, "Statistical methods for rates and proportions",
    2nd edition, 1981, section 13.1).
    """
    return _ratio(tally.specific, tally.margins)


def _observed(tally: Tally) -> Coefficient:
    value = _ratio(tally.agreed["identity"], tally.shared)
    return Coefficient(value, np.zeros_like(value))


def _corrected(agreed: Floats, chance: Floats) -> Coefficient:
    return Coefficient(_ratio(agreed - chance, 1 - chance), chance)


def _fleiss_chance(tally: Tally, weights: Floats) -> Floats:
    """Two readings drawn from all (Fleiss, Psychological Bulletin 76, 1971)."""
    share = _ratio(tally.shares, tally.read[:, np.newaxis])
    return np.asarray(((share @ weights) * share).sum(1))


def _gwet_chance(tally: Tally, weights: Floats) -> Floats:
    """Readings of cases that are hard to tell (Gwet, Brit. J. Math. Stat. Psychol. 61, 2008).

    `sum w / (q (q - 1)) sum pi (1 - pi)` over the q answers that were given; 0 where all are one.
    """
    share = _ratio(tally.shares, tally.read[:, np.newaxis])
    spread = (share * (1 - share)).sum(1)
    used = len(weights)
    return np.asarray(spread * weights.sum() / max(used * (used - 1), 1))


def _uniform_chance(weights: Floats) -> Floats:
    """All answers that were given alike (Brennan and Prediger, Educ. Psychol. Meas. 41, 1981)."""
    return np.array([weights.mean() if weights.size else np.nan])


def _conger_chance(tally: Tally, weights: Floats) -> Floats:
    """One reading from each of two readers (Conger, Psychological Bulletin 88, 1980).

    For two readers of all cases that is Cohen's kappa (Educ. Psychol. Meas. 20, 1960).
    """
    read = tally.by_reader.sum(2, keepdims=True)
    share = np.divide(tally.by_reader, read, out=np.zeros_like(tally.by_reader), where=read > 0)
    readers = (read[:, :, 0] > 0).sum(1).astype(np.float64)
    total = share.sum(1)
    all_pairs = ((total @ weights) * total).sum(1)
    own = ((share @ weights) * share).sum((1, 2))
    return _ratio(all_pairs - own, readers * (readers - 1))


def _unlike(panel: Panel, tally: Tally) -> dict[str, Floats]:
    """Squared differences of all pairs of readings, whatever the case [B], by kind."""
    margins, values = tally.margins, panel.values
    total = margins.sum(1)
    found = {"nominal": (total**2 - (margins**2).sum(1)) / 2}
    if panel.scale is Scale.NOMINAL:
        return found
    found["ordinal"] = total * (margins * middle_ranks(margins) ** 2).sum(1)
    if panel.scale is Scale.NUMERIC:
        centred = values - values.mean()
        found["interval"] = total * (margins @ centred**2) - (margins @ centred) ** 2
        if values.min() >= 0:
            found["ratio"] = ((margins @ ratio_differences(values)) * margins).sum(1) / 2
    return found


def _alpha(tally: Tally, name: str, unlike: Floats) -> Coefficient:
    """`1 - (n - 1) D_o / D_e` over n readings (Krippendorff, "Content analysis", 2004, ch. 11)."""
    total = tally.margins.sum(1)
    value = 1 - _ratio((total - 1) * tally.apart[name], unlike)
    if name != "nominal":
        return Coefficient(value, np.full_like(value, np.nan))
    return Coefficient(value, 1 - _ratio(2 * unlike, total * (total - 1)))


def _ratio(numerator: NDArray[np.floating], denominator: NDArray[np.floating]) -> Floats:
    whole, part = np.broadcast_arrays(denominator, numerator)
    result = np.full(whole.shape, np.nan)
    # What is left of equal numbers after subtracting is no denominator.
    np.divide(part, whole, out=result, where=whole > 1e-12)
    return result
