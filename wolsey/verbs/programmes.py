"""The verb `programmes`, and `explain programme NAME`: cards as a board reads them."""

import textwrap
from typing import Final

from experiments.text import table
from model.io.errors import unknown
from model.rules.persistence import FAST, SLOW, Parts, left
from model.scenario.card_parts import Cost, Effect, Grade, Practice, TakeUp, UsualProvision
from model.scenario.cards import Card, card_names, load_card
from model.scenario.levers import LEVERS

WIDTH: Final = 100
"""Characters of a line of running text."""

GRADES: Final[dict[Grade, str]] = {
    "A": "read in a source",
    "B": "well known in the field",
    "C": "approximate",
    "D": "arithmetic on figures of a source",
    "J": "judgement",
}
_UNITS: Final = {"pp": "points", "count": "", "ln": "in the log of it", "percent": "%", "ratio": "times"}
_PER: Final = {
    "child": "a child served",
    "family": "a family served",
    "school": "a school served",
    "teacher": "a teacher of the schools served",
    "new_teacher": "a teacher in the first two years",
    "hire": "a post filled",
    "pupil": "a pupil of the schools served",
    "child_in_area": "a child in the area",
    "act": "a year in all",
}
_SERVED: Final = {"child": "children", "family": "families", "school": "schools", "town": "the town"}
_WHOSE: Final = {
    "treated_mean": "the mean of all served",
    "disadvantaged": "disadvantaged children",
    "others": "children who are not disadvantaged",
}
_ESTIMANDS: Final = {
    "treated": "of taking part",
    "offered": "of being offered it or living near, whoever takes part",
}
_SCALES: Final = {
    "novices": "times the share of staff in their first two years",
    "benchmarks": "times the benchmarks that the programme has brought",
}
_FIRST_YEAR_GROUP, _LAST_YEAR_GROUP = 5, 18


def programmes_listed() -> str:
    """Return all cards: name and title, then the security of the evidence, cost, who is served, and the
    effects."""
    cards = [load_card(name) for name in card_names()]
    rows: list[tuple[str, str]] = []
    for card in cards:
        effects = ", ".join(f"{LEVERS[e.lever].name} {size(e.mean, e.unit)}" for e in card.effects)
        served = f"{_SERVED[card.delivered_to]}, {ages_in_words(card.ages)}"
        rows += [
            (card.name, card.title),
            ("", f"{padlocks(card)}; {cost(card.cost)}; {served}"),
            ("", effects),
        ]
    head = f"{len(cards)} programmes. Evidence in padlocks of 5, costs in pounds of 2017, effects as means."
    return "\n".join([head, "", *table(rows)])


def programme(name: str | None = None) -> str:
    """Return one card in full; without a name, all of them.

    Raises:
        InputError: there is no such programme, or its card has a fault.
    """
    if name is None:
        return programmes_listed()
    if not name.endswith(".toml") and name not in card_names():
        raise unknown("a programme", name, card_names())
    card = load_card(name)
    rows = [
        ("served", f"{_SERVED[card.delivered_to]}, {ages_in_words(card.ages)}"),
        ("schools", ", ".join(card.phases) or "of any kind"),
        ("evidence", f"{padlocks(card)}: how secure the trials are"),
        ("grade", f"{card.grade}: {GRADES[card.grade]}"),
        ("cost", cost(card.cost) + _note(card.cost.note)),
        ("reach", f"{_share_range(card.reach.low, card.reach.high)}: {card.reach.words}"),
        *([("take-up", _take_up(card.take_up))] if card.take_up is not None else []),
        ("in England", _usual(card.usual_provision)),
    ]
    if card.practice is not None:
        rows.append(("practice", _practice(card.practice)))
    rows += [("rests on", _rests_on(card)), ("source", card.source)]
    parts = [
        f"{card.name}: {card.title} ({card.id})",
        "",
        textwrap.fill(" ".join(card.words.split()), WIDTH),
        "",
        "Effects",
        *(_effect(card, effect) for effect in card.effects),
        "",
        *table(rows, indent="  "),
    ]
    return "\n".join(parts)


def padlocks(card: Card) -> str:
    """Return the security of a card's evidence: `4-5 of 5 padlocks`."""
    low, high = card.padlocks
    return f"{low if low == high else f'{low}-{high}'} of 5 padlocks"


def cost(one: Cost) -> str:
    """Return a range of costs with its unit: `£50-100 a child served`."""
    high = "" if one.high == one.low else f"-{one.high:,.0f}"
    return f"£{one.low:,.0f}{high} {_PER[one.per]}"


def size(value: float, unit: str) -> str:
    """Return the size of an effect with its unit: `+0.22 SD`, `-0.3 points`, `x1.10` for a ratio."""
    if unit == "ratio":
        return f"x{value:.2f}"
    number = f"{value:+g}" if value else "0"
    words = _UNITS.get(unit, unit)
    return f"{number} {words}".rstrip() if unit != "percent" else f"{number}%"


