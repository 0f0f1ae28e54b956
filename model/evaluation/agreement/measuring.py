"""Coefficients with intervals over lesions, and in words what is undefined."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from model.evaluation.agreement.coefficients import (
    OBSERVED,
    Coefficient,
    coefficients,
    specific_agreement,
)
from model.evaluation.agreement.panel import UNREAD, Panel
from model.evaluation.agreement.tallies import Tallies
from model.evaluation.bootstrap import DRAWS, block_for, lesion_draws
from model.evaluation.estimates import Estimate, Method, effective_n, wilson, without_interval
from model.evaluation.intervals import TOO_FEW_FOR_KAPPA, Support, kappa_estimate, share_estimate
from model.evaluation.metrics import Floats
from model.progress import Report, silent

SPECIFIC = "specific_agreement"
# What `coverage.py` measured; told wherever intervals are explained.
HELD = (
    "In simulations with 50 lesions and more, intervals of coefficients held the truth in 92 to 98"
    " %; in less, down to 89 %, where it is the specific agreement on an answer of a handful of"
    " lesions."
)
_EQUAL = 1e-12


@dataclass(frozen=True, slots=True)
class Figure:
    """A coefficient as it is shown.

    Attributes:
        estimate: With its interval; n counts the cases that two readers or more read.
        words: Why it, or its interval, is undefined; "" where nothing is.
    """

    estimate: Estimate
    words: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Coefficients of a panel and of its bootstrap draws.

    Attributes:
        panel: What they are of.
        once: Of the cases as they are; B is 1.
        draws: Of B draws.
        specific: The specific agreement of each answer, [1, q] and [B, q].
        cases_of: [L], cases of each lesion that two readers or more read.
        cases_with: [L, q], those in which each answer was given.
    """

    panel: Panel
    once: Mapping[str, Coefficient]
    draws: Mapping[str, Coefficient]
    specific: tuple[Floats, Floats]
    cases_of: Floats
    cases_with: Floats


def draw_coefficients(
    panel: Panel, *, draws: int = DRAWS, seed: int = 0, report: Report = silent
) -> Drawn:
    """All coefficients of a panel and of bootstrap draws over its lesions.

    Panels of the same cases get the same draws.

    Args:
        panel: The answers.
        draws: How many.
        seed: Of the draws.
        report: Told after each block of draws.

    Raises:
        Cancelled: From `report`.
    """
    tallies = Tallies(panel)
    tally = tallies.draw(np.ones((1, tallies.lesions)))
    once, specific = coefficients(panel, tally), specific_agreement(tally)
    blocks, specifics = [], [np.zeros((0, len(panel.categories)))]
    done = 0
    some = draws if tallies.lesions else 0
    for drawn in lesion_draws(tallies.lesions, some, seed, block_for(tallies.width)):
        tally = tallies.draw(drawn)
        blocks.append(coefficients(panel, tally))
        specifics.append(specific_agreement(tally))
        done += len(drawn)
        report(done, draws, f"intervals: {done:,} of {draws:,} draws")
    joined = {name: _joined([block[name] for block in blocks]) for name in once}
    specifics_of_all = specific, np.concatenate(specifics)
    return Drawn(panel, once, joined, specifics_of_all, tallies.cases_of, tallies.cases_with)


def figures(drawn: Drawn) -> dict[str, Figure]:
    """Every coefficient, and the words for those that are undefined."""
    found = {name: figure(drawn, each, drawn.draws[name]) for name, each in drawn.once.items()}
    shares = drawn.once[OBSERVED].value, drawn.draws[OBSERVED].value
    return found | {OBSERVED: _share(drawn, shares, drawn.cases_of)}


def figure(drawn: Drawn, once: Coefficient, draws: Coefficient) -> Figure:
    """One coefficient of the cases as they are, with the interval that the draws give."""
    value, chance = float(once.value[0]), float(once.chance[0])
    n, lesions = int(drawn.cases_of.sum()), int((drawn.cases_of > 0).sum())
    if np.isnan(value):
        return Figure(without_interval(value, n, ""), undefined(drawn.panel))
    if value > 1 - _EQUAL and not np.isnan(chance):
        # Perfect agreement: what Wilson says of it, beyond the agreement by chance.
        low, _ = wilson(1.0, effective_n(drawn.cases_of))
        return Figure(Estimate(value, (low - chance) / (1 - chance), 1.0, n, Method.WILSON))
    if not draws.value.size:
        return _without(value, n, "too many to draw intervals for")
    if lesions < TOO_FEW_FOR_KAPPA:
        return _without(value, n, f"fewer than {TOO_FEW_FOR_KAPPA} lesions: no interval")
    found = kappa_estimate(value, draws.value, Support(n, n, lesions, lesions))
    if np.isnan(found.low):
        return _without(value, n, "every draw of lesions gives the same value: no interval")
    return Figure(found, _left_out(draws.value))


def specific_figure(drawn: Drawn, at: int) -> Figure:
    """The specific agreement on one answer; n counts the shared cases in which it was given."""
    once, draws = (each[:, at] for each in drawn.specific)
    found = _share(drawn, (once, draws), drawn.cases_with[:, at])
    if np.isnan(found.estimate.value) and drawn.cases_of.any():
        words = f"no case of two readings has the answer {drawn.panel.categories[at]}"
        return Figure(found.estimate, words)
    return found


def _share(drawn: Drawn, shares: tuple[Floats, Floats], cases: Floats) -> Figure:
    """A share of cases and of the draws, which stands on so many cases of each lesion [L]."""
    value, n = float(shares[0][0]), int(cases.sum())
    if np.isnan(value):
        return Figure(without_interval(value, n, ""), undefined(drawn.panel))
    # Several pairs of readers tell more of a case than one does.
    pairs = max(len(drawn.panel.readers) * (len(drawn.panel.readers) - 1) // 2, 1)
    support = Support(n, n * pairs, int((cases > 0).sum()), effective_n(cases))
    return Figure(share_estimate(value, shares[1], support))


def undefined(panel: Panel) -> str:
    """Why a coefficient of this panel is undefined, as a reader of the figures wants to know."""
    if not panel.readings:
        return "no readings"
    if len(panel.readers) < 2:
        return f"a single reader, {panel.readers[0]}: agreement between readers needs two"
    shared = ((panel.answers != UNREAD).sum(1) >= 2).any()
    if not shared:
        return "no case was read by two readers: agreement is unknown"
    if len(panel.used) == 1:
        answer = panel.categories[int(panel.used[0])]
        found = "kappa and alpha are undefined, observed agreement 100 %, AC1 = 1"
        return f"all agree on {answer}; {found}"
    return "chance alone explains all agreement that there can be: undefined"


def _without(value: float, n: int, words: str) -> Figure:
    return Figure(without_interval(value, n, words), words)


def _left_out(values: Floats) -> str:
    lost = float(np.isnan(values).mean()) if values.size else 0.0
    return f"{lost:.0%} of the draws are undefined and left out" if lost >= 0.005 else ""


def _joined(blocks: list[Coefficient]) -> Coefficient:
    if not blocks:
        return Coefficient(np.zeros(0), np.zeros(0))
    return Coefficient(
        np.concatenate([each.value for each in blocks]),
        np.concatenate([np.broadcast_to(each.chance, each.value.shape) for each in blocks]),
    )
