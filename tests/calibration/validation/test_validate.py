"""What the posterior says of everything that was observed, and how it is scored."""

import math
import re
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from calibration import identify, predict
from calibration.campaign import Campaign
from calibration.fit import Problem
from calibration.observe import Observation, load_observations
from calibration.posterior import Posterior
from calibration.predict import Setting
from calibration.validation import validate
from calibration.validation.naive import LAST_VALUE, TREND, naive
from calibration.validation.score import Forecast, forecast, table, town_luck
from calibration.validation.score_card import Coverage, Scores, Skill, scores
from calibration.validation.validate import Predictive, TownTask, ValidationStore
from experiments.plotting import style
from experiments.validation.figure import pictures
from experiments.validation.page import page
from experiments.validation.text import combination, verdict
from model.inputs.england import England
from model.inputs.parameters import Parameters
from model.inputs.place import Place
from model.io.errors import InputError

OBSERVED = load_observations("ipswich")
RNG = np.random.default_rng(3)


@pytest.fixture(scope="module")
def posterior(fitted_posterior: Path) -> Posterior:
    return Posterior.load("ipswich", fitted_posterior)


@pytest.fixture(scope="module")
def found() -> Predictive:
    """Towns by hand: each figure as observed, with two points of chance."""
    asked = tuple(predict.observations(Setting(roles=validate.ROLES)))
    # Two points are much for a ratio: of some draws one lies far out.
    values, rng = np.array([each.value for each in asked]), np.random.default_rng(1)
    drawn = values + 2 * rng.standard_normal((40, len(asked)))
    return Predictive(asked, tuple(range(1, 41)), drawn, values + 2 * rng.standard_normal((40, len(asked))))


@pytest.fixture(scope="module")
def rows(found: Predictive) -> pd.DataFrame:
    return table(found, "ipswich", {})


@pytest.fixture(scope="module")
def card(rows: pd.DataFrame) -> Scores:
    return scores(rows)


# What the fit reads.


class Poison:
    """An observation of which nothing but its layer and role may be asked."""

    def __init__(self, of: Observation) -> None:
        self.layer, self.role = of.layer, of.role

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the fit asks a {self.role} observation for its {name}")


def test_the_fit_asks_nothing_of_what_is_held_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    poisoned: list[Any] = [each if each.role == "fit" else Poison(each) for each in OBSERVED]
    assert sum(isinstance(each, Poison) for each in poisoned) > 80
    monkeypatch.setattr(predict, "_loaded", lambda place: poisoned)
    with ThreadPoolExecutor(1) as executor:
        campaign = Campaign(Setting(until=2014, scale=0.05), executor, tmp_path)
        problem = campaign.problem()
        z = np.zeros(len(campaign.numbers))
        predicted = problem.predict([z])[0]
    assert {each.role for each in campaign.observations} == {"fit"}
    assert all(each.year <= 2019 for each in campaign.observations)
    assert len(campaign.key) == 32
    assert problem.covariance(problem.y).shape == (len(predicted),) * 2
    with pytest.raises(AssertionError, match="asks a held_out observation"):
        validate.read_in(next(each for each in poisoned if each.role == "held_out"))


def test_naive_forecasts_read_nothing_after_2019_of_the_town(monkeypatch: pytest.MonkeyPatch) -> None:
    place, england = Place.load("ipswich"), England.load()
    known = replace(place, observed=tuple(o for o in place.observed if o.year <= 2019))
    for each in OBSERVED.held_out:
        assert naive(each, place, england) == naive(each, known, england)


def test_naive_forecasts_of_known_figures() -> None:
    place, england = Place.load("ipswich"), England.load()

    def of(name: str) -> tuple[float | None, float | None]:
        said = naive(OBSERVED.named(name), place, england)
        return said.of(LAST_VALUE), said.of(TREND)

    assert of("ks2_all_2022") == (60.0, 54.0)  # England 65 to 59
    assert of("attainment8_gap_2022") == pytest.approx((13.2, 14.8))  # England 13.6 to 15.2
    assert of("level2_em_gap_2022") == pytest.approx((31.0, 29.1), abs=0.02)  # England: another measure
    assert of("eyfsp_literacy_2022")[0] is None
    assert of("eyfsp_literacy_2022")[1] == pytest.approx(68.0 + 66.8 - 71.8)


# Lives.


