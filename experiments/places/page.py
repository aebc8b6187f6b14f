"""A place as one page: its wards on a map of hexagons, its children by age, its outcomes beside England's."""

import math
import pathlib
from collections.abc import Iterator, Sequence
from typing import Final

from experiments.places.shown import PlaceSummary
from experiments.plotting.axes import Scale, tick_words, ticks
from experiments.plotting.palette import (
    BLUE,
    BLUES,
    GREY,
    INK,
    MID_BLUE,
    ORANGE,
    PALE_BLUE,
    RULE,
    TINT,
    WHITE,
)
from experiments.report.charts.charts import panel, panels, picture, plate
from experiments.report.charts.time_series import Chart, Path
from experiments.report.look.html import Html, el
from experiments.report.look.page import PageSection, folded, page
from experiments.report.tables import wide
from experiments.text import capital, counted, listing
from model.indicators.registry import INDICATORS
from model.inputs.england import England
from model.inputs.place import Place
from model.io.errors import InputError

AGES_OF: Final = 2017
"""The year of the single ages that are drawn."""
POVERTY: Final = ((10, PALE_BLUE, INK), (20, TINT, INK), (30, MID_BLUE, WHITE), (math.inf, BLUE, WHITE))
"""Classes of the share of children in income-deprived families: below which %, colour, and that of words."""
_RADIUS: Final = 34
"""Of a hexagon, from its middle to a corner."""


def write_page(path: pathlib.Path, summary: PlaceSummary, name: str) -> None:
    """Write the page of the place called `name`. Raises InputError where something stands there already, or
    it cannot be written."""
    html = place_page(summary, Place.load(name))
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(html)
    except OSError as error:
        if path.exists():
            problem = "is there already, and nothing is written over: give a new file"
            raise InputError(problem, where=str(path)) from None
        raise InputError(f"cannot be written: {error.strerror or error}", where=str(path)) from None


def place_page(summary: PlaceSummary, place: Place) -> str:
    """Return what is known of a place as one HTML document, which asks for nothing outside itself."""
    england = England.load()
    opening = el(
        "div",
        el("h1", f"{summary.title}, before anything is lived"),
        el("p", f"Its inputs: {summary.made}. Everybody in the model is synthetic."),
        el("ul", [el("li", note) for note in summary.notes]),
        class_="opening",
    )
    sections = (
        PageSection("wards", "Child poverty by ward", list(_wards(place))),
        PageSection("ages", f"Children by age, {AGES_OF}", _ages(place)),
        PageSection("outcomes", "Outcomes beside England's", list(_outcomes(place, england))),
        PageSection("coverage", "How it is known", list(_coverage(summary))),
    )
    return page(f"{summary.title}: a place of Wolsey", opening, sections)


def _wards(place: Place) -> Iterator[Html]:
    wards = place.wards
    wide_, high = math.sqrt(3) * _RADIUS, 1.5 * _RADIUS
    inside = []
    for row, name in enumerate(wards.names):
        x = (wards.hex_column[row] - wards.hex_column.min() + (wards.hex_row[row] % 2) / 2 + 0.55) * wide_
        y = (wards.hex_row[row] - wards.hex_row.min()) * high + 1.1 * _RADIUS
        share = float(wards.idaci_2019[row])
        _, fill, ink = next(each for each in POVERTY if share < each[0])
        turns = [turn * math.pi / 3 for turn in range(6)]
        corners = " ".join(f"{x + _RADIUS * math.sin(t):.1f},{y - _RADIUS * math.cos(t):.1f}" for t in turns)
        inside.append(
            el(
                "g",
                el("title", f"{name}: {share:.1f}%"),
                el("polygon", points=corners, fill=fill, stroke=WHITE, stroke_width=2),
                el("text", f"{share:.0f}", x=x, y=y + 5, text_anchor="middle", fill=ink),
            )
        )
    across = (wards.hex_column.max() - wards.hex_column.min() + 1.6) * wide_
    down = (wards.hex_row.max() - wards.hex_row.min()) * high + 2.2 * _RADIUS
    low, high_ = wards.idaci_2019.min(), wards.idaci_2019.max()
    words = f"{counted(len(wards), 'ward')}, from {low:.0f}% to {high_:.0f}%; each stands in the table below."
    bounds = [str(bound) for bound, *_ in POVERTY[:-1]]
    drawn = picture(
        "Child poverty by ward", words, inside, class_="chart", viewBox=f"0 0 {across:.0f} {down:.0f}"
    )
    yield plate(
        "Wards of 2017",
        "% of children under 16 in income-deprived families, 2019. A hexagon a ward, about where it lies, "
        f"north at the top. From pale to dark: below {listing(bounds)}%, and above.",
        drawn,
    )
    ranked = sorted(range(len(wards)), key=lambda row: -wards.idaci_2019[row])
    rows = [
        (
            wards.names[row], f"{wards.idaci_2019[row]:.1f}", f"{wards.imd_2019[row]:.1f}",
            f"{wards.age_0_4[row] + wards.age_5_18[row]:,}",
        )
        for row in ranked
    ]  # fmt: skip
    heads = ("Ward", "Children in income-deprived families, %", "Deprivation score", "Children 0-18, 2019")
    yield folded(f"All {len(wards)} wards", wide("Wards by child poverty, 2019", heads, rows, 1))


