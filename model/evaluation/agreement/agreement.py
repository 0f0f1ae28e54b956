"""Everything there is to say of how far a panel agrees: over all, by answer, by pair of readers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from model.evaluation.agreement.coefficients import OBSERVED, Coefficient
from model.evaluation.agreement.cohen import CohensKappa, cohens_kappa, cross_table
from model.evaluation.agreement.measuring import (
    SPECIFIC,
    Drawn,
    Figure,
    draw_coefficients,
    figure,
    figures,
    specific_figure,
)
from model.evaluation.agreement.panel import Panel, Scale
from model.evaluation.agreement.weights import identity
from model.evaluation.bootstrap import DRAWS
from model.evaluation.metrics import Integers, mean_of_defined
from model.progress import Report, silent

COHEN = "cohens_kappa"
_BY_CLASS = (OBSERVED, "fleiss_kappa", "krippendorff_alpha_nominal", "gwet_ac1")
_PAIR = {OBSERVED: OBSERVED, "gwet_ac1": "gwet_ac1"} | {
    f"congers_kappa{end}": f"{COHEN}{end}" for end in ("", "_linear", "_quadratic")
}
_FEW_NUMBERS = 12  # more are no classes
_PAIRS_WITH_INTERVALS = 66  # of 12 readers; a second or so


@dataclass(frozen=True, slots=True, eq=False)
class ReaderPair:
    """Two readers on the cases that both read.

    Attributes:
        first: Name.
        second: Name.
        table: [q, q], cases; row the first's answer, column the second's.
        figures: "observed_agreement", "cohens_kappa", "gwet_ac1"; on a scale with an order also
            "cohens_kappa_linear" and "cohens_kappa_quadratic".
        cohen: Cohen's kappa with its large-sample standard errors.
    """

    first: str
    second: str
    table: Integers
    figures: Mapping[str, Figure]
    cohen: CohensKappa


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """How far a panel agrees.

    Attributes:
        panel: Who answered what.
        draws: Of the bootstrap.
        shared: Cases that two readers or more read.
        figures: Coefficients over all answers by name; "cohens_kappa" is the mean over pairs
            (Light, Psychological Bulletin 76, 1971), for two readers Cohen's own.
        by_class: For each answer that was given, coefficients of it against all others.
        pairs: Of readers.
    """

    panel: Panel
    draws: int
    shared: int
    figures: Mapping[str, Figure]
    by_class: Mapping[str, Mapping[str, Figure]]
    pairs: tuple[ReaderPair, ...]

    @property
    def interval(self) -> str:
        """How the intervals were made, for people."""
        unit = "lesions" if self.panel.by_lesion else "cases, since no lesions are known"
        return (
            f"95 % intervals by bootstrap over {unit} ({self.draws:,} draws), Wilson's with"
            " effective n where all agree"
        )


def measure_agreement(
    panel: Panel,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    by_class: bool = True,
    report: Report = silent,
) -> Agreement:
    """Measure how far a panel agrees.

    Args:
        panel: The answers.
        draws: Bootstrap draws over lesions.
        seed: Of the draws.
        by_class: Whether each answer is measured against all others, where answers are few.
        report: Told while intervals are computed.

    Raises:
        Cancelled: From `report`.
    """
    whole = draw_coefficients(panel, draws=draws, seed=seed, report=report)
    pairs, light = _pairs(panel, whole, draws, seed, report)
    few = panel.scale is not Scale.NUMERIC or len(panel.used) <= _FEW_NUMBERS
    each_alone = by_class and few
    classes = {
        panel.categories[at]: _against_rest(whole, at, draws, seed, report)
        for at in (panel.used.tolist() if each_alone else ())
    }
    shared = int(whole.cases_of.sum())
    return Agreement(panel, draws, shared, {**figures(whole), **light}, classes, pairs)


def _against_rest(
    whole: Drawn, at: int, draws: int, seed: int, report: Report
) -> dict[str, Figure]:
    rest = whole.panel.against_rest(at)
    found = figures(draw_coefficients(rest, draws=draws, seed=seed, report=report))
    return {**{name: found[name] for name in _BY_CLASS}, SPECIFIC: specific_figure(whole, at)}


def _pairs(
    panel: Panel, whole: Drawn, draws: int, seed: int, report: Report
) -> tuple[tuple[ReaderPair, ...], dict[str, Figure]]:
    """All pairs of readers, and the mean of their kappas."""
    couples = list(combinations(range(len(panel.readers)), 2)) if panel.named else []
    enough = draws if len(couples) <= _PAIRS_WITH_INTERVALS else 0
    found = []
    for number, couple in enumerate(couples):
        report(number, len(couples), f"pairs of readers: {number:,} of {len(couples):,}")
        two = panel.of_readers(couple)
        found.append(draw_coefficients(two, draws=enough, seed=seed, report=report))
    return tuple(map(_pair, found)), _light(whole, found)


def _pair(drawn: Drawn) -> ReaderPair:
    panel = drawn.panel
    size = len(panel.categories)
    table = cross_table(panel.answers[:, 0], panel.answers[:, 1], size)
    known = {_PAIR[name]: each for name, each in figures(drawn).items() if name in _PAIR}
    cohen = cohens_kappa(table, identity(panel.values))
    first, second = panel.readers
    return ReaderPair(first, second, table.astype(np.int64), known, cohen)


def _light(whole: Drawn, pairs: Sequence[Drawn]) -> dict[str, Figure]:
    """The mean of the pairs' kappas, plain and weighted; pairs without a kappa are left out."""
    found = {}
    for name, short in _PAIR.items():
        if short.startswith(COHEN) and name in whole.once:
            once = [each.once[name] for each in pairs]
            draws = [each.draws[name] for each in pairs]
            found[short] = figure(whole, _mean(once), _mean(draws))
            lost = sum(bool(np.isnan(each.value[0])) for each in once)
            if lost and not np.isnan(found[short].estimate.value):
                words = f"{lost:,} of {len(pairs):,} pairs have no kappa and are left out"
                found[short] = replace(found[short], words=words)
    return found


def _mean(pairs: Sequence[Coefficient]) -> Coefficient:
    if not pairs:
        return Coefficient(np.full(1, np.nan), np.full(1, np.nan))
    values, chances = ([getattr(each, name) for each in pairs] for name in ("value", "chance"))
    return Coefficient(
        mean_of_defined(np.stack(values, axis=1)), mean_of_defined(np.stack(chances, axis=1))
    )
