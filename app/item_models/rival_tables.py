"""Two labellings side by side."""

import math

from app.item_models.figure_table_model import Figure, FigureTable
from app.item_models.figure_texts import (
    STATISTICS,
    class_text,
    interval,
    number,
    statistic_name,
)
from app.item_models.figure_tree_model import FigureGroup, FigureTree, Row
from model.evaluation.behind import Swapped
from model.evaluation.estimates import Estimate
from model.evaluation.question import Answer

_BOTH = Swapped("both")


def differences_tree(answer: Answer | None) -> FigureTree:
    """Second less first, over all classes and below that by class."""
    header = ("", "First", "Second", "Second − first")
    rivals = answer.rivals if answer else None
    if answer is None or rivals is None:
        return FigureTree(header)
    found, draws = rivals.comparison, answer.draws
    one, other = rivals.evaluations
    groups = []
    for name, single in STATISTICS:
        if name not in found.differences:
            continue
        title, gap = statistic_name(name), found.differences[name]
        row = _compared(Figure(title, title), (one.overall[name], other.overall[name]), gap, draws)
        below = [
            _compared(
                Figure(code, class_text(code), code=code),
                (one.by_class[single][at], other.by_class[single][at]),
                found.by_class[single][at],
                draws,
            )
            for at, code in enumerate(one.classes)
            if single in found.by_class
        ]
        groups.append(FigureGroup(row, tuple(below)))
    return FigureTree(header, tuple(groups))


def _compared(title: Figure, both: tuple[Estimate, Estimate], gap: Estimate, draws: int) -> Row:
    values = (Figure(number(each.value), f"{each.value:.6f}", _BOTH, number=True) for each in both)
    apart = bool(draws) and (gap.low > 0 or gap.high < 0)
    text = number(gap.value, "+")
    if not math.isnan(gap.value):
        text += f" ({interval(gap, draws, '+')})"
    tip = gap.reason or "Paired bootstrap over lesions, 95 %"
    return (title, *values, Figure(text, tip, _BOTH, number=True, bold=apart))


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
