"""Where a figure lies on an axis."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """From figures `low` to `high` to places `start` to `end`; `log` for factors."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """Return the place of a figure; one beyond the axis lies at its end."""
        low, high, at = self.low, self.high, min(max(value, self.low), self.high)
        if self.log:
            low, high, at = math.log(low), math.log(high), math.log(at)
        share = (at - low) / (high - low) if high > low else 0.5
        return self.start + share * (self.end - self.start)


def around(figures: Iterable[float | None], pad: float = 0.06) -> tuple[float, float]:
    """Return the least range that holds all figures, a little wider; (0, 1) without any."""
    known = [figure for figure in figures if figure is not None and math.isfinite(figure)]
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    wide = (high - low) or abs(high) * 0.1 or 1.0
    return low - pad * wide, high + pad * wide


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round figures between `low` and `high`, `most` of them or fewer."""
    if high <= low:
        return [low]
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * each for each in (1, 2, 2.5, 5, 10) if power * each >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [each * step for each in range(first, last + 1)]


def tick_words(values: Sequence[float]) -> list[str]:
    """Return the ticks as text, all with the digits that the finest needs."""
    digits = 0
    while digits < 4 and any(abs(value - round(value, digits)) > 1e-9 for value in values):
        digits += 1
    return [f"{0 if abs(value) < 1e-12 else value:,.{digits}f}" for value in values]


def apart(places: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """Return the places, in their order, moved so that neighbours are `least` apart and all lie between `low`
    and `high`."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + least if moved else low))
    if not moved or moved[-1] <= high:
        return moved
    limit = high
    for at in range(len(moved) - 1, -1, -1):
        moved[at] = min(moved[at], limit)
        limit = moved[at] - least
    return moved
