"""What is computed of people, by indicator; its name, and whose figure it is, stand in indicators.toml."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.compiled import B
from model.indicators.census import GROUPS, MEMBERS, NO_PART, ByPerson, F, OverPeople, PartOf, People
from model.kernels.score_tables import by_score
from model.population.chances_after_16 import work_chance
from model.rules import adulthood, routes, spread
from model.rules import national_standard as rod

PERSISTENT: Final = 10.0
"""Per cent of sessions from which absence is persistent."""
WINTER: Final = 2
"""Bit of the winter term."""
SMALLEST_SCHOOL: Final = 10
"""Pupils from which a school counts in the spread between schools."""


def _passes(score: str, rod_series: str) -> ByPerson:
    def passes(people: People) -> B:
        result: B = people[score] > np.float32(people.census.cut(rod_series))
        return result

    return passes


def _attainment8(people: People) -> F:
    england = people.census.national
    points: F = rod.attainment8(people["ks4"], england("attainment8"), england("attainment8_sd"))
    return points


def _progress8(series: str) -> ByPerson:
    """Return the progress 8 about England's published mean on the same basis: that of mainstream pupils is
    higher."""

    def progress8(people: People) -> F:
        england, p = people.census.national, people.town.parameters.assessment
        return rod.progress8(
            people["ks4"], people["ks2"], p.ks2_ks4, england("attainment8_sd"), england(series)
        )

    return progress8


def _column(name: str) -> ByPerson:
    return lambda people: people[name]


def _is(test: Callable[[People], NDArray[Any]]) -> ByPerson:
    def holds(people: People) -> B:
        return test(people).astype(np.bool_, copy=False)

    return holds


def _among(
    whom: Callable[[People], B], what: Callable[[People], NDArray[Any]], scale: float = 100.0
) -> ByPerson:
    """Return a mean over some of the people; of yes and no, in per cent."""

    def mean_among(people: People) -> F:
        values = what(people).astype(np.float32) * np.float32(scale)
        return np.where(whom(people), values, np.float32(np.nan))

    return mean_among


def _ks5_here(people: People) -> B:
    """Return the leavers of level 3 programmes of the town's own sixth forms and college."""
    return people.left_sixth_form


def _went_to_university(people: People) -> B:
    """Tell who is in higher education the autumn after; a place for the year after is no destination of the
    first year."""
    result: B = people["route"] == routes.UNIVERSITY
    return result


def _graduates(people: People) -> B:
    result: B = people["qualification"] == 3
    return result


def _predicted_rank(people: People) -> F:
    p = people.town.parameters
    a, r = p.adulthood, p.routes
    ks4, fsm = people["ks4"], people["fsm_at_15"].astype(np.float32)
    score = np.where(np.isnan(ks4), np.float32(0), ks4)
    odds = np.float32(r.higher_fsm) * (fsm - np.float32(r.fsm_share))
    degree = routes.shifted(by_score(score, r.higher), odds) * np.float32(r.degree_completion)
    work = work_chance(people.town, score, degree, fsm, np.zeros_like(score))
    return adulthood.predicted_rank(
        score, fsm, degree, work, per_sd=a.pay_score,
        per_degree=0.5 * (a.pay_degree_women + a.pay_degree_men), women=a.pay_women, per_fsm=a.pay_fsm,
        noise_sd=a.pay_sd, mean=a.rank_mean, sd=a.rank_sd, without_work=a.without_work,
    )  # fmt: skip


def _skill(people: People) -> F:
    return people.skill


_persistent = _is(lambda people: people["absence"] >= PERSISTENT)
_neet = _is(lambda people: people["neet_terms"] & WINTER)

