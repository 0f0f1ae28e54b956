"""Starting a training in a process of its own, which survives whoever started it."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from model.errors import UserError
from model.runs.folder import RunFolder

_NICE = 10
MAIN = Path(__file__).resolve().parents[2] / "main.py"
# Kept until they have ended: Python warns of a process that is forgotten while it runs.
_children: list["subprocess.Popen[bytes]"] = []


class LaunchError(UserError):
    """A process that the system did not start."""


def launch(folder: RunFolder) -> "subprocess.Popen[bytes]":
    """Begin, or resume, the run in a folder, which `prepare_run` made.

    Where another run of the same parent folder works, the new one waits for its turn.

    Args:
        folder: The run.

    Returns:
        The process. Nobody has to wait for it; what it prints goes to `folder.output`.

    Raises:
        LaunchError: The system did not start it.
    """
    _children[:] = [child for child in _children if child.poll() is None]
    command = [sys.executable, str(MAIN), "train", "--run", str(folder.path), "--resume", "--queue"]
    try:
        with folder.output.open("ab") as output:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=MAIN.parent,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
                **_detached(),
            )
    except OSError as error:
        raise LaunchError(f"The training could not be started: {error.strerror}.") from error
    _children.append(child)
    _give_way(child)
    return child


def _give_way(child: "subprocess.Popen[bytes]") -> None:
    """Let the window go first where both want the processor: someone sits in front of it."""
    if sys.platform != "win32":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, child.pid, _NICE)
        # Linux divides the processor among sessions first (man 7 sched, "autogroup"), and the
        # child has one of its own: without this it takes half, however nice.
        with suppress(OSError):
            Path(f"/proc/{child.pid}/autogroup").write_text(str(_NICE), encoding="ascii")


def _detached() -> dict[str, Any]:
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        return {"creationflags": flags | subprocess.BELOW_NORMAL_PRIORITY_CLASS}
    return {"start_new_session": True}
