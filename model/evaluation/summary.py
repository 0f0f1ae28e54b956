"""All metrics of one classifier on one set of images, as its card keeps them."""

from collections.abc import Sequence
from typing import Any

from model.evaluation.estimates import Estimate
from model.evaluation.evaluation import evaluate
from model.evaluation.metrics import Floats, Integers
from model.evaluation.pairs import pair_with_probabilities
from model.evaluation.spread import ATTAINABLE, SCORES, evaluate_spread
from model.progress import Report, silent

_OVERALL = ("accuracy", "balanced_accuracy", "macro_f1", "expected_calibration_error")
_BY_CLASS = ("recall", "precision", "f1", "auc")


def summarise(
    truth: Integers,
    probabilities: Floats,
    lesions: Sequence[str],
    classes: Sequence[str],
    *,
    seed: int = 0,
    report: Report = silent,
) -> dict[str, Any]:
    """Everything a card says of one set of images.

    Args:
        truth: [N], class indices.
        probabilities: [N, C], calibrated; the largest is the diagnosis.
        lesions: [N], lesion of each image, "" where it is not known.
        classes: Codes in the order of the columns.
        seed: Of the bootstrap over lesions.
        report: Told of the bootstrap, which takes longest; may raise `Cancelled`.

    Returns:
        JSON values: "images" and "lesions" (counts), "interval" (how intervals were made),
        "confusion_matrix", and each metric as {"value", "low", "high", "n"}; "recall",
        "precision", "f1" and "auc" by class. What is undefined is None.
    """
    pair = pair_with_probabilities(classes, truth, probabilities, lesions)
    found = evaluate(pair, seed=seed, report=report)
    return {
        "images": found.images,
        "lesions": found.lesions,
        "interval": found.interval,
        "confusion_matrix": found.matrix.tolist(),
        **{name: _figure(found.overall[name]) for name in _OVERALL},
        **{
            name: dict(zip(classes, map(_figure, found.by_class[name]), strict=True))
            for name in _BY_CLASS
        },
    }


def summarise_spread(
    shares: Floats,
    probabilities: Floats,
    lesions: Sequence[str],
    classes: Sequence[str],
    *,
    seed: int = 0,
    report: Report = silent,
) -> dict[str, Any]:
    """What a card says of one set of images against the spread of their readers.

    Args:
        shares: [N, C], of the readers that named each class.
        probabilities: As of `summarise`.
        lesions: As of `summarise`.
        classes: As of `summarise`.
        seed: As of `summarise`.
        report: As of `summarise`.

    Returns:
        JSON values: "images", "lesions", "expected_confusion_matrix", and "expected_accuracy",
        "attainable_accuracy", "expected_balanced_accuracy", "cross_entropy" and "brier_score" as
        of `summarise`; `model.evaluation.spread` says what they mean.
    """
    anything = shares.argmax(1)
    pair = pair_with_probabilities(classes, anything, probabilities, lesions)
    found = evaluate_spread(pair, shares, seed=seed, report=report)
    return {
        "images": found.images,
        "lesions": found.lesions,
        "expected_confusion_matrix": found.matrix[:, :-1].tolist(),
        **{
            f"expected_{name}": _figure(found.overall[name])
            for name in ("accuracy", "balanced_accuracy")
        },
        **{name: _figure(found.overall[name]) for name in (ATTAINABLE, *SCORES)},
    }


def _figure(estimate: Estimate) -> dict[str, Any]:
    values = estimate.to_json()
    return {name: values[name] for name in ("value", "low", "high", "n")}
