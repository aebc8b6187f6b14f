"""What drives a study's outcomes, in plain lines of text."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from experiments.sensitivity.analyse import Sensitivity, block_words
from experiments.sensitivity.types import Index
from experiments.text import between, percent, rounded, table

WIDTH: Final = 110
LUCK: Final = "not above luck"
SETTLED: Final = 0.10
"""Share of the largest index by which none may change from half of the sample to all of it."""
METHODS: Final = {
    "morris": (
        "Morris screening. An elementary effect is what the outcome changes by when a factor goes its whole "
        "way, from its lowest value to its highest (from its first to its last), judged by one step, the "
        "others where they happen to be. mu*: mean size of these effects; mu: their mean with sign; sigma: "
        "how much they differ, through bends and interaction. Of a group mu* alone has a meaning. Intervals: "
        "95%, bootstrap over trajectories."
    ),
    "sobol": (
        "Sobol indices: shares of the variance between points. First: what goes with the factor alone. "
        "Total: with all that it does together with others; what total has above first is interaction. "
        "Intervals: 95%, bootstrap over base samples; an index may come out a little below 0 or above 1 by "
        "chance."
    ),
    "factorial": (
        "Main effects by least squares, as if the factors added up. Share: of the variance between points, "
        "what nothing else explains. Effect: what the mean of the points with a value differs by from that "
        "of the points with the first. Intervals: 95%."
    ),
    "latin_hypercube": (
        "Main effects by least squares, as if the factors added up and nothing bent. Share: of the variance "
        "between points, what nothing else explains. Effect: what the outcome changes by from one end of the "
        "range to the other, or from the first value to this. Coefficient: the same in standard deviations. "
        "Intervals: 95%."
    ),
}
_JUDGED_BY: Final = {
    "morris": "how far the repeats of a point disagree",
    "sobol": "how far the repeats of a point disagree",
    "factorial": "what the fit leaves unexplained (luck and interaction)",
    "latin_hypercube": "what the fit leaves unexplained (luck, interaction and bends)",
}
HEADS: Final = {
    "mu_star": "mu*", "mu": "mu", "sigma": "sigma", "first": "first", "total": "total", "share": "share",
    "effect": "effect", "coefficient": "coefficient",
}  # fmt: skip
_BESIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "morris": ("mu", "sigma"),
    "sobol": ("first",),
    "factorial": (),
    "latin_hypercube": (),
}
"""Statistics that stand in the row of the main one."""


@dataclass(frozen=True, slots=True)
class Titles:
    """How a report calls what was found; `against` names the scenario that others are compared with."""

    against: str

    def of(self, found: Sensitivity) -> str:
        """Return what a response is, in one line."""
        difference = found.response.measure == "difference"
        return self.brief(found) + (f" (difference to {self.against})" if difference else "")

    @staticmethod
    def brief(found: Sensitivity) -> str:
        """Return the same, without that it is a difference."""
        return f"{found.response.scenario}: {found.response.outcome}"

    def measured(self, found: Sequence[Sensitivity]) -> str:
        """Return which of these are differences, in a sentence; empty where none is."""
        differences = [each for each in found if each.response.measure == "difference"]
        if not differences:
            return ""
        if len(differences) == len(found):
            return f"All are differences to {self.against}, with the same luck."
        arms = dict.fromkeys(each.response.scenario for each in differences)
        return f"Of {', '.join(arms)}: differences to {self.against}, with the same luck."


def plain(found: Sequence[Sensitivity], titles: Titles) -> str:
    """Return the tables of these responses, one below the other, and what they mean; those that nothing
    drives are named in one line."""
    lines: list[str] = []
    for each in found:
        lines += [] if each.constant else [*block(each, titles), ""]
    same = [titles.brief(each) for each in found if each.constant]
    if same:
        said = f"The same at every point, so that there is nothing to explain: {'; '.join(same)}."
        lines += [*textwrap.wrap(said, WIDTH), ""]
    if found:
        kind = found[0].kept.sample.space.design.kind
        lines += [line for text in (METHODS[kind], by_luck(kind)) for line in textwrap.wrap(text, WIDTH)]
    return "\n".join(lines)


def by_luck(kind: str) -> str:
    """Return what the floor is, for a kind of design."""
    return (
        "By luck: what a factor that does nothing would reach or pass in one of twenty cases, judged by "
        f"{_JUDGED_BY[kind]}; '{LUCK}' marks what is no more than that."
    )


def block(found: Sensitivity, titles: Titles) -> list[str]:
    """Return the table of one response, with what it rests on."""
    lines = textwrap.wrap(titles.of(found), WIDTH)
    notes = [note for note in (rests_on(found), luck_in_words(found)) if note]
    lines += [line for note in notes for line in textwrap.wrap(note, WIDTH - 2, initial_indent="  ",
                                                             subsequent_indent="  ")]  # fmt: skip
    if found.found is None:
        return [*lines, f"  Nothing can be said: {found.problem}."]
    lines += table(_ranking(found), right=slice(1, -1), indent="  ")
    effects = _effects(found)
    if effects:
        lines += ["", *table(effects, right=slice(1, -1), indent="  ")]
    still = _still(found)
    idle = f"Nothing at all: {', '.join(still)}." if still else ""
    lines += textwrap.wrap(idle, WIDTH - 2, initial_indent="  ", subsequent_indent="  ")
    closing = [text for text in (explained_in_words(found), settled_in_words(found)) if text]
    return [*lines, *(f"  {text}" for text in closing)]


def _still(found: Sensitivity) -> list[str]:
    """Return the factors of Morris and Sobol that changed nothing wherever they were moved."""
    indices = found.found.indices if found.found else ()
    if found.main not in ("mu_star", "total"):
        return []
    return [
        each.factor for each in found.ranked if not any(i.value for i in indices if i.factor == each.factor)
    ]


def rests_on(found: Sensitivity) -> str:
    """Say how much of the design was whole, and what was left out for want of runs or figures."""
    response, usable = found.response, found.kept
    said = f"{usable.blocks} of {usable.of} {block_words(usable.sample.space)}"
    gaps = []
    if response.missing:
        verb = "is" if response.missing == 1 else "are"
        gaps.append(f"{response.missing} of {response.finished.size} runs {verb} missing")
    if response.blank:
        what = "figure" if response.measure == "level" else "difference, for want of a figure on either side"
        gaps.append(f"{_runs(response.blank)} no {what}")
    if usable.left_out:
        gaps.append(f"left out at every point: {'; '.join(map(str, usable.left_out))}")
    if not gaps:
        return f"{said}, all whole."
    return f"{said} are whole and used; {', '.join(gaps)}. Nothing is filled in."


def _runs(count: int) -> str:
    return "1 run has" if count == 1 else f"{count} runs have"


def luck_in_words(found: Sensitivity) -> str:
    """Return the noise floor: what of the variance between points is luck."""
    if not found.kept.blocks:
        return ""
    if np.isnan(found.noise):
        return "One run a point: what is luck cannot be told; with 2 seeds or more it can."
    if not found.variance > 0:
        return ""
    several = len({cell.draw for cell in found.response.cells}) > 1
    what = "luck, and which draws were taken," if several else "luck"
    share, alone = (min(noise / found.variance, 1.0) for noise in (found.noise, found.unpaired))
    said = f"Noise floor: {what} makes {percent(share)} of the variance between points."
    if alone > 2 * share:
        said += f" Had each point other seeds, it would be {percent(alone)}."
    return said


def explained_in_words(found: Sensitivity) -> str:
    """Say how much an additive model explains."""
    if found.found is None or found.found.explained is None:
        return ""
    return (
        f"Added up, the factors explain {found.found.explained:.0%} of the variance; the rest is "
        "interaction, bends and luck."
    )


def settled_in_words(found: Sensitivity) -> str:
    """Tell whether more of the design would change the picture."""
    change = found.unsettled
    if change is None:
        return ""
    blocks, what = found.kept.blocks, block_words(found.kept.sample.space)
    name = HEADS[found.main]
    most = f"{max(change, 0.01):.0%}"
    said = f"From half to all {blocks} {what}, no {name} changed by more than {most} of the largest"
    return f"{said}: settled." if change <= SETTLED else f"{said}: not settled, take more."


def _ranking(found: Sensitivity) -> list[tuple[str, ...]]:
    kind = found.kept.sample.space.design.kind
    beside, main = _BESIDE[kind], found.main
    indices = found.found.indices if found.found else ()
    by = {(each.factor, each.statistic): each for each in indices if not each.level}
    intervals = any(np.isfinite(each.low) for each in found.ranked)
    rows = [
        ("factor", HEADS[main], *(["95% interval"] if intervals else []),
         *(HEADS[name] for name in beside), "by luck", "")
    ]  # fmt: skip
    still = _still(found)
    for each in found.ranked:
        if each.factor in still:
            continue
        others = [by.get((each.factor, name)) for name in beside]
        rows.append((
            each.factor,
            _figure(each.value),
            *([_interval(each)] if intervals else []),
            *(_figure(other.value) if other else "" for other in others),
            _figure(each.floor),
            LUCK if each.above_luck is False else "",
        ))  # fmt: skip
    return rows


def _effects(found: Sensitivity) -> list[tuple[str, ...]]:
    indices = found.found.indices if found.found else ()
    effects = [each for each in indices if each.statistic == "effect"]
    scaled = {each.factor: each for each in indices if each.statistic == "coefficient"}
    if not effects:
        return []
    rows = [
        ("factor", "value", "effect", "95% interval", *(["coefficient"] if scaled else []), "by luck", "")
    ]
    for each in effects:
        coefficient = scaled.get(each.factor)
        rows.append((
            each.factor,
            each.level,
            _figure(each.value),
            _interval(each),
            *([_figure(coefficient.value) if coefficient else ""] if scaled else []),
            _figure(each.floor),
            LUCK if each.above_luck is False else "",
        ))  # fmt: skip
    return rows


def _figure(value: float) -> str:
    """Return three digits, no minus before a zero."""
    if np.isnan(value):
        return ""
    places = 3 if abs(value) < 1 else 2 if abs(value) < 100 else 0
    return rounded(value, places)


def _interval(index: Index) -> str:
    return between(index.low, index.high, _figure)
