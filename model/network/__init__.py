"""The only home of TensorFlow: build, train and compile networks, and Grad-CAM in Keras."""

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# Read once, when TensorFlow is imported: its notes on the machine are no news to the user, and
# what really fails arrives as an exception.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")


@contextmanager
def _unheard() -> Iterator[None]:
    """Lets go nowhere what compiled code writes to standard error."""
    try:
        kept = os.dup(2)
    except OSError:  # there is none, as in a window without a terminal
        yield
        return
    with suppress(AttributeError, OSError):
        sys.stderr.flush()
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - no path of ours
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


with _unheard():  # it greets before it reads the level above
    importlib.import_module("tensorflow")
