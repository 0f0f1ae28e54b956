"""The command line as a whole: what there is, and how it ends."""

import re
from pathlib import Path

import pytest

import main
from model.errors import UserError
from model.progress import Cancelled

REPOSITORY = Path(main.__file__).parent


def ended_by(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as ended:
        main.main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_that_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended_by(["--help"]) == 0
    said = capsys.readouterr().out
    for name in ("open", "read", "demo", "predict", "explain", "train"):
        assert re.search(rf"^    {name} ", said, re.MULTILINE)


@pytest.mark.parametrize("name", ["open", "read", "demo", "predict", "explain", "train"])
def test_that_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended_by([name, "--help"]) == 0
    assert f"second-look {name}" in capsys.readouterr().out


def test_that_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    declared = re.search(
        r'^version = "(.*)"$', (REPOSITORY / "pyproject.toml").read_text(), re.MULTILINE
    )
    assert declared
    assert ended_by(["--version"]) == 0
    assert capsys.readouterr().out == f"Second Look {declared[1]}\n"


@pytest.mark.parametrize(
    "arguments", [["paint"], ["predict"], ["open"], ["demo", "--loud"], ["--loud"]]
)
def test_that_wrong_arguments_get_one_line_and_status_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended_by(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert re.fullmatch(r"second-look: .*--help\n", said.err)


def test_that_values_may_begin_with_a_minus() -> None:
    arguments = ["import-network", "n.h5", "--scale", "-1..1", "--out", "c", "--scale=-1..1", "-h"]
    tied = ["import-network", "n.h5", "--scale=-1..1", "--out", "c", "--scale=-1..1", "-h"]
    assert main.with_negative_values(arguments) == tied
    parsed = main.build_parser(tied).parse_args(tied[:-1])
    assert parsed.scale == "-1..1"


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (UserError("The folder is gone."), 2, "second-look: The folder is gone.\n"),
        (Cancelled(), 130, "second-look: stopped; what was finished is kept\n"),
        (KeyboardInterrupt(), 130, "second-look: stopped; what was finished is kept\n"),
    ],
)
def test_that_every_end_has_its_status_and_its_line(
    error: BaseException,
    status: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_parsed: object) -> int:
        raise error

    monkeypatch.setattr(main, "run_window", fail)
    assert main.main([]) == status
    assert capsys.readouterr().err == told


def test_that_the_window_says_that_it_needs_a_display(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(main.sys, "platform", "linux")
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert main.main([]) == 2
    assert "no display" in capsys.readouterr().err


def test_that_opening_what_is_not_there_is_refused_before_a_window_appears(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["open", str(tmp_path / "nowhere")]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_that_reading_what_is_no_study_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "holiday.study"
    path.write_text("no study")
    assert main.main(["read", str(path)]) == 2
    assert capsys.readouterr().err.startswith(f"second-look: {path} is not")