def ages_in_words(ages: tuple[int, int]) -> str:
    """Return the academic ages as school years where all are: `Reception`, `year 7 to year 11`, `ages 2 to
    4`."""
    first, last = ages
    if first >= _FIRST_YEAR_GROUP and last <= _LAST_YEAR_GROUP:
        groups = [
            "Reception" if age == _FIRST_YEAR_GROUP else f"year {age - _FIRST_YEAR_GROUP}" for age in ages
        ]
        return groups[0] if first == last else f"{groups[0]} to {groups[1]}"
    return f"age {first}" if first == last else f"ages {first} to {last}"


def _effect(card: Card, effect: Effect) -> str:
    ratio = ""
    if effect.disadvantaged_ratio != 1 or effect.ratio_sd:
        spread = f" (SD {effect.ratio_sd:g})" if effect.ratio_sd else ""
        whom = (
            "disadvantaged children"
            if effect.ratio_by == "child"
            else "the fifth of schools with most free meals"
        )
        ratio = f"; {effect.disadvantaged_ratio:g} times as much for {whom} as for others{spread}"
    if effect.low_attainer_ratio is not None:
        ratio += f"; {effect.low_attainer_ratio:g} times as much for the lowest fifth"
    uncertain = f" (SD {effect.sd:g})" if effect.sd else " (no uncertainty)"
    base = f", from {effect.base_rate:.0%}" if effect.base_rate is not None else ""
    ages = f"; only {ages_in_words(effect.ages)}" if effect.ages is not None else ""
    most = []
    if effect.at_most is not None:
        most.append(f"none after the first {effect.at_most}")
    if effect.accrues_to is not None:
        most.append(f"adds up to {effect.accrues_to:g} at most")
    if effect.scaled_by is not None:
        most.append(_SCALES[effect.scaled_by])
    rows = [
        ("size", f"{size(effect.mean, effect.unit)}{uncertain}{base}{_note(effect.note)}"),
        ("whose", f"{_WHOSE[effect.effect_is_for]}{ratio}{ages}"),
        ("of what", _ESTIMANDS[effect.estimand]),
        ("when", "in the same year" if effect.lag == 0 else f"after {_years(effect.lag)}"),
        ("lasts", _lasting(card, effect)),
        *([("limits", "; ".join(most))] if most else []),
        ("grade", f"{effect.grade}: {GRADES[effect.grade]}"),
    ]
    lever = LEVERS[effect.lever]
    return f"  {lever.name} ({lever.words})\n{'\n'.join(table(rows, indent='    '))}"


def _lasting(card: Card, effect: Effect) -> str:
    if effect.form == "builds_to_age":
        return (
            f"builds from age {effect.builds_from} to {effect.builds_to}, whole after "
            f"{_years(effect.exposure_years or 0)} served; none of it is lost"
        )
    if effect.form == "while_delivered":
        follows = card.practice is not None and card.practice.form != "while_delivered"
        return "as long as the school's practice does" if follows else "while it is delivered; nothing after"
    if effect.form == "lasting":
        return "for good"
    return _fading(effect.parts(), effect.keep1, effect.keep5)


def _fading(parts: Parts, keep1: float | None, keep5: float | None) -> str:
    """Return what is left after one and five years under the solved parts, beside what the card says."""
    there = (
        f"{float(left(parts, 1)):.0%} left after 1 year, {float(left(parts, 5)):.0%} after 5 "
        f"(the card: {keep1:.0%} and {keep5:.0%}; misfit {parts.misfit:.3f})"
    )
    shares = (
        f"{parts.lasting:.0%} for good, {parts.slow:.0%} fades at {SLOW:g} a year, "
        f"{parts.fast:.0%} at {FAST:g} a year"
    )
    return f"{there}: {shares}"


def _practice(one: Practice) -> str:
    if one.form == "while_delivered":
        lasts = "ends with delivery"
    elif one.form == "lasting":
        lasts = "stays for good"
    else:
        lasts = _fading(one.parts(), one.keep1, one.keep5)
    follows = "; leaves with the staff who leave" if one.follows_staff else ""
    return f"{one.implements:.0%} of routine delivery; {lasts}{follows}{_note(one.note)}"


def _take_up(one: TakeUp) -> str:
    once = "; each child once" if one.once else "; again each year"
    tilt = f"; {one.tilt:+g} in log-odds for one SD of family position" if one.tilt else ""
    return f"{one.rate:.0%} of those offered{tilt}{once}{_note(one.note)}"


def _usual(usual: UsualProvision | None) -> str:
    if usual is None:
        return "nothing entered as done anyway"
    by_year = ", ".join(f"{year}: {share:.0%}" for year, share in zip(usual.years, usual.shares, strict=True))
    return f"done anyway, {by_year}, then the same; grade {usual.grade}{_note(usual.note)}"


def _rests_on(card: Card) -> str:
    return f"evidence {', '.join(card.rests_on)}" if card.rests_on else "no study found"


def _share_range(low: float, high: float) -> str:
    return f"{low:.0%}" if low == high else f"{low:.0%} to {high:.0%}"


def _note(note: str) -> str:
    return f" ({' '.join(note.split())})" if note else ""


def _years(count: int) -> str:
    return f"{count} year{'s' if count > 1 else ''}"
