"""Heat maps of a whole data set, from what the classification stored."""

from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from model.classifier.classifier import Classifier
from model.commands.console import ConsoleReport
from model.files import write_png
from model.images import ImageError, box_seen, content_hash, decode, read_bytes
from model.inference.results import stored_findings
from model.overlay import draw, has_evidence
from model.project.cache import Cache
from model.records import ImageRecord

_THREADS = 2
_AHEAD = 8  # images under way at a time, so that few photographs are in memory


@dataclass(frozen=True, slots=True)
class HeatMapWriter:
    """Draws over images the evidence for their predicted class.

    Attributes:
        root: The data set's folder.
        cache: Holds the evidence.
        classifier: Whose evidence.
        folder: Where the pictures go, as <image id>.png; a second image with the same id
            becomes <image id>_2.png.
    """

    root: Path
    cache: Cache
    classifier: Classifier
    folder: Path

    def write(self, images: Sequence[ImageRecord], report: ConsoleReport) -> None:
        """Draw all images that were classified; one that cannot be read any more is passed over.

        Raises:
            UserError: A file cannot be written.
            Cancelled: From `report`.
        """
        outcomes: Counter[str] = Counter()
        pending: deque[Future[str]] = deque()
        with ThreadPoolExecutor(_THREADS) as pool:
            for done, (image, name) in enumerate(zip(images, _file_names(images), strict=True)):
                report(done, len(images), f"Heat map {done:,} of {len(images):,}")
                pending.append(pool.submit(self._write_one, image, self.folder / name))
                if len(pending) >= _AHEAD:
                    outcomes[pending.popleft().result()] += 1
            outcomes.update(future.result() for future in pending)
        report.note(f"{outcomes.total():,} heat maps in {self.folder}{_exceptions(outcomes)}")

    def _write_one(self, image: ImageRecord, destination: Path) -> str:
        """Draw one image; return what was remarkable about it, "" for nothing."""
        try:
            data = read_bytes(self.root / image.path)
            photograph = decode(data)
        except ImageError:
            return "not readable any more"
        findings = stored_findings(self.cache, self.classifier, content_hash(data))
        if findings is None:
            return "changed since they were classified"
        logits, evidence = findings
        heat_map = evidence[..., int(logits.argmax())]
        height, width = photograph.shape[:2]
        box = box_seen(data, (width, height), self.classifier.card.preprocessing)
        write_png(destination, draw(photograph, heat_map, box))
        return "" if has_evidence(heat_map) else "without positive evidence"


def _file_names(images: Sequence[ImageRecord]) -> list[str]:
    seen: Counter[str] = Counter()
    names = []
    for image in images:
        seen[image.image_id] += 1
        count = seen[image.image_id]
        names.append(f"{image.image_id}.png" if count == 1 else f"{image.image_id}_{count}.png")
    return names


def _exceptions(outcomes: Counter[str]) -> str:
    told = [f"{count:,} {reason}" for reason, count in sorted(outcomes.items()) if reason]
    return f" ({', '.join(told)})" if told else ""
