"""`main.py train PATH --run DIR [--config FILE.toml]`: a training run."""

import argparse
import time
from pathlib import Path

from model.runs.config import read_config
from model.runs.folder import RunFolder

_SECONDS_BETWEEN_LINES = 2.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command understands."""
    parser.description = (
        "Train a classifier. The configuration names the starting weights; the result is the "
        "folder `classifier` in the run's folder."
    )
    parser.add_argument("path", type=Path, metavar="PATH", help="folder of a data set with labels")
    parser.add_argument("--run", type=Path, required=True, metavar="DIR", help="a new folder")
    parser.add_argument(
        "--config", type=Path, metavar="FILE.toml", help="what to do, and from what"
    )


def run(arguments: argparse.Namespace) -> int:
    """Train; progress goes to standard output.

    Raises:
        UserError: The configuration, the data set or the run's folder cannot be used.
        Cancelled: Not by itself; a caller's interrupt passes through.
    """
    config = read_config(arguments.config)
    print("Starting TensorFlow", flush=True)
    from model.network.training import train  # noqa: PLC0415 - takes seconds; errors come first

    folder = RunFolder.create(arguments.run)
    classifier = train(arguments.path, folder, config, _Printer())
    print(f"The classifier is in {classifier}")
    return 0


class _Printer:
    """A report that prints a line for each new activity, and now and then how far it is."""

    def __init__(self) -> None:
        self._activity = ""
        self._last = 0.0

    def __call__(self, done: int, total: int, message: str) -> None:
        """Print, unless the last line is of the same activity and young."""
        activity = message.partition("·")[0]
        now = time.monotonic()
        if activity == self._activity and now - self._last < _SECONDS_BETWEEN_LINES:
            return
        self._activity, self._last = activity, now
        print(f"{message} · {done:,} of {total:,}" if total else message, flush=True)
