"""A project of three small files."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.project.project import Project
from model.records import ImageRecord


def images_in(root: Path) -> list[ImageRecord]:
    files = sorted(path for path in root.rglob("*.jpg"))
    return [
        ImageRecord(
            path.relative_to(root).as_posix(),
            path.stem,
            path.stat().st_size,
            path.stat().st_mtime_ns,
            label="NV",
            age=40.0,
        )
        for path in files
    ]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "stick" / "images"
    for name in ("a", "sub/b", "sub/ç"):
        path = folder / f"{name}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"pixels of {name}", encoding="utf-8")
    return folder


@pytest.fixture
def project(root: Path) -> Iterator[Project]:
    """Knows all images and their hashes."""
    project = Project.create(root.parent / "mine.secondlook", root, "Plain folder")
    project.update_images(images_in(root))
    project.store_hashes(
        {
            image.path: hashlib.sha256((root / image.path).read_bytes()).hexdigest()
            for image in project.images()
        }
    )
    yield project
    project.close()
