"""Ratios that the program promises, measured in one run: `python -m tests.benchmarks`.

Everything is measured in turn, several times over, so that whatever else the computer does
touches both sides of a ratio; the figures are medians. What the window promises is measured first,
in a process of its own (`tests.benchmarks.window`).

tf-keras-vis is measured beside it where `--peers` names a folder that it was installed in:
`pip install --no-deps --target FOLDER tf-keras-vis deprecated imageio`. It must not be in the
environment itself, as it brings a package `tests` that would hide ours.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from model.classifier.classifier import Classifier
from model.classifier.default import default_classifier_folder
from model.classifier.openvino_core import shared_core
from model.images import STEPS, prepare, read_bytes
from model.records import ImageRecord
from tests.benchmarks.measurements import (
    compile_logits,
    decode_alone,
    explain_all_layers,
    files_to_stored_results,
    forward_alone,
    logits_alone,
)

REPOSITORY = Path(__file__).resolve().parents[2]
KEPT_PIXELS = 64
EXPLAINED = 30


@dataclass(frozen=True)
class Ratio:
    """One line of the table: `ours` over `theirs`, and what at least it should be."""

    name: str
    ours: str
    theirs: str
    least: float


RATIOS = (
    Ratio("files to stored results : bound of decoding and network", "stored", "bound", 0.85),
    Ratio("files to stored results : Keras dataset and predict", "stored", "keras predict", 2.0),
    Ratio("the same in bf16", "stored in bf16", "keras predict", 3.0),
    Ratio("with deepest maps of all images : classes alone", "forward", "logits alone", 0.95),
    Ratio("preparing with all steps : with none", "decode with steps", "decode", 0.02),
    Ratio("maps of all layers : eager Keras recipe", "explain", "keras explain", 15.0),
    Ratio("maps of all layers : the same with kept models", "explain", "keras kept", 10.0),
    Ratio("maps of all layers : tf-keras-vis", "explain", "tf-keras-vis", 10.0),
)


class KerasChild:
    """Keras in a process of its own, so that this one stays as the program is."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, measurement: str) -> float:
        assert self._process.stdin is not None
        self._process.stdin.write(measurement + "\n")
        self._process.stdin.flush()
        return float(self.answer()["rate"])

    def answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("ANSWER "):
                return dict(json.loads(line.removeprefix("ANSWER ")))
        raise SystemExit(f"Keras ended with code {self._process.wait()}")


@contextmanager
def keras_child(classifier: Path, images: Path, peers: Path | None) -> Iterator[KerasChild]:
    arguments = [str(each) for each in (classifier, images, peers) if each]
    command = [sys.executable, "-m", "tests.benchmarks.keras_child", *arguments]
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env=environment,
    ) as process:
        child = KerasChild(process)
        child.answer()
        yield child


