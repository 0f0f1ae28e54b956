"""Labels that stand in place of those of the data set: other classes, or shares of classes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from model.records import ImageRecord
from model.taxonomy import class_order

Floats = NDArray[np.float64]
LabelUse = Literal[
    "recorded", "adjudicated", "adjudicated only", "without disputed", "spread", "spread only"
]
"""As recorded; as decided in review, else as recorded; only what was decided; all but the lesions
that readers dispute; the spread of the readings, else as recorded; only what was read.
"""


@dataclass(frozen=True, slots=True)
class ChosenLabels:
    """Which labels a training learns in place of the recorded ones.

    Attributes:
        told: What they are, in a sentence.
        codes: The class of each image by path, "" for those not to be used; where there are
            shares, the class with the largest.
        shares: By path the share of each class, where readers spread over classes; they add up
            to 1.
    """

    told: str
    codes: Mapping[str, str]
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def relabelled(self, records: Iterable[ImageRecord]) -> list[ImageRecord]:
        """The images with these labels; one of which nothing is said has none then."""
        return [replace(record, label=self.codes.get(record.path, "")) for record in records]

    def beyond(self, classes: Iterable[str]) -> str:
        """What the shares say of other classes than these, in a sentence; "" where nothing."""
        named = {code for spread in self.shares.values() for code in spread} - set(classes)
        if not named:
            return ""
        codes = ", ".join(sorted(named, key=class_order))
        return f"Readings of {codes} do not count: no image is learned as that."

    def to_json(self) -> str:
        """A text that `from_json` reads back to an equal value."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote, or a plain object of codes by path.

        Raises:
            ValueError: It is neither.
        """
        found = json.loads(text)
        try:
            if set(found) == {"told", "codes", "shares"} and isinstance(found["codes"], dict):
                return cls(found["told"], found["codes"], found["shares"])
            return cls("", dict(found))
        except TypeError as error:
            raise ValueError("no labels by path") from error


def label_targets(
    records: Sequence[ImageRecord],
    classes: Sequence[str],
    shares: Mapping[str, Mapping[str, float]],
) -> Floats:
    """What a network is to say of each image: 1 for its label, or shares of several classes.

    Args:
        records: N images, each labelled with one of the classes.
        classes: K codes.
        shares: By path, where there are any; what falls on other classes does not count.

    Returns:
        float64 [N, K], rows add up to 1.
    """
    place = {code: at for at, code in enumerate(classes)}
    targets = np.zeros((len(records), len(classes)))
    for row, record in enumerate(records):
        spread = shares.get(record.path, {record.label: 1.0})
        for code, share in spread.items():
            if code in place:
                targets[row, place[code]] = share
    return np.asarray(targets / targets.sum(1, keepdims=True))
