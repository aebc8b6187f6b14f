"""The roll of a year: what programmes ask of children, sorted out once for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.calendar import FIRST_COHORT, LAST_AGE, LAST_YEAR
from model.columns.table import Table
from model.kernels import roll as rolls

Rows = NDArray[np.intp]
B = NDArray[np.bool_]
F = NDArray[np.float32]

_ALL: Final = np.zeros(0, np.bool_)


def cohort_rows(starts: Sequence[int], year: int, first_age: int, last_age: int) -> slice:
    """Return the rows of the children of these ages in a year, where each birth cohort's rows start at
    `starts`: one slice, in the order of cohorts."""
    low = max(year - last_age, FIRST_COHORT) - FIRST_COHORT
    high = min(year - first_age, LAST_YEAR) - FIRST_COHORT
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
        columns = rolls.Columns(*(getattr(c, name)[band] for name in rolls.Columns._fields))
        return Roll(year, starts, band.start, *rolls.sort_out(year, columns))

    def at(self, rows: Rows) -> NDArray[np.intp]:
        """Find the rows of the schools, sixth forms and colleges where children are taught (n,); -1 for
        none."""
        return self.taught[rows - self.start].astype(np.intp)

    def poor(self, rows: Rows) -> B:
        """Find who is disadvantaged (n,)."""
        poor: B = rolls.has(rows, self.start, self.traits, rolls.POOR)
        return poor

    def poor_first(self, rows: Rows) -> Rows:
        """Put the disadvantaged first (n,), else in the order given."""
        return rolls.first_with(rows, self.start, self.traits, rolls.POOR)

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
        """Find the rows of the children of these ages who have all traits of `whom`, and count those who have
        the traits of `everybody`; see `model.kernels.roll.pick`. `had` is by row of the whole table."""
        band, here = self._band(ages)
        asked = rolls.AskedTraits(everybody, everybody | whom, wards, schools)
        own = had[band] if had.size else had
        return rolls.pick(band.start, self.traits[here], children.ward[band], self.taught[here], own, asked)

    def pupils(self, ages: tuple[int, int], weight: F) -> tuple[Rows, int]:
        """Find the rows of the children of these ages who are taught where the weight, (schools + 1,) with 0
        as the last, is above 0; and count how many of them are disadvantaged."""
        band, here = self._band(ages)
        return rolls.pupils(band.start, self.traits[here], self.taught[here], weight)

    def by_school(self, rows: Rows, other: F, disadvantaged: F) -> F:
        """Look up for children (n,) what their group has at their school: (schools + 1,) each, the last for
        none."""
        table = np.stack([other, disadvantaged])
        return rolls.by_school(rows, self.start, self.traits, self.taught, table)

    def _band(self, ages: tuple[int, int]) -> tuple[slice, slice]:
        band = cohort_rows(self.starts, self.year, *ages)
        return band, slice(band.start - self.start, band.stop - self.start)
