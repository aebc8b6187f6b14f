"""Keyed chance: what it promises to whoever asks. How the draws are distributed: test_luck_statistics.py."""

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.chance import luck
from model.chance.luck import Decision, Luck, decision, decisions

A = decision("test.luck.a")
B = decision("test.luck.b")
IDS = np.random.default_rng(3).permutation(5000).astype(np.uint32) * np.uint32(797)
THREE = np.array([4, 9, 2], np.uint32)

type Draw = Callable[[Luck, NDArray[Any]], NDArray[Any]]
DRAWS: dict[str, Draw] = {
    "uniform": lambda luck, ids: luck.uniform(A, 2017, ids),
    "normal": lambda luck, ids: luck.normal(A, 2017, ids),
    "bernoulli": lambda luck, ids: luck.bernoulli(A, 2017, ids, 0.3),
    "bernoulli by id": lambda luck, ids: luck.bernoulli(A, 2017, ids, ids.astype(np.float64) % 10 / 10),
    "bernoulli by group": lambda luck, ids: luck.bernoulli_by_group(
        A, 2017, ids, (0.2, 0.7, 0.4), (ids % 3).astype(np.uint8)
    ),
    "gumbel": lambda luck, ids: luck.gumbel(A, 2017, ids, THREE),
    "gumbel by id": lambda luck, ids: luck.gumbel(A, 2017, ids, ids.astype(np.int64)[:, None] % 5 + THREE),
    "choice": lambda luck, ids: luck.choice(A, 2017, ids, np.zeros((len(ids), 3), np.float32), THREE),
}


@pytest.fixture(params=DRAWS)
def draw(request: pytest.FixtureRequest) -> Draw:
    return DRAWS[request.param]


class TestAnIdKeepsItsDraw:
    def test_when_one_more_is_asked(self, draw: Draw) -> None:
        more = np.concatenate([[np.uint32(123_456_789)], IDS]).astype(np.uint32)
        assert (draw(Luck(1), more)[1:] == draw(Luck(1), IDS)).all()

    def test_in_another_order(self, draw: Draw) -> None:
        order = np.random.default_rng(5).permutation(len(IDS))
        assert (draw(Luck(1), IDS[order]) == draw(Luck(1), IDS)[order]).all()

    def test_alone_and_in_any_slice(self, draw: Draw) -> None:
        whole = draw(Luck(1), IDS)
        for i in (0, 1, 1023, 1024, 4999):
            assert (draw(Luck(1), IDS[i : i + 1]) == whole[i : i + 1]).all()
        for some in (slice(1, 18), slice(1000, 2100), slice(3, None, 7), slice(None, None, -1), slice(7, 7)):
            assert (draw(Luck(1), IDS[some]) == whole[some]).all()

    def test_in_another_population(self, draw: Draw) -> None:
        chosen = IDS % 3 == 0
        assert (draw(Luck(1), IDS[chosen]) == draw(Luck(1), IDS)[chosen]).all()

    def test_in_a_read_only_strided_or_unaligned_column(self, draw: Draw) -> None:
        whole = draw(Luck(1), IDS)
        locked = IDS.copy()
        locked.flags.writeable = False
        table = np.zeros(len(IDS), [("age", np.uint8), ("id", np.uint32)])
        table["id"] = IDS
        assert not table["id"].flags.aligned
        assert (draw(Luck(1), locked) == whole).all()
        assert (draw(Luck(1), table["id"]) == whole).all()

    def test_whatever_was_drawn_before(self, draw: Draw) -> None:
        fresh, used = Luck(1), Luck(1)
        used.normal(B, 1999, IDS)
        draw(used, IDS)
        assert (draw(used, IDS) == draw(fresh, IDS)).all()

    def test_after_pickling(self, draw: Draw) -> None:
        again = pickle.loads(pickle.dumps(Luck(1)))
        assert again == Luck(1)
        assert (draw(again, IDS) == draw(Luck(1), IDS)).all()

    def test_and_another_seed_another(self, draw: Draw) -> None:
        assert (draw(Luck(0), IDS) != draw(Luck(1), IDS)).any()


@given(
    seed=st.integers(0, 2**32 - 1),
    year=st.integers(0, 2**32 - 1),
    ids=st.lists(st.integers(0, 2**32 - 1), max_size=40),
    extra=st.integers(0, 2**32 - 1),
)
def test_one_more_child_changes_nobody_elses_draws(seed: int, year: int, ids: list[int], extra: int) -> None:
    before = Luck(seed).normal(A, year, np.array(ids, np.uint32))
    after = Luck(seed).normal(A, year, np.array([*ids, extra], np.uint32))
    assert (before == after[:-1]).all()


