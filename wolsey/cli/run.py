"""The verb `run`."""

from pathlib import Path
from typing import Annotated

import typer

from wolsey.cli.app import app
from wolsey.cli.options import Places


@app.command()
def run(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A name, or a path ending in .toml.")],
    seeds: Annotated[
        int | None,
        typer.Option(
            metavar="S", help="Runs with each draw, of the seeds 0, 1, ... (default 2; 10 for --draws 1)."
        ),
    ] = None,
    seed: Annotated[
        list[int] | None, typer.Option(metavar="K", help="A seed to run; may be given again.")
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(metavar="D", help="Draws of the posterior (default 10); 1 is the best fit alone."),
    ] = None,
    until: Annotated[
        int | None, typer.Option(metavar="YEAR", help="Last year, in place of the scenario's.")
    ] = None,
    scale: Annotated[
        float | None, typer.Option(metavar="S", help="Size of the town: 1 as it is, 0.1 a tenth.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="W", help="Processes (default: one a processor).")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder (default: results/run/NAME-KEY).")
    ] = None,
    place: Places = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")] = False,
) -> None:
    """Let a town live, and see which goals it reaches.

    Prints for each goal where the town starts, where it stands in the goal's year with a band over the runs,
    the aim, and in how many runs it is reached. A run has a draw of the numbers that agree with what was
    observed, and a seed, its luck. Writes the yearly indicators (Parquet), the table (CSV), a
    picture (PNG) and a manifest. Runs that the folder holds already are not made again; nothing is
    overwritten. Of several places, each has a folder of its own, and a table by place is printed.

    \b
    Examples:
      wolsey run baseline
      wolsey run baseline --draws 40 --seeds 2
      wolsey run baseline --draws 1 --seeds 2 --until 2022 --scale 0.1
      wolsey run baseline --seed 7 --seed 8 --json
      wolsey run baseline --place derby --place norwich
    """
    from wolsey.verbs.run import RunOptions, run_scenario

    run_scenario(
        RunOptions(
            scenario, seeds, tuple(seed or ()), draws, until, scale, workers, out, json, tuple(place or ())
        )
    )
