"""A small town for the tests of this folder, lived once, and ensembles made by hand."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from calibration import posterior
from calibration.posterior import Posterior
from experiments.compare.comparison import Comparison, compare
from experiments.runs.draws import ParameterDraws
from experiments.runs.ensemble import Ensemble, RunResult
from experiments.runs.manifest import Manifest
from experiments.runs.paired import Arms, Way
from model.scenario.scenario import Scenario
from tests.living import live

YEARS = tuple(range(2014, 2049))

type Figures = Mapping[tuple[str, str, int], Sequence[float | None]]


@pytest.fixture(scope="module", autouse=True)
def small_posterior(posterior_folder: Path) -> Iterator[None]:
    """The posterior of these tests stands where the one that ships does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(posterior, "FOLDER", posterior_folder)
        yield


@pytest.fixture(scope="session")
def numbers(posterior_folder: Path) -> ParameterDraws:
    """Those of the posterior of these tests."""
    return ParameterDraws("ipswich", Posterior.load("ipswich", posterior_folder / "ipswich.parquet"))


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    """A twentieth of the town, to 2022."""
    return Scenario.load("baseline").changed(scale=0.05, until=2022)


@pytest.fixture(scope="session")
def ensemble(scenario: Scenario, numbers: ParameterDraws) -> Ensemble:
    """Three runs of it with the best fit."""
    return Ensemble.of(scenario, [live(scenario, seed, 0, numbers) for seed in range(3)])


@pytest.fixture(scope="session")
def drawn(scenario: Scenario, numbers: ParameterDraws) -> Ensemble:
    """Three draws of it with two seeds each."""
    lives = [live(scenario, seed, draw, numbers) for draw in (1, 2, 3) for seed in (0, 1)]
    return Ensemble.of(scenario, lives)


@pytest.fixture(scope="session")
def manifest(scenario: Scenario, numbers: ParameterDraws) -> Manifest:
    """The manifest of the three."""
    return Manifest.of(scenario, [0, 1, 2], ["wolsey", "run", "a b"], numbers=numbers)


class Hand:
    """Makes ensembles with chosen figures: for each (indicator, group, year) one figure a run, None where
    missing."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    def __call__(self, figures: Figures, count: int = 100) -> Ensemble:
        """The ensemble; every figure is of `count` people."""
        return Ensemble.of(self.scenario, self.lives(figures, count))

    @staticmethod
    def lives(figures: Figures, count: int = 100, draws: Sequence[int] = ()) -> list[RunResult]:
        """Its runs, with the best fit or with these draws of the numbers, one a run."""
        keys = tuple(dict.fromkeys((indicator, group) for indicator, group, _ in figures))
        runs = len(next(iter(figures.values())))
        values = np.full((runs, len(YEARS), len(keys)), np.nan, np.float32)
        for (indicator, group, year), those in figures.items():
            at = YEARS.index(year), keys.index((indicator, group))
            values[:, *at] = [np.nan if figure is None else figure for figure in those]
        counts = np.where(np.isnan(values), 0, count).astype(np.int32)
        latent = np.zeros(values.shape, np.bool_)
        return [
            RunResult(seed, keys, YEARS, values[seed], counts[seed], latent[seed], draw)
            for seed, draw in enumerate(draws or [0] * runs)
        ]


@pytest.fixture
def by_hand(scenario: Scenario) -> Hand:
    """Makes ensembles with chosen figures."""
    return Hand(scenario)


@pytest.fixture(scope="session")
def acting(scenario: Scenario) -> Scenario:
    """The small town with two programmes."""
    return scenario.changed(
        title="Two programmes",
        programmes=[
            {"card": "language_groups", "activity": "P1a", "start": 2018, "end": 2022, "reach": 0.6},
            {
                "name": "encounters",
                "card": "employer_encounters",
                "start": 2018,
                "reach": 0.7,
                "funded_by": "organisations",
            },
        ],
    )


@pytest.fixture(scope="session")
def comparison(scenario: Scenario, acting: Scenario, posterior_folder: Path) -> Comparison:
    """Three pairs of the small town, without and with them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(posterior, "FOLDER", posterior_folder)
        return compare(scenario, acting, [0, 1, 2], workers=1)


@pytest.fixture(scope="session")
def drawn_comparison(scenario: Scenario, acting: Scenario, posterior_folder: Path) -> Comparison:
    """Pairs of three draws with two seeds each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(posterior, "FOLDER", posterior_folder)
        return compare(scenario, acting, [0, 1], draws=3, workers=1)


class HandPairs:
    """Makes comparisons with chosen figures of both arms: for each (indicator, group, year) one figure a
    pair, None where missing."""

    def __init__(self, a: Scenario, b: Scenario) -> None:
        self.a, self.b = a, b

    def __call__(
        self,
        a: Figures,
        b: Figures,
        drawn: Figures | None = None,
        counts: tuple[int, int] = (100, 100),
        draws: Sequence[int] = (),
    ) -> Comparison:
        """The comparison; figures of the arms are of `counts` people each, and `drawn` are those of the
        second with effects drawn; `draws` of the numbers are one a pair."""
        arms = Arms.of(self.a, self.b, "means" if drawn is None else "drawn")
        lives = {Way.A_MEANS: Hand.lives(a, counts[0], draws), Way.B_MEANS: Hand.lives(b, counts[1], draws)}
        if drawn is not None:
            lives[Way.B_DRAWN] = Hand.lives(drawn, counts[1], draws)
        return Comparison.of(arms, {way: Ensemble.of(arms.scenario(way), of) for way, of in lives.items()})


@pytest.fixture
def pairs_by_hand(scenario: Scenario, acting: Scenario) -> HandPairs:
    """Makes comparisons with chosen figures."""
    return HandPairs(scenario, acting)
