"""How exactly a GPU computes: in half precision where it is faster so, and always the same bits.

Weights, logits, losses and maps stay float32. Half is float16 and not bfloat16: every GPU with
tensor cores has it, it rounds eight times finer, and the loss is scaled so that gradients stay in
its range.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

from model.runs.config import Precision

FULL, MIXED = "float32", "mixed_float16"
_FIRST_WITH_TENSOR_CORES = (7, 0)


def chosen_policy(precision: Precision) -> str:
    """Keras' name of the policy: mixed if asked for, or if a GPU is there that gains by it."""
    if precision == "auto":
        return MIXED if any(map(_gains, tf.config.list_physical_devices("GPU"))) else FULL
    return MIXED if precision == "mixed" else FULL


def repeat_exactly() -> None:
    """Let a GPU give the same bits each time, so that a run that was killed ends as undisturbed.

    Its quickest kernels add in whatever order threads finish; the processor's never do.
    """
    if tf.config.list_physical_devices("GPU"):
        tf.config.experimental.enable_op_determinism()


@contextmanager
def building(policy: str) -> Iterator[None]:
    """Layers that are made meanwhile compute by this policy."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _gains(gpu: Any) -> bool:
    details = tf.config.experimental.get_device_details(gpu)
    return tuple(details.get("compute_capability", (0, 0))) >= _FIRST_WITH_TENSOR_CORES
