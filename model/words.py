"""Counts in words."""


def counted(count: int, noun: str) -> str:
    """How many there are: "1 image", "1,204 images"."""
    return f"{count:,} {noun}{'s' * (count != 1)}"
