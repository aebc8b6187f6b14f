"""Make the tables of England's districts that ship with the model from the tables as they were gathered.

    .venv/bin/python tools/district_tables.py FROM
    .venv/bin/python tools/district_tables.py FROM --to results/tables
    .venv/bin/python tools/district_tables.py model/places/england/districts --check

FROM holds one Parquet file a table and `sources.csv`. Of each table the columns and rows that the model
needs are kept (KEPT below), sorted, with empty text for a note that is missing, and written as Parquet: zstd,
text as dictionaries, no metadata that changes from day to day. Outcomes of places end with 2019: later rows
of a district or an upper-tier area are left out, so that they stay unseen; rows of regions and of England go
on. `manifest.json` records the digest of each input and of each table's content. The tables that ship can be
FROM themselves and come out the same, byte for byte: `--check` does that, writes nothing, and ends with exit
code 1 where anything differs.
"""

import argparse
import csv
import hashlib
import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

ROOT: Final = Path(__file__).resolve().parents[1]
SHIPPED: Final = ROOT / "model" / "places" / "england" / "districts"
LAST_OUTCOME: Final = 2019
MANIFEST: Final = "manifest.json"
SOURCES: Final = "sources.csv"


def _every(table: pd.DataFrame) -> pd.DataFrame:
    return table


def _to_2019(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["year"] <= LAST_OUTCOME]


def _places_to_2019(table: pd.DataFrame) -> pd.DataFrame:
    return table[(table["level"] != "upper_tier") | (table["year"] <= LAST_OUTCOME)]


@dataclass(frozen=True)
class Kept:
    """What is kept of a table: its columns, in order (`key` first and sorted by), and its rows."""

    key: tuple[str, ...]
    others: tuple[str, ...]
    rows: Callable[[pd.DataFrame], pd.DataFrame] = _every


KEPT: Final = {
    "places": Kept(
        ("place_code",),
        (
            "place",
            "first_year",
            "last_year",
            "successor_2024",
            "successor_name",
            "region",
            "lsoas",
            "km2",
            "east",
            "north",
            "population_2017",
            "upper_tier_2019",
            "upper_tier_2023",
            "opportunity_area",
            "similar_global",
            "similar_economic",
            "similar_demographic",
            "cluster_global",
            "cluster_demographic",
        ),
    ),
    "ages": Kept(("place_code", "year", "age"), ("residents", "source", "grade")),
    "births": Kept(("place_code", "year"), ("births", "kind", "source", "grade", "note")),
    "figures": Kept(
        ("place_code", "name"), ("value", "unit", "year", "low", "high", "source", "grade", "note")
    ),
    "wards": Kept(
        ("place_code", "ward_code"),
        (
            "ward",
            "lsoas",
            "lsoas_idaci_suppressed",
            "population_2019",
            "age_0_4",
            "age_0_15",
            "age_5_18",
            "imd_2015",
            "imd_2019",
            "idaci_2019",
            "east",
            "north",
            "east_km",
            "north_km",
            "hex_row",
            "hex_column",
            "source",
            "grade",
        ),
    ),
    "schools": Kept(
        ("ltla17_code", "ward17", "type"),
        (
            "group",
            "kind",
            "age_low",
            "age_high",
            "sixth_form",
            "ltla19_code",
            "ltla21_code",
            "ltla24_code",
            "ks2_pupils_2016",
            "ks2_pupils_2017",
            "ks2_pupils_2018",
            "ks4_pupils_2016",
            "ks4_pupils_2017",
            "ks4_pupils_2018",
            "pupils_2020",
            "pupils_5_16_2020",
            "capacity_2020",
            "filled_of_capacity_2020",
            "fsm_2020",
            "fsm6_2019",
            "eal_2020",
            "fsm_2023",
            "source",
        ),
    ),
    "outcomes_district": Kept(
        ("place_code", "indicator", "group", "year", "basis"),
        ("value", "unit", "n", "schools", "source", "grade", "note"),
        _to_2019,
    ),
    "outcomes_upper_tier": Kept(
        ("level", "area", "indicator", "group", "year", "basis", "source"),
        ("value", "unit", "grade"),
        _places_to_2019,
    ),
    "series": Kept(("place_code", "series", "group", "year"), ("value", "unit", "source", "grade")),
}

