"""Whether what a scenario plans can be in its place: cards, levers, wards, schools, and places against
children."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from model.inputs.place import PHASES, Place, Schools
from model.inputs.place_people import OLDEST_AGE
from model.inputs.place_schools import TAUGHT
from model.io.errors import ABSENT, InputError, key_path, listed, shown, unknown
from model.scenario.card_parts import through
from model.scenario.cards import Card
from model.scenario.levers import LEVERS
from model.scenario.programmes import Act, Pilot, Use, Who

MARGIN: Final = 1.5
"""Places may exceed the residents of 2017 by this much, for towns grow; more is a slip of the pen."""

_CHILDREN: Final = ("child", "family", "town")
_OF_CHILDREN: Final = tuple(key for key in Who.model_fields if key not in ("schools", "phases"))
ACTING_ON: Final[Mapping[str, tuple[str, ...]]] = {
    "coverage": ("school",),
    "in_schools": ("child",),
    "places": ("child", "family", "school"),
    **dict.fromkeys(("take_up", "shaped_with_young", *_OF_CHILDREN), _CHILDREN),
}
"""Keys of a programme and of its `who` that are read for some cards only, by whom these are delivered to."""
AMOUNTS: Final = ("gain", "encounters", "social_action", "home")
"""Ways of levers that go by a programme's amount where children are served."""

_MAIN_PHASES: Final = ("primary", "infant", "junior", "secondary")


def check_names(keys: Sequence[str], what: str, name: str) -> None:
    """Raise InputError where a name stands twice in the list `what`."""
    for position, word in enumerate(keys):
        if word in keys[:position]:
            at = key_path((what, position, name))
            raise InputError("is named twice; names are unique", at=at, value=word)


def check_uses(uses: Sequence[Use], cards: Mapping[str, Card], place: Place) -> None:
    """Check programmes against their cards and the place, all at scale 1.

    Raises:
        InputError: an unknown ward, school or phase, more places than children or schools, or a key that
            does not go with whom the card serves.
    """
    for position, use in enumerate(uses):
        try:
            check_use(use, cards[use.card], place)
        except InputError as error:
            raise error.inside("", key_path(("programmes", position))) from None


def check_use(use: Use, card: Card, place: Place) -> None:
    """Check one programme; paths in errors start at the programme. Raises InputError as `check_uses`."""
    _check_who(use, place)
    served = card.delivered_to
    _check_effective(use, card)
    schools = schools_of(use, card, place.schools)
    if isinstance(use.in_schools, int) and use.in_schools > schools:
        problem = f"is more than the {schools} such schools of the place"
        raise InputError(problem, at="in_schools", value=use.in_schools, allowed=f"1 to {schools}")
    if served == "school":
        most, whom = schools, "such schools"
    else:
        ages = use.ages or card.ages
        most = int(residents(place, *ages) * MARGIN)
        whom = f"{MARGIN:g} times the residents aged {ages[0]} to {ages[1]} in 2017"
    if use.most_places > most:
        problem = f"is more than there are: {most}, {whom}"
        raise InputError(problem, at="places", value=use.most_places, allowed=f"0 to {most}")


def _check_effective(use: Use, card: Card) -> None:
    """Check that each key acts on whom the card is delivered to, and some effect on the ages served. Raises
    InputError."""
    for table, at in ((use, ""), (use.who, "who.")):
        for key, served in ACTING_ON.items():
            default = type(table).model_fields[key].default if key in type(table).model_fields else ABSENT
            value = getattr(table, key, ABSENT)
            if value != default and card.delivered_to not in served:
                allowed = f"a card with delivered_to = {', '.join(map(shown, served))}"
                problem = f'does nothing with {use.card}, which has delivered_to = "{card.delivered_to}"'
                raise InputError(problem, at=f"{at}{key}", value=value, allowed=allowed)
    counted = ("benchmarks", "leaders") if card.delivered_to == "school" else AMOUNTS
    if use.amount != 1.0 and not any(effect.moves.way in counted for effect in card.effects):
        raise InputError(
            f"does nothing with {use.card}: none of its effects goes by units", at="amount", value=use.amount
        )
    ages = use.ages or card.ages
    if not any(_overlap(ages, effect.ages or ages) for effect in card.effects):
        spans = ", ".join(shown(list(effect.ages)) for effect in card.effects if effect.ages)
        problem = f"is none of the ages on which {use.card} has an effect"
        raise InputError(problem, at="ages", value=list(ages), allowed=spans)
    phases = use.who.phases or card.phases
    if phases and not any(_overlap(ages, TAUGHT[phase]) for phase in phases):
        allowed = ", ".join(f"{phase} {TAUGHT[phase][0]} to {TAUGHT[phase][1]}" for phase in phases)
        raise InputError("are in no school of these kinds", at="ages", value=list(ages), allowed=allowed)


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def residents(place: Place, first: int, last: int) -> int:
    """Return the residents of 2017 from one age to another; above the ages that are published each counts as
    the oldest."""
    ages = place.ages.of(2017)
    return int(sum(ages[min(age, OLDEST_AGE)] for age in range(first, last + 1)))


