"""Observations are read, checked and compared as docs/decisions/0007-observations.md says."""

import json
import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from calibration.observation import Observation
from calibration.observe import Observations, load_observations
from model.indicators.registry import INDICATORS
from model.inputs.england import England
from model.inputs.place import Place
from model.io.errors import InputError

KS2: dict[str, Any] = {
    "id": "ks2_all_2019",
    "layer": "local",
    "role": "fit",
    "indicator": "ks2_rwm",
    "group": "all",
    "year": 2019,
    "place": "ipswich",
    "kind": "share",
    "value": 60.0,
    "denominator": 1840,
    "likelihood": "beta_binomial",
    "discrepancy": 1.5,
    "source": "ELS:districts",
    "grade": "A",
}
GAP: dict[str, Any] = KS2 | {
    "id": "ks2_gap_2019",
    "group": "other",
    "minus_group": "disadvantaged",
    "place": "suffolk",
    "kind": "gap",
    "value": 21.0,
    "shares": [68.0, 47.0],
    "denominator": 5600,
    "minus_denominator": 2300,
    "likelihood": "normal",
    "transfer": 3.0,
}
MEAN: dict[str, Any] = KS2 | {
    "id": "attainment8_all_2019",
    "indicator": "attainment8",
    "kind": "mean",
    "value": 44.4,
    "likelihood": "normal",
    "error": 0.5,
    "discrepancy": 0.4,
}
WITHOUT_ERROR = {"likelihood": "normal", "discrepancy": 0, "error": 0}


def made(**changes: Any) -> Observation:
    return Observation.model_validate(KS2 | changes)


def write(folder: Path, *rows: dict[str, Any], extends: tuple[str, ...] = ()) -> Path:
    """A file of these observations; JSON's numbers, texts and lists are TOML's too."""
    lines = ['title = "made up"', 'place = "ipswich"', 'around = "suffolk"']
    lines += [f"extends = {json.dumps(extends)}", "sources = { ELS = 'publication' }"]
    for row in rows:
        lines += ["[[observations]]", *(f"{key} = {json.dumps(value)}" for key, value in row.items())]
    path = folder / "made.toml"
    path.write_text("\n".join(lines))
    return path


@pytest.fixture(scope="module")
def all_of_them() -> Observations:
    return load_observations("ipswich")


# What ships.


def test_both_layers_come_with_the_town(all_of_them: Observations) -> None:
    assert {each.layer for each in all_of_them} == {"local", "england"}
    assert len(all_of_them.fit) + len(all_of_them.held_out) + len(all_of_them.patterns) == len(all_of_them)
    assert len(all_of_them.fit.layer("local")) >= 25
    assert len(all_of_them.fit.layer("england")) >= 40
    assert {each.layer for each in all_of_them.layer("england")} == {"england"}


def test_nothing_after_2019_is_fitted(all_of_them: Observations) -> None:
    for each in all_of_them.fit:
        assert each.year + INDICATORS[each.indicator].lag <= 2019, each.id


def test_what_the_town_published_of_2022_is_held_out(all_of_them: Observations) -> None:
    held = {each.id: each.value for each in all_of_them.held_out if each.place == "ipswich"}
    assert held == {
        "ks2_all_2022": 53.0,
        "level2_em_all_2022": 70.3,
        "eyfsp_communication_2022": 76.9,
        "eyfsp_literacy_2022": 64.2,
        "eyfsp_mathematics_2022": 71.2,
    }
    assert {each.place for each in all_of_them.held_out} == {"ipswich", "suffolk"}


def test_suffolk_is_never_the_town(all_of_them: Observations) -> None:
    for each in (*all_of_them.fit, *all_of_them.held_out):
        if each.place == "suffolk":
            assert each.kind == "gap"
            assert each.transfer >= 1.5


def _published(each: Observation, group: str) -> float | None:
    if each.place == "england":
        name = "level2_em_by_19_cohort" if each.indicator == "level2_em_by_19" else each.indicator
        return England.load().series(name, group).at(each.year)
    rows = Place.load("ipswich").observations(each.indicator, group)
    found = [row.value for row in rows if (row.year, row.place) == (each.year, each.place)]
    return found[0] if found else None


