"""A folder of images that says nothing about them."""

from collections.abc import Iterator
from pathlib import Path

from model.catalogue.copies import CopyFinder
from model.catalogue.walking import Content, FoundFile, image_files
from model.records import ImageRecord, Problem


def list_plain_folder(
    root: Path, content: Content | None = None
) -> Iterator[ImageRecord | Problem]:
    """All images below `root`, without labels, in the order of their paths."""
    copies = CopyFinder()
    for found in image_files(root, content):
        if isinstance(found, FoundFile):
            image = ImageRecord(found.path, found.stem, found.size, found.modified)
            yield image
            yield from copies.problems(image)
        else:
            yield found
