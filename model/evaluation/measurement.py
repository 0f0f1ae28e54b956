"""Everything that is shown of one set of images: the unit of a report and of the panel."""

from collections.abc import Sequence
from dataclasses import dataclass

from model.evaluation.bootstrap import DRAWS
from model.evaluation.conformal import ClassThreshold, ConformalCoverage, calibrate, coverage
from model.evaluation.evaluation import Evaluation, evaluate
from model.evaluation.operating_points import OperatingPoint, operating_point
from model.evaluation.pairs import BENIGN, MALIGNANT, Pair, against_rest
from model.evaluation.slices import Columns, Slice, slices
from model.progress import Report, silent
from model.taxonomy import lesion_class

SENSITIVITY, SPECIFICITY, LEVEL = 0.95, 0.9, 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Sets:
    """Conformal sets: how they were calibrated, and what they do."""

    level: float
    thresholds: tuple[ClassThreshold, ...]
    coverage: ConformalCoverage


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """One labelling held against another on some images.

    Attributes:
        title: Which images, for people: "2,000 unseen images (1,493 lesions)".
        images: Ids [N].
        pair: The labellings.
        evaluation: All classes.
        malignancy: Malignant against benign; None where only one of them occurs.
        points: Operating points for malignant; empty without probabilities.
        points_note: On which images their thresholds were chosen.
        slices: Parts of the images.
        sets: Conformal sets; None without validation images.
    """

    title: str
    images: tuple[str, ...]
    pair: Pair
    evaluation: Evaluation
    malignancy: Evaluation | None
    points: tuple[OperatingPoint, ...]
    points_note: str
    slices: tuple[Slice, ...]
    sets: Sets | None


@dataclass(frozen=True, slots=True, eq=False)
class Manner:
    """How images are measured.

    Attributes:
        validation: Images of the same classes to choose thresholds on, none of those measured.
        draws: Bootstrap draws over lesions; 0 for everything but the intervals.
        level: Of the conformal sets, 0..1.
    """

    validation: Pair | None = None
    draws: int = DRAWS
    level: float = LEVEL


def measure_images(
    pair: Pair,
    images: Sequence[str],
    name: str,
    columns: Columns,
    manner: Manner = Manner(),
    report: Report = silent,
) -> Measurement:
    """Measure some images in every way there is.

    Args:
        pair: Of N images.
        images: Their ids.
        name: What they are: "unseen images".
        columns: What to slice by, N values for each name.
        manner: How.
        report: Told while intervals are computed.

    Raises:
        Cancelled: From `report`.
    """
    two, validation, draws = malignancy_pair(pair), manner.validation, manner.draws
    chosen_on, note = _chosen_on(validation, two)
    return Measurement(
        f"{len(pair):,} {name} ({pair.lesion_count:,} lesions)"
        if pair.by_lesion
        else f"{len(pair):,} {name}",
        tuple(images),
        pair,
        evaluate(pair, draws=draws, report=report),
        None if two is None else evaluate(two, draws=draws, report=report),
        _points(chosen_on, two, draws),
        note,
        tuple(slices(pair, columns, draws=draws, report=report)),
        _sets(pair, validation, manner, report),
    )


def malignancy_pair(pair: Pair) -> Pair | None:
    """The pair as malignant against benign; None where the images are only one of them."""
    malignant = [code for code in pair.classes if lesion_class(code).malignant]
    two = against_rest(pair, malignant, (MALIGNANT, BENIGN))
    return two if len(set(two.truth.tolist())) == 2 else None


def _chosen_on(validation: Pair | None, two: Pair | None) -> tuple[Pair | None, str]:
    chosen = malignancy_pair(validation) if validation is not None else None
    if chosen is not None:
        return chosen, f"thresholds chosen on {len(chosen):,} validation images"
    return two, "thresholds chosen on the same images, which flatters them"


def _points(chosen_on: Pair | None, two: Pair | None, draws: int) -> tuple[OperatingPoint, ...]:
    if chosen_on is None or two is None or two.probabilities is None:
        return ()
    return (
        operating_point(chosen_on, two, "specificity", SPECIFICITY, draws=draws),
        operating_point(chosen_on, two, "sensitivity", SENSITIVITY, draws=draws),
    )


def _sets(pair: Pair, validation: Pair | None, manner: Manner, report: Report) -> Sets | None:
    if validation is None or not len(validation) or pair.probabilities is None:
        return None
    thresholds = calibrate(validation, manner.level)
    found = coverage(pair, thresholds, draws=manner.draws, report=report)
    return Sets(manner.level, thresholds, found)
