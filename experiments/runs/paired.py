"""Pairs: the same children with the same luck, under one scenario and under another.

A cell (a draw of the numbers and a seed) gives up to four lives, two an arm: with the effects of programmes
at their means, and with effects drawn from their cards (`Way`). Those that agree on all that acts before
programmes begin share those years, as in any plan (`worker`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final, Literal

from experiments.runs.draws import BEST, ParameterDraws, RunId
from experiments.runs.ensemble import LAST_SEED, checked_seeds
from experiments.runs.keys import key_of, scenario_key
from experiments.runs.manifest import Manifest, PairManifest
from experiments.runs.runner import RunJob, RunPlan
from model.io.errors import InputError, unknown
from model.scenario.scenario import Scenario
from model.world.world import World

BY_SEED: Final = "draw = seed + 1"
"""Which draw of the cards' effects a seed of the best fit has where effects are drawn; draw 0 is their means.
In a draw of the posterior they are those that belong to it."""

type Effects = Literal["drawn", "means"]

_ALIKE: Final = ("place", "scale", "until", "goals", "record")


class Way(StrEnum):
    """An arm and how it is lived: with effects at their means, or drawn."""

    A_MEANS = "a-means"
    B_MEANS = "b-means"
    A_DRAWN = "a-drawn"
    B_DRAWN = "b-drawn"

    @property
    def drawn(self) -> bool:
        """Tell whether effects are drawn."""
        return self in (Way.A_DRAWN, Way.B_DRAWN)

    @property
    def of_a(self) -> bool:
        """Tell whether it is the first arm."""
        return self in (Way.A_MEANS, Way.A_DRAWN)


@dataclass(frozen=True)
class Arms:
    """The two scenarios of a comparison, `a` without and `b` with, whether effects are drawn, and the numbers
    of their place. Make it with `of`."""

    a: Scenario
    b: Scenario
    effects: Effects
    numbers: ParameterDraws

    @staticmethod
    def of(a: Scenario, b: Scenario, effects: Effects = "drawn") -> "Arms":
        """Return the arms, checked, with the numbers of the place's posterior where it has one. A scenario
        that is no place's own is lived where the other one is.

        Raises:
            InputError: they differ in place, size, years, goals or what is recorded, say the same, `effects`
                is no such way, or the posterior cannot be read.
        """
        checked_effects(effects)
        a, b = together(a, b)
        first, second = (
            f"{each.name}.toml" if each.name else f"the {which} scenario"
            for each, which in ((a, "first"), (b, "second"))
        )
        for field in _ALIKE:
            here, there = getattr(a, field), getattr(b, field)
            if here != there:
                value = list(there) if isinstance(there, tuple) else there
                other = list(here) if isinstance(here, tuple) else here
                allowed = str(InputError("", at=field, value=other)).removesuffix(": ")
                raise InputError(
                    "only scenarios alike in this can be compared",
                    where=second,
                    at=field,
                    value=value,
                    allowed=f"{allowed}, as in {first}",
                )
        if a.key() == b.key():
            raise InputError(
                f"says the same as {first}: a scenario compared with itself differs in nothing",
                where=second,
            )
        return Arms(a, b, effects, ParameterDraws.of(a.place))

    @cached_property
    def shared(self) -> bool:
        """Tell whether both arms are one life up to BRANCH_YEAR."""
        return self.a.burn_in_key() == self.b.burn_in_key()

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """Return the lives of each cell. Where an arm does nothing, its effects drawn are its effects at
        their means."""
        found = [Way.A_MEANS, Way.B_MEANS]
        if self.effects == "drawn":
            found += [way for way in (Way.A_DRAWN, Way.B_DRAWN) if self.scenario(way).acting]
        return tuple(found)

    @cached_property
    def key(self) -> str:
        """Return 32 hexadecimal digits of all that can change a pair but its draw and seed. Raises
        InputError."""
        return key_of(scenario_key(self.a, self.numbers), scenario_key(self.b, self.numbers))

    def plan(self, cells: Sequence[RunId]) -> RunPlan:
        """Return all lives of these cells; its arms are the ways, so called."""
        jobs = [RunJob(str(way), cell, self.effects_draw(way, cell)) for cell in cells for way in self.ways]
        return RunPlan({str(way): self.scenario(way) for way in self.ways}, tuple(jobs), self.numbers)

    def scenario(self, way: Way) -> Scenario:
        """Return the scenario that is lived."""
        return self.a if way.of_a else self.b

    def effects_draw(self, way: Way, cell: RunId) -> int:
        """Return which draw of the effects a cell is lived with; 0 are their means."""
        if not way.drawn:
            return 0
        return cell.seed + 1 if cell.draw == BEST else self.numbers.effects(cell.draw)

    def check_worlds(self) -> None:
        """Raise InputError where what an arm takes as given cannot be made."""
        for way in (Way.A_MEANS, Way.B_MEANS):
            self.world(way)

    def world(self, way: Way, draw: int = BEST) -> World:
        """Return what an arm takes as given with the numbers of a draw; both arms' is the same where they
        share their past. Raises InputError."""
        return self.numbers.world(self.scenario(way), draw)

    def manifest(
        self,
        seeds: Sequence[int],
        discount: float,
        command: Sequence[str] = (),
        draws: Sequence[int] = (BEST,),
    ) -> PairManifest:
        """Return what made a comparison of these arms. Raises InputError."""
        a, b = (Manifest.of(scenario, seeds, command, draws, self.numbers) for scenario in (self.a, self.b))
        rule = "none: effects at their means"
        if any(way.drawn for way in self.ways):
            rule = BY_SEED if tuple(draws) == (BEST,) else "that of the posterior's draw"
        return PairManifest(
            self.key, self.effects, rule, discount, tuple(draws), tuple(seeds), self.numbers.note, a, b
        )


def together(a: Scenario, b: Scenario) -> tuple[Scenario, Scenario]:
    """Return two scenarios, of which one that is no place's own is lived where the other one is. Raises
    InputError where it cannot be."""
    if a.placed and not b.placed:
        return a, b.asked_for(place=None if a.place == b.place else a.place)
    if b.placed and not a.placed:
        return a.asked_for(place=None if a.place == b.place else b.place), b
    return a, b


def checked_effects(effects: str) -> Effects:
    """Return how effects are taken. Raises InputError for what is no such way."""
    match effects:
        case "drawn" | "means":
            return effects
        case _:
            raise unknown("a way to take effects", effects, ("drawn", "means"), at="effects")


def checked_pair_seeds(arms: Arms, seeds: Iterable[int], draw: int = BEST) -> tuple[int, ...]:
    """Return the seeds as plain numbers. Raises InputError unless every way can be lived with them and a draw
    of the numbers."""
    chosen = checked_seeds(seeds)
    if draw == BEST and any(way.drawn for way in arms.ways) and LAST_SEED in chosen:
        problem = f"must be below {LAST_SEED} where effects are drawn: {BY_SEED}"
        raise InputError(problem, at="seed", value=LAST_SEED)
    return chosen
