"""`explain child`: one synthetic child's life in two worlds, or children worth reading about."""

from dataclasses import dataclass, fields
from typing import Final

from experiments.runs.paired import together
from model.inputs.place_name import place_called
from model.io.errors import InputError
from model.scenario.scenario import Scenario

NEEDS: Final = "wolsey explain child --scenario baseline --versus opportunity_area"


@dataclass(frozen=True, slots=True)
class Worlds:
    """The two worlds, and whose luck: options of the verb, None where not given."""

    scenario: str | None = None
    versus: str | None = None
    seed: int | None = None
    draw: int | None = None
    scale: float | None = None
    place: str | None = None

    @property
    def given(self) -> tuple[str, ...]:
        """Return the options that were given."""
        return tuple(f"--{field.name}" for field in fields(self) if getattr(self, field.name) is not None)


def child_text(name: str | None, worlds: Worlds) -> str:
    """Return the text of `wolsey explain child ID`; without an id, up to ten children worth reading about.

    Raises:
        InputError: a scenario is missing or cannot be set beside the other, or there is no such child.
    """
    from experiments.lives.examples import children_worth_reading
    from experiments.lives.story import explain_child
    from experiments.runs.draws import ParameterDraws
    from wolsey.verbs.making import tell, tell_place

    first, second = _both(worlds)
    tell(ParameterDraws.of(first.place))
    child = None if name is None else _number(name)
    seed, draw = worlds.seed or 0, worlds.draw or 0
    if child is not None:
        told = explain_child(child, first, second, seed, draw).text()
        tell_place(second, worlds.place is not None)
        return told
    found = children_worth_reading(first, second, seed, draw)
    tell_place(second, worlds.place is not None)
    if not found:
        return "No child who is 16 to 32 when the scenarios end lives another life in one than in the other."
    again = f"wolsey explain child {found[0].child} --scenario {worlds.scenario} --versus {worlds.versus}"
    for option in ("seed", "draw", "scale"):
        if getattr(worlds, option) is not None:
            again += f" --{option} {getattr(worlds, option):g}"
    again += "" if worlds.place is None else f" --place {worlds.place}"
    words = f"{worlds.scenario} | {worlds.versus}"
    heading = f"{len(found)} synthetic children worth reading about (nobody real); figures are {words}"
    return "\n".join(
        [heading, *(f"  {each.child}  {each.words}" for each in found), "", f"Read one: {again}"]
    )


def _both(worlds: Worlds) -> tuple[Scenario, Scenario]:
    for option, value in (("--scenario", worlds.scenario), ("--versus", worlds.versus)):
        if value is None:
            raise InputError(f"a child's life is told in two worlds: {option} is missing", allowed=NEEDS)
    assert worlds.scenario is not None
    assert worlds.versus is not None
    place = None if worlds.place is None else place_called(worlds.place, "--place")
    first, second = together(Scenario.load(worlds.scenario, place), Scenario.load(worlds.versus, place))
    if first.place != second.place:
        raise InputError(
            f"is a scenario of {second.place} alone, and {worlds.scenario} is lived in {first.place}",
            at="--versus",
            value=worlds.versus,
        )
    if worlds.scale is not None:
        try:
            first, second = (each.changed(scale=worlds.scale) for each in (first, second))
        except InputError as error:
            raise error.inside("--scale") from None
    return first, second


def _number(name: str) -> int:
    if not name.isascii() or not name.isdecimal():
        raise InputError(
            "is no child's id", at="child", value=name, allowed=f"a number, as listed by {NEEDS}"
        )
    return int(name)
