"""One picture of a town's children: key indicators by year, with bands over runs and the published figures as
dots."""

import io
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from experiments.goals.words import covered
from experiments.runs.ensemble import Ensemble
from experiments.runs.manifest import SHORT, Manifest, PairManifest
from experiments.runs.statistics import HIGH, LOW
from experiments.text import VALIDATED_TO
from model.inputs.place import Observation, Place

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INDICATORS: Final = (
    "gld", "ks2_rwm", "attainment8_mainstream", "absence_secondary", "level3_by_19", "he_by_19",
    "ks4_sustained", "neet_16_17",
)  # fmt: skip
"""What the picture shows, one panel each."""

FIRST_YEAR: Final = 2014
DOTS_PER_INCH: Final = 200
A4: Final = (8.27, 11.69)
CAPTION_WIDTH, FOOTER_WIDTH = 122, 148
"""Letters a line."""
CAPTION_LINE: Final = 0.0142
"""Height of a line, share of the page."""
INK, GREY, PALE = "#0B0C0C", "#505A5F", "#EEF1F4"


@dataclass(frozen=True, slots=True)
class Look:
    """How a group is drawn and called."""

    colour: str
    text: str
    width: float
    dashes: tuple[float, float] | None
    words: str


LOOKS: Final = {
    "disadvantaged": Look("#F46A25", "#A33C00", 1.6, None, "disadvantaged"),
    "other": Look("#12436D", "#12436D", 1.6, None, "others"),
    "fsm": Look("#F46A25", "#A33C00", 1.6, None, "free meals"),
    "non_fsm": Look("#12436D", "#12436D", 1.6, None, "others"),
    "all": Look(GREY, GREY, 1.1, (4.0, 1.5), "all"),
}
"""Government Analysis Function palette; orange and blue stay apart for every kind of colour vision, and in
grey."""


def picture(ensemble: Ensemble, manifest: Manifest) -> bytes:
    """The picture as a PNG of A4 size, with the manifest in its metadata.

    Raises:
        InputError: the scenario's place cannot be read.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    place = Place.load(ensemble.scenario.place)
    with rc_context(
        {"font.family": ["DejaVu Sans"], "font.size": 8.5, "text.color": INK, "axes.edgecolor": GREY}
    ):
        figure = Figure(figsize=A4, dpi=DOTS_PER_INCH, facecolor="white")
        FigureCanvasAgg(figure)
        used = [o for indicator in INDICATORS for o in _seen(indicator, ensemble, place)]
        top = _words(figure, ensemble, place, manifest, used)
        grid = figure.add_gridspec(
            4, 2, left=0.065, right=0.868, top=min(top - 0.025, 0.848), bottom=0.128, hspace=0.44, wspace=0.46
        )
        for position, indicator in enumerate(INDICATORS):
            _panel(figure.add_subplot(grid[position // 2, position % 2]), indicator, ensemble, place)
        out = io.BytesIO()
        title = f"{place.title}: {ensemble.scenario.title}"
        texts = {"Title": title, "wolsey": manifest.as_json()}
        # The usual compression takes twice as long for three per cent fewer bytes.
        figure.savefig(out, format="png", metadata=texts, pil_kwargs={"compress_level": 3})
    return out.getvalue()


def groups_of(indicator: str, place: Place) -> tuple[str, ...]:
    """The groups of a panel: disadvantaged and others, or by free meals where only that was observed; and
    all, where the town's own figures or the only ones are of all."""
    from model.indicators.registry import INDICATORS as REGISTRY

    there = REGISTRY[indicator].groups
    pairs = (("disadvantaged", "other"), ("fsm", "non_fsm"))
    observed = [pair for pair in pairs if any(place.observations(indicator, group) for group in pair)]
    pair = next((pair for pair in (*observed, *pairs) if set(pair) <= set(there)), ())
    of_all = place.observations(indicator, "all")
    needs_all = any(o.place == place.name for o in of_all) or (bool(of_all) and not observed)
    return (*pair, "all") if needs_all or not pair else pair


def _seen(indicator: str, ensemble: Ensemble, place: Place) -> list[Observation]:
    """The observations that a panel shows."""
    groups, until = groups_of(indicator, place), ensemble.scenario.until
    return [o for group in groups for o in observed(place, indicator, group) if FIRST_YEAR <= o.year <= until]


