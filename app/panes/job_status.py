"""What is running, in the status bar: count, rate, time left and a stop button."""

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.jobs import Job
from app.panes.widgets import button

_PATIENCE_MS = 300


class JobLine(QWidget):
    """One running job."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job
        self._title = QLabel(job.title)
        self._message = QLabel()
        self._bar = QProgressBar(textVisible=False)
        self._bar.setFixedWidth(120)
        self._stop = button("Stop", "What was finished is kept")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 0, 6, 0)
        for widget in (self._title, self._bar, self._message, self._stop):
            layout.addWidget(widget)
        self._bar.setRange(0, 0)
        job.progressed.connect(self._show)
        self._stop.clicked.connect(self._ask_stop)

    def _show(self, done: int, total: int, message: str) -> None:
        # Qt counts in 32 bits and draws a moving bar for a range of nothing.
        self._bar.setRange(0, 1000 if total else 0)
        self._bar.setValue(1000 * done // total if total else 0)
        if message:
            self._message.setText(message)

    def _ask_stop(self) -> None:
        self._stop.setEnabled(False)
        self._stop.setText("Stopping…")
        self._job.cancel()


class JobStatus(QWidget):
    """The latest job in the bar; a list of all of them opens from there."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._lines: dict[Job, tuple[JobLine, JobLine]] = {}
        self._list = QFrame(self, Qt.WindowType.Popup)
        self._list.setFrameShape(QFrame.Shape.StyledPanel)
        QVBoxLayout(self._list)
        self._more = button("", "Everything that is running")
        self._more.clicked.connect(self._open_list)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._more)
        self._arrange()

    def show_job(self, job: Job) -> None:
        """Show a job until it ends; one that ends at once would only flash."""
        patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        patience.timeout.connect(partial(self._add_job, job))
        job.ended.connect(patience.stop)
        job.ended.connect(patience.deleteLater)
        patience.start()

    def _add_job(self, job: Job) -> None:
        in_bar, in_list = JobLine(job), JobLine(job)
        self._lines[job] = (in_bar, in_list)
        self._add(self, in_bar)
        self._add(self._list, in_list)
        job.ended.connect(partial(self._remove, job))
        self._arrange()

    def _add(self, place: QWidget, line: JobLine) -> None:
        if (layout := place.layout()) is not None:
            layout.addWidget(line)

    def _remove(self, job: Job) -> None:
        for line in self._lines.pop(job):
            line.hide()
            line.deleteLater()
        self._arrange()

    def _arrange(self) -> None:
        pairs = list(self._lines.values())
        for in_bar, _ in pairs:
            in_bar.setVisible(in_bar is pairs[-1][0])
        self._more.setVisible(len(pairs) > 1)
        self._more.setText(f"{len(pairs)} jobs")
        if len(pairs) < 2:
            self._list.hide()

    def _open_list(self) -> None:
        self._list.adjustSize()
        corner = self.mapToGlobal(self.rect().topRight())
        self._list.move(corner.x() - self._list.width(), corner.y() - self._list.height())
        self._list.show()

    @property
    def running(self) -> list[str]:
        """Titles of what is running."""
        return [job.title for job in self._lines]
