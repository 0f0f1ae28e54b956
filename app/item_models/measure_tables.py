"""An answer as tables of figures, each with the images that it stands on."""

import math
from dataclasses import astuple, fields

import numpy as np

from app.item_models.figure_table_model import Figure, FigureTable
from app.item_models.figure_tree_model import FigureGroup, FigureTree, Row
from model.evaluation.behind import (
    Behind,
    Cell,
    Held,
    Part,
    SetSize,
    Swapped,
    behind_estimate,
)
from model.evaluation.conformal import ClassThreshold, prediction_sets
from model.evaluation.estimates import Estimate, Method
from model.evaluation.official import OfficialRow
from model.evaluation.question import Answer
from model.evaluation.slices import Slice
from model.taxonomy import lesion_class

NONE = "–"
PENDING = "…"
# What is over all classes, and the same of each class against all others.
_PAIRS = (
    ("balanced_accuracy", "recall"),
    ("accuracy", "accuracy"),
    ("macro_f1", "f1"),
    ("weighted_f1", ""),
    ("macro_precision", "precision"),
    ("weighted_precision", ""),
    ("macro_specificity", "specificity"),
    ("macro_auc", "auc"),
    ("macro_average_precision", "average_precision"),
    ("cohens_kappa", "cohens_kappa"),
    ("expected_calibration_error", "expected_calibration_error"),
)
_NAMES = {
    "balanced_accuracy": "Balanced accuracy, recall",
    "accuracy": "Accuracy",
    "macro_f1": "F1, macro",
    "weighted_f1": "F1, weighted",
    "macro_precision": "Precision, macro",
    "weighted_precision": "Precision, weighted",
    "macro_specificity": "Specificity, macro",
    "macro_auc": "AUC, macro",
    "macro_average_precision": "Average precision, macro",
    "cohens_kappa": "Cohen's kappa",
    "expected_calibration_error": "Expected calibration error",
    "recall": "Recall (sensitivity)",
    "precision": "Precision",
    "specificity": "Specificity",
    "f1": "F1",
    "auc": "AUC",
    "average_precision": "Average precision",
}
_OFFICIAL = {
    "accuracy": "Accuracy",
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
    "dice": "Dice",
    "ppv": "PPV",
    "npv": "NPV",
    "auc": "AUC",
    "auc_sens_80": "AUC, sens > 80 %",
    "ap": "Average precision",
}


def number(value: float, sign: str = "") -> str:
    """Three decimals, a dash where it is undefined."""
    return format(value, f"{sign}.3f").replace("-", "−") if math.isfinite(value) else NONE


def interval(estimate: Estimate, draws: int, sign: str = "") -> str:
    """Such as "0.701–0.766 W", where W marks Wilson's; "…" while it is computed."""
    if math.isnan(estimate.value):
        return NONE
    if not draws:
        return PENDING
    if math.isnan(estimate.low):
        return NONE
    mark = " W" if estimate.method is Method.WILSON else ""
    return f"{between(estimate, sign)}{mark}"


def between(estimate: Estimate, sign: str = "") -> str:
    """The bounds; signs beside a dash would be hard to read."""
    word = " to " if sign else "–"
    return f"{number(estimate.low, sign)}{word}{number(estimate.high, sign)}"


def class_text(code: str) -> str:
    """The letters of a class and its name in full."""
    name = lesion_class(code).name
    return f"{code}  {name}" if name != code else code


# -- statistics -------------------------------------------------------------------------------


def statistics_tree(answer: Answer | None, *, by_class: bool) -> FigureTree:
    """All statistics, grouped by statistic or by class."""
    header = ("", "Value", "95 % interval", "n")
    if answer is None or not len(answer.rows):
        return FigureTree(header)
    found = answer.measurement.evaluation
    if by_class:
        whole = [_statistic(answer, name, None) for name in found.overall]
        groups = [FigureGroup(_title("All classes"), tuple(whole))]
        groups += [
            FigureGroup(
                _title(code, code), tuple(_statistic(answer, name, at) for name in found.by_class)
            )
            for at, code in enumerate(found.classes)
        ]
        return FigureTree(header, tuple(groups))
    return FigureTree(
        header,
        tuple(
            FigureGroup(_statistic(answer, name, None), _of_classes(answer, single))
            for name, single in _PAIRS
            if name in found.overall
        ),
    )


def _title(text: str, code: str = "") -> Row:
    name = class_text(code) if code else text
    return (Figure(name, code=code, bold=True), Figure(""), Figure(""), Figure(""))