def test_a_life_says_what_the_fit_saw_and_reads_patterns_in_their_year(posterior: Posterior) -> None:
    setting = validate.setting_of(posterior, 0.05)
    assert setting.until == 2022
    life = validate.all_lives(posterior, setting, [1])[0]
    said = validate.figures(life)
    asked = [each for each in predict.observations(setting) if each.layer == "local"]
    assert said.shape == (len(asked),)
    short = replace(life, setting=Setting(scale=0.05))
    fitted = predict.figures(predict.Task(short.setting, life.values, "local", life.seed, life.draw))
    np.testing.assert_array_equal(said[[each.role == "fit" for each in asked]], fitted)
    assert np.isfinite(said[[each.role == "held_out" for each in asked]]).all()


def test_each_draw_has_a_town_of_its_own(posterior: Posterior) -> None:
    setting = validate.setting_of(posterior)
    lives = validate.all_lives(posterior, setting, [2, 9, 20, *range(10, 17)])
    towns = [life.seed for life in lives if life.layer == "local"]
    assert len(set(towns)) == len(towns) == 10 + 4
    assert {life.draw for life in lives if life.of == 9} == {posterior.effects_draw(9)}
    assert {life.draw for life in lives if life.of == validate.BEST} == {0}


def test_draws_are_spread_over_the_posterior(posterior: Posterior) -> None:
    assert validate.chosen_draws(posterior, 20) == tuple(range(1, 21))
    ten = validate.chosen_draws(posterior, 10)
    assert (ten[0], ten[-1], len(set(ten))) == (1, 20, 10)
    for count, problem in ((9, "at least 10"), (21, "has 20 draws")):
        with pytest.raises(InputError, match=problem):
            validate.chosen_draws(posterior, count)


def lived(
    posterior: Posterior, executor: Executor, folder: Path, key: str = "k"
) -> tuple[Predictive, list[TownTask]]:
    """Ten draws lived by a stand-in that says the seed, and which lives it was asked for."""
    asked: list[TownTask] = []

    def work(life: TownTask) -> np.ndarray:
        asked.append(life)
        return np.full(len(validate._ids(life)), float(life.seed))

    lives = validate.all_lives(posterior, validate.setting_of(posterior), range(1, 11))
    return validate.predictive(lives, ValidationStore(folder, key), executor, work=work), asked


