"""Which numbers a run lives with: a draw of the place's posterior, and with it the effects that history was
lived under.

A run is a cell: a scenario, a draw and a seed. Draw 0 is the best fit, with effects of programmes at their
means; draws 1, 2, ... are those of the posterior. A place without a posterior has the hand-set numbers of its
files, which stand for the best fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from calibration.posterior import Posterior
from model.inputs.parameters import Parameters
from model.io.errors import InputError
from model.scenario.scenario import Scenario

if TYPE_CHECKING:
    from model.town import Town
    from model.world.world import World

BEST: Final = 0
"""The draw that is the best fit."""
_SPREAD: Final = 2_654_435_761
"""Odd, near 2**32 over the golden ratio: it sends the seeds of different draws far apart."""
NONE: Final = "none"
"""Stands for the digest of a posterior that there is not."""


class RunId(NamedTuple):
    """One run of a scenario: which draw of the numbers, and which seed with it."""

    draw: int
    seed: int

    @property
    def luck(self) -> int:
        """Return the seed of the town itself. For the best fit it is the cell's own. Draws have each another,
        for the same luck in all of them would be counted once as chance, and its share taken off what numbers
        do."""
        return (self.seed + _SPREAD * self.draw) % 2**32

    def __str__(self) -> str:
        return f"draw {self.draw}, seed {self.seed}" if self.draw else f"seed {self.seed}"


def run_ids_of(draws: Sequence[int], seeds: Sequence[int]) -> tuple[RunId, ...]:
    """Return every draw with every seed."""
    return tuple(RunId(draw, int(seed)) for draw in draws for seed in seeds)


@dataclass(frozen=True, eq=False)
class ParameterDraws:
    """The numbers that a place's runs can have. Make it with `of`."""

    place: str
    posterior: Posterior | None

    @staticmethod
    def of(place: str) -> "ParameterDraws":
        """Return those of the posterior that ships for a place, or of its files where there is none. Raises
        InputError where the posterior cannot be read."""
        return ParameterDraws(place, Posterior.load(place) if Posterior.path(place).is_file() else None)

    @cached_property
    def digest(self) -> str:
        """Return 32 hexadecimal digits of the posterior, or NONE."""
        return NONE if self.posterior is None else self.posterior.digest()

    def chosen(self, count: int, at: str = "draws") -> tuple[int, ...]:
        """Return the draws of a run over `count` of them: the best fit alone for 1, else draws 1 to `count`.

        Raises:
            InputError: (key path `at`) it is below 1, or there are not so many.
        """
        if isinstance(count, bool) or not isinstance(count, int | np.integer):
            raise InputError("must be a whole number", at=at, value=count)
        count = int(count)
        if count < 1:
            raise InputError("must be at least 1", at=at, value=count)
        if count == 1:
            return (BEST,)
        if self.posterior is None:
            raise InputError(
                f"there is no posterior of {self.place} to draw from; make one with `wolsey calibrate`, or "
                "take 1, the hand-set numbers of its files",
                at=at,
                value=count,
            )
        if count > self.posterior.draws:
            raise InputError(
                f"the posterior of {self.place} has not so many draws",
                at=at,
                value=count,
                allowed=f"1 to {self.posterior.draws}; 1 is the best fit alone",
            )
        return tuple(range(1, count + 1))

    def parameters(self, scenario: Scenario, draw: int) -> Parameters:
        """Return the numbers of a draw, with the scenario's own in their place. Raises InputError for a draw
        that there is not."""
        base = Parameters.load(place=scenario.place)
        if self.posterior is not None:
            base = self.posterior.parameters(draw, base)
        elif draw != BEST:
            self.chosen(draw + 1, "draw")
        return base.changed(scenario.parameters) if scenario.parameters else base

    def effects(self, draw: int) -> int:
        """Return the draw of the programmes' effects that belongs to a draw of the numbers; 0, their means,
        for the best fit."""
        return 0 if self.posterior is None or draw == BEST else self.posterior.effects_draw(draw)

    def world(self, scenario: Scenario, draw: int) -> "World":
        """Return what a run of this draw takes as given. Raises InputError."""
        from model.world.world import World

        return World.of(scenario, self.parameters(scenario, draw))

    def town(self, scenario: Scenario, cell: RunId, effects: int | None = None) -> "Town":
        """Return the town of a cell, at its start, with the effects that belong to its draw or those of
        `effects`. Raises InputError."""
        from model.town import Town

        world = self.world(scenario, cell.draw)
        drawn = self.effects(cell.draw) if effects is None else effects
        return Town(scenario, cell.luck, world=world, draw=drawn)

    @cached_property
    def note(self) -> str:
        """Return what a reader must know about the numbers: that they are hand-set, or that the posterior is
        of another model; empty where there is nothing to say. Raises InputError where the posterior does not
        fit the model at all."""
        if self.posterior is None:
            return (
                f"Hand-set numbers: there is no posterior of {self.place}, so what is published of it was "
                "never fitted. Make one with `wolsey calibrate`."
            )
        return self.posterior.warning(Parameters.load(place=self.place))
