"""The roll of a year: what programmes ask of children, sorted out once for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.columns.table import Table
from model.kernels import roll as rolls
from model.rules.households import SIX_YEARS
from model.world.flows import END, FIRST

Rows = NDArray[np.intp]
B = NDArray[np.bool_]
F = NDArray[np.float32]

AT_SCHOOL: Final = (5, 16)
"""First and last age at school; whoever is older is taught in a sixth form or college until LAST_TAUGHT."""
LAST_TAUGHT: Final = 18
LAST_AGE: Final = 32
LAST_TERM: Final = np.uint8(4)
"""Bit of a year's last term: who was NEET then is offered what is for the NEET in the year after."""
_ALL: Final = np.zeros(0, np.bool_)


def cohort_rows(starts: Sequence[int], year: int, first_age: int, last_age: int) -> slice:
    """Return the rows of the children of these ages in a year, where each birth cohort's rows start at
    `starts`: one slice, in the order of cohorts."""
    low = max(year - last_age, FIRST) - FIRST
    high = min(year - first_age, END) - FIRST
    if high < low:
        return slice(0, 0)
    return slice(starts[low], starts[high + 1])


@dataclass(frozen=True)
class Roll:
    """Traits of the town's children to 32 (bits of `model.kernels.roll`) and where each is taught, by row of
    the table from `start` on; they hold until the year's next phase. `starts` are the cohorts' first rows."""

    year: int
    starts: Sequence[int]
    start: int
    traits: NDArray[np.uint8]
    taught: NDArray[np.int16]

    @staticmethod
    def of(c: Table, year: int, starts: Sequence[int]) -> "Roll":
        """Make that of a year from the table of children, once everybody has a place."""
        band = cohort_rows(starts, year, 0, LAST_AGE)
        size = band.stop - band.start
        traits, taught = np.empty(size, np.uint8), np.empty(size, np.int16)
        rolls.sort_out(
            year,
            *AT_SCHOOL,
            LAST_TAUGHT,
            c.cohort[band],
            c.present[band],
            c.resident[band],
            c.followed[band],
            c.disadvantaged_at_16[band],
            c.fsm[band],
            c.sen[band],
            c.eal[band],
            c.need_history[band],
            c.fsm_history[band],
            c.neet_terms[band],
            SIX_YEARS,
            LAST_TERM,
            c.school[band],
            c.post16[band],
            traits,
            taught,
        )
        return Roll(year, starts, band.start, traits, taught)

    def at(self, rows: Rows) -> NDArray[np.intp]:
        """Rows of the schools, sixth forms and colleges where children are taught (n,); -1 for none."""
        return self.taught[rows - self.start].astype(np.intp)

    def poor(self, rows: Rows) -> B:
        """Who is disadvantaged (n,)."""
        out = np.empty(len(rows), np.bool_)
        rolls.has(rows, self.start, self.traits, rolls.POOR, out)
        return out

    def poor_first(self, rows: Rows) -> Rows:
        """The disadvantaged first (n,), else in the order given."""
        out = np.empty(len(rows), np.intp)
        rolls.first_with(rows, self.start, self.traits, rolls.POOR, out)
        return out

    def pick(
        self,
        children: Table,
        ages: tuple[int, int],
        everybody: int,
        whom: int,
        wards: B = _ALL,
        schools: B = _ALL,
        had: B = _ALL,
    ) -> tuple[Rows, int]:
        """Rows of the children of these ages who have all traits of `whom`, and how many have those of
        `everybody`; see `model.kernels.roll.pick`. `had` is by row of the whole table."""
        band, here = self._band(ages)
        out = np.empty(band.stop - band.start, np.intp)
        own = had[band] if had.size else had
        found, count = rolls.pick(
            band.start,
            self.traits[here],
            children.ward[band],
            self.taught[here],
            own,
            everybody,
            everybody | whom,
            wards,
            schools,
            out,
        )
        return out[:found], count

    def pupils(self, ages: tuple[int, int], weight: F) -> tuple[Rows, int]:
        """Rows of the children of these ages who are taught where the weight, (schools + 1,) with 0 as the
        last, is above 0; and how many of them are disadvantaged."""
        band, here = self._band(ages)
        out = np.empty(band.stop - band.start, np.intp)
        found, poor = rolls.pupils(band.start, self.traits[here], self.taught[here], weight, out)
        return out[:found], poor

    def by_school(self, rows: Rows, other: F, disadvantaged: F) -> F:
        """For children (n,) what their group has at their school: (schools + 1,) each, the last for none."""
        out = np.empty(len(rows), np.float32)
        table = np.stack([other, disadvantaged])
        rolls.by_school(rows, self.start, self.traits, self.taught, table, out)
        return out

    def _band(self, ages: tuple[int, int]) -> tuple[slice, slice]:
        band = cohort_rows(self.starts, self.year, *ages)
        return band, slice(band.start - self.start, band.stop - self.start)
