"""What the pane of agreement says of one level, line by line."""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from app.study_words import STAGES
from model.evaluation.agreement.influence import EVERYBODY, Influence
from model.evaluation.agreement.measuring import Figure
from model.evaluation.agreement.panel import Panel
from model.evaluation.agreement.rounds import AgreementDossier, Level
from model.evaluation.agreement.words import coefficient_name
from model.evaluation.estimates import Estimate
from model.evaluation.metrics import Floats
from model.review.row_export import STAGE_CODES

Line = tuple[str, str, str, str, str]  # name, value, interval, n, words
BETWEEN = "Between readers"
_FIT = "Dawid and Skene"
_FIT_NOTE = "Readers who err together look right together."
_HARDLY = 0.005
_MOST_CASES = 200


def groups_of(level: Level) -> Iterator[tuple[str, list[Line]]]:
    """The figures of one level, by who agrees with whom."""
    agreement = level.agreement
    yield BETWEEN, _lines(agreement.figures)
    for pair in agreement.pairs:
        yield f"{pair.first} and {pair.second}", _pair_lines(pair.figures)
    for reader, within in level.within.items():
        yield f"{reader} with themselves, cases shown twice", _pair_lines(within.figures)
    for against in level.against:
        yield f"{against.reader} and {against.reference}", _pair_lines(against.pair.figures)
    for answer, figures in agreement.by_class.items():
        yield f"{answer} against all other answers", _lines(figures)
    yield from _dawid_skene(level)


def _dawid_skene(level: Level) -> Iterator[tuple[str, list[Line]]]:
    """What was probably right, and how each reader errs, from the readings alone."""
    fit, panel = level.dawid_skene, level.agreement.panel
    if fit is None:
        yield _FIT, [(level.dawid_skene_words, "", "", "", "")]
        return
    given = (panel.answers >= 0).sum(0).tolist()
    right = zip(panel.readers, fit.accuracy.tolist(), given, strict=True)
    lines = [(f"Right, {reader}", f"{share:.3f}", "", f"{n:,}", "") for reader, share, n in right]
    prior = zip(panel.categories, fit.prior.tolist(), strict=True)
    lines += [(f"Common, {name}", f"{share:.3f}", "", "", "") for name, share in prior]
    yield _FIT, [(_FIT_NOTE, "", "", "", ""), *lines]
    read = (panel.answers >= 0).T.astype(np.float64) @ fit.posterior
    for reader, confusion, cases in zip(panel.readers, fit.confusion, read, strict=True):
        yield f"{reader} by {_FIT}", list(_confusion_lines(panel.categories, confusion, cases))
    yield f"Which answer is right, by {_FIT}", list(_posterior_lines(panel, fit.posterior))


def _confusion_lines(names: Sequence[str], confusion: Floats, cases: Floats) -> Iterator[Line]:
    """What a reader calls a case of each class; what hardly ever happens is left out.

    How many of the reader's cases are of the class is an estimate too, and no whole number.
    """
    for truth, row, n in zip(names, confusion.tolist(), cases.tolist(), strict=True):
        for said in sorted(range(len(names)), key=lambda at: -row[at]):
            if row[said] >= _HARDLY:
                yield f"{truth} is called {names[said]}", f"{row[said]:.3f}", "", f"{n:.1f}", ""


def _posterior_lines(panel: Panel, posterior: Floats) -> Iterator[Line]:
    """The most probable answer of each case, the doubtful ones first."""
    doubtful = np.argsort(posterior.max(1), kind="stable")
    readings = (panel.answers >= 0).sum(1)
    for row in doubtful[:_MOST_CASES].tolist():
        best, *others = np.argsort(-posterior[row], kind="stable").tolist()
        said = [
            f"{panel.categories[at]} {posterior[row, at]:.3f}"
            for at in others
            if posterior[row, at] >= _HARDLY
        ]
        yield (
            f"{panel.cases[row]}: {panel.categories[best]}",
            f"{posterior[row, best]:.3f}",
            "",
            f"{readings[row]:,}",
            f"or {', '.join(said)}" if said else "",
        )
    if len(panel) > _MOST_CASES:
        left = len(panel) - _MOST_CASES
        yield f"{left:,} more cases are in the report's consensus.csv", "", "", "", ""


def _lines(figures: Mapping[str, Figure]) -> list[Line]:
    return [
        (coefficient_name(name), *_cells(figure.estimate), figure.words)
        for name, figure in figures.items()
    ]


def _pair_lines(figures: Mapping[str, Figure]) -> list[Line]:
    """Of two alone there is no mean."""
    return [(line[0].replace(", mean of pairs", ""), *line[1:]) for line in _lines(figures)]


def _cells(found: Estimate) -> tuple[str, str, str]:
    """Value, interval and n; a dash where it is undefined."""
    value = "–" if math.isnan(found.value) else f"{found.value:.3f}"
    unknown = math.isnan(found.low) or math.isnan(found.value)
    return value, "" if unknown else f"{found.low:.3f} to {found.high:.3f}", f"{found.n:,}"


def stage_words(code: str) -> str:
    """A stage as the studies' pages call it."""
    found = (STAGES[stage] for stage, known in STAGE_CODES.items() if known == code)
    return next(found, code)


def influences_of(dossier: AgreementDossier) -> dict[str, list[Line]]:
    """What readers did after they had seen more, a line for each change."""
    return {
        f"From {stage_words(table.before)} to {stage_words(table.after)}": [
            line for row in table.rows for line in _influence_lines(row)
        ]
        for table in dossier.influences
    }


def _influence_lines(row: Influence) -> Iterator[Line]:
    who = "all" if row.reader == EVERYBODY else row.reader
    n = f"{row.readings:,}"
    # A long name may be cut off, and what it did may not.
    yield f"wrong to right, {who}", f"{row.wrong_right:,}", "", n, ""
    yield f"right to wrong, {who}", f"{row.right_wrong:,}", "", n, ""
    if row.misled is not None:
        yield f"misled by the network, {who}", f"{row.misled:,}", "", n, ""
    yield f"gain in share right, {who}", *_cells(row.gain), ""