def _check_who(use: Use, place: Place) -> None:
    known: dict[str, tuple[str, Iterable[str], Sequence[str]]] = {
        "wards": ("a ward of this place", place.wards.names, use.who.wards),
        "schools": ("a school of this place", place.schools.names, use.who.schools),
        "phases": ("a phase of school in the town", TAUGHT, use.who.phases),
    }
    for key, (what, there, named) in known.items():
        for position, word in enumerate(named):
            if word not in there:
                raise unknown(what, word, there, at=key_path(("who", key, position)))
    poorest = use.who.poorest_wards
    if poorest is not None and poorest > len(place.wards):
        problem = f"is more than the {len(place.wards)} wards of the place"
        raise InputError(problem, at="who.poorest_wards", value=poorest)


def schools_of(use: Use, card: Card, schools: Schools) -> int:
    """Return how many schools of the place a programme could be in."""
    phases = use.who.phases or card.phases or _MAIN_PHASES
    return sum(
        PHASES[phase] in phases and (not use.who.schools or name in use.who.schools)
        for name, phase in zip(schools.names, schools.phase, strict=True)
    )


def check_pilots(
    pilots: Sequence[Pilot], uses: Sequence[Use], cards: Mapping[str, Card], place: Place
) -> None:
    """Check pilots against the programmes, as they are tried and as they go on.

    Raises:
        InputError: an unknown programme or lever, a programme that does not move the outcome, is in two
            pilots, starts in another year than the others or ends before the pilot does, more schools than
            there are, or a programme that could not go on as planned.
    """
    taken: set[str] = set()
    for position, pilot in enumerate(pilots):
        try:
            _check_pilot(pilot, {use.name: use for use in uses}, cards, place, taken)
        except InputError as error:
            raise error.inside("", key_path(("pilots", position))) from None


def _check_pilot(
    pilot: Pilot, uses: Mapping[str, Use], cards: Mapping[str, Card], place: Place, taken: set[str]
) -> None:
    if pilot.outcome not in LEVERS:
        raise unknown("a lever", pilot.outcome, LEVERS, at="outcome")
    named = [(f"programmes[{position}]", name) for position, name in enumerate(pilot.programmes)]
    for at, name in [*named, *([("change_to", pilot.change_to)] if pilot.change_to else [])]:
        if name not in uses:
            raise unknown("a programme of this scenario", name, uses, at=at)
        if name in taken:
            raise InputError("is in two pilots", at=at, value=name)
        taken.add(name)
    tried = [uses[name] for name in pilot.programmes]
    for (at, name), use in zip(named, tried, strict=True):
        moved = sorted({effect.lever for effect in cards[use.card].effects})
        if pilot.outcome not in moved:
            problem = f"does not move the pilot's outcome, {pilot.outcome}"
            raise InputError(
                problem, at=at, value=name, allowed=f"a card that does; it moves {listed(moved)}"
            )
        if use.start != tried[0].start:
            problem = f"starts in {use.start}, but '{tried[0].name}' in {tried[0].start}"
            raise InputError(problem, at=at, value=name)
        if use.end < use.start + pilot.years:
            problem = f"ends in {use.end}, before the pilot can decide for {use.start + pilot.years}"
            raise InputError(problem, at=at, value=name)
        if cards[use.card].delivered_to != "school" and use.in_schools is None:
            problem = "has no schools of its own in which to be tried"
            allowed = "a card delivered to schools, or to children with in_schools"
            raise InputError(problem, at=at, value=name, allowed=allowed)
        try:
            check_use(pilot.widened(use), cards[use.card], place)
        except InputError as error:
            raise error.inside("", "widen") from None
    _check_own_schools(tried, cards, place)


def _check_own_schools(tried: Sequence[Use], cards: Mapping[str, Card], place: Place) -> None:
    """Check that each approach has schools of its own, so all of them together must fit into the place."""
    wanted, there = 0, 0
    for use in tried:
        card = cards[use.card]
        if card.delivered_to == "school":
            wanted += use.most_places
        elif isinstance(use.in_schools, int):
            wanted += use.in_schools
        there = max(there, schools_of(use, card, place.schools))
    if wanted > there:
        problem = f"need {wanted} schools of their own, but there are {there}"
        raise InputError(problem, at="programmes", value=tuple(use.name for use in tried))


def check_acts(acts: Sequence[Act]) -> None:
    """Raise InputError where an act names no lever that an act can move, or ages that its lever has not."""
    for position, act in enumerate(acts):
        if act.lever not in LEVERS:
            raise unknown("a lever", act.lever, LEVERS, at=key_path(("acts", position, "lever")))
        lever = LEVERS[act.lever]
        if "act" not in lever.routes:
            at = key_path(("acts", position, "lever"))
            raise InputError("is moved by no act", at=at, value=act.lever, allowed=through(lever))
        if act.ages is not None and "ages" not in lever.keys("act"):
            at, problem = (
                key_path(("acts", position, "ages")),
                f"does nothing to {act.lever}, which is of no age",
            )
            raise InputError(problem, at=at, value=list(act.ages), allowed="nothing: leave it out")
