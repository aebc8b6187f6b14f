"""Spillover: what happens to children whom no programme ever reached, because others were reached.

Places are rival, classmates and staff are shared, trust spreads, and children of those who were reached are
born to other homes. With these couplings switched off nobody who was not reached differs, to the last bit.
"""

from dataclasses import dataclass

import numpy as np

from experiments.lives.examples import lived_both
from experiments.runs.paired import Arms


@dataclass(frozen=True, slots=True)
class Spillover:
    """Of one pair of lives: how many were reached by nothing in either world and have a score at 16 in both
    (`people`), how many of them score otherwise (`differ`), and the mean and the mean size of that difference
    over all of them, SD of score."""

    seed: int
    people: int
    differ: int
    mean: float
    size: float

    @property
    def words(self) -> str:
        """Say it in a sentence."""
        if not self.people:
            return "Spillover: everybody who was 16 by the end was reached by something."
        share = 100 * self.differ / self.people
        return (
            f"Spillover (one pair, seed {self.seed}): of {self.people:,} young people whom no programme "
            f"reached in either world, {share:.0f}% scored otherwise at 16, by {self.size:.3f} SD on average "
            f"over all of them, {self.mean:+.3f} SD on balance: rival places, classmates, teachers and "
            "families shared with those reached."
        )


def spillover(arms: Arms, seed: int, draw: int = 0) -> Spillover:
    """Return the spillover between the arms of a comparison that share their past, in one pair of lives at
    the best fit."""
    both = lived_both(arms, seed, draw)
    away = (both.b["ks4"].astype(np.float64) - both.a["ks4"])[both.untouched]
    if not away.size:
        return Spillover(seed, 0, 0, float("nan"), float("nan"))
    return Spillover(
        seed, len(away), int(np.count_nonzero(away)), float(away.mean()), float(np.abs(away).mean())
    )
