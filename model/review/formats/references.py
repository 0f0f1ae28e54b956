"""What a table of readings says of the images: recorded label, basis, network's class."""

from collections.abc import Sequence

from model.review.formats import columns


class SaidOfImages:
    """What a column says of images, where it says one thing of each.

    Attributes:
        at: The position of the column, None where there is none.
    """

    def __init__(self, name: str, at: int | None) -> None:
        self.at = at
        self._name = name
        self._said: dict[str, str] = {}
        self._contradicted: set[str] = set()

    def note(self, image: str, cells: Sequence[str]) -> None:
        """Remember what a row says."""
        said = "" if self.at is None else " ".join(cells[self.at].split())
        if columns.is_unread(said):
            return
        if self._said.setdefault(image, said).casefold() != said.casefold():
            self._contradicted.add(image)

    def known(self) -> dict[str, str]:
        """By image, without images of which rows say different things."""
        return {name: said for name, said in self._said.items() if name not in self._contradicted}

    def contradiction(self) -> str:
        """A sentence on images that are left out; "" where there are none."""
        if not self._contradicted:
            return ""
        first, count = min(self._contradicted), len(self._contradicted)
        told = "1 image has" if count == 1 else f"{count:,} images have"
        return f"{told} more than one {self._name}, such as {first}; none is used"


class References:
    """The three columns that readers are held against.

    Attributes:
        label: The recorded label.
        basis: What it stands on.
        network: The network's class.
    """

    def __init__(self, label: int | None, basis: int | None = None, network: int | None = None):
        self.label = SaidOfImages("recorded label", label)
        self.basis = SaidOfImages("basis", basis)
        self.network = SaidOfImages("network's class", network)

    @property
    def positions(self) -> set[int]:
        """Columns that are taken."""
        return {each.at for each in self._all if each.at is not None}

    def note(self, image: str, cells: Sequence[str]) -> None:
        """Remember what a row says of its image."""
        for each in self._all:
            each.note(image, cells)

    def contradictions(self) -> list[str]:
        """Sentences on images of which rows say different things."""
        return [note for each in self._all if (note := each.contradiction())]

    @property
    def _all(self) -> tuple[SaidOfImages, ...]:
        return self.label, self.basis, self.network
