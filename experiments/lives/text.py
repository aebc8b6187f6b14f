"""A life in two worlds in plain words: years that are alike together, and where they part, why."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from experiments.lives.facts import Fact, stage_words
from experiments.lives.programmes import amount_words
from experiments.text import listing, table

if TYPE_CHECKING:
    from experiments.lives.life import Life, Year
    from experiments.lives.programmes import Given, Help

WIDTH: Final = 100
LEAST_DOSE: Final = 0.0005
"""In a dose's own unit: what is less is not told."""
_DULL: Final = ("no", "none", "0")
"""Words of facts that are not worth a line while they hold in both worlds."""
_PUPIL: Final = 18
_LAST_USE: Final = {"level3": 19, "higher": 19, "neet": 24, "pay": 30}
"""Ages to which what programmes gave makes a difference."""
_RUNNING: Final = ("sessions missed", "attainment")
"""Quantities of every year, told of a span as a range."""


def life_text(story: "Life") -> str:
    """Return the whole story."""
    lines = [*_heading(story), ""]
    before: Year | None = None
    for together, years in groupby(story.years, key=_alike):
        span = list(years)
        if together:
            lines += [*_span(span), ""]
        else:
            for year in span:
                lines += [*_year(story, year, before), ""]
                before = year
    lines.append(f"The story ends: {story.ends}.")
    return "\n".join(lines)


def _alike(year: "Year") -> bool:
    """Return nothing told differs, and no programme has anything to be told."""
    return not year.differing and not any(_help(given) for given in year.given)


def _heading(story: "Life") -> Iterator[str]:
    girl = "A girl" if story.girl else "A boy"
    yield f"Child {story.child}: {girl.lower()} of the school year {story.born}/{(story.born + 1) % 100:02}"
    a, b = story.names
    effects = (
        "programmes at the mean of their effects" if story.draw == 0 else f"effects as in draw {story.draw}"
    )
    yield from _wrapped(
        "Synthetic: this child is nobody real, and no school here is a real school. One life in two worlds "
        f'with the same luck (seed {story.seed}; {effects}): "{story.titles[0]}" ({a}) and '
        f'"{story.titles[1]}" ({b}). Where two figures stand side by side, {a} comes first. '
        '"Ahead of 42 in 100" means of all children of that age in England; SD is the standard deviation '
        "among them."
    )
    yield ""
    yield from _wrapped(_summary(story))


def _summary(story: "Life") -> str:
    parting, first = story.parting, next((year for year in story.years if year.differing), None)
    if parting is None:
        return "The two lives are the same to the last bit."
    if parting is story.years[0]:
        words = ["The two lives differ from the first year on."]
    else:
        words = [f"The two lives are the same to the last bit to the end of {parting.year - 1}."]
    if first is None:
        words.append("From then on they differ in traces only, too small to be told.")
    elif first.year > parting.year:
        words.append(f"What is told differs from {first.year} on; before, there are traces only.")
    by = []
    for name, given in zip(story.names, zip(*(year.given for year in story.years), strict=True), strict=True):
        titles = list(dict.fromkeys(one.title for each in given for one in each.help))
        if titles:
            by.append(f"{listing(titles)} (in {name})")
    if by:
        words.append(f"What reached this child: {'; '.join(by)}.")
    else:
        words.append(
            "No programme reached this child in either world: what differs comes through others, "
            "such as classmates, teachers and places that somebody else took or left."
        )
    return " ".join(words)


def _span(years: Sequence["Year"]) -> Iterator[str]:
    first, last = years[0], years[-1]
    ages = stage_words(first.age) if first is last else f"{stage_words(first.age)} to {stage_words(last.age)}"
    when = f"{first.year}" if first is last else f"{first.year}-{last.year}"
    same = all(year.same for year in years)
    yield f"{when}, {ages}: the same in both{'' if same else ', but for what rounds away'}"
    told_of: list[str] = []
    for name in dict.fromkeys(name for year in years for name in year.facts[0]):
        these = [(year.year, year.facts[0][name]) for year in years if name in year.facts[0]]
        if words := _over_time(name, these):
            told_of.append(words)
    if told_of:
        yield from _wrapped("; ".join(told_of), "  ")


