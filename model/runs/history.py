"""What the events of a run add up to: curves, where it is, and how long it will take."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from model.runs.log import (
    Continued,
    Divided,
    Embedded,
    EpochDone,
    Event,
    Failed,
    Finished,
    Phase,
    Progress,
    Started,
)

_PACE_FROM = 12
"""Progress events, about half a minute: long enough to be steady, short enough to notice change."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a training whose epochs are counted by themselves.

    Attributes:
        phase: Which part.
        fold: Number of the network, from 1; 0 without folds.
        setting: Number of the combination that the head tries, from 1; 0 where there is but one.
        epochs: Each epoch once, in order. Of one that was done again after a kill, the last time.
    """

    phase: Phase
    fold: int = 0
    setting: int = 0
    epochs: tuple[EpochDone, ...] = ()

    @property
    def name(self) -> str:
        """For example "Head", "Fine-tuning" or "Fold 2, head, setting 3"."""
        parts = [f"fold {self.fold}"] if self.fold else []
        parts.append(self.phase)
        if self.setting:
            parts.append(f"setting {self.setting}")
        text = ", ".join(parts)
        return text[0].upper() + text[1:]

    @property
    def best(self) -> EpochDone | None:
        """The epoch with the best macro F1 on validation, the first of equals."""
        return max(self.epochs, key=lambda each: each.macro_f1, default=None)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a run is.

    Attributes:
        started: When a process first worked on it: UTC, ISO 8601; "" before.
        last: The last event; None without any.
        stretches: In the order in which they began.
        progress: Where it is in what it does now; None before.
        seconds_left: Of the present activity, at the present pace; None where not known. An
            activity may end earlier, when nothing gets better any more.
        images: Images of each split, by class: {"training": {"MEL": 12}}; empty before.
        metrics: Of the finished classifier, as in its card; empty before.
        error: Why it failed, in words; "" where it did not, or goes on since.
        unreadable: How many images cannot be read and are left out.
    """

    started: str = ""
    last: Event | None = None
    stretches: tuple[Stretch, ...] = ()
    progress: Progress | None = None
    seconds_left: float | None = None
    images: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    unreadable: int = 0

    @property
    def latest(self) -> EpochDone | None:
        """The epoch that ended last."""
        return self.stretches[-1].epochs[-1] if self.stretches else None

    @property
    def best(self) -> EpochDone | None:
        """The best epoch of the present phase, whichever of the head's settings it is of.

        The run keeps the setting that has it, not the one that was tried last.
        """
        if not self.stretches:
            return None
        phase, fold = self.stretches[-1].phase, self.stretches[-1].fold
        alike = (each.epochs for each in self.stretches if (each.phase, each.fold) == (phase, fold))
        return max(chain(*alike), key=lambda each: each.macro_f1, default=None)


class History:
    """Takes the events of one run, oldest first."""

    def __init__(self) -> None:
        self._started = ""
        self._last: Event | None = None
        self._epochs: dict[tuple[Phase, int, int], dict[int, EpochDone]] = {}
        self._pace: deque[Progress] = deque(maxlen=_PACE_FROM)
        self._images: Mapping[str, Mapping[str, int]] = {}
        self._metrics: Mapping[str, Any] = {}
        self._error = ""
        self._unreadable = 0

    def add(self, event: Event) -> None:
        """Take one more."""
        self._last = event
        match event:
            case Started():
                self._started = self._started or event.time
                self._error = ""
                self._pace.clear()
            case Continued():
                self._pace.clear()
            case Progress():
                self._add_progress(event)
            case EpochDone():
                key = (event.phase, event.fold, event.setting)
                self._epochs.setdefault(key, {})[event.epoch] = event
            case _:
                self._add_fact(event)

    def _add_fact(self, event: Event) -> None:
        match event:
            case Embedded():
                self._unreadable = len(event.failures)
            case Divided():
                self._images = event.by_class
            case Failed():
                self._error = event.message
            case Finished():
                self._metrics = event.metrics

    def _add_progress(self, event: Progress) -> None:
        if self._pace and not _same_activity(self._pace[-1], event):
            self._pace.clear()
        self._pace.append(event)

    @property
    def standing(self) -> Standing:
        """All of it, as a value."""
        return Standing(
            self._started,
            self._last,
            tuple(
                Stretch(*key, tuple(epochs[number] for number in sorted(epochs)))
                for key, epochs in self._epochs.items()
            ),
            self._pace[-1] if self._pace else None,
            _seconds_left(self._pace),
            self._images,
            self._metrics,
            self._error,
            self._unreadable,
        )


def _same_activity(one: Progress, two: Progress) -> bool:
    """Whether one is followed by the other, and not by a new beginning."""
    alike = (one.activity, one.fold, one.total) == (two.activity, two.fold, two.total)
    return alike and one.done <= two.done


def _seconds_left(pace: "deque[Progress]") -> float | None:
    if len(pace) < 2:
        return None
    first, last = pace[0], pace[-1]
    begin, end = (datetime.fromisoformat(each.time) for each in (first, last))
    seconds = (end - begin).total_seconds()
    done = last.done - first.done
    if not last.total or done <= 0 or seconds <= 0:
        return None
    return (last.total - last.done) * seconds / done
