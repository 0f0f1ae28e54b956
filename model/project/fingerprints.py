"""Content hashes of all images of a project, so that they are recognised after a move."""

from model.images import ImageError, content_hash, read_bytes
from model.progress import Report, silent
from model.project.project import Project

_STORED_TOGETHER = 500


def fingerprint(project: Project, report: Report = silent) -> int:
    """Read every image whose content hash is not known yet, and store the hash.

    Files that cannot be read stay without one.

    Returns:
        How many hashes were added.

    Raises:
        Cancelled: From `report`; the hashes read so far are stored.
    """
    known = project.hashes()
    paths = [image.path for image in project.images() if image.path not in known]
    found: dict[str, str] = {}
    added = 0
    try:
        for done, path in enumerate(paths):
            report(done, len(paths), f"{done:,} of {len(paths):,}")
            try:
                found[path] = content_hash(read_bytes(project.root / path))
            except ImageError:
                continue
            if len(found) >= _STORED_TOGETHER:
                project.store_hashes(found)
                added += len(found)
                found = {}
    finally:
        project.store_hashes(found)
    return added + len(found)
