"""A campaign: kept stage by stage, going on after a kill, made anew when anything of it changes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from calibration import campaign, predict, sampling
from calibration.campaign import Campaign, CampaignPlan, Fitted
from calibration.fit import Problem
from calibration.predict import Setting
from calibration.sampling import PosteriorSample
from model.io.errors import InputError
from tests.calibration.toy import FEW, D, Here

PLAN = CampaignPlan(
    seeds=2, many_seeds=30, starts=2, steps=1, towns=120, batch=40, proposals=100, most=1000, kept=20
)

pytestmark = pytest.mark.usefixtures("few_numbers")


def made(folder: Path, executor: Here | None = None, plan: CampaignPlan = PLAN) -> Campaign:
    return Campaign(Setting(), executor or Here(), folder, plan)


def same(first: tuple[Fitted, PosteriorSample], second: tuple[Fitted, PosteriorSample]) -> None:
    for one, other in zip(first, second, strict=True):
        for name, value in vars(one).items():
            if name == "emulator":
                np.testing.assert_equal(vars(value), vars(vars(other)[name]))
            else:
                np.testing.assert_equal(value, vars(other)[name], err_msg=name)


class Whole(NamedTuple):
    """A campaign that nobody stopped: its folder, how many towns it lived, what it told, what came out."""

    folder: Path
    lived: int
    told: list[str]
    found: tuple[Fitted, PosteriorSample]


@pytest.fixture(scope="module", autouse=True)
def asked_once() -> Iterator[None]:
    """All campaigns of these tests draw the same numbers: whether they make a world is found out once."""
    found: dict[bytes, bool] = {}
    usual = sampling.can_be

    def can_be(problem: Problem, z: D) -> bool:
        key = z.tobytes()
        if key not in found:
            found[key] = usual(problem, z)
        return found[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sampling, "can_be", can_be)
        yield


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(campaign, "free_numbers", lambda parameters: FEW)
        folder, executor, told = tmp_path_factory.mktemp("whole"), Here(), []
        campaign_ = made(folder, executor)
        campaign_.told = lambda stage, done, of: told.append(stage)
        found = campaign_.run()
        return Whole(folder, executor.lived, told, found)


def test_stages_are_kept_and_not_made_again(whole: Whole) -> None:
    kept = {path.name.rsplit("-", 1)[0] for path in whole.folder.iterdir()}
    assert kept == {"start-0", "start-1", "luck", "polished", "towns-0", "towns-1", "towns-2"}
    again = Here()
    after = made(whole.folder, again).run()
    assert whole.lived > 400
    assert again.lived == 0
    same(whole.found, after)


@pytest.mark.parametrize("towns", [10, 150, 230, 300, 450])
def test_a_killed_campaign_goes_on(tmp_path: Path, towns: int, whole: Whole) -> None:
    killed = Here(stop_after=towns)
    with pytest.raises(KeyboardInterrupt):
        made(tmp_path, killed).run()
    rest = Here()
    same(made(tmp_path, rest).run(), whole.found)
    assert not list(tmp_path.glob(".*"))


def test_the_fit_finds_what_fits(whole: Whole, tmp_path: Path) -> None:
    fitted, sample = whole.found
    here = made(tmp_path)
    rest = [
        each.residual(float(value), float(chance))
        for each, value, chance in zip(
            here.observations, fitted.predicted, np.diag(fitted.luck["luck"]), strict=True
        )
    ]
    assert np.mean(np.abs(rest) < 2) > 0.95
    assert sample.effective > 100
    assert np.sqrt(np.diag(fitted.covariance)).max() <= 1 + 1e-9


def test_the_key_is_of_all_that_matters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [made(tmp_path).key, made(tmp_path / "other").key]
    assert keys[0] == keys[1]
    keys = keys[:1]
    keys.append(made(tmp_path, plan=replace(PLAN, steps=3)).key)
    keys.append(Campaign(Setting(scale=0.5), Here(), tmp_path, PLAN).key)
    seen = predict._loaded("ipswich")
    moved = (seen[0].model_copy(update={"value": seen[0].value + 0.1}), *seen[1:])
    with monkeypatch.context() as patch:
        patch.setattr(predict, "_loaded", lambda place: moved)
        keys.append(made(tmp_path).key)
    with monkeypatch.context() as patch:
        patch.setattr(campaign, "code_digest", lambda: "another")
        keys.append(made(tmp_path).key)
    assert len(set(keys)) == len(keys)


def test_a_changed_observation_is_fitted_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path).fit()
    seen = predict._loaded("ipswich")
    moved = (seen[0].model_copy(update={"value": seen[0].value + 5.0}), *seen[1:])
    monkeypatch.setattr(predict, "_loaded", lambda place: moved)
    executor = Here()
    made(tmp_path, executor).fit()
    assert executor.lived > 100


def test_the_luck_of_the_few_seeds_is_taken_out(whole: Whole) -> None:
    fitted = whole.found[0]
    # The emulator is learnt from towns of many seeds, and has no luck of a few to be freed of.
    assert np.abs(fitted.luck["offset"]).max() == 0
    size = np.linalg.eigvalsh(fitted.luck["luck"])
    assert size.min() > -1e-8


def test_progress_is_told_by_stage(whole: Whole) -> None:
    assert list(dict.fromkeys(whole.told)) == [
        "fit, start 1 of 2",
        "fit, start 2 of 2",
        "what is luck",
        "fit, with luck known",
        "what each number does, 1 of 3",
        "what each number does, 2 of 3",
        "what each number does, 3 of 3",
    ]


def test_a_place_without_observations(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="atlantis"):
        Campaign(Setting(place="atlantis"), Here(), tmp_path, PLAN)
