"""One child's two lives, as the page tells them."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from experiments.lives.facts import stage_words
from experiments.text import listing

if TYPE_CHECKING:
    from experiments.lives.life import Life, Year
    from experiments.lives.programmes import Given

PLANS: Final = ("plan A", "plan B")
_DULL: Final = ("no", "none", "0")
"""Words of facts that are not worth a line while both lives have them."""


def life_by_year(story: "Life") -> dict[str, Any]:
    """Return the story by year: what both lives share, what differs, what programmes gave, and why they part.
    Years that are alike follow one another as one span."""
    return {
        "child": story.child,
        "who": f"A {'girl' if story.girl else 'boy'} of the school year {_school_year(story.born)}",
        "summary": _summary(story),
        "ends": story.ends,
        "years": [_year(year, story.names) for year in story.years],
    }


def _school_year(first: int) -> str:
    return f"{first}/{(first + 1) % 100:02}"


def _summary(story: "Life") -> str:
    parting = story.parting
    if parting is None:
        return "Both lives are the same."
    reached = list(
        dict.fromkeys(each.title for year in story.years for given in year.given for each in given.help)
    )
    how = (
        f"What reached this child: {listing(reached)}."
        if reached
        else (
            "No programme reached this child: what differs comes through others, "
            "such as classmates, teachers and places."
        )
    )
    return f"Both lives are the same up to {parting.year - 1}. {how}"


def _year(year: "Year", names: tuple[str, str]) -> dict[str, Any]:
    a, b = year.facts
    return {
        "year": year.year,
        "stage": stage_words(year.age),
        "both": [
            [name, fact.words]
            for name, fact in a.items()
            if name not in year.differing and fact.words not in _DULL and not name.startswith("score at")
        ],
        "apart": [
            [name, *(facts[name].words if name in facts else "not here" for facts in (a, b))]
            for name in year.differing
        ],
        "help": [_help(given) for given in year.given],
        "why": [in_plans(reason, names) for reason in year.reasons] if year.differing else [],
    }


def in_plans(words: str, names: tuple[str, str]) -> str:
    """Return a reason in which the two worlds are called as on the page, and not by their files."""
    plans = dict(zip(names, PLANS, strict=True))
    either = "|".join(re.escape(name) for name in sorted(plans, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{either})(?!\w)", lambda found: plans[found[0]], words)


def _help(given: "Given") -> Sequence[str]:
    """Return the programmes that served the child in the year, each once."""
    return list(dict.fromkeys(each.title for each in given.help if each.served))
