"""Which sides of an input suit the network, which halves it five times."""

SIZE_STEP = 32
SMALLEST_SIZE = 96
SIZE_RULE = f"a multiple of {SIZE_STEP}, at least {SMALLEST_SIZE}"


def suits_network(size: int) -> bool:
    """Whether a classifier may see images of this side in pixels."""
    return size >= SMALLEST_SIZE and size % SIZE_STEP == 0


def suits_learning(size: int) -> bool:
    """Whether a network may learn from such images for a while, before it sees larger ones."""
    return size >= SIZE_STEP and size % SIZE_STEP == 0
