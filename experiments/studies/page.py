"""What a study found, as one page that asks for nothing outside itself."""

import base64
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from experiments.goals.table import counted, notes_on
from experiments.report.look.html import Html, el, raw
from experiments.report.tables import Table, shown
from experiments.runs.manifest import SHORT
from experiments.runs.store import by_reason
from experiments.studies.figure import MOST_PANELS, shown_measure
from experiments.studies.folder import Standing, StudyManifest
from experiments.studies.study import Study
from experiments.studies.summary import INTERVAL_NOTE

if TYPE_CHECKING:
    import pandas as pd

STYLE: Final = """
:root{color-scheme:light}
body{margin:0 auto;max-width:60rem;padding:1rem;color:#0b0c0c;background:#fff}
body{font:1rem/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.2rem;margin-top:2.2rem}
.first{border-left:.4rem solid #a33c00;padding:.1rem 1rem;background:#fdf3ee}
.scroll{overflow-x:auto;margin:1rem 0}.scroll:focus{outline:3px solid #12436d}
table{border-collapse:collapse;font-size:.85rem;min-width:100%}
caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{padding:.25rem .7rem .25rem 0;border-bottom:1px solid #d5dadd;text-align:left;vertical-align:top}
td.number,th.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
tbody th{font-weight:400}
img{max-width:100%;min-width:36rem;height:auto;display:block}
figure{margin:1rem 0}figcaption,.small{font-size:.85rem;color:#505a5f}
"""
SHOWN_REASONS: Final = 10


def page(
    study: Study,
    standing: Standing,
    summary: "pd.DataFrame",
    factors: "pd.DataFrame",
    pictures: Mapping[str, bytes],
    manifest: StudyManifest,
) -> str:
    """The page, as HTML: what is missing first, then each outcome over all, by factor and as a picture."""
    one = next(iter(study.scenarios.values()))
    parts: list[Html | None] = [
        el("h1", study.title),
        el("p", study.file.question) if study.file.question else None,
        _missing(standing),
        *(el("p", each, class_="first") for each in notes_on(one, manifest.note)),
        el("p", _runs(study, standing)),
        *(el("p", each) for each in study.idle),
        el("p", f"{INTERVAL_NOTE} In tables by factor it holds nine in ten draws.", class_="small"),
    ]
    for asked in study.asked:
        mine, by = (frame[frame["outcome"] == asked.label] for frame in (summary, factors))
        parts += [el("h2", asked.label), _overall(study, mine)]
        if asked.label in pictures:
            parts += [_figure(study, asked.label, pictures[asked.label]), _by_factor(study, by)]
    parts += [el("h2", "How it was made"), _made(manifest)]
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"{el('title', study.title)}<style>{STYLE}</style></head>\n<body>{el('main', parts)}</body></html>\n"
    )


def _missing(standing: Standing) -> Html | None:
    lacking = standing.wanted - standing.finished
    if not lacking:
        return None
    lines = f"{lacking} of {standing.wanted} runs are missing; {len(standing.failed)} of them broke off."
    failed = [el("li", line) for line in by_reason(standing.failed)[:SHOWN_REASONS]]
    told = [el("p", lines), el("ul", failed) if failed else None]
    return el("section", told, class_="first")


def _runs(study: Study, standing: Standing) -> str:
    points, factors = len(study.points), len(study.factors)
    varied = f"{counted(points, 'point')} of {counted(factors, 'factor')}" if factors else "nothing varied"
    cells = f"{counted(study.file.draws, 'draw')} with {counted(study.file.seeds, 'seed')} each"
    return f"{', '.join(study.scenarios)}: {varied}, {cells}; {standing.finished} different runs."


def _overall(study: Study, rows: "pd.DataFrame") -> Html:
    heads = ("", "runs", "mean", "band", "lowest point", "highest point")
    lines = []
    for row in rows.to_dict("records"):
        name = str(row["scenario"])
        if row["measure"] == "difference":
            name += f" less {study.against}"
        lines.append(
            (name, str(row["runs"]), *_figures(row), _said(row["lowest_mean"]), _said(row["highest_mean"]))
        )
    return _table("Over all points", heads, lines)


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
    return el("details", el("summary", f"{what}, by factor"), _table(f"{what}, by factor", heads, lines, 3))


def _figures(row: Mapping[Any, Any]) -> tuple[str, str]:
    band = "–" if math.isnan(row["low"]) else f"{_said(row['low'])} to {_said(row['high'])}"
    return _said(row["mean"]), band


def _said(value: float) -> str:
    return f"{value:.2f}" if abs(value) < 1000 else f"{value:,.0f}"


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], numbers_from: int = 1) -> Html:
    table = Table("", caption, tuple(heads), tuple(tuple(row) for row in rows), (), numbers_from)
    return el("div", shown(table), class_="scroll", tabindex="0", role="region", aria_label=caption)


def _figure(study: Study, outcome: str, content: bytes) -> Html:
    what = f"difference to {study.against}" if shown_measure(study) == "difference" else "value"
    more = len(study.factors) - MOST_PANELS
    caption = (
        f"{outcome}: {what}, by factor. Dots: points, each the mean of its runs. Lines: means of each level. "
        + (f"The {more} factors that matter least are left out. " if more > 0 else "")
        + "The figures stand in the table below."
    )
    data = base64.b64encode(content).decode()
    image = raw(f'<img alt="{el("i", caption)[3:-4]}" src="data:image/png;base64,{data}">')
    inside = el("div", image, class_="scroll", tabindex="0", role="region", aria_label=f"Picture: {outcome}")
    return el("figure", inside, el("figcaption", caption))


def _made(manifest: StudyManifest) -> Html:
    first = next(iter(manifest.scenarios.values()))
    told = (
        f"wolsey {first.wolsey}, Python {first.python}, commit {first.commit or 'unknown'}"
        f"{' with changes' if first.dirty else ''}; posterior {first.posterior[:SHORT]}; study "
        f"{manifest.key[:SHORT]}; {first.cpu}; made {first.made} by: {first.command}"
    )
    return el("p", told, class_="small")