def test_one_more_school_changes_nobody_elses_draws() -> None:
    before = Luck(1).gumbel(A, 2017, IDS, THREE)
    after = Luck(1).gumbel(A, 2017, IDS, np.array([7, 4, 9, 2]))
    assert (after[:, 1:] == before).all()
    listed = Luck(1).gumbel(A, 2017, IDS, np.tile(THREE, (len(IDS), 1)))
    assert (listed == before).all()


def test_every_part_of_the_key_matters() -> None:
    ids = np.arange(100, dtype=np.uint32)
    draws = [
        Luck(1).uniform(A, 2017, ids),
        Luck(0).uniform(A, 2017, ids),
        Luck(1).uniform(B, 2017, ids),
        Luck(1).uniform(A, 2018, ids),
        Luck(1).uniform(A, 2017, ids + np.uint32(2**31)),
        Luck(1).uniform(A, 2017, ids, alternative=1),
    ]
    assert len(np.unique(draws)) == 600


def test_the_generator_has_not_changed() -> None:
    """Frozen: any change here changes every published result."""
    assert luck.key_of("child.theta") == 0x59BDB70D
    theta = Decision("child.theta", 0x12345678)
    ids = np.array([0, 1, 2017000001, 2**32 - 1], np.uint32)
    bits = [
        Luck(0).uniform(theta, 1998, ids).view(np.uint32),
        Luck(2**32 - 1).uniform(theta, 2048, ids, alternative=3).view(np.uint32),
        Luck(7).normal(theta, 2017, ids).view(np.uint32),
        Luck(7).gumbel(theta, 2017, ids, [8])[:, 0].view(np.uint32),
    ]
    assert [" ".join(f"{value:08x}" for value in row) for row in bits] == [
        "3eb8f85d 3f2f57c4 3ea342ac 3f0a0461",
        "3f0f598d 3f4442df 3e8491f1 3e8026e6",
        "3f281c2b 3f86326e bfaf18da 3f841da9",
        "3f530a72 3f84002b bf4eedc4 bfc79b2a",
    ]


class TestBernoulli:
    def test_never_at_0_and_always_at_1(self) -> None:
        for p, expected in (
            (0.0, False),
            (-1.0, False),
            (-np.inf, False),
            (1.0, True),
            (2.0, True),
            (np.inf, True),
        ):
            assert (Luck(1).bernoulli(A, 2017, IDS, p) == expected).all()
            assert (Luck(1).bernoulli(A, 2017, IDS, np.full(len(IDS), p)) == expected).all()

    def test_is_the_uniform_below_p(self) -> None:
        p = np.random.default_rng(1).random(len(IDS))
        assert (Luck(1).bernoulli(A, 2017, IDS, p) == (Luck(1).uniform(A, 2017, IDS) < p)).all()
        assert (Luck(1).bernoulli(A, 2017, IDS, 0.25) == (Luck(1).uniform(A, 2017, IDS) < 0.25)).all()

    def test_takes_a_number_or_an_array_of_any_width(self) -> None:
        one = Luck(1).bernoulli(A, 2017, IDS, 0.25)
        assert one.dtype == np.bool_
        wide = np.full(2 * len(IDS), 0.25, np.float32)
        assert (Luck(1).bernoulli(A, 2017, IDS, wide[::2]) == one).all()
        assert (Luck(1).bernoulli(A, 2017, IDS, wide[: len(IDS)].astype(np.float64)) == one).all()

    def test_by_group_has_the_chance_of_the_group(self) -> None:
        p, group = np.array([0.1, 0.8, 0.4], np.float32), (IDS % 3).astype(np.uint8)
        got = Luck(1).bernoulli_by_group(A, 2017, IDS, p, group)
        assert (got == Luck(1).bernoulli(A, 2017, IDS, p[group])).all()
        yes = IDS % 2 == 0
        got = Luck(1).bernoulli_by_group(A, 2017, IDS[::2], (0.3, 0.6), yes[::2])
        assert (got == Luck(1).bernoulli(A, 2017, IDS, np.where(yes, 0.6, 0.3))[::2]).all()

    def test_by_group_refuses_a_group_without_a_chance(self) -> None:
        group = np.zeros(len(IDS), np.uint8)
        with pytest.raises(ValueError, match=r"test\.luck\.a: p = \[0\.5, nan\]"):
            Luck(1).bernoulli_by_group(A, 2017, IDS, (0.5, np.nan), group)
        with pytest.raises(ValueError, match=r"of the shape \(4999,\): must be \(5000,\), each below 1"):
            Luck(1).bernoulli_by_group(A, 2017, IDS, (0.5,), group[1:])
        group[9] = 2
        with pytest.raises(ValueError, match="each below 2"):
            Luck(1).bernoulli_by_group(A, 2017, IDS, (0.5, 0.5), group)

    def test_refuses_what_is_no_probability(self) -> None:
        p = np.full(len(IDS), 0.5)
        p[7] = np.nan
        with pytest.raises(ValueError, match=r"test\.luck\.a: p\[7\] is not a number"):
            Luck(1).bernoulli(A, 2017, IDS, p)
        with pytest.raises(ValueError, match=r"p\[0\] is not a number"):
            Luck(1).bernoulli(A, 2017, IDS, np.nan)
        with pytest.raises(ValueError, match=r"p has the shape \(4999,\): must be one number or \(5000,\)"):
            Luck(1).bernoulli(A, 2017, IDS, p[1:])
        words: Any = "0.5"
        with pytest.raises(TypeError, match="Cannot cast"):
            Luck(1).bernoulli(A, 2017, IDS, words)


