"""Next steps concern those who are here and followed, and nobody else."""

import numpy as np
import pytest

from model.agents.agents import Child
from tests.model.arms import past, plan

OLD = (17, 24)
ALL = ("encounters", "resident", "social_action")
"""What also changes for those who live elsewhere: they may come back."""


@pytest.mark.parametrize("seed", [1, 2])
def test_who_has_left_is_left_as_they_were(seed: int) -> None:
    town = past(plan(scale=0.1), seed).branch(plan(scale=0.1))
    names = [each.name for each in Child.columns if "next_steps" in each.writers and each.name not in ALL]
    for _ in range(2):
        for phase in town.phases():
            if phase == "assessment":
                before = {name: town.children.array(name).copy() for name in names}
            if phase == "next_steps":
                c = town.children
                band = town.band(*OLD)
                gone = band.start + np.flatnonzero((c.id[band] > 0) & ~(c.followed[band] & c.present[band]))
                assert gone.size > 10
                for name in names:
                    np.testing.assert_array_equal(c.array(name)[gone], before[name][gone], err_msg=name)


def test_terms_and_months_of_neet_agree() -> None:
    """At 17 and 18 to 24 alike, a year's months are four for each of its terms."""
    town = past(plan(scale=0.1)).branch(plan(scale=0.1))
    for phase in town.phases():
        if phase == "assessment":
            before = town.children.neet_months.copy()
    c, band = town.children, town.band(*OLD)
    here = c.followed[band] & c.present[band]
    terms = np.array([bin(bits).count("1") for bits in c.neet_terms[band]])
    more = c.neet_months[band].astype(int) - before[band]
    np.testing.assert_array_equal(more[here], 4 * terms[here])
    assert set(terms[here].tolist()) == {0, 1, 2, 3}