def choose_images(root: Path, count: int) -> list[Path]:
    """Evenly spread over the data set; all of them for 0."""
    paths = sorted(root.rglob("*.jpg"))
    if not paths:
        raise SystemExit(f"There are no images in {root}.")
    step = max(1, len(paths) // count) if count else 1
    return paths[::step][: count or None]


def record(path: Path, root: Path) -> ImageRecord:
    status = path.stat()
    relative = path.relative_to(root).as_posix()
    return ImageRecord(relative, path.stem, status.st_size, status.st_mtime_ns)


def measure(
    classifier: Classifier, root: Path, paths: list[Path], repeats: int, peers: Path | None
) -> dict[str, list[float]]:
    preprocessing = classifier.card.preprocessing
    pixels = np.stack([prepare(read_bytes(p), preprocessing) for p in paths[:KEPT_PIXELS]])
    records = [record(path, root) for path in paths]
    classifier.classify(pixels[:4])
    classifier.explain(pixels[0], 0)
    logits = compile_logits(classifier)
    found: dict[str, list[float]] = {}
    with TemporaryDirectory() as folder:
        for path in paths:
            (Path(folder) / path.name).symlink_to(path)
        with keras_child(classifier.folder, Path(folder), peers) as keras:
            for number in range(repeats):
                sys.stderr.write(f"Round {number + 1} of {repeats}\n")
                values = {
                    "decode": decode_alone(paths, preprocessing),
                    "decode with steps": decode_alone(paths, replace(preprocessing, steps=STEPS)),
                    "stored": files_to_stored_results(classifier, root, records),
                    "forward": forward_alone(classifier, pixels, len(paths)),
                    "logits alone": logits_alone(logits, pixels, len(paths)),
                    "keras predict": keras.ask("predict"),
                    "explain": explain_all_layers(classifier, pixels, EXPLAINED),
                    "keras explain": keras.ask("explain"),
                    "keras kept": keras.ask("explain with kept models"),
                }
                if has_bf16():
                    stored = files_to_stored_results(classifier, root, records, "bf16")
                    values["stored in bf16"] = stored
                if peers:
                    values["tf-keras-vis"] = keras.ask("explain with tf-keras-vis")
                values["bound"] = 1 / (1 / values["decode"] + 1 / values["forward"])
                for name, value in values.items():
                    found.setdefault(name, []).append(value)
    return found


def has_bf16() -> bool:
    """Whether the processor computes in bf16; elsewhere it would only be slower."""
    return "BF16" in shared_core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def measure_window() -> dict[str, Any]:
    """The figures of `tests.benchmarks.window`, which it prints itself."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "window.json"
        command = [sys.executable, "-m", "tests.benchmarks.window", "--out", str(out)]
        subprocess.run(command, cwd=REPOSITORY, check=True)
        return dict(json.loads(out.read_text(encoding="utf-8")))


def summarise(found: dict[str, list[float]]) -> list[dict[str, Any]]:
    rows = []
    for ratio in RATIOS:
        if ratio.ours not in found or ratio.theirs not in found:
            continue
        pairs = zip(found[ratio.ours], found[ratio.theirs], strict=True)
        ratios = [ours / theirs for ours, theirs in pairs]
        rows.append(
            {
                "name": ratio.name,
                "ours": statistics.median(found[ratio.ours]),
                "theirs": statistics.median(found[ratio.theirs]),
                "ratio": statistics.median(ratios),
                "lowest": min(ratios),
                "highest": max(ratios),
                "least": ratio.least,
            }
        )
    return rows


def table(rows: list[dict[str, Any]], found: dict[str, list[float]]) -> str:
    lines = [f"{'images a second':60}{'ours':>8}{'theirs':>8}{'ratio':>8}{'at least':>10}"]
    for row in rows:
        figures = f"{row['ours']:8.1f}{row['theirs']:8.1f}{row['ratio']:8.2f}{row['least']:10.2f}"
        lines.append(f"{row['name']:60}{figures}")
    medians = ", ".join(f"{name} {statistics.median(v):.1f}" for name, v in found.items())
    lines.append(f"Medians of {len(found['bound'])} rounds: {medians}")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--out", type=Path, help="write the figures to this JSON file")
    parser.add_argument("--images", type=int, default=1000, help="how many; 0 for all")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--classifier", type=Path, default=default_classifier_folder())
    parser.add_argument("--peers", type=Path, help="folder that tf-keras-vis was installed in")
    parser.add_argument("--without-window", action="store_true", help="only the ratios")
    arguments = parser.parse_args()
    data = os.environ.get("SECOND_LOOK_DATA", "")
    if not (Path(data) / "ham10000").is_dir() or not data:
        raise SystemExit("Set SECOND_LOOK_DATA to the folder that holds ham10000/.")
    root = Path(data).absolute() / "ham10000"
    paths = choose_images(root, arguments.images)
    window = {} if arguments.without_window else measure_window()
    peers = arguments.peers and arguments.peers.absolute()
    found = measure(Classifier.load(arguments.classifier), root, paths, arguments.repeats, peers)
    rows = summarise(found)
    sys.stdout.write(table(rows, found))
    if arguments.out:
        about = {"images": len(paths), "cpus": os.cpu_count(), "machine": platform.platform()}
        results = {"about": about, "ratios": rows, "images a second": found, "window": window}
        text = json.dumps(results, indent=1)
        arguments.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
