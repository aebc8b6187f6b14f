"""A scenario in a few lines for a reader."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from model.io.schema import FIRST_YEAR

if TYPE_CHECKING:
    from model.scenario.scenario import Scenario


def described(scenario: "Scenario") -> str:
    """A scenario's words, its place and years, what differs from the usual, and what is done."""
    lines = [scenario.title, scenario.question, f"{scenario.place}, {FIRST_YEAR} to {scenario.until}"]
    if scenario.scale != 1.0:
        lines.append(f"{'reduced' if scenario.scale < 1 else 'enlarged'} town: scale {scenario.scale:g}")
    off = [name for name, on in scenario.switches if not on]
    if off:
        lines.append(f"left out: {', '.join(off)}")
    if isinstance(scenario.england.path, dict):
        path = ", ".join(f"{series} {change:+g}" for series, change in scenario.england.path.items())
        lines.append(f"England's path, a year: {path}")
    if scenario.births:
        years = sorted(scenario.births)
        lines.append(f"births given for {len(years)} years from {years[0]} to {years[-1]}")
    lines += [f"{name} = {value}" for name, value in scenario.parameters.items()]
    return "\n".join(line for line in (*lines, *_doings(scenario), scenario.notes) if line)


def _doings(scenario: "Scenario") -> list[str]:
    counts = {"programmes": scenario.programmes, "pilots": scenario.pilots, "acts": scenario.acts}
    done = [f"{len(of)} {name if len(of) > 1 else name[:-1]}" for name, of in counts.items() if of]
    lines = [", ".join(done)]
    budget = scenario.alliance.budget
    if isinstance(budget, dict):
        lines.append(f"budget: {sum(budget.values()):,.0f} pounds of 2017 over {_years(budget)}")
    elif scenario.programmes:
        lines.append("budget: unlimited")
    if scenario.effects.percentile is not None:
        lines.append(f"effects at percentile {scenario.effects.percentile:g} towards benefit")
    if scenario.effects.factor != 1.0:
        lines.append(f"effects {scenario.effects.factor:g} times as large")
    if scenario.cards:
        lines.append(f"cards changed: {', '.join(sorted(scenario.cards))}")
    return lines


def _years(by_year: Mapping[int, float]) -> str:
    spent = [year for year, pounds in by_year.items() if pounds > 0]
    return f"{min(spent)} to {max(spent)}" if spent else "no year"
