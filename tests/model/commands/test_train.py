"""What `train` says where it cannot start or go on, and with which exit status it ends."""

import errno
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Never

import pytest

import main
from model.progress import Cancelled
from model.project.locations import open_or_create
from model.project.out_of_fold import latest_out_of_fold
from model.runs.folder import RunFolder
from model.runs.listing import RunState, run_status
from model.runs.log import Failed, Finished, read_log
from model.runs.out_of_fold import FoldTable, HeldOut, write_table

CONFIG = '[network]\nweights = "download"\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


@pytest.fixture
def prepared(tmp_path: Path, config: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    """A run that was started and could not go on."""
    ends_with(monkeypatch, OSError(errno.ENOSPC, "No space left on device"))
    (tmp_path / "data").mkdir()
    arguments = ["train", str(tmp_path / "data"), "--run", str(tmp_path / "run")]
    assert main.main([*arguments, "--config", str(config)]) == 2
    return RunFolder(tmp_path / "run")


def ends_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def train(*_arguments: object) -> Never:
        raise error

    monkeypatch.setitem(sys.modules, "model.network.training", SimpleNamespace(train=train))


@contextmanager
def no_room_in(path: Path) -> Iterator[None]:
    """No file of this process gets longer than one is, as on a full disk."""
    import resource  # noqa: PLC0415 - not on Windows

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    ("text", "path", "told"),
    [
        (CONFIG, "absent", "absent is no folder"),
        (CONFIG + "[head]\nepoch = 3\n", ".", "unknown name head.epoch"),
        ("", ".", "names no starting weights"),
    ],
)
def test_that_a_wrong_path_or_configuration_is_told_before_a_folder_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, path: str, told: str
) -> None:
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    arguments = ["train", str(tmp_path / path), "--run", str(tmp_path / "run")]
    assert main.main([*arguments, "--config", str(tmp_path / "config.toml")]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_that_a_full_disk_leaves_a_run_that_can_be_resumed(
    prepared: RunFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    last = list(read_log(prepared.log))[-1]
    assert isinstance(last, Failed)
    assert "No space left" in last.message
    assert run_status(prepared.path).state is RunState.FAILED
    ends_with(monkeypatch, OSError(errno.ENOSPC, "No space left on device"))
    assert main.main(["train", "--run", str(prepared.path), "--resume"]) == 2
    assert "No space left on device. Mend that, then resume it." in capsys.readouterr().err
    ends_with(monkeypatch, Cancelled())
    assert main.main(["train", "--run", str(prepared.path), "--resume"]) == 130
    assert run_status(prepared.path).state is RunState.STOPPED


def test_that_a_folder_that_may_not_be_written_to_is_told(
    prepared: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    prepared.lock.unlink()
    prepared.lock.mkdir()  # what even an administrator cannot write to
    assert main.main(["train", "--run", str(prepared.path), "--resume"]) == 2
    told = capsys.readouterr().err
    assert f"The run {prepared.path} cannot go on: " in told
    assert "Mend that, then resume it." in told
    assert told.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of file size")
def test_that_a_disk_that_is_still_full_is_told_where_the_log_ends_in_half_a_line(
    prepared: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    with prepared.log.open("ab") as file:
        file.write(b'{"event": "prog')
    with no_room_in(prepared.log):
        assert main.main(["train", "--run", str(prepared.path), "--resume"]) == 2
    assert f"The run {prepared.path} cannot go on: File too large" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of file size")
def test_that_a_run_is_stopped_though_the_disk_takes_no_line_of_it(
    prepared: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as held:

        def train(*_arguments: object) -> Never:
            held.enter_context(no_room_in(prepared.log))
            raise Cancelled

        monkeypatch.setitem(sys.modules, "model.network.training", SimpleNamespace(train=train))
        assert main.main(["train", "--run", str(prepared.path), "--resume"]) == 130


def test_that_a_mistake_of_ours_is_in_the_log_and_not_hidden(
    prepared: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends_with(monkeypatch, ZeroDivisionError("division by zero"))
    with pytest.raises(ZeroDivisionError):
        main.main(["train", "--run", str(prepared.path), "--resume"])
    assert "ZeroDivisionError" in run_status(prepared.path).error


def test_that_only_runs_that_are_not_finished_are_resumed(
    prepared: RunFolder, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    prepared.open_log().write(Finished(1.0, {}))
    assert main.main(["train", "--run", str(prepared.path), "--resume"]) == 2
    assert "is finished" in capsys.readouterr().err
    assert main.main(["train", "--run", str(tmp_path), "--resume"]) == 2
    assert "holds no training run" in capsys.readouterr().err


def test_that_the_line_that_started_a_run_resumes_it_as_well(
    prepared: RunFolder,
    config: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ends_with(monkeypatch, Cancelled())
    monkeypatch.chdir(tmp_path)
    line = ["train", "data/../data", "--run", str(prepared.path), "--config", str(config)]
    assert main.main([*line, "--resume"]) == 130
    assert "keeps its" not in capsys.readouterr().err


def test_that_a_run_is_not_resumed_with_other_data_or_choices(
    prepared: RunFolder, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["train", "--run", str(prepared.path), "--resume"]
    assert main.main([*line, str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert f"learns from {tmp_path / 'data'}, and not from {tmp_path}. Leave out PATH" in told
    config.write_text(CONFIG + "[head]\nepochs = 3\n", encoding="utf-8")
    assert main.main([*line, "--config", str(config)]) == 2
    told = capsys.readouterr().err
    assert f"in {prepared.config}, and {config} says something else. Leave out --config" in told


@pytest.mark.parametrize("damaged", [False, True])
def test_that_the_project_of_the_data_set_gets_the_out_of_fold_probabilities(
    prepared: RunFolder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    damaged: bool,
) -> None:
    monkeypatch.setenv("SECOND_LOOK_HOME", str(tmp_path / "home"))
    project = open_or_create(tmp_path / "data")
    project.close()
    if damaged:
        project.path.write_bytes(b"no project")
    row = HeldOut("a", (0.25, 0.75), 1, "L1", "a.jpg", "ab" * 32)

    def train(_root: Path, folder: RunFolder, *_arguments: object) -> Path:
        write_table(folder.out_of_fold, FoldTable(("MEL", "NV"), (row,)))
        return folder.out_of_fold

    monkeypatch.setitem(sys.modules, "model.network.training", SimpleNamespace(train=train))
    assert main.main(["train", "--run", str(prepared.path), "--resume"]) == 0
    told = capsys.readouterr().out
    if damaged:
        assert "could not be kept in the project" in told
        return
    assert f"Its probabilities are in the project {project.path}" in told
    with closing(open_or_create(tmp_path / "data")) as opened:
        found = latest_out_of_fold(opened)
    assert found is not None
    assert found.probabilities.tolist() == [[0.25, 0.75]]
