"""What is done to a photograph before a network sees it: choices, not pixels."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

Mode = Literal["stretch", "centre crop"]
Step = Literal["border crop", "hair removal", "shades of gray"]

STEPS: tuple[Step, ...] = get_args(Step)
"""In the order in which they are done."""
BORDER_CROP, HAIR_REMOVAL, SHADES_OF_GRAY = STEPS


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How a photograph becomes what a network sees. Equal values give equal pixels.

    Attributes:
        size: Side of the network's square input, in pixels.
        mode: "stretch": the whole photograph; "centre crop": its largest centred square.
        reduce: Decode JPEG files at a half, a quarter or an eighth where enough pixels remain.
        steps: What is done besides, out of `STEPS`; kept in their order.

    Raises:
        ValueError: An unknown step.
    """

    size: int
    mode: Mode = "stretch"
    reduce: bool = True
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        """Put the steps into the order in which they are done, each once."""
        unknown = [each for each in self.steps if each not in STEPS]
        if unknown:
            raise ValueError(f"preprocessing {unknown[0]!r}; known: {', '.join(STEPS)}")
        ordered = tuple(each for each in STEPS if each in self.steps)
        object.__setattr__(self, "steps", ordered)

    def to_json(self) -> dict[str, Any]:
        """As plain values; without steps they are those of cards that know of none."""
        return {
            "size": self.size,
            "mode": self.mode,
            "reduce": self.reduce,
            "interpolation": "linear",
            "channels": "RGB 0..255",
            **({"steps": list(self.steps)} if self.steps else {}),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Preprocessing":
        """From what `to_json` gave.

        Raises:
            ValueError: Values that this version cannot follow exactly.
        """
        size, mode, reduce = values["size"], values["mode"], values["reduce"]
        if not isinstance(size, int) or size < 1 or not isinstance(reduce, bool):
            raise ValueError(f"preprocessing of size {size!r} with reduce {reduce!r}")
        if mode not in get_args(Mode) or values.get("interpolation", "linear") != "linear":
            raise ValueError(f"preprocessing {mode!r} with {values.get('interpolation')!r}")
        return cls(size, mode, reduce, tuple(values.get("steps", ())))
