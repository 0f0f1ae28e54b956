"""The log of a run: one JSON object a line, appended, readable while it is written."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class RunLog:
    """Appends events to a file; each is on disk, as far as a crash of the program goes, at once."""

    def __init__(self, path: Path) -> None:
        """Write to `path`, after what it has already; a half-written last line is closed."""
        self._path = path
        if path.is_file() and not path.read_bytes().endswith(b"\n"):
            with path.open("ab") as file:
                file.write(b"\n")

    def write(self, event: str, **details: Any) -> None:
        """Append one event with the time and its details (JSON values)."""
        line = {"event": event, "time": datetime.now(UTC).isoformat(timespec="milliseconds")}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line | details, ensure_ascii=False) + "\n")


def read_log(path: Path) -> Iterator[dict[str, Any]]:
    """The events so far, oldest first.

    A last line that is not finished (the run is writing it, or was killed) is left out, and so
    is any line that is no JSON object; a missing file has no events.
    """
    if not path.is_file():
        return
    *finished, _ = path.read_bytes().split(b"\n")
    for line in finished:
        event = _event(line)
        if event is not None:
            yield event


def _event(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
