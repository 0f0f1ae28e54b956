"""Measurements as plain values for metrics.json, in full precision; undefined is null."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from model.evaluation.dossier import Rival
from model.evaluation.estimates import Estimate
from model.evaluation.evaluation import Evaluation
from model.evaluation.measurement import Measurement, Sets
from model.evaluation.official import OfficialScores
from model.evaluation.operating_points import OperatingPoint
from model.evaluation.reliability import reliability
from model.evaluation.slices import Slice
from model.evaluation.spread import SpreadEvaluation


def evaluation_json(evaluation: Evaluation) -> dict[str, Any]:
    """An evaluation; the plain values of what is over all classes at the top."""
    return {
        **{name: known(each.value) for name, each in evaluation.overall.items()},
        "images": evaluation.images,
        "lesions": evaluation.lesions if evaluation.by_lesion else None,
        "intervals": evaluation.interval,
        "classes": list(evaluation.classes),
        "confusion_matrix": evaluation.matrix.tolist(),
        "undecided": evaluation.undecided.tolist(),
        "overall": _estimates(evaluation.overall),
        "by_class": {
            code: _estimates({name: row[at] for name, row in evaluation.by_class.items()})
            for at, code in enumerate(evaluation.classes)
        },
    }


def measurement_json(found: Measurement) -> dict[str, Any]:
    """A measurement with everything in it."""
    values = {"title": found.title, **evaluation_json(found.evaluation)}
    if found.malignancy is not None:
        points = [_point_json(point) for point in found.points]
        values["malignant_against_benign"] = {
            **evaluation_json(found.malignancy),
            "operating_points": points,
            "operating_points_note": found.points_note,
        }
    if found.pair.probabilities is not None:
        values["reliability"] = [
            {
                "low": each.low,
                "high": each.high,
                "confidence": known(each.confidence),
                "share": each.share.to_json(),
            }
            for each in reliability(found.pair)
        ]
    values["slices"] = [_slice_json(each) for each in found.slices]
    values["conformal_sets"] = None if found.sets is None else _sets_json(found.sets)
    return values


def spread_json(found: SpreadEvaluation) -> dict[str, Any]:
    """A labelling against the spread of several readers."""
    return {
        "images": found.images,
        "lesions": found.lesions if found.by_lesion else None,
        "classes": list(found.classes),
        "expected_confusion_matrix": found.matrix[:, :-1].tolist(),
        "undecided": found.matrix[:, -1].tolist(),
        "overall": _estimates(found.overall),
        "by_class": {
            code: _estimates({name: row[at] for name, row in found.by_class.items()})
            for at, code in enumerate(found.classes)
        },
    }


def rival_json(rival: Rival) -> dict[str, Any]:
    """Two labellings beside each other, and the images that they swap."""
    found, (first, second) = rival.comparison, rival.names
    swapped: dict[str, list[str]] = {"gained": [], "lost": [], "changed": []}
    for swap in rival.swapped():
        swapped[swap.change].append(swap.image)
    return {
        "title": rival.title,
        "first": first,
        "second": second,
        "images": len(rival.images),
        "overall": {
            name: {
                "first": found.first.overall[name].to_json(),
                "second": found.second.overall[name].to_json(),
                "difference": each.to_json(),
            }
            for name, each in found.differences.items()
        },
        "by_class": {
            code: {name: row[at].to_json() for name, row in found.by_class.items()}
            for at, code in enumerate(rival.first.classes)
        },
        "mcnemar": {name: _plain(each) for name, each in asdict(found.mcnemar).items()},
        "swapped": swapped,
    }


def official_json(scores: OfficialScores) -> dict[str, Any]:
    """The challenge's scores under the challenge's names."""
    return {
        "balanced_accuracy": known(scores.balanced_accuracy),
        "per_category": {
            code: _all_known(asdict(row))
            for code, row in zip(scores.classes, scores.by_class, strict=True)
        },
        "macro_average": _all_known(asdict(scores.macro)),
        "undecided": scores.undecided,
    }


def known(value: float) -> float | None:
    """The number, None where it is undefined or infinite."""
    return float(value) if math.isfinite(value) else None


def _plain(value: float) -> float | int | None:
    return value if isinstance(value, int) else known(value)


def _all_known(values: Mapping[str, float]) -> dict[str, float | None]:
    return {name: known(value) for name, value in values.items()}


def _estimates(values: Mapping[str, Estimate]) -> dict[str, Any]:
    return {name: each.to_json() for name, each in values.items()}


def _point_json(point: OperatingPoint) -> dict[str, Any]:
    return {
        "held": point.held,
        "target": point.target,
        "threshold": known(point.threshold),
        "chosen_sensitivity": known(point.chosen_sensitivity),
        "chosen_specificity": known(point.chosen_specificity),
        "chosen_on": point.chosen_on,
        "sensitivity": point.sensitivity.to_json(),
        "specificity": point.specificity.to_json(),
    }


def _slice_json(each: Slice) -> dict[str, Any]:
    shown = ("accuracy", "accuracy_gap", "balanced_accuracy", "balanced_gap")
    figures = {name: getattr(each, name) for name in shown}
    return {
        "column": each.column,
        "value": each.value,
        "n": each.n,
        "lesions": each.lesions,
        "hidden": each.hidden,
        **{name: figure and figure.to_json() for name, figure in figures.items()},
    }


def _sets_json(sets: Sets) -> dict[str, Any]:
    found = sets.coverage
    return {
        "level": sets.level,
        "coverage": found.overall.to_json(),
        "mean_size": known(found.mean_size),
        "empty": found.empty,
        "by_class": {
            each.code: {
                "lesions": each.lesions,
                "needed": each.needed,
                "too_few": each.too_few,
                "threshold": known(each.threshold),
                "coverage": estimate.to_json(),
            }
            for each, estimate in zip(sets.thresholds, found.by_class, strict=True)
        },
    }
