"""The verb `validate`."""

from pathlib import Path
from typing import Annotated

import typer

from model.io.files import DEFAULT_PLACE
from wolsey.cli.app import app


@app.command()
def validate(
    draws: Annotated[
        int, typer.Option(metavar="N", help="Draws of the posterior, spread over all of them; at least 10.")
    ] = 100,
    posterior: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Another posterior of the place than the one that ships."),
    ] = None,
    place: Annotated[
        str,
        typer.Option(metavar="PLACE", help="Whose observations the scores are of: a name or path."),
    ] = DEFAULT_PLACE,
    scale: Annotated[
        float, typer.Option(metavar="S", help="Size of the town: 1 as it is; less to try things out.")
    ] = 1.0,
    workers: Annotated[
        int | None, typer.Option(metavar="W", help="Processes (default: one a processor).")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder (default: results/validate/PLACE-KEY).")
    ] = None,
    ship: Annotated[
        bool, typer.Option("--ship", help="Also replace the score card that ships with the product.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")] = False,
) -> None:
    """Say how far off the model is: on what was fitted, on what was held out, against naive forecasts.

    Lives a town with each draw of the posterior, under history as it happened, and one like England. Prints
    first where somebody without a model does as well; then what was held out (2022, patterns that no fit has
    read) with bands, how many bands hold what was published, the skill against last year's value and
    England's trend, the fit, and what the data say of each number. Takes some minutes on two processors;
    finished towns are kept, and the same command again goes on where it was.

    Writes one page to read (validate.html), its pictures (PNG), scores, draws and numbers (Parquet) and a
    manifest.

    \b
    Examples:
      wolsey validate
      wolsey validate --draws 200
      wolsey validate --ship
      wolsey validate --draws 20 --scale 0.1 --json
    """
    from wolsey.verbs.validate import ValidateOptions, validate_place

    validate_place(ValidateOptions(draws, place, scale, workers, out, json, posterior, ship))
