"""The seed of a town, from whatever Mesa, its viewer or its users hand over."""

from collections.abc import Sequence
from typing import Final

import numpy as np

LARGEST: Final = 2**32 - 1


class Unsaid:
    """The type of `UNSAID`."""

    def __repr__(self) -> str:
        return "0 unless rng is given"


UNSAID: Final = Unsaid()
"""Says that no seed was given; 0 and None are seeds that somebody may give."""

type SeedLike = (
    int
    | np.integer
    | str
    | Sequence[int]
    | np.random.SeedSequence
    | np.random.Generator
    | np.random.BitGenerator
)


def chosen_seed(seed: SeedLike | Unsaid | None, rng: SeedLike | None) -> int:
    """Return the seed of a town from Mesa's two names for it; 0 where neither is given.

    Raises
    ------
    ValueError
        Both are given, or a value stands for no seed.
    """
    if rng is None:
        return 0 if isinstance(seed, Unsaid) else seed_of(seed)
    # Mesa hands seed=None beside an rng.
    if seed is not None and not isinstance(seed, Unsaid):
        raise ValueError("give seed or rng, not both")
    return seed_of(rng)


def seed_of(given: SeedLike | None) -> int:
    """Return the seed that a value stands for: a whole number, its digits (a text box hands text), or, as for
    Mesa's own models, one drawn from the system's entropy (None), a generator, or a sequence of numbers.

    Raises:
        ValueError: it stands for none.
    """
    if given is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    if isinstance(given, np.random.BitGenerator):
        given = np.random.Generator(given)
    if isinstance(given, np.random.Generator):
        return int(given.integers(LARGEST, endpoint=True))
    if isinstance(given, np.random.SeedSequence):
        return int(given.generate_state(1)[0])
    if isinstance(given, list | tuple) and given and all(_is_whole(each) and each >= 0 for each in given):
        return int(np.random.SeedSequence([int(each) for each in given]).generate_state(1)[0])
    number: object = given
    if isinstance(number, str) and number.strip().isascii() and number.strip().isdecimal():
        number = int(number)
    # bool is an int to isinstance, and seed = True is a mistake
    if isinstance(number, int | np.integer) and _is_whole(number) and 0 <= number <= LARGEST:
        return int(number)
    raise ValueError(f"seed = {given!r}: must be a whole number from 0 to {LARGEST}")


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)
