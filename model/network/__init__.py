"""The only home of TensorFlow: build, train and compile networks, and Grad-CAM in Keras."""

import importlib
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

# Read once, when TensorFlow is imported: its notes on the machine are no news to the user, and
# what really fails arrives as an exception.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")


@contextmanager
def _unheard() -> Iterator[None]:
    """Keeps back what compiled code writes to standard error; where it fails, it is told."""
    with ExitStack() as stack:
        try:
            written = stack.enter_context(tempfile.TemporaryFile())
            kept = os.dup(2)
        except OSError:  # no room, or no standard error, as in a window without a terminal
            yield
            return
        stack.callback(os.close, kept)
        with suppress(AttributeError, OSError):
            sys.stderr.flush()
        os.dup2(written.fileno(), 2)
        stack.callback(os.dup2, kept, 2)
        try:
            yield
        except BaseException:
            written.seek(0)
            os.write(kept, written.read())
            raise


with _unheard():  # it greets before it reads the level above
    importlib.import_module("tensorflow")
