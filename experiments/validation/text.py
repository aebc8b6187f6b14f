"""The score card in words and tables: the same sentences and columns on the page and in the terminal."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from calibration.identify import NOT_INFORMED
from calibration.sampling import ENOUGH
from calibration.validation.naive import LAST_VALUE, TREND
from calibration.validation.score_card import (
    COVERAGE_AIM,
    ENOUGH_FOR_A_MARK,
    SERIES_AIM,
    SQUARE_AIM,
    WITHIN_AIM,
    Coverage,
    Scores,
    Skill,
)
from experiments.text import between, percent, rounded, typeset
from model.indicators.registry import INDICATORS

if TYPE_CHECKING:
    import pandas as pd

ERRORS_ARE: Final = (
    "An error is what was published less the model's mean. Bands cover the numbers and effects that agree "
    "with the fit, the chance of one town and of who is in a cohort, and the stated discrepancy and "
    "transfer. A residual is the error over its standard deviation."
)
SKILL_IS: Final = (
    "Skill is 1 less the model's mean square error over that of the naive forecast: 1 is perfect, 0 no "
    "better, below 0 worse. Errors are in units of each figure's own error (sampling, discrepancy, "
    "transfer), the same for all who forecast. Last year's value: the last one published before 2020. "
    "England's trend: the figure of 2019, of the town or the area around it, and England's own change since; "
    "for the new profile at 5, England's figure and the town's distance to England in 2019."
)


@dataclass(frozen=True)
class ScoreTable:
    """A table: its caption, heads, and rows of texts, the first of each naming the row."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers_from: int = 1


def verdict(card: Scores, effective: float) -> list[str]:
    """Return what a hostile reader asks first: where somebody without a model does as well, or the bands
    fail.

    Args:
        effective: effective draws of the posterior.
    """
    said = [
        f"The model loses to {each.against} on {each.pool} (n = {each.n}): skill {signed(each.skill, 2)}, "
        f"closer in {each.closer} of {each.n}."
        for each in sorted(card.lost, key=lambda each: -each.n)
    ]
    said += [
        f"The 90% bands hold {each.in90} of {each.n} ({percent(each.in90 / each.n)}) of {each.pool}: outside "
        f"the {between(*COVERAGE_AIM, percent)} that they should."
        for each in card.coverage
        if each.good is False
    ]
    for name, value, aim, good in fit_aims(card):
        if not good:
            said.append(f"Missed: {name[:1].lower()}{name[1:]}: {value}; the aim is {aim}.")
    if effective < ENOUGH:
        said.append(f"The posterior has {effective:.0f} effective draws; {ENOUGH} are enough.")
    if len(card.without):
        ids = ", ".join(card.without["id"])
        said.append(f"Too small a town for a figure, left out of all scores: {ids}.")
    return said or ["In no pool does a naive forecast do as well as the model, and every aim is met."]


def given(rows: "pd.DataFrame") -> str:
    """Return which held-out figures rest on England's figures of the same year, which the model is given."""
    held = rows[rows["role"] == "held_out"]
    with_rod = [
        row.id for row in _each(held) if row.indicator not in INDICATORS or INDICATORS[row.indicator].rod
    ]
    others = held[~held["own"].astype(bool) & (held["place"] != "england")]["place"]
    told = (
        f"The model is given England's published results of each year as its standard of measurement; "
        f"{len(with_rod)} of the {len(held)} held-out figures are measured so. What is tested there is where "
        "the town stands to England and how its gaps differ, not where England went."
    )
    for area in dict.fromkeys(others):
        name = area.capitalize()
        told += (
            f" {name}'s gaps are {name}'s: the model says what it expects of the town, and the stated "
            f"transfer error stands between; a naive forecast from {name}'s own past needs no such step."
        )
    return told


def fit_aims(card: Scores) -> list[tuple[str, str, str, bool]]:
    """Return (what, value, aim, whether it is met) of the fit."""
    return [
        (
            "Fitted figures within two standard deviations",
            percent(card.within),
            between(*WITHIN_AIM, percent),
            WITHIN_AIM[0] <= card.within <= WITHIN_AIM[1],
        ),
        (
            "Mean square of standardised residuals",
            f"{card.square:.2f}",
            f"{SQUARE_AIM[0]} to {SQUARE_AIM[1]}",
            SQUARE_AIM[0] <= card.square <= SQUARE_AIM[1],
        ),
        (
            "Series of all pupils: mean absolute error, points",
            f"{card.series_error:.2f}",
            f"at most {SERIES_AIM:g}",
            card.series_error <= SERIES_AIM,
        ),
    ]


def fit_table(card: Scores) -> ScoreTable:
    """Return the fit in a few numbers, with its aims."""
    rows = [(name, value, aim, "yes" if good else "NO") for name, value, aim, good in fit_aims(card)]
    rows += [(f"{name}: mean absolute error", f"{value:.2f}", "", "") for name, value in card.series.items()]
    caption = f"The fit: {len(card.fitted)} fitted figures"
    return ScoreTable(caption, ("of the fit", "value", "aim", "met"), tuple(rows))


def coverage_table(coverage: Sequence[Coverage]) -> ScoreTable:
    """Return how often the bands hold what was observed."""
    marks = {True: "good", False: "NOT GOOD", None: f"none: n below {ENOUGH_FOR_A_MARK}"}
    rows = tuple(
        (
            each.pool,
            str(each.n),
            f"{each.in50} ({percent(each.in50 / each.n)})",
            f"{each.in90} ({percent(each.in90 / each.n)})",
            marks[each.good],
        )
        for each in coverage
    )
    good = between(*COVERAGE_AIM, percent)
    caption = f"How many bands hold what was published; good: {good} of the 90% bands"
    return ScoreTable(caption, ("not fitted", "n", "in 50% band", "in 90% band", "mark"), rows)


