"""Keeps the preview in step with the choices and with the image that is looked at."""

from functools import partial
from itertools import chain

from PySide6.QtCore import QObject, QTimer, Signal

from app import training_tasks
from app.jobs import Job, JobRunner
from app.training_session import ShownPreview, TrainingSession
from app.training_tasks import PreviewRequest

_LOOK_AFTER_MS = 60
_STRIDE = 97  # through the list of images; prime, so that steps seldom meet the same lesion


class PreviewController(QObject):
    """Decides which image is seen, and asks for pictures while anyone looks.

    Signals:
        failed: Argument: the error to show.
    """

    failed = Signal(Exception)

    def __init__(self, training: TrainingSession, previews: JobRunner) -> None:
        super().__init__(training)
        self._training, self._previews = training, previews
        self._row, self._seed, self._watched = 0, 0, False
        self._asked: PreviewRequest | None = None
        self._job: Job | None = None
        self._soon = QTimer(self, singleShot=True, interval=_LOOK_AFTER_MS)
        self._soon.timeout.connect(self._look)
        training.config_changed.connect(self._soon.start)
        training.data_changed.connect(self._begin_anew)

    def _begin_anew(self) -> None:
        """Other images, or other labels of the same: nothing is shown until it is asked for."""
        self._asked = None
        self._soon.start()

    def watch(self, watched: bool) -> None:
        """Whether anyone looks at the preview."""
        self._watched = watched
        if watched:
            self._soon.start()

    def next_image(self) -> None:
        """See another image."""
        self._row += _STRIDE
        self._look()

    def draw_again(self) -> None:
        """See the same image changed at random once more."""
        self._seed += 1
        self._look()

    def _look(self) -> None:
        data = self._training.data
        if data is None or not self._watched or not data.images:
            return
        start = self._row % len(data.records)
        ahead = chain(data.records[start:], data.records)
        path = next(record.path for record in ahead if record.label)
        request = PreviewRequest(data.root, path, self._training.config, self._seed)
        if request == self._asked:
            return
        if self._job:
            self._job.cancel()
        self._asked = request
        self._job = self._previews.start(partial(training_tasks.preview, request))
        self._job.succeeded.connect(partial(self._show, request))
        self._job.failed.connect(self.failed)

    def _show(self, request: PreviewRequest, preview: ShownPreview) -> None:
        if request is self._asked:
            self._training.show_preview(preview)
