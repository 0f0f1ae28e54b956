"""What Python itself may hold the window up for."""

import gc
import sys

_SWITCH_S = 0.001


def keep_pauses_short() -> None:
    """Call once, when everything is imported and created.

    A thread that computes in Python gives way after 5 ms, and there are several: the window's
    thread would wait for each. And a full collection of garbage looks through every object that
    there is, for 70 ms; nearly all of them came with the imports, and will stay.
    """
    sys.setswitchinterval(_SWITCH_S)
    gc.freeze()
