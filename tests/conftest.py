"""Data that many tests need: real images where they are at hand, and a small synthetic set."""

import errno
import os
from pathlib import Path

# As main.py does, and before numpy is there.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
import numpy as np
import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the tests that take minutes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    for item in items:
        if "long" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="takes minutes; run with --long"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with the real images, weights and tables."""
    folder = os.environ.get("SECOND_LOOK_DATA", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("SECOND_LOOK_DATA names no folder with the real images")
    return Path(folder)


@pytest.fixture(scope="session")
def real_ham10000(real_data: Path) -> Path:
    return real_data / "ham10000"


@pytest.fixture(autouse=True)
def private_folders(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Keep projects and settings of the person who runs the tests out of reach."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("SECOND_LOOK_HOME", str(home))
    return home


def write_jpeg(path: Path, seed: int, width: int = 120, height: int = 90) -> None:
    """A photograph-like JPEG that differs for each seed."""
    noise = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    pixels = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    path.parent.mkdir(parents=True, exist_ok=True)
    _, encoded = cv2.imencode(".jpg", pixels)
    encoded.tofile(path)


def unmount(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer as the system does for what lies on a server that is away."""
    stat = Path.stat

    def refuse(path: Path, **options: bool) -> os.stat_result:
        if path.is_relative_to(folder):
            raise OSError(errno.ESTALE, os.strerror(errno.ESTALE), str(path))
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", refuse)


HAM10000_ROWS = (
    "HAM_0000001,ISIC_0000001,bkl,histo,80.0,male,scalp",
    "HAM_0000001,ISIC_0000002,bkl,histo,80.0,male,scalp",
    "HAM_0000002,ISIC_0000003,nv,follow_up,45,female,back",
    "HAM_0000003,ISIC_0000004,mel,histo,,unknown,unknown",
    "HAM_0000004,ISIC_0000005,akiec,histo,70.0,female,scalp",
    "HAM_0000005,ISIC_0000006,nv,consensus,0.0,male,abdomen",
    "HAM_0000006,ISIC_0000007,df,confocal,55.0,female,lower extremity",
    "HAM_0000007,ISIC_0000008,vasc,consensus,30.0,male,trunk",
    "HAM_0000008,ISIC_0000009,bcc,histo,65.0,female,neck",
)


@pytest.fixture
def small_ham10000(tmp_path: Path) -> Path:
    """Nine images of eight lesions in the two-part layout of HAM10000."""
    root = tmp_path / "ham"
    for number, row in enumerate(HAM10000_ROWS):
        part = 1 if number < 5 else 2
        name = row.split(",")[1]
        write_jpeg(root / f"HAM10000_images_part_{part}" / f"{name}.jpg", seed=number)
    header = "lesion_id,image_id,dx,dx_type,age,sex,localization"
    (root / "HAM10000_metadata.csv").write_text("\n".join((header, *HAM10000_ROWS)) + "\n")
    return root
