"""Births, the order of scores, groups and shares in one pass give what the plain rules give, to the bit."""

import numpy as np
import pytest

from model.chance.luck import Luck, decision
from model.indicators import census
from model.kernels import entry
from model.rules import families, matching
from tests.model.kernels.test_one_pass import LUCK, YEAR, N, bits, reals, same

TASTE = decision("test.taste_by_group")
SPACING, BY_CHILDREN = np.array([0, 0.1, 0.5, 1, 0.4]), np.array([0, 1, 0.45, 0.3])


def test_families_with_another() -> None:
    living = np.flatnonzero(bits())
    youngest, children = (
        (YEAR - LUCK.integers(-1, 8, N)).astype(np.int16),
        LUCK.integers(0, 9, N).astype(np.int8),
    )
    rows, weight = families.families_with_another(YEAR, living, youngest, children, SPACING, BY_CHILDREN)
    since = (YEAR - youngest[living]).astype(np.int16)
    may = (since > 0) & (since < len(SPACING))
    assert (rows == living[may]).all()
    plain = families.sibling_weight(since[may], children[living[may]], SPACING, BY_CHILDREN)
    assert same(weight, plain)


def test_possible_parents() -> None:
    cohort, held = (YEAR - LUCK.integers(18, 33, N)).astype(np.int16), LUCK.integers(0, 4, N).astype(np.int8)
    followed, resident, present = bits(), bits(), bits()
    since = np.where(bits(), YEAR - 3, 0).astype(np.int16)
    numbers = {"mean_degree": 31.0, "mean_other": 25.0, "sd": 5.0}
    band = slice(20, N - 5)
    rows, weight = families.possible_parents(
        YEAR, band, (18, 32), followed, resident, present, since, cohort, held, degree=3, **numbers
    )
    plain = np.flatnonzero(followed & resident & present & (since == 0))
    plain = plain[(plain >= band.start) & (plain < band.stop)]
    assert (rows == plain).all()
    age = (YEAR - cohort[plain]).astype(np.int16)
    assert same(weight, families.first_birth_weight(age, held[plain] == 3, **numbers))


@pytest.mark.parametrize("number", [0, 1, 2, 1000])
def test_the_order_of_numbers_is_stable(number: int) -> None:
    values = np.round(reals(number), 1) if number else np.zeros(0, np.float32)
    values[: number // 4 : 3] = -0.0
    assert same(families.stable_order(values), np.argsort(values, kind="stable"))
    assert same(families.stable_order(values, largest_first=True), np.argsort(-values, kind="stable"))


def test_parts_are_drawn_by_their_shares() -> None:
    draw, bounds = LUCK.random(N).astype(np.float32), np.cumsum([0.2, 0.0, 0.5, 0.25])
    draw[:2] = 0, np.float32(1 - 2.0**-24)
    got = entry.parts_of(draw, bounds)
    plain = np.minimum(np.searchsorted(bounds, draw * bounds[-1], side="right"), 3)
    assert (got == plain).all()


def test_one_priority_for_all_places() -> None:
    wanted, score = LUCK.integers(-1, 9, (500, 4)).astype(np.int32), reals(500)
    places = LUCK.integers(0, 60, 9).astype(np.int32)
    everywhere = np.repeat(score[:, None], 4, axis=1)
    got = matching.deferred_acceptance(wanted, score[:, None], places)
    assert (got == matching.deferred_acceptance(wanted, everywhere, places)).all()


def test_gumbels_by_group() -> None:
    luck, ids = Luck(3), np.arange(1, 3001, dtype=np.uint32)
    names, group = LUCK.integers(0, 99, (5, 7)).astype(np.uint32), LUCK.integers(-1, 5, 3000).astype(np.int8)
    got = luck.gumbel_by_group(TASTE, 2020, ids, names, group)
    assert same(got, luck.gumbel(TASTE, 2020, ids, names[group]))
    none = np.zeros((0, 7), np.uint32)
    assert luck.gumbel_by_group(TASTE, 2020, ids[:0], none, group[:0]).shape == (0, 7)


@pytest.mark.parametrize(
    "group", [np.array([0, 5], np.int8), np.array([-6, 0], np.int8), np.zeros(3, np.int8)]
)
def test_a_group_without_alternatives_is_refused(group: np.typing.NDArray[np.int8]) -> None:
    ids, names = np.array([1, 2], np.uint32), np.zeros((5, 2), np.uint32)
    with pytest.raises(
        ValueError, match=r"test\.taste_by_group: groups of the shape .*: must be \(2,\), each one of 5"
    ):
        Luck(3).gumbel_by_group(TASTE, 2020, ids, names, group)


def test_groups_of_a_census() -> None:
    girl, eal, fsm, sen = bits(), bits(), bits(), LUCK.integers(0, 3, N).astype(np.int8)
    poor, need = LUCK.integers(0, 256, (2, N)).astype(np.uint8)
    pattern = np.empty(N, np.uint8)
    pupils = census._Pupils(girl, sen, eal, poor, fsm, need)
    census._sort(pupils, np.uint8(0b111111), np.uint8(0b11111100), pattern)
    groups = dict(zip(census.GROUPS, census.MEMBERS[pattern].T > 0, strict=True))
    plain = {
        "girls": girl, "sen": sen > 0, "eal": eal, "disadvantaged": poor & 63 > 0, "fsm": fsm,
        "need6": (need >> 2) & 63 > 0, "boys": ~girl, "other": poor & 63 == 0, "non_fsm": ~fsm,
        "not_need6": (need >> 2) & 63 == 0, "all": np.ones(N, np.bool_),
    }  # fmt: skip
    assert {name: which.tolist() for name, which in groups.items()} == {
        name: which.tolist() for name, which in plain.items()
    }


def test_the_kind_of_a_school_and_who_is_counted() -> None:
    school, kind = LUCK.integers(-1, 6, N).astype(np.int16), np.array([0, 1, 2, 0, 2, 1, 0], np.uint8)
    got = census._kinds(school, kind)
    assert (got == kind[school]).all()
    counted = bits()
    assert (census._only(counted, got, 9) == np.where(counted, got, 9)).all()
