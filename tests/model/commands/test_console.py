"""Progress on standard error, and being stopped."""

import io
import os
import signal

import pytest

from model.commands import console
from model.commands.console import ConsoleReport, console_report
from model.progress import Cancelled


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(console.time, "monotonic", lambda: now[0])
    return now


def test_that_a_log_file_gets_a_line_every_five_seconds(clock: list[float]) -> None:
    stream = io.StringIO()
    report = ConsoleReport(stream)
    for second in range(12):
        clock[0] = float(second)
        report(second, 12, f"{second} of 12")
    assert stream.getvalue().splitlines() == ["5 of 12", "10 of 12"]


def test_that_a_terminal_has_one_line_that_is_gone_in_the_end(clock: list[float]) -> None:
    stream = Terminal()
    report = ConsoleReport(stream)
    for tick in range(1, 4):
        clock[0] = tick * 0.3
        report(tick, 3, f"{tick} of 3")
    report.close_line()
    assert "\n" not in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_that_a_report_without_words_gives_the_count(clock: list[float]) -> None:
    stream = io.StringIO()
    report = ConsoleReport(stream)
    clock[0] = 6.0
    report(1234, 8014, "")
    assert stream.getvalue() == "1,234 of 8,014\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_that_a_signal_cancels_at_the_next_report(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with console_report() as report:
        report(0, 2, "")
        os.kill(os.getpid(), number)
        with pytest.raises(Cancelled):
            report(1, 2, "")
    assert signal.getsignal(number) is before


def test_that_a_second_signal_does_not_wait_for_a_report() -> None:
    with console_report() as report:
        report.request_stop()
        with pytest.raises(KeyboardInterrupt):
            report.request_stop()
