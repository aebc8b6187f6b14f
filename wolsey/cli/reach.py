"""The verb `reach`."""

from pathlib import Path
from typing import Annotated

import typer

from wolsey.cli.app import app


@app.command()
def reach(
    place: Annotated[
        list[str],
        typer.Argument(
            metavar="PLACE...", help="Whose goals: a district's name or code, or a folder's path; or several."
        ),
    ],
    draws: Annotated[
        int | None,
        typer.Option(metavar="D", help="Draws of the posterior (default 50); 1 is the best fit alone."),
    ] = None,
    seeds: Annotated[
        int | None,
        typer.Option(metavar="S", help="Runs with each draw (default 2; 20 for --draws 1)."),
    ] = None,
    full: Annotated[
        bool,
        typer.Option("--full", help="Also what drives it, what the vision would take, and the structure."),
    ] = False,
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="A scenario beside baseline, in place of the usual three; may be given again.",
        ),
    ] = None,
    goals: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="A goal file, in place of the scenarios' own; may be given again."),
    ] = None,
    scale: Annotated[
        float | None, typer.Option(metavar="S", help="Size of the town: 1 as it is, 0.1 a tenth.")
    ] = None,
    until: Annotated[
        int | None, typer.Option(metavar="YEAR", help="Last year, in place of the scenarios'.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="W", help="Processes (default: one a processor).")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder (default: results/reach/PLACE-KEY).")
    ] = None,
    uncalibrated: Annotated[
        bool,
        typer.Option("--uncalibrated", help="Go on without a posterior, with the numbers of the files."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")] = False,
) -> None:
    """Are the goals within reach? How likely each is, what is the most, and what it would take.

    Lives the town with no programme and at a ceiling beyond what evidence makes likely; Ipswich besides under
    its Opportunity Area and under an alliance to 2048. Prints for each goal how likely it is, in the
    words of one scale and in how many runs; a run has a draw of the numbers that agree with what was
    observed, and a seed, its luck. For the targets of 2021 it also asks by what factor effects, or reach,
    would have to grow for an even chance.

    Writes one page to hand round (report.html, which needs no network), the tables behind it (CSV) and a
    manifest, in a folder of their own. Runs that are finished are kept and not made again; nothing is
    overwritten. With --full, at most half an hour on two processors, it adds what each programme contributes,
    what the vision would take, and how much rests on the model's structure. Of several places, each has a
    report in a folder of its own, and how likely each goal is is printed by place.

    \b
    Examples:
      wolsey reach ipswich
      wolsey reach ipswich --full
      wolsey reach ipswich --draws 4 --seeds 1 --scale 0.1
      wolsey reach derby norwich
      wolsey reach ipswich --scenario family_centres --goals opportunity_area_2021
    """
    from wolsey.verbs.reach import ReachOptions, reach_goals

    reach_goals(
        ReachOptions(
            place[0], draws, seeds, full, tuple(scenario or ()), tuple(goals or ()), scale, until, workers,
            out, uncalibrated, json, tuple(place[1:]),
        )
    )  # fmt: skip
