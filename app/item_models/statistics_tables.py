"""All statistics of an answer, and the challenge's own scores."""

from dataclasses import astuple, fields

from app.item_models.figure_table_model import Figure, FigureTable
from app.item_models.figure_texts import (
    STATISTICS,
    class_text,
    estimate_figures,
    interval,
    number,
    statistic_name,
)
from app.item_models.figure_tree_model import FigureGroup, FigureTree, Row
from model.evaluation.behind import Behind, Cell, behind_estimate
from model.evaluation.estimates import Estimate
from model.evaluation.official import OfficialRow
from model.evaluation.question import Answer
from model.evaluation.spread import SPREAD_NAMES, SPREAD_NOTE
from model.taxonomy import lesion_class

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
    groups = [
        FigureGroup(_statistic(answer, name, None), _of_classes(answer, single))
        for name, single in STATISTICS
        if name in found.overall
    ]
    return FigureTree(header, (*_spread(answer), *groups))


def _spread(answer: Answer) -> tuple[FigureGroup, ...]:
    """Against the spread of the readings, where that is the truth."""
    found = answer.spread
    if found is None:
        return ()
    # Images whose readers stand equal are in no other figure, and behind no door.
    behind = Cell() if found.images == len(answer.rows) else None
    rows = tuple(
        _spread_row(title, found.overall[name], answer.draws, behind)
        for name, title in SPREAD_NAMES.items()
        if name in found.overall
    )
    return (FigureGroup(_title("Against the spread"), rows),)


def _spread_row(title: str, estimate: Estimate, draws: int, behind: Behind | None) -> Row:
    tip = f"{estimate.value:.6f} on {estimate.n:,} images. {SPREAD_NOTE}"
    return (
        Figure(title, tip),
        Figure(number(estimate.value), tip, behind, number=True),
        Figure(interval(estimate, draws), tip, behind, number=True),
        Figure(f"{estimate.n:,}", tip, behind, number=True),
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
    title = statistic_name(name)
    return (Figure(title, title), *estimate_figures(estimate, answer.draws, behind))


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
