"""Opening a folder as a data set: which layout it has, and its images as a stream."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from model.catalogue.batches import Batch, CatalogueError, NoImagesError, batched
from model.catalogue.class_folders import ClassFolders, find_class_folders, list_class_folders
from model.catalogue.described import list_described
from model.catalogue.finding_tables import find_tables
from model.catalogue.mapping import MappedTable
from model.catalogue.plain_folder import list_plain_folder
from model.catalogue.walking import Content, look_into
from model.progress import Report, silent
from model.records import ImageRecord, Problem

__all__ = ["Batch", "CatalogueError", "Layout", "list_images", "recognise"]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a folder arranges its images.

    Attributes:
        name: Of the data set ("HAM10000", "ISIC 2019", ...; several are joined by " + "), "Mapped
            tables", "One folder per class" or "Plain folder".
        tables: What describes the images, facts of earlier ones first.
        class_folders: Which folders name classes, if they do.
        problems: Tables in the folder that are not used, and why.
    """

    name: str
    tables: tuple[MappedTable, ...] = ()
    class_folders: ClassFolders | None = None
    problems: tuple[Problem, ...] = ()


def recognise(root: Path, mapped: Sequence[MappedTable] = ()) -> Layout:
    """How the images of a folder are arranged; only names and heads of tables are looked at.

    Args:
        root: The data set's folder.
        mapped: Tables whose columns the user has mapped; they take the place of others there.

    Raises:
        CatalogueError: The folder is absent or cannot be read.
    """
    return _recognised(root, _content(root), mapped)


def _recognised(root: Path, content: Content, mapped: Sequence[MappedTable]) -> Layout:
    if mapped:
        return Layout("Mapped tables", tables=tuple(mapped))
    found = find_tables(root, content)
    if found.tables:
        return Layout(found.name, tables=found.tables, problems=found.problems)
    class_folders = find_class_folders(root, content)
    name = "One folder per class" if class_folders else "Plain folder"
    return Layout(name, class_folders=class_folders, problems=found.problems)


def list_images(
    root: Path, report: Report = silent, mapped: Sequence[MappedTable] = ()
) -> Iterator[Batch]:
    """List a data set without opening any image.

    Images come in the order of their paths. The first batch has 64 images at most, later ones
    1,000; `report` is told after each, with a total of 0 since nobody knows it yet.

    Args:
        root: The data set's folder.
        report: Told where the listing is.
        mapped: As for `recognise`.

    Raises:
        CatalogueError: At once where the folder is absent or cannot be read or its table is
            damaged; in the end where it holds no images (`NoImagesError`).
        Cancelled: From `report`.
    """
    content = _content(root)
    return _listed(root, _findings(root, content, mapped), report)


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
        raise NoImagesError(f"No images in {root}: choose a folder that holds JPEG or PNG files.")


def _findings(
    root: Path, content: Content, mapped: Sequence[MappedTable]
) -> Iterator[ImageRecord | Problem]:
    layout = _recognised(root, content, mapped)
    if layout.tables:
        images = list_described(root, layout.tables, content)
    elif layout.class_folders:
        images = list_class_folders(root, layout.class_folders, content)
    else:
        images = list_plain_folder(root, content)
    return chain(images, layout.problems)


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
