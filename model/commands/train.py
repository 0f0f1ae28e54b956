"""`main.py train PATH --run DIR [--config FILE.toml] [--resume]`: a training run."""

import argparse
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from model.catalogue.sources import sources_in, sources_of
from model.commands.columns import add_columns_argument, take_columns
from model.errors import UserError
from model.locks import HeldLock
from model.progress import Cancelled
from model.project.locations import project_for
from model.project.project import Project
from model.review.training_labels import labels_for
from model.runs.folder import RunFolder, prepare_run
from model.runs.log import Event, Failed, Finished, Queued, RunLog, Started, Stopped, read_log
from model.runs.out_of_fold import store_in_project
from model.runs.reading import read_config
from model.runs.steering import Steering
from model.runs.turns import wait_for_turn

_SECONDS_BETWEEN_LINES = 2.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command understands."""
    parser.description = (
        "Train a classifier. The configuration names the starting weights; the result is the "
        "folder `classifier` in the run's folder, or for folds the table `out_of_fold.csv`, which "
        "the data set's project gets as well, where there is one. While it runs, an empty file "
        "`stop`, `stop_after_epoch` (with folds it ends the one that is trained) or `pause` in the "
        "run's folder is obeyed at the next batch."
    )
    parser.add_argument(
        "path", type=Path, metavar="PATH", nargs="?", help="folder of a data set with labels"
    )
    parser.add_argument("--run", type=Path, required=True, metavar="DIR", help="a new folder")
    parser.add_argument(
        "--config", type=Path, metavar="FILE.toml", help="what to do, and from what"
    )
    add_columns_argument(parser)
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on with the run in DIR, which knows its data and its configuration; PATH and "
        "--config may be left out, or be given as they were",
    )
    parser.add_argument(
        "--queue", action="store_true", help="wait until earlier runs beside DIR have ended"
    )


def run(arguments: argparse.Namespace) -> int:
    """Train; progress goes to standard output.

    Raises:
        UserError: The configuration, the data set or the run's folder cannot be used.
        Cancelled: The run was asked to stop; it can be resumed.
    """
    folder = _opened(arguments) if arguments.resume else _created(arguments)
    config = read_config(folder.config)
    root = Path(folder.read_record()["data_set"])
    with _worked_on(folder, arguments.queue) as steering:
        print("Starting TensorFlow", flush=True)
        from model.network.training import train  # noqa: PLC0415 - takes seconds; errors first

        result = train(root, folder, config, steering)
    if result == folder.classifier:
        print(f"The classifier is in {result}")
    else:
        print(f"The out-of-fold table is {result}")
        _keep_in_project(folder, root)
    return 0


def _keep_in_project(folder: RunFolder, root: Path) -> None:
    """Let the data set's project know the table, where there is a project."""
    path = project_for(root)
    if not path.exists():
        return
    try:
        with closing(Project.open(path)) as project:
            store_in_project(folder, project)
    except UserError as error:  # the training is whole all the same
        print(f"Its probabilities could not be kept in the project {path}: {error}")
    else:
        print(f"Its probabilities are in the project {path}")


def _created(arguments: argparse.Namespace) -> RunFolder:
    if arguments.path is None:
        raise UserError("train needs the folder of a data set (or --resume): main.py train PATH")
    if not arguments.path.is_dir():
        raise UserError(f"{arguments.path} is no folder: name the folder of a data set.")
    take_columns(arguments.columns, arguments.path)
    config = read_config(arguments.config)
    project = config.data.project
    sources = sources_in(Path(project)) if project else sources_of(arguments.path)
    if sources.classes:
        print(sources.classes.told)
    labels = labels_for(arguments.path, config.data.labels, config.data.project)
    return prepare_run(arguments.run, arguments.path, config, labels, sources)


def _opened(arguments: argparse.Namespace) -> RunFolder:
    folder = RunFolder(arguments.run)
    _check_same(folder, Path(folder.read_record()["data_set"]), arguments)
    if any(isinstance(event, Finished) for event in read_log(folder.log)):
        raise UserError(f"The run {folder.path} is finished: {folder.result or folder.path}.")
    return folder


def _check_same(folder: RunFolder, root: Path, arguments: argparse.Namespace) -> None:
    """Refuse to resume a run with other data or choices than its own."""
    remedy = "or start a new run without --resume."
    if arguments.path is not None and arguments.path.resolve() != root.resolve():
        raise UserError(
            f"A resumed run keeps its data: {folder.path} learns from {root}, and not from "
            f"{arguments.path.absolute()}. Leave out PATH, {remedy}"
        )
    if arguments.config and read_config(arguments.config) != read_config(folder.config):
        raise UserError(
            f"A resumed run keeps its configuration, which is in {folder.config}, and "
            f"{arguments.config} says something else. Leave out --config, {remedy}"
        )


@contextmanager
def _worked_on(folder: RunFolder, queue: bool) -> Iterator[Steering]:
    """Hold the run's lock, and write to its log how the work ends."""
    with ExitStack() as held:
        with _in_words(folder):
            held.enter_context(HeldLock(folder.lock))
            log = folder.open_log()
            folder.control.withdraw_all()
        steering = Steering(folder.control, log, _Printer())
        with _in_words(folder), _told(folder, log):
            if queue:
                log.write(Queued())
                held.enter_context(wait_for_turn(folder, steering.look))
            log.write(Started(any(isinstance(each, Started) for each in read_log(folder.log))))
            yield steering


@contextmanager
def _told(folder: RunFolder, log: RunLog) -> Iterator[None]:
    """Write to the log how the work ends, as far as there is room to."""
    try:
        yield
    except BaseException as error:
        with suppress(OSError):  # a full disk takes no more lines
            log.write(_end(folder, error))
        raise


def _end(folder: RunFolder, error: BaseException) -> Event:
    match error:
        case Cancelled() | KeyboardInterrupt():
            return Stopped()
        case UserError():
            return Failed(str(error))
        case OSError():
            return Failed(_reason(folder, error))
    return Failed(repr(error))


@contextmanager
def _in_words(folder: RunFolder) -> Iterator[None]:
    """Say in words what the system says of a disk or of a folder.

    Raises:
        UserError: In place of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise UserError(f"{_reason(folder, error)}. Mend that, then resume it.") from error


def _reason(folder: RunFolder, error: OSError) -> str:
    place = f" ({error.filename})" if error.filename else ""
    return f"The run {folder.path} cannot go on: {error.strerror or error}{place}"


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