def test_figures_are_those_of_the_places(all_of_them: Observations) -> None:
    """Whatever is fitted or held out, and has a published row, says what that row says, to a decimal."""
    checked = 0
    for each in (*all_of_them.fit, *all_of_them.held_out):
        if each.indicator not in INDICATORS or each.indicator == "sd_ks2_schools":
            continue  # the spread over schools is computed, and has no row of its own
        first = _published(each, each.group)
        second = _published(each, each.minus_group) if each.minus_group else 0.0
        assert first is not None, each.id
        assert second is not None, each.id
        assert each.value == pytest.approx(first - second, abs=0.1001), each.id
        checked += 1
    assert checked >= 80


def test_discrepancies_are_those_written_before_the_first_fit(all_of_them: Observations) -> None:
    """Shares and gaps of shares 1.5 points, less where nearly all or nearly none; means 2% of an SD."""
    for each in all_of_them.fit:
        if each.kind == "share" and not 20 <= each.value <= 80:
            assert each.discrepancy == pytest.approx(
                1.5 * 2 * math.sqrt(each.value / 100 * (1 - each.value / 100)), abs=0.006
            )
        elif each.kind == "share" or each.shares:
            assert each.discrepancy == 1.5, each.id
        else:
            sd = {
                "attainment8": 20.0,
                "absence_primary": 4.6,
                "absence_secondary": 6.9,
                "sd_ks2_schools": 75.0,
            }[each.indicator.removesuffix("_mainstream")]
            assert each.discrepancy == pytest.approx(0.02 * sd, rel=0.12), each.id


def test_the_digest_follows_what_they_say(all_of_them: Observations) -> None:
    assert len(all_of_them.digest()) == 32
    assert all_of_them.digest() == Observations(reversed(all_of_them)).digest()
    one = Observations([made()])
    assert one.digest() == Observations([made(note="in other words")]).digest()
    assert one.digest() != Observations([made(value=60.1)]).digest()


def test_they_can_be_sent_to_workers_and_sliced(all_of_them: Observations) -> None:
    assert pickle.loads(pickle.dumps(all_of_them)).digest() == all_of_them.digest()
    assert isinstance(all_of_them[:3], Observations)
    assert all_of_them[0] == all_of_them[:3][0] == all_of_them.named(all_of_them[0].id)
    with pytest.raises(KeyError):
        all_of_them.named("nothing")


# How they are compared.


def test_variance_has_all_its_parts() -> None:
    sampling = 1e4 * 0.5 * 0.5 / 1840
    assert made().variance(50.0) == pytest.approx(sampling + 1.5**2)
    assert made(error=1.0, transfer=2.0).variance(50.0) == pytest.approx(sampling + 1.5**2 + 1 + 4)
    assert Observation.model_validate(MEAN).variance(50.0) == pytest.approx(0.5**2 + 0.4**2)


def test_a_town_s_luck_adds_to_the_variance() -> None:
    each, mean = made(), Observation.model_validate(MEAN)
    assert each.variance(50.0, 3.0) == pytest.approx(each.variance(50.0) + 3.0)
    assert abs(each.residual(50.0, 3.0)) < abs(each.residual(50.0))
    assert each.log_likelihood(50.0, 3.0) > each.log_likelihood(50.0)
    assert mean.log_likelihood(48.0, 3.0) > mean.log_likelihood(48.0)


def test_a_gap_varies_by_both_groups() -> None:
    gap = Observation.model_validate(GAP)
    sampling = 1e4 * (0.68 * 0.32 / 5600 + 0.47 * 0.53 / 2300)
    assert gap.variance(10.0) == pytest.approx(sampling + 1.5**2 + 3.0**2)


def test_residuals_are_in_standard_deviations() -> None:
    each = made()
    sd = math.sqrt(each.variance(57.0))
    assert each.residual(57.0) == pytest.approx(3.0 / sd)
    assert each.residual(60.0) == 0


def test_a_normal_likelihood() -> None:
    each = Observation.model_validate(MEAN)
    assert each.log_likelihood(45.0) == pytest.approx(stats.norm.logpdf(44.4, 45.0, math.hypot(0.5, 0.4)))


def test_a_binomial_likelihood() -> None:
    each = made(likelihood="binomial", discrepancy=0.0)
    assert each.log_likelihood(58.0) == pytest.approx(stats.binom.logpmf(1104, 1840, 0.58))


