"""A training run from a data set's folder to a classifier's, or to one for each fold."""

from pathlib import Path

from model.classifier.card import Card
from model.network.folds import train_folds
from model.network.outcome import keep, learned, remove_leftovers
from model.network.planning import plan_training
from model.network.precision import repeat_exactly
from model.network.tools import Tools
from model.progress import Report
from model.runs.config import Config
from model.runs.folder import RunFolder
from model.runs.log import Finished
from model.runs.steering import Steering


def train(root: Path, run: RunFolder, config: Config, report: Report) -> Path:
    """Train a classifier, or one for each fold, and write it into the run's folder.

    A run that was interrupted goes on where it was.

    Args:
        root: The data set's folder, with labels.
        run: A folder made by `prepare_run`.
        config: All choices.
        report: Told where the run is.

    Returns:
        The classifier's folder; for folds the table of out-of-fold probabilities.

    Raises:
        UserError: No labels, too few lesions, no weights, nothing readable, no room, no memory.
        Cancelled: From `report`.
    """
    repeat_exactly()
    # Of processes that were killed; the run's lock is held, so nobody writes to these.
    for partial in run.path.rglob(".*.part"):
        partial.unlink()
    log = run.open_log()
    steering = report if isinstance(report, Steering) else Steering(run.control, log, report)
    tools = Tools(config, run, log, steering)
    # A run that has its classifier already was killed in its last moment.
    log.write(_kept(run) if run.classifier.is_dir() else _result(root, tools))
    assert run.result is not None, "a run that ended has a result"
    return run.result


def _result(root: Path, tools: Tools) -> Finished:
    planned = plan_training(root, tools)
    if len(planned.plans) > 1:
        return Finished(1.0, train_folds(planned, tools))
    outcome = learned(planned.data(planned.plans[0]), tools)
    keep(outcome, tools)
    return Finished(outcome.card.temperature, outcome.card.metrics)


def _kept(run: RunFolder) -> Finished:
    remove_leftovers(run)
    card = Card.load(run.classifier)
    return Finished(card.temperature, card.metrics)