BY_PERSON: Final[Mapping[str, ByPerson]] = {
    "gld": _passes("eyfsp", "gld"),
    "phonics": _passes("phonics", "phonics"),
    "ks1_reading": _passes("ks1", "ks1_reading"),
    "ks2_rwm": _passes("ks2", "ks2_rwm"),
    "ks2_rwm_mainstream": _passes("ks2", "ks2_rwm"),
    "attainment8": _attainment8,
    "attainment8_mainstream": _attainment8,
    "progress8": _progress8("progress8"),
    "progress8_mainstream": _progress8("progress8_mainstream"),
    "em_grade4": _passes("ks4", "em_grade4"),
    "em_grade4_mainstream": _passes("ks4", "em_grade4"),
    "absence_primary": _column("absence"),
    "absence_secondary": _column("absence"),
    "persistent_absence_primary": _persistent,
    "persistent_absence_secondary": _persistent,
    "level2_em_by_19": _column("english_maths"),
    "level2_by_19": _is(lambda people: people["qualification"] >= 1),
    "level3_by_19": _is(lambda people: people["qualification"] >= 2),
    "he_by_19": _is(lambda people: people["he"] >= 1),
    "high_tariff_by_19": _is(lambda people: people["he"] == 2),
    "ks4_sustained": _is(lambda people: people["sustained_16"] == 1),
    "ks4_not_captured": _is(lambda people: ~people["captured"]),
    "ks4_apprenticeship": _is(
        lambda people: (people["sustained_16"] == 1) & (people["route"] == routes.APPRENTICE)
    ),
    "ks5_sustained": _among(_ks5_here, lambda people: people["sustained_18"] == 1),
    "ks5_he": _among(_ks5_here, _went_to_university),
    "ks5_high_tariff": _among(_ks5_here, lambda people: _went_to_university(people) & (people["he"] == 2)),
    "neet_16_17": _neet,
    "neet_18_24": _neet,
    "social_action_11_13": _column("social_action"),
    "social_action_14_19": _column("social_action"),
    "encounters_16": _among(
        lambda people: people["encounters"] >= 0,
        lambda people: people["encounters"].astype(np.int16) + people["encounters_given"],
        1.0,
    ),
    "earnings_28": _among(lambda people: people["employed"], lambda people: people["earnings"], 1.0),
    "employed_28": _column("employed"),
    "adult_rank_predicted_16": _predicted_rank,
    "graduate_moved_27": _among(_graduates, lambda people: ~people["resident"]),
    "other_moved_27": _among(lambda people: ~_graduates(people), lambda people: ~people["resident"]),
    "skill_5": _skill,
    "skill_11": _skill,
    "skill_16": _skill,
}
"""Means and shares: what each person adds, by indicator."""


# What is no mean.


def _group_share(group: str) -> OverPeople:
    belongs = MEMBERS[:, GROUPS.index(group)].astype(np.bool_)

    def share(people: People) -> tuple[float, int]:
        counts = people.by_pattern
        n = int(counts.sum())
        return (100.0 * int(counts[belongs].sum()) / n if n else math.nan), n

    return share


def _skill_slope(people: People) -> tuple[float, int]:
    position = people.town.families.ses[people.only("family").astype(np.intp)]
    return spread.slope(position, people.skill[people.places])


def _skill_sd(people: People) -> tuple[float, int]:
    return spread.deviation(people.skill[people.places]), len(people)


def _rank_slope(people: People) -> tuple[float, int]:
    return spread.slope(people.only("family_rank"), people.only("earnings_rank"))


def _correlation(first: str, second: str) -> OverPeople:
    return lambda people: spread.correlation(people.only(first), people.only(second))


def _between_schools(score: str) -> OverPeople:
    def share(people: People) -> tuple[float, int]:
        return spread.intraclass(people.only(score), people.only("school").astype(np.intp)), len(people)

    return share


def _spread_of_schools(people: People) -> tuple[float, int]:
    """Return SD over schools, in percentage points, and the number of schools."""
    school = people.only("school").astype(np.intp)
    size = np.bincount(school)
    passed = np.bincount(school, weights=people.only("ks2") > np.float32(people.census.cut("ks2_rwm")))
    taken = size >= SMALLEST_SCHOOL
    rates = 100.0 * passed[taken] / size[taken]
    return spread.deviation(rates), len(rates)


OVER_PEOPLE: Final[Mapping[str, OverPeople]] = {
    **{
        f"{indicator}_{phase}": _group_share(group)
        for indicator, group in (("fsm", "fsm"), ("fsm6", "disadvantaged"), ("eal", "eal"))
        for phase in ("primary", "secondary")
    },
    "rank_rank_slope": _rank_slope,
    **{f"skill_slope_{age}": _skill_slope for age in (5, 11, 16)},
    **{f"sd_skill_{age}": _skill_sd for age in (5, 11, 16)},
    **{
        f"r_{first}_{second}": _correlation(
            {5: "eyfsp", 7: "ks1", 11: "ks2"}[first], {7: "ks1", 11: "ks2", 16: "ks4"}[second]
        )
        for first, second in ((5, 7), (5, 11), (7, 11), (11, 16), (5, 16), (7, 16))
    },
    "icc_ks2": _between_schools("ks2"),
    "icc_ks4": _between_schools("ks4"),
    "sd_ks2_schools": _spread_of_schools,
}
"""Figures of a whole population, by indicator."""


# Parts of a population that are no groups.


def _qualification(people: People) -> NDArray[np.uint16]:
    """Return the below level 2, level 2, level 3 or higher; none before 19, when it is known."""
    held = np.minimum(people["qualification"], 2).astype(np.uint16)
    return np.where(people["cohort"] <= people.town.year - 19, held, np.uint16(NO_PART))


PARTS: Final[Mapping[str, tuple[tuple[str, ...], PartOf]]] = {
    "neet_18_24": (("below_l2", "l2", "l3"), _qualification),
}
"""Further groups of a share or mean, and how people are sorted into them, by indicator."""
