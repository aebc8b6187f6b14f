"""Chances of young people that several phases use, read from the town's columns and the parameters."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from model.chance.luck import decision
from model.kernels.neet import YoungPeople, risk_of
from model.kernels.score_tables import by_score
from model.rules import routes
from model.rules.adulthood import Work, work_log_odds
from model.rules.national_standard import observed_score
from model.rules.neet import Risk
from model.state.gains import gain, with_gain

if TYPE_CHECKING:
    from model.state.state import TownState

F = NDArray[np.float32]
Rows = NDArray[np.intp]
type Which = Rows | slice

LEVEL3 = decision("child.level_3")
"""One draw decides both the start of a level 3 programme and its completion: whoever completes
has started."""


SDQ = decision("child.parents_report")


def parents_report(town: "TownState", rows: Rows) -> F:
    """Return a parent's report of a child's social and emotional skills in a year (n,), SD, with the error of
    the questionnaire."""
    error = town.luck.normal(SDQ, town.year, town.children.id[rows])
    return observed_score(with_gain(town, "socio", rows), error, town.parameters.assessment.sdq)


def scores(town: "TownState", rows: Which) -> F:
    """Return KS4 scores (n,), SD, of people past 16: whoever comes later brings the score of before."""
    scores: F = town.children.ks4[rows]
    return scores


def ambition(town: "TownState", rows: Which) -> F:
    """Return aspiration beyond what attainment alone leads to expect (n,), SD."""
    lead = np.float32(town.parameters.learning.aspiration_on_skill)
    result: F = with_gain(town, "aspiration", rows) - lead * scores(town, rows)
    return result


def level3_chance(town: "TownState", rows: Which) -> F:
    """Return the chance of level 3 by 19 (n,): by KS4 score, free meals, aspiration and town."""
    c, p = town.children, town.parameters.routes
    odds = (
        np.float32(p.level3_fsm) * (c.fsm_at_15[rows] - np.float32(p.fsm_share))
        + np.float32(p.aspiration) * ambition(town, rows)
        + np.float32(town.local.level3)
    )
    if "level3" in town.delivery.touched:
        odds += gain(town, "level3", rows)
    return routes.shifted(by_score(scores(town, rows), p.level3), odds)


def higher_chance(town: "TownState", rows: Which) -> tuple[F, F]:
    """Return chances of (higher education, high-tariff entry) by 19, whole cohort (n,) each."""
    c, p = town.children, town.parameters.routes
    score = scores(town, rows)
    graduate = town.families.parent_qualification[c.family[rows]] == 3
    odds = (
        np.float32(p.higher_fsm) * (c.fsm_at_15[rows] - np.float32(p.fsm_share))
        + np.float32(p.higher_parent) * (graduate - np.float32(town.parameters.households.degree_share))
        + np.float32(p.aspiration) * ambition(town, rows)
        + np.float32(town.local.higher)
    )
    if "higher" in town.delivery.touched:
        odds += gain(town, "higher", rows)
    return routes.shifted(by_score(score, p.higher), odds), routes.shifted(
        by_score(score, p.high_tariff), odds
    )


def neet_log_odds(town: "TownState", rows: Rows) -> F:
    """Return the recorded risk of being NEET relative to England's average young person (n,), log-odds,
    without the town's level."""
    c, p, r = town.children, town.parameters.neet, town.parameters.routes
    learning = town.parameters.learning
    # Benchmarks and encounters that programmes brought count through the programme's own effect, not here.
    own_benchmarks = town.schools.gatsby - town.schools.gatsby_given
    people = YoungPeople(c.ks4, c.fsm_at_15, c.socio, c.sen, c.ks4_school, c.encounters)
    numbers = Risk(
        p.per_sd,
        p.per_fsm,
        p.per_socio,
        p.per_sen,
        p.per_benchmark,
        p.per_encounter,
        p.per_unemployment * town.facts.unemployment_gap,
        r.fsm_share,
        learning.sen_support + learning.sen_special,
        p.mean_encounters,
    )
    risk: F = risk_of(rows, people, own_benchmarks - np.float32(town.facts.gatsby), numbers)
    if "neet" in town.delivery.touched:
        risk += gain(town, "neet", rows)
    if "socio" in town.delivery.touched:
        risk += np.float32(p.per_socio) * gain(town, "socio", rows)
    return risk


def work_numbers(town: "TownState") -> Work:
    """Return the log-odds of work at 25 to 32 of the town's parameters."""
    p = town.parameters.adulthood
    return Work(p.work_level, p.work_score, p.work_degree, p.work_fsm, p.work_month)


def work_chance(town: "TownState", score: F, degree: F, fsm: F, months_neet: F) -> F:
    """Return the chance to be in work at 25 to 32 (n,), by KS4 score (SD), degree and free meals (1, 0,
    or the chance of it), and months NEET."""
    odds: F = work_log_odds(score, degree, fsm, months_neet, work_numbers(town))
    return expit(odds)
