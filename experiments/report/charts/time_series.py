"""Time series: two scenarios over the years with bands, published figures as dots, later years hatched."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from experiments.reach.findings import ArmFinding, Series
from experiments.report.charts.axes import Scale, around, tick_words, ticks
from experiments.report.charts.charts import panel, picture
from experiments.report.look.html import Html, Value, el
from experiments.report.look.palette import GREY, INK, PALE, RULE, Look, look_of, shape
from experiments.report.words import figure, group_words
from experiments.text import CONDITIONAL, VALIDATED_TO

WIDE, HIGH = 360, 236
LEFT, RIGHT, TOP, BOTTOM = 40, 280, 24, 204
"""To the right of RIGHT there is room for a figure in a wide font."""

NO_TESTS: Final = "#E4E7EA"
"""Ground of the years without comparable tests."""

type Place = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class _Path:
    """One arm: places of its line, and of its band where it has one."""

    years: tuple[int, ...]
    means: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    look: Look


def series_panel(series: Series, arms: Sequence[ArmFinding], shown: Sequence[str]) -> Html:
    """The series with the arms `shown`, on an axis that holds all arms, so that panels compare."""
    x, y = _scales(series)
    paths = [_path(series, key, look_of(arms, key)) for key in shown if key in series.means]
    inside = [
        *_ground(series, x, y),
        *[_band(path, x, y) for path in paths],
        *_england(series, x, y),
        *[each for path in paths for each in _line(path, series.latent, x, y)],
        *_observed(series, x, y),
        *_ends(paths, series.unit, x, y),
    ]
    words = _words(series, paths, [arm.label for key in shown for arm in arms if arm.key == key])
    name = series_name(series)
    made = picture(name, words, inside, class_="chart", viewBox=f"0 0 {WIDE} {HIGH}")
    return panel([name, ", ", el("span", series.unit, class_="unit")], made)


def series_name(series: Series) -> str:
    """Its title, and the group where it is not all."""
    return series.title if series.group == "all" else f"{series.title}, {group_words(series.group)}"


def _scales(series: Series) -> tuple[Scale, Scale]:
    bands = (*series.lows.values(), *series.highs.values(), *series.means.values())
    figures = [each for row in bands for each in row]
    inside = [value for year, value in series.observed.items() if year in series.years]
    of_england = [value for year, value in series.england.items() if year in series.years]
    low, high = around([*figures, *inside, *of_england])
    return Scale(series.years[0], series.years[-1], LEFT, RIGHT), Scale(low, high, BOTTOM, TOP)


def _path(series: Series, key: str, look: Look) -> _Path:
    rows = [
        (year, mean, low if low is not None else mean, high if high is not None else mean)
        for year, mean, low, high in zip(
            series.years, series.means[key], series.lows[key], series.highs[key], strict=True
        )
        if mean is not None
    ]
    years, means, lows, highs = zip(*rows, strict=True) if rows else ((), (), (), ())
    return _Path(years, means, lows, highs, look)


def _ground(series: Series, x: Scale, y: Scale) -> Iterator[Html]:
    """Grid, axes, the years without tests and those of the conditional scenario."""
    last = series.years[-1]
    if last > VALIDATED_TO:
        left = x(VALIDATED_TO + 0.5)
        later = {"x": left, "y": TOP, "width": x(last) - left, "height": BOTTOM - TOP}
        yield el("rect", fill=PALE, **later)
        yield el("rect", fill="url(#hatch-later)", **later)
        yield el("path", d=f"M{left:.1f} {TOP}V{BOTTOM}", stroke=GREY, stroke_width=1, stroke_dasharray="2 2")
        middle: dict[str, Value] = {"x": (left + x(last)) / 2, "y": TOP - 8, "text_anchor": "middle"}
        yield el("text", CONDITIONAL, class_="tick", **middle)
    latent = [year for year in series.latent if series.years[0] <= year <= last]
    if latent:
        left, right = x(latent[0] - 0.5), x(latent[-1] + 0.5)
        yield el("rect", x=left, y=TOP, width=right - left, height=BOTTOM - TOP, fill=NO_TESTS)
        yield el("text", "no tests", x=(left + right) / 2, y=TOP - 8, text_anchor="middle", class_="tick")
    values = ticks(y.low, y.high, 4)
    for value, said in zip(values, tick_words(values), strict=True):
        yield el("path", d=f"M{LEFT} {y(value):.1f}H{RIGHT}", stroke=RULE, stroke_width=1)
        yield el("text", said, x=LEFT - 5, y=y(value) + 5, text_anchor="end", class_="tick")
    yield el("path", d=f"M{LEFT} {BOTTOM}H{RIGHT}", stroke=GREY, stroke_width=1)
    first = series.years[0]
    marked = [year for year in (2017, 2032) if first <= year <= last]
    for year in dict.fromkeys([*marked, last]):
        anchor = "middle" if year != last else "end"
        place = x(year) if year != last else RIGHT + 4
        yield el("path", d=f"M{x(year):.1f} {BOTTOM}v5", stroke=GREY, stroke_width=1)
        yield el("text", str(year), x=place, y=BOTTOM + 20, text_anchor=anchor, class_="tick")


def _band(path: _Path, x: Place, y: Place) -> Html:
    if len(path.years) < 2 or path.lows == path.highs:
        return Html("")
    over = [f"{x(year):.1f} {y(value):.1f}" for year, value in zip(path.years, path.highs, strict=True)]
    under = [f"{x(year):.1f} {y(value):.1f}" for year, value in zip(path.years, path.lows, strict=True)]
    shape_ = f"M{' '.join(over)} {' '.join(reversed(under))}z"
    return el("path", d=shape_, fill=path.look.colour, fill_opacity=0.17, stroke=path.look.colour,
              stroke_width=0.7, stroke_opacity=0.55)  # fmt: skip


def _line(path: _Path, latent: Sequence[int], x: Place, y: Place) -> Iterator[Html]:
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


def _england(series: Series, x: Scale, y: Scale) -> Iterator[Html]:
    inside = _within(series.england, series)
    if len(inside) > 1:
        yield el(
            "path", d=_d(inside, x, y), fill="none", stroke=GREY, stroke_width=1.3, stroke_dasharray="5 2 1 2"
        )
    for year, value in inside if len(inside) == 1 else []:
        yield el("path", d=f"M{x(year) - 5:.1f} {y(value):.1f}h10", stroke=GREY, stroke_width=2)


def _observed(series: Series, x: Place, y: Place) -> Iterator[Html]:
    for year, value in _within(series.observed, series):
        yield el("circle", cx=x(year), cy=y(value), r=3.6, fill=INK, stroke="#fff", stroke_width=1)


def _within(values: Mapping[int, float], series: Series) -> list[tuple[int, float]]:
    return [(year, values[year]) for year in sorted(values) if series.years[0] <= year <= series.years[-1]]


def _ends(paths: Sequence[_Path], unit: str, x: Place, y: Place) -> Iterator[Html]:
    """Marker and figure at the end of each line, moved apart where they would touch."""
    ends = sorted(((y(path.means[-1]), path) for path in paths if path.years), key=lambda each: each[0])
    places = apart([true for true, _ in ends], 17)
    for place, (true, path) in zip(places, ends, strict=True):
        right = x(path.years[-1])
        yield shape(path.look.marker, path.look.colour, transform=f"translate({right:.1f} {true:.1f})")
        yield el(
            "text", figure(path.means[-1], unit), x=right + 9, y=place + 5, fill=path.look.text, class_="end"
        )


def apart(places: Sequence[float], least: float, top: float = TOP, bottom: float = BOTTOM) -> list[float]:
    """The places, in order, moved so that neighbours are `least` apart and all are inside."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + least if moved else top))
    over = moved[-1] - bottom if moved else 0.0
    for at in range(len(moved) - 1, -1, -1):
        limit = bottom if at == len(moved) - 1 else moved[at + 1] - least
        moved[at] = min(moved[at], limit) if over > 0 else moved[at]
    return moved


def _words(series: Series, paths: Sequence[_Path], names: Sequence[str]) -> str:
    said = [
        f"{name}: from {figure(path.means[0], series.unit)} in {path.years[0]} to "
        f"{figure(path.means[-1], series.unit)} in {path.years[-1]} "
        f"({figure(path.lows[-1], series.unit)} to {figure(path.highs[-1], series.unit)})"
        for name, path in zip(names, paths, strict=False)
        if path.years
    ]
    dots = f"{len(_within(series.observed, series))} published figures as dots. " if series.observed else ""
    return f"{'; '.join(said)}. {dots}All years stand in the table below."
