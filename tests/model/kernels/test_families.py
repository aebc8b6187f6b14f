"""Who may become a parent, and who is whose: by hand, against plain lists, and against one more or less."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.kernels import families
from model.rules import families as rule
from tests.model.kernels.test_one_pass import LUCK, YEAR, N, bits, same
from tests.model.rules.arrays import f

I8 = NDArray[np.int64]


def test_families_with_another() -> None:
    table = rule.sibling_weights(np.array([0, 0.1, 0.5, 1, 0.4]), np.array([0, 1, 0.45, 0.3]))
    living = np.flatnonzero(bits())
    youngest = (YEAR - LUCK.integers(-1, 8, N)).astype(np.int16)
    children = LUCK.integers(0, 9, N).astype(np.int8)
    rows, weight = families.families_with_another(YEAR, living, youngest, children, table)
    since = YEAR - youngest[living]
    may = (since > 0) & (since < 5)
    assert (rows == living[may]).all()
    # Beyond the table its last number of children counts.
    assert same(weight, table[since[may], np.minimum(children[living[may]], 3)])


def test_possible_parents() -> None:
    cohort, held = (YEAR - LUCK.integers(18, 33, N)).astype(np.int16), LUCK.integers(0, 4, N).astype(np.int8)
    followed, resident, present = bits(3, N)
    since = np.where(bits(), YEAR - 3, 0).astype(np.int16)
    table = LUCK.random((2, 15)).astype(np.float32)
    young = families.Young(followed, resident, present, since, cohort, held)
    rows, weight = families.possible_parents(YEAR, 20, young, table, 18, 3)
    plain = np.flatnonzero(followed & resident & present & (since == 0))
    assert (rows == 20 + plain).all()
    assert same(weight, table[(held[plain] == 3).astype(np.intp), YEAR - cohort[plain] - 18])


def test_a_seat_is_the_first_place_that_is_not_below_the_point() -> None:
    places = LUCK.random(400).astype(np.float32)
    points = LUCK.random((1, 400)).astype(np.float32)
    points[0, :4] = 0, np.nextafter(np.float32(1), np.float32(0)), places.max(), places.min()
    ring = np.argsort(places, kind="stable")
    # One after another takes its seat, or the next one free.
    parents = np.full(400, -1)
    for candidate, seat in enumerate(np.searchsorted(places[ring], points[0]) % 400):
        free = next(at for at in np.roll(np.arange(400), -seat) if parents[ring[at]] < 0)
        parents[ring[free]] = candidate
    assert (families.pair_newborns(np.arange(400), points, places) == parents).all()


def test_the_best_scores_come_best_first() -> None:
    assert families.best_scores(f(0.1, 5, -2, 3), 3).tolist() == [1, 3, 0]
    assert families.best_scores(f(0.1, 5), 0).tolist() == []
    assert families.best_scores(f(), 0).tolist() == []


def test_too_few_candidates_are_refused() -> None:
    with pytest.raises(ValueError, match="3 newborns but only 2 eligible parents"):
        families.best_scores(f(1, 2), 3)


def test_parents_take_the_first_free_newborn_after_one_of_their_points() -> None:
    # Around the ring sit newborns 1 (0.1), 0 (0.5) and 2 (0.8). 7 takes 2, the first after 0.6. 5 wants it
    # too, and from its second point, 0.9, goes round to 1. 9 finds both taken and takes the next one free.
    points = np.array([[0.6, 0.7, 0.05], [0.2, 0.9, 0.75]], np.float32)
    assert families.pair_newborns(np.array([7, 5, 9]), points, f(0.5, 0.1, 0.8)).tolist() == [9, 5, 7]


def test_without_newborns_nobody_becomes_a_parent() -> None:
    none = np.zeros((6, 0), np.float32)
    assert families.pair_newborns(np.zeros(0, np.int64), none, f()).tolist() == []


DRAWS = np.random.default_rng(1).random((5000, 7)).astype(np.float32)
PLACES = np.random.default_rng(2).random(1000).astype(np.float32)


def pairs(candidates: I8, newborns: I8) -> I8:
    """Parents of the newborns, by luck that is a candidate's own and a newborn's own."""
    draws = DRAWS[candidates]
    chosen = families.best_scores(draws[:, 0], len(newborns))
    return families.pair_newborns(candidates[chosen], draws[chosen, 1:].T.copy(), PLACES[newborns])


shares = st.floats(0, 1, exclude_max=True, width=32)


@settings(max_examples=50)
@given(st.data())
def test_every_newborn_has_one_parent_and_every_parent_one_newborn(data: st.DataObject) -> None:
    count = data.draw(st.integers(0, 30))
    points = data.draw(st.lists(st.lists(shares, min_size=3, max_size=3), min_size=count, max_size=count))
    places = data.draw(st.lists(shares, min_size=count, max_size=count))
    chosen = np.array(data.draw(st.permutations(range(100, 100 + count))), np.int64)
    got = families.pair_newborns(chosen, np.array(points, np.float32).reshape(count, 3).T.copy(), f(*places))
    assert sorted(got.tolist()) == sorted(chosen.tolist())


def test_one_more_candidate_changes_few_pairs() -> None:
    """Of 800 births, a candidate more who becomes a parent changes 2% of pairs on average, 3.5% at most."""
    newborns, candidates = np.arange(800), np.arange(4000)
    changed, entered = [], 0
    before = pairs(candidates, newborns)
    for newcomer in range(4000, 4100):
        after = pairs(np.append(candidates, newcomer), newborns)
        changed.append(int((before != after).sum()))
        if newcomer in after:
            entered += 1
        else:
            assert changed[-1] == 0
    assert entered >= 10
    assert max(changed) < 0.045 * 800
    assert sum(changed) / entered < 0.025 * 800


def test_one_more_newborn_changes_few_pairs() -> None:
    """Of 800 births, one more, with one more parent, changes 2% of the pairs on average, 3% at most."""
    newborns, candidates = np.arange(800), np.arange(4000)
    before = pairs(candidates, newborns)
    changed = [
        int((pairs(candidates, np.append(newborns, another))[:800] != before).sum())
        for another in range(800, 900)
    ]
    assert max(changed) < 0.045 * 800
    assert sum(changed) / len(changed) < 0.025 * 800


def test_the_order_in_which_newborns_are_named_moves_nobody() -> None:
    candidates, newborns = np.arange(500), np.arange(100)
    mixed = np.random.default_rng(3).permutation(newborns)
    np.testing.assert_array_equal(pairs(candidates, mixed), pairs(candidates, newborns)[mixed])
