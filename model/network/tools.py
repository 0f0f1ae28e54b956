"""What the parts of a training talk to."""

from dataclasses import dataclass

from model.runs.config import Config
from model.runs.folder import RunFolder
from model.runs.log import RunLog
from model.runs.steering import Steering


@dataclass(frozen=True, slots=True)
class Tools:
    """What a training of one network talks to.

    Attributes:
        config: All choices.
        place: Where its files lie: the run's folder, or that of a fold.
        log: The run's; gets an event for each epoch.
        steering: Told at each batch; may stop the run.
    """

    config: Config
    place: RunFolder
    log: RunLog
    steering: Steering
