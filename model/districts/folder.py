"""The place folder of a district, built from the tables.

folder_of(names.find("derby"))    # a folder in the cache, which Place.load reads
"""

import functools
import hashlib
from pathlib import Path
from typing import Final

from model.districts import cache, figures, observed, people, place_toml, schools, series, tables, wards
from model.districts.names import District
from model.districts.rows import Row, csv_text

TOWN: Final = "town.toml"
NEUTRAL: Final = tables.FOLDER / TOWN
"""The local numbers of a place that nothing was fitted to."""
COLUMNS: Final = {
    "ages.csv": people.AGES,
    "births.csv": people.BIRTHS,
    "figures.csv": figures.COLUMNS,
    "observed.csv": observed.COLUMNS,
    "schools.csv": schools.COLUMNS,
    "series.csv": series.COLUMNS,
    "wards.csv": wards.COLUMNS,
}
"""The CSV files of a place folder, and their columns."""

FILES: Final = ("place.toml", TOWN, *COLUMNS)


def folder_of(district: District) -> Path:
    """Return the folder of a district in the cache, called by its slug, built where it is not there yet.

    Raises InputError, which names WOLSEY_CACHE, where the cache cannot be written.
    """
    return cache.kept(district.slug, key(), FILES, lambda folder: build(district, folder))


def build(district: District, folder: Path) -> None:
    """Write the place folder of a district into `folder`, which is there. The same tables give the same bytes
    on any machine."""
    rows = rows_of(district)
    for name, made in rows.items():
        write(folder / name, csv_text(made, COLUMNS[name]))
    write(folder / "place.toml", place_toml.text(place_toml.content(district, rows)))
    write(folder / TOWN, NEUTRAL.read_text(encoding="utf-8"))


def rows_of(district: District) -> dict[str, list[Row]]:
    """Return the rows of each CSV file of a district's place folder."""
    return {
        "ages.csv": people.ages(district),
        "births.csv": people.births(district),
        "figures.csv": figures.rows(district),
        "observed.csv": observed.rows(district),
        "schools.csv": schools.rows(district),
        "series.csv": series.rows(district),
        "wards.csv": wards.rows(district),
    }


@functools.cache
def key() -> str:
    """Return 16 hexadecimal digits of all that a built folder depends on: the tables, the neutral local
    numbers and the code of this package."""
    hashed = hashlib.blake2b(tables.digest().encode(), digest_size=8)
    for path in [*sorted(Path(__file__).parent.glob("*.py")), NEUTRAL]:
        hashed.update(hashlib.blake2b(path.read_bytes()).digest())
    return hashed.hexdigest()


def write(path: Path, text: str) -> None:
    """Write a text file with the same bytes on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")
