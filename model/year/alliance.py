"""Alliance: the partnership decides and learns. Without programmes it spends nothing and
changes nobody's chances."""

from typing import TYPE_CHECKING

import numpy as np

from model.luck import decision

if TYPE_CHECKING:
    from model.town import Town

BENCHMARK = decision("school.gatsby_benchmark")
BENCHMARKS = 8


def alliance(town: "Town") -> None:
    """Schools' careers benchmarks follow England's; the partnership has nothing to spend."""
    s = town.schools
    held = town.luck.uniform
    share = np.float32(town.facts.gatsby / BENCHMARKS)
    count = np.zeros(len(s.id), np.int8)
    for benchmark in range(BENCHMARKS):
        count += held(BENCHMARK, 0, s.id, benchmark) < share
    s.gatsby[:] = np.where(town.has_careers, count, 0)
    town.partnership.budget[:] = 0
    town.partnership.spent[:] = 0
