"""The verbs `explain` and `goals`: the model's own declarations, as a reader wants them."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from experiments.goals.assessment import START_WORDS, reference_in_words
from experiments.goals.files import checked_goals
from experiments.text import figure, table
from model.agents.agents import KINDS, POSTS
from model.columns.table import Column
from model.goals.goal_files import FixedNumber, Goal, GoalFile, NotAvailable, Part
from model.indicators.registry import INDICATORS
from model.inputs.parameters import Parameter, Parameters
from model.inputs.prior import Prior
from model.io import files
from model.io.errors import InputError, unknown
from wolsey.verbs.explain_child import NEEDS, Worlds, child_text

NO_WORLDS: Final = Worlds()
DIRECTIONS: Final = {1: "more is better", -1: "less is better", 0: "neither more nor less is better"}


def explained(what: str, name: str | None = None, worlds: Worlds = NO_WORLDS) -> str:
    """Return the text of `wolsey explain WHAT NAME`; without a name, all names of the kind. `worlds` are for
    a child only.

    Raises:
        InputError: there is no such kind, or nothing of that name, or worlds where they say nothing.
    """
    from wolsey.verbs.programmes import programme

    kinds: Mapping[str, Callable[[str | None], str]] = {
        "year": year,
        "indicator": indicator,
        "parameter": parameter,
        "column": column,
        "programme": programme,
        "child": lambda child: child_text(child, worlds),
    }
    if what not in kinds:
        raise unknown("something to explain", what, kinds)
    if what != "child" and worlds.given:
        raise InputError(f"{' and '.join(worlds.given)}: only a child is told in two worlds", allowed=NEEDS)
    return kinds[what](name)


def first_sentence(described: object) -> str:
    """Return the first sentence of a docstring."""
    text = " ".join((inspect.getdoc(described) or "").split())
    return text.split(". ")[0].rstrip(".") + "."


def year(phase: str | None = None) -> str:
    """Return the phases of a year in order, or one of them: what happens, and which columns it writes."""
    from model.town import YEAR

    names = [each.__name__ for each in YEAR]
    if phase is not None and phase not in names:
        raise unknown("a phase of the year", phase, names)
    lines = (
        []
        if phase
        else [f"A year has {len(YEAR)} phases, in this order. Each may write its own columns only.", ""]
    )
    for number, each in enumerate(YEAR, 1):
        if phase not in (None, each.__name__):
            continue
        lines.append(f"{number:>2} {each.__name__}: {first_sentence(each)}")
        for kind, columns in all_columns().items():
            written = [c.name for c in columns if each.__name__ in c.writers]
            if written:
                those = "all columns" if len(written) == len(columns) else ", ".join(written)
                lines.append(f"     writes {kind}: {those}")
    return "\n".join(lines)


def all_columns() -> dict[str, tuple[Column, ...]]:
    """Return the columns of each kind of agent, and of teaching posts, by the kind's name."""
    return {**{kind.kind: kind.columns for kind in KINDS}, "post": POSTS}


def indicator(name: str | None = None) -> str:
    """Return one indicator in full, or all by stage."""
    if name is None:
        stages: dict[str, list[str]] = {}
        for each in INDICATORS.values():
            stages.setdefault(each.stage, []).append(each.name)
        return "\n\n".join(
            f"{stage}\n" + pairs((one, f"{INDICATORS[one].title}, {INDICATORS[one].unit}") for one in those)
            for stage, those in stages.items()
        )
    if name not in INDICATORS:
        raise unknown("an indicator", name, INDICATORS)
    one = INDICATORS[name]
    years = f"{one.first_year} to {one.last_year}"
    if one.lag:
        years += f", measured {one.lag} year{'s' if one.lag > 1 else ''} later"
    return f"{one.name}: {one.title}\n" + pairs(
        [
            ("unit", f"{one.unit}; {DIRECTIONS[one.direction]}"),
            ("formula", one.formula),
            ("of", one.denominator),
            ("basis", one.basis),
            ("groups", ", ".join(one.groups) + ("; wards and schools" if one.places else "")),
            ("years", years),
            ("official", one.counterpart),
            ("England", f"series {one.series}" if one.series else "no published series"),
            (
                "smallest",
                f"not shown of fewer than {one.minimum_count}" if one.of.ages else "shown of any number",
            ),
        ]
    )


