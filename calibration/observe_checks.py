"""Whether observations make sense: indicators that exist, figures that are possible, nothing fitted that is
held out, nothing counted twice."""

from collections.abc import Sequence
from typing import Final

from calibration.observation import Observation, ObservationFile
from calibration.patterns import PATTERNS
from model.indicators.registry import INDICATORS
from model.io.csv import GRADES, is_grade
from model.io.errors import InputError, listed, nearest, unknown

LAST_FITTED: Final = 2019
"""Last academic year whose results the fit may read."""
NO_RESULTS: Final = (2020, 2021)
ROUNDING: Final = 0.06
"""Per cent: how far a gap may lie from the shares it is of, which are rounded each."""

_PAIRS: Final = (("disadvantaged", "other"), ("fsm", "non_fsm"), ("girls", "boys"), ("need6", "not_need6"))
_SPLITS: Final = (*_PAIRS, ("below_l2", "l2", "l3"))
"""Groups that share nobody, so that all of them may be fitted."""
_SAME_RESULT: Final = {
    "progress8": "attainment8",
    "em_grade4": "attainment8",
    "persistent_absence_primary": "absence_primary",
    "persistent_absence_secondary": "absence_secondary",
}
"""Indicators of the same papers, or the same sessions, of the same pupils as another."""
_RANGES: Final = {"correlation": (-1.0, 1.0), "share": (0.0, 100.0)}


def check(content: ObservationFile) -> None:
    """Raise InputError, without file, for the first observation of a file that is impossible by itself."""
    for number, each in enumerate(content.observations):
        at = f"observations[{number}]"
        _check_names(each, at)
        _check_figure(each, at)
        _check_role(each, content, at)
        _check_source(each, content, at)


def check_together(found: Sequence[tuple[str, ObservationFile]]) -> None:
    """Raise InputError where observations of these files (name, content) have one id or count twice."""
    ids: dict[str, str] = {}
    fitted: dict[tuple[str, str, int], list[Observation]] = {}
    for where, content in found:
        for number, each in enumerate(content.observations):
            at = f"observations[{number}]"
            if each.id in ids:
                problem = f"is the id of an earlier observation too ({ids[each.id]})"
                raise InputError(problem, where=where, at=f"{at}.id", value=each.id)
            ids[each.id] = f"{where}: {at}"
            if each.role == "fit":
                same = fitted.setdefault((each.layer, result_of(each.indicator), each.year), [])
                same.append(each)
                if not _apart(same):
                    raise _counted_twice(same, where, at)


def result_of(indicator: str) -> str:
    """Return the result that an indicator is a figure of: the same for those of one exam of the same
    pupils."""
    name = indicator.removesuffix("_mainstream")
    return _SAME_RESULT.get(name, name)


def _apart(same: Sequence[Observation]) -> bool:
    """Tell whether figures of one result and year may be fitted together: one; some of the groups that share
    nobody; or all and a gap between two groups that share nobody."""
    if len(same) == 1:
        return True
    levels = [each.group for each in same if not each.minus_group]
    gaps = [{each.group, each.minus_group} for each in same if each.minus_group]
    if not gaps:
        return len(set(levels)) == len(levels) and any(set(levels) <= set(split) for split in _SPLITS)
    return levels == ["all"] and len(gaps) == 1 and any(gaps[0] == set(pair) for pair in _PAIRS)


def _counted_twice(same: Sequence[Observation], where: str, at: str) -> InputError:
    *earlier, last = same
    return InputError(
        f"counts people twice: {listed(each.id for each in earlier)} is of the same result and year",
        where=where,
        at=at,
        value=last.id,
        allowed="all and one gap, or groups that share nobody",
    )


def _check_names(each: Observation, at: str) -> None:
    pattern = PATTERNS.get(each.indicator)
    if pattern is None and each.indicator not in INDICATORS:
        known = [*INDICATORS, *PATTERNS]
        raise unknown("an indicator or a pattern", each.indicator, known, at=f"{at}.indicator")
    groups = ("all",) if pattern is not None else INDICATORS[each.indicator].groups
    for key, group in (("group", each.group), ("minus_group", each.minus_group)):
        if group not in groups and (group or key == "group"):
            raise unknown(f"a group of {each.indicator}", group, groups, at=f"{at}.{key}")
    if each.minus_group == each.group:
        raise InputError("must be another group than group", at=f"{at}.minus_group", value=each.group)
    paired = each.kind == "gap" or (each.kind == "ratio" and pattern is None)
    if paired and not each.minus_group:
        raise InputError(f"is missing: a {each.kind} is of two groups", at=f"{at}.minus_group")
    if each.minus_group and not paired:
        problem = f"has no place in a {each.kind}, which is of one group"
        raise InputError(problem, at=f"{at}.minus_group", value=each.minus_group)
    if pattern is None:
        indicator = INDICATORS[each.indicator]
        if not indicator.first_year <= each.year <= indicator.last_year:
            allowed = f"{indicator.first_year} to {indicator.last_year}"
            raise InputError(f"has no {each.indicator}", at=f"{at}.year", value=each.year, allowed=allowed)


