"""Free meals by phase of school: the income position under which a place's pupils of a phase register for
them.

Need is a family's, the same for all its children. Who is registered differs by phase: parents of older
children earn more, and where a council feeds all young pupils fewer register. Both phases are published.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr

D = NDArray[np.float64]

PHASES: Final = ("primary", "secondary")
FIRST_SECONDARY: Final = 12
_FAR: Final = 8.0
"""SD of income from the line of need within which a line is looked for: no share lies outside."""


def meals_lines(line: float, middle: D, spread: float, shares: D, meals: tuple[float, float]) -> D:
    """Find how far above the line of need each phase registers, (2,) SD of income.

    Args:
        line: income position of need in the year in which free meals are published.
        middle: (wards,) mean income of the wards' families. spread: SD of families within them.
        shares: (wards,) of the town's children.
        meals: share of pupils with free meals in primary and secondary schools, 0-1.

    Raises:
        ValueError: a share is not above 0 and below 1.
    """
    found = []
    for phase, wanted in zip(PHASES, meals, strict=True):
        if not 0 < wanted < 1:
            raise ValueError(f"free meals of {phase} pupils: {wanted:g} is no share above 0 and below 1")

        def over(shift: float, wanted: float = wanted) -> float:
            return float((shares * ndtr((line + shift - middle) / spread)).sum()) - wanted

        found.append(brentq(over, -_FAR, _FAR))
    return np.array(found)
