"""Small trees of files, and short ways to list them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from model.catalogue.listing import list_images
from model.records import ImageRecord, Problem, ProblemKind


@dataclass
class Listing:
    images: list[ImageRecord] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [image.path for image in self.images]

    def of_kind(self, kind: ProblemKind) -> list[str]:
        return [problem.path for problem in self.problems if problem.kind is kind]

    def image(self, path: str) -> ImageRecord:
        return next(image for image in self.images if image.path == path)


@pytest.fixture
def listed() -> Callable[[Path], Listing]:
    """Makes the whole listing of a folder; no file need be a real image, none is opened."""

    def list_all(root: Path) -> Listing:
        listing = Listing()
        for batch in list_images(root):
            listing.images.extend(batch.images)
            listing.problems.extend(batch.problems)
        return listing

    return list_all


@pytest.fixture
def tree(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder with these files, each with its own name as contents."""

    def make(*paths: str) -> Path:
        root = tmp_path / "data"
        root.mkdir(exist_ok=True)
        for path in paths:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(path, encoding="utf-8")
        return root

    return make


HEADER = "lesion_id,image_id,dx,dx_type,age,sex,localization"


@pytest.fixture
def ham(tree: Callable[..., Path]) -> Callable[..., Path]:
    """Makes a HAM10000 folder from rows of the table and paths of images."""

    def make(rows: Sequence[str], paths: Sequence[str], header: str = HEADER) -> Path:
        root = tree(*paths)
        (root / "HAM10000_metadata.csv").write_text("\n".join((header, *rows)), encoding="utf-8")
        return root

    return make
