"""Where readings files are kept: beside the study, or in the user's own folder."""

import hashlib
import os
import re
from pathlib import Path

from model.project.home import home
from model.review.reading import reader_key
from model.review.study_file import Study
from model.review.tables import READINGS_SUFFIX

_LONGEST_NAME = 40
_UNFIT = re.compile(r"[^\w()+=@-]+")


def readings_place(study: Study, reader: str, iteration: int = 1) -> Path:
    """The readings file of a reader: the same study, reader and iteration have the same place.

    A file that is there already wins. A new one lies beside the study where that folder can be
    written to, so that it goes back the same way; else in the program's own folder.
    """
    name = _file_name(study, reader, iteration)
    beside, own = study.path.with_name(name), home() / "readings" / name
    if own.exists() and not beside.exists():
        return own
    return beside if beside.exists() or os.access(beside.parent, os.W_OK) else own


def _file_name(study: Study, reader: str, iteration: int) -> str:
    key = reader_key(reader)
    # Two names may look alike once they are cleaned of what file names must not hold.
    digest = hashlib.sha256(f"{study.identity}\0{key}".encode()).hexdigest()[:6]
    readable = _UNFIT.sub("_", key)[:_LONGEST_NAME].strip("_") or "reader"
    again = f".{iteration}" if iteration > 1 else ""
    return f"{study.path.stem}.{readable}-{digest}{again}{READINGS_SUFFIX}"
