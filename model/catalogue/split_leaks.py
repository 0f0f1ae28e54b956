"""What a split by image would have leaked: test images whose lesion the training knows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.catalogue.split_plan import SplitPlan
from model.catalogue.splits import TRAINING


@dataclass(frozen=True, slots=True)
class Leak:
    """What is expected of one class, or of all.

    Attributes:
        code: The class; "" for all together.
        images: How many images it has.
        expected: Share of its test images of whose lesion an image would be in training, 0..1.
    """

    code: str
    images: int
    expected: float


def leaks_by_image(plan: SplitPlan) -> tuple[Leak, ...]:
    """What would leak if as many images were drawn for training one by one, lesions unheeded.

    The classes in order, then all together.
    """
    used = [row for row, name in enumerate(plan.splits) if name]
    labels = [plan.records[row].label for row in used]
    lesions = [plan.lesions[row] for row in used]
    training = sum(name == TRAINING for name in plan.splits)
    return expected_leaks(labels, lesions, training, plan.classes)


def expected_leaks(
    labels: Sequence[str], lesions: Sequence[str], training: int, classes: Sequence[str]
) -> tuple[Leak, ...]:
    """Exact expectation over all ways to draw `training` of N images without regard to lesions.

    Of an image outside of training, the m - 1 other images of its lesion are any m - 1 of the
    N - 1 other images; none of them is in training with the probability
    C(N - 1 - training, m - 1) / C(N - 1, m - 1). One minus this, averaged over a class' images, is
    the share of its test images that leak.

    Args:
        labels: Class of each image, N.
        lesions: Lesion of each image, N.
        training: How many images are drawn.
        classes: Codes to report on, in this order.
    """
    _, lesion, sizes = np.unique(np.array(lesions, object), return_inverse=True, return_counts=True)
    shares = _leaking(int(sizes.max(initial=1)), len(labels), training)[sizes[lesion]]
    label = np.array(labels, object)
    chosen = [(code, shares[label == code]) for code in classes]
    return tuple(
        Leak(code, len(each), float(each.mean()) if len(each) else 0.0)
        for code, each in (*chosen, ("", shares))
    )


def _leaking(largest: int, images: int, training: int) -> NDArray[np.float64]:
    """Probability that a test image leaks, by the number of images its lesion has: 0..largest."""
    drawn = np.arange(max(largest - 1, 0))
    others = max(images - 1, 1) - drawn
    outside = np.clip((images - 1 - training - drawn) / np.maximum(others, 1), 0, 1)
    return np.concatenate(([0.0, 0.0], 1 - np.cumprod(outside)))[: largest + 1]
