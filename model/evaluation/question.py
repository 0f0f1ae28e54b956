"""What is asked of a data set's labellings, and everything that there is to show of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import numpy as np
from numpy.typing import NDArray

from model.evaluation.bootstrap import DRAWS
from model.evaluation.common_classes import Common, in_common_classes
from model.evaluation.comparison import Comparison, compare
from model.evaluation.evaluation import Evaluation, evaluate
from model.evaluation.labelling import (
    SPLITS,
    Labelling,
    Paired,
    Seen,
    classes_of,
    hold,
    seen_by,
)
from model.evaluation.measurement import LEVEL, Manner, Measurement, malignancy_pair, measure_images
from model.evaluation.metrics import Integers
from model.evaluation.official import OfficialScores, official_scores
from model.evaluation.pairs import MALIGNANT, Pair
from model.evaluation.ranking import Curve, curve
from model.evaluation.spread import SpreadEvaluation, evaluate_spread, hold_against_spread
from model.progress import Report, silent


class Group(StrEnum):
    """Images by what the labellings knew of them beforehand; the value is for people."""

    UNSEEN = "unseen images"
    SEEN_LESION = "other images of seen lesions"
    SEEN = "seen images"
    UNKNOWN = "images that the classifier may have seen"
    ALL = "images, seen and unseen together"


_GROUP_OF = {
    Group.UNSEEN: Seen.UNSEEN,
    Group.SEEN_LESION: Seen.SEEN_LESION,
    Group.SEEN: Seen.SEEN,
    Group.UNKNOWN: Seen.UNKNOWN,
}


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Which labellings of which images.

    Attributes:
        images: Ids [rows], of the whole data set.
        lesions: [rows], of `lesions_of`.
        columns: What to slice by: values [rows] for each name.
        truth: Taken for right.
        other: What is measured.
        second: What it is compared with, None for nothing.
        group: Which images, by what the labellings have seen.
        among: [rows], the images that pass the filter.
        filter_words: What the filter asks for, "" without one.
        level: Of the conformal sets, 0..1.
        data_set: What it is called, for people.
    """

    images: Sequence[str]
    lesions: Integers
    columns: Mapping[str, NDArray[np.object_]]
    truth: Labelling
    other: Labelling
    second: Labelling | None
    group: Group
    among: NDArray[np.bool_]
    filter_words: str = ""
    level: float = LEVEL
    data_set: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Rivals:
    """Two labellings side by side on the images that both say something of.

    Attributes:
        rows: [M], rows in the data set.
        first: The one that is measured.
        second: The one that it is compared with.
        evaluations: Of the first and of the second, without intervals.
        comparison: Second less first.
        words: How they were brought into the same classes; "" where they name the same.
    """

    rows: NDArray[np.intp]
    first: Pair
    second: Pair
    evaluations: tuple[Evaluation, Evaluation]
    comparison: Comparison
    words: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """All that is shown of a question.

    Attributes:
        question: What it answers.
        draws: Of the bootstrap; 0 while intervals are still to come.
        rows: [N], rows in the data set of the images that count.
        measurement: Their figures.
        columns: Values [N] to slice by.
        counts: How many images each group has under the filter.
        seen_matters: Whether any of the labellings was trained.
        splits: How many of the N images each split of the training had.
        by_looks: Whether copies of seen images under other names count as seen.
        left_out: Rows in the data set of images that are missing for each reason.
        curves: Of each class against the rest that has both kinds of images, and of `MALIGNANT`.
        validation: Images to choose thresholds on, none of them among the N; None without.
        official: The challenge's scores of these images; None without probabilities.
        rivals: Two labellings side by side; None where only one was asked for.
        rivals_note: Why there are none although they were asked for.
        spread: The labelling against the spread of the readings; None where the truth is no spread.
    """

    question: Question
    draws: int
    rows: NDArray[np.intp]
    measurement: Measurement
    columns: Mapping[str, NDArray[np.object_]]
    counts: Mapping[Group, int]
    seen_matters: bool
    splits: Mapping[str, int]
    by_looks: bool
    left_out: Mapping[str, NDArray[np.intp]]
    curves: Mapping[str, Curve]
    validation: Pair | None
    official: OfficialScores | None
    rivals: Rivals | None
    rivals_note: str
    spread: SpreadEvaluation | None


def answer(question: Question, *, draws: int = DRAWS, report: Report = silent) -> Answer:
    """Measure what is asked.

    Args:
        question: What is asked.
        draws: Bootstrap draws over lesions; 0 for everything but the intervals.
        report: Told while intervals are computed.

    Raises:
        Cancelled: From `report`.
    """
    asked = _labellings(question)
    seen = seen_by(asked, len(question.images))
    classes = classes_of(question.truth, question.other)
    ask = partial(hold, question.truth, question.other, question.lesions, classes=classes)
    comparable = ask(among=question.among)
    among = question.among & _in_group(question.group, seen)
    held = ask(among=among)
    validation = _validation(question, held)
    columns = {name: values[held.rows] for name, values in question.columns.items()}
    manner = Manner(validation, draws, question.level)
    measurement = _measurement(question, held, columns, manner, report)
    rivals, note = _rivals(question, among, draws, report)
    return Answer(
        question=question,
        draws=draws,
        rows=held.rows,
        measurement=measurement,
        columns=columns,
        counts=_counts(comparable, seen),
        seen_matters=_was_trained(question),
        by_looks=all(each.by_looks for each in asked),
        splits=_splits(question.other, held.rows),
        left_out=held.left_out,
        curves=_curves(held.pair),
        validation=validation,
        official=_official(held.pair),
        rivals=rivals,
        rivals_note=note,
        spread=_spread(question, among, classes, draws, report),
    )


