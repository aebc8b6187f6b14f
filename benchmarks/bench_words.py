"""How the figures of `make bench` are told."""

from collections.abc import Mapping


def met(good: bool) -> str:
    """The verdict on a figure to reach."""
    return "met" if good else "NOT met"


def in_words(found: Mapping[str, float], times: float = 1, unit: str = "s") -> str:
    """`0.41 s (0.40 to 0.45)`."""
    median, fastest, slowest = (found[name] * times for name in ("median", "fastest", "slowest"))
    return f"{median:.2f} {unit} ({fastest:.2f} to {slowest:.2f})"