def test_finished_lives_are_kept_and_not_lived_again(posterior: Posterior, tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as executor:
        first, asked = lived(posterior, executor, tmp_path)
        assert len(asked) == 2 * (10 + 4)
        assert len(list(tmp_path.glob("lives-*.parquet"))) == 3
        (tmp_path / "lives-2.parquet").unlink()
        again, asked = lived(posterior, executor, tmp_path)
        assert 0 < len(asked) <= validate.BATCH + 1
        np.testing.assert_array_equal(first.drawn, again.drawn)
        assert first.drawn.shape == (10, len(OBSERVED))
        assert first.drawn[0, 0] == validate.FIRST_SEED + 1
        with pytest.raises(InputError, match="another posterior, data or model"):
            lived(posterior, executor, tmp_path, key="other")
        (tmp_path / "lives-1.parquet").write_bytes(b"nothing")
        with pytest.raises(InputError, match="damaged"):
            lived(posterior, executor, tmp_path)


def test_a_life_that_breaks_off_leaves_the_finished_ones(posterior: Posterior, tmp_path: Path) -> None:
    lives = validate.all_lives(posterior, validate.setting_of(posterior), range(1, 11))

    def work(life: TownTask) -> np.ndarray:
        if life is lives[7]:
            raise RuntimeError("broken")
        return np.zeros(len(validate._ids(life)))

    store = ValidationStore(tmp_path, "k")
    with ThreadPoolExecutor(1) as executor, pytest.raises(RuntimeError, match="broken"):
        validate.predictive(lives, store, executor, work=work)
    assert len(store.found(lives)) >= 1


def test_the_key_knows_the_posterior_and_the_setting(posterior: Posterior) -> None:
    setting = validate.setting_of(posterior)
    moved = Posterior(posterior.table.iloc[:-1], posterior.manifest)
    keys = {
        validate.key_of(posterior, setting),
        validate.key_of(moved, setting),
        validate.key_of(posterior, replace(setting, scale=0.5)),
    }
    assert len(keys) == 3


# Bands.


def test_quantiles_of_a_mixture() -> None:
    one = Forecast(np.array([3.0]), 2.0)
    assert one.quantile(0.95) == pytest.approx(3 + 2 * 1.6449, abs=1e-3)
    two = Forecast(np.array([-10.0, 10.0]), 0.1)
    assert two.below(0) == pytest.approx(0.5)
    assert two.quantile(0.25) == pytest.approx(-10, abs=1e-3)


def test_chance_is_counted_once() -> None:
    chance = 3 * RNG.standard_normal(20_000)
    town, suffolk = OBSERVED.named("ks2_all_2022"), OBSERVED.named("ks2_gap_2022")
    own = forecast(town, 53 + 3 * RNG.standard_normal(20_000), 53 + chance, "ipswich")
    assert own is not None
    assert own.sd == pytest.approx(math.hypot(3, 1.5), rel=0.03)  # chance of the towns, and discrepancy
    other = forecast(suffolk, 24 + 5 * RNG.standard_normal(20_000), 24 + chance, "ipswich")
    assert other is not None
    rest = suffolk.variance(24)
    assert other.sd == pytest.approx(math.sqrt(4**2 + rest), rel=0.03)  # 5 and 3 are 4 apart
    # More chance than spread: nothing is left but the observation's own error.
    none = forecast(suffolk, 24 + 0.5 * RNG.standard_normal(500), 24 + chance, "ipswich")
    assert none is not None
    assert none.sd == pytest.approx(math.sqrt(rest), rel=0.03)
    assert forecast(town, np.array([np.nan, 3.0]), chance, "ipswich") is None


def test_sampling_of_a_mean_is_in_the_towns() -> None:
    """The error of a mean of the town is its sampling, which each simulated town has; that of a share is
    not."""
    drawn = np.full(10, 45.0)
    mean = forecast(OBSERVED.named("attainment8_all_2019"), drawn, drawn, "ipswich")
    share = forecast(OBSERVED.named("ks2_all_2016"), drawn, drawn, "ipswich")
    assert mean is not None
    assert share is not None
    assert mean.noise == pytest.approx(0.4)
    assert share.noise == pytest.approx(math.hypot(1.5, 1.0))


def test_luck_of_the_town_is_what_sampling_leaves() -> None:
    chance = 60 + 3 * RNG.standard_normal(20_000)
    each = OBSERVED.named("ks2_all_2019")
    assert town_luck(each, chance, "ipswich") == pytest.approx(
        math.sqrt(9 - each.sampling_variance(60)), rel=0.03
    )
    assert town_luck(OBSERVED.named("ks2_gap_2019"), chance, "ipswich") == 0


# Scores.


def test_every_observation_has_a_row_and_a_pool(rows: pd.DataFrame) -> None:
    assert list(rows["id"].sort_values()) == sorted(each.id for each in OBSERVED)
    assert set(rows["pool"]) == {"fitted", "Ipswich 2022", "Suffolk's gaps 2022", "patterns"}
    assert rows.loc[rows["role"] != "held_out", [LAST_VALUE, TREND]].isna().all(axis=None)
    assert rows["in90"].mean() > 0.95  # observed as predicted
    luck = rows.set_index("id").loc["ks2_all_2019"]
    assert abs(luck["residual"]) < abs(luck["error"]) / 1.5


def test_the_card_of_a_perfect_model(card: Scores) -> None:
    assert card.within > 0.95
    assert card.square < 0.7
    assert card.series_error < 2
    assert [each.n for each in card.coverage] == [5, 7, len(OBSERVED.patterns), 12 + len(OBSERVED.patterns)]
    assert [each.good for each in card.coverage] == [None, None, True, True]
    assert len(card.skill) == 6
    assert {each.against for each in card.skill} == {"last year's value", "England's trend"}


def test_no_mark_for_a_small_pool() -> None:
    assert Coverage("few", 19, 0, 0).good is None
    assert Coverage("many", 20, 0, 14).good is False
    assert Coverage("many", 20, 0, 15).good is True


def test_skill_against_a_naive_forecast() -> None:
    assert Skill("", "", 4, 1.0, 2.0, 3).skill == pytest.approx(0.75)
    assert Skill("", "", 4, 2.0, 1.0, 0).lost
    assert Skill("", "", 4, 1.0, 0.0, 0).skill == -math.inf


def test_what_no_town_says_is_left_out_and_named(found: Predictive) -> None:
    drawn = found.drawn.copy()
    drawn[:, -1] = np.nan
    card = scores(table(replace(found, drawn=drawn), "ipswich", {}))
    assert list(card.without["id"]) == [found.observations[-1].id]
    assert card.coverage[-1].n == 12 + len(OBSERVED.patterns) - 1
    assert any(found.observations[-1].id in said for said in verdict(card, 300))


def worse(found: Predictive) -> Scores:
    """The card of a model that is ten points off wherever something was held out."""
    off = np.array([10.0 if each.role == "held_out" else 0.0 for each in found.observations])
    return scores(table(replace(found, drawn=found.drawn + off), "ipswich", {}))


def test_a_loss_is_said_first(found: Predictive) -> None:
    said = verdict(worse(found), 300)
    assert said[0].startswith("The model loses to")
    assert any("England's trend on all held out (n = 12)" in each for each in said)
    assert "effective" not in " ".join(said)
    assert any("has 7 effective draws" in each for each in verdict(worse(found), 7))


# Identifiability.


def test_how_far_the_posterior_is_narrower(posterior: Posterior) -> None:
    base = Parameters.load(place="ipswich")
    numbers = identify.informed(posterior, base).set_index("number")
    assert len(numbers) == len(posterior.manifest["fit"]["numbers"])
    assert numbers["ratio"].median() == pytest.approx(0.25, abs=0.03)
    assert numbers["informed"].all()
    assert numbers["ratio_error"].max() < 0.1
    wide = posterior.table.copy()
    wide["town.neet"] += 5 * (wide["town.neet"] - wide["town.neet"].mean())
    spread = identify.informed(Posterior(wide, posterior.manifest), base).set_index("number")
    assert not spread.loc["town.neet", "informed"]


def test_a_posterior_that_does_not_say_how_it_was_fitted(posterior: Posterior) -> None:
    base = Parameters.load(place="ipswich")
    with pytest.raises(InputError, match="does not say how it was fitted"):
        identify.informed(Posterior(posterior.table, {}), base)
    with pytest.raises(InputError, match="of other numbers"):
        identify.informed(Posterior(posterior.table.drop(columns="town.neet"), posterior.manifest), base)


def test_the_weakest_combination_is_found(posterior: Posterior) -> None:
    """Two numbers whose derivatives are the same can be told apart by nothing."""
    weakest = posterior.manifest["fit"]["weakest"]
    assert len(weakest) == identify.WORST
    assert weakest[0]["singular"] == pytest.approx(0, abs=1e-9)
    parts = dict(map(tuple, weakest[0]["parts"]))
    assert sorted(parts) == sorted(posterior.manifest["fit"]["numbers"][3:5])
    assert sum(parts.values()) == pytest.approx(0)
    assert combination([("a", 0.7), ("b", -0.7)]) == "a +0.70, b \N{MINUS SIGN}0.70"


def test_profiles_are_of_the_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing moves, the prior alone."""

    def still(self: Problem, zs: Sequence[np.ndarray], draws: Sequence[int] | None = None) -> np.ndarray:
        return np.tile(self.y, (len(zs), 1))

    monkeypatch.setattr(Problem, "predict", still)
    parameters = Parameters.load(place="ipswich")
    problem = Problem(parameters, (), predict.observations(Setting()), cast(Any, None))
    along = identify.profiles(problem, np.zeros(4), np.eye(4)[:2])
    np.testing.assert_allclose(along, [[2, 0.5, 0, 0.5, 2]] * 2, atol=1e-9)


# The page.


class Reader(HTMLParser):
    """Counts tags, and finds what a page would ask for."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}
        self.asked: list[str] = []
        self.unscoped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.counts[tag] = self.counts.get(tag, 0) + 1
        found = dict(attrs)
        self.asked += [found[key] or "" for key in ("src", "href", "srcset") if key in found]
        self.unscoped += tag == "th" and found.get("scope") not in ("col", "row")


def test_the_page_is_whole_and_says_losses_first(
    found: Predictive, posterior: Posterior, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(style, "DOTS_PER_INCH", 30)
    numbers = identify.informed(posterior, Parameters.load(place="ipswich"))
    kept = identify.facts_of(posterior)
    bad = worse(found)
    images = pictures(bad, numbers, kept["weakest"], '{"key": "k"}')
    assert all(b"wolsey" in image[:2000] for image in images.values())
    text = page("Ipswich & co", bad, numbers, kept, 300, images, ["Made here."])
    reader = Reader()
    reader.feed(text)
    assert all(each.startswith("data:image/png;base64,") for each in reader.asked)
    assert len(reader.asked) == reader.counts["img"] == len(images)
    assert not re.search(r"https?://|@import|url\(|<script", text)
    assert reader.counts["caption"] == reader.counts["table"] >= 8
    assert reader.unscoped == 0
    assert "Ipswich &amp; co" in text
    assert text.index("The model loses to") < text.index("<table")
    assert 'name="viewport"' in text
