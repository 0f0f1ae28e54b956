"""Whether a batch will fit into the memory, told before it does not."""

from collections.abc import Iterator
from contextlib import contextmanager

import tensorflow as tf

from model.errors import UserError
from model.network.free_memory import free_memory

# Measured with TensorFlow 2.21 on the whole network, float32: with 32 images of 192 pixels the
# process takes 1.6 GB.
_BYTES_PER_PIXEL = 1_300
_MEGABYTE = 1_000_000


class NoMemoryError(UserError):
    """A batch that does not fit into the memory."""


def check_memory(batch: int, size: int) -> None:
    """Refuse a batch that this computer has no memory for, as far as it tells.

    The system would end the process without a word. On a GPU, and where the system does not tell
    what is free, `memory_told` has to do.

    Args:
        batch: Images of a step.
        size: Side of the input in pixels.

    Raises:
        NoMemoryError: It does not fit.
    """
    free, needed = free_memory(), batch * size * size * _BYTES_PER_PIXEL
    if free is not None and needed > free and not tf.config.list_physical_devices("GPU"):
        raise NoMemoryError(
            f"{_batch(batch, size)} needs some {needed // _MEGABYTE:,} MB of memory, and "
            f"{free // _MEGABYTE:,} MB are free. {_REMEDY}"
        )


@contextmanager
def memory_told(batch: int, size: int) -> Iterator[None]:
    """Tell in words where TensorFlow found no memory.

    Raises:
        NoMemoryError: In place of TensorFlow's error.
    """
    try:
        yield
    except (tf.errors.ResourceExhaustedError, MemoryError) as error:
        raise NoMemoryError(
            f"{_batch(batch, size)} does not fit into the memory. {_REMEDY}"
        ) from error


_REMEDY = (
    "Set a smaller `batch` under [fine_tuning] in the run's config.toml and resume it, or choose "
    "a smaller input."
)


def _batch(batch: int, size: int) -> str:
    return f"A batch of {batch:,} images of {size} × {size} pixels"
