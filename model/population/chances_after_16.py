"""Chances of young people that several phases use, read from the town's columns and the parameters."""

import numpy as np
from numpy.typing import NDArray

from model.chance.luck import decision
from model.rules import neet as neet_rule
from model.rules import routes
from model.state.gains import gain, with_gain
from model.state.state import TownState

F = NDArray[np.float32]
Rows = NDArray[np.intp]
type Which = Rows | slice

LEVEL3 = decision("child.level_3")
"""One draw decides both the start of a level 3 programme and its completion: whoever completes
has started."""


SDQ = decision("child.parents_report")


def parents_report(town: TownState, rows: Rows) -> F:
    """A parent's report of a child's social and emotional skills in a year (n,), SD, with the error of the
    questionnaire."""
    r = town.parameters.assessment.sdq
    error = town.luck.normal(SDQ, town.year, town.children.id[rows])
    seen = np.float32(np.sqrt(r)) * with_gain(town, "socio", rows) + np.float32(np.sqrt(1 - r)) * error
    return seen.astype(np.float32)


def scores(town: TownState, rows: Which) -> F:
    """KS4 scores (n,), SD, of people past 16: whoever comes later brings the score of before."""
    scores: F = town.children.ks4[rows]
    return scores


def ambition(town: TownState, rows: Which) -> F:
    """Aspiration beyond what attainment alone leads to expect (n,), SD."""
    lead = np.float32(town.parameters.learning.aspiration_on_skill)
    result: F = with_gain(town, "aspiration", rows) - lead * scores(town, rows)
    return result


def level3_chance(town: TownState, rows: Which) -> F:
    """Chance of level 3 by 19 (n,): by KS4 score, free meals, aspiration and town."""
    c, p = town.children, town.parameters.routes
    odds = (
        np.float32(p.level3_fsm) * (c.fsm_at_15[rows] - np.float32(p.fsm_share))
        + np.float32(p.aspiration) * ambition(town, rows)
        + np.float32(town.local.level3)
    )
    if "level3" in town.delivery.touched:
        odds += gain(town, "level3", rows)
    return routes.shifted(routes.by_score(scores(town, rows), p.level3), odds)


def higher_chance(town: TownState, rows: Which) -> tuple[F, F]:
    """Chances of (higher education, high-tariff entry) by 19, whole cohort (n,) each."""
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
    return routes.shifted(routes.by_score(score, p.higher), odds), routes.shifted(
        routes.by_score(score, p.high_tariff), odds
    )


def neet_log_odds(town: TownState, rows: Rows) -> F:
    """Recorded risk of being NEET relative to England's average young person (n,), log-odds,
    without the town's level."""
    c, p, r = town.children, town.parameters.neet, town.parameters.routes
    learning = town.parameters.learning
    # Benchmarks and encounters that programmes brought count through the programme's own effect, not here.
    own_benchmarks = town.schools.gatsby - town.schools.gatsby_given
    risk = neet_rule.risk_of(
        rows,
        c.ks4,
        c.fsm_at_15,
        c.socio,
        c.sen,
        c.ks4_school,
        c.encounters,
        own_benchmarks - np.float32(town.facts.gatsby),
        town.facts.unemployment_gap,
        fsm_share=r.fsm_share,
        sen_share=learning.sen_support + learning.sen_special,
        per_sd=p.per_sd,
        per_fsm=p.per_fsm,
        per_socio=p.per_socio,
        per_sen=p.per_sen,
        per_benchmark=p.per_benchmark,
        per_encounter=p.per_encounter,
        per_unemployment=p.per_unemployment,
        mean_encounters=p.mean_encounters,
    )
    if "neet" in town.delivery.touched:
        risk += gain(town, "neet", rows)
    if "socio" in town.delivery.touched:
        risk += np.float32(p.per_socio) * gain(town, "socio", rows)
    return risk
