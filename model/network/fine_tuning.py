"""Training the network itself, after its head: epochs, validation, best weights, checkpoints."""

import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import keras
import numpy as np
from numpy.typing import NDArray

from model.errors import UserError
from model.network.batches import Draws
from model.network.checkpoint import Place, State, read_state, write_state
from model.network.judging import judge
from model.network.learning import Learner, learning_rate
from model.network.memory import memory_told
from model.network.tools import Tools
from model.progress import Cancelled
from model.runs.config import WHOLE_NETWORK
from model.runs.log import EpochDone, Progress

_RECENT_STEPS = 50


@dataclass(frozen=True, slots=True)
class Validation:
    """The images that decide which epoch is kept.

    Attributes:
        pixels: uint8 [N, S, S, 3], as the classifier will see them.
        targets: float64 [N, C].
        classes: Codes in the order of the logits.
    """

    pixels: NDArray[np.uint8]
    targets: NDArray[np.float64]
    classes: Sequence[str]


def learn_from(network: keras.Model, first: str) -> None:
    """Let the layers from a block on learn, and none before it; batch norms never do.

    Args:
        network: From `build_network`.
        first: "all", or the beginning of a layer's name such as "block_13".

    Raises:
        UserError: No layer is called so.
    """
    names = [layer.name for layer in network.layers]
    starts = [i for i, name in enumerate(names) if f"{name}_".startswith(f"{first}_")]
    if first != WHOLE_NETWORK and not starts:
        raise UserError(
            f"The network has no block {first!r}: `first` under [fine_tuning] is all, none, or one "
            "of block_1 to block_16."
        )
    start = 0 if first == WHOLE_NETWORK else starts[0]
    for index, layer in enumerate(network.layers):
        frozen = isinstance(layer, keras.layers.BatchNormalization)
        layer.trainable = index >= start and not frozen


class FineTuning:
    """One network on its way; `run` ends with the best averaged weights in it.

    Attributes:
        learner: The network with its optimiser.
    """

    def __init__(
        self,
        learner: Learner,
        draws: Draws,
        validation: Validation,
        tools: Tools,
    ) -> None:
        self.learner, self._draws, self._validation = learner, draws, validation
        self._config, self._tools = tools.config.fine_tuning, tools
        self._place = Place()
        self._best: Sequence[NDArray[np.float32]] = ()
        self._stored = time.monotonic()
        self._began = [self._stored]

    def run(self) -> Place:
        """Go on from the last checkpoint, or begin; returns where the training ended.

        Raises:
            Cancelled: The run was asked to stop; a checkpoint was written.
            UserError: No room for a checkpoint, no memory for a batch, or a loss that is no number.
        """
        self._restore()
        try:
            while not self._place.ended:
                self._train_epoch()
                self._judge_epoch()
        except Cancelled:
            # Raised between steps, so that place and weights belong together. At any other
            # exception they may not, and the checkpoint before stays.
            self._store()
            raise
        self.learner.use_averages(self._best)
        return self._place

    def _train_epoch(self) -> None:
        place = self._place
        size = self._size(place.epoch)
        self._began = [time.monotonic()]
        for batch in self._draws.epoch(place.epoch, size, first=place.step):
            with memory_told(*batch.pixels.shape[:2]):
                loss = self.learner.step(batch.pixels, batch.targets, self._rate(place.step))
            self._check_converging(loss)
            place = replace(place, step=place.step + 1, loss=place.loss + loss)
            self._place = place
            self._began = [*self._began[-_RECENT_STEPS:], time.monotonic()]
            self._tell(f"Fine-tuning · epoch {place.epoch} · loss {loss:.3f}", loss)
            if time.monotonic() - self._stored > self._config.checkpoint_seconds:
                self._store()

    def _check_converging(self, loss: float) -> None:
        if not math.isfinite(loss):
            raise UserError(
                f"The training diverged: in epoch {self._place.epoch}, step "
                f"{self._place.step + 1} its loss is no number any more. Start another run with a "
                "lower `learning_rate` under [fine_tuning]; this one had "
                f"{self._config.learning_rate:g}."
            )

    def _judge_epoch(self) -> None:
        place, validation = self._place, self._validation
        logits = self.learner.logits(validation.pixels, self._tell_validating)
        found = judge(logits, validation.targets, validation.classes)
        is_best = found.macro_f1 > place.best
        if is_best:
            self._best = self.learner.averages()
            place = replace(place, best=found.macro_f1, best_epoch=place.epoch)
        event = EpochDone(
            phase="fine-tuning",
            epoch=place.epoch,
            epochs=self._config.epochs,
            loss=place.loss / max(place.step, 1),
            **asdict(found),
            learning_rate=self._rate(place.step - 1),
            is_best=is_best,
            images_per_second=self._speed(),
            size=self._size(place.epoch),
            fold=self._tools.steering.fold,
        )
        waited = place.epoch - place.best_epoch >= self._config.patience
        asked = self._tools.steering.ends_after_epoch()
        ended = place.epoch >= self._config.epochs or waited or asked
        self._place = replace(place, epoch=place.epoch + 1, step=0, loss=0.0, ended=ended)
        self._store()
        self._tools.log.write(event)

    def _rate(self, step: int) -> float:
        """Learning rate of a step of the present epoch, from 0."""
        steps = self._draws.steps
        return learning_rate(
            (self._place.epoch - 1) * steps + step,
            self._config.epochs * steps,
            round(self._config.warm_up * steps),
            self._config.learning_rate,
        )

    def _size(self, epoch: int) -> int:
        """The input's side: smaller ones first, where the configuration says so."""
        last = 0
        for size, epochs in zip(self._config.early_sizes, self._config.early_epochs, strict=True):
            last += epochs
            if epoch <= last:
                return size
        return int(self._validation.pixels.shape[1])

    def _tell_validating(self, done: int) -> None:
        epoch, images = self._place.epoch, len(self._validation.pixels)
        self._tell(f"Fine-tuning · epoch {epoch} · validating, {done:,} of {images:,} images")

    def _tell(self, message: str, loss: float | None = None) -> None:
        """Where the fine-tuning is: while an epoch is judged, at its end."""
        place = self._place
        done = (place.epoch - 1) * self._draws.steps + place.step
        progress = Progress(
            "Fine-tuning",
            done,
            self._config.epochs * self._draws.steps,
            images_per_second=self._speed(),
            loss=loss,
            learning_rate=self._rate(place.step - 1),
            fold=self._tools.steering.fold,
        )
        self._tools.steering.tell(progress, message)

    def _speed(self) -> float:
        steps, seconds = len(self._began) - 1, self._began[-1] - self._began[0]
        return steps * self._draws.batch / seconds if seconds > 0 else 0.0

    def _restore(self) -> None:
        state = read_state(self._tools.place.checkpoint)
        if state is None:
            return
        self._place, self._best = state.place, state.best
        for variable, value in zip(self.learner.variables, state.variables, strict=True):
            variable.assign(value)

    def _store(self) -> None:
        variables = [np.asarray(variable) for variable in self.learner.variables]
        write_state(self._tools.place.checkpoint, State(self._place, variables, self._best))
        self._stored = time.monotonic()
