"""What a report is made of: a measurement with all that a reader needs to judge it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from model.evaluation.comparison import Comparison
from model.evaluation.measurement import Measurement
from model.evaluation.official import OfficialScores
from model.evaluation.pairs import Pair
from model.evaluation.spread import SpreadEvaluation


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


@dataclass(frozen=True, slots=True)
class Swap:
    """An image that two labellings part on.

    Attributes:
        change: "gained" where only the second is right, "lost" where only the first is, "changed"
            where both are wrong, differently.
        image: Its id.
        recorded: Code of its class.
        first: What the first says.
        second: What the second says.
    """

    change: str
    image: str
    recorded: str
    first: str
    second: str


@dataclass(frozen=True, slots=True, eq=False)
class Rival:
    """A second labelling of the same images, held against the first.

    Attributes:
        names: What the two are called; the second is less or more by `comparison`.
        title: Which images, for people.
        images: Ids [M].
        first: What is measured, on these images.
        second: What it is compared with.
        comparison: Second less first.
        card: Facts of the second classifier's card; empty where none is known.
    """

    names: tuple[str, str]
    title: str
    images: tuple[str, ...]
    first: Pair
    second: Pair
    comparison: Comparison
    card: Mapping[str, str] = field(default_factory=dict)

    def swapped(self) -> Iterator[Swap]:
        """The images that they part on: gained, then lost, then changed."""
        classes = (*self.first.classes, "undecided")
        found = self.comparison
        for change, rows in (
            ("gained", found.gained),
            ("lost", found.lost),
            ("changed", found.changed),
        ):
            for row in rows.tolist():
                codes = (self.first.truth[row], self.first.predicted[row])
                said = (*codes, self.second.predicted[row])
                yield Swap(change, self.images[row], *(classes[code] for code in said))


@dataclass(frozen=True, slots=True, eq=False)
class Dossier:
    """A measurement with all that a reader needs to judge it.

    Attributes:
        headline: What the figures at the top are of; None where no such image exists.
        others: Images kept apart from it: seen ones, other images of seen lesions, all together.
        official: The challenge's scores of all images; None without probabilities.
        notes: Sentences that a reader must know.
        about: What was compared: data set, filter, files; names and texts.
        card: Facts of the classifier's card, likewise; empty where none is known.
        examples: Photographs of some cells of the headline's matrix.
        rival: A second labelling beside it; None where there is none.
        thumbnails: Small photographs by image id, for the images that the two part on.
        versions: What made the dossier: names and texts.
        spread: The labelling against the spread of several readers; None where there is none.
    """

    headline: Measurement | None
    others: tuple[Measurement, ...]
    official: OfficialScores | None
    notes: tuple[str, ...]
    about: Mapping[str, str]
    card: Mapping[str, str] = field(default_factory=dict)
    examples: Sequence[Example] = ()
    rival: Rival | None = None
    thumbnails: Mapping[str, bytes] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    spread: SpreadEvaluation | None = None

    @property
    def shown(self) -> Measurement | None:
        """What figures and tables are of: the headline, or else the first group there is."""
        return self.headline or next(iter(self.others), None)
