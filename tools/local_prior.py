"""Write the prior of a place's own numbers from the spread of English districts (decision 26).

.venv/bin/python tools/local_prior.py              # print the tables of the decision note
.venv/bin/python tools/local_prior.py --write      # write them into town.toml and town_shape.toml
"""

import argparse
import re
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
import pandas as pd

from calibration.local_prior import SHAPE
from calibration.spread import National, Spread, between_schools, common_shock, found
from model.districts import tables

TOWN: Final = "town.toml"
SHOCK: Final = "area_shock_sd"
SHOCK_SD: Final = 0.01
"""Judgement: how sure the yearly shock is, as in Ipswich's fit."""


def records(before: str, spread: Spread, shock: float) -> tuple[str, dict[str, float]]:
    """Return town.toml with its priors (and the yearly shock) as found, and by number its SD over that of its
    record: a list has one prior, its ages have their own spread."""
    text = before
    relative: dict[str, float] = {}
    for record in re.findall(r"^\[(\w+)\]$", before, re.MULTILINE):
        own = [name for name in spread.sd if name.partition("[")[0] == f"town.{record}"]
        sd = float(np.sqrt(np.mean([spread.sd[name] ** 2 for name in own]))) if own else SHOCK_SD
        relative |= {name: spread.sd[name] / sd for name in own}
        middle = {SHOCK: f"{shock:.2g}", "absence": "1", "school_spread": "1"}.get(record, "0")
        new = {"prior": f'"normal({middle}, {sd:.3g})"'} | ({"value": middle} if record == SHOCK else {})
        for key, value in new.items():
            at = re.compile(rf"(^\[{record}\]$.*?^{key} = )[^\n]*", re.MULTILINE | re.DOTALL)
            text = at.sub(rf"\g<1>{value}", text, count=1)
    return text, relative


def shape(spread: Spread, relative: Mapping[str, float]) -> str:
    """Return town_shape.toml: relative spreads, and the correlations of those that have any."""
    names = [name for name in spread.sd if name.startswith("town.")][: len(spread.correlation)]
    rows = [_row(f"{entry:.2f}" for entry in np.round(row, 2) + 0.0) for row in spread.correlation]
    head = [
        "# How the prior of the local numbers (town.toml) hangs together; tools/local_prior.py made it.",
        "# relative: SD of a number over that of its record (a list has one prior, its ages their spreads).",
        "# correlation: of the numbers under `names`; others are independent.",
    ]
    together = [
        f"names = {_row(f'"{name}"' for name in names)}",
        "correlation = [",
        *(f"    {r}," for r in rows),
        "]",
    ]
    sizes = [f'"{name}" = {size:.2f}' for name, size in relative.items() if f"{size:.2f}" != "1.00"]
    return "\n".join([*head, *together, "", "[relative]", *sizes, ""])


def _row(words: Iterable[str]) -> str:
    return f"[{', '.join(words)}]"


def files() -> dict[str, str]:
    """Return the two files by name, as they should be."""
    national = National.of_best_fit()
    spread, shock = found(national), common_shock(national)
    before = (tables.FOLDER / TOWN).read_text(encoding="utf-8")
    town, relative = records(before, spread, shock)
    return {TOWN: town, SHAPE: shape(spread, relative)}


def main() -> None:
    """Print the tables of the decision note, or write the two files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write the files that ship")
    if parser.parse_args().write:
        for name, content in files().items():
            (tables.FOLDER / name).write_text(content, encoding="utf-8")
        return
    national = National.of_best_fit()
    spread = found(national)
    columns = {"as they are": spread.raw, "beyond ten": spread.beyond_ten, "beyond the model": spread.sd}
    print(pd.DataFrame(columns).round(3).to_string(na_rep="-"))
    print(np.array2string(spread.correlation.round(2), max_line_width=200))
    covariance, chance = between_schools()
    print(
        f"yearly shock {common_shock(national):.4f}; between schools: {covariance:.4f}, chance {chance:.4f}"
    )


if __name__ == "__main__":
    main()
