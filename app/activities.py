"""The activities of the window: which docks each one has, and where they stand at first."""

from dataclasses import dataclass, field

from PySide6.QtCore import Qt

_HORIZONTAL, _VERTICAL = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


@dataclass(frozen=True, slots=True)
class Area:
    """The docks on one side of the window.

    Attributes:
        stacks: Names of docks. Those of one stack are tabs, the first in front.
        extent: Across `split`: the width of stacks above each other, the height of stacks side
            by side, in logical pixels.
        lengths: Of each stack along `split`, in logical pixels; empty for equal ones.
        split: Whether stacks stand above each other or side by side.
    """

    stacks: tuple[tuple[str, ...], ...] = ()
    extent: int = 300
    lengths: tuple[int, ...] = ()
    split: Qt.Orientation = _VERTICAL

    @property
    def names(self) -> tuple[str, ...]:
        """Every dock of the area."""
        return tuple(name for stack in self.stacks for name in stack)


@dataclass(frozen=True, slots=True)
class Activity:
    """An arrangement of panes for one kind of work.

    Attributes:
        name: How the program speaks of it; the action that chooses it has this name too.
        left, right, below: The docks around it.
        left_when_wide: On a wide window, instead of `left`.
        closed: Docks that are closed at first.
        tall_left: Whether what is on the left reaches down beside what is below.
        tall_right: Whether what is on the right does.
        needs_project: Whether it has nothing to show before a data set is open.
    """

    name: str
    left: Area = field(default_factory=Area)
    right: Area = field(default_factory=Area)
    below: Area = field(default_factory=Area)
    left_when_wide: Area | None = None
    closed: tuple[str, ...] = ()
    tall_left: bool = False
    tall_right: bool = True
    needs_project: bool = True

    @property
    def docks(self) -> tuple[str, ...]:
        """Every dock of the activity."""
        return self.left.names + self.right.names + self.below.names


BROWSE = "browse"
ACTIVITIES = (
    Activity(
        BROWSE,
        left=Area((("images", "filters"),), 340),
        left_when_wide=Area((("filters",), ("images",)), lengths=(250, 420), split=_HORIZONTAL),
        # All the bars in sight, and the controls no taller than they need.
        right=Area((("case",), ("heat_map",)), 290, (560, 280)),
        below=Area((("problems",), ("matrix",), ("statistics",)), 240, split=_HORIZONTAL),
        closed=("problems", "matrix", "statistics"),
    ),
    Activity("read", left=Area((("studies",),), 290), right=Area((("agreement",),), 400)),
    Activity(
        "adjudicate",
        left=Area((("queue",),), 330),
        right=Area((("claims", "similar"), ("decision",)), 290, (330, 320)),
        below=Area((("history",),), 70, split=_HORIZONTAL),
        tall_left=True,
    ),
    Activity(
        "measure",
        left=Area((("pair", "filters"), ("matrix",)), 390, (200, 420)),
        right=Area((("statistics",),), 390),
        below=Area((("behind",),), 170, split=_HORIZONTAL),
        tall_left=True,
        tall_right=False,
    ),
    Activity(
        "train",
        left=Area((("training",),), 330),
        right=Area((("counts", "preview"),), 310),
        below=Area((("runs",),), 170, split=_HORIZONTAL),
        tall_left=True,
        tall_right=False,
        needs_project=False,
    ),
)
