"""One past, many futures: a branch lives as if from the beginning, and leaves the town it came from alone."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest

from model.town import Town
from tests.model.arms import CHILDREN, COUNTED, PAST, SCHOOLS, differences, lived, plan

MANY = plan(*CHILDREN, *SCHOOLS, {"card": "backbone"}, alliance__budget=2e6)


def test_a_branch_lives_as_if_from_the_beginning() -> None:
    branched, whole = lived(MANY, 2022, seed=3, draw=5), Town(MANY, seed=3, draw=5).run(2022)
    assert differences(branched, whole) == set()
    for kind in COUNTED:
        assert branched.recorded.value(kind, "all", 2020) == whole.recorded.value(kind, "all", 2020)
    pd.testing.assert_frame_equal(branched.delivery.frame(), whole.delivery.frame())


def test_a_branch_leaves_the_town_untouched() -> None:
    town = Town(plan(), seed=4).run(PAST)
    before = copy.deepcopy(town)
    town.branch(MANY).run(2021)
    assert differences(town, before) == set()
    assert town.delivery.ledger == []
    assert town.scenario is not MANY
    assert differences(town.run(2020), before.run(2020)) == set()


def test_two_branches_of_one_town_do_not_meet() -> None:
    town = Town(plan(), seed=4).run(PAST)
    one, other = town.branch(MANY), town.branch(MANY)
    for _ in range(4):
        one.step()
    assert differences(other.run(2021), one) == set()


def test_no_branch_with_another_past_or_too_late() -> None:
    town = Town(plan(), seed=4).run(PAST)
    for other in (
        plan(scale=0.06),
        plan(switches__peers=False),
        plan(parameters={"learning.persistence": 0.8}),
    ):
        with pytest.raises(ValueError, match="before 2018"):
            town.branch(other)
    with pytest.raises(ValueError, match='record = "full": this town has kept "default"'):
        town.branch(plan(record="full"))
    town.branch(plan(switches__stacking=False, switches__alliance=False, alliance__budget=0))
    town.step()
    with pytest.raises(ValueError, match="2018"):
        town.branch(MANY)


@pytest.mark.parametrize("how", ["copied", "pickled"])
def test_a_town_in_the_middle_of_its_programmes_can_be_kept(how: str) -> None:
    town = lived(MANY, 2020, seed=2, draw=1)
    kept = copy.deepcopy(town) if how == "copied" else pickle.loads(pickle.dumps(town))
    assert differences(kept, town) == set()
    assert differences(kept.run(2024), town.run(2024)) == set()
    np.testing.assert_array_equal(kept.delivery.frame().cost, town.delivery.frame().cost)
    assert kept.delivery.purse == town.delivery.purse