def skill_table(skill: Sequence[Skill]) -> ScoreTable:
    """Return the model against the naive forecasts."""
    rows = tuple(
        (
            each.pool,
            each.against,
            str(each.n),
            f"{each.model:.2f}",
            f"{each.other:.2f}",
            signed(each.skill, 2),
            f"{each.closer} of {each.n}",
            "lost" if each.lost else "won",
        )
        for each in skill
    )
    heads = ("held out", "against", "n", "model's error", "naive error", "skill", "model closer", "")
    return ScoreTable("The model against two naive forecasts (root mean square errors)", heads, rows, 2)


def held_out_table(card: Scores) -> ScoreTable:
    """Return each held-out figure with the model's and the naive forecasts."""
    rows = tuple(
        (
            named(row),
            number(row.observed, row.unit),
            number(row.mean, row.unit),
            *_bands(row),
            signed(row.error, 1),
            _error(row, LAST_VALUE),
            _error(row, TREND),
        )
        for row in _each(card.held_out)
    )
    heads = (
        "held out", "published", "model", "50% band", "90% band", "error", "error of last value",
        "error of England's trend",
    )  # fmt: skip
    return ScoreTable("What was held out: published after 2019, never read by the fit", heads, rows)


def figures_table(rows: "pd.DataFrame", caption: str) -> ScoreTable:
    """Return the figures beside their bands."""
    found = tuple(
        (
            named(row),
            number(row.observed, row.unit),
            number(row.median, row.unit),
            *_bands(row),
            signed(row.residual, 2),
            "yes" if row.in90 else "NO",
        )
        for row in _each(rows)
    )
    heads = ("figure", "published", "model's median", "50% band", "90% band", "residual", "in 90%")
    return ScoreTable(caption, heads, found)


def numbers_table(numbers: "pd.DataFrame", caption: str) -> ScoreTable:
    """Return what the data say of each number."""
    rows = tuple(
        (
            row.number,
            typeset(f"{row.median:.4g}"),
            typeset(f"{row.low90:.4g} to {row.high90:.4g}"),
            signed(row.moved, 2),
            f"{row.ratio:.2f} ± {row.ratio_error:.2f}",
            f"{row.line:.2f}",
            "" if row.informed else "not informed by data",
        )
        for row in _each(numbers)
    )
    heads = ("number", "median", "90% of draws", "moved", "SD over prior SD", "by the line", "")
    return ScoreTable(caption, heads, rows)


def weakest_table(weakest: Sequence[Any]) -> ScoreTable:
    """Return the combinations that the data say least of."""
    rows = tuple(
        (combination(one["parts"]), f"{one['singular']:.3f}", *(f"{value:.2f}" for value in one["loss"]))
        for one in weakest
    )
    steps = tuple(f"at {signed(step, 0)} SD" for step in (weakest[0]["steps"] if weakest else ()))
    caption = (
        "Combinations of searched numbers that the data say least of, and the loss along them (the prior "
        "alone: 0.50 at 1 SD and 2.00 at 2 SD, about 0)"
    )
    return ScoreTable(caption, ("combination", "singular value", *steps), rows)


def informed_words(numbers: "pd.DataFrame", kept: Any) -> str:
    """Say how many numbers the data inform."""
    local = numbers[numbers["layer"] == "local"]
    yes, yes_local = int(numbers["informed"].sum()), int(local["informed"].sum())
    strong = int((np.array(kept["singular"]) > 1).sum())
    losses = ", ".join(f"{loss:.1f}" for loss in kept["starts"])
    return (
        f"Of {len(numbers)} numbers the data inform {yes} (posterior SD at most {NOT_INFORMED} of the "
        f"prior's): {yes_local} of the town's {len(local)}, {yes - yes_local} of England's "
        f"{len(numbers) - len(local)}. In {strong} directions the data say more than the prior. Loss from "
        f"each start {losses}; of the best fit, with the luck of its seeds taken out, {kept['loss']:.1f}."
    )


def named(row: Any) -> str:
    """Return a figure with its year and whose it is."""
    return f"{row.what}, {row.year}" + ("" if row.own else f", {row.place.capitalize()}")


def number(value: float, unit: str) -> str:
    """Return a figure with as many decimals as its unit deserves."""
    return typeset(rounded(value, 1 if unit in ("%", "points") else 2))


def signed(value: float, decimals: int) -> str:
    """Format with its sign; a zero without."""
    return typeset(rounded(value, decimals, sign=True))


def _each(rows: "pd.DataFrame") -> list[Any]:
    return list(rows.itertuples(index=False))


def _bands(row: Any) -> tuple[str, str]:
    unit = row.unit
    return (
        f"{number(row.low50, unit)} to {number(row.high50, unit)}",
        f"{number(row.low90, unit)} to {number(row.high90, unit)}",
    )


def _error(row: Any, name: str) -> str:
    value = getattr(row, name)
    return "" if np.isnan(value) else signed(row.observed - value, 1)


def combination(parts: Sequence[tuple[str, float]]) -> str:
    """Name a combination of numbers: `town.higher +0.71, routes.higher −0.52`."""
    return ", ".join(f"{name} {typeset(f'{weight:+.2f}')}" for name, weight in parts)
