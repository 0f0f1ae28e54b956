"""The scripts that make the program ready, run with stand-ins for Python, pip and Debian."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
TOOLS = (
    "bash",
    "cat",
    "cmp",
    "cp",
    "dirname",
    "env",
    "find",
    "flock",
    "grep",
    "ls",
    "mkdir",
    "rm",
    "tr",
)
PINS = "requirements.txt"
WITH_ALL_LIBRARIES = "#!/bin/sh\nexit 0\n"  # ldconfig that lists nothing: nothing is known to lack
SAY_WHERE = "import json, os, sys\nprint(json.dumps([os.getcwd(), sys.argv[1:]]))\nsys.exit(7)\n"

pytestmark = pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")


@dataclass
class Machine:
    """A copy of the scripts, and a PATH on which only the stand-ins are."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def project(self) -> Path:
        return self.folder / "my projects" / "second look"

    @property
    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""

    def put(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        path.unlink(missing_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def put_python(self, name: str, ends_with: int = 0) -> None:
        """A Python that logs what it is asked for, and whose environments hold all packages."""
        inner = (
            f'#!/bin/sh\necho "python $*" >>"{self.folder}/log"\n'
            f'case "$*" in *-m\\ mypy*) exit {ends_with} ;; -m* | *importlinter*) exit 0 ;; esac\n'
            f'exec "{sys.executable}" "$@"\n'
        )
        outer = (
            f'#!/bin/sh\ncase "$*" in *-m\\ venv*) for last; do :; done; mkdir -p "$last/bin"\n'
            f'cp "{self.folder}/inner" "$last/bin/python"; exit ;; esac\n'
            f'exec "{sys.executable}" "$@"\n'
        )
        (self.folder / "inner").write_text(inner)
        (self.folder / "inner").chmod(0o755)
        self.put(name, outer)

    def make_ready(self, *pins: str) -> None:
        installed = self.project / ".venv" / "installed"
        installed.mkdir(parents=True)
        for name in pins:
            shutil.copy(self.project / "resources" / name, installed)
        (self.project / ".venv" / "bin").mkdir()
        shutil.copy(self.folder / "inner", self.project / ".venv" / "bin" / "python")

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        elsewhere = self.folder / "else where"
        elsewhere.mkdir(exist_ok=True)
        return subprocess.run(
            ["bash", str(self.project / script), *arguments],
            cwd=elsewhere,
            env={"PATH": str(self.folder / "bin"), "HOME": str(self.folder)} | self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path)
    (tmp_path / "bin").mkdir()
    machine.project.mkdir(parents=True)
    for tool in TOOLS:
        if found := shutil.which(tool):
            (tmp_path / "bin" / tool).symlink_to(found)
    for folder in ("resources", ".ci"):
        (machine.project / folder).mkdir()
    for name in ("start", "check", "prepare", PINS, "requirements-check.txt"):
        shutil.copy(REPOSITORY / "resources" / name, machine.project / "resources")
    shutil.copy(REPOSITORY / ".ci" / "run", machine.project / ".ci")
    (machine.project / "main.py").write_text(SAY_WHERE)
    (tmp_path / ".fonts").mkdir()
    (tmp_path / ".fonts" / "any.ttf").touch()
    machine.put("ldconfig", WITH_ALL_LIBRARIES)
    machine.put_python("python3.12")
    return machine


def test_that_start_runs_the_program_in_the_callers_folder_with_its_arguments(
    machine: Machine,
) -> None:
    machine.make_ready(PINS)
    done = machine.run("resources/start", "predict", "a folder", "--out", 'it"s.csv')
    assert json.loads(done.stdout) == [
        str(machine.folder / "else where"),
        ["predict", "a folder", "--out", 'it"s.csv'],
    ]
    assert done.returncode == 7


def test_that_a_start_with_nothing_to_do_is_silent_and_installs_nothing(machine: Machine) -> None:
    machine.make_ready(PINS)
    assert machine.run("resources/start").stderr == ""
    assert "-m" not in machine.log.split()


def test_that_a_first_start_installs_the_pins_compiled_and_no_dependencies(
    machine: Machine,
) -> None:
    done = machine.run("resources/start")
    assert done.returncode == 7
    install = next(line for line in machine.log.splitlines() if "uv pip install" in line)
    assert "--no-deps" in install
    assert install.endswith("-r resources/requirements.txt")
    assert "--compile-bytecode" in install
    assert "-m compileall -q main.py app model" in machine.log
    installed = machine.project / ".venv" / "installed" / PINS
    assert installed.read_bytes() == (machine.project / "resources" / PINS).read_bytes()
    assert machine.run("resources/start").stderr == ""


def test_that_changed_pins_are_installed_into_the_same_environment(machine: Machine) -> None:
    machine.make_ready(PINS)
    kept = machine.project / ".venv" / "kept"
    kept.touch()
    with (machine.project / "resources" / PINS).open("a") as pins:
        pins.write("# changed\n")
    machine.run("resources/start")
    assert "uv pip install" in machine.log
    assert kept.exists()


def test_that_an_environment_whose_making_was_interrupted_is_made_anew(machine: Machine) -> None:
    machine.make_ready(PINS)
    (machine.project / ".venv" / "unfinished").touch()
    stale = machine.project / ".venv" / "stale"
    stale.touch()
    done = machine.run("resources/start")
    assert "not whole" in done.stderr
    assert not stale.exists()
    assert done.returncode == 7


def test_that_an_environment_that_lost_its_python_is_made_anew(machine: Machine) -> None:
    machine.make_ready(PINS)
    (machine.project / ".venv" / "bin" / "python").unlink()
    assert machine.run("resources/start").returncode == 7


def test_that_a_python_that_only_pretends_to_exist_is_passed_over(machine: Machine) -> None:
    machine.put(
        "python3.13", "#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n"
    )
    done = machine.run("resources/start")
    assert done.returncode == 7
    assert "pyenv" not in done.stderr


def test_that_a_machine_without_a_fitting_python_gets_one_clear_line(machine: Machine) -> None:
    (machine.folder / "bin" / "python3.12").unlink()
    machine.put("python3", "#!/bin/sh\nexit 1\n")
    done = machine.run("resources/start")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Python 3.11, 3.12 or 3.13" in done.stderr.splitlines()[-1]


def test_that_someone_who_may_not_install_packages_is_told_the_line_to_type(
    machine: Machine,
) -> None:
    machine.put("ldconfig", "#!/bin/sh\nprintf '\\tlibEGL.so.1 (libc6,x86-64) => /x\\n'\n")
    machine.put("apt-get", "#!/bin/sh\nexit 1\n")
    machine.put("id", "#!/bin/sh\necho 1000\n")
    done = machine.run("resources/start")
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert len(lines) == 1
    line = re.search(r"sudo apt-get install --no-install-recommends (.*)$", lines[0])
    assert line
    assert "libegl1" not in line[1].split()
    assert {"libgl1", "libxcb-cursor0", "libglib2.0-0"} <= set(line[1].split())


def test_that_root_gets_missing_packages_installed(machine: Machine) -> None:
    (machine.folder / ".fonts" / "any.ttf").unlink()
    fonts = any(
        Path(each).is_dir() and next(Path(each).rglob("*.[ot]tf"), None)
        for each in ("/usr/share/fonts", "/usr/local/share/fonts")
    )
    machine.put("ldconfig", "#!/bin/sh\nprintf '\\tlibEGL.so.1 (libc6,x86-64) => /x\\n'\n")
    machine.put("apt-get", f'#!/bin/sh\necho "apt-get $*" >>"{machine.folder}/log"\n')
    machine.put("id", "#!/bin/sh\necho 0\n")
    done = machine.run("resources/start")
    assert done.returncode == 7
    calls = [line.split() for line in machine.log.splitlines() if line.startswith("apt-get")]
    assert calls[0] == ["apt-get", "update"]
    assert {"install", "--yes", "libxkbcommon0"} <= set(calls[1])
    assert ("fonts-dejavu-core" in calls[1]) != bool(fonts)


def test_that_check_says_which_step_failed_and_ends_non_zero(machine: Machine) -> None:
    machine.put_python("python3.12", ends_with=1)
    machine.make_ready(PINS, "requirements-check.txt")
    done = machine.run("resources/check", "--long", "-k", "a b")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "== Failed: mypy"
    assert "python -m pytest --long -k a b" in machine.log


@pytest.mark.parametrize("beside", [True, False])
def test_that_the_build_machine_uses_the_real_images_where_they_lie_beside_the_project(
    machine: Machine, beside: bool
) -> None:
    check = machine.project / "resources" / "check"
    check.write_text('echo "[$SECOND_LOOK_DATA]"\n')
    data = machine.project.parent / "shared" / "data"
    if beside:
        data.mkdir(parents=True)
    done = machine.run(".ci/run")
    assert done.stdout.strip() == (f"[{data}]" if beside else "[]")


def test_that_the_scripts_may_be_executed() -> None:
    for name in ("resources/start", "resources/check", ".ci/run"):
        assert os.access(REPOSITORY / name, os.X_OK), name
