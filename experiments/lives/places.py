"""Places that are gone once taken: why a child has another school, course or employer in another world."""

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from experiments.lives.facts import school_words
from experiments.lives.inputs import inputs_that_differ, lowest, other_than
from model.rules import routes
from model.rules.choice import distance
from model.year.admissions import FAR

if TYPE_CHECKING:
    from experiments.lives.pair import Pair
    from model.town import Town

ENTRY_AGES: Final = (5, 12)
"""Ages at which a whole year group is admitted."""
_STUDIES: Final = (routes.SIXTH_FORM, routes.COLLEGE_3, routes.UNIVERSITY)


def school_reason(pair: "Pair") -> str:
    """Say why the school given this year differs."""
    schools = pair.of("school")
    said = " and ".join(school_words(t, s) for t, s in zip(pair.towns, schools, strict=True))
    why = _why_school(pair, schools)
    return f"school ({said}): {why}"


def _why_school(pair: "Pair", schools: tuple[int, int]) -> str:
    if pair.age not in ENTRY_AGES:
        if pair.of("entered")[1] == pair.year:
            return "whoever moves in goes to the nearest school with room in the year group"
        return "each goes on from the school of before"
    elder = _school_of_elder(pair, 0), _school_of_elder(pair, 1)
    if elder[0] != elder[1] and (elder[0] == schools[0] or elder[1] == schools[1]):
        here = [school_words(t, s) for t, s in zip(pair.towns, elder, strict=True)]
        return f"brothers and sisters come first, and an elder one is at {here[0]} and {here[1]}"
    for world, other in ((1, 0), (0, 1)):
        town, school = pair.towns[world], schools[other]
        if school < 0 or float(town.schools.reach[school]) >= FAR:
            continue
        last, home = _last_place(town, pair.age, school), _km(pair, world, school)
        if not home < last:
            return (
                f"in {pair.names[world]} others took the places at {school_words(town, school)}: but for "
                f"brothers and sisters of its pupils, the last went to a home {last:.2f} km away; this one "
                f"is {home:.2f} km away"
            )
    known = [f"{school_words(pair.towns[0], at)} {_results(pair, at)}" for at in schools if at >= 0]
    return (
        "the family asked for another school first: results, shares of free meals and how far places went "
        f"last year, which families weigh, differ (mean scores of leavers, SD: {'; '.join(known)})"
    )


def _results(pair: "Pair", school: int) -> str:
    a, b = (f"{float(town.schools.results[school]):.3f}" for town in pair.towns)
    return f"{a} and {b}"


def _last_place(town: "Town", age: int, school: int) -> float:
    """Return the distance, km, of the home furthest from a school among those it took this year who have no
    elder brother or sister there; NaN where it took nobody else."""
    c, f, s = town.children, town.families, town.schools
    band, older = town.band(age, age), town.band(age + 1, age + 4)
    families = c.family[band][c.present[band] & (c.school[band] == school)]
    elder = c.family[older][c.present[older] & (c.school[older] == school)]
    families = families[~np.isin(families, elder)]
    if not families.size:
        return float("nan")
    km = distance(f.east[families], f.north[families], s.east[school], s.north[school])
    return float(km.max())


def _school_of_elder(pair: "Pair", world: int) -> int:
    """Return the school of a brother or sister one to four years older, -1 for none."""
    town, row = pair.towns[world], pair.rows[world]
    c = town.children
    older = town.band(pair.age + 1, pair.age + 4)
    same = c.present[older] & (c.family[older] == c.family[row])
    found = c.school[older][same]
    return int(found[-1]) if found.size else -1


def _km(pair: "Pair", world: int, school: int) -> float:
    town = pair.towns[world]
    family = town.children.family[pair.rows[world]]
    f, s = town.families, town.schools
    return float(distance(f.east[family], f.north[family], s.east[school], s.north[school]))


def place_after_16(pair: "Pair") -> str:
    """Say why the place after 16 differs where a level 3 course is sought in both worlds: places go by
    grades."""
    places, score = pair.of("post16"), pair.of("ks4")
    own: tuple[str, ...] = ("ks4",)
    told = []
    for world, other in ((0, 1), (1, 0)):
        town, wanted = pair.towns[world], places[other]
        if wanted < 0 or town.is_college[wanted]:
            continue
        taken = _of_age(town, 17, "post16", wanted)
        seats = int(town.post16_places[wanted] + town.schools.places_given[wanted])
        words = f"in {pair.names[world]} {school_words(town, wanted)} took {len(taken)} for {seats} places"
        if len(taken) >= seats and score[world] < lowest(taken):
            told.append(
                f"{words}, the lowest with a score of {lowest(taken):.2f}; this one's is {score[world]:.2f}"
            )
        else:
            own = ("ks4", "ks4_school")
            told.append(f"{words}, so there was one for this young person, who asked for another first")
    words = "; ".join(told) or "places go by grades, and the college takes whoever finds none elsewhere"
    return other_than(f"place after 16: {words}", inputs_that_differ(pair, own))


def employer_reason(pair: "Pair") -> str | None:
    """Say why the place with an employer differs; None where it does not."""
    employers, route, score = pair.of("employer"), pair.of("route"), pair.of("ks4")
    if employers[0] == employers[1]:
        return None
    for world, other in ((1, 0), (0, 1)):
        town, employer = pair.towns[world], employers[other]
        if employer < 0 or employers[world] == employer:
            continue
        name = f"employer {int(town.employers.id[employer])}"
        if route[world] in _STUDIES:
            return (
                f"{name} in {pair.names[other]} only: in {pair.names[world]} this young person studies, and "
                "the place is free for somebody else"
            )
        taken = _of_age(town, pair.age, "employer", employer)
        words = f"{name} in {pair.names[other]} only: in {pair.names[world]} it took {len(taken)} of this age"
        if taken.size and score[world] < lowest(taken):
            words += f", best scores first, the lowest {lowest(taken):.2f}; this one's is {score[world]:.2f}"
        else:
            words += "; this one did not apply there: whom one applies to goes by who has places left"
        return other_than(words, inputs_that_differ(pair, ("ks4", "level3", "aspiration")))
    return None


def _of_age(town: "Town", age: int, column: str, place: int) -> NDArray[np.float32]:
    """Return the scores at 16 of those of an age who hold a place (n,)."""
    c, band = town.children, town.band(age, age)
    held: NDArray[np.float32] = c.ks4[band][c.present[band] & (c.array(column)[band] == place)]
    return held
