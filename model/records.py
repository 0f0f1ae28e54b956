"""What the parts of the program say to each other about images."""

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """One file of a data set, and what the data set says of it.

    Attributes:
        path: Relative to the data set's folder, with "/" on every system.
        image_id: The file's name without its ending.
        size: Bytes.
        modified: Time of the last change, in nanoseconds since the epoch.
        label: Code of the recorded class (see `model.taxonomy`), "" where none is recorded.
        basis: What the label stands on: histology, confocal, follow-up, consensus, or "".
        lesion_id: What was photographed, "" where unknown.
        age: Years, None where unknown.
        sex: "female", "male" or "".
        site: Where on the body, "" where unknown.
        source: The collection inside the data set, "" where none is named.
    """

    path: str
    image_id: str
    size: int
    modified: int
    label: str = ""
    basis: str = ""
    lesion_id: str = ""
    age: float | None = None
    sex: str = ""
    site: str = ""
    source: str = ""


class ProblemKind(StrEnum):
    """Why a file or a row of a data set is not what it should be."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    DOUBLED = "doubled"
    UNLABELLED = "unlabelled"
    CONTRADICTING = "contradicting"
    LEAKING = "leaking"
    UNUSED = "not used"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a data set; never fatal.

    Attributes:
        path: The file, relative to the data set's folder, or the image id where no file exists.
        kind: What is wrong.
        reason: A sentence for the user.
        other: A second image of the same data set that it concerns, "" without one.
    """

    path: str
    kind: ProblemKind
    reason: str
    other: str = field(default="", compare=False)
