"""Time series as SVG: lines over the years with bands, published figures as dots, later years hatched."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from experiments.plotting.axes import Scale, apart, around, tick_words, ticks
from experiments.plotting.palette import GREY, INK, NO_TESTS, PALE, RULE, WHITE, Look
from experiments.reach.findings import ArmAssessment, GroupSeries
from experiments.report.charts.charts import panel, picture
from experiments.report.look.html import Html, Value, el
from experiments.report.look.palette import look_of, shape
from experiments.report.words import figure, group_words
from experiments.text import CONDITIONAL, VALIDATED_TO

type Place = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Box:
    """A chart's size and the edges of its axes, in units of its own; to the right of `right` there is room
    for a figure in a wide font, or a name. `marked` are the years below it besides the last."""

    wide: float
    high: float
    left: float
    right: float
    top: float
    bottom: float
    marked: tuple[int, ...]


PANEL: Final = Box(360, 236, 40, 280, 24, 204, (2017, 2032))
LINE: Final = 17
"""How far apart the words at the ends of two lines stand at least."""


@dataclass(frozen=True, slots=True)
class Path:
    """A line: its `name`, its figures by year, with the ends of its band where it has one, and its look;
    `said` is what stands at its end, its last figure where it is empty."""

    name: str
    years: tuple[int, ...]
    means: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    look: Look
    said: str = ""

    @staticmethod
    def of(
        name: str,
        years: Sequence[int],
        figures: Mapping[str, Sequence[float | None]],
        look: Look,
        said: str = "",
    ) -> "Path":
        """Make a path of figures by `mean`, `low` and `high`, None where there is none."""
        means = figures["mean"]
        rows = [
            (year, mean, mean if low is None else low, mean if high is None else high)
            for year, mean, low, high in zip(
                years, means, figures.get("low", means), figures.get("high", means), strict=True
            )
            if mean is not None
        ]
        years_, means_, lows, highs = zip(*rows, strict=True) if rows else ((), (), (), ())
        return Path(name, years_, means_, lows, highs, look, said)


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows: its paths over `years`, the years `latent` without comparable results, figures by
    year that were `observed` and of `england`; the axis holds the figures `held` as well."""

    title: str
    unit: str
    years: Sequence[int]
    paths: Sequence[Path]
    latent: Sequence[int] = ()
    observed: Mapping[int, float] | None = None
    england: Mapping[int, float] | None = None
    held: Sequence[float | None] = ()
    box: Box = PANEL

    def svg(self, class_: str = "chart", about: str = "") -> Html:
        """The chart as a picture; `about` ends what is said to those who cannot see it."""
        box, dots, line = self.box, self._within(self.observed), self._within(self.england)
        figures = [*self.held, *(value for _, value in (*dots, *line))]
        for path in self.paths:
            figures += [*path.means, *path.lows, *path.highs]
        x = Scale(self.years[0], self.years[-1], box.left, box.right)
        y = Scale(*around(figures), box.bottom, box.top)
        inside = [
            *self._ground(x, y),
            *[_band(path, x, y) for path in self.paths],
            *_england(line, x, y),
            *[each for path in self.paths for each in _line(path, self.latent, x, y)],
            *[el("circle", cx=x(year), cy=y(value), r=3.6, fill=INK, stroke=WHITE, stroke_width=1)
              for year, value in dots],
            *self._ends(x, y),
        ]  # fmt: skip
        said = [
            f"{path.name}: from {figure(path.means[0], self.unit)} in {path.years[0]} to "
            f"{figure(path.means[-1], self.unit)} in {path.years[-1]} "
            f"({figure(path.lows[-1], self.unit)} to {figure(path.highs[-1], self.unit)})"
            for path in self.paths
            if path.years
        ]
        shown = f"{len(dots)} published figures as dots. " if dots else ""
        words = f"{'; '.join(said)}. {shown}{about}"
        return picture(self.title, words, inside, class_=class_, viewBox=f"0 0 {box.wide} {box.high}")

    def _within(self, figures: Mapping[int, float] | None) -> list[tuple[int, float]]:
        found = figures or {}
        return [(year, found[year]) for year in sorted(found) if self.years[0] <= year <= self.years[-1]]

    def _ground(self, x: Scale, y: Scale) -> Iterator[Html]:
        """Grid, axes, the years without tests and those of the conditional scenario."""
        box, first, last = self.box, self.years[0], self.years[-1]
        if last > VALIDATED_TO:
            left = x(VALIDATED_TO + 0.5)
            later = {"x": left, "y": box.top, "width": x(last) - left, "height": box.bottom - box.top}
            yield el("rect", fill=PALE, **later)
            yield el("rect", fill="url(#hatch-later)", **later)
            yield el(
                "path", d=f"M{left:.1f} {box.top}V{box.bottom}", stroke=GREY, stroke_width=1,
                stroke_dasharray="2 2",
            )  # fmt: skip
            middle: dict[str, Value] = {"x": (left + x(last)) / 2, "y": box.top - 8, "text_anchor": "middle"}
            yield el("text", CONDITIONAL, class_="tick", **middle)
        latent = [year for year in self.latent if first <= year <= last]
        if latent:
            left, right = x(latent[0] - 0.5), x(latent[-1] + 0.5)
            yield el(
                "rect", x=left, y=box.top, width=right - left, height=box.bottom - box.top, fill=NO_TESTS
            )
            middle = {"x": (left + right) / 2, "y": box.top - 8, "text_anchor": "middle"}
            yield el("text", "no tests", class_="tick", **middle)
        values = ticks(y.low, y.high, 4)
        for value, said in zip(values, tick_words(values), strict=True):
            yield el("path", d=f"M{box.left} {y(value):.1f}H{box.right}", stroke=RULE, stroke_width=1)
            yield el("text", said, x=box.left - 5, y=y(value) + 5, text_anchor="end", class_="tick")
        yield el("path", d=f"M{box.left} {box.bottom}H{box.right}", stroke=GREY, stroke_width=1)
        for year in dict.fromkeys([*(year for year in box.marked if first <= year <= last), last]):
            anchor, place = ("end", box.right + 4) if year == last else ("middle", x(year))
            yield el("path", d=f"M{x(year):.1f} {box.bottom}v5", stroke=GREY, stroke_width=1)
            yield el("text", str(year), x=place, y=box.bottom + 20, text_anchor=anchor, class_="tick")

    def _ends(self, x: Place, y: Place) -> Iterator[Html]:
        """Marker and words at the end of each line, moved apart where they would touch."""
        there = [(y(path.means[-1]), path) for path in self.paths if path.years]
        ends = sorted(there, key=lambda each: each[0])
        places = apart([true for true, _ in ends], LINE, self.box.top, self.box.bottom)
        for place, (true, path) in zip(places, ends, strict=True):
            right = x(path.years[-1])
            yield shape(path.look.marker, path.look.colour, transform=f"translate({right:.1f} {true:.1f})")
            words: dict[str, Value] = {
                "x": right + 9,
                "y": place + 5,
                "fill": path.look.text,
                "class_": "end",
            }
            yield el("text", path.said or figure(path.means[-1], self.unit), **words)


