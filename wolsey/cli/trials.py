"""The verb `trials`."""

from typing import Annotated

import typer

from wolsey.cli.app import EXIT_FAILED, app


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
