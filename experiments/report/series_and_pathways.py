"""The years and the ways: time series of each scenario against the first, and pathways of 100 children."""

from collections.abc import Sequence

from experiments.plotting.palette import GREY, INK, MID_BLUE, NO_TESTS, ORANGE, PALE
from experiments.reach.findings import ArmAssessment, Findings, GroupSeries, Pathways
from experiments.records import record
from experiments.report import words as wording
from experiments.report.charts.bullet_chart import key_sign
from experiments.report.charts.charts import facets, panels, plate
from experiments.report.charts.sankey import safe, sankey, stages_in_words
from experiments.report.charts.time_series import series_name, series_panel
from experiments.report.look.html import Child, Html, el, join
from experiments.report.look.palette import key_line, look_of
from experiments.report.tables import Field, ReportTable, behind
from experiments.runs.statistics import Span
from experiments.text import VALIDATED_TO, year_words


def history(findings: Findings) -> Html:
    """Return each scenario against the first, an indicator a panel."""
    if not findings.series:
        return el("p", "No indicator was kept by year.")
    first, *others = findings.arms
    against = list(others) or [first]
    parts: list[tuple[ArmAssessment, str, Child]] = []
    for arm in against:
        keys = list(dict.fromkeys([first.key, arm.key]))
        drawn = [series_panel(series, findings.arms, keys) for series in findings.series]
        name = f"{first.label} against {arm.label}" if arm is not first else first.label
        parts.append((arm, name, join(_key(findings, keys, findings.series), panels(*drawn))))
    return join(
        plate("The town over the years", _words(findings.series), facets(parts), class_="series"),
        behind(series_table(findings)),
    )


def _words(series: Sequence[GroupSeries]) -> str:
    later = any(each.years and each.years[-1] > VALIDATED_TO for each in series)
    said = "Bands: 5th to 95th percentile of runs. Both scenarios are drawn to the same scale."
    if later:
        said += (
            f" After {VALIDATED_TO}, hatched: a conditional scenario; nothing validates it. Not a forecast."
        )
    return said


def _key(findings: Findings, keys: Sequence[str], series: Sequence[GroupSeries]) -> Html:
    labels = {arm.key: arm.label for arm in findings.arms}
    items: list[Child] = [el("li", key_line(look_of(findings.arms, key)), " ", labels[key]) for key in keys]
    if any(each.observed for each in series):
        dot = key_sign(el("circle", r=4.5, fill=INK))
        items.append(el("li", dot, " published figure of the town"))
    if any(each.england for each in series):
        line = key_sign(el("path", d="M-8 0h16", stroke=GREY, stroke_width=2, stroke_dasharray="5 2 1 2"))
        items.append(el("li", line, " England"))
    latent = sorted({year for each in series for year in each.latent})
    if latent:
        box = key_sign(el("rect", x=-8, y=-7, width=16, height=14, fill=NO_TESTS))
        years = f"{latent[0]} to {latent[-1]}" if len(latent) > 1 else str(latent[0])
        items.append(el("li", box, f" {years}: no comparable tests, the model’s estimate (dotted)"))
    if any(each.years and each.years[-1] > VALIDATED_TO for each in series):
        boxes = [
            el("rect", x=-8, y=-7, width=16, height=14, fill=fill) for fill in (PALE, "url(#hatch-later)")
        ]
        items.append(el("li", key_sign(join(boxes)), f" after {VALIDATED_TO}: conditional scenario"))
    return el("ul", items, class_="key")


def series_table(findings: Findings) -> ReportTable:
    """Return every year of every indicator: the page shows the first, the last and those of the goals."""
    records: list[dict[str, Field]] = []
    rows: list[tuple[Child, ...]] = []
    years = {goal.year for goal in wording.goals_of(findings).values()} | {2017, VALIDATED_TO}
    for series in findings.series:
        for at, year in enumerate(series.years):
            found = {
                key: (series.means[key][at], series.lows[key][at], series.highs[key][at])
                for key in series.means
            }
            records += [
                {
                    **record(series, "indicator group title unit"),
                    "year": year,
                    "scenario": key,
                    "mean": mean,
                    "low": low,
                    "high": high,
                    "observed": series.observed.get(year),
                    "england": series.england.get(year),
                    "no_comparable_tests": year in series.latent,
                    "conditional_scenario": year > VALIDATED_TO,
                }
                for key, (mean, low, high) in found.items()
            ]
            if year in years or at in (0, len(series.years) - 1):
                cells = [_cell(found.get(arm.key), series.unit) for arm in findings.arms]
                rows.append((f"{series_name(series)}, {year_words(year)}", *cells))
    heads = ("Indicator and year", *(arm.label for arm in findings.arms))
    note = "The file holds every year."
    return ReportTable("series", "indicators by year", heads, tuple(rows), tuple(records), 1, note)


