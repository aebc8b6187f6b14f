"""The posterior: weights, what is taken again, what is written and read, and when it warns or refuses."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from calibration import posterior
from calibration.fit import Problem
from calibration.posterior import Posterior
from calibration.sampling import PosteriorSample, can_be, joined, sample, write
from model.io.errors import InputError
from tests.calibration.toy import FEW, PARAMETERS, mean, number, problem

D = NDArray[np.float64]
TWO = [number("town.neet"), number("town.higher")]
SLOPE = np.array([[1.0, 0.5], [0.3, -1.0], [0.2, 0.1]])
SEEN = [mean("a", 31.0, 1.0), mean("b", 29.0, 1.0), mean("c", 30.2, 1.0)]
BEST = np.linspace(-0.5, 0.5, len(FEW))


def straight(z: D) -> D:
    return np.asarray(30 + SLOPE @ z)


def exact() -> tuple[D, D]:
    covariance = np.linalg.inv(np.eye(2) + SLOPE.T @ SLOPE)
    return covariance @ SLOPE.T @ (np.array([each.value for each in SEEN]) - 30), covariance


def draws_of(count: int, columns: int = 2) -> PosteriorSample:
    rng = np.random.default_rng(0)
    z = rng.standard_normal((count, columns))
    return PosteriorSample(z, rng.normal(0, 1, count), np.zeros((count, 3)), np.arange(1, count + 1))


# Weights.


def test_weights_sum_to_one_however_small() -> None:
    one = PosteriorSample(
        np.zeros((3, 1)), np.array([-5000.0, -5001.0, -5002.0]), np.zeros((3, 1)), np.arange(3)
    )
    assert one.weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(one.weights[:-1] / one.weights[1:], math.e)


def test_effective_draws() -> None:
    even = PosteriorSample(np.zeros((50, 1)), np.full(50, -7.0), np.zeros((50, 1)), np.arange(50))
    assert even.effective == pytest.approx(50)
    one = PosteriorSample(
        np.zeros((50, 1)), np.r_[0.0, np.full(49, -100.0)], np.zeros((50, 1)), np.arange(50)
    )
    assert one.effective == pytest.approx(1)


def test_draws_are_taken_again_in_proportion() -> None:
    made = draws_of(40)
    rows = made.resampled(1000)
    counts = np.bincount(rows, minlength=40)
    # Systematically: each as often as its weight says, to within one.
    assert np.abs(counts - 1000 * made.weights).max() < 1 + 1e-9
    assert len(rows) == 1000
    np.testing.assert_array_equal(rows, made.resampled(1000))


def test_two_samples_are_one() -> None:
    first, second = draws_of(3), draws_of(5)
    both = joined(first, second)
    assert (len(both.z), len(both.log_weight), len(both.predicted), len(both.effects)) == (8, 8, 8, 8)
    np.testing.assert_array_equal(both.z[3:], second.z)
    np.testing.assert_array_equal(both.log_weight[:3], first.log_weight)


# Sampling.


def test_of_a_line_all_proposals_are_effective_and_right() -> None:
    found = sample(problem(TWO, SEEN, straight), *exact(), batch=500, most=2000)
    assert found.effective == pytest.approx(len(found.z), rel=1e-6)
    centre, covariance = exact()
    np.testing.assert_allclose(found.z.mean(axis=0), centre, atol=0.1)
    np.testing.assert_allclose(np.cov(found.z, rowvar=False), covariance, atol=0.06)


def test_a_wrong_proposal_is_weighted_right() -> None:
    centre, covariance = exact()
    toy = problem(TWO, SEEN, straight)
    found = sample(toy, centre + 0.4, 1.5 * covariance, batch=4000, most=4000)
    assert 200 < found.effective < 0.95 * len(found.z)
    np.testing.assert_allclose(found.weights @ found.z, centre, atol=0.1)
    spread = (found.weights[:, None] * (found.z - centre)).T @ (found.z - centre)
    np.testing.assert_allclose(spread, covariance, atol=0.08)


def test_sampling_stops_at_most_and_not_before_enough() -> None:
    toy = problem(TWO, SEEN, straight)
    far = exact()[0] + 6.0
    assert len(sample(toy, far, exact()[1], batch=20, most=60).z) == 60
    assert len(sample(toy, *exact(), batch=20, most=200, enough=50).z) == 60


def test_what_cannot_be_has_no_weight_and_is_never_kept() -> None:
    toy = problem(TWO, SEEN, straight)
    found = sample(toy, *exact(), batch=400, most=400, possible=lambda z: bool(z[0] < 0.2))
    barred = found.z[:, 0] >= 0.2
    assert 0 < barred.sum() < 400
    assert not found.weights[barred].any()
    assert found.effective <= 400 - barred.sum()
    assert (found.z[found.resampled(300), 0] < 0.2).all()


def test_where_nothing_can_be_it_says_so() -> None:
    with pytest.raises(ValueError, match="none of the 20 numbers drawn can hold together"):
        sample(problem(TWO, SEEN, straight), *exact(), batch=20, most=40, possible=lambda z: False)


def test_numbers_that_leave_no_noise_cannot_be() -> None:
    numbers = [number("learning.trait_share"), number("learning.persistence")]
    toy = problem(numbers, SEEN, straight)
    assert can_be(toy, np.zeros(2))
    assert not can_be(toy, np.full(2, 2.0))


def test_an_interrupted_sample_goes_on_the_same() -> None:
    toy = problem(TWO, SEEN, straight)
    kept: list[PosteriorSample] = []
    whole = sample(toy, *exact(), batch=20, most=200, enough=1000, found=kept.append)
    assert [len(each.z) for each in kept] == list(range(20, 201, 20))
    rest = sample(toy, *exact(), batch=20, most=200, enough=1000, earlier=kept[3])
    np.testing.assert_array_equal(whole.z, rest.z)
    np.testing.assert_array_equal(whole.log_weight, rest.log_weight)
    assert rest.effects.tolist() == list(range(1, 201))


# Files.


def of_few() -> Problem:
    return problem(FEW, SEEN, lambda z: np.full(3, 30.0))


@pytest.fixture(scope="module")
def chosen() -> PosteriorSample:
    return draws_of(30, len(FEW))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory, chosen: PosteriorSample) -> Path:
    path = tmp_path_factory.mktemp("posterior") / "ipswich.parquet"
    write(path, of_few(), BEST, chosen, 12, {"plan": {"seeds": 1}})
    return path


def test_draws_hold_what_was_written(file: Path, chosen: PosteriorSample) -> None:
    found = Posterior.load("ipswich", file)
    assert found.draws == 12
    assert found.effects_draw(0) == 0
    # Effects are numbered as the proposals are, from 1.
    for draw in range(13):
        z = chosen.z[found.effects_draw(draw) - 1] if draw else BEST
        parameters = found.parameters(draw, PARAMETERS)
        for each, at in zip(FEW, z, strict=True):
            value = parameters.record(each.record).value
            usual = PARAMETERS.record(each.record).value
            expected = each.shift_or_value(float(at))
            if not isinstance(value, tuple):
                assert value == expected, each.name
            elif each.record in ("town.area", "town.gap"):
                assert value[each.entries[0]] == expected, each.name
            else:
                assert isinstance(usual, tuple)
                record = PARAMETERS.record(each.record)
                moved = np.clip(usual[each.entries[0]] + expected, record.low, record.high)
                assert value[each.entries[0]] == pytest.approx(moved), each.name
    left = {record.name for record in PARAMETERS} - {each.record for each in FEW}
    for name in left:
        assert parameters.record(name).value == PARAMETERS.record(name).value


def test_the_file_says_what_made_it(file: Path, chosen: PosteriorSample) -> None:
    found = Posterior.load("ipswich", file)
    facts = found.manifest
    assert (facts["place"], facts["history"], facts["kept"]) == ("ipswich", "opportunity_area", 12)
    assert facts["proposals"] == 30
    assert facts["distinct"] == found.table["effects_draw"].iloc[1:].nunique()
    assert facts["effective"] == pytest.approx(chosen.effective)
    assert facts["plan"] == {"seeds": 1}
    assert not file.with_suffix(".part").exists()


def test_the_digest_is_of_the_draws(file: Path, tmp_path: Path, chosen: PosteriorSample) -> None:
    again, other = tmp_path / "again.parquet", tmp_path / "other.parquet"
    first = Posterior.load("ipswich", file).digest()
    assert write(again, of_few(), BEST, chosen, 12, {"plan": "another"}).digest() == first
    assert write(other, of_few(), BEST + 0.1, chosen, 12, {}).digest() != first


def test_no_such_draw(file: Path) -> None:
    with pytest.raises(InputError, match=r"draw = 13: is no draw of the posterior; allowed: 0 to 12"):
        Posterior.load("ipswich", file).parameters(13, PARAMETERS)


def test_a_number_that_the_model_lost(file: Path) -> None:
    found = Posterior.load("ipswich", file)
    found.table["town.luck"] = 1.0
    with pytest.raises(InputError, match=r"town\.luck"):
        found.parameters(1, PARAMETERS)


@pytest.mark.parametrize("content", ["nothing", "text", "half", "no manifest", "no draws"])
def test_a_damaged_file_is_refused(file: Path, tmp_path: Path, content: str) -> None:
    path = tmp_path / "damaged.parquet"
    whole = pq.read_table(file)
    match content:
        case "nothing":
            path.write_bytes(b"")
        case "text":
            path.write_text("draw,effects_draw\n0,0\n")
        case "half":
            path.write_bytes(file.read_bytes()[:2000])
        case "no manifest":
            pq.write_table(whole.replace_schema_metadata({}), path)
        case "no draws":
            pq.write_table(whole.drop_columns(["draw"]), path)
    with pytest.raises(InputError, match="is no posterior of wolsey, or is damaged") as caught:
        Posterior.load("ipswich", path)
    assert "damaged.parquet" in str(caught.value)


def test_none_is_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="make one with `wolsey calibrate`"):
        Posterior.load("ipswich", tmp_path / "none.parquet")


def test_that_of_another_place_is_refused(file: Path) -> None:
    with pytest.raises(InputError, match="posterior of another place; allowed: norwich"):
        Posterior.load("norwich", file)


# Is it the posterior of this model?


def counted(monkeypatch: pytest.MonkeyPatch, code: str, figures: str) -> list[Any]:
    asked: list[Any] = []

    def probed(scenario: str, parameters: Any, place: str) -> str:
        asked.append((scenario, place))
        return figures

    monkeypatch.setattr(posterior, "code_digest", lambda: code)
    monkeypatch.setattr(posterior, "probe", probed)
    return asked


def test_the_same_code_is_not_even_probed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Posterior.load("ipswich", file)
    asked = counted(monkeypatch, found.manifest["code"], "another")
    assert found.warning(PARAMETERS) == ""
    assert asked == []


def test_a_changed_comment_does_not_warn(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Posterior.load("ipswich", file)
    # The code is another, and the real probe, of a real small town, is the same.
    monkeypatch.setattr(posterior, "code_digest", lambda: "another")
    assert found.warning(PARAMETERS) == ""


def test_a_changed_model_warns(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = counted(monkeypatch, "another", "other figures")
    told = Posterior.load("ipswich", file).warning(PARAMETERS)
    assert "made by another version of the model" in told
    assert "wolsey calibrate" in told
    assert asked == [("opportunity_area", "ipswich")]


def test_a_changed_number_outside_the_posterior_warns(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posterior, "code_digest", lambda: "another")
    base = PARAMETERS.changed({"assessment.ks2": 0.5})
    assert "another version" in Posterior.load("ipswich", file).warning(base)


def test_a_metadata_of_nobody(file: Path, tmp_path: Path) -> None:
    path = tmp_path / "foreign.parquet"
    pq.write_table(pa.table({"draw": [0, 1], "x": [1.0, 2.0]}), path)
    with pytest.raises(InputError, match="no posterior of wolsey"):
        Posterior.load("ipswich", path)
