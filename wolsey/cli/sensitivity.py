"""The verb that reads a sweep and says what drives it: `sensitivity`."""

from pathlib import Path
from typing import Annotated

import typer

from wolsey.cli.app import app
from wolsey.cli.options import AsTables, Places, Runs, Study, Sweep


@app.command()
def sensitivity(
    study: Study,
    outcome: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="One outcome of the study; may be given again (default: all)."),
    ] = None,
    levels: Annotated[
        bool,
        typer.Option("--levels", help="Tell of levels, not of differences to the scenario compared with."),
    ] = False,
    sweep: Sweep = None,
    runs: Runs = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder (default: results/sensitivity/NAME-KEY).")
    ] = None,
    place: Places = None,
    json: AsTables = False,
) -> None:
    """Say which factors of a swept study drive its outcomes, and what is luck.

    Reads the finished runs of `wolsey sweep STUDY` and runs nothing. The method is that of the study's
    design: Morris screening, Sobol indices, or main effects (factorial, Latin hypercube). Runs of a point are
    averaged first, over seeds and then over draws. Prints for each outcome how much each factor matters, with
    intervals, what luck alone would reach, and whether more of the design would change the picture. Each
    scenario is told by its difference to the one compared with; the tables hold levels too.

    Missing runs are named and never filled in: a trajectory, base sample or point that lacks one is left out.

    Writes indices and how they settled (Parquet), tables (CSV), pictures (PNG: bars, mu* and sigma, a heat
    map of factors by outcome, settling) and a manifest.

    \b
    Examples:
      wolsey sweep what_drives_2048
      wolsey sensitivity what_drives_2048
      wolsey sensitivity what_drives_2048 --levels --json
    """
    from wolsey.verbs.sensitivity import SensitivityOptions, tell_sensitivity

    tell_sensitivity(
        SensitivityOptions(study, tuple(outcome or ()), levels, sweep, runs, out, json, tuple(place or ()))
    )