def _of_classes(answer: Answer, name: str) -> tuple[Row, ...]:
    found = answer.measurement.evaluation
    if name not in found.by_class:
        return ()
    return tuple(
        (Figure(class_text(code), class_text(code), code=code), *_statistic(answer, name, at)[1:])
        for at, code in enumerate(found.classes)
    )


def _statistic(answer: Answer, name: str, of_class: int | None) -> Row:
    found = answer.measurement.evaluation
    estimate = found.overall[name] if of_class is None else found.by_class[name][of_class]
    behind = behind_estimate(name, of_class)
    title = _NAMES.get(name, name.replace("_", " ").capitalize())
    return (Figure(title, title), *_estimate(estimate, answer.draws, behind))


def _estimate(estimate: Estimate, draws: int, behind: Behind, sign: str = "") -> Row:
    opened = behind if estimate.n else None
    tip = f"{estimate.value:.6f} on {estimate.n:,} images; click to see them"
    if estimate.reason and draws:
        tip += f"\nNo interval: {estimate.reason}"
    return (
        Figure(number(estimate.value, sign), tip, opened, number=True),
        Figure(interval(estimate, draws, sign), tip, opened, number=True),
        Figure(f"{estimate.n:,}", tip, opened, number=True),
    )


# -- official scores --------------------------------------------------------------------------


def official_table(answer: Answer | None) -> FigureTable:
    """The challenge's table: a row for each class, and their means."""
    names = [_OFFICIAL[each.name] for each in fields(OfficialRow)]
    header = ("", *names)
    if answer is None or answer.official is None:
        return FigureTable(header)
    scores = answer.official
    rows = [
        (
            Figure(code, lesion_class(code).name, Cell(recorded=at), code=code),
            *_official(row, Cell()),
        )
        for at, (code, row) in enumerate(zip(scores.classes, scores.by_class, strict=True))
    ]
    rows.append((Figure("Mean", bold=True), *_official(scores.macro, Cell())))
    return FigureTable(header, tuple(rows))


def _official(row: OfficialRow, behind: Behind) -> list[Figure]:
    return [Figure(number(each), f"{each:.6f}", behind, number=True) for each in astuple(row)]


# -- parts of the images ----------------------------------------------------------------------


def parts_table(answer: Answer | None) -> FigureTable:
    """Parts of the images with their gaps; small ones with their n alone."""
    header = ("Part", "n", "Lesions", "Balanced accuracy", "Gap", "Accuracy", "Gap")
    if answer is None:
        return FigureTable(header)
    rows, column = [], ""
    for each in answer.measurement.slices:
        if each.column != column:
            column = each.column
            rows.append(_heading(column, len(header)))
        rows.append(_part(each, answer.draws))
    return FigureTable(header, tuple(rows))


def _heading(column: str, width: int) -> Row:
    names = {"basis": "Basis of the label", "age": "Age in years"}
    title = Figure(names.get(column, column.capitalize()), bold=True)
    return (title, *[Figure("")] * (width - 1))


def _part(part: Slice, draws: int) -> Row:
    behind = Part(part.column, part.value)
    tip = f"{part.n:,} images of {part.lesions:,} lesions; click to see them"
    counts = (
        Figure(f"   {part.value}", tip, behind),
        Figure(f"{part.n:,}", tip, behind, number=True),
        Figure(f"{part.lesions:,}", tip, behind, number=True),
    )
    if part.balanced_accuracy is None or part.accuracy is None:
        return (*counts, Figure("too few to show", tip, behind), *[Figure("")] * 3)
    gaps = [_gap(each, draws, behind) for each in (part.balanced_gap, part.accuracy_gap)]
    return (
        *counts,
        _spanned(part.balanced_accuracy, draws, behind),
        gaps[0],
        _spanned(part.accuracy, draws, behind),
        gaps[1],
    )


def _spanned(estimate: Estimate, draws: int, behind: Behind) -> Figure:
    text = number(estimate.value)
    known = draws and not math.isnan(estimate.low)
    low, high = (estimate.low, estimate.high) if known else (estimate.value, estimate.value)
    tip = f"{text}, 95 % interval {interval(estimate, draws)}; click to see the images"
    return Figure(text, tip, behind, span=(estimate.value, low, high))


def _gap(estimate: Estimate | None, draws: int, behind: Behind) -> Figure:
    if estimate is None or math.isnan(estimate.value):
        return Figure(NONE, number=True)
    text = number(estimate.value, "+")
    tip = f"{text} against all other images, 95 % interval {interval(estimate, draws, '+')}"
    if draws and not math.isnan(estimate.low):
        text += f" ({between(estimate, '+')})"
    apart = bool(draws) and (estimate.low > 0 or estimate.high < 0)
    return Figure(text, tip, behind, number=True, bold=apart)


