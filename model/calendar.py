"""Years and ages, each named once. A year is an academic year, named by the year in which it ends."""

from typing import Final

FIRST_COHORT: Final = 1980
"""The first birth cohort that a town knows."""
FIRST_YEAR: Final = 1998
"""The year in which a town is built."""
FIRST_ACTING: Final = 2018
"""The first year in which anything can be done; what lies before is history."""
LAST_YEAR: Final = 2048

FIRST_AT_SCHOOL: Final = 5
"""Reception."""
LAST_AT_SCHOOL: Final = 16
"""Year 11; whoever is older is taught in a sixth form or college until LAST_TAUGHT."""
LAST_TAUGHT: Final = 18
LAST_AGE: Final = 32
"""To which people are followed."""
