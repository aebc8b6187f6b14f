"""The verbs `discover` and `portfolio`."""

from pathlib import Path
from typing import Annotated

import typer

from wolsey.cli.app import app
from wolsey.cli.options import AsText, Place, Places, Runs, Study, Sweep, Workers


@app.command()
def discover(
    study: Study,
    goal: Annotated[
        str | None, typer.Option(metavar="ID", help="Under which conditions it is reached.")
    ] = None,
    outcome: Annotated[
        str | None,
        typer.Option(metavar="LABEL", help="Or an outcome of the study, with --above or --below."),
    ] = None,
    above: Annotated[float | None, typer.Option(metavar="X", help="The outcome is more than this.")] = None,
    below: Annotated[float | None, typer.Option(metavar="X", help="The outcome is less than this.")] = None,
    difference: Annotated[
        bool, typer.Option("--difference", help="The outcome's paired difference, not its level.")
    ] = False,
    scenario: Annotated[
        str | None, typer.Option(metavar="A", help="Which of the study's, where it has several.")
    ] = None,
    density: Annotated[
        float | None,
        typer.Option(metavar="PERCENT", help="The widest box at least so dense (default: best balance)."),
    ] = None,
    drawn: Annotated[
        bool,
        typer.Option("--drawn", help="Look also at numbers and effects that are drawn; 30 draws or more."),
    ] = False,
    halves: Annotated[
        int, typer.Option(metavar="N", help="Searches on half the points, to see what comes back.")
    ] = 10,
    sweep: Sweep = None,
    runs: Runs = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder (default: results/discover/NAME-KEY).")
    ] = None,
    place: Places = None,
    json: AsText = False,
) -> None:
    """Find the conditions under which a goal is reached, in the runs of a study that was swept.

    Prints a box of conditions in words, with its density (how often the goal is reached in it) and its
    coverage (which part of all successes lies in it), where it was looked for and on the third of the points
    that is held out; a second way outside that box, where there is one that holds up; how likely each
    condition is chance; the way there, denser and narrower; and a small tree of the same cases. It says where
    a box does not hold up on the points held out. It runs nothing.

    Writes all boxes (CSV), the cases (Parquet), a picture (PNG) and a manifest.

    \b
    Examples:
      wolsey sweep reach_by_budget
      wolsey discover reach_by_budget --goal V2-england
      wolsey discover reach_by_budget --goal V2-england --density 80 --json
      wolsey discover reach_by_budget --outcome "Attainment 8, disadvantaged less others, 2040" --above -12
      wolsey discover my_study.toml --outcome "ks2_rwm, disadvantaged, 2030" --above 1 --difference
    """
    from wolsey.verbs.discover import DiscoverOptions, discover_conditions

    discover_conditions(
        DiscoverOptions(
            study, goal, outcome, above, below, difference, scenario, density, drawn, halves, sweep, runs,
            out, json, tuple(place or ()),
        )
    )  # fmt: skip


@app.command()
def portfolio(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A name, or a path ending in .toml.")],
    budget: Annotated[
        float,
        typer.Option(metavar="POUNDS", help="Pounds of 2017 a year at the town's own size, on average."),
    ],
    trials: Annotated[
        int, typer.Option(metavar="N", help="Bundles to try, besides each programme alone.")
    ] = 60,
    draws: Annotated[
        int, typer.Option(metavar="D", help="Draws of the posterior; 1 is the best fit alone.")
    ] = 10,
    seeds: Annotated[int, typer.Option(metavar="S", help="Seeds with each draw.")] = 1,
    until: Annotated[
        int | None, typer.Option(metavar="YEAR", help="Last year, in place of the scenario's.")
    ] = None,
    scale: Annotated[
        float | None, typer.Option(metavar="S", help="Size of the town: 1 as it is, 0.1 a tenth.")
    ] = None,
    goal: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID", help="A goal that counts; may be given again (default: all that fall due)."
        ),
    ] = None,
    programme: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A programme to choose from (default: those of the last year)."),
    ] = None,
    indicator: Annotated[
        str, typer.Option(metavar="NAME", help="By which the gain is measured.")
    ] = "level3_by_19",
    group: Annotated[str, typer.Option(metavar="NAME", help="Whose gain it is.")] = "disadvantaged",
    year: Annotated[
        int | None, typer.Option(metavar="YEAR", help="Year of the gain (default: mean of the last five).")
    ] = None,
    search_seed: Annotated[int, typer.Option(metavar="K", help="Another seed searches another way.")] = 1,
    workers: Workers = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder (default: results/portfolio/NAME-KEY).")
    ] = None,
    place: Place = None,
    json: AsText = False,
) -> None:
    """Search for bundles of a scenario's programmes, and their reach, under a budget.

    Each programme is left out, done at the low end of its card's realistic reach, or as the scenario plans
    it. Every bundle lives the same cells. Prints the frontier (bundles that none beats in goals, gain of the
    disadvantaged, cost and regret) with padlocks of evidence, what to choose if the worst draw, most draws or
    the mean counts, and a plain greedy bundle; those chosen are judged again on cells that the search has not
    seen. Runs that are there are not made again: the same command, or one with more --trials, goes on.

    Writes all bundles tried (CSV, Parquet), a picture (PNG) and a manifest. A tenth of the town shows how it
    works, and no more: there chance is greater than most gains.

    \b
    Examples:
      wolsey portfolio alliance_2048 --budget 1000000
      wolsey portfolio alliance_2048 --budget 800000 --trials 200 --draws 20
      wolsey portfolio alliance_2048 --budget 1000000 --trials 5 --draws 2 --scale 0.1
      wolsey portfolio alliance_2048 --budget 500000 --indicator neet_16_17 --goal V5-half --json
    """
    from wolsey.verbs.portfolio import PortfolioOptions, search_portfolio

    search_portfolio(
        PortfolioOptions(
            scenario, budget, trials, draws, seeds, until, scale, tuple(goal or ()), tuple(programme or ()),
            indicator, group, year, search_seed, workers, out, json, place,
        )
    )  # fmt: skip
