"""What commands say while they work, and how they learn that they should stop."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TextIO

from model.progress import Cancelled

SECONDS_ON_A_TERMINAL = 0.2
SECONDS_ELSEWHERE = 5.0
_CLEAR_LINE = "\r\x1b[K"


class ConsoleReport:
    """A report for a person at a terminal, or for a log file.

    On a terminal one line is written over again; elsewhere a line is added every 5 seconds.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._on_terminal = stream.isatty()
        self._pause = SECONDS_ON_A_TERMINAL if self._on_terminal else SECONDS_ELSEWHERE
        self._last = time.monotonic()
        self._line_is_open = False
        self._stop_requested = False

    def __call__(self, done: int, total: int, message: str) -> None:
        """Write where the work is, where it is time to.

        Raises:
            Cancelled: Someone asked to stop.
        """
        if self._stop_requested:
            raise Cancelled
        now = time.monotonic()
        if now - self._last < self._pause:
            return
        self._last = now
        self._write(message or (f"{done:,} of {total:,}" if total else f"{done:,}"))

    def note(self, sentence: str) -> None:
        """Write a line that stays."""
        self.close_line()
        self._stream.write(f"second-look: {sentence}\n")

    def close_line(self) -> None:
        """Leave the terminal as other programs expect it."""
        if self._line_is_open:
            self._stream.write(_CLEAR_LINE)
            self._stream.flush()
        self._line_is_open = False

    def request_stop(self) -> None:
        """Make the next report raise `Cancelled`; a second request does not wait for it."""
        if self._stop_requested:
            raise KeyboardInterrupt
        self._stop_requested = True

    def _write(self, text: str) -> None:
        self._stream.write(f"{_CLEAR_LINE}{text}" if self._on_terminal else f"{text}\n")
        self._stream.flush()
        self._line_is_open = self._on_terminal


@contextmanager
def console_report() -> Iterator[ConsoleReport]:
    """A report on standard error that is stopped by Ctrl+C and by SIGTERM."""
    report = ConsoleReport(sys.stderr)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        report.request_stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield report
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        report.close_line()
