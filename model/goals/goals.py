"""What counts as reached: goals decided on the figures of one run."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from model.goals.goal_files import (
    Baseline,
    DistrictBestTenth,
    DistrictMedian,
    EnglandFigure,
    FixedNumber,
    Goal,
    GoalFile,
    NotAvailable,
    Part,
    ShareOfBaseline,
    check_names,
)

__all__ = ["Goal", "GoalFile", "GoalResult", "Part", "PartResult", "check_names", "evaluate"]

type Figures = Callable[[str, str, int], float | None]
"""A figure by indicator, group and year; None or NaN where there is none."""
type Districts = Callable[[str, str, int, str], float | None]
"""A district figure by indicator, group, year and quantile ("p10", "median" or "p90"); None or NaN where none
is."""

_WORDS = {"at_least": "at least", "at_most": "at most", "above": "above", "below": "below"}
_TOLERANCE = 1e-6
"""Two figures closer than this, relatively, are equal: records keep 32-bit numbers."""


@dataclass(frozen=True, slots=True)
class PartResult:
    """How one part stands in one run. Figures are in the indicator's unit, gaps as group minus other group;
    None is missing. `missing` names what the decision lacks; `reached` is then None. The `latent` fields
    decide a share of the baseline a second time, and are None for other parts."""

    part: Part
    year: int
    start: float | None
    value: float | None
    aim: float | None
    reached: bool | None
    missing: tuple[str, ...]
    latent_start: float | None
    latent_value: float | None
    latent_aim: float | None
    reached_latent: bool | None
    latent_missing: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class GoalResult:
    """How one goal stands in one run. `counted` says whether it is one of the goals that can be checked;
    `reached` is None where a figure that could decide it is missing (`missing` says which); `reached_latent`
    is the same decision with every share of a baseline taken on its latent value, None where no part has
    one."""

    goal: Goal
    counted: bool
    reached: bool | None
    reached_latent: bool | None
    missing: tuple[str, ...]
    latent_missing: tuple[str, ...]
    parts: tuple[PartResult, ...]
    text: str


@dataclass(frozen=True, slots=True)
class _Sources:
    town: Figures
    england: Figures
    district: Districts


def evaluate(goal: Goal, value: Figures, england: Figures, district: Districts) -> GoalResult:
    """The goal decided on one run: `value` gives the town's figures, `england` and `district` what it is
    compared with. A missing figure never counts as reached: the goal is then undecided, unless another part
    is not reached."""
    sources = _Sources(value, england, district)
    parts = tuple(_evaluate_part(goal, part, sources) for part in goal.parts)
    deciding = [result for result in parts if result.part.counts]
    reached = _all_reached([result.reached for result in deciding])
    missing = tuple(dict.fromkeys(what for result in deciding for what in result.missing))
    latent_missing = tuple(dict.fromkeys(what for result in deciding for what in result.latent_missing))
    reached_latent = None
    if any(_latent_of(result.part) for result in deciding):
        reached_latent = _all_reached(
            [result.reached_latent if _latent_of(result.part) else result.reached for result in deciding]
        )
    text = f"{goal.id} {goal.title}: {_verdict(reached, missing)}"
    return GoalResult(goal, goal.counted, reached, reached_latent, missing, latent_missing, parts, text)


def _evaluate_part(goal: Goal, part: Part, sources: _Sources) -> PartResult:
    year = goal.year if part.year is None else part.year
    missing: list[str] = []
    start = _figure(sources.town, part.indicator, part.group, part.minus_group, goal.baseline_year)
    figure = _figure(sources.town, part.indicator, part.group, part.minus_group, year)
    if figure is None:
        missing.append(f"the town's {_what(part.indicator, part.group, part.minus_group, year)}")
    needs_start = isinstance(part.reference, Baseline | ShareOfBaseline)
    if needs_start and start is None:
        missing.append(
            f"the town's {_what(part.indicator, part.group, part.minus_group, goal.baseline_year)}"
        )
    aim, words, lacking = _aim(part, year, start, goal.baseline_year, sources)
    missing += lacking
    reached = None if figure is None or aim is None else _holds(part.comparison, figure, aim)

    latent_start = latent_value = latent_aim = None
    reached_latent = None
    latent_missing: list[str] = []
    latent = _latent_of(part)
    if latent is not None and isinstance(part.reference, ShareOfBaseline):
        latent_start = _figure(sources.town, latent, part.group, part.minus_group, goal.baseline_year)
        latent_value = _figure(sources.town, latent, part.group, part.minus_group, year)
        latent_aim = _share(part.reference, latent_start)
        if latent_value is None:
            latent_missing.append(f"the town's {_what(latent, part.group, part.minus_group, year)}")
        if latent_aim is None:
            what = _what(latent, part.group, part.minus_group, goal.baseline_year)
            latent_missing.append(
                f"the town's {what}" if latent_start is None else f"a start above zero: {what}"
            )
        if latent_value is not None and latent_aim is not None:
            reached_latent = _holds(part.comparison, latent_value, latent_aim)
    text = (
        f"{part.label}: {_number(start)} in {goal.baseline_year}, {_number(figure)} in {year}; "
        f"aim {words}: {_verdict(reached, missing)}"
    )
    return PartResult(
        part=part,
        year=year,
        start=start,
        value=figure,
        aim=aim,
        reached=reached,
        missing=tuple(missing),
        latent_start=latent_start,
        latent_value=latent_value,
        latent_aim=latent_aim,
        reached_latent=reached_latent,
        latent_missing=tuple(latent_missing),
        text=text,
    )


def _aim(
    part: Part, year: int, start: float | None, baseline_year: int, sources: _Sources
) -> tuple[float | None, str, list[str]]:
    """The figure to reach, the aim in words, and what it lacks."""
    reference, comparison = part.reference, _WORDS[part.comparison]
    lacking: list[str] = []
    match reference:
        case NotAvailable():
            return None, "not available", [reference.why]
        case FixedNumber():
            return reference.value, f"{comparison} {_number(reference.value)}", []
        case Baseline():
            aim, name = start, str(baseline_year)
        case ShareOfBaseline():
            aim, name = _share(reference, start), f"{_share_in_words(reference.share)} of {baseline_year}"
            if start is not None and aim is None:
                lacking.append(
                    f"a start above zero in {baseline_year}: a share of {_number(start)} is no aim"
                )
        case EnglandFigure():
            group, minus = reference.group or part.group, reference.minus_group or part.minus_group
            of_year = year if reference.year is None else reference.year
            indicator = reference.indicator or part.indicator
            aim, name = _figure(sources.england, indicator, group, minus, of_year), "England"
            if reference.year is not None:
                name += f" in {of_year}"
            if aim is None:
                lacking.append(f"England's {_what(indicator, group, minus, of_year)}")
        case DistrictMedian() | DistrictBestTenth():
            indicator, group = reference.indicator or part.indicator, reference.group or part.group
            quantile, name = "median", "the median district"
            if isinstance(reference, DistrictBestTenth):
                quantile = "p90" if part.comparison in ("at_least", "above") else "p10"
                name = "the best tenth of districts"
            aim = _present(sources.district(indicator, group, year, quantile))
            if aim is None:
                lacking.append(f"the districts' {_what(indicator, group, None, year)}")
    words = f"{comparison} {name}" if aim is None else f"{comparison} {_number(aim)} ({name})"
    return aim, words, lacking


def _share(reference: ShareOfBaseline, start: float | None) -> float | None:
    """The share of the start; None where the start is not above zero, for a share of that is nothing to aim
    at."""
    return reference.share * start if start is not None and start > 0 else None


def _figure(figures: Figures, indicator: str, group: str, minus_group: str | None, year: int) -> float | None:
    figure = _present(figures(indicator, group, year))
    if minus_group is None or figure is None:
        return figure
    other = _present(figures(indicator, minus_group, year))
    return None if other is None else figure - other


def _present(figure: float | None) -> float | None:
    return None if figure is None or math.isnan(figure) else float(figure)


def _holds(comparison: str, figure: float, aim: float) -> bool:
    equal = math.isclose(figure, aim, rel_tol=_TOLERANCE, abs_tol=1e-9)
    match comparison:
        case "at_least":
            return equal or figure > aim
        case "at_most":
            return equal or figure < aim
        case "above":
            return not equal and figure > aim
        case _:
            return not equal and figure < aim


def _all_reached(decisions: list[bool | None]) -> bool | None:
    if False in decisions:
        return False
    return None if None in decisions else True


def _latent_of(part: Part) -> str | None:
    return part.reference.latent_indicator if isinstance(part.reference, ShareOfBaseline) else None


def _what(indicator: str, group: str, minus_group: str | None, year: int) -> str:
    groups = group if minus_group is None else f"{group} minus {minus_group}"
    return f"{indicator} ({groups}) of {year}"


def _verdict(reached: bool | None, missing: tuple[str, ...] | list[str]) -> str:
    if reached is None:
        return f"cannot be decided, missing: {'; '.join(missing)}"
    return "reached" if reached else "not reached"


def _number(figure: float | None) -> str:
    if figure is None:
        return "no figure"
    return f"{figure:.1f}" if abs(figure) >= 10 else f"{figure:.2f}"


def _share_in_words(share: float) -> str:
    return {0.5: "half", 0.1: "a tenth"}.get(share, f"{share:g}")
