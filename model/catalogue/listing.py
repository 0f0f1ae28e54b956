"""Opening a folder as a data set: which layout it has, and its images as a stream."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path

from model.catalogue.batches import Batch, CatalogueError, NoImagesError, batched
from model.catalogue.class_folders import ClassFolders, find_class_folders, list_class_folders
from model.catalogue.described import list_described, told_once
from model.catalogue.finding_tables import MAPPED, find_tables
from model.catalogue.joining import Part, join_parts
from model.catalogue.mapping import MappedTable
from model.catalogue.plain_folder import list_plain_folder
from model.catalogue.sources import Sources
from model.catalogue.walking import Content, look_into
from model.class_systems import ClassMapping
from model.progress import Report, silent
from model.records import ImageRecord, Problem, ProblemKind

__all__ = ["Batch", "CatalogueError", "Layout", "list_images", "recognise"]

PLAIN = "Plain folder"
_ALONE = Sources()


@dataclass(frozen=True, slots=True)
class Layout:
    """How a data set arranges its images.

    Attributes:
        name: Of the data set ("HAM10000", "ISIC 2019", ...; several are joined by " + "), "Mapped
            tables", "One folder per class" or "Plain folder".
        tables: What describes the images, facts of earlier ones first.
        class_folders: Which folders name classes, if they do.
        problems: Tables in the folder that are not used, and why.
        unknown: Those of them that could be used if somebody said what their columns mean.
    """

    name: str
    tables: tuple[MappedTable, ...] = ()
    class_folders: ClassFolders | None = None
    problems: tuple[Problem, ...] = ()
    unknown: tuple[Path, ...] = ()


def recognise(root: Path, sources: Sources = _ALONE) -> Layout:
    """How the images of a folder are arranged; only names and heads of tables are looked at.

    Args:
        root: The data set's folder.
        sources: What belongs to it besides; their tables are among those of the layout, after its
            own.

    Raises:
        CatalogueError: A folder is absent or cannot be read.
    """
    told = [layout_of(folder, sources) for folder in (root, *sources.folders)]
    known = {table.path for each in told for table in each.tables}
    loose = tuple(table for table in loose_tables(root, sources) if table.path not in known)
    return replace(
        told[0],
        name=_joined_name(told, loose),
        tables=(*(table for each in told for table in each.tables), *loose),
        problems=tuple(problem for each in told for problem in each.problems),
        unknown=tuple(path for each in told for path in each.unknown),
    )


def fixed(root: Path, sources: Sources = _ALONE) -> Sources:
    """The same, with every table told as it is read now, and those that nobody knows left out.

    A listing with these does not hang on what the user says of other tables with the same columns.

    Raises:
        CatalogueError: A folder is absent or cannot be read.
    """
    layout = recognise(root, sources)
    left_out = tuple(dict.fromkeys((*sources.left_out, *layout.unknown)))
    return replace(sources, tables=tuple(dict.fromkeys(layout.tables)), left_out=left_out)


def layout_of(folder: Path, sources: Sources) -> Layout:
    """How one folder of a data set arranges its images by itself.

    Raises:
        CatalogueError: The folder is absent or cannot be read.
    """
    return _layout(folder, _content(folder, joined=folder in sources.folders), sources)


def _joined_name(told: Sequence[Layout], loose: Sequence[MappedTable]) -> str:
    names = [each.name for each in told]
    if loose and names == [PLAIN]:
        return MAPPED
    return " + ".join(dict.fromkeys((*names, *([MAPPED] if loose else ()))))


def _layout(root: Path, content: Content, sources: Sources) -> Layout:
    """How one folder arranges its images, with what the user said of its tables."""
    mapped = {each.path: each for each in sources.tables if each.path.is_relative_to(root)}
    told = {*mapped, *sources.left_out}
    found = find_tables(root, content, told)
    tables = (*found.tables, *mapped.values())
    if tables:
        names = filter(None, (found.name, MAPPED if mapped else ""))
        name = " + ".join(dict.fromkeys(names))
        return Layout(name, tables, problems=found.problems, unknown=found.unknown)
    class_folders = find_class_folders(root, content)
    name = "One folder per class" if class_folders else PLAIN
    return Layout(name, (), class_folders, found.problems, found.unknown)


def loose_tables(root: Path, sources: Sources) -> tuple[MappedTable, ...]:
    """Tables that lie in none of the folders of a data set."""
    folders = (root, *sources.folders)
    return tuple(
        each
        for each in sources.tables
        if not any(each.path.is_relative_to(folder) for folder in folders)
    )


def list_images(root: Path, report: Report = silent, sources: Sources = _ALONE) -> Iterator[Batch]:
    """List a data set without opening any image.

    Images come in the order of their paths, folder by folder. The first batch has 64 images at
    most, later ones 1,000; `report` is told after each, with a total of 0 since nobody knows it
    yet. Paths are relative to `root`; those of images in other folders are absolute.

    Args:
        root: The data set's folder.
        report: Told where the listing is.
        sources: What belongs to it besides.

    Raises:
        CatalogueError: At once where a folder is absent or cannot be read or its table is
            damaged; in the end where there are no images (`NoImagesError`).
        Cancelled: From `report`.
    """
    parts = [_part(folder, sources) for folder in (root, *sources.folders)]
    loose = loose_tables(root, sources)
    tables = dict.fromkeys((*(table for part in parts for table in part.tables), *loose))
    found = told_once(join_parts(parts, loose), tuple(tables))
    if sources.classes:
        found = _seen_as(found, sources.classes)
    return _listed(root, found, report)


def _seen_as(
    found: Iterator[ImageRecord | Problem], classes: ClassMapping
) -> Iterator[ImageRecord | Problem]:
    """The images with their labels in other classes; a label that came since has none, and says so.

    What was mapped to no class on purpose is no problem.
    """
    code_of, chosen = cache(classes.code), dict(classes.pairs)
    for each in found:
        if isinstance(each, ImageRecord) and each.label:
            yield replace(each, label=code_of(each.label))
            if not code_of(each.label) and each.label not in chosen:
                reason = (
                    f"It is recorded as {each.label}, for which no class of {classes.target} was"
                    " chosen: choose one in File, Classes of the labels."
                )
                yield Problem(each.path, ProblemKind.UNLABELLED, reason)
        else:
            yield each


def _part(root: Path, sources: Sources) -> Part:
    content = _content(root, joined=root in sources.folders)
    layout = _layout(root, content, sources)
    if not layout.tables and not layout.class_folders and root not in sources.folders:
        # A plain folder and a table from elsewhere are a data set that its table describes.
        layout = replace(layout, tables=loose_tables(root, sources))
    if layout.tables:
        images = list_described(root, layout.tables, content)
    elif layout.class_folders:
        images = list_class_folders(root, layout.class_folders, content)
    else:
        images = list_plain_folder(root, content)
    return Part(root, chain(images, layout.problems), layout.tables)


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


def _content(root: Path, *, joined: bool) -> Content:
    """What lies in a folder, the data set's own or one that is joined to it."""
    if root.is_file():
        raise CatalogueError(f"{root} is a file: choose the folder that holds the images.")
    try:
        return look_into(root)
    except FileNotFoundError as error:
        remedy = "bring it back, or remove it from the sources" if joined else "check its name"
        raise CatalogueError(f"There is no folder {root}: {remedy}.") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CatalogueError(f"The folder {root} cannot be read: {reason}.") from error
