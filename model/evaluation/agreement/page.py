"""The report on how far readers agree, as one HTML file."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from model.evaluation.agreement.agreement import Agreement
from model.evaluation.agreement.coefficients import OBSERVED
from model.evaluation.agreement.influence import Influence
from model.evaluation.agreement.measuring import HELD, SPECIFIC, Figure
from model.evaluation.agreement.references import NETWORK, Against
from model.evaluation.agreement.rounds import AgreementDossier, InfluenceTable, Level, Round
from model.evaluation.agreement.words import (
    coefficient_name,
    figure_cell,
    percent,
    percent_cell,
)
from model.evaluation.html import facts, notes, page, pictures, table
from model.evaluation.page import figure_text
from model.evaluation.pairs import BENIGN, MALIGNANT

CAPTIONS = {
    "agreement": "Coefficients with their 95 % intervals",
    "by_class": "Each answer against all others: Fleiss' kappa",
    "pairs": "Cohen's kappa of each pair of readers",
    "influence": "Answers that went from right to wrong, and from wrong to right",
}
_MANY_PAIRS = 45
_OF_TWO = (OBSERVED, "cohens_kappa", "gwet_ac1")
_COMPARED = (OBSERVED, "fleiss_kappa", "krippendorff_alpha_nominal", "gwet_ac1")


def agreement_page(dossier: AgreementDossier, figures: Mapping[str, bytes]) -> str:
    """The whole page.

    Args:
        dossier: What it tells.
        figures: PNG files by name.
    """
    head = dossier.headline
    first = head.levels[0]
    parts = [f"<h1>Second Look: agreement on {escape(head.title)}</h1>", *notes(dossier.notes)]
    parts += [_coefficients(first.agreement), pictures(figures, CAPTIONS)]
    parts += [_classes(first.agreement), _levels(dossier), _pairs(first.agreement)]
    parts += [_within(head.levels), _against(head.levels)]
    parts += [_influence(each) for each in dossier.influences]
    parts += [_dawid_skene(first), _others(dossier.others)]
    parts.append(facts("What was measured", dossier.about))
    return page("Second Look: agreement", parts)


def _coefficients(found: Agreement) -> str:
    rows = [
        (escape(coefficient_name(name)), _value(name, each), f"{each.estimate.n:,}", _words(each))
        for name, each in found.figures.items()
    ]
    counts = f"{found.shared:,} of {len(found.panel):,} cases were read by two readers or more."
    return (
        "<h2>Between readers</h2>"
        f"{table(('Coefficient', 'Value', 'Cases', ''), rows)}"
        f"<p><small>{counts} {escape(found.interval)}. W marks Wilson's. {HELD}</small></p>"
    )


def _classes(found: Agreement) -> str:
    panel = found.panel
    given = dict(zip(panel.categories, panel.counts.sum(0).tolist(), strict=True))
    rows = [
        (
            escape(name),
            f"{given[name]:,.0f}",
            percent_cell(figures[SPECIFIC]),
            *(figure_cell(figures[key]) for key in _COMPARED[1:]),
        )
        for name, figures in found.by_class.items()
    ]
    header = ("Answer", "Readings", "Another reader says it too")
    names = (coefficient_name(key) for key in _COMPARED[1:])
    return (
        f"<h2>Each answer against all others</h2>{table((*header, *names), rows)}" if rows else ""
    )


def _levels(dossier: AgreementDossier) -> str:
    """The headline's levels, and how their answers came about."""
    head = dossier.headline
    rows = [_level_row(level.name, level) for level in head.levels]
    header = ("Level", "Cases", *(coefficient_name(name) for name in _COMPARED))
    said = "".join(
        f"<p><small>{escape(f'{level.name.capitalize()}: {level.words}.')}</small></p>"
        for level in head.levels
        if level.words
    )
    return f"<h2>Levels</h2>{table(header, rows)}{said}" if len(rows) > 1 else ""


def _level_row(name: str, level: Level) -> tuple[str, ...]:
    found = level.agreement
    cells = (_value(key, found.figures[key]) for key in _COMPARED)
    return escape(name), f"{found.shared:,}", *cells


def _pairs(found: Agreement) -> str:
    if not found.pairs:
        return ""
    names = list(found.pairs[0].figures)
    shown = found.pairs[:_MANY_PAIRS]
    rows = [
        (
            escape(f"{pair.first} and {pair.second}"),
            f"{pair.table.sum():,}",
            *(_value(name, each) for name, each in pair.figures.items()),
        )
        for pair in shown
    ]
    header = (
        "Readers",
        "Cases",
        *(coefficient_name(name).replace(", mean of pairs", "") for name in names),
    )
    left = len(found.pairs) - len(shown)
    more = f"<p><small>{left:,} more pairs are in pairs.csv.</small></p>" if left else ""
    return f"<h2>Pairs of readers</h2>{table(header, rows)}{more}"


