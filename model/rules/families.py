"""Births and moves: who becomes a parent, which families leave."""

import numpy as np
from numpy.typing import NDArray

F = NDArray[np.float32]


def sibling_weights(spacing: F, by_children: F) -> F:
    """Return the log weights of a family for one more child, by years since the last birth and by children so
    far (years, children), from the shares by either."""
    by_gap, by_have = (np.log(np.maximum(table, 1e-9)) for table in (spacing, by_children))
    table: F = (by_gap[:, None] + by_have[None, :]).astype(np.float32)
    return table


def first_birth_weight(age: F, mean: float, sd: float) -> F:
    """Return the log weight of a young person for a first child (n,): a bell about the mean age at first
    birth."""
    weight: F = np.float32(-0.5) * ((age - np.float32(mean)) / np.float32(sd)) ** 2
    return weight


def moving_out(
    need: F,
    private_rent: F,
    base: float,
    per_need: float,
    per_rent: float,
    share_need: float,
    share_rent: float,
) -> F:
    """Return the chance that a family leaves the town this year (n,), more for the poor and the privately
    renting.

    Args:
        need, private_rent: (n,) 1 or 0.
        base: mean chance over the town.
        per_need, per_rent: log ratios of the chance.
        share_need, share_rent: the town's shares, taken as independent, for which the mean chance is `base`.
    """
    mean = (1 + share_need * (np.exp(per_need) - 1)) * (1 + share_rent * (np.exp(per_rent) - 1))
    result: F = (base / mean * np.exp(per_need * need + per_rent * private_rent)).astype(np.float32)
    return result
