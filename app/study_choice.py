"""What a new study can be made of, and what was chosen."""

from dataclasses import dataclass
from pathlib import Path

from model.review.protocol import Protocol


@dataclass(frozen=True, slots=True)
class CaseSource:
    """Images that a study may take its cases from.

    Attributes:
        name: How the program speaks of it.
        text: What the user reads.
        words: What the protocol keeps of it.
        images, lesions: How many there are.
    """

    name: str
    text: str
    words: str
    images: int
    lesions: int


@dataclass(frozen=True, slots=True)
class StudyOptions:
    """What the dialog starts from.

    Attributes:
        sources: Where cases can come from; the first is proposed.
        classes: Class systems by name, codes in order; the first is proposed.
        has_network: Whether predictions are stored for the stages that show them.
        path: Proposed for the study file.
    """

    sources: tuple[CaseSource, ...]
    classes: tuple[tuple[str, tuple[str, ...]], ...]
    has_network: bool
    path: Path


@dataclass(frozen=True, slots=True)
class StudyChoice:
    """What the user chose.

    Attributes:
        protocol: How it is read.
        source: Name of the `CaseSource`.
        count: How many cases are drawn at random; None for all.
        seed: Of the draw.
        path: Of the study file.
    """

    protocol: Protocol
    source: str
    count: int | None
    seed: int
    path: Path
