"""The report as one HTML file that needs nothing else: pictures inside, no address anywhere."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, fields
from html import escape

from model.evaluation.dossier import Dossier, Example
from model.evaluation.evaluation import Evaluation
from model.evaluation.html import (
    facts,
    figure_text,
    notes,
    page,
    picture,
    pictures,
    table,
)
from model.evaluation.intervals import HELD
from model.evaluation.measurement import Measurement, Sets
from model.evaluation.names import statistic_name
from model.evaluation.official import OfficialRow, OfficialScores
from model.evaluation.rival_page import rival_part
from model.evaluation.slices import Slice
from model.evaluation.spread import SPREAD_NAMES, SPREAD_NOTE, SpreadEvaluation
from model.taxonomy import lesion_class

__all__ = ["figure_text", "report_page"]

# Two tables that fit on a page each.
_BY_CLASS = (
    ("recall", "specificity", "precision", "f1", "accuracy"),
    ("auc", "average_precision", "cohens_kappa", "expected_calibration_error"),
)
_FIGURES = {
    "confusion_matrix": "Confusion matrix: counts and shares of each row",
    "roc": "ROC curves, each class against all others, the other curves in grey",
    "precision_recall": "Precision and recall likewise; dotted: the share of the class",
    "reliability": "Reliability: the share that was right where this probability was stated",
    "slices": "Balanced accuracy of parts of the images",
}


def report_page(dossier: Dossier, figures: Mapping[str, bytes]) -> str:
    """The whole page.

    Args:
        dossier: What it tells.
        figures: PNG files by name.
    """
    shown, rival = dossier.shown, dossier.rival
    parts = [f"<h1>Second Look: {escape(shown.title if shown else 'no images')}</h1>"]
    parts += [*notes(dossier.notes), facts("What was compared", dossier.about)]
    if shown is not None:
        own = {name: data for name, data in figures.items() if name in _FIGURES}
        parts += [_headline(shown.evaluation), pictures(own, _FIGURES), _classes(shown.evaluation)]
        parts += [_malignancy(shown), _slices(shown.slices), _sets(shown.sets)]
    if dossier.spread is not None:
        parts.append(_spread(dossier.spread))
    if rival is not None:
        parts.append(rival_part(rival, dossier.thumbnails, figures))
    others = [each for each in dossier.others if each is not shown]
    parts += [_groups(others), _official(dossier.official), _examples(dossier.examples)]
    parts.append(facts("The classifier's card", dossier.card))
    if rival is not None:
        parts.append(facts("The second classifier's card", rival.card))
    return page("Second Look: evaluation", [*parts, facts("Made with", dossier.versions)])


def _headline(found: Evaluation) -> str:
    rows = [
        (statistic_name(name), figure_text(each), f"{each.n:,}")
        for name, each in found.overall.items()
    ]
    return (
        "<h2>Over all classes</h2>"
        + table(("Statistic", "Value", "n"), rows)
        + f"<p><small>{escape(found.interval)}. W marks Wilson's. &ndash; is undefined."
        + f" {HELD}"
        + "".join(f"<br>{escape(each)}." for each in found.without_interval)
        + "</small></p>"
    )


def _classes(found: Evaluation) -> str:
    counts = found.matrix.sum(1) + found.undecided
    named = [(lesion_class(code).name, code) for code in found.classes]
    names = [code if name == code else f"{code}, {name}" for name, code in named]
    tables = []
    for statistics in _BY_CLASS:
        shown = [name for name in statistics if name in found.by_class]
        rows = [
            (
                escape(name),
                f"{count:,}",
                *(figure_text(found.by_class[each][at]) for each in shown),
            )
            for at, (name, count) in enumerate(zip(names, counts.tolist(), strict=True))
        ]
        if shown:
            tables.append(table(("Class", "n", *map(statistic_name, shown)), rows))
    return f"<h2>Each class against all others</h2>{''.join(tables)}"


def _spread(found: SpreadEvaluation) -> str:
    names = {name: title for name, title in SPREAD_NAMES.items() if name in found.overall}
    rows = [(escape(title), figure_text(found.overall[name])) for name, title in names.items()]
    return (
        f"<h2>Against the spread of the readings, {found.images:,} images</h2>"
        f"{table(('Statistic', 'Value'), rows)}<p><small>{escape(SPREAD_NOTE)}</small></p>"
    )


def _malignancy(shown: Measurement) -> str:
    found = shown.malignancy
    if found is None:
        return ""
    names = ("recall", "specificity", "precision", "auc", "average_precision")
    rows = [
        (statistic_name(name), figure_text(found.by_class[name][0]))
        for name in names
        if name in found.by_class
    ]
    text = f"<h2>Malignant against benign</h2>{table(('Statistic', 'Value'), rows)}"
    points = [
        (
            f"{point.held} at least {100 * point.target:.0f} %",
            f"{point.threshold:.4f}" if math.isfinite(point.threshold) else "&ndash;",
            f"{point.chosen_sensitivity:.3f}, {point.chosen_specificity:.3f}",
            figure_text(point.sensitivity),
            figure_text(point.specificity),
        )
        for point in shown.points
    ]
    header = ("Held", "Threshold", "Where chosen", "Sensitivity here", "Specificity here")
    note = f"<p><small>{escape(shown.points_note)}</small></p>"
    return text + (table(header, points) + note if points else "")


def _slices(parts: Sequence[Slice]) -> str:
    rows = [
        (
            escape(f"{each.column}: {each.value}"),
            f"{each.n:,}",
            *(
                ("too few to show", "", "", "")
                if each.hidden
                else (
                    figure_text(each.accuracy),
                    figure_text(each.accuracy_gap),
                    figure_text(each.balanced_accuracy),
                    figure_text(each.balanced_gap),
                )
            ),
        )
        for each in parts
    ]
    header = ("Images", "n", "Accuracy", "Gap to the rest", "Balanced accuracy", "Gap to the rest")
    return f"<h2>Parts of the images</h2>{table(header, rows)}" if rows else ""


def _sets(sets: Sets | None) -> str:
    if sets is None:
        return ""
    rows = [
        (
            escape(each.code),
            f"{each.lesions:,}",
            f"too few, {each.needed} needed: in every set"
            if each.too_few
            else f"p at least {1 - each.threshold:.4f}",
            figure_text(found),
        )
        for each, found in zip(sets.thresholds, sets.coverage.by_class, strict=True)
    ]
    header = ("Class", "Validation lesions", "In the set", "Sets that hold it")
    text = (
        f"{sets.coverage.mean_size:.2f} classes in a set on average; {sets.coverage.empty:,} empty."
    )
    return (
        f"<h2>Sets that hold the class in {100 * sets.level:.0f} %</h2>"
        f"{table(header, rows)}<p><small>{text}</small></p>"
    )


def _groups(others: Sequence[Measurement]) -> str:
    names = ("balanced_accuracy", "accuracy", "macro_f1")
    rows = [
        (escape(each.title), *(figure_text(each.evaluation.overall[name]) for name in names))
        for each in others
    ]
    header = ("Images", *(statistic_name(name) for name in names))
    return f"<h2>Other images, kept apart</h2>{table(header, rows)}" if rows else ""


def _official(scores: OfficialScores | None) -> str:
    if scores is None:
        return ""
    header = ("Class", *(each.name for each in fields(OfficialRow)))
    named = (*zip(scores.classes, scores.by_class, strict=True), ("mean", scores.macro))
    rows = [(escape(code), *(_number(each) for each in astuple(row))) for code, row in named]
    return (
        "<h2>Official ISIC scores, all images</h2>"
        f"<p>Balanced multiclass accuracy: <strong>{_number(scores.balanced_accuracy)}</strong>;"
        f" {scores.undecided:,} undecided (ties, always wrong). A class counts as called above 0.5;"
        f" 0/0 counts as 1.</p>{table(header, rows)}"
    )


def _examples(examples: Sequence[Example]) -> str:
    cells: dict[tuple[str, str], list[str]] = {}
    for each in examples:
        shown = f"<figure>{picture(each.jpeg, each.image, 'jpeg')}"
        caption = f"<figcaption>{escape(each.image)}</figcaption></figure>"
        cells.setdefault((each.recorded, each.predicted), []).append(shown + caption)
    groups = [
        f"<div><h3>Recorded {escape(recorded)}, predicted {escape(predicted)}</h3>"
        f'<div class="figures">{"".join(found)}</div></div>'
        for (recorded, predicted), found in cells.items()
    ]
    return f'<h2>Examples</h2><div class="examples">{"".join(groups)}</div>' if groups else ""


def _number(value: float) -> str:
    return f"{value:.3f}" if math.isfinite(value) else "&ndash;"
