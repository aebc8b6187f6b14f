"""The verbs of sweeps: `sweep`, `status`, `report`, `reproduce`."""

from pathlib import Path
from typing import Annotated

import typer

from wolsey.cli.app import EXIT_FAILED, app
from wolsey.cli.options import AsTables, AsText, Places, Runs, Study, Sweep, Workers


@app.command()
def sweep(
    study: Study,
    more_seeds: Annotated[
        int | None, typer.Option(metavar="N", help="So many seeds more than were asked for before.")
    ] = None,
    more_draws: Annotated[
        int | None, typer.Option(metavar="N", help="So many draws more than were asked for before.")
    ] = None,
    workers: Workers = None,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Run on a Dask cluster: its scheduler (docs/cluster.md)."),
    ] = None,
    runs: Annotated[
        str | None,
        typer.Option(metavar="WHERE", help="Keep the runs here: a folder, or an address as s3://bucket/x."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder (default: results/sweep/NAME-KEY).")
    ] = None,
    place: Places = None,
    json: AsTables = False,
) -> None:
    """Make all runs of a study: scenarios, what is varied in them, draws, seeds, and what is asked of each.

    What is finished is kept at once. Stop it, kill it, or start it again with more seeds: only what is
    missing is made, and the result is the same to the last bit. A run that breaks off is tried again, then
    kept with its reason and left out (exit code 1). Runs of an older version of the model, its data or a
    scenario stay where they are and are not mixed in. It says first how many runs are to be made and about
    how long that takes, as `wolsey status STUDY` does without making any.

    Prints what was asked, by scenario: mean, band over runs, lowest and highest point of the design. Writes
    all outcomes (Parquet), a summary (CSV) and a manifest. In several places the study has one more factor,
    the place, and a table by place.

    \b
    Examples:
      wolsey sweep reach_by_budget
      wolsey sweep reach_by_budget --more-seeds 2
      wolsey sweep ceiling --place derby --place norwich
      wolsey sweep my_study.toml --workers 4 --out results/mine
      wolsey sweep what_drives_2048 --cluster tcp://10.0.0.5:8786 --runs s3://bucket/drives
    """
    from wolsey.verbs.sweep import SweepOptions, sweep_study

    if not sweep_study(
        SweepOptions(study, more_draws, more_seeds, workers, cluster, runs, out, json, tuple(place or ()))
    ):
        raise typer.Exit(EXIT_FAILED)


@app.command()
def status(
    study: Annotated[
        str | None,
        typer.Argument(metavar="[STUDY]", help="A name, or a path; without it, all that have been swept."),
    ] = None,
    runs: Runs = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Its folder (default: results/sweep/NAME-KEY).")
    ] = None,
    place: Places = None,
    json: AsText = False,
) -> None:
    """Say how far a sweep is: runs finished, missing, broken off and why; and what else its folder holds.

    Says about how long the missing runs take on this machine. Writes nothing, and can be asked before a sweep
    and while it is at work.

    \b
    Examples:
      wolsey status
      wolsey status reach_by_budget
      wolsey status my_study.toml --out results/mine --json
    """
    from wolsey.verbs.status import StatusOptions, show_status

    show_status(StatusOptions(study, runs, out, json, tuple(place or ())))


@app.command()
def report(
    study: Study,
    sweep: Sweep = None,
    runs: Runs = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder (default: results/report/NAME-KEY).")
    ] = None,
    place: Places = None,
) -> None:
    """Report what a study found: what was asked, by scenario and by what was varied.

    Reads finished runs and makes none. Writes one page (report.html, which needs nothing outside itself) with
    tables and pictures of each outcome by each factor, the table behind it (CSV) and a manifest. Says which
    runs are missing or broke off.

    \b
    Examples:
      wolsey report reach_by_budget
      wolsey report my_study.toml --sweep results/mine --out results/my_report
    """
    from wolsey.verbs.report import ReportOptions, report_study

    report_study(ReportOptions(study, sweep, runs, out, tuple(place or ())))


@app.command()
def reproduce(
    manifest: Annotated[Path, typer.Argument(metavar="MANIFEST", help="A manifest.json beside results.")],
    runs: Annotated[
        int | None, typer.Option(metavar="N", help="How many of its runs to make again (default 10).")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Make all of its runs again.")] = False,
    workers: Workers = None,
    json: AsText = False,
) -> None:
    """Make again what a manifest describes, and compare it with what was kept, to the last bit.

    Takes the manifest of a run, a comparison, an answer (reach) or a sweep, with the runs beside it. Where
    something differs it says what, and what has changed since: code, posterior, data, libraries, processor.
    Exit code 1 where runs differ, unless only the processor is another and the difference is in the last
    digits. Writes nothing.

    \b
    Examples:
      wolsey reproduce results/sweep/reach_by_budget-0123456789ab/manifest.json
      wolsey reproduce results/run/baseline-0123456789ab/manifest.json --all
    """
    from wolsey.verbs.reproduce import ReproduceOptions, reproduce_manifest

    if not reproduce_manifest(ReproduceOptions(manifest, runs, every, workers, json)):
        raise typer.Exit(EXIT_FAILED)
