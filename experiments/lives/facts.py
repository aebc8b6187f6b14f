"""What can be told of one child in one year: each quantity as a number and in words.

Everybody is synthetic; schools and employers are called by their simulated number.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.special import ndtr

from model.agents.gain_columns import STATES
from model.calendar import FIRST_AT_SCHOOL, LAST_AT_SCHOOL
from model.inputs.place_schools import PHASES, SCHOOL_BLOCK
from model.rules import growth, routes
from model.rules import national_standard as rod
from model.state.gains import gain, skill_gain

if TYPE_CHECKING:
    from model.town import Town

LAST_KS1: Final = 2023

STAGES: Final = (
    (5, "eyfsp", "gld", "good level of development at 5"),
    (6, "phonics", "phonics", "phonics standard at 6"),
    (7, "ks1", "ks1_reading", "reading standard at 7"),
    (11, "ks2", "ks2_rwm", "reading, writing and maths standard at 11"),
    (16, "ks4", "em_grade4", "grade 4 in English and maths at 16"),
)
"""Age, column of the score, England's series that sets the standard, what it is called."""

QUALIFICATIONS: Final = ("below level 2", "level 2", "level 3", "a degree")
_QUALIFIED: Final = (19, 22, 23)
"""Ages at which qualifications come: by 19, and degrees."""
_HIGHER: Final = ("no", "yes", "yes, where entry grades are high")
ROUTE_WORDS: Final = tuple(
    "in or seeking work" if code == routes.JOB else words for code, words in enumerate(routes.ROUTES)
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One quantity of a child in a year; yes and no are 1 and 0. Two values nearer than `trace` are told
    alike."""

    value: float
    words: str
    trace: float = 0.0

    def like(self, other: "Fact | None") -> bool:
        """Tell whether both are told alike."""
        return other is not None and (self.words == other.words or abs(self.value - other.value) < self.trace)


type Facts = dict[str, Fact]


def row_of(town: "Town", child: int) -> int | None:
    """Return the row of the child with that id, None while nobody has it."""
    found = np.flatnonzero(town.children.id == np.uint32(child))
    return int(found[0]) if found.size else None


def stage_words(age: int) -> str:
    """Return an academic age as a school would say it: `Reception`, `Year 4`, `aged 23`."""
    if age < FIRST_AT_SCHOOL:
        return f"aged {age}" if age else "born"
    if age > LAST_AT_SCHOOL + 2:
        return f"aged {age}"
    return f"Year {age - FIRST_AT_SCHOOL}" if age > FIRST_AT_SCHOOL else "Reception"


def school_words(town: "Town", school: int) -> str:
    """Return a school by its simulated number; of several copies of one in an enlarged town also which."""
    if school < 0:
        return "no school"
    row, copy = divmod(int(town.schools.id[school]) - 1, SCHOOL_BLOCK)
    name = town.world.place.schools.names[row]
    kind = PHASES[int(town.schools.phase[school])].replace("_", " ")
    number = name.rsplit(" ", 1)[-1].lstrip("0")
    words = f"{kind} {number}" if number.isdigit() else kind
    return f"{words} ({copy + 1})" if copy else words


def skill_of(town: "Town", row: int) -> float:
    """Return the composite skill with what programmes add, SD in England."""
    return own_skill(town, row) + float(skill_gain(town, np.array([row]))[0])


def own_skill(town: "Town", row: int) -> float:
    """Return the composite skill without what programmes add, SD in England."""
    c, at = town.children, slice(row, row + 1)
    return float(growth.composite(c.theta[at], c.literacy[at], c.numeracy[at], town.world.growth.k)[0])


def gains_of(town: "Town", row: int) -> dict[str, float]:
    """Return what programmes add to each state this year, in the state's unit; states without any left
    out."""
    found = {state: float(gain(town, state, np.array([row]))[0]) for state in STATES}
    return {state: amount for state, amount in found.items() if amount}


def facts_of(town: "Town", row: int) -> Facts:
    """Return all that is told of a child at the end of a year, in the order in which it is told."""
    c = town.children

    def at(column: str) -> Any:
        return c.array(column).item(row)

    age = town.year - at("cohort")
    facts: Facts = {}
    if age <= LAST_AT_SCHOOL + 2:
        facts["family in need"] = _yes(at("need_history") & 1)
    if age == 3:
        facts["early education"] = _yes(at("early_education"))
    if FIRST_AT_SCHOOL <= age <= LAST_AT_SCHOOL:
        facts["free school meals"] = _yes(at("fsm"))
        facts["school"] = Fact(at("school"), school_words(town, at("school")))
        facts["sessions missed"] = Fact(at("absence"), f"{at('absence'):.1f}%", 0.05)
    if 1 <= age <= LAST_AT_SCHOOL + 2:
        facts["attainment"] = _among_hundred(skill_of(town, row), 0.01)
    if FIRST_AT_SCHOOL <= age <= LAST_AT_SCHOOL:
        facts |= _stages(town, at, age)
    if 11 <= age <= 19:
        facts["social action"] = _yes(at("social_action"))
    if 12 <= age <= LAST_AT_SCHOOL + 2:
        met = at("encounters") + at("encounters_given")
        facts["encounters with employers so far"] = Fact(met, str(met))
    if age > LAST_AT_SCHOOL and at("followed"):
        facts |= _after_school(town, at, age)
    return facts


def _stages(town: "Town", at: Callable[[str], Any], age: int) -> Facts:
    facts: Facts = {}
    for when, column, series, words in STAGES:
        if age != when or math.isnan(at(column)) or (column == "ks1" and town.year > LAST_KS1):
            continue
        reached = at(column) > np.float32(rod.cut(town.national(series)))
        facts[words] = Fact(float(reached), "reached" if reached else "not reached")
        facts[f"score at {age}"] = _among_hundred(at(column), 0.01)
        if column == "ks4":
            score = np.array([at(column)], np.float32)
            points = rod.attainment8(score, town.national("attainment8"), town.national("attainment8_sd"))
            facts["Attainment 8"] = Fact(float(points[0]), f"{points[0]:.1f} points", 0.05)
    return facts


def _after_school(town: "Town", at: Callable[[str], Any], age: int) -> Facts:
    facts: Facts = {}
    facts["lives away from the town"] = _yes(not at("resident"))
    if age <= 24:
        route = at("route")
        facts["main activity"] = Fact(route, ROUTE_WORDS[route])
        if at("post16") >= 0 and age <= LAST_AT_SCHOOL + 2 and route in (routes.SIXTH_FORM, routes.COLLEGE_3):
            facts["place after 16"] = Fact(at("post16"), school_words(town, at("post16")))
        if at("employer") >= 0 and route in (routes.APPRENTICE, routes.JOB):
            number = int(town.employers.id[at("employer")])
            facts["place with an employer"] = Fact(number, f"employer {number}")
        terms = int(at("neet_terms")).bit_count()
        facts["terms neither in education nor work"] = Fact(terms, f"{terms} of 3" if terms else "none")
    if age == 17 and at("sustained_16") >= 0:
        facts["stayed in education or work after 16"] = _yes(at("sustained_16"))
    if age == 19 and at("sustained_18") >= 0:
        facts["stayed in education or work after 18"] = _yes(at("sustained_18"))
    if age in _QUALIFIED:
        held = at("qualification")
        facts["highest qualification"] = Fact(held, QUALIFICATIONS[held])
    if age == 19:
        facts["level 2 English and maths"] = _yes(at("english_maths"))
        facts["entry to higher education"] = Fact(at("he"), _HIGHER[at("he")])
    if 25 <= age <= 30:
        facts["in work"] = _yes(at("employed"))
        if at("employed"):
            facts["pay"] = Fact(at("earnings"), f"£{at('earnings'):,.0f} a year", 50.0)
    if at("parent_since") == town.year:
        facts["becomes a parent"] = _yes(True)
    return facts


def _yes(value: object) -> Fact:
    return Fact(float(bool(value)), "yes" if value else "no")


def _among_hundred(score: float, trace: float) -> Fact:
    """Return a standing in England: how many of a hundred of the same age lie behind."""
    return Fact(score, f"ahead of {100 * float(ndtr(score)):.0f} in 100", trace)
