"""One folder per class, with or without train, validation and test above."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from model.catalogue.copies import CopyFinder
from model.catalogue.walking import Content, FoundFile, image_files, look_into
from model.records import ImageRecord, Problem, ProblemKind
from model.taxonomy import code_from_label

_SPLITS = {
    **dict.fromkeys(("train", "training"), "training"),
    **dict.fromkeys(("val", "valid", "validation"), "validation"),
    **dict.fromkeys(("test", "testing"), "test"),
}
# "HAM10000_images_part_1": pieces of one archive, not classes.
_PART_NAME = re.compile(r"part[ _-]?\d+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ClassFolders:
    """Which folders name classes.

    Attributes:
        splits: Names of the folders above the class folders; empty where there are none.
    """

    splits: frozenset[str] = frozenset()


def find_class_folders(root: Path, content: Content) -> ClassFolders | None:
    """How `root` sorts its images by class, or None where it does not.

    At least two folders must hold images directly, either in `root` or below a folder named
    like a split (train, validation, test).
    """
    splits = frozenset(filter(split_named, content.folders))
    if any(_sorts_by_class(root / name, _look_into(root / name)) for name in splits):
        return ClassFolders(splits)
    return ClassFolders() if _sorts_by_class(root, content) else None


def split_named(name: str) -> str:
    """The split that a folder or a column calls so: training, validation, test, or "" for none."""
    return _SPLITS.get(name.lower(), "")


def _sorts_by_class(folder: Path, content: Content) -> bool:
    names = (
        name for name in content.folders if not split_named(name) and not _PART_NAME.search(name)
    )
    holding = (name for name in names if _look_into(folder / name).has_images)
    return len(list(islice(holding, 2))) == 2


def _look_into(folder: Path) -> Content:
    try:
        return look_into(folder)
    except OSError:
        return Content([], frozenset())


def list_class_folders(
    root: Path, layout: ClassFolders, content: Content | None = None
) -> Iterator[ImageRecord | Problem]:
    """All images below `root` with the class of their folder, in the order of their paths."""
    copies = CopyFinder()
    for found in image_files(root, content):
        if not isinstance(found, FoundFile):
            yield found
            continue
        image = _labelled(found, layout)
        yield image
        if not image.label:
            reason = "The image lies in no class folder."
            yield Problem(image.path, ProblemKind.UNLABELLED, reason)
        yield from copies.problems(image)


def _labelled(found: FoundFile, layout: ClassFolders) -> ImageRecord:
    *folders, _ = found.path.split("/")
    source = ""
    if layout.splits:
        inside = bool(folders) and folders[0] in layout.splits
        source = folders[0] if inside else ""
        folders = folders[1:] if inside else []
    label = code_from_label(folders[0]) if folders else ""
    return ImageRecord(
        found.path, found.stem, found.size, found.modified, label=label, source=source
    )
