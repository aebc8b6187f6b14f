"""Measure how far off the best fit of a posterior is with inputs that came after the fit.

    python -m calibration.offset ipswich
    python -m calibration.offset ipswich --seeds 4 --scale 0.2

It lives the best fit with the present inputs, with the same seeds as with those of the fit, prints the fitted
figures before and now beside what was observed, and keeps them beside the posterior; commands that use the
posterior say them. With the inputs of the fit themselves it keeps what they give, to be compared with later.
Some minutes at full size on one core.
"""

import argparse
import math
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console
from rich.progress import Progress

from calibration.offset_record import Figure, OffsetRecord
from calibration.posterior import Posterior
from calibration.predict import Setting, Simulator, observations
from model.fingerprint import code_digest
from model.indicators.registry import INDICATORS
from model.inputs.parameters import Parameters
from model.inputs.place import Place
from model.io.errors import InputError
from model.io.files import shown_path

SEEDS: Final = 16
_BEST: Final = 0


def measured(
    posterior: Posterior,
    seeds: int = SEEDS,
    scale: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> OffsetRecord:
    """Return the record of a posterior with the present inputs.

    Args:
        seeds: towns that each figure is a mean of. scale: the size of the town, that of the fit where not
            given. progress: is told the number of towns lived, and of all.

    Raises:
        InputError: the inputs are not those of the fit, and no record holds what those gave with as many
            seeds at this size.
    """
    place, kept = posterior.place, OffsetRecord.load(OffsetRecord.path(posterior.file))
    scale = float(posterior.manifest["scale"]) if scale is None else scale
    earlier = not posterior.of_these_inputs()
    asked = (posterior.digest(), posterior.manifest.get("data"), seeds, scale)
    if earlier and (kept is None or (kept.posterior, kept.fitted_data, kept.seeds, kept.scale) != asked):
        raise InputError(
            "was fitted to earlier inputs, and what they gave is not kept with as many seeds at this size",
            where=posterior.where,
            value=f"{seeds} seeds, scale {scale:g}",
            allowed="" if kept is None else f"{kept.seeds} seeds, scale {kept.scale:g}",
        )
    setting = Setting(
        place=place, until=posterior.manifest["until"], scale=scale, history=posterior.manifest["history"]
    )
    base = Parameters.load(place=place)
    at = posterior.parameters(_BEST, base)
    names = [str(name) for name in posterior.table if name != "effects_draw"]
    values = tuple((name, at.record(name).value) for name in names)
    with ThreadPoolExecutor(1) as executor:
        lived = Simulator(setting, executor, tuple(range(seeds)), progress)([values])[0]
    now = dict(zip((each.id for each in observations(setting)), np.mean(lived, axis=0), strict=True))
    before = {each.id: each.before for each in kept.figures} if earlier and kept is not None else now
    figures = [
        Figure(
            each.id,
            _unit(each.indicator, each.kind),
            each.value,
            math.sqrt(each.variance(each.value)),
            float(before.get(each.id, np.nan)),
            float(now[each.id]),
        )
        for each in observations(setting)
    ]
    data = Place.load(place).digest()
    return OffsetRecord(
        place=place,
        posterior=posterior.digest(),
        fitted_data=str(posterior.manifest.get("data", data)),
        data=data,
        code=code_digest(),
        probe=posterior.probe_of(base),
        scale=scale,
        seeds=seeds,
        figures=tuple(each for each in figures if np.isfinite([each.before, each.now]).all()),
    )


def _unit(indicator: str, kind: str) -> str:
    """Return the unit of a figure in a word."""
    if kind in ("ratio", "correlation", "slope") or indicator not in INDICATORS:
        return "" if kind in ("ratio", "correlation", "slope") else "points"
    unit = INDICATORS[indicator].unit
    return "points" if unit.startswith("%") else unit


def lines(record: OffsetRecord) -> list[str]:
    """Return the record as a table, what moved most first, and its summary."""
    head = f"{'':<40}{'observed':>9}{'before':>9}{'now':>9}{'moved':>9}{'SD':>7}"
    rows = sorted(record.figures, key=lambda each: -abs(each.now - each.before) / each.sd)
    table = [
        f"{each.id:<40}{each.observed:>9.2f}{each.before:>9.2f}{each.now:>9.2f}"
        f"{each.now - each.before:>+9.2f}{(each.now - each.before) / each.sd:>+7.2f}"
        for each in rows
    ]
    found = record.summary()
    return [
        f"Best fit of {record.place} with the inputs of the fit and of now: means of {record.seeds} towns",
        head,
        *table,
        f"Root mean square, in SD of each figure's error: moved {found.moved:.2f}; off what was observed "
        f"{found.before:.2f} before, {found.now:.2f} now",
    ]


def main(arguments: list[str] | None = None) -> None:
    """Measure, print and keep. Raises InputError."""
    parser = argparse.ArgumentParser(
        prog="calibration.offset", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("place")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--scale", type=float)
    asked = parser.parse_args(arguments)
    if asked.seeds < 1:
        raise InputError("must be at least 1", at="--seeds", value=asked.seeds)
    posterior = Posterior.load(asked.place)
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("towns lived")
        record = measured(
            posterior,
            asked.seeds,
            asked.scale,
            lambda done, of: bar.update(task, completed=done, total=of),
        )
    path: Path = OffsetRecord.path(posterior.file)
    record.save(path)
    print("\n".join(lines(record)))
    print(f"Kept in {shown_path(path)}")


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        print(f"calibration.offset: {error}", file=sys.stderr)
        sys.exit(2)
