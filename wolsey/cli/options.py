"""Arguments and options that several verbs of sweeps have, with the same words."""

from pathlib import Path
from typing import Annotated

import typer

Study = Annotated[
    str, typer.Argument(metavar="STUDY", help="A name (scenarios/studies), or a path ending in .toml.")
]
Sweep = Annotated[
    Path | None, typer.Option(metavar="DIR", help="The sweep's folder (default: results/sweep/NAME-KEY).")
]
Places = Annotated[
    list[str] | None,
    typer.Option(
        "--place",
        metavar="PLACE",
        help="Where: a district's name or code, or a folder's path; given again, several places at once.",
    ),
]
Place = Annotated[
    str | None,
    typer.Option(metavar="PLACE", help="Where: a district's name or code, or a folder's path."),
]
Runs = Annotated[str | None, typer.Option(metavar="WHERE", help="Where its runs are, as `sweep` was told.")]
Workers = Annotated[int | None, typer.Option(metavar="W", help="Processes (default: one a processor).")]
AsTables = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")]
AsText = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
