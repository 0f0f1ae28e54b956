"""Where projects are kept: in a folder of the user's, not beside images that may be read-only."""

import hashlib
import re
from pathlib import Path

from model.project.home import home
from model.project.project import SUFFIX, Project

_LONGEST_NAME = 50
# Letters, digits and a few marks of every script; systems forbid various others in file names.
_UNFIT = re.compile(r"[^\w .()+=@-]+")


def project_for(root: Path) -> Path:
    """The project file of a data set's folder: the same folder has the same file."""
    absolute = str(root.absolute())
    digest = hashlib.sha256(absolute.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    name = _UNFIT.sub("_", root.absolute().name)[:_LONGEST_NAME].strip(" .") or "images"
    return home() / "projects" / f"{name}-{digest}{SUFFIX}"


def open_or_create(root: Path, layout_name: str = "") -> Project:
    """The project of a data set's folder, new where there is none.

    Raises:
        ProjectError: There is one that is damaged or newer, or none can be written.
    """
    path = project_for(root)
    return Project.open(path) if path.exists() else Project.create(path, root, layout_name)
