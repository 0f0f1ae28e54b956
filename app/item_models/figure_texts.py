"""How figures are written: three decimals, intervals, names of statistics and classes."""

import math

from app.item_models.figure_table_model import Figure
from app.item_models.figure_tree_model import Row
from model.evaluation.behind import Behind
from model.evaluation.estimates import Estimate, Method
from model.taxonomy import lesion_class

NONE = "–"
PENDING = "…"
# What is over all classes, and the same of each class against all others.
STATISTICS = (
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
    return f"{code}  {name}" if name.upper() != code.upper() else code


def statistic_name(name: str) -> str:
    """A statistic of metrics.json for people."""
    return _NAMES.get(name, name.replace("_", " ").capitalize())


def estimate_figures(estimate: Estimate, draws: int, behind: Behind, sign: str = "") -> Row:
    """Value, interval and n of a statistic, all three a door to its images."""
    opened = behind if estimate.n else None
    tip = f"{estimate.value:.6f} on {estimate.n:,} images; click to see them"
    if estimate.reason and draws:
        tip += f"\nNo interval: {estimate.reason}"
    return (
        Figure(number(estimate.value, sign), tip, opened, number=True),
        Figure(interval(estimate, draws, sign), tip, opened, number=True),
        Figure(f"{estimate.n:,}", tip, opened, number=True),
    )
