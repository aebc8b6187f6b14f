"""One chart of a report: an indicator over the years, as plain SVG."""

from collections.abc import Sequence
from typing import Any, Final

from experiments.reporting.markup import Html, el
from experiments.reporting.scales import Scale, around, ticks
from experiments.standing import VALIDATED_TO
from wolsey.workshop.town_facts import SHORT

WIDTH, HEIGHT = 760, 280
LEFT, RIGHT, TOP, BOTTOM = 46, 150, 14, 30
LOOKS: Final = {"all": ("#12436D", "", "All children"), "disadvantaged": ("#A33C00", "7 4", "Disadvantaged")}


def chart(found: dict[str, Any], name: str, plan: str) -> Html:
    """The indicator of all and of the disadvantaged, with the band where 8 runs in 10 lie."""
    series, years = found["series"][name], found["years"]
    groups = [group for group in LOOKS if group in series]
    figures = [value for group in groups for key in ("low", "high") for value in series[group][key]]
    low, high = around(figures)
    x = Scale(years[0], years[-1], LEFT, WIDTH - RIGHT)
    y = Scale(low, high, HEIGHT - BOTTOM, TOP)
    title = f"{plan}: {SHORT[name]}, all and disadvantaged, average and where 8 runs in 10 lie"
    parts: list[Html] = [el("title", title)]
    later = x(VALIDATED_TO)
    parts.append(
        el("rect", x=later, y=TOP, width=WIDTH - RIGHT - later, height=HEIGHT - TOP - BOTTOM, fill="#EEF3F7")
    )
    parts.append(
        el(
            "text",
            f"after {VALIDATED_TO}: conditional scenario",
            x=later + 6,
            y=TOP + 16,
            fill="#505A5F",
            font_size=13,
        )
    )
    for tick in ticks(low, high):
        parts.append(el("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y(tick), y2=y(tick), stroke="#CBD2D6"))
        parts.append(el("text", f"{tick:g}", x=LEFT - 6, y=y(tick) + 5, text_anchor="end", font_size=14))
    for year in (2017, 2026, 2032, 2040, 2048):
        parts.append(el("text", str(year), x=x(year), y=HEIGHT - 8, text_anchor="middle", font_size=14))
    for group in groups:
        colour, dash, words = LOOKS[group]
        parts.append(el("path", d=_area(series[group], years, x, y), fill=colour, fill_opacity=0.15))
        line = _line(series[group]["mean"], years, x, y)
        parts.append(
            el("path", d=line, fill="none", stroke=colour, stroke_width=3, stroke_dasharray=dash or None)
        )
        last = next(value for value in reversed(series[group]["mean"]) if value is not None)
        parts.append(el("text", words, x=WIDTH - RIGHT + 8, y=y(last) + 5, fill=colour, font_size=15))
    return el(
        "figure",
        el("svg", parts, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img"),
        el("figcaption", f"{title}.", class_="note"),
    )


def _line(values: Sequence[float | None], years: Sequence[int], x: Scale, y: Scale) -> str:
    there = [(x(year), y(value)) for year, value in zip(years, values, strict=True) if value is not None]
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in there)


def _area(figures: dict[str, Any], years: Sequence[int], x: Scale, y: Scale) -> str:
    rows = zip(years, figures["low"], figures["high"], strict=True)
    there = [(x(year), y(low), y(high)) for year, low, high in rows if low is not None]
    up = [f"{a:.1f} {c:.1f}" for a, _, c in there]
    down = [f"{a:.1f} {b:.1f}" for a, b, _ in reversed(there)]
    return "M" + "L".join([*up, *down]) + "Z"
