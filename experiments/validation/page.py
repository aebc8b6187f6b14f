"""The score card as one page: nothing outside the file is asked for, and a telephone can show it."""

import base64
import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from calibration.validation.score_card import Scores
from experiments.validation import text as words
from experiments.validation.text import Table

if TYPE_CHECKING:
    import pandas as pd

_STYLE: Final = """
:root{color-scheme:light}
body{margin:0 auto;max-width:60rem;padding:1rem;color:#0b0c0c;background:#fff}
body{font:1rem/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.2rem;margin-top:2.2rem}
.first{border-left:.4rem solid #a33c00;padding:.1rem 1rem;background:#fdf3ee}
.first.good{border-color:#12436d;background:#eef3f7}
.scroll{overflow-x:auto;margin:1rem 0}
.scroll:focus{outline:3px solid #12436d}
table{border-collapse:collapse;font-size:.85rem;min-width:100%}
caption{text-align:left;font-weight:600;padding:.3rem 0}
caption span{position:sticky;left:0;display:inline-block;max-width:calc(100vw - 2rem)}
th,td{padding:.25rem .7rem .25rem 0;border-bottom:1px solid #d5dadd;text-align:left;vertical-align:top}
td.number,th.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
tbody th{font-weight:400;min-width:12rem}
figure{margin:1rem 0}img{width:50rem;max-width:100%;min-width:30rem;height:auto;display:block}
figcaption,.small{font-size:.85rem;color:#505a5f}
details{margin:1rem 0}summary{cursor:pointer;font-weight:600}
@media print{details{display:block}}
"""
_BANDS: Final = "Pale: 90% band; dark: 50% band. "
_CAPTIONS: Final = {
    "series": _BANDS + "Filled dots: published and fitted; hollow: published later, held out.",
    "heldout": _BANDS + "Dots: published; cross: last year's value; triangle: England's trend.",
    "fitted": _BANDS + "Dots: published.",
    "patterns": _BANDS + "Dots: published.",
    "numbers": "Posterior SD over prior SD of the searched numbers. Lines: error of so few effective draws.",
    "profiles": "Loss along the combinations that the data say least of. Where the line lies on the dashed "
    "one, the data say nothing.",
}


def page(
    title: str,
    card: Scores,
    numbers: "pd.DataFrame",
    kept: Mapping[str, Any],
    effective: float,
    pictures: Mapping[str, bytes],
    made: Sequence[str],
) -> str:
    """The page, as HTML.

    Args:
        title: of the place. numbers: what `informed` gives. kept: the posterior's facts of its fit.
        effective: its effective draws. pictures: PNG by name. made: what made it, a sentence each.
    """
    bad = words.verdict(card, effective)
    lost = bool(card.lost) or len(bad) > 1 or not bad[0].startswith("In no pool")
    local, england = (numbers[numbers["layer"] == layer] for layer in ("local", "england"))
    parts = [
        f"<h1>How far off is the model? {html.escape(title)}</h1>",
        _first("Where the model falls short" if lost else "No loss", bad, lost),
        f"<p>{html.escape(words.given(card.rows))}</p>",
        "<h2>What was held out</h2>",
        f"<p>{html.escape(words.ERRORS_ARE)}</p>",
        _table(words.held_out_table(card)),
        _picture("heldout", pictures),
        _table(words.skill_table(card.skill)),
        f'<p class="small">{html.escape(words.SKILL_IS)}</p>',
        _table(words.coverage_table(card.coverage)),
        "<h2>What was fitted</h2>",
        _table(words.fit_table(card)),
        _picture("series", pictures),
        _folded(
            f"All {len(card.fitted)} fitted figures",
            _table(words.figures_table(card.fitted, "Fitted figures")) + _picture("fitted", pictures),
        ),
        "<h2>Patterns that no fit has read</h2>",
        "<p>Some were looked at when a number was first set by hand; agreement there is weaker evidence.</p>",
        _picture("patterns", pictures),
        _folded(f"All {len(card.patterns)} patterns", _table(words.figures_table(card.patterns, "Patterns"))),
        "<h2>What the data say of each number</h2>",
        f"<p>{html.escape(words.informed_words(numbers, kept))}</p>",
        _picture("numbers", pictures),
        _table(words.numbers_table(local, "The town's own numbers")),
        _folded(
            f"England's {len(england)} numbers", _table(words.numbers_table(england, "England's numbers"))
        ),
        _table(words.weakest_table(kept["weakest"])),
        _picture("profiles", pictures),
        _folded("Singular values", _singular(kept["singular"])),
        "<h2>What made this page</h2>",
        f'<p class="small">{html.escape(" ".join(made))}</p>',
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>How far off is the model? {html.escape(title)}</title><style>{_STYLE}</style></head>\n<body>"
        f"<main>\n{chr(10).join(parts)}\n</main></body></html>\n"
    )


def _first(head: str, sentences: Sequence[str], lost: bool) -> str:
    items = "".join(f"<li>{html.escape(each)}</li>" for each in sentences)
    looks = "first" if lost else "first good"
    return f'<section class="{looks}"><h2>{html.escape(head)}</h2><ul>{items}</ul></section>'


def _table(table: Table) -> str:
    caption = html.escape(table.caption)
    heads = "".join(
        f'<th scope="col"{_number(i, table)}>{html.escape(head)}</th>' for i, head in enumerate(table.heads)
    )
    rows = "".join(
        f'<tr><th scope="row">{html.escape(row[0])}</th>'
        + "".join(f"<td{_number(i, table)}>{html.escape(cell)}</td>" for i, cell in enumerate(row[1:], 1))
        + "</tr>\n"
        for row in table.rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table>'
        f"<caption><span>{caption}</span></caption><thead><tr>{heads}</tr></thead><tbody>\n{rows}</tbody></table></div>"
    )


def _number(column: int, table: Table) -> str:
    return ' class="number"' if column >= table.numbers_from else ""


def _picture(name: str, pictures: Mapping[str, bytes]) -> str:
    data = base64.b64encode(pictures[name]).decode()
    words_of = html.escape(_CAPTIONS[name])
    return (
        f'<figure><div class="scroll" tabindex="0" role="region" aria-label="Picture: {name}">'
        f'<img alt="{words_of} The figures stand in the tables." '
        f'src="data:image/png;base64,{data}"></div><figcaption>{words_of}</figcaption></figure>'
    )


def _folded(head: str, inside: str) -> str:
    return f"<details><summary>{html.escape(head)}</summary>{inside}</details>"


def _singular(values: Sequence[float]) -> str:
    said = ", ".join(f"{value:.2f}" for value in values)
    return (
        "<p>Of the derivatives of all figures by all numbers, in standard deviations of the data for one "
        f"prior standard deviation; at 1 the data say as much as the prior: {said}.</p>"
    )