def series_panel(series: GroupSeries, arms: Sequence[ArmAssessment], shown: Sequence[str]) -> Html:
    """The series with the arms `shown`, on an axis that holds all arms, so that panels compare."""
    names = {arm.key: arm.label for arm in arms}
    paths = [
        Path.of(
            names.get(key, key),
            series.years,
            {"mean": series.means[key], "low": series.lows[key], "high": series.highs[key]},
            look_of(arms, key),
        )
        for key in shown
        if key in series.means
    ]
    bands = (*series.lows.values(), *series.highs.values(), *series.means.values())
    chart = Chart(
        series_name(series), series.unit, series.years, paths, series.latent, series.observed, series.england,
        [each for row in bands for each in row],
    )  # fmt: skip
    drawn = chart.svg(about="All years stand in the table below.")
    return panel([chart.title, ", ", el("span", series.unit, class_="unit")], drawn)


def series_name(series: GroupSeries) -> str:
    """Its title, and the group where it is not all."""
    return series.title if series.group == "all" else f"{series.title}, {group_words(series.group)}"


def _band(path: Path, x: Place, y: Place) -> Html:
    if len(path.years) < 2 or path.lows == path.highs:
        return Html("")
    over = [f"{x(year):.1f} {y(value):.1f}" for year, value in zip(path.years, path.highs, strict=True)]
    under = [f"{x(year):.1f} {y(value):.1f}" for year, value in zip(path.years, path.lows, strict=True)]
    shape_ = f"M{' '.join(over)} {' '.join(reversed(under))}z"
    return el("path", d=shape_, fill=path.look.colour, fill_opacity=0.17, stroke=path.look.colour,
              stroke_width=0.7, stroke_opacity=0.55)  # fmt: skip


def _line(path: Path, latent: Sequence[int], x: Place, y: Place) -> Iterator[Html]:
    """The middle; open where it goes through years without comparable tests."""
    style = {"fill": "none", "stroke": path.look.colour, "stroke_linecap": "butt"}
    points = list(zip(path.years, path.means, strict=True))
    solid: list[list[tuple[int, float]]] = [[]]
    for year, mean in points:
        if year in latent:
            solid.append([])
        else:
            solid[-1].append((year, mean))
    for piece in solid:
        if len(piece) > 1:
            yield el(
                "path", d=_d(piece, x, y), stroke_width=2.6, stroke_dasharray=path.look.dash or None, **style
            )
    through = [point for point in points if any(abs(point[0] - year) <= 1 for year in latent)]
    if len(through) > 1:
        yield el("path", d=_d(through, x, y), stroke_width=1.8, stroke_dasharray="0.5 3.2",
                 **(style | {"stroke_linecap": "round"}))  # fmt: skip


def _d(points: Sequence[tuple[int, float]], x: Place, y: Place) -> str:
    return "M" + " ".join(f"{x(year):.1f} {y(value):.1f}" for year, value in points)


def _england(line: Sequence[tuple[int, float]], x: Place, y: Place) -> Iterator[Html]:
    if len(line) > 1:
        yield el(
            "path", d=_d(line, x, y), fill="none", stroke=GREY, stroke_width=1.3, stroke_dasharray="5 2 1 2"
        )
    for year, value in line if len(line) == 1 else []:
        yield el("path", d=f"M{x(year) - 5:.1f} {y(value):.1f}h10", stroke=GREY, stroke_width=2)
