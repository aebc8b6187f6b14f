"""Build every English district, live it, and say which fail: `python -m benchmarks.districts`.

    python -m benchmarks.districts                                 all, at a twentieth of their size, to 2018
    python -m benchmarks.districts --build                         build and read them, live none
    python -m benchmarks.districts --only derby E07000168 --scale 1 --until 2048
    python -m benchmarks.districts --opportunity --scale 1 --until 2048

Prints a table: seconds to build, read and live, most memory held by the process so far, wards and schools,
and how far residents aged 0-18 in 2017 lie from those published (%; at a small size luck is in it). What is
done is kept in results/districts, by code, tables, size and last year: the same command again goes on from
there, `--again` begins anew. Exit code 1 if a district failed.
"""

import argparse
import hashlib
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.measure import megabytes
from experiments.runs.progress import bar
from model.districts import folder, names, tables
from model.fingerprint import code_digest
from model.inputs.place import Place
from model.io.errors import InputError
from model.io.files import root
from model.scenario.scenario import Scenario
from model.town import Town

CHECKED: Final = 2017
"""The year whose residents are compared with those published."""
MOST_BUILDING: Final = 10.0
"""Seconds in which a district is to be built."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One district: seconds to build, to read and to live it, megabytes held so far, wards, schools, and
    residents aged 0-18 in 2017 against those published (%; None where that year was not lived); `fault` says
    why it failed, and is empty where it did not."""

    code: str
    slug: str
    built: float = 0.0
    read: float = 0.0
    lived: float = 0.0
    most: float = 0.0
    wards: int = 0
    schools: int = 0
    residents: float | None = None
    fault: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do as the command line asks. Returns the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        wanted = [names.find(each) for each in asked.only] or list(names.districts())
    except InputError as error:
        print(f"benchmarks.districts: {error}", file=sys.stderr)
        return 2
    wanted = [each for each in wanted if not asked.opportunity or each.opportunity_area]
    until = None if asked.build else asked.until
    path = kept_in(asked.scale, until)
    if asked.again:
        path.unlink(missing_ok=True)
    done = tried_before(path)
    missing = [each.code for each in wanted if each.code not in done]
    for tried in try_all(missing, asked.scale, until, asked.workers, len(wanted)):
        done[tried.code] = tried
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(tried)) + "\n")
    found = [done[each.code] for each in wanted]
    print(told(found))
    return 1 if any(each.fault for each in found) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="PLACE", help="names or codes (default: all)"
    )
    parser.add_argument("--opportunity", action="store_true", help="only those of the Opportunity Areas")
    parser.add_argument("--scale", type=float, default=0.05, help="size of the towns (default: 0.05)")
    parser.add_argument("--until", type=int, default=2018, help="last year lived (default: 2018)")
    parser.add_argument("--build", action="store_true", help="build and read them, live none")
    parser.add_argument("--workers", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--again", action="store_true", help="begin anew")
    return parser


def kept_in(scale: float, until: int | None) -> Path:
    """Return the file of what is done, a line a district."""
    key = hashlib.blake2b(digest_size=6)
    for part in (code_digest(), tables.digest(), folder.key(), f"{scale:g} {until}"):
        key.update(part.encode())
    path = root() / "results" / "districts" / f"{key.hexdigest()}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def tried_before(path: Path) -> dict[str, Tried]:
    """Return the districts that are done, by code; a line that was cut off is not there."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        try:
            tried = Tried(**json.loads(line))
        except ValueError:
            continue
        found[tried.code] = tried
    return found


def try_all(
    codes: Sequence[str], scale: float, until: int | None, workers: int, total: int
) -> Iterable[Tried]:
    """Yield the districts as they are done; the bar counts those done before too."""
    if not codes:
        return
    spawned = multiprocessing.get_context("spawn")
    with (
        bar("districts", logged=True) as show,
        ProcessPoolExecutor(workers, mp_context=spawned) as pool,
    ):
        asked = [pool.submit(try_one, code, scale, until) for code in codes]
        for done, future in enumerate(as_completed(asked), total - len(codes) + 1):
            yield future.result()
            show(done, total)


def try_one(code: str, scale: float, until: int | None) -> Tried:
    """Return what came of one district: built anew, read, and lived to `until` where that is a year."""
    district = names.of_code(code)
    found = Tried(code, district.slug)
    try:
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as scratch:
            folder.build(district, Path(scratch))
        built = time.perf_counter() - began
        began = time.perf_counter()
        place = Place.load(code)
        read = time.perf_counter() - began
        found = Tried(
            code, district.slug, built, read, 0.0, megabytes(), len(place.wards), len(place.schools)
        )
        return found if until is None else lived(found, place, scale, until)
    # What a district breaks on is what this is for.
    except Exception as error:
        fault = str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"
        return Tried(**{**asdict(found), "fault": " ".join(fault.split())})


def lived(found: Tried, place: Place, scale: float, until: int) -> Tried:
    """Return what came of a district once it is lived with its own neutral numbers and one seed."""
    scenario = Scenario.load("baseline", place=found.slug).changed(scale=scale, until=until)
    began = time.perf_counter()
    town = Town(scenario, seed=0)
    residents = None
    if until >= CHECKED:
        town.run(CHECKED)
        band = town.band(0, 18)
        count = int(np.sum(town.children.present[band] & town.children.resident[band]))
        residents = 100 * (count / (scale * place.ages.children(CHECKED)) - 1)
    town.run(until)
    return replace(found, lived=time.perf_counter() - began, most=megabytes(), residents=residents)


def told(found: Sequence[Tried]) -> str:
    """Return the table of districts as text, those that failed at the end, and what they come to."""
    header = ("build", "read", "live", "MB", "wards", "schools", "2017, %")
    lines = [f"{'district':<42}" + "".join(f"{word:>8}" for word in header)]
    for each in sorted(found, key=lambda each: each.slug):
        if each.fault:
            continue
        residents = "" if each.residents is None else f"{each.residents:+.1f}"
        lines.append(
            f"{each.slug:<42}{each.built:>8.2f}{each.read:>8.2f}{each.lived:>8.2f}{each.most:>8.0f}"
            f"{each.wards:>8}{each.schools:>8}{residents:>8}"
        )
    failed = [each for each in found if each.fault]
    lines += [f"{each.slug:<42} FAILED: {each.fault}" for each in failed]
    good = [each for each in found if not each.fault]
    lines.append(f"{len(good)} of {len(found)} districts are good.")
    if good:
        slowest = max(each.built for each in good)
        lines.append(f"Slowest to build: {slowest:.1f} s (under {MOST_BUILDING:g} s wanted).")
    off = sorted(abs(each.residents) for each in good if each.residents is not None)
    if off:
        lines.append(
            f"Residents aged 0-18 in {CHECKED}, distance from those published: median "
            f"{off[len(off) // 2]:.1f}%, largest {off[-1]:.1f}%."
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
