"""What worker threads do for a network of the user's: Keras works in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from model.errors import UserError
from model.progress import Cancelled, Report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from model.classifier.proposal import Proposal, Scale
    from model.images import Mode

_MAIN = Path(__file__).resolve().parents[1] / "main.py"
_SECONDS_BETWEEN_LOOKS = 0.1
_PICTURE_SIDE = 96


@dataclass(frozen=True, slots=True)
class NetworkLook:
    """What was found in a network's file.

    Attributes:
        proposal: What it is, and what it says of the images.
        pictures: The images, small, in the proposal's order.
        labels: What is recorded of each, "" for nothing.
    """

    proposal: Proposal
    pictures: tuple[QImage, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NetworkChoices:
    """What the user says of a network.

    Attributes:
        path: Its file.
        classes: Codes in the order of the outputs.
        scale: What it expects of its pixels.
        mode: How a photograph becomes a square.
        size: Side of the input; None where the network fixes it.
        name: What the classifier is called.
        licence: Under which it may be used.
    """

    path: Path
    classes: tuple[str, ...]
    scale: Scale
    mode: Mode
    size: int | None
    name: str
    licence: str


def look_at_network(
    path: Path, size: int | None, root: Path, images: Mapping[str, str], report: Report
) -> NetworkLook:
    """Read a network, and try it on some images of the data set: paths with recorded labels."""
    from app.image_tasks import load_thumbnails
    from model.classifier.proposal import Proposal

    with TemporaryDirectory() as folder:
        found = Path(folder) / "found.json"
        arguments = ["--look", str(found)]
        if size is not None:
            arguments += ["--size", str(size)]
        if images:
            arguments += ["--images", *(str(root / image) for image in images)]
        _run([str(path), *arguments], report)
        proposal = Proposal.load(found)
    pictures = load_thumbnails(Path(), proposal.images, _PICTURE_SIDE, report)
    labels = {str(root / image): label for image, label in images.items()}
    return NetworkLook(
        proposal,
        tuple(pictures[name] for name in proposal.images),
        tuple(labels.get(name, "") for name in proposal.images),
    )


def take_over_network(choices: NetworkChoices, destination: Path, report: Report) -> Path:
    """Write the classifier's folder; returns it."""
    arguments = [
        *(str(choices.path), "--out", str(destination)),
        # Joined by "=", since what begins with a dash (-1..1) would be taken for an option.
        f"--classes={','.join(choices.classes)}",
        *(f"--scale={choices.scale}", f"--mode={choices.mode}"),
        *(f"--name={choices.name}", f"--licence={choices.licence}"),
    ]
    if choices.size is not None:
        arguments += ["--size", str(choices.size)]
    _run(arguments, report)
    return destination


def _run(arguments: Sequence[str], report: Report) -> None:
    """Run the command `import-network` until it ends, or the user thinks better of it."""
    command = [sys.executable, str(_MAIN), "import-network", *arguments]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as child:
        while True:
            try:
                report(0, 0, "Keras is at work in a process of its own")
                _, told = child.communicate(timeout=_SECONDS_BETWEEN_LOOKS)
                break
            except subprocess.TimeoutExpired:
                continue
            except Cancelled:
                child.kill()
                raise
    if child.returncode:
        lines = [line for line in told.splitlines() if line.startswith("second-look: ")]
        message = lines[-1].removeprefix("second-look: ") if lines else told.strip()[-400:]
        raise UserError(message or "The network could not be read, and nobody said why.")
