"""What runs with folds say of the images is found again in the open project."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.application import Application
from app.train_activity import TrainActivity
from model.images import content_hash
from model.project.home import home
from model.project.out_of_fold import latest_out_of_fold
from model.runs.config import Config, DataConfig
from model.runs.folder import RunFolder, prepare_run
from model.runs.listing import RunState
from model.runs.log import Finished, Started
from model.runs.out_of_fold import FoldTable, HeldOut, write_table
from tests.app.conftest import wait_until_shown
from tests.app.training.driving import PATIENCE, wait_for_state


def finished_folds(root: Path, name: str) -> RunFolder:
    """A run of folds on a folder's images as it stands after its end; all are said to be nevi."""
    folder = prepare_run(home() / "runs" / name, root, Config(data=DataConfig(split="folds")))
    rows = tuple(
        HeldOut(p.stem, (0.03, 0.97), 1, "", str(p), content_hash(p.read_bytes()))
        for p in sorted(root.rglob("*.jpg"))
    )
    write_table(folder.out_of_fold, FoldTable(("MEL", "NV"), rows))
    log = folder.open_log()
    log.write(Started(False))
    figure = {"value": 0.75, "low": 0.7, "high": 0.8, "n": len(rows)}
    figures = {"images": len(rows), "lesions": 9, "balanced_accuracy": figure}
    log.write(Finished(1.0, {"out of fold": figures}))
    return folder


def test_that_a_run_of_folds_that_ended_without_the_window_is_kept_in_its_project(
    qtbot: QtBot, application: Application, training_set: Path
) -> None:
    finished_folds(training_set, "folds")
    finished_folds(training_set / "images", "of other data")
    application.open(training_set)
    wait_until_shown(qtbot, application)
    project = application.session.project
    qtbot.waitUntil(lambda: latest_out_of_fold(project) is not None, timeout=PATIENCE)
    found = latest_out_of_fold(project)
    assert found is not None
    assert len(found.rows) == 24
    assert found.about["run"].endswith("folds")


def test_that_a_run_of_folds_that_ends_while_its_data_set_is_open_is_told_and_doubts_labels(
    qtbot: QtBot, trained_on: Application, train: TrainActivity, training_set: Path
) -> None:
    window, waiting = trained_on.window, trained_on.adjudicate.waiting
    with qtbot.waitSignal(waiting.compared, timeout=PATIENCE):
        window.show_activity("adjudicate")
    with qtbot.waitSignal(waiting.compared, timeout=PATIENCE) as compared:
        run = finished_folds(training_set, "folds")
        wait_for_state(qtbot, train, "folds", RunState.FINISHED)
    assert max(compared.args[0].said.doubt) > 0.9, "melanomas that look like nevi"
    assert "0.750 (0.700 to 0.800) on 24 images of 9 lesions" in train.curves._activity.text()
    before = latest_out_of_fold(trained_on.session.project)
    train.out_of_fold._look_again()
    qtbot.waitUntil(lambda: not trained_on.runners["controlling"].busy, timeout=PATIENCE)
    assert latest_out_of_fold(trained_on.session.project).identity == before.identity
    assert run.out_of_fold.exists()
