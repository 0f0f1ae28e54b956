"""Small pictures of the images that are in sight, decoded off the GUI thread."""

from collections import OrderedDict
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from app import image_tasks
from app.jobs import JobRunner

SIDE = 192  # pixels of the longest side
_BATCH = 16
_BYTE_BUDGET = 64_000_000


class Thumbnails(QObject):
    """Gives a picture when it has one, and fetches it when it has none.

    Signals:
        ready: Some pictures have arrived.
    """

    ready = Signal()

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._root: Path | None = None
        self._pictures: OrderedDict[str, QPixmap] = OrderedDict()
        self._bytes = 0
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._under_way = False
        # Views ask while they paint; the work starts once they have painted.
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._start)

    def set_root(self, root: Path | None) -> None:
        """Serve another data set."""
        self._root = root
        self._pictures.clear()
        self._wanted.clear()
        self._bytes = 0

    def picture(self, path: str) -> QPixmap | None:
        """The picture; None while it is fetched; a null one when the file cannot be read."""
        if path in self._pictures:
            self._pictures.move_to_end(path)
            return self._pictures[path]
        self._wanted[path] = None
        self._wanted.move_to_end(path)
        if not self._under_way and not self._timer.isActive():
            self._timer.start()
        return None

    def _start(self) -> None:
        if not self._wanted or self._root is None:
            return
        # What was asked for last is in sight now; what scrolled away long ago is forgotten.
        while len(self._wanted) > 16 * _BATCH:
            self._wanted.popitem(last=False)
        paths = [self._wanted.popitem()[0] for _ in range(min(_BATCH, len(self._wanted)))]
        self._under_way = True
        job = self._runner.start(partial(image_tasks.load_thumbnails, self._root, paths, SIDE))
        job.succeeded.connect(partial(self._take, self._root))
        job.ended.connect(self._go_on)

    def _take(self, root: Path, pictures: dict[str, QImage]) -> None:
        if root != self._root:
            return
        for path, image in pictures.items():
            self._pictures[path] = QPixmap.fromImage(image)
            self._bytes += image.sizeInBytes()
        while self._bytes > _BYTE_BUDGET and len(self._pictures) > _BATCH:
            _, oldest = self._pictures.popitem(last=False)
            self._bytes -= oldest.width() * oldest.height() * 4
        self.ready.emit()

    def _go_on(self) -> None:
        self._under_way = False
        if self._wanted:
            self._start()
