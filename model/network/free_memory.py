"""How much memory a process may still take, as far as its system tells (Linux does)."""

from collections.abc import Iterator
from pathlib import Path

_V2 = ("memory.max", "memory.current", ("inactive_file", "active_file"))
_V1 = (
    "memory.limit_in_bytes",
    "memory.usage_in_bytes",
    ("total_inactive_file", "total_active_file"),
)


def free_memory(root: Path = Path("/")) -> int | None:
    """Bytes that may be had without swapping; None where the system does not tell.

    In a container or a job of a cluster this is what its limit leaves, where the computer has more.

    Args:
        root: Where the system's own files begin.
    """
    told = (_available(root), *_left_in_groups(root))
    return min((each for each in told if each is not None), default=None)


def _available(root: Path) -> int | None:
    """What the whole computer has left."""
    available = _facts(root / "proc/meminfo").get("MemAvailable:", "")
    return int(available) * 1024 if available else None


def _left_in_groups(root: Path) -> Iterator[int]:
    """What the limit of each control group leaves that this process is in."""
    for line in _lines(root / "proc/self/cgroup"):
        _, controllers, place = line.split(":", 2)
        mount = root / "sys/fs/cgroup"
        if "memory" in controllers.split(","):
            yield from _left_above(mount / "memory", place, *_V1)
        elif not controllers:
            yield from _left_above(mount, place, *_V2)


def _left_above(
    mount: Path, place: str, limit: str, used: str, reclaimed: tuple[str, ...]
) -> Iterator[int]:
    """What a group and those around it leave.

    A container sees its own group where others have the outermost one.
    """
    group = mount / place.lstrip("/")
    for folder in (group, *group.parents):
        if not folder.is_relative_to(mount):
            break
        (most,), (taken,) = (_lines(folder / name) or [""] for name in (limit, used))
        if most.isdigit() and taken.isdigit():
            # Files that were read are kept in what is not needed otherwise.
            facts = _facts(folder / "memory.stat")
            yield max(
                0, int(most) - int(taken) + sum(int(facts.get(each, 0)) for each in reclaimed)
            )


def _facts(path: Path) -> dict[str, str]:
    """The first two words of each line."""
    return {words[0]: words[1] for line in _lines(path) if len(words := line.split()) > 1}


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return []
