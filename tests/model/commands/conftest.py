"""What the tests of the commands share."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.small_classifier import write_small_classifier


@pytest.fixture
def classifier(tmp_path: Path) -> Path:
    return write_small_classifier(tmp_path / "small classifier")


@pytest.fixture
def coloured(tmp_path: Path) -> Path:
    """A plain folder with a red, a green and a blue image (pure colours, stored exactly)."""
    folder = tmp_path / "coloured images"
    folder.mkdir()
    for number, name in enumerate(("a_red", "b_green", "c_blue")):
        pixels = np.zeros((48, 64, 3), np.uint8)
        pixels[..., 2 - number] = 255  # OpenCV writes blue first
        _, encoded = cv2.imencode(".png", pixels)
        encoded.tofile(folder / f"{name}.png")
    return folder