# -- conformal sets ---------------------------------------------------------------------------


def sets_table(answer: Answer | None) -> FigureTable:
    """For each class when it is in a set, and how often sets hold it."""
    header = (
        "Class",
        "Lesions",
        "  In the set when",
        "Sets that hold it",
        "95 % interval",
        "n",
    )
    sets = answer.measurement.sets if answer else None
    if answer is None or sets is None:
        return FigureTable(header)
    found = sets.coverage
    rows = [
        (
            Figure(class_text(each.code), code=each.code, behind=Held(at)),
            Figure(f"{each.lesions:,}", number=True),
            Figure(_condition(each), bold=each.too_few),
            *_covered(estimate, answer.draws, at),
        )
        for at, (each, estimate) in enumerate(zip(sets.thresholds, found.by_class, strict=True))
    ]
    whole = _covered(found.overall, answer.draws, None)
    rows.append((Figure("All classes", bold=True), Figure(""), Figure(""), *whole))
    return FigureTable(header, tuple(rows))


def _covered(estimate: Estimate, draws: int, at: int | None) -> Row:
    missed, tip = Held(at, held=False), "click to see the images whose set misses their class"
    return (
        Figure(number(estimate.value), f"{estimate.value:.6f}; {tip}", missed, number=True),
        Figure(interval(estimate, draws), tip, missed, number=True),
        Figure(f"{estimate.n:,}", "click to see these images", Held(at), number=True),
    )


def _condition(threshold: ClassThreshold) -> str:
    if threshold.too_few:
        return f"  always: too few lesions, {threshold.needed} needed"
    return f"  probability ≥ {number(1 - threshold.threshold)}"


def sizes_table(answer: Answer | None) -> FigureTable:
    """How many images have sets of how many classes."""
    header = ("Classes in the set", "Images", "Share")
    sets = answer.measurement.sets if answer else None
    if answer is None or sets is None or answer.measurement.pair.probabilities is None:
        return FigureTable(header)
    inside = prediction_sets(answer.measurement.pair.probabilities, sets.thresholds).sum(1)
    counts = np.bincount(inside, minlength=len(sets.thresholds) + 1).tolist()
    rows = [
        (
            Figure(f"{size}", behind=SetSize(size), number=True),
            Figure(f"{count:,}", behind=SetSize(size), number=True),
            Figure(f"{count / len(inside):.1%}", behind=SetSize(size), number=True),
        )
        for size, count in enumerate(counts)
        if count
    ]
    return FigureTable(header, tuple(rows))


# -- two labellings side by side --------------------------------------------------------------


def differences_table(answer: Answer | None) -> FigureTable:
    """Second less first, with intervals by paired bootstrap."""
    header = ("", "First", "Second", "Second − first")
    rivals = answer.rivals if answer else None
    if answer is None or rivals is None:
        return FigureTable(header)
    rows: list[Row] = []
    for name, gap in rivals.comparison.differences.items():
        first, second = rivals.values[name]
        title = _NAMES.get(name, name)
        rows.append(
            (
                Figure(title, title),
                Figure(number(first), f"{first:.6f}", Swapped("both"), number=True),
                Figure(number(second), f"{second:.6f}", Swapped("both"), number=True),
                _difference(gap, answer.draws),
            )
        )
    return FigureTable(header, tuple(rows))


def _difference(gap: Estimate, draws: int) -> Figure:
    apart = bool(draws) and (gap.low > 0 or gap.high < 0)
    text = f"{number(gap.value, '+')} ({interval(gap, draws, '+')})"
    tip = "Paired bootstrap over lesions, 95 %"
    return Figure(text, tip, Swapped("both"), number=True, bold=apart)


def swaps_table(answer: Answer | None) -> FigureTable:
    """The images that two labellings swap, as McNemar's test counts them."""
    header = ("Images", "n")
    rivals = answer.rivals if answer else None
    if answer is None or rivals is None:
        return FigureTable(header)
    test, changed = rivals.comparison.mcnemar, len(rivals.comparison.changed)
    counts = (
        ("Both right", Swapped("both right"), test.both_right),
        ("Only the first right", Swapped("lost"), test.only_first),
        ("Only the second right", Swapped("gained"), test.only_second),
        ("Both wrong", Swapped("both wrong"), test.both_wrong),
        ("Both wrong, differently", Swapped("changed"), changed),
    )
    rows = [
        (
            Figure(text, behind.words(answer), behind),
            Figure(f"{count:,}", "click to see these images", behind, number=True),
        )
        for text, behind, count in counts
    ]
    return FigureTable(header, tuple(rows))