def _over_time(name: str, facts: Sequence[tuple[int, Fact]]) -> str:
    """Return one quantity over a span: a range, or what holds when; "" for what is not worth a line."""
    if name.startswith("score at"):
        return ""
    if name in _RUNNING:
        ends = [facts[0][1].words, facts[-1][1].words]
        if name == "sessions missed":
            values = sorted(fact.value for _, fact in facts)
            ends = [f"{values[0]:.1f}%", f"{values[-1]:.1f}%"]
        return f"{name} {ends[0]}" if ends[0] == ends[1] else f"{name} {ends[0]} to {ends[1]}"
    told_of = []
    for words, those in groupby(facts, key=lambda each: each[1].words):
        if words in _DULL and not name.startswith(("entry", "stayed")):
            continue
        years = [year for year, _ in those]
        when = f"{years[0]}" if len(years) == 1 else f"{years[0]}-{years[-1]}"
        told_of.append(f"{'' if words == 'yes' else words + ' '}({when})")
    return f"{name} {', '.join(told_of)}" if told_of else ""


def _year(story: "Life", year: "Year", before: "Year | None") -> Iterator[str]:
    a, b = year.facts
    yield f"{year.year}, {stage_words(year.age)}"
    both = [
        f"{name} {fact.words}" if fact.words != "yes" else name
        for name, fact in a.items()
        if name not in year.differing and fact.words not in _DULL and not name.startswith("score at")
    ]
    if both:
        yield from _wrapped(f"both: {'; '.join(both)}", "  ", "        ")
    if not a or not b:
        yield f"  in {story.names[0 if not a else 1]} this child does not live here"
    still = [name for name in year.differing if a and b and _as_before(name, year, before)]
    shown = [name for name in year.differing if name not in still]
    yield from table([(name, " | ".join(_sides(name, year))) for name in shown], indent="  ")
    if still:
        yield from _wrapped(f"apart as before: {', '.join(still)}", "  ", "        ")
    helped = [_help(given) for given in year.given]
    for name, mine, other in zip(story.names, helped, helped[::-1], strict=True):
        for words in mine:
            if words not in other:
                yield from _wrapped(f"{name}: {words}", "  + ", "    ")
            elif mine is helped[0]:
                yield from _wrapped(f"both: {words}", "  + ", "    ")
    for name, given in zip(story.names, year.given, strict=True):
        in_use = {s: x for s, x in (given.left or {}).items() if year.age <= _LAST_USE.get(s, _PUPIL)}
        if left := _amounts(in_use):
            yield from _wrapped(f"left of earlier doses in {name}: {left}", "    ", "    ")
    if year.differing:
        for reason in year.reasons:
            yield from _wrapped(f"why: {reason}", "  ", "       ")


def _sides(name: str, year: "Year") -> list[str]:
    return [facts[name].words if name in facts else "-" for facts in year.facts]


def _as_before(name: str, year: "Year", before: "Year | None") -> bool:
    """Tell whether both worlds say of a quantity what they said the year before."""
    return (
        before is not None
        and before.year == year.year - 1
        and name in before.differing
        and _sides(name, before) == _sides(name, year)
    )


def _help(given: "Given") -> list[str]:
    """Return one line a programme; those of one card together, and traces of earlier delivery left out."""
    by_title: dict[str, list[Help]] = {}
    for each in given.help:
        by_title.setdefault(each.title, []).append(each)
    lines = []
    for title, those in by_title.items():
        doses: dict[str, float] = {}
        for each in those:
            for state, amount in each.doses.items():
                doses[state] = doses.get(state, 0.0) + amount
        served = [each for each in those if each.served]
        amounts = _amounts(doses)
        if served or amounts:
            how = dict.fromkeys(each.how for each in served or those)
            lines.append(f"{title}: {'; '.join([*how, amounts] if amounts else how)}")
    return lines


def _amounts(by_state: Mapping[str, float]) -> str:
    """Return what is no trace of these, by state."""
    return ", ".join(amount_words(s, amount) for s, amount in by_state.items() if abs(amount) >= LEAST_DOSE)


def _wrapped(text: str, first: str = "", rest: str | None = None) -> list[str]:
    following = first if rest is None else rest
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=following, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
