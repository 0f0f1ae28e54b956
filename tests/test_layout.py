"""What the design demands of the whole tree and no linter can see."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
TOP_LEVEL = {
    *("app", "model", "resources", "tests", "main.py", "pyproject.toml"),
    *("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "LICENSE"),
}
QT = ("PySide6", "shiboken6", "pyqtgraph")
TENSORFLOW = ("tensorflow", "keras")
# These use the network; everything else in the model gets along without TensorFlow.
WITH_NETWORK = ("model.network", "model.commands.train")


def modules_after(statements: str) -> set[str]:
    """Names of the top-level packages that a fresh process has after some imports."""
    code = f"{statements}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    loaded = json.loads(done.stdout.splitlines()[-1])
    # A blocked import leaves a name behind that stands for nothing; those have no dot.
    return {name.partition(".")[0] for name in loaded}


def model_modules() -> Iterator[str]:
    for path in sorted((REPOSITORY / "model").rglob("*.py")):
        name = ".".join(path.relative_to(REPOSITORY).with_suffix("").parts)
        yield name.removesuffix(".__init__")


def tracked_files() -> list[Path]:
    """Files of the project: what git would commit, or all where there is no git."""
    try:
        done = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs git to tell the project's files from others")
    paths = (REPOSITORY / line for line in done.stdout.splitlines())
    return [path for path in paths if path.is_file()]


def test_that_the_model_works_without_qt_and_tensorflow() -> None:
    names = [name for name in model_modules() if not name.startswith(WITH_NETWORK)]
    loaded = modules_after("\n".join(f"import {name}" for name in names))
    assert not loaded & {*QT, *TENSORFLOW}


def test_that_the_network_works_without_qt() -> None:
    names = [name for name in model_modules() if name.startswith(WITH_NETWORK)]
    assert not modules_after("\n".join(f"import {name}" for name in names)) & set(QT)


@pytest.mark.skipif(not find_spec("app.application"), reason="there is no window yet")
def test_that_no_process_with_a_window_imports_tensorflow() -> None:
    loaded = modules_after("import main, app.application, app.tasks")
    assert "PySide6" in loaded
    assert not loaded & set(TENSORFLOW)


def test_that_help_imports_nothing_that_is_slow() -> None:
    loaded = modules_after(
        "import main\ntry:\n    main.main(['--help'])\nexcept SystemExit:\n    pass"
    )
    assert not loaded & {*QT, *TENSORFLOW, "numpy", "cv2", "openvino", "sqlalchemy"}


def test_that_the_top_level_holds_what_the_design_names() -> None:
    found = {path.relative_to(REPOSITORY).parts[0] for path in tracked_files()}
    assert {name for name in found if not name.startswith(".")} <= TOP_LEVEL


def test_that_no_file_names_a_package_index() -> None:
    # Put together here, so that this file does not name one either.
    unwanted = re.compile("|".join(("py" + "pi", "python" + "hosted", "--index" + "-url")))
    for path in tracked_files():
        if path.suffix in {".py", ".md", ".toml", ".txt", ".cmd", ".json", ""}:
            found = unwanted.search(path.read_text(encoding="utf-8", errors="ignore"))
            assert not found, f"{path}: {found}"


def test_that_images_of_other_people_are_not_committed() -> None:
    for path in tracked_files():
        if path.suffix in {".jpg", ".jpeg"}:
            assert path.is_relative_to(REPOSITORY / "resources" / "demo"), path
