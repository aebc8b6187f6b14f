"""The fit on models whose answer is known; and what it refuses and never reads."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize

from calibration import predict
from calibration.campaign import Campaign, CampaignPlan
from calibration.fit import FARTHEST, Problem, laplace, loss, luck_of, search
from calibration.observation import Observation
from calibration.observe import load_observations
from calibration.predict import Setting, observations, scenario_of
from model.io.errors import InputError
from tests.calibration.toy import PARAMETERS, Formula, Here, mean, number, problem

D = NDArray[np.float64]
NAMES = ("town.area[0]", "town.area[2]", "town.neet", "town.higher", "learning.trait_share")
FIVE = [number(name) for name in NAMES]
RNG = np.random.default_rng(11)
SLOPE = RNG.normal(0, 1.0, (8, len(FIVE)))
SEEN = [mean(f"figure_{i}", float(value), 0.5) for i, value in enumerate(RNG.normal(30, 1.0, 8))]


def straight(z: D) -> D:
    return np.asarray(30 + SLOPE @ z)


def bent(z: D) -> D:
    # Bends, but each figure still rises in the same direction: one optimum.
    line = SLOPE @ z
    return np.asarray(30 + line + 0.02 * line**3)


def exact() -> tuple[D, D]:
    """Mean and covariance of a linear model with normal errors and standard normal priors."""
    y = np.array([each.value for each in SEEN])
    covariance = np.linalg.inv(np.eye(len(FIVE)) + SLOPE.T @ SLOPE / 0.25)
    return covariance @ SLOPE.T @ (y - 30) / 0.25, covariance


def test_where_no_town_can_be_on_one_side_the_other_is_tried() -> None:
    def walled(z: D) -> D:
        return straight(z) if z[1] <= 0 else np.full(len(SEEN), np.nan)

    toy = problem(FIVE, SEEN, walled)
    np.testing.assert_allclose(toy.jacobian(np.zeros(5), straight(np.zeros(5)), range(5)), SLOPE, atol=1e-6)
    nowhere = problem(FIVE, SEEN, lambda z: straight(z) if z[3] == 0 else np.full(len(SEEN), np.nan))
    with pytest.raises(ValueError, match=r"no town can be with town.higher moved to either side"):
        nowhere.jacobian(np.zeros(5), straight(np.zeros(5)), range(5))


def test_of_a_line_the_posterior_is_exact() -> None:
    toy = problem(FIVE, SEEN, straight)
    z, predicted, found = search(toy, np.zeros(5), range(5), 5)
    jacobian = toy.jacobian(z, predicted, range(5))
    np.testing.assert_allclose(jacobian, SLOPE, atol=1e-6)
    expected, covariance = exact()
    for here, there in zip(laplace(toy, z, predicted, jacobian), (expected, covariance), strict=True):
        np.testing.assert_allclose(here, there, atol=1e-6)
    np.testing.assert_allclose(z, expected, atol=1e-3)
    assert found == pytest.approx(loss(toy, expected, straight(expected)), abs=1e-4)


def test_of_a_line_the_posterior_is_the_same_from_any_place() -> None:
    toy = problem(FIVE, SEEN, straight)
    away = np.array([1.0, -1.0, 0.5, 0.0, 2.0])
    found = laplace(toy, away, straight(away), SLOPE)
    for here, there in zip(found, exact(), strict=True):
        np.testing.assert_allclose(here, there, atol=1e-9)


@pytest.mark.parametrize("start", range(4))
def test_the_optimum_is_found_from_several_starts(start: int) -> None:
    toy = problem(FIVE, SEEN, bent)

    def total(z: D) -> float:
        return loss(toy, z, bent(z))

    best = minimize(total, np.zeros(5))
    begin = np.random.default_rng(start).normal(0, 0.7, 5)
    z, predicted, found = search(toy, begin, range(5), 12)
    assert found == pytest.approx(float(best.fun), abs=0.1)
    np.testing.assert_allclose(predicted, bent(z))


def test_numbers_that_are_not_searched_stay() -> None:
    z, _, _ = search(problem(FIVE, SEEN, straight), np.full(5, 0.3), [0, 2], 5)
    assert z[[1, 3, 4]].tolist() == [0.3, 0.3, 0.3]
    assert (z[[0, 2]] != 0.3).all()


def test_no_number_goes_farther_than_the_farthest() -> None:
    far = [mean("far", 30.0 + 400.0, 0.1)]
    toy = problem(FIVE[2:3], far, lambda z: np.array([30 + 10 * z[0]]))
    z, _, _ = search(toy, np.zeros(1), [0], 10)
    assert abs(z[0]) <= FARTHEST + 1e-6
    assert z[0] > FARTHEST - 0.1


def test_a_step_that_does_not_help_is_not_taken() -> None:
    ones = [mean("one", 30.0, 0.1)]
    # The slope at the start points away: whatever is tried is worse.
    toy = problem(FIVE[2:3], ones, lambda z: np.array([31.0 if z[0] == 0 else 60.0 + 9 * z[0]]))
    z, _, found = search(toy, np.zeros(1), [0], 5)
    assert z.tolist() == [0.0]
    assert found == loss(toy, np.zeros(1), np.array([31.0]))


def test_seeds_are_averaged_and_their_luck_taken_out() -> None:
    few = Formula(FIVE, lambda z, seed: straight(z) + 4.0 * seed, seeds=2)
    toy = Problem(PARAMETERS, FIVE, SEEN, few, offset=np.full(8, -2.0))
    np.testing.assert_allclose(toy.predict([np.zeros(5)])[0], straight(np.zeros(5)))


# The luck of a whole town.

MIXED = [
    mean("own_2018", 30.0, 0.5),
    mean("own_2019", 30.0, 0.5),
    mean("other", 30.0, 0.5, place="suffolk", kind="gap", transfer=1.0),
    mean("nation", 30.0, 0.5, layer="england", place="england"),
]


@pytest.fixture(scope="module")
def luck() -> D:
    rng = np.random.default_rng(5)
    towns = 30 + 2 * rng.standard_normal((300, 1)) + rng.standard_normal((300, 4))
    toy = problem(FIVE, MIXED, lambda z: np.full(4, 30.0))
    return luck_of(toy, np.cov(towns, rowvar=False), np.full(4, 30.0))


def test_luck_is_a_covariance(luck: D) -> None:
    np.testing.assert_allclose(luck, luck.T)
    assert np.linalg.eigvalsh(luck).min() > -1e-9


def test_only_the_town_itself_has_luck(luck: D) -> None:
    np.testing.assert_allclose(luck[2:], 0, atol=1e-12)
    np.testing.assert_allclose(luck[:, 2:], 0, atol=1e-12)


def test_luck_is_what_is_left_of_sampling_and_is_shared(luck: D) -> None:
    # 4 of the town, 1 of each figure, less the known error of 0.25; of the 4 shared, four fifths are kept.
    np.testing.assert_allclose(np.diag(luck)[:2], 4.75, rtol=0.2)
    np.testing.assert_allclose(luck[0, 1], 3.2, rtol=0.2)


def test_luck_of_few_towns_is_a_covariance_too() -> None:
    rng = np.random.default_rng(6)
    toy = problem(FIVE, SEEN, straight)
    for _ in range(20):
        towns = 30 + 0.4 * rng.standard_normal((5, 8))
        few = luck_of(toy, np.cov(towns, rowvar=False), np.full(8, 30.0))
        assert np.linalg.eigvalsh(few).min() > -1e-9


def test_years_of_one_town_are_not_many_towns() -> None:
    shared = Problem(
        PARAMETERS, FIVE, SEEN, Formula(FIVE, lambda z, _: straight(z)), luck=np.full((8, 8), 4.0)
    )
    alone = problem(FIVE, SEEN, straight)
    # All eight figures two up: eight surprises without luck, hardly one with it.
    up = shared.y - 2.0
    assert alone.log_likelihood(shared.y) - alone.log_likelihood(up) == pytest.approx(8 * 2**2 / 0.5)
    assert shared.log_likelihood(shared.y) - shared.log_likelihood(up) < 0.6
    rest, slope = shared.whitened(up, SLOPE)
    np.testing.assert_allclose(
        rest @ rest, -2 * (shared.log_likelihood(up) - shared.log_likelihood(shared.y))
    )
    assert slope.shape == SLOPE.shape


# History as it happened, and nothing that was held out.


def test_the_fit_lives_the_programmes_of_2018() -> None:
    lived = scenario_of(Setting(), "local")
    assert lived.name == "opportunity_area"
    assert any(use.start <= 2018 for use in lived.programmes)
    assert not scenario_of(Setting(), "england").programmes


def test_a_history_without_programmes_is_refused(tmp_path: Path) -> None:
    setting = Setting(scale=0.05, history="baseline")
    with pytest.raises(InputError, match="no programme running in 2018"):
        scenario_of(setting, "local")
    with ThreadPoolExecutor(1) as executor, pytest.raises(InputError, match="lived under programmes"):
        Campaign(setting, executor, tmp_path, CampaignPlan(starts=1)).fit()


def test_programmes_that_begin_later_are_not_enough(tmp_path: Path) -> None:
    later = tmp_path / "later.toml"
    programme = """
        [[programmes]]
        name = "family_programme"
        card = "family_programme"
        start = START
        end = 2022
        places = 25
        """
    for start, good in ((2020, False), (2019, True)):
        later.write_text(
            'extends = "baseline"\ntitle = "t"\nquestion = "q"' + programme.replace("START", str(start))
        )
        scenario_of.cache_clear()
        if good:
            scenario_of(Setting(history=str(later)), "local")
        else:
            with pytest.raises(InputError, match="no programme running in 2018"):
                scenario_of(Setting(history=str(later)), "local")


@pytest.fixture
def fresh() -> Iterator[None]:
    predict._loaded.cache_clear()
    yield
    predict._loaded.cache_clear()


def poisoned() -> tuple[Observation, ...]:
    """The town's observations with nonsense in all that is held out or only shown."""
    nonsense = {"ratio": 1.5, "correlation": -0.99, "slope": -0.99}
    return tuple(
        each
        if each.role == "fit"
        else each.model_copy(update={"value": nonsense.get(each.kind, 1.0), "discrepancy": 50.0})
        for each in load_observations("ipswich")
    )


def test_what_is_held_out_is_never_read(
    tmp_path: Path, fresh: None, few_numbers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = CampaignPlan(
        seeds=1, many_seeds=12, starts=1, steps=1, towns=80, batch=40, proposals=50, most=50, kept=5
    )

    def fitted(folder: str) -> tuple[D, D, str]:
        made = Campaign(Setting(), Here(), tmp_path / folder, plan)
        best, sample = made.run()
        return best.mean, sample.log_weight, made.key

    clean = fitted("clean")
    rows = poisoned()
    assert sum(each.role != "fit" for each in rows) > 50
    monkeypatch.setattr(predict, "load_observations", lambda place: rows)
    predict._loaded.cache_clear()
    assert any(each.value == 1.0 for each in predict._loaded("ipswich") if each.role == "held_out")
    dirty = fitted("dirty")
    np.testing.assert_array_equal(clean[0], dirty[0])
    np.testing.assert_array_equal(clean[1], dirty[1])
    assert clean[2] == dirty[2]


def test_nothing_after_2019_is_lived() -> None:
    assert Setting().until == 2019
    assert all(each.year <= 2019 and each.role == "fit" for each in observations(Setting()))
