"""What a study found, as one page that asks for nothing outside itself."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from experiments.report.look.html import Html, el
from experiments.report.look.page import PageSection, folded, image
from experiments.report.look.page import page as html_page
from experiments.report.tables import wide
from experiments.runs.manifest import SHORT
from experiments.runs.store import by_reason
from experiments.studies.figure import MOST_PANELS, shown_measure
from experiments.studies.folder import StudyManifest, SweepStatus
from experiments.studies.study import Study
from experiments.studies.summary import INTERVAL_NOTE
from experiments.text import between, counted, magnitude, notes_on

if TYPE_CHECKING:
    import pandas as pd

SHOWN_REASONS: Final = 10


def page(
    study: Study,
    status: SweepStatus,
    summary: "pd.DataFrame",
    factors: "pd.DataFrame",
    pictures: Mapping[str, bytes],
    manifest: StudyManifest,
) -> str:
    """The page, as HTML: what is missing first, then each outcome over all, by factor and as a picture."""
    one = next(iter(study.scenarios.values()))
    opening = [
        el("h1", study.title),
        el("p", study.file.question) if study.file.question else None,
        _missing(status),
        *(el("p", each, class_="first") for each in notes_on(one, manifest.note)),
        el("p", _runs(study, status)),
        *(el("p", each) for each in study.idle),
        el("p", f"{INTERVAL_NOTE} In tables by factor it holds nine in ten draws.", class_="small"),
    ]
    sections = []
    for number, asked in enumerate(study.asked, 1):
        mine, by = (frame[frame["outcome"] == asked.label] for frame in (summary, factors))
        inside: list[Html] = [_overall(study, mine)]
        if asked.label in pictures:
            inside += [_figure(study, asked.label, pictures[asked.label]), _by_factor(study, by)]
        sections.append(PageSection(f"outcome-{number}", asked.label, inside))
    sections.append(PageSection("made", "How it was made", _made(manifest)))
    return html_page(study.title, opening, sections, kind="figures")


def _missing(status: SweepStatus) -> Html | None:
    lacking = status.wanted - status.finished
    if not lacking:
        return None
    lines = f"{lacking} of {status.wanted} runs are missing; {len(status.failed)} of them broke off."
    failed = [el("li", line) for line in by_reason(status.failed)[:SHOWN_REASONS]]
    told = [el("p", lines), el("ul", failed) if failed else None]
    return el("section", told, class_="first")


def _runs(study: Study, status: SweepStatus) -> str:
    points, factors = len(study.points), len(study.factors)
    varied = f"{counted(points, 'point')} of {counted(factors, 'factor')}" if factors else "nothing varied"
    cells = f"{counted(study.file.draws, 'draw')} with {counted(study.file.seeds, 'seed')} each"
    return f"{', '.join(study.scenarios)}: {varied}, {cells}; {status.finished} different runs."


def _overall(study: Study, rows: "pd.DataFrame") -> Html:
    heads = ("", "runs", "mean", "band", "lowest point", "highest point")
    lines = []
    for row in rows.to_dict("records"):
        name = str(row["scenario"])
        if row["measure"] == "difference":
            name += f" less {study.against}"
        lines.append(
            (
                name,
                str(row["runs"]),
                *_figures(row),
                magnitude(row["lowest_mean"]),
                magnitude(row["highest_mean"]),
            )
        )
    return wide("Over all points", heads, lines, 1)


def _by_factor(study: Study, rows: "pd.DataFrame") -> Html:
    measure = shown_measure(study)
    heads = ("factor", "level", "scenario", "points", "runs", "mean", "band")
    lines = [
        (
            str(row["factor"]), str(row["level"]), str(row["scenario"]), str(row["points"]), str(row["runs"]),
            *_figures(row),
        )
        for row in rows[rows["measure"] == measure].to_dict("records")
    ]  # fmt: skip
    what = f"Difference to {study.against}" if measure == "difference" else "Value"
    return folded(f"{what}, by factor", wide(f"{what}, by factor", heads, lines, 3))


def _figures(row: Mapping[Any, Any]) -> tuple[str, str]:
    return magnitude(row["mean"]), between(row["low"], row["high"], magnitude) or "–"


def _figure(study: Study, outcome: str, content: bytes) -> Html:
    what = f"difference to {study.against}" if shown_measure(study) == "difference" else "value"
    more = len(study.factors) - MOST_PANELS
    caption = (
        f"{outcome}: {what}, by factor. Dots: points, each the mean of its runs. Lines: means of each level. "
        + (f"The {more} factors that matter least are left out. " if more > 0 else "")
        + "The figures stand in the table below."
    )
    return image(content, caption, name=outcome)


def _made(manifest: StudyManifest) -> Html:
    first = next(iter(manifest.scenarios.values()))
    told = (
        f"wolsey {first.wolsey}, Python {first.python}, commit {first.commit or 'unknown'}"
        f"{' with changes' if first.dirty else ''}; posterior {first.posterior[:SHORT]}; study "
        f"{manifest.key[:SHORT]}; {first.cpu}; made {first.made} by: {first.command}"
    )
    return el("p", told, class_="small")
