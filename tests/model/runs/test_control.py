"""How a run is told what to do, how it is known to be alive, and how runs wait for each other."""

import errno
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from model.locks import HeldLock, LockedError, is_held
from model.progress import Cancelled, silent
from model.runs.config import Config
from model.runs.control import Control, ControlError
from model.runs.folder import RunFolder, prepare_run
from model.runs.listing import RunState, list_runs, run_status
from model.runs.log import Continued, Failed, Finished, Paused, Queued, RunLog, Started, read_log
from model.runs.steering import Steering
from model.runs.turns import wait_for_turn

HOLD = """
import sys
from pathlib import Path
from model.locks import HeldLock
lock = HeldLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    config = replace(Config(), network=replace(Config().network, weights="download"))
    return prepare_run(tmp_path / "runs" / "one", tmp_path, config)


def state(folder: RunFolder) -> RunState:
    return run_status(folder.path).state


def test_that_a_lock_is_held_until_it_is_released(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "lock")
    with HeldLock(tmp_path / "lock"):
        assert is_held(tmp_path / "lock")
        with pytest.raises(LockedError, match="Another process works on"):
            HeldLock(tmp_path / "lock")
    assert not is_held(tmp_path / "lock")


def test_that_a_killed_process_holds_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        assert is_held(path)
        child.kill()
    assert not is_held(path)


def test_that_a_request_stands_until_it_is_withdrawn(tmp_path: Path) -> None:
    control = Control(tmp_path)
    control.ask("pause")
    assert (tmp_path / "pause").exists()
    assert Control(tmp_path).is_asked("pause")
    control.withdraw("pause")
    control.withdraw("pause")
    assert not control.is_asked("pause")


def test_that_a_run_of_somebody_else_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, **_options: bool) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "touch", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    control = Control(tmp_path / "theirs")
    with pytest.raises(ControlError, match="theirs cannot be told what to do: Permission denied"):
        control.ask("stop")
    with pytest.raises(ControlError, match="Permission denied"):
        control.withdraw("pause")


def test_that_a_paused_run_waits_and_says_so(folder: RunFolder) -> None:
    log = folder.open_log()
    steering = Steering(folder.control, log, silent)
    folder.control.ask("pause")
    working = threading.Thread(target=steering.look)
    working.start()
    while not list(read_log(folder.log)):
        time.sleep(0.01)
    assert working.is_alive()
    folder.control.withdraw("pause")
    working.join(5)
    assert [type(each) for each in read_log(folder.log)] == [Paused, Continued]


def test_that_a_paused_run_can_be_stopped(folder: RunFolder) -> None:
    folder.control.ask("pause")
    folder.control.ask("stop")
    with pytest.raises(Cancelled):
        Steering(folder.control, folder.open_log(), silent)(1, 2, "Reading")


def test_that_the_state_of_a_run_is_that_of_its_process_and_its_log(folder: RunFolder) -> None:
    assert state(folder) is RunState.QUEUED
    log = folder.open_log()
    with HeldLock(folder.lock):
        log.write(Queued())
        assert state(folder) is RunState.QUEUED
        log.write(Started(resumed=False))
        assert state(folder) is RunState.RUNNING
        folder.control.ask("pause")
        assert state(folder) is RunState.PAUSED
    assert state(folder) is RunState.STOPPED
    log.write(Failed("No room on the disk."))
    assert run_status(folder.path).error == "No room on the disk."
    assert state(folder) is RunState.FAILED
    log.write(Finished(1.0, {}))
    assert state(folder) is RunState.FINISHED
    assert not state(folder).is_resumable


def test_that_only_folders_of_runs_are_listed(folder: RunFolder) -> None:
    (folder.path.parent / "other").mkdir()
    assert [each.folder for each in list_runs(folder.path.parent)] == [folder]
    assert list_runs(folder.path / "absent") == []


def test_that_runs_beside_each_other_work_in_the_order_they_were_asked_for(
    folder: RunFolder, tmp_path: Path
) -> None:
    config = replace(Config(), network=replace(Config().network, weights="download"))
    second = prepare_run(tmp_path / "runs" / "another", tmp_path, config)
    looks = []

    def look() -> None:
        looks.append(len(looks))
        if len(looks) == 2:
            first_turn.release()
            RunLog(folder.log).write(Started(resumed=False))

    with HeldLock(folder.lock), HeldLock(second.lock):
        folder.open_log().write(Queued())
        time.sleep(0.002)
        second.open_log().write(Queued())
        first_turn = wait_for_turn(folder, lambda: None)
        wait_for_turn(second, look).release()
    assert len(looks) >= 2
