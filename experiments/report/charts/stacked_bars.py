"""Bars of one whole in parts, told apart by pattern and by a number on each."""

from collections.abc import Sequence
from typing import Final

from experiments.plotting.palette import BLUE, INK, RUST, TINT, WHITE
from experiments.reach.findings import Variance
from experiments.report.charts.bullet_chart import key_sign
from experiments.report.charts.charts import drawn
from experiments.report.look.html import Html, Value, el, join

PARTS: Final = (
    ("chance", "chance", WHITE, "hatch-chance", INK),
    ("parameters", "parameters", TINT, "", INK),
    ("effects", "effects of programmes", BLUE, "", WHITE),
    ("structure", "structure of the model", RUST, "hatch-effects", WHITE),
)
"""Field, words, ground, pattern, and colour of the number."""
SMALLEST: Final = 7.0
"""Per cent below which a part has no room for its number; it stands in the table."""


def variance_bars(title: str, rows: Sequence[tuple[str, Variance]]) -> Html:
    """Return a bar for each named figure: from where its variance comes."""
    words = ". ".join(f"{name}: {variance_text(found)}" for name, found in rows)
    made = [el("div", el("span", name, class_="row-name"), _bar(found), class_="row") for name, found in rows]
    bars = el("div", made, class_="bars", role="img", aria_label=f"{title}. {words}.")
    return el("div", bars, key([found for _, found in rows]), class_="split")


def shares_of(found: Variance) -> dict[str, float]:
    """Return the known parts, of 100."""
    known = {field: getattr(found, field) for field, *_ in PARTS}
    return {field: 100 * value for field, value in known.items() if value is not None}


def variance_text(found: Variance) -> str:
    """Return `chance 41%, parameters 35%, effects 24%`."""
    shares = shares_of(found)
    names = {field: _words([found], field, words) for field, words, *_ in PARTS}
    return ", ".join(f"{names[field]} {share:.0f}%" for field, share in shares.items())


def _words(found: Sequence[Variance], field: str, words: str) -> str:
    """Return what a part is called where what is computed leaves it mixed with another."""
    mixed = field == "parameters" and all(each.effects is None for each in found)
    return "parameters and effects of programmes, not told apart" if mixed else words


def _bar(found: Variance) -> Html:
    made: list[Html] = []
    shares = shares_of(found)
    whole, left = sum(shares.values()) or 1.0, 0.0
    for field, _, ground, pattern, ink in PARTS:
        if field not in shares:
            continue
        wide = 100 * shares[field] / whole
        box = {"x": f"{left:.2f}%", "y": "0.05em", "width": f"{wide:.2f}%", "height": "1.25em"}
        made.append(el("rect", fill=ground, stroke=INK, stroke_width=1, **box))
        if pattern:
            made.append(el("rect", fill=f"url(#{pattern})", fill_opacity=0.35, **box))
        if wide >= SMALLEST:
            at = {"x": f"{left + wide / 2:.2f}%", "y": "1em"}
            halo: dict[str, Value] = (
                {"stroke": ground, "stroke_width": 4, "paint_order": "stroke"} if pattern else {}
            )
            made.append(
                el("text", f"{shares[field]:.0f}", fill=ink, text_anchor="middle", class_="in", **at, **halo)
            )
        left += wide
    return drawn("1.35em", made)


def key(found: Sequence[Variance]) -> Html:
    """Return the patterns in words."""
    items = []
    for field, words, ground, pattern, _ in PARTS:
        if all(getattr(each, field) is None for each in found):
            continue
        box = {"x": -7, "y": -6, "width": 14, "height": 12}
        sign = [el("rect", fill=ground, stroke=INK, stroke_width=1, **box)]
        sign += [el("rect", fill=f"url(#{pattern})", fill_opacity=0.35, **box)] if pattern else []
        items.append(el("li", key_sign(join(sign)), " ", _words(found, field, words)))
    return el("ul", items, class_="key")
