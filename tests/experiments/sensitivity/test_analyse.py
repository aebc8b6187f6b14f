"""Indices are those that are known of test functions, on levels and on differences, above luck or not, and
nothing is imputed."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from SALib.analyze import morris as salib_morris
from SALib.test_functions import Ishigami, Sobol_G

from experiments.sensitivity.analyse import Sensitivity, Space, analyse, of_response

from experiments.sensitivity.analyse import indices_frame, settling_frame  # isort: skip
from experiments.sensitivity.morris_sobol import morris, sobol
from experiments.sensitivity.regression import regression
from experiments.sensitivity.samples import kept, responses
from experiments.sensitivity.types import DesignSample, Indices, doubling, luck, sizes, unpaired_luck
from experiments.studies.design import Design, Factor, Kind, problem

type D = NDArray[np.float64]
type Model = Callable[[D], D]


def factors(count: int, groups: Sequence[str] = ()) -> tuple[Factor, ...]:
    names = [*groups, *[""] * (count - len(groups))]
    return tuple(Factor(key=f"x{i}", low=0, high=1, group=name) for i, name in enumerate(names))


def space(of: Sequence[Factor], kind: Kind, points: int | None = None, **more: Any) -> Space:
    return Space.of(of, Design(kind=kind, points=points, **more))


def sample(of: Space, y: D) -> DesignSample:
    return DesignSample(of, np.arange(len(of.places)), y if y.ndim == 2 else y[:, None])


def values(found: Indices | None, statistic: str) -> dict[str, float]:
    assert found is not None
    return {each.factor: each.value for each in found.indices if each.statistic == statistic}


def ishigami(places: D) -> D:
    y: D = Ishigami.evaluate(-np.pi + 2 * np.pi * places)
    return y


def test_sobol_indices_of_ishigami() -> None:
    of = space(factors(3), "sobol", 1024)
    found = sobol(sample(of, ishigami(of.places)))
    first, total = values(found, "first"), values(found, "total")
    assert list(first.values()) == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert list(total.values()) == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)
    for each in found.indices:
        known = {"first": [0.3139, 0.4424, 0.0], "total": [0.5576, 0.4424, 0.2437]}[each.statistic]
        assert each.low <= known[int(each.factor[1])] <= each.high
        assert np.isnan(each.floor)
        assert each.above_luck is None
    assert sorted({step.size for step in found.steps}) == [4, 8, 16, 32, 64, 128, 256, 512, 1024]


def test_sobol_indices_of_sobols_g() -> None:
    a = np.array([0.0, 1.0, 4.5, 9.0, 99.0])
    of = space(factors(5), "sobol", 1024)
    found = sobol(sample(of, Sobol_G.evaluate(of.places, a)))
    known = Sobol_G.sensitivity_index(a), Sobol_G.total_sensitivity_index(a)
    assert list(values(found, "first").values()) == pytest.approx(list(known[0]), abs=0.02)
    assert list(values(found, "total").values()) == pytest.approx(list(known[1]), abs=0.03)


def test_groups_are_judged_as_one() -> None:
    of = space(factors(4, ["pair", "pair"]), "sobol", 256)
    found = sobol(sample(of, of.places @ np.array([1.0, 1.0, 2.0, 0.0])))
    assert values(found, "total") == pytest.approx({"pair": 1 / 3, "x2": 2 / 3, "x3": 0}, abs=0.04)
    trajectories = space(factors(4, ["pair", "pair"]), "morris", 40)
    screened = morris(sample(trajectories, trajectories.places @ np.array([1.0, 1.0, 2.0, 0.0])))
    # Members go the same way, together twice as far, or against each other: 2 or 0.
    assert 0.5 < values(screened, "mu_star")["pair"] < 1.5
    assert values(screened, "mu") == pytest.approx({"x2": 2, "x3": 0})
    assert values(screened, "sigma") == pytest.approx({"x2": 0, "x3": 0}, abs=1e-12)


def test_morris_of_a_sum_is_exact() -> None:
    of = space(factors(3), "morris", 5)
    found = morris(sample(of, of.places @ np.array([3.0, -2.0, 0.0])))
    assert values(found, "mu") == pytest.approx({"x0": 3, "x1": -2, "x2": 0})
    assert values(found, "mu_star") == pytest.approx({"x0": 3, "x1": 2, "x2": 0})
    assert values(found, "sigma") == pytest.approx({"x0": 0, "x1": 0, "x2": 0}, abs=1e-12)


def test_morris_is_what_salib_finds() -> None:
    of = space(factors(3), "morris", 16, levels=6)
    y = ishigami(of.places)
    found = morris(sample(of, y))
    theirs = salib_morris.analyze(problem(of.factors), of.places, y, num_levels=6, seed=1)
    for statistic in ("mu", "mu_star", "sigma"):
        ours = list(values(found, statistic).values())
        assert ours == pytest.approx(list(map(float, theirs[statistic])))
    for each, half in zip(
        (each for each in found.indices if each.statistic == "mu_star"), theirs["mu_star_conf"], strict=True
    ):
        assert (each.high - each.low) / 2 == pytest.approx(float(half), rel=0.25, abs=1e-9)


def test_morris_finds_the_ten_that_matter_in_morris_own_function() -> None:
    of = space(factors(20), "morris", 30)
    found = morris(sample(of, morris_function(of.places)))
    screened = values(found, "mu_star")
    ranked = sorted(screened, key=lambda name: -screened[name])
    assert set(ranked[:10]) == {f"x{i}" for i in range(10)}
    sigma = values(found, "sigma")
    # The eighth to tenth act in a straight line and alone; the first seven do not.
    assert max(sigma[f"x{i}"] for i in (7, 8, 9)) < 0.2 * min(sigma[f"x{i}"] for i in range(7))


def morris_function(x: D) -> D:
    """Morris (1991), with coefficients that he drew at random set to 0."""
    w = 2 * (x - 0.5)
    for i in (2, 4, 6):
        w[:, i] = 2 * (1.1 * x[:, i] / (x[:, i] + 0.1) - 0.5)
    y = 20 * w[:, :10].sum(axis=1)
    for i in range(6):
        for j in range(i + 1, 6):
            y -= 15 * w[:, i] * w[:, j]
            for k in range(j + 1, 5):
                y -= 10 * w[:, i] * w[:, j] * w[:, k]
    four: D = 5 * w[:, 0] * w[:, 1] * w[:, 2] * w[:, 3]
    return y + four


def test_a_lever_of_two_values_is_as_large_as_it_is() -> None:
    switches = (
        Factor(key="on", values=(False, True)),
        Factor(key="word", values=("a", "b", "c")),
        *factors(1),
    )
    of = space(switches, "morris", 12, levels=6)
    on, words = of.coordinates[:, 0], (of.coordinates[:, 1] > 0.9) * 5.0
    found = morris(sample(of, 4 * on + words + of.places[:, 2]))
    # SALib, which divides by the step of the grid, would make it more than 6.
    assert values(found, "mu")["on"] == pytest.approx(4)
    assert values(found, "mu")["x0"] == pytest.approx(1)
    assert 0 < values(found, "mu_star")["word"] <= 5


def noisy(of: Space, model: Model, repeats: int, noise: float) -> D:
    rng = np.random.default_rng(7)
    shared = 10 * rng.standard_normal(repeats)
    return model(of.places)[:, None] + shared + noise * rng.standard_normal((len(of.places), repeats))


@pytest.mark.parametrize(("kind", "points"), [("morris", 30), ("sobol", 128), ("latin_hypercube", 100)])
def test_what_is_luck_is_not_called_an_effect(kind: Kind, points: int) -> None:
    of = space(factors(6), kind, points)
    y = noisy(of, lambda x: 3 * x[:, 0] + x[:, 1], 4, 0.3)
    found = {"morris": morris, "sobol": sobol, "latin_hypercube": regression}[kind](sample(of, y))
    assert found is not None
    main = {"morris": "mu_star", "sobol": "total"}.get(kind, "share")
    told = {each.factor: each.above_luck for each in found.indices if each.statistic == main}
    assert told["x0"]
    assert told["x1"]
    assert sum(bool(told[f"x{i}"]) for i in range(2, 6)) <= 1


def test_floors_are_passed_by_luck_in_one_of_twenty_cases() -> None:
    rng = np.random.default_rng(3)
    screening, variance = space(factors(20), "morris", 12), space(factors(20), "sobol", 64)
    passed: dict[str, list[bool]] = {}
    for of, method in ((screening, morris), (variance, sobol)):
        for _ in range(3):
            y = 2 * of.places[:, :1] + 0.2 * rng.standard_normal((len(of.places), 8))
            for each in method(sample(of, y)).indices:
                if each.factor != "x0":
                    assert each.above_luck is not None
                    passed.setdefault(each.statistic, []).append(each.above_luck)
    for statistic, told in passed.items():
        assert len(told) == 57
        assert 0 <= np.mean(told) <= 0.14, statistic


def test_luck_is_what_the_repeats_do_not_share() -> None:
    rng = np.random.default_rng(5)
    points, repeats = 400, 5
    shared = 10 * rng.standard_normal(repeats)
    y = rng.uniform(size=(points, 1)) + shared + 0.5 * rng.standard_normal((points, repeats))
    assert luck(y) == pytest.approx(0.25 / repeats, rel=0.1)
    assert unpaired_luck(y) == pytest.approx((0.25 + shared.var(ddof=1)) / repeats, rel=0.1)
    assert luck(y + 100 * np.arange(repeats)) == pytest.approx(luck(y))
    assert np.isnan(luck(y[:, :1]))
    assert np.isnan(unpaired_luck(y[:, :1]))
    assert np.isnan(luck(y[:1]))


def test_main_effects_of_a_factorial_design() -> None:
    levers = (Factor(key="a", low=0, high=2), Factor(key="on", values=(True, False)))
    of = space(levers, "factorial", levels=3)
    y = np.array([10, 20, 30])[np.repeat([0, 1, 2], 2)] + np.tile([0.0, 4.0], 3)
    y = y[:, None] + np.array([0.1, -0.1]) * np.array([1, -1, 1, 1, -1, -1])[:, None]
    found = regression(sample(of, y))
    assert found is not None
    effects = {(each.factor, each.level): each for each in found.indices if each.statistic == "effect"}
    assert {key: round(each.value, 6) for key, each in effects.items()} == {
        ("a", "1.0"): 10, ("a", "2.0"): 20, ("on", "false"): 4,
    }  # fmt: skip
    assert values(found, "share") == pytest.approx({"a": 400 / 424, "on": 24 / 424})
    assert found.explained == pytest.approx(1)
    assert not found.steps


def test_coefficients_of_a_latin_hypercube() -> None:
    levers = (*factors(2), Factor(key="on", values=("no", "yes")))
    of = space(levers, "latin_hypercube", 200)
    x, on = of.places, of.coordinates[:, 2]
    y = 5 + 2 * x[:, 0] + 1.5 * on + 0.3 * np.random.default_rng(2).standard_normal(200)
    found = regression(sample(of, y))
    assert found is not None
    by = {(each.factor, each.statistic): each for each in found.indices}
    for name, true in (("x0", 2.0), ("x1", 0.0), ("on", 1.5)):
        effect = by[name, "effect"]
        assert effect.low <= true <= effect.high
        assert effect.high - effect.low < 0.4
        assert effect.above_luck is (true != 0)
    assert by["x0", "effect"].level == "0 to 1"
    assert by["on", "effect"].level == '"yes"'
    assert by["x0", "coefficient"].value == pytest.approx(by["x0", "effect"].value * x[:, 0].std() / y.std())
    assert ("on", "coefficient") not in by
    assert found.explained is not None
    assert 0.85 < found.explained < 0.98
    assert {step.size for step in found.steps} >= {100, 200}


def test_regression_needs_more_points_than_columns() -> None:
    of = space(factors(5), "latin_hypercube", 6)
    assert regression(sample(of, ishigami(of.places))) is None


# From a study's outcomes.


def outcomes(
    of: Space, model: Model, seeds: Sequence[int] = (0, 1), draws: Sequence[int] = (0,), noise: float = 0.01
) -> pd.DataFrame:
    """Outcomes of two scenarios; that compared with depends on the last factor alone."""
    rng = np.random.default_rng(1)
    rows = []
    with_it, last = model(of.places), of.places[:, -1]
    for point in range(len(of.places)):
        for draw in draws:
            for seed in seeds:
                without = 50 + draw + 10 * seed + last[point]
                gain = with_it[point] * (1 + 0.1 * draw) + noise * rng.standard_normal()
                rows += [
                    (point, "baseline", draw, seed, "gld", without, np.nan),
                    (point, "more", draw, seed, "gld", without + gain, gain),
                ]
    columns = ["point", "scenario", "draw", "seed", "outcome", "value", "difference"]
    return pd.DataFrame(rows, columns=columns)


def sum_of_two(places: D) -> D:
    y: D = 2 * places[:, 0] + places[:, 1]
    return y


def by_measure(found: Sequence[Sensitivity]) -> dict[tuple[str, str], Sensitivity]:
    return {(each.response.scenario, each.response.measure): each for each in found}


def test_levels_and_differences() -> None:
    of = space(factors(3), "morris", 10)
    found = by_measure(analyse(of, outcomes(of, sum_of_two), [0], [0, 1]))
    assert list(found) == [("baseline", "level"), ("more", "level"), ("more", "difference")]
    level, difference = found["more", "level"], found["more", "difference"]
    assert values(level.found, "mu_star") == pytest.approx({"x0": 2, "x1": 1, "x2": 1}, abs=0.05)
    assert values(difference.found, "mu_star") == pytest.approx({"x0": 2, "x1": 1, "x2": 0}, abs=0.05)
    assert [each.factor for each in difference.ranked] == ["x0", "x1", "x2"]
    assert difference.ranked[-1].above_luck is False
    assert difference.noise < 0.001 * difference.variance
    # Levels differ by ten from seed to seed, at all points alike.
    assert level.noise < 0.001 * level.variance
    assert level.unpaired > level.variance
    assert difference.unsettled is not None
    assert difference.unsettled < 0.05


def test_draws_are_averaged_over_their_seeds_first() -> None:
    of = space(factors(3), "sobol", 8)
    found = by_measure(analyse(of, outcomes(of, sum_of_two, draws=(1, 2, 3)), [1, 2, 3], [0, 1]))
    difference = found["more", "difference"]
    assert difference.kept.sample.y.shape == (8 * 5, 3)
    expected = sum_of_two(of.places)[:, None] * np.array([1.1, 1.2, 1.3])
    assert difference.kept.sample.y == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(
    ("kind", "points", "block"), [("morris", 10, 4), ("sobol", 16, 5), ("latin_hypercube", 30, 1)]
)
def test_a_missing_run_takes_its_whole_block_with_it(kind: Kind, points: int, block: int) -> None:
    of = space(factors(3), kind, points)
    table = outcomes(of, sum_of_two)
    gone = (table["point"] == 7) & (table["seed"] == 1)
    for scenario in ("baseline", "more"):
        lacking = table.copy()
        lacking.loc[gone, "difference"] = np.nan
        lacking = lacking[~(gone & (lacking["scenario"] == scenario))]
        difference = by_measure(analyse(of, lacking, [0], [0, 1]))["more", "difference"]
        assert (difference.kept.blocks, difference.kept.of) == (points - 1, points)
        rows = difference.kept.sample.rows.tolist()
        start = 7 // block * block
        assert rows == [row for row in range(len(of.places)) if not start <= row < start + block]
        assert difference.found is not None


def test_runs_without_a_figure_are_told_from_missing_ones() -> None:
    of = space(factors(3), "morris", 6)
    table = outcomes(of, sum_of_two)
    table.loc[(table["point"] == 0) & (table["scenario"] == "more"), ["value", "difference"]] = np.nan
    table = table[table["point"] != 5]
    found = by_measure(analyse(of, table, [0], [0, 1]))
    assert (found["more", "level"].response.missing, found["more", "level"].response.blank) == (2, 2)
    assert (found["baseline", "level"].response.missing, found["baseline", "level"].response.blank) == (2, 0)
    assert found["more", "level"].kept.blocks == 4


def test_a_seed_that_most_points_lack_is_left_out_everywhere() -> None:
    of = space(factors(3), "morris", 6)
    table = outcomes(of, sum_of_two, seeds=(0, 1, 2))
    begun = table[(table["seed"] < 2) | (table["point"] < 8)]
    response = list(responses(begun, len(of.places), [0], [0, 1, 2]))[-1]
    usable = kept(of, response)
    assert [cell.seed for cell in usable.left_out] == [2]
    assert usable.blocks == 6
    assert usable.sample.y.shape == (24, 2)
    # Of a sweep that has done a third of its points, that third is used.
    third = table[table["point"] < 8]
    assert kept(of, list(responses(third, len(of.places), [0], [0, 1, 2]))[-1]).blocks == 2


@pytest.mark.parametrize(
    ("kind", "points", "model", "said"),
    [
        ("morris", 4, lambda x: np.zeros(len(x)), "the same at every point (0): there is nothing to explain"),
        ("sobol", 4, lambda x: np.ones(len(x)), "the same at every point (1): there is nothing to explain"),
        ("latin_hypercube", 4, sum_of_two, "4 points are too few to tell the factors apart"),
    ],
)
def test_why_nothing_can_be_said(kind: Kind, points: int, model: Model, said: str) -> None:
    of = space(factors(3), kind, points)
    table = outcomes(of, model, noise=0.0)
    found = by_measure(analyse(of, table, [0], [0, 1]))["more", "difference"]
    assert (found.found, found.problem, found.ranked, found.unsettled) == (None, said, (), None)


def test_too_few_whole_blocks() -> None:
    of = space(factors(3), "morris", 4)
    table = outcomes(of, sum_of_two)
    found = by_measure(analyse(of, table[table["point"] < 4], [0], [0, 1]))["more", "difference"]
    assert found.problem == "1 of 4 trajectories are whole; it needs 2"
    response = list(responses(table[table["point"] < 0], 16, [0], [0]))
    assert response == []
    nothing = next(responses(table[table["point"] < 4].assign(value=np.nan), 16, [0], [0, 1]))
    assert of_response(of, nothing).problem == "0 of 4 trajectories are whole; it needs 2"


def test_what_differs_off_the_base_samples_alone() -> None:
    of = space(factors(2), "sobol", 4)
    crossed = np.tile([0.0, 1.0, 0.0, 0.0], 4)
    table = outcomes(of, lambda x: crossed, noise=0.0)
    found = by_measure(analyse(of, table, [0], [0, 1]))["more", "difference"]
    assert found.problem == "the same in all base samples: there is nothing to divide by"


def test_tables() -> None:
    of = space(factors(3), "morris", 6)
    found = analyse(of, outcomes(of, sum_of_two), [0], [0, 1])
    table = indices_frame(found)
    assert list(table.columns) == [
        "scenario", "outcome", "measure", "factor", "statistic", "level", "value", "low", "high", "floor",
        "above_luck",
    ]  # fmt: skip
    assert len(table) == 3 * 3 * 3
    assert set(table["above_luck"]) == {"yes", "no"}
    steps = settling_frame(found)
    assert set(steps["size"]) == {2, 3, 4, 5, 6}
    one = indices_frame(analyse(of, outcomes(of, sum_of_two, seeds=[0]), [0], [0]))
    assert set(one["above_luck"]) == {""}
    assert indices_frame(()).empty
    assert settling_frame(()).empty
    again = indices_frame(analyse(of, outcomes(of, sum_of_two), [0], [0, 1]))
    pd.testing.assert_frame_equal(table, again, check_exact=True)


def test_sizes_grow_to_all() -> None:
    assert sizes(3, 4) == (3,)
    assert sizes(20, 2)[0] == 2
    assert {10, 20} <= set(sizes(20, 2))
    assert doubling(64, 4) == (4, 8, 16, 32, 64)
    assert doubling(3, 4) == (3,)
