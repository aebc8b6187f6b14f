"""The score card as one page: nothing outside the file is asked for, and a telephone can show it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from calibration.validation.score_card import Scores
from experiments.report.look.html import Html, el
from experiments.report.look.page import PageSection, folded, image
from experiments.report.look.page import page as html_page
from experiments.report.tables import wide
from experiments.validation import text as words
from experiments.validation.text import ScoreTable

if TYPE_CHECKING:
    import pandas as pd

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
    head = f"How far off is the model? {title}"

    def picture(name: str) -> Html:
        says = f"{_CAPTIONS[name]} The figures stand in the tables."
        return image(pictures[name], says, _CAPTIONS[name], name)

    opening = [
        el("h1", head),
        el(
            "section",
            el("h2", "Where the model falls short" if lost else "No loss"),
            el("ul", [el("li", each) for each in bad]),
            class_="first" if lost else "first good",
        ),
        el("p", words.given(card.rows)),
    ]
    held_out = [
        el("p", words.ERRORS_ARE),
        _table(words.held_out_table(card)),
        picture("heldout"),
        _table(words.skill_table(card.skill)),
        el("p", words.SKILL_IS, class_="small"),
        _table(words.coverage_table(card.coverage)),
    ]
    fitted = [
        _table(words.fit_table(card)),
        picture("series"),
        folded(
            f"All {len(card.fitted)} fitted figures",
            _table(words.figures_table(card.fitted, "Fitted figures")),
            picture("fitted"),
        ),
    ]
    unread = "Some were looked at when a number was first set by hand; agreement there is weaker evidence."
    patterns = [
        el("p", unread),
        picture("patterns"),
        folded(f"All {len(card.patterns)} patterns", _table(words.figures_table(card.patterns, "Patterns"))),
    ]
    informed = [
        el("p", words.informed_words(numbers, kept)),
        picture("numbers"),
        _table(words.numbers_table(local, "The town's own numbers")),
        folded(
            f"England's {len(england)} numbers", _table(words.numbers_table(england, "England's numbers"))
        ),
        _table(words.weakest_table(kept["weakest"])),
        picture("profiles"),
        folded("Singular values", _singular(kept["singular"])),
    ]
    sections = (
        PageSection("held-out", "What was held out", held_out),
        PageSection("fitted", "What was fitted", fitted),
        PageSection("patterns", "Patterns that no fit has read", patterns),
        PageSection("numbers", "What the data say of each number", informed),
        PageSection("made", "What made this page", el("p", " ".join(made), class_="small")),
    )
    return html_page(head, opening, sections, kind="figures")


def _table(table: ScoreTable) -> Html:
    return wide(table.caption, table.heads, table.rows, table.numbers_from)


def _singular(values: Sequence[float]) -> Html:
    said = ", ".join(f"{value:.2f}" for value in values)
    return el(
        "p",
        "Of the derivatives of all figures by all numbers, in standard deviations of the data for one "
        f"prior standard deviation; at 1 the data say as much as the prior: {said}.",
    )
