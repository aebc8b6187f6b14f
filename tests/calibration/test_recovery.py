"""Recovery: on a model that is a line, intervals hold what they say; where they cannot, it shows."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from calibration import campaign, recovery
from calibration.campaign import Campaign, CampaignPlan
from calibration.predict import Setting
from calibration.recovery import Known, Recovery, recover, truth_of
from model.io.errors import InputError
from tests.calibration.toy import FEW, Here

D = NDArray[np.float64]
PLAN = CampaignPlan(seeds=2, many_seeds=30, starts=1, steps=1, towns=400, batch=100, kept=10)
TOWNS = 120


def made(folder: Path, executor: Here | None = None) -> Campaign:
    return Campaign(Setting(), executor or Here(), folder, PLAN)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Recovery:
    """Of a line whose luck is normal: what the refit assumes is so."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(campaign, "free_numbers", lambda parameters: FEW)
        here = made(tmp_path_factory.mktemp("recovery"))
        return recover(here, here.fit(), TOWNS)


def test_intervals_hold_the_truth_as_often_as_they_say(found: Recovery) -> None:
    summary = found.summary
    assert len(summary) == sum(each.layer == "local" for each in FEW)
    # Of a number 120 towns tell to within 4 points, of all numbers together closer.
    # The emulator's own error is allowed for, so they hold it rather too often than too seldom.
    assert 0.77 < summary["coverage"].mean() < 0.88
    assert summary["coverage"].between(0.68, 0.95).all()
    assert summary["coverage_emulated"].mean() == pytest.approx(0.8, abs=0.04)
    assert summary["coverage_moved"].mean() == pytest.approx(0.8, abs=0.04)
    assert (summary["uniform"] > 0.001).all()
    assert summary["bias"].abs().max() < 0.4


def test_what_data_inform_is_found_more_narrowly(found: Recovery) -> None:
    shrunk = found.summary["shrunk"]
    assert shrunk.max() <= 1 + 1e-9
    assert shrunk.min() < 0.8


def test_luck_that_is_not_known_shows(tmp_path: Path, few_numbers: None) -> None:
    here = made(tmp_path)
    fitted = here.fit()
    fitted.luck["luck"] = np.zeros_like(fitted.luck["luck"])
    spoilt = recover(here, fitted, 40).summary
    assert spoilt["coverage"].mean() < 0.7
    assert not spoilt["good"].all()
    # The emulator's own data have the errors that are assumed, so they cannot tell.
    assert spoilt["coverage_emulated"].mean() == pytest.approx(0.8, abs=0.06)


def test_it_goes_on_after_a_kill(tmp_path: Path, few_numbers: None) -> None:
    whole = made(tmp_path / "whole")
    expected = recover(whole, whole.fit(), 30)
    folder = tmp_path / "killed"
    fitted = made(folder).fit()
    with pytest.raises(KeyboardInterrupt):
        recover(made(folder, Here(stop_after=45)), fitted, 30)
    rest = Here()
    after = recover(made(folder, rest), fitted, 30)
    assert rest.lived == 20
    pd.testing.assert_frame_equal(after.table, expected.table)


def test_more_towns_add_to_those_that_are_there(tmp_path: Path, few_numbers: None) -> None:
    here = made(tmp_path)
    fitted = here.fit()
    few = recover(here, fitted, 10).table
    more = recover(here, fitted, 20).table
    again = Here()
    assert len(recover(made(tmp_path, again), fitted, 10).table) == len(few)
    assert again.lived == 0
    np.testing.assert_array_equal(
        more[(more["data"] == "town") & (more["town"] < 10)]["truth"], few[few["data"] == "town"]["truth"]
    )


def test_truths_are_of_the_priors_of_the_town_and_of_what_is_known_of_england(
    tmp_path: Path, few_numbers: None
) -> None:
    here = made(tmp_path)
    known = Known.of(here, here.fit())
    own = np.array([each.layer == "local" for each in FEW])
    np.testing.assert_allclose(known.mean[own], 0, atol=1e-9)
    np.testing.assert_allclose(known.covariance[np.ix_(own, own)], np.eye(own.sum()), atol=1e-9)
    left = np.sqrt(np.diag(known.covariance))[~own]
    assert left.max() < 1
    truths = np.array([truth_of(known, which) for which in range(400)])
    np.testing.assert_allclose(truths[:, own].std(axis=0), 1, atol=0.15)
    np.testing.assert_allclose(truths[:, ~own].std(axis=0), left, rtol=0.2)


def test_a_missing_figure_says_nothing(tmp_path: Path, few_numbers: None) -> None:
    here = made(tmp_path)
    known = Known.of(here, here.fit())
    nothing = known.given(np.full(len(known.rows), np.nan))
    np.testing.assert_allclose(nothing[0], known.mean, atol=1e-9)
    np.testing.assert_allclose(nothing[1], known.covariance, atol=1e-9)
    one = known.of_numbers(known.mean)
    one[0] = np.nan
    assert np.diag(known.given(one)[1]).sum() > np.diag(known.given(known.of_numbers(known.mean))[1]).sum()


def test_written_and_read(found: Recovery, tmp_path: Path) -> None:
    path = tmp_path / "new" / "ipswich.parquet"
    found.write(path)
    again = Recovery.load("ipswich", path)
    pd.testing.assert_frame_equal(again.table, found.table)
    pd.testing.assert_frame_equal(again.summary, found.summary)
    assert again.manifest["towns"] == TOWNS
    assert [row["number"] for row in again.manifest["summary"]] == list(found.summary.index)
    assert [each.name for each in path.parent.iterdir()] == ["ipswich.parquet"]


def test_what_is_none_is_refused(found: Recovery, tmp_path: Path) -> None:
    path = tmp_path / "ipswich.parquet"
    with pytest.raises(InputError, match="wolsey calibrate --recovery"):
        Recovery.load("ipswich", path)
    found.write(path)
    with pytest.raises(InputError, match="of another place; allowed: norwich"):
        Recovery.load("norwich", path)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(InputError, match="damaged"):
        Recovery.load("ipswich", path)


def test_it_is_kept_beside_the_posterior() -> None:
    assert Recovery.path("ipswich").parts[-3:] == ("calibration", "recovery", "ipswich.parquet")
    assert recovery.COUNT == 100
