"""How far English districts and areas lie apart in what the model's local numbers say (decision 26).

It reads the tables that ship (`model/districts`), outcomes of 2016 and 2017 alone. Each number's spread is
that of what a district or an upper-tier area shows beyond what the model expects of one with its free meals
and its languages. Spreads are covariances of one year's class with another's: no child is in both, so
neither the luck of small classes nor what passes within a year is in them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logit, ndtri

from calibration.posterior import NATIONAL, Posterior
from model.districts import tables
from model.inputs.england import England

D = NDArray[np.float64]
type Panel = Mapping[tuple[str, int], D]
"""Figures of the same places by (what, year)."""

REFUSED: Final = ("E09000001", "E06000053")
"""The City of London and the Isles of Scilly have next to no schools."""
YEARS: Final = (2016, 2017)
TEN: Final = (
    *("idaci_2019", "fsm6_primary_2017", "fsm6_secondary_2017", "eal_primary_2017", "eal_secondary_2017"),
    *("lone_parent_families", "social_rent", "private_rent", "white_british", "income_after_housing"),
)
"""Published numbers of composition, for the comparison with a regression that knows more than the model."""
AGES: Final = {"gld": 5, "ks2_rwm": 11, "attainment8": 16}
"""The outcomes that tell of skill, and the age of each."""
ENTRIES: Final = {"gld": 0, "ks2_rwm": 2, "attainment8": 3}
"""The first of the ages of `town.area` and `town.gap` that move with an outcome (`calibration.numbers`)."""
SURE: Final = 0.2
"""A correlation over 150 areas below this is within two and a half standard errors of none: left out."""
JUDGED: Final = {"town.school_spread": 0.2}
"""What the tables cannot tell (decision 26): the prior that Ipswich was fitted with is kept."""


@dataclass(frozen=True)
class National:
    """What the model holds of England: gap and effect of language by age (SD of skill), reliabilities of the
    assessments, persistence of skill, absence with free meals over absence without; shares (10,) by decile of
    the score at 16 of what comes after it, by the local number that moves it."""

    gap: Mapping[int, float]
    eal: Mapping[int, float]
    reliability: Mapping[str, float]
    persistence: float
    absence_ratio: Mapping[str, float]
    by_decile: Mapping[str, D]

    @staticmethod
    def of_best_fit() -> "National":
        """Return those of the best fit that ships."""
        best: dict[Any, Any] = Posterior.load(NATIONAL).table.iloc[0].to_dict()
        ages = (0, 5, 11, 16, 19)
        records = {"gld": "eyfsp", "ks2_rwm": "ks2", "attainment8": "ks4"}
        after_16 = ("not_sustained", "level3", "higher")
        return National(
            gap=dict(zip(ages, best["learning.gap_skill"], strict=True)),
            eal=dict(zip(ages, best["learning.eal"], strict=True)),
            reliability={name: float(best[f"assessment.{record}"]) for name, record in records.items()},
            persistence=float(best["learning.persistence"]),
            absence_ratio={
                phase: float(best[f"attendance.fsm_ratio_{phase}"]) for phase in ("primary", "secondary")
            },
            by_decile={f"town.{name}": np.asarray(best[f"routes.{name}"]) / 100 for name in after_16},
        )

    def expected(self, age: int, need: D, eal: D) -> D:
        """Return the skill at an age (n,), SD, that follows from shares (n,) of children in need and with
        another language, both as distances to England."""
        return -self.gap[age] * need + self.eal[age] * eal


@dataclass(frozen=True)
class Spread:
    """What is found: the SD of each number, as the fit names it; their correlations (n, n), in that order;
    and for the level of skill the SDs as they are, and beyond the ten numbers."""

    sd: Mapping[str, float]
    correlation: D
    raw: Mapping[str, float]
    beyond_ten: Mapping[str, float]


def found(national: National) -> Spread:
    """Return the spread of each local number over districts or areas, and their correlations."""
    (districts, ten, raw), areas = of_districts(national), of_areas(national)
    levels = [f"town.area[{entry}]" for entry in ENTRIES.values()]
    names = [*levels, *dict.fromkeys(name for name, _ in areas if name not in levels)]
    sd = {name: _lasting_sd(districts if name in levels else areas, name) for name in names}
    correlation = np.eye(len(names))
    for i, a in enumerate(names):
        for j, b in enumerate(names[:i]):
            table = districts if a in levels and b in levels else areas
            value = _lasting(table, a, b) / (_lasting_sd(table, a) * _lasting_sd(table, b))
            correlation[i, j] = correlation[j, i] = value if abs(value) >= SURE else 0.0
    for name, factor in personal(national).items():
        sd[name] *= factor
    return Spread(
        sd | JUDGED | {"town.pay": pay()},
        _possible(correlation),
        {name: _lasting_sd(raw, name) for name in levels},
        {name: _lasting_sd(ten, name) for name in levels},
    )


def of_districts(national: National) -> tuple[Panel, Panel, Panel]:
    """Return how far districts lie from England in SD of skill: beyond the model's composition, beyond the
    ten numbers, and as they are."""
    wanted = {(f"{name}{'_mainstream' * (name == 'attainment8')}", "all"): YEARS for name in AGES}
    seen = _outcomes("outcomes_district", wanted)
    figures = tables.table("figures").pivot_table(index="place_code", columns="name", values="value")
    figures = figures.dropna(subset=list(TEN))
    at = [code for code in seen.index if code in figures.index and code not in REFUSED]
    known = {name: figures.loc[at, name].to_numpy(np.float64) for name in (*TEN, "children_2017")}
    weights = known["children_2017"]
    skill: dict[tuple[str, int], D] = {}
    for (outcome, _), years in wanted.items():
        name = outcome.removesuffix("_mainstream")
        for year in years:
            column = _column(seen.loc[at], outcome, "all", year)
            skill[_area(name), year] = _in_skill(national, name, year, column, weights)
    beyond = {}
    for name, age in AGES.items():
        need, eal = (
            _from_england(known[f"{of}_{_phase(age)}_2017"] / 100, weights) for of in ("fsm6", "eal")
        )
        for year in YEARS:
            beyond[_area(name), year] = skill[_area(name), year] - national.expected(age, need, eal)
    ten = np.column_stack([known[name] for name in TEN])
    return beyond, {key: _residual(values, ten) for key, values in skill.items()}, skill


def of_areas(national: National) -> Panel:
    """Return what upper-tier areas show beyond the model's composition: level and gap of skill (SD), log-odds
    or logarithms of what comes at school's end."""
    pairs = {"gld": ("fsm", "non_fsm")} | dict.fromkeys(
        ("ks2_rwm", "attainment8"), ("disadvantaged", "other")
    )
    phases, after = ("primary", "secondary"), ("em_caught_up_by_19", "level3_by_19", "he_by_19")
    once = ("participation_16_17", "ks4_not_sustained", "cohort_aged_19")
    wanted: dict[tuple[str, str], Sequence[int]]
    wanted = {(name, group): YEARS for name, two in pairs.items() for group in ("all", *two)}
    wanted |= {(name, "all"): YEARS for name in (*(f"absence_{phase}" for phase in phases), *after)}
    shares = [f"{share}_{phase}" for share in ("fsm", "fsm6", "eal") for phase in phases]
    wanted |= {(name, "all"): YEARS[1:] for name in (*shares, *once)} | {
        ("level2_em_by_16", "all"): (2013, 2014)
    }
    seen = _outcomes("outcomes_upper_tier", wanted)

    def of(name: str, year: int = YEARS[1], group: str = "all") -> D:
        return _column(seen, name, group, year)

    pupils, fsm = of("cohort_aged_19"), of("fsm6_secondary")
    result: dict[tuple[str, int], D] = {}
    for year in YEARS:
        for name, age in AGES.items():
            need, eal = (
                _from_england(of(f"{share}_{_phase(age)}") / 100, pupils) for share in ("fsm6", "eal")
            )
            skill = _in_skill(national, name, year, of(name, year), pupils)
            result[_area(name), year] = skill - national.expected(age, need, eal)
            low, high = (
                _in_skill(national, name, year, of(name, year, group), pupils) for group in pairs[name]
            )
            result[f"town.gap[{ENTRIES[name]}]", year] = high - low
        absence = [
            np.log(of(f"absence_{phase}", year))
            - np.log1p((national.absence_ratio[phase] - 1) * of(f"fsm_{phase}") / 100)
            for phase in phases
        ]
        result["town.absence", year] = (absence[0] + absence[1]) / 2
        known = np.column_stack([of("level2_em_by_16", year - 3), fsm])
        for name, outcome in zip(("level2_by_19", "level3", "higher"), after, strict=True):
            result[f"town.{name}", year] = _residual(logit(of(outcome, year) / 100), known)
    known = np.column_stack([of("attainment8"), fsm])
    for name, share, classes in (
        ("neet", 1 - of("participation_16_17") / 100, 2),
        ("not_sustained", of("ks4_not_sustained") / 100, 1),
    ):
        chance = float((1 / (classes * pupils * share * (1 - share))).mean())
        result[f"town.{name}", YEARS[1]] = _without(chance, _residual(logit(share), known))
    return result


