"""What a single town says of the observations, and towns that cannot be."""

import numpy as np

from calibration.predict import LAYERS, Setting, Task, figures, observations

SMALL = Setting(until=2017, scale=0.05)


def test_a_town_says_something_of_its_own_layer_only() -> None:
    for layer in LAYERS:
        found = figures(Task(SMALL, (), layer, 0, 0))
        assert len(found) == sum(each.layer == layer for each in observations(SMALL))
        assert np.isfinite(found).any()


def test_numbers_that_cannot_hold_together_are_no_town() -> None:
    """Skill that is nearly all stable leaves no chance for the rest of it."""
    found = figures(Task(SMALL, (("learning.trait_share", 0.9),), "local", 0, 0))
    assert np.isnan(found).all()


def test_the_draw_of_the_effects_touches_the_lived_history_only() -> None:
    late = Setting(until=2019, scale=0.05)
    one, other = (figures(Task(late, (), "local", 0, draw)) for draw in (1, 2))
    assert not np.array_equal(one, other, equal_nan=True)
    one, other = (figures(Task(late, (), "england", 0, draw)) for draw in (1, 2))
    np.testing.assert_array_equal(one, other)
