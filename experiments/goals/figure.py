"""One picture of a town's children: key indicators by year, with bands over runs and the published figures as
dots."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from experiments.goals.words import covered
from experiments.plotting.style import maker, runs_of, sheet
from experiments.plotting.time_series import GROUPS, DrawnPath, panel
from experiments.runs.ensemble import Ensemble
from experiments.runs.manifest import SHORT, Manifest
from experiments.text import VALIDATED_TO, is_conditional, listing, town_size
from model.indicators.registry import INDICATORS as REGISTRY
from model.indicators.registry import shown
from model.inputs.place import Observation, Place

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INDICATORS: Final = shown("picture")
"""Indicators of the picture, one panel each."""
FIRST_YEAR: Final = 2014


def picture(ensemble: Ensemble, manifest: Manifest) -> bytes:
    """Return the picture as a PNG of A4 size, with the manifest in its metadata.

    Raises:
        InputError: the scenario's place cannot be read.
    """
    place, scenario = Place.load(ensemble.scenario.place), ensemble.scenario
    used = [o for indicator in INDICATORS for o in _seen(indicator, ensemble, place)]

    def draw(figure: "Figure", top: float) -> None:
        grid = figure.add_gridspec(
            4, 2, left=0.065, right=0.868, top=min(top - 0.025, 0.848), bottom=0.14, hspace=0.44, wspace=0.46
        )
        for position, indicator in enumerate(INDICATORS):
            _panel(figure.add_subplot(grid[position // 2, position % 2]), indicator, ensemble, place)

    return sheet(
        f"{place.title}, {FIRST_YEAR} to {scenario.until}: {scenario.title[:1].lower()}{scenario.title[1:]}",
        list(_caption(ensemble, place, used)),
        list(_footer(place, manifest, used)),
        {"Title": f"{place.title}: {scenario.title}", "wolsey": manifest.as_json()},
        draw,
    )


def groups_of(indicator: str, place: Place) -> tuple[str, ...]:
    """Return the groups of a panel: disadvantaged and others, or by free meals where only that was observed;
    and all, where the town's own figures or the only ones are of all."""
    there = REGISTRY[indicator].groups
    pairs = (("disadvantaged", "other"), ("fsm", "non_fsm"))
    observed = [pair for pair in pairs if any(place.observations(indicator, group) for group in pair)]
    pair = next((pair for pair in (*observed, *pairs) if set(pair) <= set(there)), ())
    of_all = place.observations(indicator, "all")
    needs_all = any(o.place == place.name for o in of_all) or (bool(of_all) and not observed)
    return (*pair, "all") if needs_all or not pair else pair


def _seen(indicator: str, ensemble: Ensemble, place: Place) -> list[Observation]:
    """Return the observations that a panel shows."""
    groups, until = groups_of(indicator, place), ensemble.scenario.until
    return [o for group in groups for o in observed(place, indicator, group) if FIRST_YEAR <= o.year <= until]


def _panel(axes: "Axes", indicator: str, ensemble: Ensemble, place: Place) -> None:
    paths = [
        DrawnPath(group, path, ensemble.latent[0][:, ensemble.keys.index((indicator, group))])
        for group in groups_of(indicator, place)
        if (path := ensemble.path(indicator, group)) is not None
    ]
    seen = _seen(indicator, ensemble, place)
    _dots(axes, seen, place)

    def limits(low: float, high: float) -> tuple[float, float]:
        space = max(high - low, 1.0)
        return max(0.0, low - 0.06 * space), high + 0.14 * space

    until, held = ensemble.scenario.until, [o.value for o in seen]
    panel(axes, paths, ensemble.years, FIRST_YEAR, until, limits, held)
    title = "\n".join(textwrap.wrap(f"{REGISTRY[indicator].title}, {REGISTRY[indicator].unit}", 46))
    axes.set_title(title, loc="left", fontsize=9, fontweight="bold", pad=5)


def observed(place: Place, indicator: str, group: str) -> list[Observation]:
    """Return what was observed of a group: the town's own figures, and the area's around it for the years
    without. Those of grade C, approximate, are left out."""
    found = [o for o in place.observations(indicator, group) if o.grade[0] != "C"]
    own = {o.year for o in found if o.place == place.name}
    return [o for o in found if o.place == place.name or o.year not in own]


def _dots(axes: "Axes", seen: Sequence[Observation], place: Place) -> None:
    """Draw observed figures, filled for the town, hollow for the area around it."""
    for group, own in dict.fromkeys((o.group, o.place == place.name) for o in seen):
        _, look = GROUPS[group]
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


def _caption(ensemble: Ensemble, place: Place, used: Sequence[Observation]) -> Iterator[str]:
    scenario, runs = ensemble.scenario, len(ensemble.cells)
    yield (
        f"Lines: mean of {runs} runs. Bands: nine in ten runs; they cover "
        f"{covered(ensemble.cells, scenario.acting)}, not what else the model may have wrong."
        if runs > 1
        else "Lines: one run of the model. No bands: another run would differ by chance."
    )
    around = listing(dict.fromkeys(o.place.capitalize() for o in used if o.place != place.name))
    hollow = f", hollow for {around} in years without" if around else ""
    yield f"Dots: published figures, filled for {place.title}{hollow}; approximate ones are left out."
    if ensemble.latent.any():
        yield (
            "Dotted through 2020 and 2021, without comparable results: "
            "the model's estimate of what they would have shown."
        )
    if is_conditional(scenario.until):
        yield f"After {VALIDATED_TO}, shaded: a conditional scenario; nothing validates it. Not a forecast."
    yield from town_size(scenario)
    if ensemble.note:
        yield ensemble.note


def _footer(place: Place, manifest: Manifest, used: Sequence[Observation]) -> Iterator[str]:
    keys = dict.fromkeys(part.split(":")[0].strip() for o in used for part in o.source.split(";"))
    published = "; ".join(place.sources[key].publication for key in keys)
    if published:
        yield (
            f"Dots: {published}. Contains public sector information licensed under the Open Government "
            "Licence v3.0."
        )
    yield (
        f"Lines: {maker(manifest)}; scenario {manifest.scenario['name'] or 'unnamed'}, "
        f"key {manifest.key[:SHORT]}, {runs_of(manifest)}, {manifest.made[:10]}. "
        "Everybody in the model is synthetic."
    )
