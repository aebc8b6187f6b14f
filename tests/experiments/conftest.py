"""A small town for the tests of this folder, lived once, and ensembles made by hand."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from experiments.ensemble import Ensemble, Life, run
from experiments.manifest import Manifest
from model.scenario import Scenario

YEARS = tuple(range(2014, 2049))


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    """A twentieth of the town, to 2022."""
    return Scenario.load("baseline").changed(scale=0.05, until=2022)


@pytest.fixture(scope="session")
def ensemble(scenario: Scenario) -> Ensemble:
    """Three runs of it."""
    return run(scenario, [0, 1, 2], workers=1)


@pytest.fixture(scope="session")
def manifest(scenario: Scenario) -> Manifest:
    """Their manifest."""
    return Manifest.of(scenario, [0, 1, 2], ["wolsey", "run", "a b"])


class Hand:
    """Makes ensembles with chosen figures: for each (indicator, group, year) one figure a run, None where
    missing."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    def __call__(
        self, figures: Mapping[tuple[str, str, int], Sequence[float | None]], count: int = 100
    ) -> Ensemble:
        """The ensemble; every figure is of `count` people."""
        keys = tuple(dict.fromkeys((indicator, group) for indicator, group, _ in figures))
        runs = len(next(iter(figures.values())))
        values = np.full((runs, len(YEARS), len(keys)), np.nan, np.float32)
        for (indicator, group, year), those in figures.items():
            at = YEARS.index(year), keys.index((indicator, group))
            values[:, *at] = [np.nan if figure is None else figure for figure in those]
        counts = np.where(np.isnan(values), 0, count).astype(np.int32)
        latent = np.zeros(values.shape, np.bool_)
        lives = [Life(seed, keys, YEARS, values[seed], counts[seed], latent[seed]) for seed in range(runs)]
        return Ensemble.of(self.scenario, lives)


@pytest.fixture
def by_hand(scenario: Scenario) -> Hand:
    """Makes ensembles with chosen figures."""
    return Hand(scenario)
