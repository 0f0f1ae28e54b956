"""The one module that imports OpenVINO, and that keeps it off the network.

Importing OpenVINO starts a process that reports to a statistics server whenever its telemetry
package is installed. With that package blocked, OpenVINO falls back to a silent stand-in.
"""

import sys
from functools import cache

if "openvino_telemetry" not in sys.modules:
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # blocks the import

import openvino as ov  # type: ignore[import-untyped]  # has no stubs
from openvino import opset13 as ops
from openvino.frontend.tensorflow import ConversionExtension  # type: ignore[import-untyped]

__all__ = ["ConversionExtension", "has_bf16", "ops", "ov", "shared_core"]


@cache
def shared_core() -> ov.Core:
    """The program's one core; starting one reads the plug-ins, which takes some 20 ms."""
    return ov.Core()


@cache
def has_bf16() -> bool:
    """Whether the processor calculates in bf16 (AVX-512 BF16 or AMX); else it would be slower."""
    return "BF16" in shared_core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
