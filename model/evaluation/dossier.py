"""What a report is made of: a measurement with all that a reader needs to judge it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from model.evaluation.measurement import Measurement
from model.evaluation.official import OfficialScores


@dataclass(frozen=True, slots=True)
class Example:
    """A photograph for a cell of the matrix.

    Attributes:
        recorded: Code of the row.
        predicted: Code of the column.
        image: Its id.
        jpeg: The file, small.
    """

    recorded: str
    predicted: str
    image: str
    jpeg: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Dossier:
    """A measurement with all that a reader needs to judge it.

    Attributes:
        headline: What the figures at the top are of; None where no such image exists.
        others: Images kept apart from it: seen ones, other images of seen lesions, all together.
        official: The challenge's scores of all images; None without probabilities.
        notes: Sentences that a reader must know.
        about: What was compared, files, versions: names and texts.
        card: Facts of the classifier's card, likewise; empty where none is known.
        examples: Photographs of some cells of the headline's matrix.
    """

    headline: Measurement | None
    others: tuple[Measurement, ...]
    official: OfficialScores | None
    notes: tuple[str, ...]
    about: Mapping[str, str]
    card: Mapping[str, str] = field(default_factory=dict)
    examples: Sequence[Example] = ()

    @property
    def shown(self) -> Measurement | None:
        """What figures and tables are of: the headline, or else the first group there is."""
        return self.headline or next(iter(self.others), None)
