"""How long a training will take, told only where something like it was measured on this machine."""

from collections.abc import Iterable
from dataclasses import dataclass

from model.runs.config import HEAD_ONLY, Config
from model.runs.following import RunView


@dataclass(frozen=True, slots=True)
class Cost:
    """An estimate and what it stands on.

    Attributes:
        seconds: Of all epochs of fine-tuning, without validation; early stopping makes it less.
        images_per_second: The pace it assumes.
        run: Name of the run whose last epoch had this pace.
    """

    seconds: float
    images_per_second: float
    run: str


def expected_cost(config: Config, images: int, runs: Iterable[RunView]) -> Cost | None:
    """What fine-tuning will cost, by the latest epoch of the same input size and the same blocks.

    Args:
        config: All choices.
        images: How many are trained on.
        runs: All that are known; those that were added may be of another machine, and do not count.

    Returns:
        None where no such epoch was ever run here, or nothing but the head is trained.
    """
    tuning, size = config.fine_tuning, config.network.size
    if tuning.first == HEAD_ONLY:
        return None
    measured = [
        (epoch.time, epoch.images_per_second, run.name)
        for run in runs
        if run.learned == tuning.first and not run.is_added
        for stretch in run.standing.stretches
        for epoch in stretch.epochs
        if epoch.phase == "fine-tuning" and epoch.size == size and epoch.images_per_second > 0
    ]
    if not measured:
        return None
    _, pace, name = max(measured)
    return Cost(tuning.epochs * images / pace, pace, name)
