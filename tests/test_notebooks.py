"""The notebooks run from top to bottom, in a process of their own, and hold no outputs."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "notebooks"
NAMES = ("preprocessing", "training", "explaining")
# Drawn without a screen, and closed after each cell as a notebook does.
BEGIN = "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as _figures\n"


def cells(name: str) -> list[dict[str, Any]]:
    text = (FOLDER / f"{name}.ipynb").read_text(encoding="utf-8")
    return list(json.loads(text)["cells"])


def code(name: str) -> list[str]:
    return ["".join(cell["source"]) for cell in cells(name) if cell["cell_type"] == "code"]


def run(name: str) -> str:
    script = BEGIN + "\n_figures.close('all')\n".join(code(name))
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=FOLDER,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_that_the_three_notebooks_are_there() -> None:
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_that_a_notebook_holds_no_outputs_and_no_places_of_its_author(name: str) -> None:
    for cell in cells(name):
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
    text = "".join("".join(cell["source"]) for cell in cells(name))
    assert "http" not in text
    assert "/home" not in text
    assert "synthetic" in text


@pytest.mark.parametrize("name", NAMES)
def test_that_a_notebook_uses_the_model_and_nothing_else(name: str) -> None:
    allowed = {"model", "numpy", "matplotlib", "sys", "pathlib", "collections", "tempfile"}
    for line in "\n".join(code(name)).splitlines():
        words = line.split()
        if words[:1] in (["import"], ["from"]):
            assert words[1].split(".")[0] in allowed, line


def test_that_preprocessing_runs_from_top_to_bottom() -> None:
    said = run("preprocessing")
    assert "divided by lesion: 0 of" in said


def test_that_explaining_runs_from_top_to_bottom() -> None:
    assert "without the 8 cells of most evidence" in run("explaining")


@pytest.mark.long
def test_that_training_runs_from_top_to_bottom() -> None:
    assert "balanced_accuracy" in run("training")