def _labellings(question: Question) -> list[Labelling]:
    asked = (question.truth, question.other, question.second)
    return [each for each in asked if each is not None]


def _in_group(group: Group, seen: NDArray[np.int8]) -> NDArray[np.bool_]:
    return np.ones(len(seen), bool) if group is Group.ALL else seen == _GROUP_OF[group]


def _counts(comparable: Paired, seen: NDArray[np.int8]) -> dict[Group, int]:
    found = seen[comparable.rows]
    counts = {group: int((found == value).sum()) for group, value in _GROUP_OF.items()}
    return {**counts, Group.ALL: len(found)}


def _splits(labelling: Labelling, rows: NDArray[np.intp]) -> dict[str, int]:
    if labelling.split is None:
        return {}
    counted = np.bincount(labelling.split[rows], minlength=len(SPLITS)).tolist()
    return {name: count for name, count in zip(SPLITS, counted, strict=True) if count}


def _validation(question: Question, shown: Paired) -> Pair | None:
    """The measured classifier's validation images, whatever the filter; None if any is shown."""
    labelling = question.other
    if labelling.split is None or labelling.probabilities is None:
        return None
    chosen = labelling.split == SPLITS.index("validation")
    if not chosen.any() or chosen[shown.rows].any():
        return None
    found = hold(question.truth, labelling, question.lesions, chosen, labelling.classes).pair
    return found if len(found) else None


def _measurement(
    question: Question,
    held: Paired,
    columns: Mapping[str, NDArray[np.object_]],
    manner: Manner,
    report: Report,
) -> Measurement:
    images = [question.images[row] for row in held.rows]
    return measure_images(held.pair, images, _name(question), columns, manner, report)


def _was_trained(question: Question) -> bool:
    return any(each.seen is not None for each in _labellings(question))


def _name(question: Question) -> str:
    name = str(question.group) if _was_trained(question) else "images"
    return f"{name} with {question.filter_words}" if question.filter_words else name


def _curves(pair: Pair) -> dict[str, Curve]:
    if pair.probabilities is None:
        return {}
    two = malignancy_pair(pair)
    columns = {
        code: (pair.truth == at, pair.probabilities[:, at]) for at, code in enumerate(pair.classes)
    }
    if two is not None and two.probabilities is not None:
        columns[MALIGNANT] = two.truth == 0, two.probabilities[:, 0]
    return {
        code: curve(positive, stated)
        for code, (positive, stated) in columns.items()
        if positive.any() and not positive.all()
    }


def _official(pair: Pair) -> OfficialScores | None:
    if pair.probabilities is None or not len(pair):
        return None
    return official_scores(pair.classes, pair.truth, pair.probabilities, np.ones(len(pair)))


def _spread(
    question: Question,
    among: NDArray[np.bool_],
    classes: tuple[str, ...],
    draws: int,
    report: Report,
) -> SpreadEvaluation | None:
    truth, other = question.truth, question.other
    if truth.shares is None:
        return None
    pair, shares = hold_against_spread(truth, other, question.lesions, among, classes)
    return evaluate_spread(pair, shares, draws=draws, report=report)


def _compared(truth: Labelling, first: Labelling, second: Labelling) -> Common | None:
    """All three in the same classes; None where there are none."""
    if second.probabilities is None:
        return Common(truth, first, second, classes_of(truth, first), "")
    if first.probabilities is None or set(first.classes) == set(second.classes):
        classes = second.classes if first.probabilities is None else first.classes
        return Common(truth, first, second, classes, "")
    return in_common_classes(truth, first, second)


def _rivals(
    question: Question, among: NDArray[np.bool_], draws: int, report: Report
) -> tuple[Rivals | None, str]:
    second = question.second
    if second is None:
        return None, ""
    compared = _compared(question.truth, question.other, second)
    if compared is None:
        return None, (
            f"{second.name} names other classes than {question.other.name}, and not all of them"
            " have a place in 7 classes or as malignant or benign, so that no figure of one can be"
            ' held against the other\'s. Choose each of them as "Measured" instead.'
        )
    both = [
        hold(compared.truth, each, question.lesions, among, compared.classes)
        for each in (compared.first, compared.second)
    ]
    rows = np.intersect1d(both[0].rows, both[1].rows, assume_unique=True)
    first, other = (held.pair.only(np.searchsorted(held.rows, rows)) for held in both)
    evaluations = evaluate(first, draws=0), evaluate(other, draws=0)
    comparison = compare(first, other, draws=draws, report=report)
    return Rivals(rows, first, other, evaluations, comparison, compared.words), ""