def _panel(axes: "Axes", indicator: str, ensemble: Ensemble, place: Place) -> None:
    from model.indicators.registry import INDICATORS as REGISTRY

    until = ensemble.scenario.until
    groups = groups_of(indicator, place)
    paths = {group: path for group in groups if (path := ensemble.path(indicator, group)) is not None}
    years = np.array(ensemble.years)
    seen = _seen(indicator, ensemble, place)
    lows, highs = [o.value for o in seen], [o.value for o in seen]
    ends: list[tuple[float, str]] = []
    for group, path in sorted(paths.items(), key=lambda each: each[0] != "all"):
        there = np.isfinite(path).all(axis=0) & (years >= FIRST_YEAR) & (years <= until)
        if not there.any():
            continue
        low, high = np.percentile(path[:, there], [LOW, HIGH], axis=0)
        mean = path[:, there].mean(axis=0)
        latent = ensemble.latent[0][:, ensemble.keys.index((indicator, group))][there]
        line(axes, years[there], mean, latent, LOOKS[group])
        if len(ensemble.cells) > 1:
            axes.fill_between(
                years[there], low, high, color=LOOKS[group].colour, alpha=0.18, linewidth=0, zorder=1
            )
        lows.append(float(low.min()))
        highs.append(float(high.max()))
        ends.append((float(mean[-1]), group))
    _dots(axes, seen, place)
    _frame(axes, until, lows, highs)
    label_ends(axes, ends, until)
    title = "\n".join(textwrap.wrap(f"{REGISTRY[indicator].title}, {REGISTRY[indicator].unit}", 46))
    axes.set_title(title, loc="left", fontsize=9, fontweight="bold", color=INK, pad=5)


def observed(place: Place, indicator: str, group: str) -> list[Observation]:
    """What was observed of a group: the town's own figures, and the area's around it for the years without.
    Those of grade C, approximate, are left out."""
    found = [o for o in place.observations(indicator, group) if o.grade[0] != "C"]
    own = {o.year for o in found if o.place == place.name}
    return [o for o in found if o.place == place.name or o.year not in own]


def line(
    axes: "Axes", years: NDArray[np.int_], mean: NDArray[np.floating], latent: NDArray[np.bool_], look: Look
) -> None:
    """A line, dotted into and through years without comparable results."""
    tested = np.where(latent, np.nan, mean)
    dashes = (0, look.dashes) if look.dashes else "solid"
    axes.plot(years, tested, color=look.colour, linewidth=look.width, linestyle=dashes, zorder=3)
    for run in _runs(latent):
        near = slice(max(run.start - 1, 0), run.stop + 1)
        axes.plot(years[near], mean[near], color=look.colour, linewidth=look.width, linestyle=":", zorder=3)


def _runs(flags: NDArray[np.bool_]) -> Iterator[slice]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    for start, stop in edges.reshape(-1, 2):
        yield slice(int(start), int(stop))


def _dots(axes: "Axes", seen: Sequence[Observation], place: Place) -> None:
    """Observed figures, filled for the town, hollow for the area around it."""
    for group, own in dict.fromkeys((o.group, o.place == place.name) for o in seen):
        look = LOOKS[group]
        those = [o for o in seen if (o.group, o.place == place.name) == (group, own)]
        axes.plot(
            [o.year for o in those],
            [o.value for o in those],
            "o",
            markersize=4.2,
            markerfacecolor=look.colour if own else "white",
            markeredgecolor=look.colour,
            markeredgewidth=1.0,
            zorder=5 if own else 4,
        )


def _frame(axes: "Axes", until: int, lows: Sequence[float], highs: Sequence[float]) -> None:
    bottom, top = (min(lows), max(highs)) if lows else (0.0, 1.0)
    space = max(top - bottom, 1.0)
    axes.set_ylim(max(0.0, bottom - 0.06 * space), top + 0.14 * space)
    dress(axes, FIRST_YEAR, until)


