"""Pairs: the same children with the same luck, under one scenario and under another.

Two scenarios that agree on all that acts before programmes begin share those years: the town is lived to that
point once a seed, and branches there. A seed gives up to four lives, two an arm: with the effects of
programmes at their means, and with effects drawn from their cards (`Way`).
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from experiments import pool
from experiments.ensemble import LAST_SEED, Life, check_seeds, life_of
from experiments.manifest import Manifest, PairManifest, cell_key, key_of
from experiments.pool import Progress
from model.errors import InputError, unknown
from model.scenario import Scenario
from model.schema import FIRST_ACTING
from model.world import World

if TYPE_CHECKING:
    from model.town import Town

BRANCH_YEAR: Final = FIRST_ACTING - 1
"""The last year before any programme: up to here both arms may be one life."""
DRAWS: Final = "draw = seed + 1"
"""Which draw of the cards' effects a seed has where effects are drawn; draw 0 is their means."""

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
        """Whether effects are drawn."""
        return self in (Way.A_DRAWN, Way.B_DRAWN)

    @property
    def of_a(self) -> bool:
        """Whether it is the first arm."""
        return self in (Way.A_MEANS, Way.A_DRAWN)

    def draw(self, seed: int) -> int:
        """Which draw of the effects a seed has."""
        return seed + 1 if self.drawn else 0


@dataclass(frozen=True)
class Arms:
    """The two scenarios of a comparison, `a` without and `b` with, and whether effects are drawn. Make it
    with `of`."""

    a: Scenario
    b: Scenario
    effects: Effects

    @staticmethod
    def of(a: Scenario, b: Scenario, effects: Effects = "drawn") -> "Arms":
        """The arms, checked.

        Raises:
            InputError: they differ in place, size, years, goals or what is recorded, say the same, or
                `effects` is no such way.
        """
        checked_effects(effects)
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
        return Arms(a, b, effects)

    @cached_property
    def shared(self) -> bool:
        """Whether both arms are one life up to BRANCH_YEAR."""
        return self.a.burn_in_key() == self.b.burn_in_key()

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """The lives of each seed. Where an arm does nothing, its effects drawn are its effects at their
        means."""
        found = [Way.A_MEANS, Way.B_MEANS]
        if self.effects == "drawn":
            found += [way for way in (Way.A_DRAWN, Way.B_DRAWN) if self.scenario(way).acting]
        return tuple(found)

    @cached_property
    def key(self) -> str:
        """32 hexadecimal digits of all that can change a pair but its seed. Raises InputError."""
        return key_of(cell_key(self.a), cell_key(self.b))

    def key_of_way(self, way: Way) -> str:
        """The same of one arm lived one way. Raises InputError."""
        return key_of(cell_key(self.scenario(way)), DRAWS if way.drawn else "means")

    def scenario(self, way: Way) -> Scenario:
        """The scenario that is lived."""
        return self.a if way.of_a else self.b

    @cached_property
    def _world_a(self) -> World:
        return World.of(self.a)

    @cached_property
    def _world_b(self) -> World:
        return self._world_a if self.shared else World.of(self.b)

    def check_worlds(self) -> None:
        """Raises InputError where what an arm takes as given cannot be made."""
        for way in (Way.A_MEANS, Way.B_MEANS):
            self.world(way)

    def world(self, way: Way) -> World:
        """What an arm takes as given; made once. Raises InputError."""
        return self._world_a if way.of_a else self._world_b

    def manifest(self, seeds: Sequence[int], discount: float, command: Sequence[str] = ()) -> PairManifest:
        """What made a comparison of these arms. Raises InputError."""
        a, b = (Manifest.of(scenario, seeds, command) for scenario in (self.a, self.b))
        draws = DRAWS if any(way.drawn for way in self.ways) else "none: effects at their means"
        return PairManifest(self.key, self.effects, draws, discount, tuple(seeds), a, b)


def checked_effects(effects: str) -> Effects:
    """How effects are taken. Raises InputError for what is no such way."""
    match effects:
        case "drawn" | "means":
            return effects
        case _:
            raise unknown("a way to take effects", effects, ("drawn", "means"), at="effects")


@dataclass(frozen=True, slots=True)
class Pair:
    """The lives of one seed, by way: as many as were asked for."""

    seed: int
    lives: Mapping[Way, Life]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A task: the lives of one seed that are to be made."""

    seed: int
    ways: tuple[Way, ...]


def live_pairs(
    arms: Arms, wanted: Sequence[Wanted], workers: int | None = None, progress: Progress | None = None
) -> Generator[Pair]:
    """The wanted lives of each seed, as soon as they are done, in no fixed order.

    Raises:
        InputError: a seed, the number of workers or a scenario cannot be used.
        SeedError: a run broke off. No other is started then.
    """
    check_pair_seeds(arms, [each.seed for each in wanted])
    return pool.done(live_pair, arms, wanted, workers, progress)


def check_pair_seeds(arms: Arms, seeds: Sequence[int]) -> None:
    """Raises InputError unless these are seeds of which every way can be lived."""
    check_seeds(seeds)
    if any(way.drawn for way in arms.ways) and LAST_SEED in seeds:
        problem = f"must be below {LAST_SEED} where effects are drawn: {DRAWS}"
        raise InputError(problem, at="seed", value=LAST_SEED)


def live_pair(arms: Arms, wanted: Wanted) -> Pair:
    """The wanted lives of a seed, in this process. Raises InputError, or SeedError where one breaks off."""
    trunks = {way: Way.A_MEANS if arms.shared or way.of_a else Way.B_MEANS for way in wanted.ways}
    with pool.naming(wanted.seed):
        lives: dict[Way, Life] = {}
        for trunk in dict.fromkeys(trunks.values()):
            ways = [way for way in wanted.ways if trunks[way] is trunk]
            lives |= _from_one_trunk(arms, wanted.seed, trunk, ways)
    return Pair(wanted.seed, {way: lives[way] for way in wanted.ways})


def _from_one_trunk(arms: Arms, seed: int, of: Way, ways: Sequence[Way]) -> dict[Way, Life]:
    """Lives that are one up to BRANCH_YEAR, where they branch from the town of one of them, or of a way that
    is not wanted itself. Where it is, that town lives on when the others have branched."""
    from model.town import Town

    scenario = arms.scenario(of)
    town = Town(scenario, seed=seed, world=arms.world(of)).run(min(BRANCH_YEAR, scenario.until))
    lives = {way: _branched(town, arms, way, seed) for way in ways if way is not of}
    if of in ways:
        lives[of] = life_of(town.run())
    return lives


def _branched(trunk: "Town", arms: Arms, way: Way, seed: int) -> Life:
    return life_of(trunk.branch(arms.scenario(way), draw=way.draw(seed)).run())
