"""The head of a run: every combination of settings is tried, and validation chooses."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from model.catalogue.splits import TRAINING, VALIDATION
from model.network.head import HeadPlan, HeadSettings, Trained, train_head
from model.network.judging import judge
from model.network.tools import Tools
from model.network.training_data import TrainingData
from model.runs.balance import balance_effect
from model.runs.config import HEAD_ONLY, Config
from model.runs.log import EpochDone, HeadTried


def best_head(data: TrainingData, tools: Tools) -> Trained:
    """The head of the settings that do best on validation; the test images have no say.

    A run of the head alone ends after an epoch where it is asked to. Before fine-tuning the head
    takes seconds, and its best is worth them.
    """
    config = tools.config
    only_head = config.fine_tuning.first == HEAD_ONLY
    is_enough = tools.steering.ends_after_epoch if only_head else lambda: False
    training, validation = (data.splits[name].examples for name in (TRAINING, VALIDATION))
    balance = balance_effect(config.balance, data.mass(TRAINING))
    plan = HeadPlan(config.head, balance, config.data.seed)
    candidates = list(_settings(config))
    tried = []
    for number, settings in enumerate(candidates, start=1):
        reporter = _HeadReporter(data.classes, validation.targets, tools)
        reporter.setting = number if len(candidates) > 1 else 0
        reporter.learning_rate = settings.learning_rate
        trained = train_head(training, validation, settings, plan, reporter, is_enough)
        tools.log.write(
            HeadTried(**asdict(settings), epoch=trained.epoch, macro_f1=trained.macro_f1)
        )
        tried.append(trained)
        if is_enough():
            break
    return max(tried, key=lambda each: each.macro_f1)


@dataclass(slots=True)
class _HeadReporter:
    """Tells log and report of each epoch of one head."""

    classes: Sequence[str]
    targets: NDArray[np.float64]
    tools: Tools
    setting: int = 0
    learning_rate: float = 0.0
    best: float = -1.0

    def __call__(self, epoch: int, loss: float, logits: NDArray[np.float32]) -> None:
        """After an epoch of the head."""
        found = judge(logits, self.targets, self.classes)
        event = EpochDone(
            phase="head",
            epoch=epoch,
            epochs=self.tools.config.head.epochs,
            loss=loss,
            **asdict(found),
            learning_rate=self.learning_rate,
            is_best=found.macro_f1 > self.best,
            setting=self.setting,
            fold=self.tools.steering.fold,
        )
        self.best = max(self.best, found.macro_f1)
        self.tools.log.write(event)
        self.tools.steering(
            epoch, event.epochs, f"Head · macro F1 on validation {found.macro_f1:.1%}"
        )


def _settings(config: Config) -> Iterator[HeadSettings]:
    head = config.head
    for values in itertools.product(head.learning_rates, head.weight_decays, head.dropouts):
        yield HeadSettings(*values)
