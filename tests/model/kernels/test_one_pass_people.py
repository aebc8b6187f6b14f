"""Births, the order of scores, groups and shares in one pass give what the plain rules give, to the bit."""

import numpy as np
import pytest

from model.chance.luck import Luck, decision
from model.indicators import census
from model.kernels import entry
from tests.model.kernels.test_one_pass import LUCK, N, bits, same

TASTE = decision("test.taste_by_group")


def test_parts_are_drawn_by_their_shares() -> None:
    draw, bounds = LUCK.random(N).astype(np.float32), np.cumsum([0.2, 0.0, 0.5, 0.25])
    draw[:2] = 0, np.float32(1 - 2.0**-24)
    got = entry.parts_of(draw, bounds)
    plain = np.minimum(np.searchsorted(bounds, draw * bounds[-1], side="right"), 3)
    assert (got == plain).all()


def test_gumbels_by_group() -> None:
    luck, ids = Luck(3), np.arange(1, 3001, dtype=np.uint32)
    names, group = LUCK.integers(0, 99, (5, 7)).astype(np.uint32), LUCK.integers(-1, 5, 3000).astype(np.int16)
    got = luck.gumbel_by_group(TASTE, 2020, ids, names, group)
    assert same(got, luck.gumbel(TASTE, 2020, ids, names[group]))
    none = np.zeros((0, 7), np.uint32)
    assert luck.gumbel_by_group(TASTE, 2020, ids[:0], none, group[:0]).shape == (0, 7)


@pytest.mark.parametrize(
    "group", [np.array([0, 5], np.int16), np.array([-6, 0], np.int16), np.zeros(3, np.int16)]
)
def test_a_group_without_alternatives_is_refused(group: np.typing.NDArray[np.int16]) -> None:
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
