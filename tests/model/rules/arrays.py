"""Short ways to write the arrays of a hand-computed case."""

import numpy as np
from numpy.typing import NDArray

F = NDArray[np.float32]


def f(*values: float) -> F:
    """(n,) float32."""
    return np.array(values, np.float32)


def normal(seed: int, *shape: int) -> F:
    """Standard normal float32 draws of a test, always the same."""
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)
