"""Finding the image files below a folder: in order, one `stat` each, nothing opened."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from model.records import Problem, ProblemKind

IMAGE_ENDINGS = frozenset((".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp"))
_READABLE_BY_ALL = 0o004


class FoundFile(NamedTuple):
    """An image file: its path relative to the root with "/", size in bytes, time in nanoseconds."""

    path: str
    size: int
    modified: int

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        return stem_of(self.path)


class Content(NamedTuple):
    """What lies directly in a folder, without what systems keep out of sight.

    Attributes:
        entries: Names of image files, and of folders followed by "/", in the order in which the
            paths below them sort.
        links: Those of the folders that are links.
    """

    entries: list[str]
    links: frozenset[str]

    @property
    def folders(self) -> list[str]:
        """Names of the folders, without "/"."""
        return [name[:-1] for name in self.entries if name.endswith("/")]

    @property
    def has_images(self) -> bool:
        """Whether an image lies directly here."""
        return any(not name.endswith("/") for name in self.entries)


def stem_of(path: str) -> str:
    """The name of a file without folders and ending."""
    return path.rpartition("/")[2].rpartition(".")[0]


def is_image_name(name: str) -> bool:
    """Whether a file of this name is taken for an image: by its ending, in any case."""
    dot = name.rfind(".")
    return dot > 0 and name[dot:].lower() in IMAGE_ENDINGS


def look_into(folder: Path) -> Content:
    """What lies directly in a folder.

    Raises:
        OSError: It cannot be read.
    """
    names, links = [], set()
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name[0] in ".$" or name == "__MACOSX":
                continue
            if _is_folder(entry):
                names.append(f"{name}/")
                if entry.is_symlink():
                    links.add(f"{name}/")
            elif is_image_name(name):
                names.append(name)
    names.sort()
    return Content(names, frozenset(links))


def image_files(root: Path, content: Content | None = None) -> Iterator[FoundFile | Problem]:
    """All image files below `root`, in the order of their paths, and what cannot be read.

    Files that are empty or closed to us are yielded and followed by their problem. Folders that
    are links into `root` are skipped, since they are met at their own place; so are loops.
    What vanishes while we look is left out.

    Args:
        root: Where to look.
        content: What `look_into(root)` gave, if it was asked already.
    """
    walk = _Walk(root, content)
    # A stack instead of recursion: folders may be nested deeper than Python's calls.
    stack = [walk.folder("")]
    while stack:
        found = next(stack[-1], None)
        if found is None:
            stack.pop()
        elif isinstance(found, str):
            stack.append(walk.folder(found))
        else:
            yield found


class _Walk:
    """One pass over a tree; remembers which folders were entered."""

    def __init__(self, root: Path, content: Content | None) -> None:
        self._root = root
        self._prefix = os.path.join(root, "")  # noqa: PTH118 - a string to put names behind
        self._content = content
        self._real_root = os.path.realpath(root)
        self._entered: set[tuple[int, int]] = set()

    def folder(self, path: str) -> Iterator[FoundFile | Problem | str]:
        """The files of one folder and their problems; paths of folders to go into, with "/"."""
        try:
            content = self._enter(path)
        except FileNotFoundError:
            return
        except OSError as error:
            yield _unreadable(path.rstrip("/") or ".", f"The folder cannot be read: {_why(error)}.")
            return
        for name in content.entries:
            entry = path + name
            if not name.isascii() and not _is_unicode(name):
                yield _unreadable(_shown(entry), "The name is not valid Unicode; rename it.")
            elif not name.endswith("/"):
                yield from self._file(entry)
            elif name not in content.links or not self._leads_inside(entry):
                yield entry

    def _enter(self, path: str) -> Content:
        folder = self._root / path
        status = folder.stat()
        key = (status.st_dev, status.st_ino)
        if key in self._entered:
            return Content([], frozenset())
        self._entered.add(key)
        return self._content if self._content and not path else look_into(folder)

    def _file(self, path: str) -> Iterator[FoundFile | Problem]:
        whole = self._prefix + path
        try:
            # os.stat, not Path.stat: 25,000 Path objects would cost more than the calls.
            status = os.stat(whole)  # noqa: PTH116 - one call a file, 25,000 times
        except FileNotFoundError:
            if os.path.islink(whole):  # noqa: PTH114 - as above
                yield _unreadable(path, "The link leads to no file.")
            return
        except OSError as error:
            yield _unreadable(path, f"The file cannot be read: {_why(error)}.")
            return
        if not stat.S_ISREG(status.st_mode):
            return
        yield FoundFile(path, status.st_size, status.st_mtime_ns)
        if not status.st_size:
            yield _unreadable(path, "The file is empty (0 bytes).")
        elif not status.st_mode & _READABLE_BY_ALL and not os.access(whole, os.R_OK):
            yield _unreadable(path, "The file cannot be read: permission denied.")

    def _leads_inside(self, path: str) -> bool:
        target = os.path.realpath(self._prefix + path)
        return target == self._real_root or target.startswith(os.path.join(self._real_root, ""))  # noqa: PTH118 - as above


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _unreadable(path: str, reason: str) -> Problem:
    return Problem(path, ProblemKind.UNREADABLE, reason)


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _shown(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