@pytest.mark.parametrize("predicted", [5.0, 45.0, 60.0, 97.0])
def test_a_beta_binomial_has_the_variance_that_is_printed(predicted: float) -> None:
    n = 200
    likelihood = [
        math.exp(made(denominator=n, value=100 * yes / n).log_likelihood(predicted)) for yes in range(n + 1)
    ]
    shares = 100 * np.arange(n + 1) / n
    assert sum(likelihood) == pytest.approx(1)
    assert np.dot(likelihood, shares) == pytest.approx(predicted)
    spread = np.dot(likelihood, (shares - predicted) ** 2)
    assert spread == pytest.approx(made(denominator=n).variance(predicted))


@pytest.mark.parametrize("predicted", [0.0, 100.0])
def test_an_extreme_prediction_is_unlikely_and_not_impossible(predicted: float) -> None:
    each = made()
    assert math.isfinite(each.log_likelihood(predicted))
    assert each.log_likelihood(predicted) < each.log_likelihood(60.0) - 10


def test_the_model_s_figure() -> None:
    figures = {("ks2_rwm", "all", 2019): 59.0, ("ks2_rwm", "other", 2019): 66.0}
    figures["ks2_rwm", "disadvantaged", 2019] = 44.0

    def figure(indicator: str, group: str, year: int) -> float | None:
        return figures.get((indicator, group, year))

    gap = Observation.model_validate(GAP)
    assert made().of(figure) == 59.0
    assert gap.of(figure) == 22.0
    assert gap.model_copy(update={"kind": "ratio"}).of(figure) == 1.5
    assert made(year=2018).of(figure) is None
    figures["ks2_rwm", "disadvantaged", 2019] = 0.0
    assert gap.model_copy(update={"kind": "ratio"}).of(figure) is None
    del figures["ks2_rwm", "disadvantaged", 2019]
    assert gap.of(figure) is None


# What is refused.


def test_a_file_with_one_observation(tmp_path: Path) -> None:
    assert load_observations(write(tmp_path, KS2))[0] == made()


def test_a_file_of_that_name_must_be_there() -> None:
    with pytest.raises(InputError, match="did you mean 'ipswich'"):
        load_observations("ipswitch")


BAD = [
    (KS2, {"indicator": "ks2_rvm"}, "indicator", "did you mean 'ks2_rwm'"),
    (KS2, {"group": "disadvantage"}, "group", "did you mean 'disadvantaged'"),
    (GAP, {"minus_group": "disadvantage"}, "minus_group", "did you mean 'disadvantaged'"),
    (GAP, {"minus_group": "other"}, "minus_group", "another group"),
    (GAP, {"minus_group": ""}, "minus_group", "a gap is of two groups"),
    (KS2, {"minus_group": "girls"}, "minus_group", "which is of one group"),
    (KS2, {"value": 0.6e3}, "value", "between 0 and 100"),
    (KS2, {"value": -1}, "value", "between 0 and 100"),
    (KS2, {"denominator": None}, "denominator", "is missing"),
    (MEAN, {"denominator": None}, "denominator", "is missing"),
    (GAP, {"denominator": None}, "denominator", "is missing"),
    (GAP, {"minus_denominator": None}, "minus_denominator", "is missing"),
    (GAP, {"shares": [68.0]}, "shares", "two shares"),
    (GAP, {"shares": [168.0, 147.0]}, "shares", "two shares"),
    (GAP, {"value": 24.0}, "value", "not the difference of its shares"),
    (KS2, {"shares": [68.0, 47.0]}, "shares", "gap of shares only"),
    (MEAN, {"minus_denominator": 10}, "minus_denominator", "gap of shares only"),
    (MEAN, {"kind": "share"}, "kind", "which is in points"),
    (MEAN, {"likelihood": "beta_binomial"}, "likelihood", "is of shares"),
    (KS2, {"likelihood": "binomial"}, "likelihood", "no room"),
    (MEAN, WITHOUT_ERROR, "error", "nothing can be as exact"),
    (KS2, {"year": 2015}, "year", "has no ks2_rwm"),
    (KS2, {"year": 2022}, "year", "is held out"),
    (KS2, {"year": 2020}, "year", "no comparable results"),
    (KS2, {"year": 2021, "role": "held_out"}, "year", "no comparable results"),
    (KS2, {"role": "held_out"}, "year", "only after 2019"),
    (KS2, {"indicator": "ks4_sustained"}, "year", "measured 1 year later"),
    (KS2, {"place": "fenland"}, "place", "is held out"),
    (KS2, {"place": "england"}, "place", "allowed: ipswich, suffolk"),
    (KS2, {"layer": "england"}, "place", "allowed: england"),
    (KS2, {"place": "suffolk", "transfer": 3.0}, "place", "is not the town"),
    (GAP, {"transfer": 0.0}, "place", "is not the town"),
    (KS2, {"source": "EYFSP:x"}, "source", "a key of"),
    (KS2, {"grade": "Z"}, "grade", "is no grade"),
    (KS2, {"kind": "median"}, "kind", "not one of the allowed words"),
    (KS2, {"denominater": 3}, "denominater", "did you mean 'denominator'"),
]