def parameter(name: str | None = None) -> str:
    """Return one number of the model with all that is known of it, or all with value and unit. Numbers fitted
    to a town are given for each town."""
    found = _parameters()
    if name is None:
        return pairs(
            (key, f"{_value(each)} {each.unit}") for key, those in found.items() for _, each in those[:1]
        )
    if name not in found:
        raise unknown("a parameter", name, found)
    return "\n".join(_parameter(town, each) for town, each in found[name])


def _parameters() -> dict[str, list[tuple[str, Parameter]]]:
    """Return each parameter by name, with the town it is fitted to ("" for none)."""
    found = {record.name: [("", record)] for record in Parameters.load()}
    for town in files.place_names():
        if (files.places() / town / "town.toml").is_file():
            for record in Parameters.load(place=town):
                if [("", record)] != found.get(record.name):
                    found.setdefault(record.name, []).append((town, record))
    return found


def _parameter(town: str, one: Parameter) -> str:
    of = f" ({town})" if town else ""
    return f"{one.name}{of}: {one.meaning}\n" + pairs(
        [
            ("value", f"{_value(one)} {one.unit}"),
            ("range", f"{one.low:g} to {one.high:g}"),
            ("prior", _prior(one.prior)),
            ("source", one.source),
            ("grade", one.grade),
            ("fitted to", "the town" if one.local else "England, or not fitted"),
        ]
    )


def _prior(prior: Prior) -> str:
    return (
        f"{prior.kind}({', '.join(f'{number:g}' for number in prior.numbers)})"
        if prior.numbers
        else prior.kind
    )


def _value(one: Parameter) -> str:
    values = one.value if isinstance(one.value, tuple) else (one.value,)
    return ", ".join(f"{value:g}" for value in values)


def column(name: str | None = None) -> str:
    """Return a column by `kind.name`, or by its name alone for all kinds that have it; without a name,
    all."""
    found = {f"{kind}.{each.name}": each for kind, columns in all_columns().items() for each in columns}
    if name is None:
        return pairs((key, each.meaning) for key, each in found.items())
    those = {key: each for key, each in found.items() if name in (key, each.name)}
    if not those:
        raise unknown("a column", name, found)
    return "\n".join(
        f"{key}: {each.meaning}\n"
        + pairs(
            [("type", str(each.dtype)), ("values", each.allowed), ("written by", ", ".join(each.writers))]
        )
        for key, each in those.items()
    )


def pairs(rows: Iterable[tuple[str, str]]) -> str:
    """Lay out two columns of text, indented."""
    return "\n".join(table(rows, indent="  "))


def goal_files_listed() -> str:
    """Return all goal files by name, with their titles."""
    names = files.names(files.goal_files())
    loaded = [checked_goals(name) for name in names]
    return pairs(
        (name, f"{goals.title}; {len(goals.goals)} goals") for name, goals in zip(names, loaded, strict=True)
    )


def goals_listed(name: str) -> str:
    """Return the goals of a file: what is compared with what, and where the start comes from. Raises
    InputError."""
    goals: GoalFile = checked_goals(name)
    lines = [goals.title, " ".join(goals.notes.split()), ""]
    section = ""
    for goal in goals.goals:
        if goal.section != section:
            section = goal.section
            lines += [section, ""]
        lines += [*_goal(goal), ""]
    return "\n".join(lines).rstrip()


def _goal(goal: Goal) -> list[str]:
    counted = "" if goal.counted else "; shown, not counted" if goal.available else "; cannot be decided"
    lines = [
        f"{goal.id} {goal.title}",
        f"   by {goal.year}, from {goal.baseline_year}; {START_WORDS[goal.baseline_status]}{counted}",
    ]
    for part in goal.parts:
        shown = "" if part.counts else " (shown only)"
        groups = f"{part.group} less {part.minus_group}" if part.minus_group else part.group
        lines.append(f"   {part.label}{shown}: {_aim(part, goal)}  [{part.indicator}: {groups}]")
    return lines + ([f"   {' '.join(goal.note.split())}"] if goal.note else [])


def _aim(part: Part, goal: Goal) -> str:
    reference = part.reference
    if isinstance(reference, NotAvailable):
        return f"not available: {reference.why}"
    words = reference_in_words(part, goal.baseline_year)
    if isinstance(reference, FixedNumber):
        unit = INDICATORS[part.indicator].unit
        words = figure(reference.value, unit, part.minus_group is not None)
    return f"{part.comparison.replace('_', ' ')} {words}"
