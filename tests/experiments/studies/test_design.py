"""Points lie as each method needs them, and every value of a factor comes equally often."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from experiments.studies.design import (
    MOST_POINTS,
    Design,
    Factor,
    Kind,
    check,
    coordinates,
    count,
    movers,
    points,
    problem,
    unit,
    values_of,
)
from model.io.errors import InputError

FOUR = (
    Factor(key="effects.percentile", low=10, high=90),
    Factor(key="switches.peers", values=(True, False)),
    Factor(key="alliance.budget", name="budget", low=1e5, high=1e7, log=True, group="money"),
    Factor(key="programmes.x.places", name="places", low=0, high=11, whole=True, group="money"),
)
KINDS: tuple[tuple[Kind, int | None], ...] = (
    ("factorial", None),
    ("latin_hypercube", 24),
    ("sobol", 8),
    ("morris", 6),
)


def designed(kind: Kind, size: int | None, **more: Any) -> Design:
    return Design(kind=kind, points=size, **more)


@given(values=st.integers(2, 30), each=st.integers(1, 20))
def test_bins_are_equally_wide(values: int, each: int) -> None:
    places = (np.arange(values * each) + 0.5) / (values * each)
    whole = Factor(key="a", low=-3, high=values - 4, whole=True)
    listed = Factor(key="a", values=tuple(f"v{i}" for i in range(values)))
    for factor in (whole, listed):
        assert set(Counter(values_of(factor, places)).values()) == {each}


@given(values=st.integers(2, 12), each=st.integers(1, 6), seed=st.integers(1, 2**32 - 1))
def test_a_latin_hypercube_gives_each_value_equally_often(values: int, each: int, seed: int) -> None:
    factors = (Factor(key="a", low=1, high=values, whole=True), Factor(key="b", low=0, high=1))
    if values * each > 1:
        laid = points(factors, designed("latin_hypercube", values * each, seed=seed))
        assert Counter(point["a"] for point in laid) == dict.fromkeys(range(1, values + 1), each)


@given(values=st.integers(2, 6), times=st.integers(1, 4))
def test_a_morris_grid_gives_each_value_equally_often(values: int, times: int) -> None:
    levels = values * times * 2
    grid = np.linspace(0, 1, levels)
    factor = Factor(key="a", values=tuple(range(values)))
    check((factor, Factor(key="b", low=0, high=1)), designed("morris", 2, levels=levels))
    assert set(Counter(values_of(factor, grid)).values()) == {levels // values}
    # A step goes half of the grid: it always changes the value.
    low, high = values_of(factor, grid[: levels // 2]), values_of(factor, grid[levels // 2 :])
    assert all(a != b for a, b in zip(low, high, strict=True))


def test_halves_of_a_sobol_sample_have_each_value() -> None:
    laid = points(FOUR[:2], designed("sobol", 64))
    base = [point["switches.peers"] for point in laid[::4]]
    assert base.count(True) == base.count(False) == 32


@pytest.mark.parametrize(("kind", "size"), KINDS)
def test_a_design_is_as_large_as_it_says_and_the_same_again(kind: Kind, size: int | None) -> None:
    design = designed(kind, size)
    places = unit(FOUR, design)
    assert places.shape == (count(FOUR, design), 4)
    assert places.min() >= 0
    assert places.max() <= 1
    assert np.array_equal(places, unit(FOUR, design))
    if kind != "factorial":
        assert not np.array_equal(places, unit(FOUR, designed(kind, size, seed=2)))
    for point in points(FOUR, design):
        assert list(point) == [factor.key for factor in FOUR]
        assert 10 <= float(point["effects.percentile"]) <= 90
        assert point["switches.peers"] in (True, False)
        assert 1e5 <= float(point["alliance.budget"]) <= 1e7
        assert isinstance(point["programmes.x.places"], int)


def test_a_factorial_design_has_every_combination() -> None:
    laid = points(FOUR, designed("factorial", None, levels=3))
    assert len(laid) == 3 * 2 * 3 * 3
    assert len({tuple(point.values()) for point in laid}) == len(laid)
    assert {point["effects.percentile"] for point in laid} == {10.0, 50.0, 90.0}
    assert {point["programmes.x.places"] for point in laid} == {0, 6, 11}
    assert {round(float(point["alliance.budget"])) for point in laid} == {100_000, 1_000_000, 10_000_000}
    few = Factor(key="a", low=1, high=3, whole=True)
    assert [point["a"] for point in points((few,), designed("factorial", None, levels=5))] == [1, 2, 3]


def test_each_step_of_a_trajectory_moves_one_group_half_of_the_grid() -> None:
    design = designed("morris", 20)
    assert movers(FOUR) == ("effects.percentile", "switches.peers", "money")
    steps = np.abs(np.diff(unit(FOUR, design).reshape(20, 4, 4), axis=1))
    assert np.allclose(steps[steps > 0], 2 / 3)
    moved = steps > 0
    assert (moved[:, :, 2] == moved[:, :, 3]).all()
    assert (moved[:, :, :3].sum(axis=2) == 1).all()
    assert (moved[:, :, :3].sum(axis=1) == 1).all()


def test_a_sobol_sample_crosses_two_base_samples() -> None:
    blocks = unit(FOUR, designed("sobol", 8)).reshape(8, 5, 4)
    a, b = blocks[:, 0], blocks[:, -1]
    for position, columns in enumerate(([0], [1], [2, 3])):
        crossed = a.copy()
        crossed[:, columns] = b[:, columns]
        assert np.array_equal(blocks[:, 1 + position], crossed)


def test_a_latin_hypercube_has_one_point_in_each_slice() -> None:
    places = unit(FOUR, designed("latin_hypercube", 24))
    assert (np.sort(np.floor(places * 24), axis=0) == np.arange(24)[:, None]).all()


def test_values_of_a_range() -> None:
    places = np.array([0.0, 0.5, 1.0])
    assert values_of(FOUR[0], places) == [10.0, 50.0, 90.0]
    assert values_of(FOUR[2], places) == pytest.approx([1e5, 1e6, 1e7])
    assert values_of(Factor(key="a", low=0.1, high=0.3), places)[-1] == 0.3
    assert coordinates(FOUR[0], places).tolist() == [0.0, 0.5, 1.0]
    assert coordinates(FOUR[1], np.array([0.0, 1 / 3, 2 / 3, 1.0])).tolist() == [0, 0, 1, 1]
    assert coordinates(FOUR[3], places).tolist() == pytest.approx([0, 6 / 11, 1])


def test_what_salib_is_told() -> None:
    assert problem(FOUR)["groups"] == ["effects.percentile", "switches.peers", "money", "money"]
    assert "groups" not in problem(FOUR[:2])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({}, "low: is missing; allowed: low and high, or values"),
        ({"low": 1.0}, "high: is missing"),
        ({"low": 1.0, "high": 1.0}, "high = 1.0: must be above low; allowed: above 1"),
        ({"low": 1, "high": 9, "whole": True, "log": True}, "log = true: is given besides whole"),
        ({"low": 0.0, "high": 9.0, "log": True}, "low = 0.0: must be above 0 for log"),
        ({"low": 0.5, "high": 9.0, "whole": True}, "low = 0.5: must be a whole number"),
        ({"low": 0.0, "high": 9.5, "whole": True}, "high = 9.5: must be a whole number"),
        ({"low": 1.0, "values": [1, 2]}, "low = 1.0: is given besides values"),
        ({"high": 1.0, "values": [1, 2]}, "high = 1.0: is given besides values"),
        ({"whole": True, "values": [1, 2]}, "whole = true: is given besides values"),
        ({"log": True, "values": [1, 2]}, "log = true: is given besides values"),
        ({"values": [1]}, "values = [1]: must have at least 2 entries"),
        ({"values": ["a", "b", "a"]}, 'values = ["a", "b", "a"]: names a value twice'),
    ],
)
def test_a_factor_that_cannot_be(content: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as error:
        Factor.model_validate({"key": "a", **content})
    assert str(error.value).startswith(said)


def test_true_and_one_are_two_values() -> None:
    assert Factor(key="a", values=(True, 1)).listed == (True, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"kind": "factorial", "points": 5}, "points = 5: has no meaning for a factorial design"),
        ({"kind": "morris"}, "points: is missing"),
        ({"kind": "sobol", "points": 100}, "points = 100: must be a power of two; allowed: 128"),
        ({"kind": "morris", "points": 5, "levels": 5}, "levels = 5: must be even for Morris"),
    ],
)
def test_a_design_that_cannot_be(content: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as error:
        Design.model_validate(content)
    assert str(error.value).startswith(said)


@pytest.mark.parametrize(
    "content", [{"kind": "grid"}, {"kind": "morris", "points": 1}, {"kind": "factorial", "seed": 0}]
)
def test_a_design_out_of_bounds(content: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Design.model_validate(content)


A, B = Factor(key="a", low=0, high=1), Factor(key="b", low=0, high=1)


@pytest.mark.parametrize(
    ("factors", "design", "said"),
    [
        ((), designed("latin_hypercube", 4), "factors = []: must have at least 1 entries"),
        ((A, A), designed("latin_hypercube", 4), 'factors[1].key = "a": is named twice'),
        (
            (A, Factor(key="b", name="a", low=0, high=1)),
            designed("latin_hypercube", 4),
            'factors[1].name = "a": is named twice',
        ),
        (
            (A, Factor(key="b", low=0, high=1, group="a"), Factor(key="c", low=0, high=1, group="a")),
            designed("morris", 4),
            'factors[1].group = "a": is also the name of a factor outside the group',
        ),
        ((A,), designed("morris", 4), "factors: must be two or more that move by themselves"),
        (
            tuple(Factor(key=key, low=0, high=1, group="g") for key in "ab"),
            designed("sobol", 4),
            "factors: must be two or more that move by themselves",
        ),
        (
            (A, Factor(key="b", values=(1, 2, 3))),
            designed("morris", 4),
            'factors[1] = "b": has 3 values, which 4 levels of a Morris grid do not give equally often; '
            "allowed: levels = 6 in [design]",
        ),
        (
            tuple(Factor(key=f"k{i}", low=0, high=1) for i in range(10)),
            designed("factorial", None),
            f"design: makes 1,048,576 points, more than {MOST_POINTS:,}",
        ),
    ],
)
def test_factors_that_cannot_be_laid_out(factors: tuple[Factor, ...], design: Design, said: str) -> None:
    with pytest.raises(InputError) as error:
        unit(factors, design)
    assert str(error.value).startswith(said)


def test_many_whole_numbers_need_no_level_each() -> None:
    factor = Factor(key="a", low=0, high=10**9, whole=True)
    laid = points((factor, B), designed("morris", 2))
    assert all(0 <= int(point["a"]) <= 10**9 for point in laid)
