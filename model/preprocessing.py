"""What is done to a photograph before a network sees it: choices, not pixels."""

import math
from dataclasses import dataclass, replace
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
        room: How many times the input's side has to remain then. A network whose training enlarged
            parts of photographs learned from pixels of that many; decoded at fewer, photographs
            would look softer to it than all that it knows.

    Raises:
        ValueError: An unknown step, or less room than none.
    """

    size: int
    mode: Mode = "stretch"
    reduce: bool = True
    steps: tuple[Step, ...] = ()
    room: float = 1.0

    def __post_init__(self) -> None:
        """Put the steps into the order in which they are done, each once."""
        unknown = [each for each in self.steps if each not in STEPS]
        if unknown:
            raise ValueError(f"preprocessing {unknown[0]!r}; known: {', '.join(STEPS)}")
        if not self.room >= 1:
            raise ValueError(f"preprocessing with room {self.room!r}")
        ordered = tuple(each for each in STEPS if each in self.steps)
        object.__setattr__(self, "steps", ordered)

    @property
    def enlarged(self) -> "Preprocessing":
        """What a training cuts its views from: larger by the room, decoded as the input is."""
        return replace(self, size=math.ceil(self.size * self.room), room=1.0)

    def to_json(self) -> dict[str, Any]:
        """As plain values; without steps or room they are those of cards that know of none."""
        return {
            "size": self.size,
            "mode": self.mode,
            "reduce": self.reduce,
            "interpolation": "linear",
            "channels": "RGB 0..255",
            **({"steps": list(self.steps)} if self.steps else {}),
            **({"room": self.room} if self.room != 1 else {}),
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
        room = float(values.get("room", 1.0))
        return cls(size, mode, reduce, tuple(values.get("steps", ())), room)
