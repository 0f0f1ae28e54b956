"""What is seen of a run from outside: its curves, its state, its last words."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from model.locks import HeldLock
from model.runs.config import Config, FineTuningConfig
from model.runs.cost import expected_cost
from model.runs.folder import RunFolder, prepare_run
from model.runs.following import RunFollower, RunWatch, tail
from model.runs.history import History
from model.runs.listing import RunState
from model.runs.log import (
    Continued,
    EpochDone,
    Event,
    Failed,
    Finished,
    Progress,
    Queued,
    Started,
    Stopped,
)
from tests.conftest import unmount


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    config = replace(Config(), network=replace(Config().network, weights="download"))
    return prepare_run(tmp_path / "runs" / "one", tmp_path, config)


def epoch(number: int, macro_f1: float = 0.5, **others: object) -> EpochDone:
    values = {
        "phase": "head",
        "epoch": number,
        "epochs": 9,
        "loss": 1.0,
        "validation_loss": 1.1,
        "accuracy": 0.7,
        "balanced_accuracy": 0.6,
        "macro_f1": macro_f1,
        "recall": {"MEL": 0.4, "NV": 0.8},
        "learning_rate": 0.001,
        "is_best": True,
    }
    return EpochDone(**(values | others))


def progress(second: int, done: int, **others: object) -> Progress:
    values = {"activity": "Fine-tuning", "done": done, "total": 100}
    return Progress(**(values | others), time=f"2026-03-01T12:00:{second:02d}.000+00:00")


def history(*events: Event) -> History:
    made = History()
    for event in events:
        made.add(event)
    return made


def test_that_epochs_are_counted_by_phase_fold_and_setting() -> None:
    standing = history(
        epoch(1, setting=1),
        epoch(2, setting=1),
        epoch(1, setting=2),
        epoch(1, phase="fine-tuning"),
        epoch(1, fold=2),
    ).standing
    assert [(each.name, len(each.epochs)) for each in standing.stretches] == [
        ("Head, setting 1", 2),
        ("Head, setting 2", 1),
        ("Fine-tuning", 1),
        ("Fold 2, head", 1),
    ]


def test_that_an_epoch_done_again_after_a_kill_counts_once_as_it_was_the_last_time() -> None:
    standing = history(
        epoch(1), epoch(2, 0.3), Started(True), epoch(2, 0.4), epoch(3, 0.2)
    ).standing
    assert [each.macro_f1 for each in standing.stretches[0].epochs] == [0.5, 0.4, 0.2]
    assert standing.best == epoch(1)
    assert standing.latest == epoch(3, 0.2)


def test_that_the_best_epoch_is_of_the_setting_that_is_kept_not_of_the_last_one() -> None:
    head = (epoch(1, 0.4, setting=1), epoch(1, 0.7, setting=2), epoch(1, 0.6, setting=3))
    assert history(*head).standing.best == head[1]
    tuned = epoch(1, 0.5, phase="fine-tuning")
    assert history(*head, tuned).standing.best == tuned
    second = epoch(1, 0.3, fold=2, setting=1)
    assert history(*head, second).standing.best == second


def test_that_time_left_follows_from_the_pace_of_late() -> None:
    # 30 steps in 10 seconds: the 40 that are left take 13.3 seconds.
    made = history(progress(0, 30), progress(10, 60))
    assert made.standing.seconds_left == pytest.approx(40 / 3)


def test_that_a_pause_and_a_new_activity_are_no_part_of_the_pace() -> None:
    made = history(progress(0, 30), Continued(), progress(50, 40))
    assert made.standing.seconds_left is None
    made.add(progress(52, 50))
    assert made.standing.seconds_left == pytest.approx(10)
    made.add(progress(53, 0, activity="Reading pixels", total=0))
    made.add(progress(54, 5, activity="Reading pixels", total=0))
    assert made.standing.seconds_left is None


def test_that_an_error_is_forgotten_once_the_run_goes_on() -> None:
    made = history(Started(False), Failed("No room on the disk."))
    assert made.standing.error == "No room on the disk."
    made.add(Started(True))
    assert made.standing.error == ""


def test_that_a_half_written_line_waits_until_it_is_whole(folder: RunFolder) -> None:
    follower = RunFollower(folder.path)
    folder.open_log().write(Started(False))
    whole = json.dumps({"event": "listed", "images": 3, "used": 2, "without_lesion": 1}) + "\n"
    with folder.log.open("a") as file:
        file.write(whole[:20])
    before = follower.look()
    assert isinstance(before.standing.last, Started)
    with folder.log.open("a") as file:
        file.write(whole[20:])
    assert follower.look().standing.last is not before.standing.last
    assert follower.look() is follower.look(), "nothing changed, so that it is the same"


def test_that_the_state_tells_waiting_from_a_process_that_never_came(folder: RunFolder) -> None:
    follower = RunFollower(folder.path)
    folder.output.write_text("Traceback\nImportError: no such thing\n")
    seen = follower.look()
    assert (seen.state_name, seen.can_resume) == ("not started", True)
    assert seen.output.endswith("ImportError: no such thing")
    with HeldLock(folder.lock):
        folder.open_log().write(Queued())
        seen = follower.look()
    assert (seen.state_name, seen.can_resume, seen.output) == ("waiting", False, "")


def test_that_a_run_that_was_stopped_while_it_waited_did_not_fail(folder: RunFolder) -> None:
    follower = RunFollower(folder.path)
    with HeldLock(folder.lock):
        folder.open_log().write(Queued())
        folder.open_log().write(Stopped())
        assert follower.look().state_name == "waiting"
    seen = follower.look()
    assert (seen.state_name, seen.can_resume) == ("stopped", True)


def test_that_a_run_that_lives_runs_and_one_that_was_killed_can_be_resumed(
    folder: RunFolder,
) -> None:
    follower = RunFollower(folder.path)
    with HeldLock(folder.lock):
        folder.open_log().write(Started(False))
        assert follower.look().state is RunState.RUNNING
        folder.control.ask("pause")
        assert follower.look().state is RunState.PAUSED
    assert follower.look().state is RunState.STOPPED
    assert follower.look().can_resume


def test_that_a_watch_tells_what_is_new_what_has_news_and_what_is_gone(folder: RunFolder) -> None:
    elsewhere = prepare_run(folder.path.parents[1] / "other", folder.path, Config())
    watch = RunWatch(folder.path.parent, (elsewhere.path,))
    changed, gone = watch.look()
    assert [view.name for view in changed] == ["one", "other"]
    assert gone == ()
    assert watch.look() == ((), ())
    elsewhere.open_log().write(Finished(1.0, {}))
    changed, _ = watch.look()
    assert [(view.name, view.state) for view in changed] == [("other", RunState.FINISHED)]
    folder.config.unlink()
    assert watch.look() == ((), (folder.path,))


def test_that_a_run_on_a_dead_mount_stops_no_other_and_is_back_with_its_mount(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = prepare_run(folder.path.parents[1] / "away", folder.path, Config())
    watch = RunWatch(folder.path.parent, (away.path,))
    watch.look()
    with monkeypatch.context() as patched:
        unmount(away.path, patched)
        folder.open_log().write(Started(False))
        changed, gone = watch.look()
        assert [view.name for view in changed] == ["one"]
        assert gone == (away.path,)
        assert watch.look() == ((), ())
    changed, gone = watch.look()
    assert [view.name for view in changed] == ["away"]
    assert gone == ()


def test_that_a_run_whose_log_cannot_be_read_stops_no_other(folder: RunFolder) -> None:
    unreadable = prepare_run(folder.path.parents[1] / "unreadable", folder.path, Config())
    unreadable.log.mkdir()
    changed, gone = RunWatch(folder.path.parent, (unreadable.path,)).look()
    assert [view.name for view in changed] == ["one"]
    assert gone == ()


def test_that_a_cost_is_told_only_where_the_like_was_measured(folder: RunFolder) -> None:
    log = folder.open_log()
    log.write(epoch(1, phase="fine-tuning", images_per_second=30.0, size=224))
    log.write(epoch(2, phase="fine-tuning", images_per_second=60.0, size=224))
    log.write(epoch(3, phase="fine-tuning", images_per_second=20.0, size=320))
    runs = [RunFollower(folder.path).look()]
    config = replace(Config(), fine_tuning=FineTuningConfig(epochs=10))
    cost = expected_cost(config, 1200, runs)
    assert cost is not None
    assert (cost.seconds, cost.run) == (200, "one"), "10 epochs of 1,200 images, 60 a second"
    larger = replace(config, network=replace(config.network, size=256))
    fewer = replace(config, fine_tuning=FineTuningConfig(first="block_13"))
    head = replace(config, fine_tuning=FineTuningConfig(first="none"))
    assert [expected_cost(each, 1200, runs) for each in (larger, fewer, head)] == [None] * 3
    added, _ = RunWatch(folder.path.parents[1] / "others", (folder.path,)).look()
    assert expected_cost(config, 1200, added) is None, "it may be of another machine"


def test_that_the_last_lines_of_a_run_are_shown_without_what_tensorflow_greets_with(
    tmp_path: Path,
) -> None:
    (tmp_path / "output.txt").write_text(
        "Listing images\n"
        "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n"
        "I0000 00:00:1795558025.155986   18715 port.cc:153] oneDNN custom operations are on.\n"
        "E0000 00:00:1795558025.155986   18715 allocator.cc:1] Out of memory\n"
    )
    assert tail(tmp_path / "output.txt").splitlines() == [
        "Listing images",
        "E0000 00:00:1795558025.155986   18715 allocator.cc:1] Out of memory",
    ]
