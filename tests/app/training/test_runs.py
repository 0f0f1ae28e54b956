"""Runs as their user follows, steers and uses them; they outlive the window."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.application import Application
from app.item_models.run_list_model import Column, RunListModel, cell_text, duration
from app.panes.training.curves_pane import finished_text
from app.train_activity import TrainActivity
from model.runs.config import Config
from model.runs.folder import prepare_run
from model.runs.following import RunFollower
from model.runs.history import Standing, Stretch
from model.runs.listing import RunState
from model.runs.log import Embedded, Finished, Queued, Stopped
from model.runs.reading import read_config
from tests.app.conftest import end, start, wait_until_shown
from tests.app.training.driving import (
    PATIENCE,
    choose,
    click_start,
    run_named,
    state_name,
    stop_all,
    type_into,
    wait_for_plan,
    wait_for_state,
)
from tests.app.training.fake_main import epoch_done
from tests.conftest import unmount

KILLED = Path(__file__).with_name("killed_window.py")


def test_that_a_training_is_followed_from_the_click_to_the_classifier_in_use(
    qtbot: QtBot, trained_on: Application, train: TrainActivity, script: Callable[..., None]
) -> None:
    click_start(qtbot, train, "first try")
    run = wait_for_state(qtbot, train, "first try", RunState.FINISHED)
    assert train.training.run is run, "the run that was started is looked at"
    assert train.curves.plots[0].diagram.curves[0].ys == pytest.approx((1, 1 / 2, 1 / 3))
    assert train.curves.plots[2].accessibleName() == (
        "Recall per class: MEL 25.0 %, NV 75.0 %, BCC 50.0 %"
    )
    assert "0.625 (0.500 to 0.750) on 12 test images of 9 lesions" in train.curves._activity.text()
    before = trained_on.session.classifier
    trained_on.window.menu_actions["use_run"].trigger()
    qtbot.waitUntil(lambda: trained_on.session.classifier is not before, timeout=PATIENCE)
    assert trained_on.session.classifier.folder == run.folder.classifier


def test_that_a_run_pauses_goes_on_stops_and_is_resumed(
    qtbot: QtBot, trained_on: Application, train: TrainActivity, script: Callable[..., None]
) -> None:
    script(epochs=400, seconds=0.05)
    actions = trained_on.window.menu_actions
    click_start(qtbot, train, "steered")
    wait_for_state(qtbot, train, "steered", RunState.RUNNING)
    qtbot.waitUntil(lambda: bool(run_named(train, "steered").standing.stretches), timeout=PATIENCE)
    actions["pause_run"].trigger()
    wait_for_state(qtbot, train, "steered", RunState.PAUSED)
    assert actions["pause_run"].text() == "&Continue"
    actions["pause_run"].trigger()
    wait_for_state(qtbot, train, "steered", RunState.RUNNING)
    actions["stop_run"].trigger()
    run = wait_for_state(qtbot, train, "steered", RunState.STOPPED)
    qtbot.waitUntil(actions["resume_run"].isEnabled, timeout=PATIENCE)
    epochs = run.standing.latest.epoch
    script(epochs=epochs + 1, seconds=0.01)
    actions["resume_run"].trigger()
    run = wait_for_state(qtbot, train, "steered", RunState.FINISHED)
    numbers = [each.epoch for each in run.standing.stretches[0].epochs]
    assert numbers == list(range(1, epochs + 2)), "no epoch is lost or done twice"


def test_that_stopping_after_an_epoch_keeps_a_classifier(
    qtbot: QtBot, trained_on: Application, train: TrainActivity, script: Callable[..., None]
) -> None:
    script(epochs=400, seconds=0.05)
    click_start(qtbot, train, "enough")
    wait_for_state(qtbot, train, "enough", RunState.RUNNING)
    trained_on.window.menu_actions["stop_run_after_epoch"].trigger()
    run = wait_for_state(qtbot, train, "enough", RunState.FINISHED)
    assert run.has_classifier
    assert run.standing.latest.epoch < 400


def test_that_a_second_run_waits_for_the_first_and_then_starts_by_itself(
    qtbot: QtBot, trained_on: Application, train: TrainActivity, script: Callable[..., None]
) -> None:
    script(epochs=400, seconds=0.05)
    click_start(qtbot, train, "one")
    wait_for_state(qtbot, train, "one", RunState.RUNNING)
    qtbot.waitUntil(lambda: train.setup.start.text() == "Queue training")
    click_start(qtbot, train, "two")
    qtbot.waitUntil(lambda: state_name(train, "two") == "waiting", timeout=PATIENCE)
    assert "start one after another" in train.run_list._note.text()
    train.run_list.run_chosen.emit(run_named(train, "one").folder.path)
    trained_on.window.menu_actions["stop_run"].trigger()
    wait_for_state(qtbot, train, "two", RunState.RUNNING)


def test_that_a_run_outlives_its_window_and_the_next_window_finds_and_stops_it(
    qtbot: QtBot,
    application: Application,
    training_set: Path,
    small_classifier: Path,
    script: Callable[..., None],
) -> None:
    script(epochs=4000, seconds=0.05)
    application.open(training_set)
    wait_until_shown(qtbot, application)
    application.window.menu_actions["train"].trigger()
    wait_for_plan(qtbot, application)
    click_start(qtbot, application.train, "survivor")
    wait_for_state(qtbot, application.train, "survivor", RunState.RUNNING)
    application.window.close()
    again = start(qtbot, small_classifier)
    wait_for_state(qtbot, again.train, "survivor", RunState.RUNNING)
    again.window.menu_actions["train"].trigger()
    assert again.train.curves._title.whole == "survivor: running"
    again.window.menu_actions["stop_run"].trigger()
    wait_for_state(qtbot, again.train, "survivor", RunState.STOPPED)
    stop_all()
    end(again)


def test_that_a_window_that_was_killed_leaves_its_run_to_the_next_one(
    qtbot: QtBot, training_set: Path, small_classifier: Path, script: Callable[..., None]
) -> None:
    script(epochs=4000, seconds=0.05)
    command = [sys.executable, str(KILLED), str(training_set), str(small_classifier)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as window:
        assert window.stdout is not None
        assert window.stdout.readline() == "running\n"
        window.kill()
    again = start(qtbot, small_classifier)
    run = wait_for_state(qtbot, again.train, "orphan", RunState.RUNNING)
    again.train.training.choose_run(run.folder.path)
    again.window.show_activity("train")
    again.window.menu_actions["stop_run"].trigger()
    wait_for_state(qtbot, again.train, "orphan", RunState.STOPPED)
    end(again)


def test_that_a_failure_is_told_in_words_with_the_last_lines_and_where_they_are(
    qtbot: QtBot, train: TrainActivity, script: Callable[..., None]
) -> None:
    script(epochs=1, fail="No room on the disk: free 2 GB and resume.")
    click_start(qtbot, train, "unlucky")
    run = wait_for_state(qtbot, train, "unlucky", RunState.FAILED)
    qtbot.waitUntil(lambda: train.curves._error.isVisibleTo(train.curves))
    assert "No room on the disk: free 2 GB and resume." in train.curves._error.text()
    assert str(run.folder.output) in train.curves._error.text()
    qtbot.waitUntil(lambda: "The fake gives up" in train.curves._output.toPlainText())
    assert run.can_resume


def test_that_two_runs_of_one_name_are_two_folders(
    qtbot: QtBot, train: TrainActivity, script: Callable[..., None]
) -> None:
    script(epochs=1, seconds=0.01)
    click_start(qtbot, train, "a/b: c")
    wait_for_state(qtbot, train, "a_b_ c", RunState.FINISHED)
    click_start(qtbot, train, "a/b: c")
    wait_for_state(qtbot, train, "a_b_ c 2", RunState.FINISHED)


def test_that_a_run_elsewhere_is_watched_after_it_was_added_and_after_the_next_start(
    qtbot: QtBot,
    train: TrainActivity,
    script: Callable[..., None],
    tmp_path: Path,
    small_classifier: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script(epochs=1, seconds=0.01)
    click_start(qtbot, train, "moved")
    run = wait_for_state(qtbot, train, "moved", RunState.FINISHED)
    elsewhere = tmp_path / "elsewhere" / "moved"
    shutil.move(run.folder.path, elsewhere)
    qtbot.waitUntil(lambda: run_named(train, "moved") is None, timeout=PATIENCE)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(elsewhere))
    train.add_run()
    assert wait_for_state(qtbot, train, "moved", RunState.FINISHED).folder.path == elsewhere
    again = start(qtbot, small_classifier)
    wait_for_state(qtbot, again.train, "moved", RunState.FINISHED)
    end(again)


def test_that_the_program_starts_with_a_run_on_a_dead_mount_and_does_not_forget_it(
    qtbot: QtBot,
    application: Application,
    script: Callable[..., None],
    tmp_path: Path,
    small_classifier: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    away = prepare_run(tmp_path / "server" / "away", tmp_path, Config()).path
    near = prepare_run(tmp_path / "near", tmp_path, Config()).path
    application.train.runs.remember(away)
    with monkeypatch.context() as patched:
        unmount(tmp_path / "server", patched)
        again = start(qtbot, small_classifier)
        again.train.runs.remember(near)
        qtbot.waitUntil(lambda: run_named(again.train, "near") is not None, timeout=PATIENCE)
        assert run_named(again.train, "away") is None
    qtbot.waitUntil(lambda: run_named(again.train, "away") is not None, timeout=PATIENCE)
    end(again)


def test_that_what_is_no_run_is_refused_with_the_reason(
    train: TrainActivity, tmp_path: Path, shown_errors: list[str]
) -> None:
    train.runs.remember(tmp_path)
    assert shown_errors.pop() == f"{tmp_path} is no run: it has no file config.toml."


def test_that_letters_typed_as_a_name_trigger_nothing(
    qtbot: QtBot, trained_on: Application, train: TrainActivity
) -> None:
    visible, rows = trained_on.session.heat_map.visible, trained_on.session.rows.tolist()
    qtbot.keyClicks(train.setup._name, "hdnsgl")
    assert train.setup._name.text() == "hdnsgl"
    assert trained_on.session.heat_map.visible is visible
    assert trained_on.session.rows.tolist() == rows


def test_that_the_table_of_runs_keeps_the_rules_of_qt(
    qtbot: QtBot,
    train: TrainActivity,
    script: Callable[..., None],
    qtmodeltester: ModelTester,
) -> None:
    script(epochs=1, seconds=0.01)
    model = train.run_list.view.model()
    assert isinstance(model, RunListModel)
    qtmodeltester.check(model)
    click_start(qtbot, train, "row")
    run = wait_for_state(qtbot, train, "row", RunState.FINISHED)
    assert cell_text(run, Column.EPOCH) == "1 of 1"
    assert cell_text(run, Column.BALANCED) == "41.0 %"
    assert cell_text(run, Column.LEFT) == "", "nothing is left of what is finished"


def test_that_a_run_that_was_stopped_while_it_waited_is_shown_as_stopped(
    qtbot: QtBot, train: TrainActivity
) -> None:
    folder = prepare_run(train.runs.parent_folder / "waited", train.training.data.root, Config())
    folder.output.write_text("Starting\n")
    folder.open_log().write(Queued())
    folder.open_log().write(Stopped())
    run = wait_for_state(qtbot, train, "waited", RunState.STOPPED)
    train.training.choose_run(run.folder.path)
    assert "stopped before it began; it can be resumed" in train.curves._activity.text()
    assert train.curves._error.isHidden()
    assert train.curves._output.isHidden()


def test_that_a_figure_of_folds_says_of_which(tmp_path: Path) -> None:
    epoch = replace(epoch_done(3, 9), fold=2, balanced_accuracy=0.5)
    view = RunFollower(tmp_path).look()
    going_on = replace(view, standing=Standing(stretches=(Stretch("head", 2, 0, (epoch,)),)))
    assert cell_text(going_on, Column.BALANCED) == "fold 2: 50.0 %"
    of_all = {"out of fold": {"balanced_accuracy": {"value": 0.625}}}
    ended = replace(going_on, standing=replace(going_on.standing, metrics=of_all))
    assert cell_text(ended, Column.BALANCED) == "all folds: 62.5 %"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, ""), (0.4, "0 s"), (89, "89 s"), (90, "2 min"), (5340, "89 min"), (7500, "2 h 05 min")],
)
def test_that_times_are_short(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


def test_that_no_key_starts_a_training_from_another_activity(
    qtbot: QtBot, trained_on: Application, script: Callable[..., None]
) -> None:
    actions = trained_on.window.menu_actions
    assert actions["start_training"].isVisible()
    qtbot.keyClick(trained_on.window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: trained_on.window.activity == "browse")
    qtbot.keyClick(trained_on.window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not actions["start_training"].isVisible()
    assert not trained_on.train.runs.parent_folder.exists()
    qtbot.keyClick(trained_on.window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: trained_on.window.activity == "train")


def test_that_a_click_starts_with_what_was_typed_just_before(
    qtbot: QtBot, train: TrainActivity, script: Callable[..., None]
) -> None:
    choose(qtbot, train, "data", "split", "lesions")
    qtbot.waitUntil(lambda: not train.training.is_plan_due, timeout=PATIENCE)
    type_into(qtbot, train, "data", "shares", "50, 25, 25")
    qtbot.mouseClick(train.setup.start, Qt.MouseButton.LeftButton)
    assert not train.setup.start.isEnabled()
    qtbot.waitUntil(lambda: bool(train.training.runs), timeout=PATIENCE)
    (run,) = train.training.runs.values()
    assert read_config(run.folder.config).data.shares == (0.5, 0.25, 0.25)


def test_that_a_click_starts_nothing_where_what_was_typed_just_before_is_impossible(
    qtbot: QtBot, train: TrainActivity, script: Callable[..., None], shown_errors: list[str]
) -> None:
    choose(qtbot, train, "data", "split", "lesions")
    qtbot.waitUntil(lambda: not train.training.is_plan_due, timeout=PATIENCE)
    type_into(qtbot, train, "data", "shares", "70, 15, 10")
    qtbot.mouseClick(train.setup.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(shown_errors), timeout=PATIENCE)
    assert "three positive numbers with sum 1" in shown_errors.pop()
    assert "three positive numbers with sum 1" in train.setup._problem.text()
    assert not train.runs.parent_folder.exists()
    assert not train.training.is_starting


def test_that_a_click_on_the_disabled_button_takes_what_was_mended(
    qtbot: QtBot, train: TrainActivity, script: Callable[..., None]
) -> None:
    choose(qtbot, train, "data", "split", "lesions")
    choose(qtbot, train, "data", "shares", "70, 15, 10")
    qtbot.waitUntil(lambda: bool(train.training.problem), timeout=PATIENCE)
    type_into(qtbot, train, "data", "shares", "50, 25, 25")
    assert not train.setup.start.isEnabled()
    qtbot.mouseClick(train.setup.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(train.setup.start.isEnabled, timeout=PATIENCE)
    assert train.training.config.data.shares == (0.5, 0.25, 0.25)


def test_that_a_click_starts_nothing_where_what_was_typed_cannot_be_read(
    qtbot: QtBot, train: TrainActivity, script: Callable[..., None], shown_errors: list[str]
) -> None:
    type_into(qtbot, train, "head", "learning_rates", "quick")
    qtbot.mouseClick(train.setup.start, Qt.MouseButton.LeftButton)
    assert shown_errors.pop().startswith("Learning rate: Type numbers")
    assert not train.training.is_starting
    assert not train.runs.parent_folder.exists()


def test_that_ctrl_return_starts_under_the_name_that_is_being_typed(
    qtbot: QtBot, train: TrainActivity, script: Callable[..., None]
) -> None:
    name = train.setup._name
    qtbot.mouseClick(name, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(name, "typed")
    qtbot.keyClick(name, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: run_named(train, "typed") is not None, timeout=PATIENCE)


def test_that_a_second_click_starts_no_second_training(
    qtbot: QtBot, train: TrainActivity, script: Callable[..., None]
) -> None:
    script(epochs=1, seconds=0.01)
    click_start(qtbot, train, "once")
    assert not train.setup.start.isEnabled()
    qtbot.mouseClick(train.setup.start, Qt.MouseButton.LeftButton)
    train.runs.start()
    wait_for_state(qtbot, train, "once", RunState.FINISHED)
    assert train.setup.start.isEnabled()
    assert len(train.training.runs) == 1


def test_that_a_finished_run_tells_how_many_images_could_not_be_read(tmp_path: Path) -> None:
    folder = prepare_run(tmp_path / "run", tmp_path, Config())
    log = folder.open_log()
    log.write(Embedded(11, {"a.jpg": "The file is empty."}))
    log.write(Finished(1.0, {}))
    folder.classifier.mkdir()
    text = finished_text(RunFollower(folder.path).look())
    assert text == "Its classifier is ready. 1 image could not be read and took no part."