def pay() -> float:
    """Return the lasting SD over districts of the logarithm of residents' median pay, beyond what free meals
    and Attainment 8 lead to expect."""
    series = tables.table("series")
    series = series[(series["series"] == "pay_week_all") & series["year"].isin(YEARS)]
    wide = series.pivot_table(index="place_code", columns="year", values="value").dropna()
    scores = _outcomes("outcomes_district", {("attainment8_mainstream", "all"): YEARS[1:]})
    figures = tables.table("figures").pivot_table(index="place_code", columns="name", values="value")
    fsm = figures["fsm6_secondary_2017"].dropna()
    at = [code for code in wide.index if code in scores.index and code in fsm.index and code not in REFUSED]
    known = np.column_stack([scores.loc[at].to_numpy(), fsm.loc[at].to_numpy()])
    logs = {("pay", year): _residual(np.log(wide.loc[at, year].to_numpy()), known) for year in YEARS}
    return _lasting_sd(logs, "pay")


def between_schools() -> tuple[float, float]:
    """Return, of the spread of key stage 2 between a district's schools relative to the mean spread: the
    covariance of two years over districts, and the variance that so few schools give it by chance."""
    table = tables.table("outcomes_district")
    table = table[(table["indicator"] == "sd_ks2_schools") & table["year"].isin(YEARS)]
    spread = table.pivot_table(index="place_code", columns="year", values="value").dropna().to_numpy()
    schools = table.pivot_table(index="place_code", columns="year", values="schools").dropna().to_numpy()
    covariance = float(np.cov((spread / spread.mean(axis=0)).T)[0, 1])
    return covariance, float((1 / (2 * (schools.min(axis=1) - 1))).mean())