def _within(levels: Iterable[Level]) -> str:
    header = ("Reader", "Cases read again", "Observed agreement", "Cohen's kappa", "Gwet's AC1")
    chapters = [
        f"<h3>{escape(level.name.capitalize())}</h3>{table(header, _within_rows(level))}"
        for level in levels
        if level.within
    ]
    return "<h2>Readers with themselves</h2>" + "".join(chapters) if chapters else ""


def _within_rows(level: Level) -> list[tuple[str, ...]]:
    return [
        (
            escape(reader),
            f"{again.shared:,}",
            *(_value(name, again.figures[name]) for name in _OF_TWO),
        )
        for reader, again in level.within.items()
    ]


def _against(levels: Iterable[Level]) -> str:
    chapters = [
        f"<h3>{escape(f'{level.name.capitalize()}, against {reference}')}</h3>"
        f"{_against_table([each for each in level.against if each.reference == reference])}"
        for level in levels
        for reference in dict.fromkeys(each.reference for each in level.against)
    ]
    return "<h2>Readers against what is known</h2>" + "".join(chapters) if chapters else ""


def _against_table(found: Sequence[Against]) -> str:
    header = ["Reader", "Cases", "Observed agreement", "Cohen's kappa", "Gwet's AC1"]
    names: tuple[str, ...] = ()
    if found[0].reference != NETWORK:
        names = found[0].evaluation.classes
        two = set(names) == {MALIGNANT, BENIGN}
        header += ["Sensitivity", "Specificity"] if two else ["Balanced accuracy"]
    return table(header, [(*_against_cells(each), *_scores(each, names)) for each in found])


def _against_cells(each: Against) -> tuple[str, ...]:
    figures = each.pair.figures
    agreed = (_value(name, figures[name]) for name in _OF_TWO)
    return escape(each.reader), f"{each.evaluation.images:,}", *agreed


def _scores(each: Against, classes: Sequence[str]) -> list[str]:
    """Scores as of a classifier; none against a network, which may be wrong itself."""
    if not classes:
        return []
    scores = each.evaluation
    if set(classes) != {MALIGNANT, BENIGN}:
        return [figure_text(scores.overall["balanced_accuracy"])]
    recall = dict(zip(scores.classes, scores.by_class["recall"], strict=True))
    return [figure_text(recall[name]) for name in (MALIGNANT, BENIGN)]


def _influence(found: InfluenceTable) -> str:
    title = f"{found.question}: from {found.before} to {found.after}, against {found.reference}"
    header = (
        *("Reader", "Readings", "Stayed right", "Right to wrong", "Wrong to right", "Stayed wrong"),
        *("Changed", "To the network's class", "Misled by the network", "Gain in share right"),
    )
    rows = map(_influence_row, found.rows)
    return f"<h2>Influence on {escape(title)}</h2>{table(header, rows)}"


def _influence_row(each: Influence) -> tuple[str, ...]:
    counts = (
        *(each.readings, each.right_right, each.right_wrong, each.wrong_right, each.wrong_wrong),
        *(each.changed, each.followed, each.misled),
    )
    cells = ("unknown" if count is None else f"{count:,}" for count in counts)
    return escape(each.reader), *cells, figure_text(each.gain)


def _dawid_skene(level: Level) -> str:
    title = "<h2>Who is probably right: Dawid and Skene</h2>"
    fit, panel = level.dawid_skene, level.agreement.panel
    if fit is None:
        return f"{title}<p>{escape(level.dawid_skene_words)}.</p>"
    rows = [
        (
            escape(reader),
            percent(accuracy),
            *(percent(own) for own in confusion.diagonal().tolist()),
        )
        for reader, accuracy, confusion in zip(
            panel.readers, fit.accuracy.tolist(), fit.confusion, strict=True
        )
    ]
    header = ("Reader", "Right", *(f"Finds {escape(name)}" for name in panel.categories))
    common = (percent(share) for share in fit.prior.tolist())
    rows.append(("How common it is", "", *common))
    note = (
        "An estimate from the readings alone: readers who err together look right together. The"
        " whole confusion of each reader is in metrics.json, each case in consensus.csv."
    )
    return f"{title}{table(header, rows)}<p><small>{note}</small></p>"


def _others(rounds: Iterable[Round]) -> str:
    rows = [
        (escape(f"{each.question}, {each.stage}"), *_level_row(level.name, level))
        for each in rounds
        for level in each.levels
    ]
    header = ("Question, stage", "Level", "Cases", *(coefficient_name(name) for name in _COMPARED))
    return f"<h2>Other questions and stages</h2>{table(header, rows)}" if rows else ""


def _value(name: str, figure: Figure) -> str:
    return percent_cell(figure) if name == OBSERVED else figure_cell(figure)


def _words(figure: Figure) -> str:
    known = figure_text(figure.estimate) != "&ndash;"
    return f"<small>{escape(figure.words)}</small>" if known else ""
