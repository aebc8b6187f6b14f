"""The roll of a year against the columns that it is made from, child by child."""

import numpy as np
import pytest

from model.calendar import LAST_AGE
from model.kernels import roll as rolls
from model.rules.households import within_six_years
from model.scenario.scenario import Scenario
from model.state.roll import Roll
from model.town import Town


@pytest.fixture(scope="module")
def town() -> Town:
    return Town(Scenario.load("baseline").changed(scale=0.05), seed=2).run(2018)


@pytest.fixture(scope="module")
def roll(town: Town) -> Roll:
    return town.roll()


def test_no_roll_outlasts_its_phase(town: Town) -> None:
    assert town._roll is None


def test_traits_and_schools_are_those_of_the_columns(town: Town, roll: Roll) -> None:
    c, band = town.children, town.band(0, LAST_AGE)
    for row in range(band.start, band.stop, 7):
        age, bits = town.year - int(c.cohort[row]), int(roll.traits[row - roll.start])
        history = c.need_history if age < 5 else c.fsm_history
        poor = within_six_years(history[row : row + 1])[0] if age <= 16 else c.disadvantaged_at_16[row]
        expected = {
            rolls.PRESENT: c.present[row],
            rolls.HERE: c.present[row] and (age <= 16 or c.followed[row]),
            rolls.RESIDENT: c.resident[row],
            rolls.POOR: poor,
            rolls.FSM: c.fsm[row],
            rolls.SEN: c.sen[row] > 0,
            rolls.EAL: c.eal[row],
            rolls.NEET: c.neet_terms[row] & 4,
        }
        assert bits == sum(bit for bit, holds in expected.items() if holds)
        school = c.school[row] if c.school[row] >= 0 else c.post16[row] if age <= 18 else -1
        assert roll.at(np.array([row]))[0] == school


def test_picked_are_those_with_all_that_is_asked_for(town: Town, roll: Roll) -> None:
    c, ages = town.children, (6, 12)
    band = town.band(*ages)
    wards = np.append(np.arange(town.world.wards) % 2 == 0, False)
    schools = np.append(np.arange(len(town.schools.id)) % 3 > 0, False)
    had = np.arange(c.capacity) % 5 == 0
    everybody = rolls.HERE | rolls.RESIDENT
    rows, count = roll.pick(town.children, ages, everybody, rolls.POOR, wards, schools, had)
    here = band.start + np.flatnonzero(c.present[band] & c.resident[band])
    here = here[wards[c.ward[here]] & schools[c.school[here]]]
    assert count == len(here) > 0
    np.testing.assert_array_equal(rows, here[roll.poor(here) & ~had[here]])
    assert 0 < len(rows) < len(here)


def test_pupils_and_what_their_group_has_at_their_school(town: Town, roll: Roll) -> None:
    c, band = town.children, town.band(5, 11)
    weight = np.append((np.arange(len(town.schools.id)) % 2).astype(np.float32), np.float32(0))
    rows, poor = roll.pupils((5, 11), weight)
    present = band.start + np.flatnonzero(c.present[band])
    np.testing.assert_array_equal(rows, present[weight[c.school[present]] > 0])
    assert poor == roll.poor(rows).sum()
    got = roll.by_school(rows, weight, 3 * weight)
    np.testing.assert_array_equal(got, np.where(roll.poor(rows), np.float32(3), np.float32(1)))


def test_the_disadvantaged_come_first_each_in_their_order(town: Town, roll: Roll) -> None:
    band = town.band(5, 16)
    rows = band.start + np.flatnonzero(town.children.present[band])[::-1]
    poor = roll.poor(rows)
    np.testing.assert_array_equal(roll.poor_first(rows), np.concatenate([rows[poor], rows[~poor]]))
