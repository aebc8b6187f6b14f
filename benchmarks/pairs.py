"""What pairs are worth: the error of a paired difference beside that of as many unpaired runs, and the time
they take. Part of `make bench`."""

import time
from collections.abc import Mapping
from typing import Any, Final

INDICATOR, GROUP, YEAR = "ks2_rwm", "disadvantaged", 2022
SEEDS: Final = 40
LEAST_GAIN: Final = 5.0
"""By how much smaller the paired error is to be, with effects held at their means."""
COUPLINGS: Final = (
    "peers",
    "rival_places",
    "school_choice",
    "staffing_feedback",
    "trust",
    "next_generation",
)


def met(good: bool) -> str:
    """Return the verdict on a figure to reach."""
    return "met" if good else "NOT met"


def in_words(found: Mapping[str, float], times: float = 1, unit: str = "s") -> str:
    """Return `0.41 s (0.40 to 0.45)`."""
    median, fastest, slowest = (found[name] * times for name in ("median", "fastest", "slowest"))
    return f"{median:.2f} {unit} ({fastest:.2f} to {slowest:.2f})"


def bench_pairs(seeds: int = SEEDS, until: int = YEAR, scale: float = 1.0) -> dict[str, Any]:
    """Return the paired and unpaired standard errors of KS2 for the disadvantaged, with couplings and
    without, and the time of the whole comparison to 2048 with effects drawn."""
    from experiments.compare.comparison import compare
    from model.scenario.scenario import Scenario

    a, b = (Scenario.load(name).changed(scale=scale) for name in ("baseline", "opportunity_area"))
    found: dict[str, Any] = {"seeds": seeds}
    off = {f"switches.{name}": False for name in COUPLINGS}
    nothing: dict[str, bool] = {}
    for name, switches in (("with", nothing), ("without", off)):
        short = [one.changed({"until": until, **switches}) for one in (a, b)]
        pairs = compare(short[0], short[1], range(seeds), effects="means")
        paired, unpaired = pairs.precision(INDICATOR, GROUP, YEAR)
        found[name] = {"paired": paired, "unpaired": unpaired}
    started = time.perf_counter()
    compare(a, b, range(seeds))
    found["seconds"] = time.perf_counter() - started
    return found


def pairs_lines(found: dict[str, Any]) -> list[str]:
    """Return the part in words."""
    lines = [f"(e) baseline against opportunity_area, {found['seeds']} seeds: {INDICATOR}, {GROUP}, {YEAR}"]
    for name in ("with", "without"):
        one = found[name]
        gain = one["unpaired"] / one["paired"]
        lines.append(
            f"    {name} couplings: standard error {one['paired']:.3f} in pairs, "
            f"{one['unpaired']:.3f} unpaired, {gain:.1f} times smaller"
        )
    gain = found["without"]["unpaired"] / found["without"]["paired"]
    verdict = f"{met(gain >= LEAST_GAIN)}; on, the rest is spillover"
    lines.append(f"    to reach: at least {LEAST_GAIN:g} times, couplings off: {verdict}")
    lines.append(f"    the whole comparison to 2048, effects drawn: {found['seconds']:.0f} s")
    return lines
