"""The demonstration as a new user starts it, without a display."""

import os
import subprocess
import sys
from pathlib import Path

import cv2

REPOSITORY = Path(__file__).resolve().parents[2]


def test_that_the_demonstration_draws_its_screens_without_a_display(tmp_path: Path) -> None:
    environment = {**os.environ, "SECOND_LOOK_HOME": str(tmp_path / "home")}
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        environment.pop(name, None)
    out = tmp_path / "pictures"
    done = subprocess.run(
        [sys.executable, str(REPOSITORY / "main.py"), "demo", "--out", str(out)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert str(out) in done.stdout
    for name in ("welcome", "browse_light", "browse_dark", "browse_table"):
        assert cv2.imread(str(out / f"{name}.png")).shape[:2] == (900, 1440)
    heat_maps = sorted((out / "heat_maps").glob("*.png"))
    assert len(heat_maps) == 7
    assert all(cv2.imread(str(path)).shape == (450, 600, 3) for path in heat_maps)
