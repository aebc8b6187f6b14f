"""The verb `calibrate`."""

from pathlib import Path
from typing import Annotated

import typer

from model.io.files import DEFAULT_PLACE
from wolsey.cli.app import EXIT_FAILED, app


@app.command()
def calibrate(
    place: Annotated[
        str, typer.Option(metavar="PLACE", help="Whose observations are fitted: a name, or a folder's path.")
    ] = DEFAULT_PLACE,
    draws: Annotated[int, typer.Option(metavar="N", help="Draws of the posterior that are kept.")] = 400,
    starts: Annotated[
        int | None, typer.Option(metavar="N", help="Places from which the search starts (default 2).")
    ] = None,
    scale: Annotated[
        float, typer.Option(metavar="S", help="Size of the town: 1 as it is; less to try things out.")
    ] = 1.0,
    recovery: Annotated[
        bool, typer.Option("--recovery", help="Fit 100 towns whose numbers are known, instead.")
    ] = False,
    ship: Annotated[
        bool, typer.Option("--ship", help="Also replace what ships with the product, in calibration/.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(metavar="W", help="Processes (default: one a processor).")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder (default: results/calibrate/PLACE-KEY).")
    ] = None,
) -> None:
    """Fit the model to what was observed up to 2019, and draw the numbers that agree with it.

    Towns are lived as history was, with the programmes that ran, from several starts to the best fit; then
    with many seeds, for what is luck; then with each number moved, for what it does; then with draws of all
    numbers at once, weighted by how well each agrees. Nothing after 2019 is read. Takes up to half an hour on
    two processors. Every stage is kept when it is done: the same command again goes on where it was.

    Prints how well it fits, how many draws are effective (200 at least, else exit code 1), and which numbers
    the data inform; writes posterior.parquet. Runs use the one that ships until --ship replaces it.

    With --recovery, 100 towns with numbers drawn from their priors are lived and fitted by emulator (some
    minutes, after the fit): prints how often an 80% interval holds the number that made the town. Exit code 1
    where that is not in 70 to 90% for each of the town's own numbers.

    \b
    Examples:
      wolsey calibrate
      wolsey calibrate --ship
      wolsey calibrate --recovery
      wolsey calibrate --scale 0.1 --starts 1 --draws 50 --out results/tried
    """
    from wolsey.verbs.calibrate import CalibrateOptions, calibrate_place

    if not calibrate_place(CalibrateOptions(place, draws, starts, scale, recovery, ship, workers, out)):
        raise typer.Exit(EXIT_FAILED)
