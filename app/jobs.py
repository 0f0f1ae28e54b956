"""Run the model's long computations on worker threads.

Jobs and their signals live in the GUI thread, so what is connected to them may touch
widgets. Only `_Worker.run` runs in a worker thread, once, for as long as its runner lives.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot
from typing_extensions import override

from model.errors import UserError
from model.progress import Cancelled, Report

log = logging.getLogger(__name__)
_TELL_AFTER_S = 0.05

Task = Callable[[Report], object]
Deliver = Callable[[object], None]
StreamingTask = Callable[[Deliver, Report], object]


class Job(QObject):
    """One computation, run once.

    Attributes:
        title: What the user is told is going on; "" for work too short to mention.

    Signals:
        progressed: Arguments: done, total (0: not known yet), message.
        delivered: A part of the result is there already. Argument: the part.
        succeeded: The task returned. Argument: its result.
        failed: The task raised. Argument: the exception.
        cancelled: The task stopped because `cancel` was called.
        ended: Last of all, whatever the outcome.
    """

    progressed = Signal(int, int, str)
    delivered = Signal(object)
    succeeded = Signal(object)
    failed = Signal(Exception)
    cancelled = Signal()
    ended = Signal()

    def __init__(self, task: Task, title: str = "") -> None:
        super().__init__()
        self.task = task
        self.title = title
        self._cancel_requested = threading.Event()
        self._taken = threading.Semaphore(0)

    def cancel(self) -> None:
        """Ask the task to stop at its next report."""
        self._cancel_requested.set()

    @property
    def cancel_requested(self) -> bool:
        """Whether `cancel` was called. Safe to read from any thread."""
        return self._cancel_requested.is_set()

    def wait_until_taken(self) -> None:
        """Called by the task's thread: wait until the part that it handed over was taken.

        Raises:
            Cancelled: The job should stop.
        """
        while not self._taken.acquire(timeout=_TELL_AFTER_S):
            if self.cancel_requested:
                raise Cancelled

    def tell_taken(self) -> None:
        """A part was taken."""
        self._taken.release()


class JobRunner(QObject):
    """Runs jobs one after another on a thread of its own.

    Signals:
        started: A job with a title was queued. Argument: the job.
    """

    started = Signal(Job)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[Job] = []
        self._worker = _Worker(self)
        self._worker.progressed.connect(self._on_progressed)
        self._worker.delivered.connect(self._on_delivered)
        self._worker.succeeded.connect(self._on_succeeded)
        self._worker.failed.connect(self._on_failed)
        self._worker.cancelled.connect(self._on_cancelled)
        self._worker.start()

    def start(self, task: Task, title: str = "") -> Job:
        """Queue `task`; connect to the signals of the job it returns."""
        return self._queue(Job(task, title))

    def stream(self, task: StreamingTask, title: str = "") -> Job:
        """Queue a task that hands over parts of its result before it returns.

        It waits until each was taken: many parts at once would hold the window up, and so would
        computing beside it while it takes one in.
        """
        job = Job(_nothing, title)
        job.task = partial(task, partial(self._deliver, job))
        return self._queue(job)

    def _deliver(self, job: Job, part: object) -> None:
        self._worker.delivered.emit(job, part)
        job.wait_until_taken()

    def _queue(self, job: Job) -> Job:
        self._jobs.append(job)
        self._worker.queue.put(job)
        if job.title:
            self.started.emit(job)
        return job

    @property
    def busy(self) -> bool:
        """Whether a job is running or waiting."""
        return bool(self._jobs)

    def cancel_all(self) -> None:
        """Ask every job to stop."""
        for job in self._jobs:
            job.cancel()

    def shut_down(self) -> None:
        """Cancel every job and wait for the worker thread."""
        self.cancel_all()
        self._worker.queue.put(None)
        self._worker.wait()

    def finish_and_shut_down(self) -> None:
        """Let every queued job finish, then wait for the worker thread."""
        self._worker.queue.put(None)
        self._worker.wait()

    @Slot(object, int, int, str)
    def _on_progressed(self, job: Job, done: int, total: int, message: str) -> None:
        job.progressed.emit(done, total, message)

    @Slot(object, object)
    def _on_delivered(self, job: Job, part: object) -> None:
        job.delivered.emit(part)
        # Not at once: what the user did meanwhile, and painting, come before the next part.
        QTimer.singleShot(0, job.tell_taken)

    @Slot(object, object)
    def _on_succeeded(self, job: Job, result: object) -> None:
        job.succeeded.emit(result)
        self._end(job)

    @Slot(object, Exception)
    def _on_failed(self, job: Job, error: Exception) -> None:
        job.failed.emit(error)
        self._end(job)

    @Slot(object)
    def _on_cancelled(self, job: Job) -> None:
        job.cancelled.emit()
        self._end(job)

    def _end(self, job: Job) -> None:
        job.ended.emit()
        self._jobs.remove(job)


def _nothing(_report: Report) -> None:
    """Stands in until the streaming task knows its job."""


class _Worker(QThread):
    """Computes one job after another, until it takes None from its queue."""

    progressed = Signal(object, int, int, str)
    delivered = Signal(object, object)
    succeeded = Signal(object, object)
    failed = Signal(object, Exception)
    cancelled = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()

    @override
    def run(self) -> None:
        # One Python call for the life of the thread: Python forgets thread-locals between
        # the slots of a QThread, and libraries that keep state there crash.
        while (job := self.queue.get()) is not None:
            self._compute(job)

    def _compute(self, job: Job) -> None:
        told = 0.0

        def report(done: int, total: int, message: str) -> None:
            if job.cancel_requested:
                raise Cancelled
            nonlocal told
            # Work too short to mention reports only to learn that it should stop.
            if job.title and time.monotonic() - told > _TELL_AFTER_S:
                told = time.monotonic()
                self.progressed.emit(job, done, total, message)

        try:
            report(0, 0, "")
            result = job.task(report)
        except Cancelled:
            self.cancelled.emit(job)
        except UserError as error:
            self.failed.emit(job, error)
        except Exception as error:
            log.exception("A job failed: %s", job.title or job.task)
            self.failed.emit(job, error)
        else:
            self.succeeded.emit(job, result)
