"""Who disagrees with whom, in words."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
NOBODY, SPLIT = -1, -2  # instead of a class: nobody said anything, or several things were said


class Pattern(StrEnum):
    """One way in which readers, network and recorded label disagree about a lesion."""

    ALL_AGAINST_LABEL = "readers and network against the recorded label"
    READERS_ALONE = "readers against network and recorded label"
    NETWORK_ALONE = "readers and recorded label agree, network differs"
    THREE_OPINIONS = "readers, network and recorded label say three things"
    READERS_SPLIT = "readers differ among themselves"
    READERS_AGAINST_LABEL = "readers against the recorded label"
    READERS_AGAINST_NETWORK = "readers against the network"
    NETWORK_AGAINST_LABEL = "network against the recorded label"
    SUSPECT_LABEL = "recorded label doubted by a network that never saw the lesion"
    IMAGES_DIFFER = "photographs of one lesion are predicted differently"


PATTERNS = tuple(Pattern)


def match_patterns(
    readers: Integers,
    network: Integers,
    label: Integers,
    right: Mask,
    suspect: Mask,
    images_differ: Mask,
) -> Mask:
    """Which patterns each lesion shows.

    The first eight exclude each other: who is against whom is told once. The last two come on
    top.

    Args:
        readers: [L], class index on which all readers agree, `SPLIT` or `NOBODY`.
        network: [L], class index or `NOBODY`.
        label: [L], class index or `NOBODY`.
        right: [K, K], whether a class (row) is what a label (column) asks for.
        suspect: [L], whether confident learning doubts the label.
        images_differ: [L], whether the lesion's photographs have different predictions.

    Returns:
        bool [L, len(PATTERNS)].
    """
    read, predicted, labelled = readers >= 0, network >= 0, label >= 0
    all_three = read & predicted & labelled
    reader_network = readers == network
    # Of `NOBODY` and `SPLIT`, which count from the end, nothing is right.
    right = np.pad(right, (0, 2))
    reader_label, network_label = right[readers, label], right[network, label]
    # A label such as "malignant" may be right with both of two opinions.
    undecided = ~labelled | (reader_label & network_label)
    masks = {
        Pattern.ALL_AGAINST_LABEL: all_three & reader_network & ~reader_label,
        Pattern.READERS_ALONE: all_three & network_label & ~reader_label,
        Pattern.NETWORK_ALONE: all_three & reader_label & ~network_label,
        Pattern.THREE_OPINIONS: all_three & ~reader_network & ~reader_label & ~network_label,
        Pattern.READERS_SPLIT: readers == SPLIT,
        Pattern.READERS_AGAINST_LABEL: read & labelled & ~predicted & ~reader_label,
        Pattern.READERS_AGAINST_NETWORK: read & predicted & undecided & ~reader_network,
        Pattern.NETWORK_AGAINST_LABEL: (readers == NOBODY) & predicted & labelled & ~network_label,
        Pattern.SUSPECT_LABEL: suspect & labelled,
        Pattern.IMAGES_DIFFER: images_differ,
    }
    return np.stack([masks[pattern] for pattern in PATTERNS], axis=1)


def in_words(pattern: Pattern, readers: int) -> str:
    """The pattern for a number of readers, such as "both readers agree, network differs"."""
    who = {1: "the reader", 2: "both readers"}.get(readers, f"all {readers} readers")
    return {
        Pattern.ALL_AGAINST_LABEL: f"{who} and the network against the recorded label",
        Pattern.READERS_ALONE: f"{who} against network and recorded label",
        Pattern.NETWORK_ALONE: f"{_agree(who, readers)} with the recorded label, network differs",
        Pattern.THREE_OPINIONS: f"{who}, network and recorded label say three things",
        Pattern.READERS_SPLIT: f"{readers} readers differ" if readers > 1 else "the reader wavers",
        Pattern.READERS_AGAINST_LABEL: f"{who} against the recorded label",
        Pattern.READERS_AGAINST_NETWORK: "the reader against the network"
        if readers == 1
        else f"{who} agree, network differs",
    }.get(pattern, pattern.value)


def _agree(who: str, readers: int) -> str:
    return f"{who} agree{'s' * (readers == 1)}"
