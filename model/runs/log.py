"""The log of a run: one JSON object a line, appended, readable while it is written.

Each kind of event is a dataclass here; its name in the file is that of the class, in small
letters with spaces. A reader skips what it does not know, so that an older window can follow a
newer run.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

Phase = Literal["head", "fine-tuning"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        time: When it was written: UTC, ISO 8601; "" before.
    """

    time: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Queued(Event):
    """The run was asked for and waits for its turn."""


@dataclass(frozen=True, slots=True)
class Started(Event):
    """A process began to work on the run; `resumed` if one did so before."""

    resumed: bool


@dataclass(frozen=True, slots=True)
class Listed(Event):
    """The data set was read: its images, those with a label in use, those without a lesion id."""

    images: int
    used: int
    without_lesion: int


@dataclass(frozen=True, slots=True)
class Divided(Event):
    """Images of each split ("training", "validation", "test"), and the same by class."""

    images: Mapping[str, int]
    by_class: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Embedded(Event):
    """The starting network saw all images; `failures`: why a file could not be read, by path."""

    images: int
    failures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Progress(Event):
    """Where the run is; written every few seconds.

    Attributes:
        activity: In words, such as "Reading pixels" or "Fine-tuning".
        done: Steps of this activity that are done.
        total: Of so many; 0 where not known.
        images_per_second: Of late; 0 where not known.
        loss: Of the last step; None where there is none.
        learning_rate: Of the last step; None where there is none.
        fold: Number of the network that is trained, from 1; 0 without folds.
    """

    activity: str
    done: int
    total: int
    images_per_second: float = 0.0
    loss: float | None = None
    learning_rate: float | None = None
    fold: int = 0


@dataclass(frozen=True, slots=True)
class EpochDone(Event):
    """An epoch ended and the validation images were classified.

    Attributes:
        phase: Which part of the training; epochs are counted in each anew, from 1.
        epoch: Its number.
        epochs: How many there are at most.
        loss: Mean over the epoch's steps.
        validation_loss: Mean cross-entropy of the validation images as they are.
        accuracy: On validation, 0..1; as `balanced_accuracy`, `macro_f1` and `recall`.
        recall: By class; classes without a validation image are left out.
        learning_rate: Of the last step.
        is_best: Whether no epoch before had a better macro F1.
        images_per_second: Of the steps, without validation.
        size: Side of the input in pixels.
        fold: Number of the network, from 1; 0 without folds.
        setting: Number of the combination that the head tries, from 1; 0 where there is but one.
    """

    phase: Phase
    epoch: int
    epochs: int
    loss: float
    validation_loss: float
    accuracy: float
    balanced_accuracy: float
    macro_f1: float
    recall: Mapping[str, float]
    learning_rate: float
    is_best: bool
    images_per_second: float = 0.0
    size: int = 0
    fold: int = 0
    setting: int = 0


@dataclass(frozen=True, slots=True)
class HeadTried(Event):
    """One combination of the head's settings, its best epoch and macro F1 on validation."""

    learning_rate: float
    weight_decay: float
    dropout: float
    epoch: int
    macro_f1: float


@dataclass(frozen=True, slots=True)
class Paused(Event):
    """The run waits until the file `pause` is gone."""


@dataclass(frozen=True, slots=True)
class Continued(Event):
    """The run goes on after a pause."""


@dataclass(frozen=True, slots=True)
class Stopped(Event):
    """The process ended because it was asked to; the run can be resumed."""


@dataclass(frozen=True, slots=True)
class Failed(Event):
    """The process ended for another reason: `message` in words; most can be resumed."""

    message: str


@dataclass(frozen=True, slots=True)
class Finished(Event):
    """The classifier is whole; `metrics` as in its card. Without a classifier for folds."""

    temperature: float
    metrics: Mapping[str, Any]


def event_name(kind: type[Event]) -> str:
    """As the log spells it: "epoch done" for `EpochDone`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.__name__).lower()


_KINDS = {event_name(kind): kind for kind in Event.__subclasses__()}


class RunLog:
    """Appends events to a file; each is on disk, as far as a crash of the program goes, at once."""

    def __init__(self, path: Path) -> None:
        """Write to `path`, after what it has already; a half-written last line is closed."""
        self._path = path
        if path.is_file() and not path.read_bytes().endswith(b"\n"):
            with path.open("ab") as file:
                file.write(b"\n")

    def write(self, event: Event) -> None:
        """Append an event with the present time."""
        values = asdict(event)
        values["time"] = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"event": event_name(type(event))} | values
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


class LogFollower:
    """Reads a log that grows; each call of `news` gives what was added since the last one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def news(self) -> list[Event]:
        """Events that were finished since, oldest first.

        A last line that is not finished (the run is writing it, or was killed) comes later, and
        what is no event is skipped; a missing file has no events.
        """
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return []
        finished = data[: data.rfind(b"\n") + 1]
        self._offset += len(finished)
        found = (_event(line) for line in finished.splitlines())
        return [event for event in found if event is not None]


def read_log(path: Path) -> Iterator[Event]:
    """The events so far, oldest first; as `LogFollower.news`."""
    yield from LogFollower(path).news()


def _event(line: bytes) -> Event | None:
    try:
        values = json.loads(line)
        kind = _KINDS[values.pop("event")]
        known = {each.name for each in fields(kind)}
        return kind(**{name: value for name, value in values.items() if name in known})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