def common_shock(national: National) -> float:
    """Return the SD of what a year does to all children of a place, from changes of 2016 to 2017 that stages
    share: their covariances over districts, against those of shocks of SD 1 that fade as skill does."""
    beyond, _, _ = of_districts(national)
    change = {name: beyond[_area(name), YEARS[1]] - beyond[_area(name), YEARS[0]] for name in AGES}
    step = {name: _change_of_shocks(national.persistence, age) for name, age in AGES.items()}
    seen, expected = [], []
    for a, b in (("gld", "ks2_rwm"), ("gld", "attainment8"), ("ks2_rwm", "attainment8")):
        length = min(len(step[a]), len(step[b]))
        seen.append(_covariance(change[a], change[b]))
        expected.append(float(step[a][:length] @ step[b][:length]))
    return float(np.sqrt(max(np.mean(seen) / np.mean(expected), 0.0)))


def personal(national: National) -> dict[str, float]:
    """Return by how much the log-odds of a young person must move to move those of an area by one: people of
    an area differ in their scores, so that each one's odds move a share of all less than they would alone."""
    result = {}
    for name, shares in national.by_decile.items():
        whole = float(shares.mean())
        result[name] = whole * (1 - whole) / float((shares * (1 - shares)).mean())
    return result


def _change_of_shocks(persistence: float, age: int) -> D:
    """Return how far shocks of this year, the last, and so on move the yearly change of a stage's level."""
    level: D = np.float64(persistence) ** np.arange(age)
    change: D = np.append(level, 0.0) - np.append(0.0, level)
    return change


