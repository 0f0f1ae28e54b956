"""A data set through a classifier: every image once, stored as it comes, and resumable."""

import queue
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from model.classifier.classifier import Classifier
from model.classifier.serving import Precision
from model.inference.decoding import Broken, Classified, Decoders
from model.inference.pace import Pace
from model.inference.storing import Finished, Storing
from model.progress import Report, silent
from model.project.cache import Cache
from model.project.project import Project

__all__ = ["Finished", "Summary", "classify_images"]

_REPORT_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Summary:
    """What one call did.

    Attributes:
        done: Images that got a result.
        failed: Images that could not be read.
        skipped: Images that had a result already and were not read again.
        images_per_second: Of those that were not skipped.
    """

    done: int
    failed: int
    skipped: int
    images_per_second: float


def classify_images(
    project: Project,
    cache: Cache,
    classifier: Classifier,
    *,
    on_results: Callable[[Sequence[Finished]], None] | None = None,
    report: Report = silent,
    precision: Precision | None = None,
) -> Summary:
    """Classify all images of a project that have no result yet.

    Results, refusals and content hashes are stored at least every half second. Whatever ends
    the process loses no more than that, and the next call goes on from there. Refused images
    are tried again by every call.

    Args:
        project: Whose images.
        cache: Where results go.
        classifier: Which network.
        on_results: Called after each storing with what was stored, in the caller's thread.
        report: Called at least five times a second.
        precision: Another one than the classifier's own.

    Raises:
        Cancelled: From `report`; everything finished by then is stored.
        ClassifierError: The classifier's files are damaged.
        CacheError: Storing failed, for example on a full disk.
    """
    card, precision = classifier.card, precision or classifier.precision
    about = {"classifier": card.name, "folder": str(classifier.folder), "views": card.views}
    run = cache.begin_run(classifier.identity, classifier.card.classes, precision, about)
    storing = Storing(project, cache, run, on_results)
    stored, hashes = storing.stored, project.hashes()
    paths = [image.path for image in project.images()]
    missing = [path for path in paths if hashes.get(path) not in stored]
    skipped = len(paths) - len(missing)
    report(skipped, len(paths), "Preparing the classifier")
    if not missing:
        return Summary(0, 0, skipped, 0.0)
    decoders = Decoders(project.root, missing, classifier, precision, stored)
    pace = Pace(skipped, len(paths))
    _work_off(decoders, storing, _Progress(report, pace, skipped, len(paths)))
    rate = pace.rate(skipped + storing.done + storing.failed)
    return Summary(storing.done, storing.failed, skipped, rate)


@dataclass(slots=True)
class _Progress:
    """Reports often, but not so often that reporting costs anything."""

    report: Report
    pace: Pace
    skipped: int
    total: int
    reported: float = 0.0

    def show(self, storing: Storing) -> None:
        now = time.monotonic()
        if now - self.reported >= _REPORT_SECONDS:
            done = self.skipped + storing.done + storing.failed
            self.report(done, self.total, self.pace.message(done))
            self.reported = now

    def finished(self, storing: Storing) -> bool:
        return self.skipped + storing.done + storing.failed >= self.total


def _work_off(decoders: Decoders, storing: Storing, progress: _Progress) -> None:
    """Store outcomes until every file has one; on any error keep what is finished."""
    decoders.start()
    try:
        while not progress.finished(storing):
            _take_next(decoders, storing)
            storing.flush_when_due()
            progress.show(storing)
    finally:
        try:
            decoders.stop()
        finally:
            _keep_finished(decoders, storing)
    progress.reported = 0
    progress.show(storing)


def _take_next(decoders: Decoders, storing: Storing) -> None:
    try:
        outcome = decoders.outcomes.get(timeout=_REPORT_SECONDS)
    except queue.Empty:
        if decoders.exhausted():
            raise RuntimeError("the network did not answer for every image") from None
        return
    if isinstance(outcome, Broken):
        raise outcome.error
    if isinstance(outcome, Classified):
        decoders.room.release()
    storing.take(outcome)


def _keep_finished(decoders: Decoders, storing: Storing) -> None:
    while not decoders.outcomes.empty():
        storing.take(decoders.outcomes.get())
    storing.flush()
