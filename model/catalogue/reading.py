"""Reading every image of a data set once: which cannot be read, and what the others look like."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from model.catalogue.likeness import Likeness, likeness_of
from model.images import ImageError, LostFileError, read_bytes
from model.progress import Report
from model.records import Problem, ProblemKind

# Two keep a small computer busy; more only pass the interpreter's lock around.
_THREADS = 2
_AT_ONCE = 256


def read_likenesses(
    root: Path, paths: Sequence[str], report: Report
) -> tuple[dict[str, Likeness], list[Problem]]:
    """Read and decode files.

    Args:
        root: The data set's folder.
        paths: Of the images, relative to `root`.
        report: Told after every image.

    Returns:
        What was read by path, and a problem for each file that is no whole image (unreadable), or
        that is gone or on a disk that fails (missing).

    Raises:
        Cancelled: From `report`.
    """
    likenesses: dict[str, Likeness] = {}
    problems: list[Problem] = []
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="reader") as pool:
        # In portions, so that stopping does not wait for thousands of files.
        for start in range(0, len(paths), _AT_ONCE):
            for found in pool.map(lambda path: _read(root, path), paths[start : start + _AT_ONCE]):
                if isinstance(found, Problem):
                    problems.append(found)
                else:
                    likenesses[found[0]] = found[1]
                done = len(likenesses) + len(problems)
                report(done, len(paths), f"Reading images · {done:,} of {len(paths):,}")
    return likenesses, problems


def _read(root: Path, path: str) -> tuple[str, Likeness] | Problem:
    try:
        return path, likeness_of(read_bytes(root / path))
    except LostFileError as error:
        return Problem(path, ProblemKind.MISSING, error.reason)
    except ImageError as error:
        return Problem(path, ProblemKind.UNREADABLE, error.reason)
