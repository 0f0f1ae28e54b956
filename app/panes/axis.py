"""One axis of a diagram: which numbers it carries, and where they stand."""

import math
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_WHOLE_STEPS = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Axis:
    """Numbers from low to high on a line of pixels.

    Attributes:
        low, high: The numbers at its ends; low < high, both positive where it is logarithmic.
        logarithmic: Whether equal lengths are equal ratios.
        whole: Whether only whole numbers mean something, as with epochs.
    """

    low: float
    high: float
    logarithmic: bool = False
    whole: bool = False

    def share(self, value: float) -> float:
        """Where a number stands: 0 at the low end, 1 at the high one; nan where it has no place."""
        if not self.logarithmic:
            return (value - self.low) / (self.high - self.low)
        if value <= 0:
            return math.nan
        return math.log(value / self.low) / math.log(self.high / self.low)

    def ticks(self, most: int) -> tuple[float, ...]:
        """Round numbers within the axis, at most `most` of them where it is long enough for one."""
        if self.logarithmic:
            return _powers(self.low, self.high, most)
        rough = (self.high - self.low) / max(1, most - 1)
        step = _round_step(max(1.0, rough), _WHOLE_STEPS) if self.whole else _round_step(rough)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return tuple(number * step for number in range(first, last + 1))


def axis_of(values: list[float], *, logarithmic: bool = False) -> Axis:
    """An axis that holds all finite values; any axis where there are none.

    A linear one starts at zero where the values are not far above it, since a length that
    starts elsewhere makes small differences look large.
    """
    usable = [value for value in values if math.isfinite(value) and (value > 0 or not logarithmic)]
    if not usable:
        return Axis(1e-4, 1e-3, True) if logarithmic else Axis(0.0, 1.0)
    low, high = min(usable), max(usable)
    if logarithmic:
        low, high = 10 ** math.floor(math.log10(low)), 10 ** math.ceil(math.log10(high))
        return Axis(low, high, True) if high > low else Axis(low / 10, high * 10, True)
    low = 0.0 if 0 <= low < high * 0.7 or low == high >= 0 else low
    step = _round_step((high - low or abs(high) or 1.0) / 4)
    low, high = math.floor(low / step) * step, math.ceil(high / step) * step
    return Axis(low, high if high > low else low + step)


def number_text(value: float) -> str:
    """A tick's number in few characters, for example 0.25, 40 or 1e-4."""
    if value and (abs(value) < 1e-3 or abs(value) >= 1e5):
        mantissa, _, exponent = f"{value:.1e}".partition("e")
        return f"{mantissa.removesuffix('.0')}e{int(exponent)}"
    return f"{value:.4g}"


def _round_step(rough: float, steps: tuple[float, ...] = _STEPS) -> float:
    """The smallest round number that is not below `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in steps if step * power >= rough * (1 - 1e-9))


def _powers(low: float, high: float, most: int) -> tuple[float, ...]:
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    step = max(1, math.ceil((last - first + 1) / max(1, most)))
    return tuple(10.0**power for power in range(first, last + 1, step))
