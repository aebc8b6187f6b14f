"""What several folders of tests need: browsers, and a posterior of 24 draws of the model, made by hand."""

import gc
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser

from calibration import identify
from calibration.fit import Problem
from calibration.numbers import free_numbers
from calibration.posterior import META
from calibration.predict import Setting, Simulator, observations
from calibration.sampling import PosteriorSample, write
from model.districts.cache import VARIABLE as CACHE
from model.fingerprint import code_digest
from model.inputs.parameters import Parameters
from tests.browser import MISSING, WIDE
from tests.browser import browsers as running_browsers
from tests.waiting import ctrl_c_ends

# How long an example takes, or its making, depends on how busy the machine is.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Where others wait for the verdict, the same examples each time.
settings.register_profile("CI", settings.get_profile("any machine"), derandomize=True)
settings.load_profile("CI" if os.environ.get("CI") else "any machine")

COSTS = ("browser", "kill", "town", "unit")
"""Marks of tests by what they cost, the dearest first."""
ALONE = ("browser", "kill")
"""Of these one runs at a time."""

SHARES = (0.5, 0.44, 0.48, 0.52, 0.55, *(0.5,) * 20)
"""Of `learning.trait_share`: of the best fit, and of the draws."""
SHIFTS = (0.02, -0.05, 0.0, 0.05, 0.1, *(0.0,) * 20)
"""Of all of `town.area`, the same."""


def pytest_configure(config: pytest.Config) -> None:
    """Let built places lie in a folder of the tests' own, which the workers share, and not in the user's
    cache."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        folder = tempfile.mkdtemp(prefix="wolsey-cache-")
        config.add_cleanup(partial(shutil.rmtree, folder, ignore_errors=True))
        os.environ[CACHE] = folder


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what bears no cost `unit`, keep the tests of a file in one worker, begin with the dearest."""
    order = {}
    for item in items:
        cost = next((cost for cost in COSTS if item.get_closest_marker(cost)), COSTS[-1])
        item.add_marker(cost)
        if not item.get_closest_marker("xdist_group"):
            group = ALONE[0] if cost in ALONE else item.nodeid.partition("::")[0]
            item.add_marker(pytest.mark.xdist_group(group))
        order[item] = COSTS.index(cost)
    items.sort(key=order.__getitem__)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were skipped for want of a browser."""
    skipped = [each for each in terminalreporter.stats.get("skipped", []) if MISSING in str(each.longrepr)]
    if skipped:
        terminalreporter.write_line(
            f"{len(skipped)} browser tests skipped: {MISSING}; WOLSEY_BROWSER=required makes that a failure"
        )


@pytest.fixture(scope="session")
def posterior_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a posterior of Ipswich."""
    area = Parameters.load(place="ipswich").record("town.area").value
    assert isinstance(area, tuple)
    table = pd.DataFrame(
        {
            "draw": range(len(SHARES)),
            "effects_draw": [0, *range(11, 11 + len(SHARES) - 1)],
            "learning.trait_share": SHARES,
            "town.area": [[each + shift for each in area] for shift in SHIFTS],
        }
    )
    manifest = {"place": "ipswich", "history": "opportunity_area", "code": code_digest(), "probe": ""}
    folder = tmp_path_factory.mktemp("posteriors")
    content = pa.Table.from_pandas(table, preserve_index=False)
    content = content.replace_schema_metadata({META: json.dumps(manifest).encode()})
    pq.write_table(content, folder / "ipswich.parquet")
    return folder


@pytest.fixture(scope="session")
def fitted_posterior(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A posterior of all numbers with what is kept of a fit, both made up: draws at a quarter of the priors'
    standard deviations, derivatives at random. 300 proposals of one weight."""
    rng = np.random.default_rng(5)
    parameters, setting = Parameters.load(place="ipswich"), Setting(scale=0.05)
    numbers, asked = free_numbers(parameters), observations(setting)
    problem = Problem(parameters, numbers, asked, Simulator(setting, ThreadPoolExecutor(1)))
    count, n, p = 300, len(asked), len(numbers)
    sample = PosteriorSample(
        0.25 * rng.standard_normal((count, p)), np.zeros(count), np.zeros((count, n)), np.arange(count)
    )
    jacobian, searched = rng.standard_normal((n, p)), list(range(12))
    jacobian[:, 3] = jacobian[:, 4]
    kept = identify.facts(
        problem, problem.y, jacobian, np.eye(p), searched, (9.0, (10.0, 11.0)),
        (identify.weakest(problem, problem.y, jacobian, searched)[2], np.ones((3, 5))),
    )  # fmt: skip
    facts = {"parameters": parameters.digest(), "until": setting.until, identify.FACTS: kept}
    path = tmp_path_factory.mktemp("fitted") / "ipswich.parquet"
    write(path, problem, np.zeros(p), sample, 20, facts)
    return path


@pytest.fixture(scope="module", autouse=True)
def nothing_left_open() -> Iterator[None]:
    """What a module leaves open is told there, and not in whichever test it happens to be collected."""
    yield
    gc.collect()


@pytest.fixture(scope="session", autouse=True)
def ctrl_c() -> Iterator[None]:
    """Ctrl-C ends what the tests start, whatever started the tests."""
    with ctrl_c_ends():
        yield


@pytest.fixture(scope="module")
def browsers() -> Iterator[Callable[[str], Browser]]:
    """Running browsers by their font."""
    with running_browsers() as found:
        yield found


@pytest.fixture
def font() -> str:
    """Of the browser: the wide one, but where a test says `in_both_fonts`."""
    return WIDE


@pytest.fixture
def browser(browsers: Callable[[str], Browser], font: str) -> Browser:
    """A running browser in that font."""
    return browsers(font)
