"""One answer as files hold it, and what a file of answers was found to hold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from typing_extensions import override

DIAGNOSIS = "diagnosis"
BLIND, METADATA, PROBABILITIES, HEAT_MAP, LABEL = "blind", "meta", "model", "cam", "gt"
STAGES = (BLIND, METADATA, PROBABILITIES, HEAT_MAP, LABEL)


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One reader's answer to one question about one image; the attributes are as written.

    Attributes:
        image_id: File name without ending; of a case of several images all, joined by "|".
        reader_id: Name or code.
        answer: What was answered; several at once joined by "|".
        question: "diagnosis", "malignant", "management", "confidence", "quality", or any other.
        stage: One of `STAGES`, or another word where the file uses its own.
        iteration: 1 for the first time that this reader reads the image, 2 for the second, ...
        lesion_id: What was photographed, "" where unknown.
        session_id: Of the sitting.
        confidence: 0 to 100.
        duration_s: Seconds.
        started_at: ISO 8601, UTC.
        order_index: Place of the case in the reader's order, from 0.
        shown_model_id: Which network's output was shown.
        shown_cam_layer: Layer of the heat map that was shown.
        comment: Free text.
        app_version: Of the program that took the answer.
        line: Where it stands in the file, from 1; 0 for answers that were not read from one.
    """

    image_id: str
    reader_id: str
    answer: str
    question: str = DIAGNOSIS
    stage: str = BLIND
    iteration: int = 1
    lesion_id: str = ""
    session_id: str = ""
    confidence: str = ""
    duration_s: str = ""
    started_at: str = ""
    order_index: str = ""
    shown_model_id: str = ""
    shown_cam_layer: str = ""
    comment: str = ""
    app_version: str = ""
    line: int = 0


def first_stage(rows: Iterable[ReadingRow]) -> list[ReadingRow]:
    """The answers at the earliest stage that there is, before anything swayed a reader.

    For forms in which stages have no place: answers of several would pass for repeats.
    """
    found = list(rows)
    order = {stage: number for number, stage in enumerate(STAGES)}
    first = min((row.stage for row in found), key=lambda s: order.get(s, len(order)), default="")
    return [row for row in found if row.stage == first]


def exact(number: float) -> str:
    """A number with all its digits, and none that it does not have."""
    return repr(number).removesuffix(".0")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A line that was not taken, and why."""

    line: int
    reason: str

    @override
    def __str__(self) -> str:
        return f"line {self.line:,}: {self.reason}"


@dataclass(frozen=True, slots=True, eq=False)
class ImportedReadings:
    """What a file of answers holds.

    Attributes:
        form: What it was recognised as, for people: "long CSV".
        rows: The answers, in the order of the file; what was not read is not among them.
        labels: Recorded label by image, where the file tells it.
        bases: What the label stands on by image.
        network: The network's class by image.
        problems: Lines that were not taken.
        notes: Sentences on what was assumed.
        named: Whether readers are persons; otherwise the rows are votes of a crowd.
        repeats: Whether rows without an iteration may be a reader's second reading of an image.
    """

    form: str
    rows: tuple[ReadingRow, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    bases: Mapping[str, str] = field(default_factory=dict)
    network: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[RowProblem, ...] = ()
    notes: tuple[str, ...] = ()
    named: bool = True
    repeats: bool = False
