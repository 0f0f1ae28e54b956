"""What review makes of labels: adjudicated ones, and the spread of readings as soft ones."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from model.catalogue.chosen_labels import LabelUse
from model.records import ImageRecord
from model.review.adjudication import Decision, adjudicated_code
from model.review.case_readings import CaseReading
from model.review.selection import lesion_of

ADJUDICATED = "adjudication"


def adjudicated_labels(
    images: Sequence[ImageRecord], decisions: Mapping[str, Decision]
) -> list[str]:
    """The code of each image's label: as decided where there is a decision, else as recorded."""
    return [adjudicated_code(decisions, image, lesion_of(image)) for image in images]


def with_adjudicated_labels(
    images: Sequence[ImageRecord],
    decisions: Mapping[str, Decision],
    use: LabelUse = "adjudicated",
    disputed: frozenset[str] = frozenset(),
) -> list[ImageRecord]:
    """The images as a training may use them; a changed label stands on adjudication.

    Args:
        images: The data set.
        decisions: Of `standing`.
        use: "adjudicated"; "adjudicated only": images with a decided class; "without disputed":
            all but those whose lesion is disputed and not decided.
        disputed: Lesions (as `lesion_of` names them) on which somebody disagrees.
    """
    found = []
    for image in images:
        lesion = lesion_of(image)
        decision = decisions.get(lesion)
        if decision is None:
            if use == "adjudicated" or (use == "without disputed" and lesion not in disputed):
                found.append(image)
        elif decision.final_class:
            changed = decision.final_class != image.label
            basis = ADJUDICATED if changed else image.basis
            found.append(replace(image, label=decision.final_class, basis=basis))
    return found


def soft_labels(
    images: Sequence[ImageRecord], readings: Sequence[CaseReading], classes: Sequence[str]
) -> NDArray[np.float64]:
    """The share of readers that named each class, for each image.

    A reader counts once for an image, in equal parts for every class named in several readings.

    Args:
        images: N of them.
        readings: Usually `first_stage_only`.
        classes: K codes; answers beyond them do not count.

    Returns:
        float64 [N, K]: rows sum to 1, or are all NaN where nobody named a class.
    """
    column = {code: number for number, code in enumerate(classes)}
    named: dict[tuple[str, str], list[int]] = {}
    for each in readings:
        code = each.reading.answers.diagnosis
        for path in each.paths if code in column else ():
            named.setdefault((path, each.reading.reader), []).append(column[code])
    row_of = {image.path: row for row, image in enumerate(images)}
    votes = np.zeros((len(images), len(classes)))
    for (path, _), codes in named.items():
        if path in row_of:
            np.add.at(votes[row_of[path]], codes, 1 / len(codes))
    sums = votes.sum(1, keepdims=True)
    shares = np.full_like(votes, np.nan)
    np.divide(votes, sums, out=shares, where=sums > 0)
    return shares