class TestChoice:
    def test_is_the_largest_utility_and_gumbel(self) -> None:
        utilities = np.random.default_rng(1).normal(size=(len(IDS), 3)).astype(np.float32)
        chosen = Luck(1).choice(A, 2017, IDS, utilities, THREE)
        assert chosen.dtype == np.intp
        assert (chosen == np.argmax(utilities + Luck(1).gumbel(A, 2017, IDS, THREE), axis=1)).all()
        for same in (utilities.astype(np.float64), np.asfortranarray(utilities)):
            assert (Luck(1).choice(A, 2017, IDS, same, THREE) == chosen).all()
        each = np.tile(THREE, (len(IDS), 1))
        assert (Luck(1).choice(A, 2017, IDS, utilities, each) == chosen).all()

    def test_never_takes_what_is_closed_and_keeps_to_what_is_not(self) -> None:
        utilities = np.zeros((len(IDS), 3), np.float32)
        before = Luck(1).choice(A, 2017, IDS, utilities, THREE)
        utilities[:, 1] = -np.inf
        after = Luck(1).choice(A, 2017, IDS, utilities, THREE)
        assert (after != 1).all()
        assert (after == before)[before != 1].all()

    def test_refuses_an_id_with_nothing_to_choose_from(self) -> None:
        utilities = np.zeros((len(IDS), 3), np.float32)
        utilities[1500] = -np.inf
        with pytest.raises(ValueError, match=f"test.luck.a: id {IDS[1500]} has nothing to choose from"):
            Luck(1).choice(A, 2017, IDS, utilities, THREE)
        with pytest.raises(ValueError, match="nothing to choose from"):
            Luck(1).choice(A, 2017, IDS[:2], np.zeros((2, 0)), np.zeros(0, np.uint32))

    @pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
    def test_refuses_a_utility_that_is_no_number(self, value: float) -> None:
        utilities = np.zeros((len(IDS), 3))
        utilities[1500, 2] = value
        with pytest.raises(ValueError, match=r"utilities\[1500, 2\] = (nan|inf): must be finite or -inf"):
            Luck(1).choice(A, 2017, IDS, utilities, THREE)

    def test_refuses_shapes_that_do_not_fit(self) -> None:
        with pytest.raises(ValueError, match=r"utilities have the shape \(5000, 2\): must be \(5000, 3\)"):
            Luck(1).choice(A, 2017, IDS, np.zeros((len(IDS), 2)), THREE)
        with pytest.raises(
            ValueError, match=r"alternatives have the shape \(2, 1\): must be \(K,\) or \(5000, K\)"
        ):
            Luck(1).choice(A, 2017, IDS, np.zeros((len(IDS), 1)), np.array([[1], [2]]))


class TestAlternatives:
    def test_may_be_whole_numbers_of_any_kind(self) -> None:
        expected = Luck(1).gumbel(A, 2017, IDS, THREE)
        assert (Luck(1).gumbel(A, 2017, IDS, [4, 9, 2]) == expected).all()
        assert (Luck(1).gumbel(A, 2017, IDS, THREE.astype(np.int8)) == expected).all()
        assert (Luck(1).gumbel(A, 2017, IDS, THREE.astype(np.uint64)) == expected).all()

    def test_outside_32_bits_or_not_whole_are_refused(self) -> None:
        with pytest.raises(ValueError, match="alternatives run from -1 to 2: must be from 0 to 4294967295"):
            Luck(1).gumbel(A, 2017, IDS, [-1, 2])
        with pytest.raises(ValueError, match="alternatives run from 1 to 4294967296"):
            Luck(1).gumbel(A, 2017, IDS, [1, 2**32])
        fractions: Any = np.ones(3)
        with pytest.raises(TypeError, match="alternatives have the type float64: must be whole numbers"):
            Luck(1).gumbel(A, 2017, IDS, fractions)
        with pytest.raises(ValueError, match=r"alternatives have the shape \(\)"):
            Luck(1).gumbel(A, 2017, IDS, np.array(3))


