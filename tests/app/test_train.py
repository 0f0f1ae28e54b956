"""The activity Train as its user drives it: choose, see what would be, start, watch, steer, use."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.application import Application
from app.item_models.run_list_model import Column, RunListModel, cell_text, duration
from app.panes.training.copies_dialog import CopiesDialog
from app.panes.training.fields import NumberField, NumbersField, OptionsField
from app.train_activity import TrainActivity
from model.runs import launch
from model.runs.following import RunView
from model.runs.listing import RunState
from tests.app.conftest import end, start, wait_until_shown
from tests.conftest import write_jpeg

FAKE = Path(__file__).with_name("fake_main.py")
HEADER = "lesion_id,image_id,dx,dx_type,age,sex,localization"
PATIENCE = 20_000


@pytest.fixture
def training_set(tmp_path: Path) -> Path:
    """Six lesions of each of three classes, and of each class two lesions with two images."""
    root, rows = tmp_path / "moles", [HEADER]
    for label in ("mel", "nv", "bcc"):
        for lesion in range(6):
            for _ in range(2 if lesion < 2 else 1):
                name = f"ISIC_{len(rows):07}"
                write_jpeg(root / "images" / f"{name}.jpg", seed=len(rows))
                rows.append(f"HAM_{label}{lesion},{name},{label},histo,50.0,male,back")
    (root / "HAM10000_metadata.csv").write_text("\n".join(rows) + "\n")
    return root


@pytest.fixture
def script(
    private_folders: Path, small_classifier: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Say how a training that is started will go."""
    monkeypatch.setattr(launch, "MAIN", FAKE)

    def write(epochs: int = 3, seconds: float = 0.05, fail: str = "") -> None:
        values = {"epochs": epochs, "seconds": seconds, "fail": fail}
        text = json.dumps(values | {"classifier": str(small_classifier)})
        (private_folders / "script.json").write_text(text)

    write()
    return write


@pytest.fixture
def trained_on(qtbot: QtBot, application: Application, training_set: Path) -> Application:
    """The program with the activity Train on, and a plan for the open data set."""
    application.open(training_set)
    wait_until_shown(qtbot, application)
    application.window.menu_actions["train"].trigger()
    wait_for_plan(qtbot, application)
    return application


@pytest.fixture
def train(trained_on: Application) -> Iterator[TrainActivity]:
    yield trained_on.train
    stop_all()


def wait_for_plan(qtbot: QtBot, application: Application) -> None:
    training = application.train.training
    qtbot.waitUntil(lambda: training.compared and bool(training.splits), timeout=PATIENCE)


def stop_all() -> None:
    """No child may outlive its test."""
    for child in launch._children:
        child.terminate()
        child.wait(10)


def click_start(qtbot: QtBot, train: TrainActivity, name: str) -> None:
    field = train.setup._name
    field.clear()
    qtbot.keyClicks(field, name)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.mouseClick(train.setup.start, Qt.MouseButton.LeftButton)


def run_named(train: TrainActivity, name: str) -> RunView | None:
    return next((run for run in train.training.runs.values() if run.name == name), None)


def state_name(train: TrainActivity, name: str) -> str:
    run = run_named(train, name)
    return run.state_name if run else ""


def wait_for_state(qtbot: QtBot, train: TrainActivity, name: str, state: RunState) -> RunView:
    def reached() -> bool:
        run = run_named(train, name)
        return run is not None and run.state is state

    qtbot.waitUntil(reached, timeout=PATIENCE)
    found = run_named(train, name)
    assert found is not None
    return found


def choose(qtbot: QtBot, train: TrainActivity, table: str, name: str, value: object) -> None:
    """As the user does, in the form."""
    field = train.setup.form_of(table, name).field(table, name)
    if isinstance(field, OptionsField):
        field.box.setCurrentIndex(field.box.findData(value))
        field.box.activated.emit(field.box.currentIndex())
    elif isinstance(field, NumberField):
        field.box.setValue(float(str(value)))
    elif isinstance(field, NumbersField):
        field.line.setText(str(value))
        field.line.editingFinished.emit()


# -- before anything starts ---------------------------------------------------------------


