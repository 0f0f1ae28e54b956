"""A project and its cache, made from a folder of images, for tests and their child processes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from model.classifier.classifier import Classifier
from model.project.cache import Cache
from model.project.project import Project
from model.records import ImageRecord


@dataclass(frozen=True)
class Place:
    project: Project
    cache: Cache

    @classmethod
    def reopen(cls, folder: Path) -> Self:
        return cls(
            Project.open(folder / "set.secondlook"),
            Cache.open(folder / "set.cache"),
        )

    def close(self) -> None:
        self.project.close()
        self.cache.close()


def make_place(folder: Path, images: Path) -> Place:
    project = Project.create(folder / "set.secondlook", images, "Plain folder")
    update_images(project)
    return Place(project, Cache.open(folder / "set.cache"))


def update_images(project: Project) -> None:
    paths = sorted(project.root.rglob("*.jpg"))
    project.update_images([record(path, project.root) for path in paths])


def record(path: Path, root: Path) -> ImageRecord:
    status = path.stat()
    name = path.relative_to(root).as_posix()
    return ImageRecord(name, path.stem, status.st_size, status.st_mtime_ns)


def stored_rows(place: Place, classifier: Classifier) -> tuple[list[str], np.ndarray]:
    """Content hashes and logits, exactly as the cache has them, doubled ones too."""
    run = place.cache.begin_run(classifier.identity, classifier.card.classes, "f32", {})
    return place.cache.logits(run)
