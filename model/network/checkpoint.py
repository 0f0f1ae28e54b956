"""Where a training stands: everything that decides how it goes on, whole on disk or not at all."""

import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.errors import UserError
from model.files import written_whole

_FILE = "state.npz"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a training stands.

    Attributes:
        epoch: The one that runs, from 1.
        step: Its steps that are done.
        loss: Sum of their losses.
        best: The best figure on validation so far; -1 before any.
        best_epoch: The epoch that had it, 0 before any.
        ended: Whether nothing is left to learn.
    """

    epoch: int = 1
    step: int = 0
    loss: float = 0.0
    best: float = -1.0
    best_epoch: int = 0
    ended: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """A place with all weights.

    Attributes:
        place: Where the training stands.
        variables: Of network, optimiser and averages, in the learner's order.
        best: The averaged weights of the best epoch; empty before any.
    """

    place: Place
    variables: Sequence[NDArray[Any]]
    best: Sequence[NDArray[np.float32]]


def write_state(folder: Path, state: State) -> None:
    """Store a state; the one before stays until this one is whole and on the disk.

    Raises:
        UserError: No room, or the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {f"variable_{i}": v for i, v in enumerate(state.variables)}
    arrays |= {f"best_{i}": v for i, v in enumerate(state.best)}
    arrays["place"] = np.frombuffer(json.dumps(asdict(state.place)).encode(), np.uint8)
    with written_whole(folder / _FILE) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)
        file.flush()
        os.fsync(file.fileno())


def read_state(folder: Path) -> State | None:
    """The last state that was stored; None before any.

    Raises:
        UserError: The file is damaged.
    """
    path = folder / _FILE
    if not path.is_file():
        return None
    try:
        with np.load(path) as arrays:
            place = Place(**json.loads(arrays["place"].tobytes()))
            return State(place, _numbered(arrays, "variable"), _numbered(arrays, "best"))
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise UserError(
            f"The checkpoint {path} is damaged ({error}): start the run again in a new folder."
        ) from error


def _numbered(arrays: Mapping[str, NDArray[Any]], name: str) -> list[NDArray[Any]]:
    count = sum(each.startswith(f"{name}_") for each in arrays)
    return [arrays[f"{name}_{number}"] for number in range(count)]