def dress(axes: "Axes", first: int, until: int) -> None:
    """Years from `first` below a panel, thin lines behind it, and shade on those that nothing validates."""
    until = max(until, first + 1)
    axes.set_xlim(first - 0.7, until + 0.3)
    axes.set_xticks([year for year in (first, 2021, 2026, 2032, 2040, 2048) if year <= until])
    axes.tick_params(labelsize=8, colors=INK, length=3, width=0.6)
    axes.grid(axis="y", color="#D5DADD", linewidth=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    if until > VALIDATED_TO:
        axes.axvspan(VALIDATED_TO + 0.5, until + 0.3, color=PALE, linewidth=0, zorder=0)
        middle = (VALIDATED_TO + 0.8 + until) / 2
        axes.text(
            middle, 0.985, "conditional scenario", fontsize=7.5, color=GREY, ha="center", va="top",
            transform=axes.get_xaxis_transform(),
        )  # fmt: skip


def label_ends(axes: "Axes", ends: Sequence[tuple[float, str]], until: int) -> None:
    """Names (by the group, see LOOKS) at the ends of the lines, moved apart where they would overlap."""
    bottom, top = axes.get_ylim()
    apart = 0.1 * (top - bottom)
    at = [value for value, _ in sorted(ends)]
    for _ in range(50):
        for i in range(len(at) - 1):
            short = apart - (at[i + 1] - at[i])
            if short > 0:
                at[i], at[i + 1] = at[i] - short / 2, at[i + 1] + short / 2
    for height, (_, group) in zip(at, sorted(ends), strict=True):
        look = LOOKS[group]
        axes.text(until + 0.7, height, look.words, color=look.text, fontsize=8.5, va="center", clip_on=False)


def _words(
    figure: "Figure", ensemble: Ensemble, place: Place, manifest: Manifest, used: Sequence[Observation]
) -> float:
    """Writes what stands above and below the panels; returns where that above ends."""
    scenario = ensemble.scenario
    heading = (
        f"{place.title}, {FIRST_YEAR} to {scenario.until}: {scenario.title[:1].lower()}{scenario.title[1:]}"
    )
    figure.text(0.045, 0.972, heading, fontsize=15, fontweight="bold", va="top")
    caption = [
        line for each in _caption(ensemble, place, used) for line in textwrap.wrap(each, CAPTION_WIDTH)
    ]
    figure.text(0.045, 0.944, "\n".join(caption), fontsize=8.5, va="top", linespacing=1.35)
    figure.text(
        0.045,
        0.098,
        "\n".join(_footer(place, manifest, used)),
        fontsize=7.2,
        color=GREY,
        va="top",
        linespacing=1.3,
    )
    return 0.944 - CAPTION_LINE * len(caption)


def _caption(ensemble: Ensemble, place: Place, used: Sequence[Observation]) -> Iterator[str]:
    scenario, runs = ensemble.scenario, len(ensemble.cells)
    yield (
        f"Lines: mean of {runs} runs. Bands: nine in ten runs; they cover "
        f"{covered(ensemble.cells, scenario.acting)}, not what else the model may have wrong."
        if runs > 1
        else "Lines: one run of the model. No bands: another run would differ by chance."
    )
    around = " and ".join(dict.fromkeys(o.place.capitalize() for o in used if o.place != place.name))
    hollow = f", hollow for {around} in years without" if around else ""
    yield f"Dots: published figures, filled for {place.title}{hollow}; approximate ones are left out."
    if ensemble.latent.any():
        yield (
            "Dotted through 2020 and 2021, without comparable results: "
            "the model's estimate of what they would have shown."
        )
    if scenario.until > VALIDATED_TO:
        yield f"After {VALIDATED_TO}, shaded: a conditional scenario; nothing validates it. Not a forecast."
    if scenario.scale != 1:
        size, weighs = ("Reduced", "more") if scenario.scale < 1 else ("Enlarged", "less")
        yield f"{size} town: scale {scenario.scale:g}, so chance weighs {weighs} than in the town itself."
    if ensemble.note:
        yield ensemble.note


def _footer(place: Place, manifest: Manifest, used: Sequence[Observation]) -> Iterator[str]:
    keys = dict.fromkeys(part.split(":")[0].strip() for o in used for part in o.source.split(";"))
    published = "; ".join(place.sources[key].publication for key in keys)
    if published:
        yield from textwrap.wrap(
            f"Dots: {published}. Contains public sector information licensed under the Open Government "
            "Licence v3.0.",
            FOOTER_WIDTH,
        )
    yield from textwrap.wrap(
        f"Lines: {maker(manifest)}; scenario {manifest.scenario['name'] or 'unnamed'}, "
        f"key {manifest.key[:SHORT]}, {runs_of(manifest)}, {manifest.made[:10]}. "
        "Everybody in the model is synthetic.",
        FOOTER_WIDTH,
    )


def runs_of(manifest: Manifest | PairManifest) -> str:
    """Which runs a picture is of: `10 seeds`, `10 draws × 2 seeds`."""
    seeds = f"{len(manifest.seeds)} seed{'s' if len(manifest.seeds) > 1 else ''}"
    return seeds if len(manifest.draws) == 1 else f"{len(manifest.draws)} draws × {seeds}"


def maker(manifest: Manifest) -> str:
    """The program that made a picture: `Wolsey 0.1.0, commit 549a3fc8`."""
    if manifest.commit is None:
        return f"Wolsey {manifest.wolsey}"
    return (
        f"Wolsey {manifest.wolsey}, commit {manifest.commit[:8]}{' with changes' if manifest.dirty else ''}"
    )