def test_no_ids_no_draws() -> None:
    none = np.zeros(0, np.uint32)
    assert Luck(1).uniform(A, 2017, none).shape == (0,)
    assert Luck(1).normal(A, 2017, none).shape == (0,)
    assert Luck(1).bernoulli(A, 2017, none, 0.5).shape == (0,)
    assert Luck(1).bernoulli(A, 2017, none, np.zeros(0)).shape == (0,)
    assert Luck(1).gumbel(A, 2017, none, THREE).shape == (0, 3)
    assert Luck(1).gumbel(A, 2017, none, np.zeros((0, 4), np.uint32)).shape == (0, 4)
    assert Luck(1).choice(A, 2017, none, np.zeros((0, 3)), THREE).shape == (0,)


@pytest.mark.parametrize(
    "seed", [-1, 2**32, True, False, 1.0, "1", None, np.float64(3), np.bool_(True), np.int64(-1)]
)
def test_other_seeds_are_refused(seed: Any) -> None:
    with pytest.raises(ValueError, match=r"seed = .+: must be a whole number from 0 to 4294967295"):
        Luck(seed)


def test_the_first_and_last_seed_and_numpys_whole_numbers_work() -> None:
    seeds = [Luck(seed).normal(A, 2017, IDS) for seed in (0, 1, 2**32 - 1)]
    assert len(np.unique(seeds, axis=0)) == 3
    five: Any = np.uint32(5)
    assert Luck(five) == Luck(5)


@pytest.mark.parametrize("value", [-1, 2**32, 2017.0, True])
def test_other_years_and_alternatives_are_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"year = .+: must be a whole number from 0 to 4294967295"):
        Luck(1).uniform(A, value, IDS)
    with pytest.raises(ValueError, match=r"alternative = .+: must be a whole number from 0 to 4294967295"):
        Luck(1).normal(A, 2017, IDS, alternative=value)


@pytest.mark.parametrize(
    "kind", [np.int32, np.int64, np.float32, np.float64, np.uint8, np.uint64, np.bool_, ">u4"]
)
def test_ids_of_another_kind_are_refused(kind: Any, draw: Draw) -> None:
    with pytest.raises(TypeError, match=r"ids have the type .+: must be uint32"):
        draw(Luck(1), np.arange(3).astype(kind))


def test_ids_that_are_no_list_of_ids_are_refused() -> None:
    listed: Any = [1, 2]
    with pytest.raises(TypeError, match="ids are a list: must be an array of uint32"):
        Luck(1).uniform(A, 2017, listed)
    with pytest.raises(ValueError, match=r"ids have the shape \(2, 2\): must have one dimension"):
        Luck(1).uniform(A, 2017, np.zeros((2, 2), np.uint32))
    with pytest.raises(ValueError, match=r"ids have the shape \(\)"):
        Luck(1).uniform(A, 2017, np.array(1, np.uint32))


class TestDecision:
    @pytest.fixture(autouse=True)
    def _empty_register(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(luck, "_registered", {})

    def test_is_known_by_its_name_wherever_it_is_registered(self) -> None:
        second, first = decision("school.vacancy"), decision("child.theta")
        assert decisions() == (first, second)
        assert first.key == luck.key_of("child.theta") != second.key

    def test_is_registered_once(self) -> None:
        decision("child.theta")
        with pytest.raises(ValueError, match=r"decision 'child\.theta' is registered twice"):
            decision("child.theta")

    def test_with_the_key_of_another_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        decision("child.theta")
        key = luck.key_of("child.theta")
        monkeypatch.setattr(luck, "key_of", lambda name: key)
        with pytest.raises(
            ValueError, match=r"'child\.sex' and 'child\.theta' have the same 32-bit key \d+: rename"
        ):
            decision("child.sex")

    @pytest.mark.parametrize(
        "name", ["", "Child.theta", "child theta", ".theta", "child.", "child..theta", "1"]
    )
    def test_of_another_form_is_refused(self, name: str) -> None:
        with pytest.raises(ValueError, match="must be lower-case words joined by dots"):
            decision(name)
