"""95 % intervals of statistics from their bootstrap draws over lesions.

A plain percentile of the draws is too narrow where lesions are few and a statistic is close to its
end, as the draws vary too little there. So the draws only say how many independent images the
images are worth, or how far a statistic spreads on a scale where it does so evenly; the shape comes
from what is known of shares. `tests/model/evaluation/coverage.py` measures what they hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.evaluation.bootstrap import student
from model.evaluation.estimates import NORMAL, Estimate, Method, wilson, without_interval
from model.evaluation.metrics import Floats

# What `coverage.py` measured; told wherever intervals are explained.
HELD = (
    "In simulations with 50 lesions and more they held the truth in 92 to 98 %; in more, up to"
    " 100 %, where a class has few lesions or few errors; in less, down to 87 %, where it is the"
    " precision or F1 of a class of fewer than 10 lesions. Those of calibration errors held it in"
    " 91 to 100 %."
)
TOO_FEW_FOR_F1 = 5
TOO_FEW_FOR_KAPPA = 10
_NOTHING = 1e-18
_SAME = 1e-9
_FEWEST_FREEDOMS = 4  # with fewer, Student's tails would say nothing at all


@dataclass(frozen=True, slots=True)
class Support:
    """What a statistic stands on.

    Attributes:
        n: Images, as it is told to people.
        images: Images that it counts.
        lesions: That those images are of; of the rarer kind where it holds one against the other.
        worth: Independent images that they are worth at the least.
        chance: Agreement by chance, for kappa.
    """

    n: int
    images: int
    lesions: int
    worth: float
    chance: float = 0.0


def share_estimate(value: float, draws: Floats, support: Support) -> Estimate:
    """A share of images, such as a sensitivity.

    Wilson's interval with the effective number of images that gives the variance of the draws,
    `v (1 - v) / var` (Korn and Graubard, Survey Methodology 24, 1998; of seven intervals for
    clustered data the best in Dean and Pagano, Journal of Survey Statistics and Methodology 3,
    2015); with Kish's effective number where the draws do not vary.

    Args:
        value: 0..1.
        draws: [B]; NaN is left out.
        support: Of the share.
    """
    worth = effective(value, draws, support.lesions)
    if np.isnan(worth):
        return _degenerate(value, support)
    low, high = wilson(value, min(worth, support.images))
    return Estimate(value, low, high, support.n, Method.BOOTSTRAP)


def f1_estimate(value: float, draws: Floats, support: Support) -> Estimate:
    """An F1 as the share that it is of: `J = F / (2 - F)` of what is recorded or predicted."""
    share, drawn = value / (2 - value), draws / (2 - draws)
    found = share_estimate(share, drawn, support)
    low, high = (2 * bound / (1 + bound) for bound in (found.low, found.high))
    return Estimate(value, low, high, support.n, found.method)


def ranking_estimate(value: float, draws: Floats, support: Support) -> Estimate:
    """An area under the ROC curve, or an average precision, on the logit scale.

    `logit(v) +- t se / (v (1 - v))`, since the error of an area shrinks with its distance from 1
    (Pepe, "The statistical evaluation of medical tests", 2003, section 5.2.4), with Student's
    quantile for the lesions of the rarer kind; Wilson's with their number where nothing varies.
    """
    variance = _variance(draws, support.lesions)
    if not 0 < value < 1 or not variance > _NOTHING:
        return _degenerate(value, support)
    reach = student(0.975, max(support.lesions - 1, _FEWEST_FREEDOMS)) * np.sqrt(variance)
    low, high = _on_logits(value, reach)
    return Estimate(value, low, high, support.n, Method.BOOTSTRAP)


def weighted_estimate(value: float, draws: Floats, support: Support) -> Estimate:
    """A smooth statistic of all images in 0..1: Wilson's form with Student's quantile."""
    worth = effective(value, draws, support.lesions)
    if np.isnan(worth):
        return _degenerate(value, support)
    low, high = wilson(value, worth, student(0.975, max(support.lesions - 1, _FEWEST_FREEDOMS)))
    return Estimate(value, low, high, support.n, Method.BOOTSTRAP)


def positive_estimate(value: float, draws: Floats, support: Support) -> Estimate:
    """A smooth statistic of all images from 0 on, such as a cross-entropy, on the log scale.

    `v exp(+- t se / v)`, since the error of a mean of few large values grows with it, with
    Student's quantile.
    """
    variance = _variance(draws, support.lesions)
    if not value > 0 or not variance > _NOTHING:
        return without_interval(value, support.n, "every draw of lesions gives the same")
    reach = student(0.975, max(support.lesions - 1, _FEWEST_FREEDOMS)) * np.sqrt(variance) / value
    low, high = value * np.exp(-reach), value * np.exp(reach)
    return Estimate(value, float(low), float(high), support.n, Method.BOOTSTRAP)


def mean_estimate(
    value: float,
    draws: Floats,
    shares: tuple[Floats, Floats],
    supports: Sequence[Support],
    weights: Floats,
) -> Estimate:
    """A mean of shares over classes, such as the balanced accuracy.

    Each class adds the variance of its share, moved by half a success and half a failure towards
    1/2 (the posterior of Jeffreys), so that a class that is right in all of three lesions does not
    pass for certain; correlations of the classes come from the draws. Wilson's form with the
    effective number of images that gives this variance, or that of the draws of the mean where it
    is larger.

    Args:
        value: The mean.
        draws: [B], of the mean.
        shares: Of each class [K] and their draws [B, K]; NaN where undefined.
        supports: Of each class, and last of the mean itself.
        weights: [K], of each class in the mean; 0 for one that is not in it.
    """
    variance = mean_variance(shares, supports[:-1], weights)
    variance = np.fmax(variance, _variance(draws, supports[-1].lesions))
    if not 0 < value < 1 or not variance > _NOTHING:
        return _degenerate(value, supports[-1])
    low, high = wilson(value, value * (1 - value) / variance)
    return Estimate(value, low, high, supports[-1].n, Method.BOOTSTRAP)


def mean_ranking_estimate(
    value: float,
    draws: Floats,
    shares: tuple[Floats, Floats],
    supports: Sequence[Support],
    weights: Floats,
) -> Estimate:
    """A mean of areas over classes: the variance of `mean_estimate` on the logit scale."""
    variance = mean_variance(shares, supports[:-1], weights)
    variance = np.fmax(variance, _variance(draws, supports[-1].lesions))
    if not 0 < value < 1 or not variance > _NOTHING:
        return _degenerate(value, supports[-1])
    low, high = _on_logits(value, NORMAL * np.sqrt(variance))
    return Estimate(value, low, high, supports[-1].n, Method.BOOTSTRAP)


def mean_variance(
    shares: tuple[Floats, Floats], supports: Sequence[Support], weights: Floats
) -> float:
    """The variance of a mean of shares, as `mean_estimate` tells."""
    values, draws = shares
    spreads = [
        _smoothed_spread(float(share), column, support)
        for share, column, support in zip(values, draws.T, supports, strict=True)
    ]
    known = ~np.isnan(values) & (weights > 0)
    reach = (weights * np.array(spreads))[known]
    return float(reach @ correlations(draws[:, known]) @ reach)


def kappa_estimate(value: float, draws: Floats, support: Support) -> Estimate:
    """Cohen's kappa on Fisher's scale, `atanh`, with Student's quantile.

    Where all agree, what Wilson says of the agreement, beyond the chance there is.
    """
    if value == 1:
        low, _ = wilson(1.0, support.worth)
        low = (low - support.chance) / (1 - support.chance)
        return Estimate(value, low, 1.0, support.n, Method.WILSON)
    variance = _variance(draws, support.lesions)
    if not -1 < value < 1 or not variance > _NOTHING:
        return without_interval(value, support.n, "every draw of lesions gives the same")
    reach = student(0.975, max(support.lesions - 1, _FEWEST_FREEDOMS)) * np.sqrt(variance)
    reach /= 1 - value**2
    low, high = np.tanh(np.arctanh(value) - reach), np.tanh(np.arctanh(value) + reach)
    return Estimate(value, float(low), float(high), support.n, Method.BOOTSTRAP)


def difference_estimate(first: Estimate, second: Estimate, together: float) -> Estimate:
    """The second less the first, from the intervals of both.

    The method of variance estimates recovery: each bound is as far from the difference as
    `sqrt(a^2 + b^2 - 2 r a b)` of the distances in that direction (Newcombe, Statistics in
    Medicine 17, 1998, pages 873 and 2635; Zou and Donner, Statistics in Medicine 27, 2008). Unlike
    draws of the difference it keeps a width where both are right on almost everything.

    Args:
        first: With its interval.
        second: Of the same images, or of others.
        together: Correlation of the two, 0 for images that share no lesion.
    """
    value, n = second.value - first.value, min(first.n, second.n)
    if np.isnan(value):
        return Estimate(value, value, value, 0, Method.NONE)
    if np.isnan(first.low) or np.isnan(second.low):
        return without_interval(value, n, first.reason or second.reason)
    if value == 0 and together > 1 - _SAME:
        return without_interval(value, n, "both are the same in every draw")
    below = second.value - second.low, first.high - first.value
    above = second.high - second.value, first.value - first.low
    down, up = (np.sqrt(max(a * a + b * b - 2 * together * a * b, 0.0)) for a, b in (below, above))
    return Estimate(value, float(value - down), float(value + up), n, Method.BOOTSTRAP)


def effective(value: float, draws: Floats, lesions: int) -> float:
    """Independent images that give a share the variance of its draws; NaN where none does."""
    variance = _variance(draws, lesions)
    if not 0 < value < 1 or not variance > _NOTHING:
        return float("nan")
    return value * (1 - value) / variance


def correlations(draws: Floats) -> Floats:
    """Of the columns [B, K]: [K, K]; 0 with a column that does not vary, 1 with itself."""
    known = ~np.isnan(draws)
    counts = np.maximum(known.sum(0), 1)
    centre = np.where(known, draws, 0.0).sum(0) / counts
    away = np.where(known, draws - centre, 0.0)
    spread = np.sqrt((away**2).sum(0))
    scaled = np.divide(away, spread, out=np.zeros_like(away), where=spread > 0)
    found: Floats = scaled.T @ scaled
    np.fill_diagonal(found, 1.0)
    return found


def correlation(first: Floats, second: Floats) -> float:
    """Of two statistics in the draws [B] that both are defined in; 0 where one does not vary."""
    known = ~np.isnan(first) & ~np.isnan(second)
    return float(correlations(np.stack([first[known], second[known]], axis=1))[0, 1])


def _smoothed_spread(share: float, draws: Floats, support: Support) -> float:
    worth = effective(share, draws, support.lesions)
    worth = support.worth if np.isnan(worth) else worth
    if np.isnan(share) or not worth > 0:
        return 0.0
    moved = (worth * share + 0.5) / (worth + 1)
    return float(np.sqrt(moved * (1 - moved) / worth))


def _variance(draws: Floats, lesions: int) -> float:
    """Of the draws, which vary too little by the factor (L - 1) / L; NaN for a single lesion."""
    known = draws[~np.isnan(draws)]
    if not known.size or lesions < 2:
        return float("nan")
    return float(known.var()) * lesions / (lesions - 1)


def _on_logits(value: float, reach: float) -> tuple[float, float]:
    """Bounds so far to each side on the logit scale, by the slope `1 / (v (1 - v))` there."""
    logit, reach = np.log(value / (1 - value)), reach / (value * (1 - value))
    # Beyond 700 the exponential is no number any more, and the bound long 0 or 1.
    bounds = np.clip([logit - reach, logit + reach], -700, 700)
    low, high = 1 / (1 + np.exp(-bounds))
    return float(low), float(high)


def _degenerate(value: float, support: Support) -> Estimate:
    low, high = wilson(value, support.worth)
    return Estimate(value, low, high, support.n, Method.WILSON)
