"""The command `wolsey`. Exit codes: 0 good, 1 a check failed or a run broke off, 2 wrong usage or bad input.

What a verb needs is imported when it is called, so that `wolsey --help` answers at once.
"""

import io
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from model.io.errors import InputError
from wolsey.cli import discover as cli_discovery
from wolsey.cli import reach as cli_reach
from wolsey.cli import sensitivity as cli_analysis
from wolsey.cli import sweep as cli_study
from wolsey.cli import workshop as cli_workshop
from wolsey.cli.app import EXIT_FAILED, EXIT_USAGE, app

MORE = (cli_reach, cli_study, cli_analysis, cli_discovery, cli_workshop)
"""Modules whose import adds their verbs."""


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
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")] = False,
) -> None:
    """Let a town live, and see which goals it reaches.

    Prints for each goal where the town starts, where it stands in the goal's year with a band over the runs,
    the aim, and in how many runs it is reached. A run has a draw of the numbers that agree with what was
    observed, and a seed, its luck. Writes the yearly indicators (Parquet), the table (CSV), a
    picture (PNG) and a manifest. Runs that the folder holds already are not made again; nothing is
    overwritten.

    \b
    Examples:
      wolsey run baseline
      wolsey run baseline --draws 40 --seeds 2
      wolsey run baseline --draws 1 --seeds 2 --until 2022 --scale 0.1
      wolsey run baseline --seed 7 --seed 8 --json
    """
    from wolsey.verbs.run import Options, run_scenario

    run_scenario(Options(scenario, seeds, tuple(seed or ()), draws, until, scale, workers, out, json))


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
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")] = False,
) -> None:
    """Let a town live twice with the same luck, without and with, and see the difference.

    Both scenarios are lived by the same children with the same luck, so that what differs is what was done,
    and what followed from it. A pair has a draw of the numbers and of the effects that agree with what was
    observed, and a seed. A difference is B less A; its band holds nine in ten pairs, and the tables say
    what it covers. Prints the targets' own figures, headline figures, what it cost, what one more success
    cost and who gained. Nothing is divided by a difference whose band includes none.

    Writes the differences and each pair's (Parquet), costs and value for money (CSV), a picture (PNG) and a
    manifest. Runs that the folder holds already are not made again; nothing is overwritten.

    \b
    Examples:
      wolsey compare baseline opportunity_area
      wolsey compare baseline opportunity_area --draws 1 --seeds 40
      wolsey compare baseline opportunity_area --until 2024 --scale 0.1 --year 2021
      wolsey compare baseline my_plan.toml --effects means --json
    """
    from wolsey.verbs.compare import Options, compare_scenarios

    compare_scenarios(
        Options(
            a, b, seeds, tuple(seed or ()), draws, effects, until, scale, discount, tuple(year or ()),
            workers, out, json,
        )
    )  # fmt: skip


@app.command()
def check(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Scenarios, goal files, programme cards, folders of places."),
    ],
) -> None:
    """Check scenarios, goal files, programme cards and places; run nothing.

    Says for each what it is, or what is wrong with it: where in the file, the value, what is allowed, the
    nearest spelling. Exit code 1 where one has a fault, 2 where one is not there.

    \b
    Examples:
      wolsey check scenarios/baseline.toml
      wolsey check scenarios/goals/vision_2048.toml model/places/ipswich
      wolsey check scenarios/programmes/language_groups.toml
    """
    from wolsey.verbs.check import check_files

    if not check_files(files):
        raise typer.Exit(EXIT_FAILED)


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

    print(explained(what, name, Worlds(scenario, versus, seed, draw, scale)))


@app.command()
def programmes() -> None:
    """List the programmes: how secure the evidence is, cost, who is served, effects.

    \b
    Examples:
      wolsey programmes
      wolsey explain programme language_groups
    """
    from wolsey.verbs.programmes import programmes_listed

    print(programmes_listed())


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


@app.command()
def trials(
    cases: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CASE...]", help="Names, or paths ending in .toml; all where none is given."),
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(metavar="N", help="Runs of each, in place of the case's own number.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of a table.")] = False,
) -> None:
    """Re-run published trials inside the model, and see whether what went in comes out.

    Each is sampled, drawn by lot, delivered, measured and analysed as it was, in a town large enough for it
    (tests/cases/trials). Prints what was published, what the programme did in the town, and what the trial
    found there. This verifies that what went in comes out; it validates nothing, for the programmes' cards
    were made from these trials. Exit code 1 where one does not come out. All take about four minutes.

    \b
    Examples:
      wolsey trials
      wolsey trials neli_effectiveness rise --seeds 4
      wolsey trials my_trial.toml --json
    """
    from wolsey.verbs.trials import run_trials

    if not run_trials(cases or [], seeds, json):
        raise typer.Exit(EXIT_FAILED)


@app.command()
def calibrate(
    place: Annotated[
        str, typer.Option(metavar="PLACE", help="Whose observations are fitted: a file's name.")
    ] = "ipswich",
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
    from wolsey.verbs.calibrate import Options, calibrate_place

    if not calibrate_place(Options(place, draws, starts, scale, recovery, ship, workers, out)):
        raise typer.Exit(EXIT_FAILED)


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
        str, typer.Option(metavar="PLACE", help="Whose observations the scores are of: a file's name.")
    ] = "ipswich",
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
    from wolsey.verbs.validate import Options, validate_place

    validate_place(Options(draws, place, scale, workers, out, json, posterior, ship))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command with these arguments (those of the process where not given) and returns the exit
    code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A screen or pipe that lacks a sign, as on Windows, shows its code: no run ends over it.
        sys.stdout.reconfigure(errors="backslashreplace")
    # Where no home can be written Matplotlib takes a temporary folder by itself, and need not say so.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    try:
        app(args=None if arguments is None else list(arguments), prog_name="wolsey")
    except InputError as error:
        print(f"wolsey: {error}", file=sys.stderr)
        return EXIT_USAGE
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0
