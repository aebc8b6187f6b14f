"""The verb `compare`."""

from pathlib import Path
from typing import Annotated

import typer

from wolsey.cli.app import app
from wolsey.cli.options import Places


@app.command()
def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="The scenario without: a name, or a path.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The scenario with: a name, or a path.")],
    seeds: Annotated[
        int | None,
        typer.Option(
            metavar="S", help="Pairs with each draw, of the seeds 0, 1, ... (default 2; 10 for --draws 1)."
        ),
    ] = None,
    seed: Annotated[
        list[int] | None, typer.Option(metavar="K", help="A seed of a pair; may be given again.")
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(metavar="D", help="Draws of the posterior (default 20); 1 is the best fit alone."),
    ] = None,
    effects: Annotated[
        str,
        typer.Option(
            metavar="HOW",
            help="drawn: by what trials leave open, with each draw, for the best fit with each seed; "
            "or means: held there.",
        ),
    ] = "drawn",
    until: Annotated[
        int | None, typer.Option(metavar="YEAR", help="Last year, in place of the scenarios'.")
    ] = None,
    scale: Annotated[
        float | None, typer.Option(metavar="S", help="Size of the town: 1 as it is, 0.1 a tenth.")
    ] = None,
    discount: Annotated[
        float | None,
        typer.Option(metavar="PERCENT", help="Discount of costs a year (default 3.5)."),
    ] = None,
    year: Annotated[
        list[int] | None,
        typer.Option(metavar="YEAR", help="Year of the headline figures; may be given again."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="W", help="Processes (default: one a processor).")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder (default: results/compare/A-vs-B-KEY).")
    ] = None,
    place: Places = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")] = False,
) -> None:
    """Let a town live twice with the same luck, without and with, and see the difference.

    Both scenarios are lived by the same children with the same luck, so that what differs is what was done,
    and what followed from it. A pair has a draw of the numbers and of the effects that agree with what was
    observed, and a seed. A difference is B less A; its band holds nine in ten pairs, and the tables say
    what it covers. Prints the targets' own figures, headline figures, what it cost, what one more success
    cost and who gained. Nothing is divided by a difference whose band includes none.

    Writes the differences and each pair's (Parquet), costs and value for money (CSV), a picture (PNG) and a
    manifest. Runs that the folder holds already are not made again; nothing is overwritten. Of several
    places, each has a folder of its own, and the headline figures are printed by place.

    \b
    Examples:
      wolsey compare baseline opportunity_area
      wolsey compare baseline opportunity_area --draws 1 --seeds 40
      wolsey compare baseline opportunity_area --until 2024 --scale 0.1 --year 2021
      wolsey compare baseline my_plan.toml --effects means --json
      wolsey compare baseline ceiling --place derby --place norwich
    """
    from wolsey.verbs.compare import CompareOptions, compare_scenarios

    compare_scenarios(
        CompareOptions(
            a, b, seeds, tuple(seed or ()), draws, effects, until, scale, discount, tuple(year or ()),
            workers, out, json, tuple(place or ()),
        )
    )  # fmt: skip