READ_AT: Final = {
    "CEC": "row of the evidence register",
    "CEN21": "github.com/humaniverse/demographr @d0417101",
    "DERIVED": "",
    "DFE-ABSENCE": "schoolleaders.thekeysupport.com",
    "DFE-DEST": "gov.uk statistics; row of the evidence register",
    "DFE-PT": "github.com/waiky8/schools-data @82140d04",
    "DFE-WPHE": "gov.uk statistics; row of the evidence register",
    "ELS": "github.com/ONSdigital/explore-local-statistics-data @4972c588",
    "EYFSP-LAD": "github.com/nestauk/afs_neighbourhood_analysis @1b1f1b1d",
    "FFT-SLY": "github.com/FFTEduDatalab/schoolslikeyours @3780cd49",
    "FSM23": "github.com/smlkjns/heinsight_fsm_search @aaf5dd90",
    "GENERAL": "not read in a publication",
    "IMD15": "github.com/humaniverse/IMD @2f6c9050",
    "IMD19": "github.com/humaniverse/IMD @2f6c9050",
    "IMPETUS": "row of the evidence register",
    "JUDGEMENT": "",
    "KS4-DEST": "github.com/dfe-analytical-services/lsip_dashboard @ace69761",
    "L23": "github.com/dfe-analytical-services/attainment-age-19 @8f55928d",
    "LAIT": "github.com/dfe-analytical-services/local-authority-interactive-tool @2e30e395",
    "LEO": "github.com/dfe-analytical-services/leo-post16education-labourmarket @3417e915",
    "ONS-GEO": "geoportal.statistics.gov.uk",
    "PLAN": "gov.uk; page numbers approximate",
    "POP": "github.com/humaniverse/demographr @d0417101",
    "SCC-EYFSP": "pdfslide.net",
    "SUFFOLK-JSNA": "healthysuffolk.org.uk",
    "SWC": "gov.uk statistics; row of the evidence register",
    "TALIS": "schoolsweek.co.uk",
}
"""Where the figures of a source were read, for tables that do not say it themselves."""

NOT_NOTED: Final = "the address was not noted"


def main() -> int:
    """Make the tables as the command line asks. Returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", metavar="FROM", type=Path, help="the folder of the tables as gathered")
    parser.add_argument("--to", type=Path, default=SHIPPED, help="where they go (default: where they ship)")
    parser.add_argument("--check", action="store_true", help="compare with what is in --to; write nothing")
    asked = parser.parse_args()
    missing = [
        name
        for name in (*(f"{name}.parquet" for name in KEPT), SOURCES)
        if not (asked.source / name).is_file()
    ]
    if missing:
        print(f"{asked.source}: has no {missing[0]}", file=sys.stderr)
        return 2
    made = dict(files(asked.source, asked.to))
    if asked.check:
        different = [name for name, content in made.items() if not same(asked.to / name, content)]
        for name in different:
            print(f"{asked.to / name}: differs from what {asked.source} gives", file=sys.stderr)
        return 1 if different else 0
    asked.to.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        (asked.to / name).write_bytes(content)
        print(f"{len(content):>9,} bytes  {name}")
    return 0


def same(path: Path, content: bytes) -> bool:
    """Tell whether the file at `path` holds these bytes."""
    return path.is_file() and path.read_bytes() == content


def files(source: Path, to: Path) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of every file that ships, made from the tables in `source`; `to` is where they go,
    whose manifest says from which inputs tables were made that are their own source."""
    inputs, contents = {}, {}
    for name, kept in KEPT.items():
        path = source / f"{name}.parquet"
        table = kept_of(pd.read_parquet(path), kept)
        inputs[path.name], contents[path.name] = digest(path.read_bytes()), content_digest(table)
        yield path.name, parquet(table)
    sources = source_rows(source / SOURCES)
    inputs[SOURCES], contents[SOURCES] = digest((source / SOURCES).read_bytes()), digest(sources)
    yield SOURCES, sources
    if source.resolve() == to.resolve() or (source / MANIFEST).is_file():
        inputs = json.loads((source / MANIFEST).read_text())["inputs"]
    manifest = {"inputs": inputs, "contents": contents}
    yield MANIFEST, (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode()


def kept_of(table: pd.DataFrame, kept: Kept) -> pd.DataFrame:
    """Return the rows and columns that are kept, sorted by all columns in their order; missing text is
    empty."""
    table = kept.rows(table)[[*kept.key, *kept.others]].copy()
    for column in table.columns:
        if pd.api.types.is_string_dtype(table[column]) and not pd.api.types.is_bool_dtype(table[column]):
            table[column] = table[column].fillna("")
    return table.sort_values(list(table.columns), kind="stable").reset_index(drop=True)


def parquet(table: pd.DataFrame) -> bytes:
    """Return a table as a Parquet file that holds the data and nothing of who wrote it when."""
    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    to = io.BytesIO()
    pq.write_table(
        arrow, to, compression="zstd", compression_level=12, use_dictionary=True, write_statistics=False
    )
    return to.getvalue()


def content_digest(table: pd.DataFrame) -> str:
    """Return the digest of what a table says, whatever library wrote it."""
    hashed = hashlib.blake2b(digest_size=16)
    for column, values in table.items():
        text = pd.api.types.is_string_dtype(values) and not pd.api.types.is_bool_dtype(values)
        content = "\0".join(values).encode() if text else values.to_numpy().astype(np.float64).tobytes()
        hashed.update(f"{column} {len(content)} ".encode() + content)
    return hashed.hexdigest()


def digest(content: bytes) -> str:
    """Return 32 hexadecimal digits of `content`."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def source_rows(path: Path) -> bytes:
    """Return the sources with where each was read, by key."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["key"])
    text = io.StringIO()
    writer = csv.DictWriter(text, ("key", "publication", "licence", "read_at"), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({**row, "read_at": row.get("read_at") or READ_AT.get(row["key"], NOT_NOTED)})
    return text.getvalue().encode()


if __name__ == "__main__":
    sys.exit(main())
