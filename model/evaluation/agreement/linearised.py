"""Standard errors from a formula, to compare with other programs; each case is its own lesion.

Gwet, "Handbook of inter-rater reliability", 4th edition, 2014, chapter 5; Fleiss' test of no
agreement at all from Fleiss, Nee and Landis, Psychological Bulletin 86, 1979.
"""

import numpy as np

from model.evaluation.agreement.coefficients import coefficients
from model.evaluation.agreement.panel import Panel
from model.evaluation.agreement.tallies import Tallies
from model.evaluation.bootstrap import student
from model.evaluation.estimates import COVERAGE
from model.evaluation.metrics import Floats


def linearised_error(panel: Panel, name: str) -> float:
    """The standard error of "fleiss_kappa" or "gwet_ac1"; NaN where that is undefined."""
    counts = panel.counts
    total = counts.sum(1)
    counts, total = counts[total > 0], total[total > 0]
    cases, shared = len(counts), total >= 2
    if cases < 2 or not shared.any():
        return float("nan")
    found = coefficients(panel, Tallies(panel).draw(np.ones((1, Tallies(panel).lesions))))[name]
    value, chance = float(found.value[0]), float(found.chance[0])
    if np.isnan(value):
        return value
    pairs = (counts * (counts - 1)).sum(1) / np.maximum(total * (total - 1), 1)
    agreed = np.where(shared, (pairs - chance) * cases / shared.sum(), 0.0)
    own = _own_chance(counts / total[:, np.newaxis], name, len(panel.used))
    influence = agreed / (1 - chance) - 2 * (1 - value) * (own - chance) / (1 - chance)
    return float(np.sqrt(((influence - value) ** 2).sum() / (cases * (cases - 1))))


def linearised_interval(panel: Panel, name: str) -> tuple[float, float]:
    """The 95 % interval by Student's t; the upper bound is 1 at the most."""
    cases = int((panel.counts.sum(1) > 0).sum())
    value = coefficients(panel, Tallies(panel).draw(np.ones((1, Tallies(panel).lesions))))[name]
    reach = student((1 + COVERAGE) / 2, cases - 1) * linearised_error(panel, name)
    return float(value.value[0]) - reach, min(1.0, float(value.value[0]) + reach)


def fleiss_z(panel: Panel) -> float:
    """Fleiss' kappa in standard errors under no agreement; equally many readings for each case."""
    counts = panel.counts
    readers = counts.sum(1)
    if len(set(readers.tolist())) != 1 or readers[0] < 2 or len(panel.used) < 2:
        return float("nan")
    share = counts.sum(0) / counts.sum()
    spread = share * (1 - share)
    skew = (spread * (1 - 2 * share)).sum()
    pairs = len(counts) * readers[0] * (readers[0] - 1)
    variance = 2 * (spread.sum() ** 2 - skew) / (spread.sum() ** 2 * pairs)
    chance = (share**2).sum()
    observed = (counts * (counts - 1)).sum() / pairs
    return float((observed - chance) / (1 - chance) / np.sqrt(variance))


def _own_chance(share: Floats, name: str, used: int) -> Floats:
    """What each case adds to the agreement by chance [N]."""
    common = share.mean(0)
    if name == "fleiss_kappa":
        return np.asarray(share @ common)
    return np.asarray((share * (1 - common)).sum(1) / max(used - 1, 1))
