"""Vacant posts: how many are filled, and by whom."""

from typing import Any

import numpy as np
import pytest
from scipy.special import expit, logit

from model.rules import staffing as rule
from tests.model.arms import past, plan

NUMBERS = {"staffing.unfilled": 0.2, "staffing.unfilled_deprived": 1.5}


def test_as_many_posts_are_filled_as_the_odds_of_each_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """An act makes it easier in the town's own schools; the fifth with most free meals have it harder."""
    act = {"title": "a", "organisation": "council", "start": 2018, "lever": "applicants", "amount": 0.7}
    scenario = plan(scale=0.25, parameters=NUMBERS, acts=[act])
    town = past(scenario).branch(scenario).run(2018)
    pools: list[tuple[Any, int]] = []

    def watched(appeal: Any, draw: Any, pool: int) -> Any:
        pools.append((appeal, pool))
        return filled(appeal, draw, pool)

    filled = rule.filled
    monkeypatch.setattr(rule, "filled", watched)
    for phase in town.phases():
        if phase == "admissions":
            before = town.schools.satisfaction.copy()
        if phase == "staffrooms":
            break
    ((appeal, pool),) = pools
    s, t = town.schools, town.posts
    # Of the posts that were vacant this summer some are hired for now, the others are vacant still.
    vacant = (t.experience < 0) | (t.since == town.year)
    school = t.school[vacant]
    given = np.where(s.inside, 0.7, 0.0)[school]
    deprived = town.top_fifth[school]
    assert 0 < deprived.mean() < 1
    unfilled = expit(logit(0.2) + 1.5 * (deprived - 0.2) - given)
    assert pool == int(np.rint((1 - unfilled).sum()))
    assert (t.experience[vacant] >= 0).sum() == pool < vacant.sum()
    p = town.parameters.staffing
    want = p.attract_fsm * deprived + p.attract_satisfaction * before[school]
    np.testing.assert_allclose(appeal, want, atol=1e-5)
    np.testing.assert_array_equal(t.began[vacant & (t.experience == 0)], town.year)
