"""Which numbers a run lives with: a draw of the place's posterior, and with it the effects that history was
lived under.

A run is a cell: a scenario, a draw and a seed. Draw 0 is the best fit, with effects of programmes at their
means; draws 1, 2, ... are those of the posterior. A place without a posterior has the national layer of the
fit that ships, draw by draw; its own numbers are those of its files in draw 0, and from their prior over
districts in the others (decision 26).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from calibration import local_prior, standing
from calibration.posterior import NATIONAL, Posterior
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
    """The numbers that a place's runs can have. Make it with `of`. `posterior` is the place's own; `national`
    that of the place whose national layer a place without one takes. Without either, numbers are those of the
    files, set by hand."""

    place: str
    posterior: Posterior | None
    national: Posterior | None = None

    @staticmethod
    def of(place: str) -> "ParameterDraws":
        """Return those of the posterior that ships for a place; where there is none, the national layer of
        the one that ships with the place's own numbers from their prior; the hand-set numbers of the files
        where none ships at all. Raises InputError where a posterior cannot be read."""
        if Posterior.path(place).is_file():
            return ParameterDraws(place, Posterior.load(place))
        national = Posterior.load(NATIONAL) if Posterior.path(NATIONAL).is_file() else None
        return ParameterDraws(place, None, national)

    @cached_property
    def digest(self) -> str:
        """Return 32 hexadecimal digits of the posterior, or of the national one and the prior; or NONE."""
        if self.posterior is not None:
            return self.posterior.digest()
        if self.national is None:
            return NONE
        prior = f"{self.national.digest()}\n{local_prior.digest(self._base())}\n{self._chance}"
        return blake2b(prior.encode(), digest_size=16).hexdigest()

    @property
    def _chance(self) -> str:
        """Return what the chance of the place's own numbers is keyed by."""
        return standing.name_of(self.place)

    def _base(self) -> Parameters:
        return Parameters.load(place=self.place)

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
        there = self.posterior or self.national
        if there is None:
            raise InputError(
                f"there is no posterior of {self.place} to draw from; make one with `wolsey calibrate`, or "
                "take 1, the hand-set numbers of its files",
                at=at,
                value=count,
            )
        if count > there.draws:
            raise InputError(
                f"the posterior of {self.place if self.posterior else NATIONAL} has not so many draws",
                at=at,
                value=count,
                allowed=f"1 to {there.draws}; 1 is the best fit alone",
            )
        return tuple(range(1, count + 1))

    def parameters(self, scenario: Scenario, draw: int) -> Parameters:
        """Return the numbers of a draw, with the scenario's own in their place. Raises InputError for a draw
        that there is not."""
        base = Parameters.load(place=scenario.place)
        if self.posterior is not None:
            base = self.posterior.parameters(draw, base)
        elif self.national is not None:
            base = self.national.national(draw, base)
            base = base if draw == BEST else local_prior.drawn(self._chance, draw, base)
        elif draw != BEST:
            self.chosen(draw + 1, "draw")
        return base.changed(scenario.parameters) if scenario.parameters else base

    def effects(self, draw: int) -> int:
        """Return the draw of the programmes' effects that belongs to a draw of the numbers; 0, their means,
        for the best fit."""
        there = self.posterior or self.national
        return 0 if there is None or draw == BEST else there.effects_draw(draw)

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
        """Return what a reader must know about the numbers: that the place was not fitted, or that the
        posterior is of another model or of earlier inputs; empty where there is nothing to say. Raises
        InputError where the posterior does not fit the model at all."""
        if self.posterior is not None:
            return self.posterior.warning(self._base())
        if self.national is None:
            return standing.hand_set(self.place)
        of_fit, earlier = self.national.warning(Parameters.load(place=NATIONAL)), False
        if of_fit and not self.national.of_these_inputs():
            of_fit, earlier = "", True
        return " ".join(filter(None, [standing.not_fitted(self.place, NATIONAL, earlier), of_fit]))
