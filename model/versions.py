"""Which versions made a result, for whoever has to repeat it."""

import platform
from importlib import metadata

_PACKAGES = ("numpy", "matplotlib", "opencv-python-headless")


def versions() -> dict[str, str]:
    """Python and the packages behind the numbers and pictures."""
    found = {"Python": platform.python_version()}
    for name in _PACKAGES:
        found[name] = metadata.version(name)
    return found
