"""What a user of the activity Train does, and waits for."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.application import Application
from app.panes.training.fields import NumberField, NumbersField, OptionsField
from app.panes.training.form import Fold
from app.train_activity import TrainActivity
from model.runs import launch
from model.runs.following import RunView
from model.runs.listing import RunState

PATIENCE = 20_000


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


def type_into(qtbot: QtBot, train: TrainActivity, table: str, name: str, text: str) -> None:
    """Type into a line of the form, and stay there."""
    for fold in train.setup.findChildren(Fold):
        fold.open()
    field = train.setup.form_of(table, name).field(table, name)
    assert isinstance(field, NumbersField)
    qtbot.mouseClick(field.line, Qt.MouseButton.LeftButton)
    field.line.selectAll()
    qtbot.keyClicks(field.line, text)


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