@pytest.mark.parametrize(("base", "changes", "key", "says"), BAD)
def test_a_faulty_observation_says_where_and_what(
    tmp_path: Path, base: dict[str, Any], changes: dict[str, Any], key: str, says: str
) -> None:
    row = {name: value for name, value in (base | changes).items() if value is not None}
    sound = KS2 | {"id": "sound", "year": 2017}
    with pytest.raises(InputError) as caught:
        load_observations(write(tmp_path, sound, row))
    assert caught.value.at == f"observations[1].{key}"
    assert "made.toml" in str(caught.value)
    assert says in str(caught.value)


def test_a_correlation_lies_within_one(tmp_path: Path) -> None:
    row = KS2 | {"indicator": "r_5_11", "kind": "correlation", "likelihood": "normal", "value": 58}
    with pytest.raises(InputError, match="between -1 and 1"):
        load_observations(write(tmp_path, row))


def test_a_pattern_has_no_groups(tmp_path: Path) -> None:
    row = KS2 | {"indicator": "teacher_survival.3", "role": "pattern"}
    assert len(load_observations(write(tmp_path, row))) == 1
    with pytest.raises(InputError, match=r"a group of teacher_survival\.3"):
        load_observations(write(tmp_path, row | {"group": "fsm"}))


def test_an_id_is_given_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="id of an earlier observation"):
        load_observations(write(tmp_path, KS2, KS2 | {"year": 2018}))


def test_an_id_is_given_once_over_files_too(tmp_path: Path) -> None:
    row = KS2 | {"id": "england_gld_fsm_2017"}
    with pytest.raises(InputError, match="id of an earlier observation"):
        load_observations(write(tmp_path, row, extends=("england",)))


def test_a_file_cannot_extend_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, KS2, extends=("made",))
    monkeypatch.setattr("calibration.observe.folder", lambda: tmp_path)
    with pytest.raises(InputError, match="extends itself"):
        load_observations(path)


LEVEL = KS2 | {"place": "ipswich"}


def _level(group: str, **changes: Any) -> dict[str, Any]:
    return LEVEL | {"id": f"level_{group}", "group": group} | changes


def _gap(**changes: Any) -> dict[str, Any]:
    return GAP | {"id": "gap"} | changes


A8 = {"indicator": "attainment8_mainstream", "kind": "mean", "likelihood": "normal", "error": 0.5}


@pytest.mark.parametrize(
    "rows",
    [
        [_level("all"), _gap()],
        [_level("disadvantaged"), _level("other")],
        [_level("all"), _level("disadvantaged", role="pattern"), _gap(role="pattern")],
        [_level("all"), _level("disadvantaged", year=2018)],
        [_level("all"), _level("all", **A8, id="a8")],
    ],
)
def test_what_may_be_fitted_together(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    assert len(load_observations(write(tmp_path, *rows))) == len(rows)


@pytest.mark.parametrize(
    "rows",
    [
        [_level("all"), _level("disadvantaged")],
        [_level("disadvantaged"), _level("other"), _level("all")],
        [_level("disadvantaged"), _level("other"), _gap()],
        [_level("disadvantaged"), _level("fsm")],
        [_level("all"), _level("all", id="again")],
        [_level("all"), _gap(), _gap(id="gap_2", place="ipswich")],
        [_level("disadvantaged"), _gap()],
        [_level("all"), _gap(group="all", value=13.0, shares=[60.0, 47.0])],
        [_level("all", **A8), _level("all", id="em", indicator="em_grade4")],
        [_level("all", **A8), _level("all", **A8 | {"indicator": "progress8", "value": 0.1}, id="p8")],
        [_level("all"), _level("all", id="twin", indicator="ks2_rwm_mainstream")],
    ],
)
def test_people_are_not_counted_twice(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    with pytest.raises(InputError, match="counts people twice") as caught:
        load_observations(write(tmp_path, *rows))
    assert caught.value.at == f"observations[{len(rows) - 1}]"
    assert "all and one gap" in str(caught.value)