def _outcomes(name: str, wanted: Mapping[tuple[str, str], Sequence[int]]) -> pd.DataFrame:
    """Return a table with a row a place that has all that is wanted, and a column "outcome group year"."""
    table = tables.table(name)
    if name == "outcomes_upper_tier":
        # Level 3 is published twice; the one of the same cohorts as level 2 is read.
        table = table[table["level"] == "upper_tier"]
        table = table[(table["indicator"] != "level3_by_19") | (table["source"] == "L23")]
    what = table["indicator"] + " " + table["group"] + " " + table["year"].astype(str)
    names = [f"{indicator} {group} {year}" for (indicator, group), years in wanted.items() for year in years]
    key = "area" if name == "outcomes_upper_tier" else "place_code"
    table = table.assign(what=what)[what.isin(names)]
    return table.pivot_table(index=key, columns="what", values="value")[names].dropna()


def _column(table: pd.DataFrame, name: str, group: str, year: int) -> D:
    return table[f"{name} {group} {year}"].to_numpy(np.float64)


def _area(name: str) -> str:
    return f"town.area[{ENTRIES[name]}]"


def _phase(age: int) -> str:
    return "secondary" if age == AGES["attainment8"] else "primary"


def _from_england(share: D, weights: D) -> D:
    return share - np.average(share, weights=weights)


def _in_skill(national: National, name: str, year: int, values: D, weights: D) -> D:
    """Return how far results (n,) lie from their mean, SD of skill."""
    root = np.sqrt(national.reliability[name])
    middle = np.average(values, weights=weights)
    if name == "attainment8":
        of: D = (values - middle) / (England.load().series("attainment8_sd").at(year) * root)
        return of
    result: D = (ndtri(values / 100) - ndtri(middle / 100)) / root
    return result


def _residual(of: D, known: D) -> D:
    """Return what a regression leaves of a figure, scaled for the degrees of freedom that it took."""
    design = np.column_stack([np.ones(len(known)), known])
    left: D = of - design @ np.linalg.lstsq(design, of, rcond=None)[0]
    return left * float(np.sqrt(len(design) / (len(design) - design.shape[1])))


def _without(chance: float, of: D) -> D:
    """Return a figure of one year drawn together by the variance that chance adds to its spread."""
    variance = float(of.var())
    return of * float(np.sqrt(max(variance - chance, 0.0) / variance))


def _covariance(a: D, b: D) -> float:
    return float(np.cov(np.stack([a, b]))[0, 1])


def _lasting(table: Panel, a: str, b: str) -> float:
    """Return the covariance of two figures that lasts: of one year's with another year's; of the same year's
    where one of them has no other."""
    years = [[year for name, year in table if name == of] for of in (a, b)]
    pairs = [(x, y) for x in years[0] for y in years[1] if x != y] or [
        (x, y) for x in years[0] for y in years[1]
    ]
    return float(np.mean([_covariance(table[a, x], table[b, y]) for x, y in pairs]))


def _lasting_sd(table: Panel, name: str) -> float:
    return float(np.sqrt(_lasting(table, name, name)))


def _possible(correlation: D) -> D:
    """Return the nearest correlations that can hold together: eigenvalues above 0, ones on the diagonal."""
    values, vectors = np.linalg.eigh(correlation)
    made = (vectors * np.clip(values, 0.02, None)) @ vectors.T
    scale = np.sqrt(np.diag(made))
    result: D = made / np.outer(scale, scale)
    return result
