"""Recorded labels that a network doubts which never saw the lesion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.evaluation.label_quality.audit import audit_labels, seen_through_folds
from model.evaluation.pairs import lesion_numbers
from model.project.out_of_fold import OutOfFold
from model.records import ImageRecord
from model.review.opinions import Floats
from model.review.patterns import Mask


@dataclass(frozen=True, slots=True, eq=False)
class Doubts:
    """What confident learning says of the labels of N images.

    Attributes:
        suspect: [N], whether the label is probably wrong.
        strength: [N], 0..1, what the network leaves for other classes; 0 where not suspect.
        suggested: For each image the class that it names instead, "" where not suspect.
        measured: How many images took part.
        note: Why others did not, for people; "" where all did.
    """

    suspect: Mask
    strength: Floats
    suggested: tuple[str, ...]
    measured: int
    note: str


def find_doubts(
    images: Sequence[ImageRecord], hashes: Mapping[str, str], found: OutOfFold | None
) -> Doubts:
    """Doubt the labels of a data set by out-of-fold probabilities (Northcutt 2021).

    Images take part that have a label among the network's classes and a probability, and whose
    lesion lay in one fold: others were learnt, wrong labels too.

    Args:
        images: The data set.
        hashes: Content hashes by path.
        found: Of `latest_out_of_fold`; None where there is none.
    """
    nothing = Doubts(np.zeros(len(images), bool), np.zeros(len(images)), ("",) * len(images), 0, "")
    if found is None:
        return nothing
    place = {code: number for number, code in enumerate(found.classes)}
    at = [found.rows.get(hashes.get(image.path, ""), -1) for image in images]
    taking_part = [n for n, image in enumerate(images) if at[n] >= 0 and image.label in place]
    rows = np.array(taking_part, np.intp)
    if not rows.size:
        return nothing
    stored = np.array(at, np.intp)[rows]
    labels = np.array([place[images[n].label] for n in taking_part], np.int64)
    lesions = lesion_numbers([images[n].lesion_id for n in taking_part], len(taking_part))
    shares = found.probabilities[stored].astype(np.float64)
    seen = seen_through_folds(lesions, found.folds[stored].tolist())
    audit = audit_labels(labels, shares, lesions, seen)
    flagged = rows[audit.flagged]
    nothing.suspect[flagged] = True
    nothing.strength[flagged] = 1 - audit.self_confidence[audit.flagged]
    named = dict(zip(flagged.tolist(), audit.suggested[audit.flagged].tolist(), strict=True))
    suggested = tuple(found.classes[named[n]] if n in named else "" for n in range(len(images)))
    measured = int(audit.measured.sum())
    return Doubts(nothing.suspect, nothing.strength, suggested, measured, _note(images, measured))


def _note(images: Sequence[ImageRecord], measured: int) -> str:
    left = len(images) - measured
    if not left:
        return ""
    return (
        f"{left:,} of {len(images):,} images took no part: without a label or a prediction, of"
        " another class, or of a lesion that the network has seen"
    )
