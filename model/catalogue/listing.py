"""Opening a folder as a data set: which layout it has, and its images as a stream."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from model.catalogue.batches import Batch, CatalogueError, batched
from model.catalogue.class_folders import ClassFolders, find_class_folders, list_class_folders
from model.catalogue.ham10000 import find_table, list_ham10000
from model.catalogue.plain_folder import list_plain_folder
from model.catalogue.walking import Content, look_into
from model.progress import Report, silent
from model.records import ImageRecord, Problem

__all__ = ["Batch", "CatalogueError", "Layout", "list_images", "recognise"]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a folder arranges its images.

    Attributes:
        name: "HAM10000", "One folder per class" or "Plain folder".
        table: The file with what is recorded of the images, if there is one.
        class_folders: Which folders name classes, if they do.
    """

    name: str
    table: Path | None = None
    class_folders: ClassFolders | None = None


def recognise(root: Path) -> Layout:
    """How the images of a folder are arranged; only names are looked at.

    Raises:
        CatalogueError: The folder is absent or cannot be read.
    """
    return _recognised(root, _content(root))


def _recognised(root: Path, content: Content) -> Layout:
    table = find_table(root)
    if table:
        return Layout("HAM10000", table=table)
    class_folders = find_class_folders(root, content)
    if class_folders:
        return Layout("One folder per class", class_folders=class_folders)
    return Layout("Plain folder")


def list_images(root: Path, report: Report = silent) -> Iterator[Batch]:
    """List a data set without opening any image.

    Images come in the order of their paths. The first batch has 64 images at most, later ones
    1,000; `report` is told after each, with a total of 0 since nobody knows it yet.

    Raises:
        CatalogueError: At once where the folder is absent or cannot be read or its table is
            damaged; in the end where it holds no images.
        Cancelled: From `report`.
    """
    content = _content(root)
    return _listed(root, _findings(root, content), report)


def _listed(
    root: Path, findings: Iterator[ImageRecord | Problem], report: Report
) -> Iterator[Batch]:
    count = 0
    report(count, 0, "Listing images")
    for batch in batched(findings):
        count += len(batch.images)
        yield batch
        report(count, 0, f"Listing images · {count:,} found")
    if not count:
        raise CatalogueError(f"No images in {root}: choose a folder that holds JPEG or PNG files.")


def _findings(root: Path, content: Content) -> Iterator[ImageRecord | Problem]:
    layout = _recognised(root, content)
    if layout.table:
        return list_ham10000(root, layout.table, content)
    if layout.class_folders:
        return list_class_folders(root, layout.class_folders, content)
    return list_plain_folder(root, content)


def _content(root: Path) -> Content:
    if root.is_file():
        raise CatalogueError(f"{root} is a file: choose the folder that holds the images.")
    try:
        return look_into(root)
    except FileNotFoundError as error:
        raise CatalogueError(f"There is no folder {root}: check its name.") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CatalogueError(f"The folder {root} cannot be read: {reason}.") from error