def _unit(each: Observation) -> str:
    pattern = PATTERNS.get(each.indicator)
    return pattern.unit if pattern is not None else INDICATORS[each.indicator].unit


def _check_figure(each: Observation, at: str) -> None:
    of_shares = _unit(each) == "%"
    if each.kind == "share" and not of_shares:
        problem = f"is no kind of {each.indicator}, which is in {_unit(each)}"
        raise InputError(problem, at=f"{at}.kind", value=each.kind, allowed="mean, gap, ratio")
    if each.kind in _RANGES:
        low, high = _RANGES[each.kind]
        if not low <= each.value <= high:
            problem = f"must be between {low:g} and {high:g}"
            raise InputError(problem, at=f"{at}.value", value=each.value)
    gap_of_shares = each.kind == "gap" and of_shares
    if each.denominator is None and (each.kind in ("share", "mean") or gap_of_shares):
        raise InputError("is missing: how many people the figure is of", at=f"{at}.denominator")
    if gap_of_shares:
        _check_gap(each, at)
    elif each.shares or each.minus_denominator is not None:
        key = "shares" if each.shares else "minus_denominator"
        raise InputError("belongs to a gap of shares only", at=f"{at}.{key}")
    if each.likelihood != "normal" and each.kind != "share":
        problem = f"is of shares, and this is a {each.kind}"
        raise InputError(problem, at=f"{at}.likelihood", value=each.likelihood, allowed="normal")
    if each.likelihood == "binomial" and each.error + each.discrepancy + each.transfer > 0:
        problem = "leaves no room for error, discrepancy and transfer"
        raise InputError(problem, at=f"{at}.likelihood", value="binomial", allowed="beta_binomial, normal")
    if each.variance(each.value) <= 0:
        raise InputError("has no error at all: nothing can be as exact", at=f"{at}.error", value=each.error)


def _check_gap(each: Observation, at: str) -> None:
    if each.minus_denominator is None:
        problem = "is missing: how many people minus_group is"
        raise InputError(problem, at=f"{at}.minus_denominator")
    if len(each.shares) != 2 or not all(0 <= share <= 100 for share in each.shares):
        allowed = "the shares of group and minus_group, 0 to 100"
        raise InputError("must be two shares", at=f"{at}.shares", value=each.shares, allowed=allowed)
    first, second = each.shares
    if abs(first - second - each.value) > ROUNDING:
        problem = f"is not the difference of its shares, {first:g} - {second:g}"
        raise InputError(problem, at=f"{at}.value", value=each.value)


def _check_role(each: Observation, content: ObservationFile, at: str) -> None:
    if each.layer == "england" and each.place != "england":
        problem = "is no figure of England, which its layer is of"
        raise InputError(problem, at=f"{at}.place", value=each.place, allowed="england")
    if each.role == "pattern":
        return
    if each.year in NO_RESULTS:
        problem = f"has no comparable results, so it is neither fitted nor held out (role = {each.role})"
        raise InputError(problem, at=f"{at}.year", value=each.year)
    if (
        content.around
        and each.place == content.around
        and not (each.kind in ("gap", "ratio") and each.transfer > 0)
    ):
        problem = "is not the town: it speaks for the town in a gap or a ratio only, with a transfer above 0"
        raise InputError(problem, at=f"{at}.place", value=each.place)
    lag = INDICATORS[each.indicator].lag if each.indicator in INDICATORS else 0
    if each.role == "held_out":
        if each.year + lag <= LAST_FITTED:
            problem = f"can be held out only after {LAST_FITTED}"
            raise InputError(problem, at=f"{at}.year", value=each.year)
        return
    if each.year + lag > LAST_FITTED:
        measured = f", measured {lag} year later" if lag else ""
        problem = f"is held out: nothing after {LAST_FITTED} is fitted{measured}"
        raise InputError(problem, at=f"{at}.year", value=each.year)
    local = tuple(name for name in (content.place, content.around) if name)
    allowed = local if each.layer == "local" else ("england",)
    if each.place not in allowed:
        problem = f"is held out: the {each.layer} layer is not fitted to it"
        hint = nearest(each.place, allowed)
        raise InputError(problem, at=f"{at}.place", value=each.place, allowed=listed(allowed), hint=hint)


def _check_source(each: Observation, content: ObservationFile, at: str) -> None:
    key = each.source.split(":")[0]
    if key not in content.sources:
        raise unknown("a key of [sources]", key, content.sources, at=f"{at}.source", value=each.source)
    if not is_grade(each.grade):
        raise InputError("is no grade", at=f"{at}.grade", value=each.grade, allowed=f"{listed(GRADES)}, D(A)")
