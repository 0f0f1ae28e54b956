"""Making up for classes of different frequency: the one home of the formulas.

The loss and the sampler of a training call these, and so does the table that a user sees before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Method = Literal[
    "none",
    "class weights",
    "effective number",
    "oversampling",
    "square-root oversampling",
    "focal loss",
    "logit adjustment",
    "square-root oversampling and logit adjustment",
]
METHODS: tuple[Method, ...] = get_args(Method)

_EXPLANATIONS: dict[Method, str] = {
    "none": "Every image counts alike, so common classes count most; probabilities fit the "
    "frequencies of the data set.",
    "class weights": "An image's loss is multiplied by n / (K n_c), so that all K classes count "
    "alike; a rare class may jump about.",
    "effective number": "As class weights, but further images of a large class still count a "
    "little: (1 - beta) / (1 - beta^n_c).",
    "oversampling": "Images of rare classes are drawn more often, until all classes come equally "
    "often; the few images of a rare class may be learned by heart.",
    "square-root oversampling": "Halfway between: a class is drawn in proportion to the square "
    "root of its images.",
    "focal loss": "Images that are right already count less, by (1 - p)^gamma, whatever their "
    "class.",
    "logit adjustment": "While training, tau times the logarithm of a class' frequency is added "
    "to its logit, which asks for a larger margin for rare classes; made for balanced accuracy.",
    "square-root oversampling and logit adjustment": "Rare classes are drawn more often, and the "
    "logits are adjusted for the frequencies that remain.",
}
_DRAWN_BY_ROOT = frozenset(
    ("square-root oversampling", "square-root oversampling and logit adjustment")
)
_ADJUSTED = frozenset(("logit adjustment", "square-root oversampling and logit adjustment"))


@dataclass(frozen=True, slots=True)
class Balance:
    """A method, with its strength; the table [balance] of a configuration.

    Attributes:
        method: Which.
        tau: Of logit adjustment: 0 none, 1 consistent with the balanced error.
        beta: Of effective number, 0..1: 0 counts all images alike, 1 all classes.
        gamma: Of focal loss: 0 none; the more, the less do easy images count.
    """

    method: Method = "logit adjustment"
    tau: float = 1.0
    beta: float = 0.999
    gamma: float = 2.0


@dataclass(frozen=True, slots=True)
class Effect:
    """What a balance does to a data set of K classes. Classes without images have zeros.

    Attributes:
        draws: How often an image of the class is drawn in an epoch, on average; float64 [K].
            Over all images the mean is 1: an epoch stays as long as it was.
        weights: What the loss of one image is multiplied by; float64 [K], over all drawn images
            with mean 1, so that learning rates keep their meaning.
        shift: What is added to the logits in the loss, and only there; float64 [K].
        gamma: The loss of an image with probability p is multiplied by (1 - p)^gamma.
        shares: How much of the sum of all weights the class has, 0..1; float64 [K].
    """

    draws: NDArray[np.float64]
    weights: NDArray[np.float64]
    shift: NDArray[np.float64]
    gamma: float
    shares: NDArray[np.float64]


def explanation(method: Method) -> str:
    """What a method does, in a line for the user."""
    return _EXPLANATIONS[method]


def balance_effect(
    balance: Balance, counts: Sequence[int] | NDArray[np.int64] | NDArray[np.float64]
) -> Effect:
    """What a balance does, from how many training images each class has.

    Class weights are n / (K n_c). Effective numbers are (1 - beta) / (1 - beta^n_c) (Cui et al.,
    CVPR 2019, equation 1), scaled alike. Focal loss is that of Lin et al., ICCV 2017, equation 4,
    without weights. Logit adjustment adds tau log prior (Menon et al., ICLR 2021, equation 10).

    Args:
        balance: Method and strength.
        counts: Training images of each class, K; parts of images where labels are shares.

    Raises:
        ValueError: No class has images, or a strength is out of its range.
    """
    images = np.asarray(counts, np.float64)
    if not images.sum() > 0 or not 0 <= balance.beta <= 1 or min(balance.tau, balance.gamma) < 0:
        raise ValueError(f"{balance} of {list(counts)}")
    draws = _scaled(_drawn(balance.method, images), images)
    weights = _scaled(_weighted(balance, images), images * draws)
    drawn = images * draws / images.sum()
    tau = balance.tau if balance.method in _ADJUSTED else 0.0
    return Effect(
        draws=draws,
        weights=weights,
        shift=tau * np.log(drawn, out=np.zeros_like(drawn), where=drawn > 0),
        gamma=balance.gamma if balance.method == "focal loss" else 0.0,
        shares=drawn * weights,
    )


def _drawn(method: Method, images: NDArray[np.float64]) -> NDArray[np.float64]:
    if method == "oversampling":
        return 1 / np.maximum(images, 1)
    if method in _DRAWN_BY_ROOT:
        return 1 / np.sqrt(np.maximum(images, 1))
    return np.ones_like(images)


def _weighted(balance: Balance, images: NDArray[np.float64]) -> NDArray[np.float64]:
    some = np.maximum(images, 1)
    if balance.method == "class weights" or (
        balance.method == "effective number" and balance.beta == 1
    ):
        return 1 / some
    if balance.method == "effective number":
        return np.asarray((1 - balance.beta) / (1 - balance.beta**some))
    return np.ones_like(images)


def _scaled(values: NDArray[np.float64], images: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values with mean 1 over the images, 0 for classes without any."""
    mean = float(values @ images) / float(images.sum())
    return np.where(images > 0, values / mean, 0.0)
