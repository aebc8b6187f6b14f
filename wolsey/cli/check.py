"""The verb `check`."""

from typing import Annotated

import typer

from wolsey.cli.app import EXIT_USAGE, app
from wolsey.cli.options import Place


@app.command()
def check(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...", help="Scenarios, goal files, programme cards, places (names or folders)."
        ),
    ],
    place: Place = None,
) -> None:
    """Check scenarios, goal files, programme cards and places; run nothing.

    Says for each what it is, or what is wrong with it: where in the file, the value, what is allowed, the
    nearest spelling. Exit code 2 where one has a fault or is not there. A scenario that names no place is
    checked in --place.

    \b
    Examples:
      wolsey check scenarios/baseline.toml
      wolsey check scenarios/goals/vision_2048.toml model/places/ipswich
      wolsey check scenarios/programmes/language_groups.toml
      wolsey check scenarios/ceiling.toml --place derby
      wolsey check derby
    """
    from wolsey.verbs.check import check_files

    if not check_files(files, place):
        raise typer.Exit(EXIT_USAGE)
