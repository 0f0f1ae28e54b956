"""What Python itself may hold the window up for."""

import gc
import sys

_SWITCH_S = 0.0001
_FULL_AFTER = 100  # collections of what is new; Python's own choice is 10


def keep_pauses_short() -> None:
    """Call once, when everything is imported and created.

    A thread that computes in Python gives way after 5 ms only, and painting asks for its turn again
    and again: beside two such threads it took 217 ms, and takes 13 with this. And a full
    collection of garbage looks through every object that there is, for 70 ms; nearly all of them
    came with the imports, and will stay. The images of a large data set take 20 ms, so it is seldom
    done.
    """
    sys.setswitchinterval(_SWITCH_S)
    gc.set_threshold(*gc.get_threshold()[:2], _FULL_AFTER)
    gc.freeze()