def _cell(found: tuple[float | None, float | None, float | None] | None, unit: str) -> str:
    mean, low, high = found or (None, None, None)
    if mean is None:
        return "no figure"
    if low is None or high is None:
        return wording.span(Span(mean, mean, mean, 1), unit)
    return wording.span(Span(mean, low, high, 2), unit)


def pathways(findings: Findings) -> Html:
    """Draw 100 children: from stage to stage, a scenario at a time."""
    if not findings.pathways:
        return el("p", "No pathways were counted.")
    first = findings.arms[0].key
    parts: list[tuple[ArmAssessment, str, Child]] = []
    for arm in findings.arms:
        own = [each for each in findings.pathways if each.arm == arm.key]
        if own:
            # Until their scenarios part all arms are one life, so a year may be counted under the first.
            years = {each.year for each in own}
            shared = [each for each in findings.pathways if each.arm == first and each.year not in years]
            ordered = sorted([*own, *shared], key=lambda each: (_order(each.group), each.year))
            parts.append(
                (arm, arm.label, panels(*(sankey(each, arm.label) for each in ordered), class_="two"))
            )
    words = [
        "Of 100 children who left at 18 in that year. On track (blue, plain) means: ",
        f"{stages_in_words(findings.pathways[0])}. Orange, hatched: not yet. ",
        "Ways of fewer than ten people are left out.",
    ]
    signs = el(
        "ul",
        el(
            "li",
            key_sign(el("rect", x=-8, y=-5, width=16, height=10, fill=MID_BLUE, fill_opacity=0.6)),
            " on track",
        ),
        el(
            "li",
            key_sign(
                join(
                    el("rect", x=-8, y=-5, width=16, height=10, fill=ORANGE, fill_opacity=0.4),
                    el("rect", x=-8, y=-5, width=16, height=10, fill="url(#hatch-notyet)", fill_opacity=0.5),
                )
            ),
            " not yet",
        ),
        class_="key",
    )
    title = "Paths of 100 children"
    return join(plate(title, words, signs, facets(parts), class_="paths"), behind(paths_table(findings)))


def _order(group: str) -> int:
    order = ("all", "disadvantaged", "other")
    return order.index(group) if group in order else len(order)


def paths_table(findings: Findings) -> ReportTable:
    """Return the links of the pathways; those of fewer than ten people are left out."""
    kept: list[Pathways] = [safe(each) for each in findings.pathways]
    flat = [(each, link) for each in kept for link in each.links]
    rows = tuple(
        (
            wording.arm_label(findings, each.arm),
            year_words(each.year),
            wording.group_words(each.group),
            f"{each.stages[stage][0]}: {state}",
            f"{each.stages[stage + 1][0]}: {next_}",
            f"{children:.0f}" if children >= 0.5 else "under 1",
            wording.people(people),
        )
        for each, (stage, state, next_, children, people) in flat
    )
    records: tuple[dict[str, Field], ...] = tuple(
        {
            "scenario": each.arm,
            "year": each.year,
            "group": each.group,
            "stage": each.stages[stage][0],
            "state": state,
            "next_stage": each.stages[stage + 1][0],
            "next_state": next_,
            "children_of_100": children,
            "people": people,
            "left_out_of_100": each.suppressed,
        }
        for each, (stage, state, next_, children, people) in flat
    )
    heads = ("Scenario", "Year", "Group", "From", "To", "Of 100 children", "People in a run")
    note = "Ways of fewer than ten people are left out."
    return ReportTable("pathways", "pathways from stage to stage", heads, rows, records, 5, note)
