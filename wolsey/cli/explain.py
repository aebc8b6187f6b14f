"""The verbs `explain` and `goals`."""

from typing import Annotated

import typer

from wolsey.cli.app import app
from wolsey.cli.options import Place


@app.command()
def explain(
    what: Annotated[
        str,
        typer.Argument(metavar="WHAT", help="year, indicator, parameter, column, programme or child."),
    ],
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Which one; without it, all are listed.")
    ] = None,
    scenario: Annotated[
        str | None, typer.Option(metavar="A", help="For a child: the world that comes first.")
    ] = None,
    versus: Annotated[
        str | None, typer.Option(metavar="B", help="For a child: the other world, of the same town.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="K", help="For a child: the luck of everybody (default 0).")
    ] = None,
    draw: Annotated[
        int | None,
        typer.Option(metavar="D", help="For a child: effects in draw D (default 0, at their means)."),
    ] = None,
    scale: Annotated[
        float | None, typer.Option(metavar="S", help="For a child: size of the town (default: the file's).")
    ] = None,
    place: Place = None,
) -> None:
    """Explain the year, an indicator, a number, a column, a programme, or one child's life in two worlds.

    The child is synthetic. Without an id, ten worth reading about are listed; with one, the life is told year
    by year under both scenarios, with the reasons where it parts.

    \b
    Examples:
      wolsey explain year
      wolsey explain indicator ks2_rwm
      wolsey explain parameter learning.trait_share
      wolsey explain column child.theta
      wolsey explain programme language_groups
      wolsey explain indicator
      wolsey explain child --scenario baseline --versus opportunity_area --scale 0.1
    """
    from wolsey.verbs.explain import explained
    from wolsey.verbs.explain_child import Worlds

    print(explained(what, name, Worlds(scenario, versus, seed, draw, scale, place)))


@app.command()
def goals(
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="A name, or a path ending in .toml.")
    ] = None,
) -> None:
    """List the goal files, or the goals of one.

    \b
    Examples:
      wolsey goals
      wolsey goals vision_2048
    """
    from wolsey.verbs.explain import goal_files_listed, goals_listed

    print(goal_files_listed() if file is None else goals_listed(file))