def test_that_the_split_of_the_open_data_set_is_shown_before_anything_starts(
    train: TrainActivity,
) -> None:
    choices = train.training.config.data
    assert choices.split == "inherit"
    assert train.training.data is not None
    assert len(train.training.data.records) == 24
    text = train.counts.text()
    assert "<b>Counts</b>" in text
    assert "MEL" in text
    assert train.setup.start.isEnabled()


def test_that_a_class_that_is_not_ticked_is_not_in_the_plan(
    qtbot: QtBot, train: TrainActivity
) -> None:
    qtbot.mouseClick(train.setup._data.box("BCC"), Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    qtbot.waitUntil(lambda: train.training.splits[0].counts.classes == ("MEL", "NV"))
    assert train.training.config.data.classes == ("MEL", "NV")
    train.setup._data.box("BCC").click()
    qtbot.waitUntil(lambda: len(train.training.splits[0].counts.classes) == 3)
    assert train.training.config.data.classes == (), "all of them: those of the data set"


def test_that_no_lesion_is_in_two_splits_of_what_is_shown(
    qtbot: QtBot, train: TrainActivity
) -> None:
    choose(qtbot, train, "data", "split", "lesions")
    qtbot.waitUntil(lambda: train.training.config.data.split == "lesions")
    qtbot.waitUntil(lambda: bool(train.training.splits), timeout=PATIENCE)
    plan = train.training.splits[0].plan
    places = {(lesion, split) for lesion, split in zip(plan.lesions, plan.splits, strict=True)}
    assert len(places) == 18, "six lesions of three classes, each in one split"
    assert "would leak" in train.counts.text()


def test_that_folds_can_be_looked_at_one_by_one(qtbot: QtBot, train: TrainActivity) -> None:
    choose(qtbot, train, "data", "split", "folds")
    choose(qtbot, train, "data", "folds", 3)
    qtbot.waitUntil(lambda: len(train.training.splits) == 3, timeout=PATIENCE)
    assert train.counts.folds.count() == 3
    train.counts.folds.activated.emit(2)
    assert train.training.split is train.training.splits[2]
    tested = [set(each.plan.of("test").tolist()) for each in train.training.splits]
    assert sum(map(len, tested)) == 24, "each image is tested once"
    assert not tested[0] & tested[1]


def test_that_what_cannot_be_divided_says_so_beside_the_button(
    qtbot: QtBot, train: TrainActivity
) -> None:
    choose(qtbot, train, "data", "split", "folds")
    choose(qtbot, train, "data", "folds", 9)
    qtbot.waitUntil(lambda: "9 folds" in train.training.problem, timeout=PATIENCE)
    assert train.setup._problem.isVisibleTo(train.setup)
    assert not train.setup.start.isEnabled()


def test_that_weights_that_are_not_there_name_the_file_to_bring(
    qtbot: QtBot, train: TrainActivity, tmp_path: Path
) -> None:
    train.plan.use_weights(str(tmp_path / "gone.h5"))
    qtbot.waitUntil(lambda: "gone.h5 is not there" in train.training.problem, timeout=PATIENCE)
    assert "MobileNetV2" in train.training.problem
    assert not train.setup.start.isEnabled()
    assert train.training.config.data.split == "lesions", "a file has no split to take over"


def test_that_a_balance_is_explained_and_its_effect_is_shown(
    qtbot: QtBot, train: TrainActivity
) -> None:
    choose(qtbot, train, "balance", "method", "oversampling")
    assert (
        "drawn more often"
        in train.setup.form_of("balance", "method").field("balance", "method")._note.text()
    )
    assert "drawn" not in train.counts.text(), "the classes are as frequent as each other"
    train.setup._data.box("MEL").click()
    choose(qtbot, train, "balance", "method", "logit adjustment")
    assert "Balance: logit adjustment" in train.counts.text()


def test_that_a_number_that_makes_no_sense_is_refused_where_it_was_typed(
    qtbot: QtBot, train: TrainActivity
) -> None:
    field = train.setup.form_of("head", "learning_rates").field("head", "learning_rates")
    assert isinstance(field, NumbersField)
    choose(qtbot, train, "head", "learning_rates", "quick")
    assert "with commas between them" in field._complaint.text()
    assert train.training.config.head.learning_rates == (0.001,)
    choose(qtbot, train, "head", "learning_rates", "0.01, 0.001")
    assert train.training.config.head.learning_rates == (0.01, 0.001)
    assert field._complaint.isHidden()


def test_that_choices_are_there_again_after_the_next_start(
    qtbot: QtBot, train: TrainActivity, small_classifier: Path
) -> None:
    choose(qtbot, train, "network", "size", 320)
    choose(qtbot, train, "augmentation", "rotation", 45)
    again = start(qtbot, small_classifier)
    assert again.train.training.config.network.size == 320
    assert again.train.training.config.augmentation.rotation == 45
    end(again)


def test_that_the_preview_shows_an_image_as_the_network_will_see_it(
    qtbot: QtBot, trained_on: Application, train: TrainActivity
) -> None:
    trained_on.window.show_dock("preview")
    qtbot.waitUntil(lambda: train.training.preview is not None, timeout=PATIENCE)
    first = train.training.preview
    assert first is not None
    assert first.stages[-1].picture.width() == train.training.config.network.size
    assert first.augmented
    choose(qtbot, train, "network", "size", 96)
    qtbot.waitUntil(lambda: train.training.preview is not first, timeout=PATIENCE)
    assert train.training.preview.stages[-1].picture.width() == 96
    train.preview.next_requested.emit()
    qtbot.waitUntil(lambda: train.training.preview.path != first.path, timeout=PATIENCE)


def test_that_copies_across_the_split_are_shown_as_pictures(
    qtbot: QtBot, application: Application, training_set: Path
) -> None:
    images = sorted((training_set / "images").iterdir())
    for image in images:  # each once more, as another lesion
        shutil.copy(image, image.with_name(f"ISIC_9{image.name[-10:]}"))
    table = training_set / "HAM10000_metadata.csv"
    rows = table.read_text().splitlines()[1:]
    copies = [row.replace("ISIC_", "ISIC_9", 1).replace("HAM_", "COPY_") for row in rows]
    copies = [row.replace("ISIC_90", "ISIC_9", 1) for row in copies]
    table.write_text("\n".join([HEADER, *rows, *copies]) + "\n")
    application.open(training_set)
    wait_until_shown(qtbot, application)
    application.window.menu_actions["train"].trigger()
    train = application.train
    choose(qtbot, train, "data", "split", "lesions")
    wait_for_plan(qtbot, application)
    qtbot.waitUntil(
        lambda: "24 pairs of files look the same" in train.counts.text(), timeout=PATIENCE
    )
    train.show_copies()
    dialog = application.window.findChild(CopiesDialog)
    assert isinstance(dialog, CopiesDialog)
    split = train.training.split
    assert split is not None
    qtbot.waitUntil(lambda: train._thumbnails.picture(split.copies[0].first) is not None)
    dialog.close()


def test_that_a_folder_can_be_trained_on_with_nothing_open(
    qtbot: QtBot, application: Application, training_set: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(training_set))
    application.window.menu_actions["train"].trigger()
    assert application.window.activity == "train"
    qtbot.waitUntil(lambda: "Choose what to train on" in application.train.training.problem)
    application.window.menu_actions["train_on_folder"].trigger()
    wait_for_plan(qtbot, application)
    assert application.train.training.data.root == training_set


# -- runs ---------------------------------------------------------------------------------


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
    assert again.train.curves._title.text() == "survivor: running"
    again.window.menu_actions["stop_run"].trigger()
    wait_for_state(qtbot, again.train, "survivor", RunState.STOPPED)
    stop_all()
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


def test_that_what_is_no_run_is_refused_with_the_reason(
    train: TrainActivity, tmp_path: Path, shown_errors: list[str]
) -> None:
    train.runs.remember(tmp_path)
    assert shown_errors.pop() == f"{tmp_path} is no run: it has no file config.toml."


# -- keys and tables ----------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, ""), (0.4, "0 s"), (89, "89 s"), (90, "2 min"), (5340, "89 min"), (7500, "2 h 05 min")],
)
def test_that_times_are_short(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


def test_that_the_keys_of_the_activity_are_in_the_menu(trained_on: Application) -> None:
    actions = trained_on.window.menu_actions
    assert actions["train"].shortcut().toString() == "Ctrl+5"
    assert actions["start_training"].shortcut().toString() == "Ctrl+Return"
    assert QApplication.instance() is not None
