"""Parts of the images with their gaps, and conformal sets."""

import math

import numpy as np

from app.item_models.figure_table_model import Figure, FigureTable
from app.item_models.figure_texts import NONE, between, class_text, interval, number
from app.item_models.figure_tree_model import Row
from model.evaluation.behind import Behind, Held, Part, SetSize
from model.evaluation.conformal import ClassThreshold, prediction_sets
from model.evaluation.estimates import Estimate
from model.evaluation.question import Answer
from model.evaluation.slices import Slice


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
        return (*counts, Figure("too few", tip, behind), *[Figure("")] * 3)
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
