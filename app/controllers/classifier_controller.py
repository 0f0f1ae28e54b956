"""Loads classifiers, fetches their stored predictions, and classifies the whole data set."""

from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app import tasks
from app.jobs import Job, JobRunner
from app.session import Session
from app.settings import Settings
from model.classifier.classifier import Classifier
from model.classifier.default import default_classifier_folder
from model.classifier.serving import NO_BF16
from model.errors import UserError
from model.inference.results import Predictions
from model.inference.run import Finished, Summary


class ClassifierController(QObject):
    """Decides what is predicted, and by which classifier.

    Signals:
        failed: Argument: the error to show.
        classifying_changed: Argument: whether a data set is being classified.
        finished: A data set was classified. Argument: a sentence about it.
    """

    failed = Signal(Exception)
    classifying_changed = Signal(bool)
    finished = Signal(str)

    def __init__(
        self, session: Session, inference: JobRunner, previews: JobRunner, settings: Settings
    ) -> None:
        super().__init__(session)
        self._session, self._settings = session, settings
        self._inference, self._previews = inference, previews
        self._job: Job | None = None

    @property
    def classifying(self) -> bool:
        """Whether a data set is being classified."""
        return self._job is not None

    # -- which classifier -----------------------------------------------------------------

    def open_last(self) -> None:
        """Use the classifier of the last time, or the one that came along."""
        self._load(self._settings.classifier or default_classifier_folder(), remember=False)

    def open(self, folder: Path) -> None:
        """Use another classifier from now on."""
        self._load(folder, remember=True)

    def open_bundled(self) -> None:
        """Use the classifier that came along."""
        self._settings.classifier = None
        self._load(default_classifier_folder(), remember=False)

    def average_views(self, count: int | None) -> None:
        """Average so many views from now on; None for as many as a classifier's card says."""
        self._settings.views = count
        if self._session.classifier:
            self._load(self._session.classifier.folder, remember=False)

    def use_precision(self, name: str) -> None:
        """Classify in another precision from now on."""
        self._settings.precision = name
        if self._session.classifier:
            self._load(self._session.classifier.folder, remember=False)

    def _load(self, folder: Path, *, remember: bool) -> None:
        self.stop()
        settings = self._settings
        task = partial(tasks.load_classifier, folder, settings.views, settings.precision)
        job = self._previews.start(task, "Loading classifier")
        job.succeeded.connect(partial(self._use, folder if remember else None))
        job.failed.connect(self.failed)

    def _use(self, remembered: Path | None, classifier: Classifier) -> None:
        if remembered:
            self._settings.classifier = remembered
        self._session.use_classifier(classifier)
        self.fetch_predictions()
        if classifier.precision != self._settings.precision:
            self._settings.precision = classifier.precision
            self.failed.emit(UserError(NO_BF16[0].upper() + NO_BF16[1:]))

    # -- stored predictions ---------------------------------------------------------------

    def fetch_predictions(self) -> None:
        """Show what is stored for this data set and this classifier."""
        session = self._session
        if not (session.project and session.cache and session.classifier and session.table.records):
            return
        task = partial(tasks.load_predictions, session.project, session.cache, session.classifier)
        # Not behind a running classification: what is stored shall be seen at once.
        job = self._previews.start(task)
        job.succeeded.connect(partial(self._show_stored, session.project, session.classifier))
        job.failed.connect(self.failed)

    def _show_stored(self, project: object, classifier: Classifier, stored: Predictions) -> None:
        session = self._session
        if session.project is not project or session.classifier is not classifier:
            return
        table = session.table
        probabilities = np.full((len(table), len(stored.classes)), np.nan, np.float32)
        found = (stored.rows.get(each.path, -1) for each in table.records)
        places = np.fromiter(found, np.intp, len(table))
        probabilities[places >= 0] = stored.probabilities[places[places >= 0]]
        reasons = ((table.row_of_path(path), why) for path, why in stored.failures.items())
        failures = {row: why for row, why in reasons if row is not None}
        session.set_predictions(probabilities, failures)

    # -- the whole data set ---------------------------------------------------------------

    def classify(self) -> None:
        """Predict every image that has no prediction yet."""
        session = self._session
        if self._job or not (session.project and session.cache and session.classifier):
            return
        task = partial(tasks.classify_images, session.project, session.cache, session.classifier)
        self._job = self._inference.stream(task, f"Classifying {session.name}")
        self._job.delivered.connect(partial(self._show_results, session.project))
        self._job.succeeded.connect(self._tell_summary)
        self._job.failed.connect(self.failed)
        self._job.ended.connect(self._on_ended)
        self.classifying_changed.emit(True)

    def stop(self) -> None:
        """Stop classifying; what was finished is kept."""
        if self._job:
            self._job.cancel()

    def _show_results(self, project: object, results: tuple[Finished, ...]) -> None:
        session = self._session
        if session.project is not project or session.classifier is None:
            return
        predictions, failures = {}, {}
        for result in results:
            row = session.table.row_of_path(result.path)
            if row is None:
                continue
            if result.logits is None:
                failures[row] = result.reason or "unreadable"
            else:
                predictions[row] = _probabilities(session.classifier, result.logits)
        session.add_predictions(predictions, failures)

    def _tell_summary(self, summary: Summary) -> None:
        text = f"{summary.done:,} images classified"
        if summary.skipped:
            text += f", {summary.skipped:,} were already"
        if summary.failed:
            text += f", {summary.failed:,} unreadable"
        self.finished.emit(text)

    def _on_ended(self) -> None:
        self._job = None
        self.classifying_changed.emit(False)
        self._session.sort_again()


def _probabilities(classifier: Classifier, logits: NDArray[np.float32]) -> NDArray[np.float32]:
    return classifier.probabilities(logits).astype(np.float32)
