"""How many people a town can hold: the ids of those who enter in a year have room for so many."""

import math
from typing import Final

from model.calendar import FIRST_COHORT
from model.io.errors import InputError
from model.world.flows import Flows

NUMBER_BITS: Final = 18
"""Bits of an id that number those of one kind who enter in a year."""
PER_AGE: Final = 8192
"""Of these numbers, how many each age of entry has, so that one more at an age renames nobody."""
STOCK_FROM: Final = 7 * PER_AGE
"""Where the numbers of the children of the first year begin."""


def check_numbers(flows: Flows, scale: float) -> None:
    """Check that everybody who enters has an id.

    Raises:
        InputError: more are born, or move in at one age, than a year has ids for.
    """
    for what, most, numbers in (
        ("births", 1 << NUMBER_BITS, flows.births),
        ("children of an age in 1998", (1 << NUMBER_BITS) - STOCK_FROM, flows.stock),
        ("arrivals at an age", PER_AGE, flows.arrivals),
    ):
        largest = int(numbers.max())
        if largest > most:
            at = ""
            if numbers.ndim == 1 and what == "births":
                at = f" in {FIRST_COHORT + int(numbers.argmax())}"
            raise InputError(
                f"makes a town too large: {largest:,} {what}{at}, and a year has numbers for {most:,}",
                at="scale",
                value=scale,
                allowed=f"at most {math.floor(100 * scale * most / largest) / 100:g}",
            )
