"""A place of many wards and schools, at the cost of a small one: Ipswich's folder, each ward and school in
parts."""

import csv
import shutil
from pathlib import Path

from model.inputs.place import Place

PARTS = 18
"""Of each ward and primary school: 288 wards, 522 primary schools."""
type Row = dict[str, str]


def divided(folder: Path, parts: int = PARTS) -> Path:
    """Write the place into `folder`, and return it; people and places of schools are those of Ipswich."""
    place = folder / "divided"
    shutil.copytree(Place.load("ipswich").folder, place)
    wards, schools = rows_of(place / "wards.csv"), rows_of(place / "schools.csv")
    made = [each for ward in wards for each in _wards(ward, parts)]
    children = [int(ward["age_0_4"]) + int(ward["age_5_18"]) for ward in made]
    for at, (ward, number) in enumerate(zip(made, children, strict=True)):
        ward["children_share"] = f"{number / sum(children):.6f}"
        ward["hex_row"], ward["hex_column"] = str(at // 20), str(at % 20)
    write_rows(place / "wards.csv", made)
    write_rows(place / "schools.csv", [each for school in schools for each in _schools(school, parts)])
    return place


def _wards(ward: Row, parts: int) -> list[Row]:
    shared = {name: _shares(int(ward[name]), parts) for name in ("population_2019", "age_0_4", "age_5_18")}
    # Children under 16 are at least those under 5 and at most all.
    return [
        {
            **ward,
            "ward": f"{ward['ward']} {part + 1:02d}",
            **{name: str(numbers[part]) for name, numbers in shared.items()},
            "age_0_15": str(shared["age_0_4"][part]),
            "east_km": f"{float(ward['east_km']) + 0.05 * part:.2f}",
        }
        for part in range(parts)
    ]


def _schools(school: Row, parts: int) -> list[Row]:
    ward = school["ward"]
    if school["phase"] != "primary":
        return [{**school, "ward": ward if ward == "outside" else f"{ward} 01"}]
    shared = _shares(int(school["places_per_year"]), parts)
    return [
        {
            **school,
            "school": f"{school['school']} {part + 1:02d}",
            "ward": f"{ward} {part + 1:02d}",
            "places_per_year": str(places),
        }
        for part, places in enumerate(shared)
    ]


def _shares(number: int, parts: int) -> list[int]:
    return [number * (part + 1) // parts - number * part // parts for part in range(parts)]


def rows_of(path: Path) -> list[Row]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: list[Row]) -> None:
    """Write a CSV file anew."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
