"""Compare the model's children with those counted in every district: single ages of 2017, and the pupils
of Reception and Year 7 after it. `python -m benchmarks.district_people` prints a table; nobody lives.

Single ages of 2019 and 2020 shape net migration, so that errors of those years are of a fit; those of 2023
are of a forecast, but for births, which up to 2023 are made from later counts of residents.
"""

import argparse
from collections.abc import Sequence
from typing import Final

import pandas as pd

from model.calendar import FIRST_COHORT, LAST_TAUGHT
from model.districts.names import districts
from model.inputs.parameters import Parameters
from model.inputs.place import Place
from model.world.place_flows import flows_of

CLASSES: Final = {"Reception": 5, "Year 7": 12}
"""Age in the middle of the year in which a class ends. The model's cohorts are born from July to June; two
months of a class lie in the next."""
YEARS: Final = (2019, 2020, 2023)
WORST: Final = 10
NEAR: Final = 2.0
"""% within which single ages of 2017 are to lie."""


def errors(places: Sequence[str]) -> pd.DataFrame:
    """Return the errors of places, a row each of place, what and year: `error` in % of what was counted, and
    `aged_on`, that of residents of 2017 or births who nobody joined or left."""
    rows = []
    for name in places:
        place = Place.load(name)
        found = flows_of(place, Parameters.load(place=name), {})
        counted = place.ages.of(2017)
        for age in range(LAST_TAUGHT + 1):
            error = _error(found.expected[2017 - age - FIRST_COHORT, age], counted[age])
            rows.append((name, f"age {age}", 2017, error, float("nan")))
        if found.students:
            own = counted[LAST_TAUGHT] - found.students
            rows.append((name, "students left out", 2017, _error(own, counted[LAST_TAUGHT]), float("nan")))
        for what, age in CLASSES.items():
            for year in (year for year in YEARS if year in place.ages.years):
                cohort, there = year - age, place.ages.of(year)[age]
                before = counted[2017 - cohort] if cohort <= 2017 else place.births.at(cohort)
                expected = found.expected[cohort - FIRST_COHORT, age]
                rows.append((name, what, year, _error(expected, there), _error(before, there)))
    return pd.DataFrame(rows, columns=["place", "what", "year", "error", "aged_on"])


def _error(found: float, counted: float) -> float:
    return 100 * (float(found) / max(float(counted), 1.0) - 1)


def told(found: pd.DataFrame) -> list[str]:
    """Return the table, the places that are furthest off, and what lies beyond 2% in 2017."""
    lines = [
        "                          median error  median size  9 in 10 under  largest  nobody moves: median"
    ]
    of_class = found[found["what"].isin(CLASSES)]
    for (what, year), part in of_class.groupby(["what", "year"]):
        size = part["error"].abs()
        lines.append(
            f"{what:<10} {year} {len(part):4d} places {part['error'].median():9.2f} {size.median():13.2f} "
            f"{size.quantile(0.9):15.2f} {size.max():9.1f} {part['aged_on'].abs().median():15.2f}"
        )
    for (what, year), part in of_class.groupby(["what", "year"]):
        worst = part.loc[part["error"].abs().sort_values(ascending=False).index].head(WORST)
        named = ", ".join(f"{row.place} {row.error:+.1f}" for row in worst.itertuples())
        lines.append(f"Furthest off, {what} {year}: {named}")
    students = found[found["what"] == "students left out"].sort_values("error")
    named = ", ".join(
        f"{place} {size:.0f}%" for place, size in zip(students["place"], students["error"].abs(), strict=True)
    )
    lines.append(f"Students of 18 who are left out, % of residents of 18: {len(students)} places: {named}")
    ages = found[(found["year"] == 2017) & found["what"].str.startswith("age ")]
    ages = ages[~((ages["what"] == f"age {LAST_TAUGHT}") & ages["place"].isin(students["place"]))]
    beyond = ages[ages["error"].abs() > NEAR]
    lines.append(
        f"Single ages of 2017 but those: {len(ages)} of {ages['place'].nunique()} places, largest error "
        f"{ages['error'].abs().max():.3f}%, beyond {NEAR:g}%: {len(beyond)}"
    )
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table of some districts, by name or code, or of all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="*", help="names or codes; all districts where none is given")
    asked = parser.parse_args(arguments).places or [district.slug for district in districts()]
    print("\n".join(told(errors(asked))))


if __name__ == "__main__":
    main()
