"""How fast something goes and when it will be done, in words."""

import time


class Pace:
    """Counts from when it is made.

    Attributes:
        started: Seconds of `time.monotonic`.
    """

    def __init__(self, done: int, total: int) -> None:
        self.started = time.monotonic()
        self._first = done
        self._total = total

    def rate(self, done: int) -> float:
        """Images a second so far; 0 at the very beginning."""
        passed = time.monotonic() - self.started
        return (done - self._first) / passed if passed > 0 else 0.0

    def message(self, done: int) -> str:
        """For example "1,234 of 8,014 · 287 images a second · 24 s left"."""
        counted = f"{done:,} of {self._total:,}"
        rate = self.rate(done)
        if not rate:
            return counted
        left = duration((self._total - done) / rate)
        return f"{counted} · {in_figures(rate)} images a second · {left} left"


def in_figures(rate: float) -> str:
    """Two digits at least: 287 or 2.9."""
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"


def duration(seconds: float) -> str:
    """For example "24 s", "3 min 20 s" or "1 h 5 min"."""
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes_left = divmod(minutes, 60)
    if hours:
        return f"{hours:,} h {minutes_left} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