def _ages(place: Place) -> Html:
    """Return residents by single age as bars, and the births of each class as marks."""
    residents = place.ages.of(AGES_OF)
    births = place.births.of(AGES_OF - len(residents) + 1, AGES_OF)[::-1]
    left, right, top, bottom = 62, 700, 16, 250
    y = Scale(0, float(max(residents.max(), births.max())) * 1.05, bottom, top)
    x = Scale(-0.6, len(residents) - 0.4, left, right)
    inside: list[Html] = []
    values = ticks(0, y.high, 4)
    for value, said in zip(values, tick_words(values), strict=True):
        inside.append(el("path", d=f"M{left} {y(value):.1f}H{right}", stroke=RULE, stroke_width=1))
        inside.append(el("text", said, x=left - 6, y=y(value) + 5, text_anchor="end", class_="tick"))
    half = (x(1) - x(0)) * 0.36
    for age, (count, born) in enumerate(zip(residents, births, strict=True)):
        inside += [
            el("rect", el("title", f"aged {age}: {count:,} residents, {born:,} births"), x=x(age) - half,
               y=y(count), width=2 * half, height=bottom - y(count), fill=BLUE),
            el("path", d=f"M{x(age) - 1.25 * half:.1f} {y(born):.1f}h{2.5 * half:.1f}", stroke=ORANGE,
               stroke_width=3),
            el("text", str(age), x=x(age), y=bottom + 20, text_anchor="middle", class_="tick"),
        ]  # fmt: skip
    inside.append(el("path", d=f"M{left} {bottom}H{right}", stroke=GREY, stroke_width=1))
    words = "; ".join(f"aged {age}: {count:,}" for age, count in enumerate(residents))
    drawn = picture(
        f"Residents by age, {AGES_OF}",
        words,
        inside,
        class_="chart",
        viewBox=f"0 0 {right + 8} {bottom + 30}",
    )
    return plate(
        f"Residents aged 0 to {len(residents) - 1}, mid-{AGES_OF}",
        "Bars: residents. Orange lines: births of the same class here; the difference moved in or out, or "
        "studies.",
        drawn,
    )


def _outcomes(place: Place, england: England) -> Iterator[Html]:
    drawn = []
    for name in dict.fromkeys(seen.indicator for seen in place.observed if seen.group == "all"):
        own = [seen for seen in place.observations(name) if seen.place == place.name]
        if not own:
            continue
        years = tuple(seen.year for seen in own)
        values = tuple(seen.value for seen in own)
        title = INDICATORS[name].short if name in INDICATORS else capital(name.replace("_", " "))
        path = Path(place.title, years, values, values, values, BLUES)
        latent, of_england = _latent(england, name, years), _of_england(england, name)
        chart = Chart(title, own[0].unit, _span(years), (path,), latent, england=of_england)
        head = [title, ", ", el("span", own[0].unit, class_="unit")]
        drawn.append(panel(head, chart.svg(about="England's as dashes.")))
    if not drawn:
        yield el("p", "No outcome of this place is published.")
        return
    yield plate(
        f"{capital(place.title)} and England",
        "Blue: this place, as published. Grey dashes, or a grey line for one year: England.",
        panels(*drawn),
    )


def _span(years: Sequence[int]) -> range:
    """Return the years of a chart: those published, two at least."""
    return range(years[0] - (len(years) == 1), years[-1] + 1)


def _latent(england: England, name: str, years: Sequence[int]) -> list[int]:
    """Return the years between those published in which England had no comparable result."""
    if not england.has(name) or england.series(name).gap != "latent":
        return []
    series = england.series(name)
    return [year for year in range(years[0] + 1, years[-1]) if year not in years and not series.has(year)]


def _of_england(england: England, name: str) -> dict[int, float]:
    """Return England's published values; empty where the model has no series of that name."""
    if not england.has(name):
        return {}
    series = england.series(name)
    return {int(year): float(value) for year, value in zip(series.years, series.values, strict=True)}


def _coverage(summary: PlaceSummary) -> Iterator[Html]:
    rows = [
        (
            capital(one.group),
            str(one.rows),
            "" if one.first_year is None else f"{one.first_year}-{one.last_year}",
            *(f"{100 * share:.0f}" for share in (one.known.published, one.known.derived, one.known.judged)),
        )
        for one in summary.coverage
    ]
    heads = ("Inputs", "Rows", "Years", "Published, %", "Derived, %", "Judged, %")
    yield wide("Inputs by how they are known", heads, rows, 1)
    stand_ins = [
        (" ".join(part for part in (row.name, row.of) if part), row.grade, row.says)
        for row in summary.falls_back
    ]
    yield folded(
        f"What falls back on what: {counted(len(stand_ins), 'line')}",
        wide("Inputs that are derived or judged", ("Input", "Grade", "What stands in for it"), stand_ins, 9),
    )
