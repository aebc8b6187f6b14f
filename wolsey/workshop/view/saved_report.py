"""The saved report: a file that stands by itself, without script, and keeps its numbers for ever."""

import json
from collections import ChainMap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from experiments.goals import likelihood
from experiments.plotting.palette import BLUES, NEUTRAL, ORANGES
from experiments.report.charts.charts import panels
from experiments.report.charts.time_series import Box, Chart, Path
from experiments.report.look.html import Child, Html, el, join
from experiments.report.look.page import PageSection, folded
from experiments.report.look.page import page as html_page
from experiments.report.tables import wide
from experiments.runs.draws import ParameterDraws
from experiments.runs.manifest import version
from experiments.text import VALIDATED_TO, capital, decimals, listing, rounded
from model.fingerprint import code_digest
from model.indicators.registry import INDICATORS
from model.inputs.place import Place
from wolsey.workshop.levers import PageLever, levers
from wolsey.workshop.plans import VERSION, Plan, based_on, value_text
from wolsey.workshop.settings import Settings
from wolsey.workshop.view.difference import CheckedPlans
from wolsey.workshop.view.figures import GAP
from wolsey.workshop.view.town import GROUP_WORDS, LEFT_OUT, evidence, observed

LARGEST: Final = 200_000
"""Bytes of a report at most."""
YEARS: Final = (2017, 2026, 2032, 2040, 2048)
DRAWN: Final = "ks2_rwm"
"""The indicator whose years are drawn."""
LOOKS: Final = (BLUES, ORANGES)
BOX: Final = Box(400, 236, 40, 305, 24, 204, (2017, 2032))


@dataclass(frozen=True, slots=True)
class _One:
    """A plan of the report: what it is called there, and what its check found."""

    name: str
    plan: Plan
    found: dict[str, Any]


def report(plans: Sequence[Plan], found: CheckedPlans, settings: Settings, numbers: ParameterDraws) -> str:
    """Return the report of one checked plan, or of two, as HTML of at most LARGEST bytes."""
    names = ("Plan A", "Plan B") if len(plans) > 1 else ("This plan",)
    all_ = [_One(*each) for each in zip(names, plans, found.plans, strict=True)]
    made = datetime.now(UTC).strftime("%d %B %Y, %H:%M UTC")
    place = Place.load(numbers.place)
    what = "two plans" if len(all_) > 1 else "a plan"
    runs = f"{settings.check_runs} runs{' of each plan on the same children' if len(all_) > 1 else ''}"
    opening = [
        el("h1", f"What could become of {place.title}'s children: {what}"),
        el("p", f"{runs}. Made {made}.", class_="note"),
        [_lead(each) for each in all_],
        panels(_drawn(all_, place, group) for group in ("disadvantaged", GAP, "all")),
    ]
    scale = [[word, runs] for word, runs, _ in likelihood.scale()]
    left_out = [
        el("p", "A model for exploring choices, not a forecast. It leaves out:"),
        el("ul", [el("li", each) for each in LEFT_OUT]),
    ]
    state = folded("The plans, to be opened again", el("pre", _state(plans)))
    sections = [
        *([] if found.difference is None else [_difference(found.difference)]),
        PageSection("done", "What is done", [_levers(all_), [el("p", _budget(each)) for each in all_]]),
        PageSection("goals", "How the goals stand",
                [_goals(all_, at) for at in range(len(found.plans[0]["goals"]))]),
        PageSection("years", "Over the years", _figures(all_)),
        PageSection("words", "How the words for likelihood are used",
                [wide("One scale, for every count of runs", ["Word", "Of 100 runs"], scale),
                 el("p", likelihood.RULE)]),
        PageSection("leaves-out", "What this is, and what it leaves out", left_out),
        PageSection("made", "What made this report",
                [el("p", _made(all_, settings, numbers), class_="note"), state]),
    ]  # fmt: skip
    page = html_page(f"Wolsey workshop report: {place.title}", opening, sections, kind="figures")
    if len(page.encode()) > LARGEST:
        raise ValueError(f"the report has {len(page.encode()):,} bytes, more than {LARGEST:,}")
    return page


def _lead(one: _One) -> Html:
    name = one.name[:1].lower() + one.name[1:]
    headline = (
        one.found["headline"].replace("this plan", name).replace("This is doing", f"{one.name} is doing")
    )
    kind = "plan b" if one.name == "Plan B" else "plan"
    aims = el("p", one.found["aims"]) if one.found["aims"] else None
    about = el("p", one.found["about"], class_="note")
    return el(
        "section", el("h2", f"{one.name}: {one.found['title']}"), el("p", headline), aims, about, class_=kind
    )


def _levers(all_: Sequence[_One]) -> Html:
    """Return one row a lever, then one a programme on no lever: where it stands, what was delivered and what
    it costs, for each plan. The last row is the sum of those above it."""
    rows: list[list[Child]] = []
    for lever in levers().levers:
        row: list[Child] = [lever.verb, evidence(lever, based_on(all_[0].plan.base))]
        for one in all_:
            cost = one.found["costs"]["levers"].get(lever.name)
            row += [_stands(one, lever), "" if lever.money or lever.acts else _exact(cost)]
        rows.append(row)
    others = [{each["name"]: each for each in one.found["costs"]["others"]} for one in all_]
    for name, other in dict(ChainMap(*others)).items():
        title = f"{other['title']}{' (the partnership itself)' if other['partnership'] else ''}"
        row = [f"On no lever: {title}", other["evidence"]]
        for here in others:
            there = here.get(name)
            row += ["as the scenario has it", _exact(there["pounds"])] if there else ["not in this plan", ""]
        rows.append(row)
    total: list[Child] = ["All together", ""]
    for one in all_:
        total += ["", el("strong", _exact(one.found["costs"]["total"]))]
    heads = ["PageLever", "Evidence", *_for_each(all_, "where it stands", "cost a year")]
    caption = (
        f"What is done, and what it costs in pounds of 2017 a year, average from {levers().first_year} on"
    )
    return wide(caption, heads, [*rows, total])


def _stands(one: _One, lever: PageLever) -> Child:
    """Return where a lever stands; what was delivered of it, and where the money ran out before it."""
    stands = value_text(lever, one.plan.levers[lever.name])
    told = one.found["delivered"].get(lever.name)
    more = f"; {told['said']}. {told['warning']}".rstrip() if told else ""
    moved = lever.name in one.plan.moved
    return join(el("span", f"moved: {stands}", class_="moved") if moved else stands, more)


def _budget(one: _One) -> str:
    """Return what there is to spend, and what is left, to the pound."""
    costs, year = one.found["costs"], levers().first_year
    paid = (
        f"{one.name}: of the {_exact(costs['total'])} a year the partnership pays {_exact(costs['alliance'])}"
    )
    if costs["elsewhere"]:
        paid += f" and others {_exact(costs['elsewhere'])}"
    if costs["budget"] is None:
        return f"{paid}; no limit was given. Pounds of 2017."
    carried = f" and {_exact(costs['carried'])} left from before {year}" if costs["carried"] else ""
    return (
        f"{paid}. There is {_exact(costs['budget'])} a year{carried}; {_exact(costs['left'])} is left. "
        f"Pounds of 2017 a year, average from {year} on."
    )


def _goals(all_: Sequence[_One], at: int) -> Html:
    """Return how the goals of the file at that place stand under each plan."""
    files = [one.found["goals"][at] for one in all_]
    measures = [[m for section in file["sections"] for m in section["measures"]] for file in files]
    rows: list[list[Child]] = []
    never: dict[str, None] = {}
    for together in zip(*measures, strict=True):
        rows += _measure(together, never)
    first = files[0]
    caption = f"{first['title']}. Average of the runs, in brackets where 9 in 10 of them lie"
    notes = ["These aims are this project's own reading."] if first["own"] else []
    if any(measure["assumed"] for measure in measures[0]):
        notes.append("~ starts from an assumed figure: shown, never counted.")
    if never:
        notes.append(f"Not decided, for nothing is published: {listing(list(never))}.")
    heads = ["Goal", "Aim", *_for_each(all_, "average", "how likely")]
    return join(wide(caption, heads, rows), el("p", " ".join(notes), class_="note") if notes else None)


def _measure(together: Sequence[dict[str, Any]], never: dict[str, None]) -> Iterator[list[Child]]:
    """Yield the rows of a measure: one an aim, then one a part where it has several. Aims of which nothing
    can be said go into `never`."""
    one = together[0]
    title: Child = f"{one['id']} {one['title']}{' ~' if one['assumed'] else ''}"
    several, first = len(one["parts"]) > 1, True
    for place, verdict in enumerate(one["verdicts"]):
        verdicts = [_verdict(each, place) for each in together]
        rung = f"{verdict['rung']}: " if verdict["rung"] else ""
        if rung and all(not each["verdicts"][place]["decided"] for each in together):
            never[verdict["rung"]] = None
            continue
        row = [title, "all together" if several else rung + _aim(one["parts"][0], place)]
        for each, words in zip(together, verdicts, strict=True):
            row += ["" if several or not first else _average(each, 0), words]
        yield row
        title, first = el("span", title, class_="unseen"), False
    for at, part in enumerate(one["parts"] if several else ()):
        row = [el("span", part["label"], class_="of-goal"), _aim(part, 0)]
        for each in together:
            row += [_average(each, at), ""]
        yield row


def _verdict(measure: dict[str, Any], place: int) -> str:
    """Say in how many runs an aim is reached, and whether the town stood there at its start."""
    verdict = measure["verdicts"][place]
    return f"{verdict['said']}{f', already so in {measure["from"]}' if verdict['already'] else ''}"


def _aim(part: dict[str, Any], place: int) -> str:
    value_text: str = part["aims"][min(place, len(part["aims"]) - 1)]["said"]
    return value_text


def _average(measure: dict[str, Any], at: int) -> str:
    part = measure["parts"][at]
    worse = f", worse than {measure['from']}" if part["worse"] else ""
    return f"{part['said']}{f' ({part["span"]})' if part['span'] else ''}{worse}"


def _drawn(all_: Sequence[_One], place: Place, group: str) -> Html:
    """Return a chart of the plans over the years, with what was published and what doing nothing leads to."""
    years = all_[0].found["years"]
    paths = [
        Path.of(one.name, one.found["years"], one.found["series"][DRAWN][group], look, one.name)
        for one, look in zip(all_, LOOKS, strict=False)
    ]
    nothing = _nothings(all_, DRAWN, group)
    paths += [Path.of(name, years, {"mean": means}, NEUTRAL, name) for name, means in nothing.items()]
    seen = {int(year): figure for year, figure in observed(place, DRAWN, group) if years[0] <= year}
    title = f"{INDICATORS[DRAWN].short}: {GROUP_WORDS[group].lower()}"
    words = f"{title}. Average and where 9 runs in 10 lie" + (
        "; grey, dash and dot: doing nothing" if nothing else ""
    )
    words += "; dots: published." if seen else "."
    drawn = Chart(title, INDICATORS[DRAWN].unit, years, paths, observed=seen, box=BOX).svg(about=words)
    return el("figure", drawn, el("figcaption", words))


def _nothings(all_: Sequence[_One], name: str, group: str) -> dict[str, list[float | None]]:
    """Return the means of doing nothing: one line, or one a plan where their pasts differ; none of a plan
    that does nothing itself."""
    found = {one.name[-1]: one.found["nothing"][name][group] for one in all_ if not one.found["idle"]}
    means = list(found.values())
    if all(each == means[0] for each in means):
        return {"Nothing": means[0]} if means else {}
    return {f"Nothing, {plan}": each for plan, each in found.items()}


def _figures(all_: Sequence[_One]) -> Html:
    rows, years = [], all_[0].found["years"]
    for name, groups in all_[0].found["series"].items():
        for group in groups:
            what = f"{INDICATORS[name].short}: {GROUP_WORDS[group].lower()}"
            for one in all_:
                plan = f", plan {one.name[-1]}" if len(all_) > 1 else ""
                figures = one.found["series"][name][group]
                rows.append([what + plan, *_cells(name, figures, years, YEARS)])
            for nothing, means in (
                _nothings(all_, name, group).items() if group in ("disadvantaged", GAP) else ()
            ):
                figures = {"mean": means, "low": means, "high": means}
                words = f"{what}, {nothing.lower().replace('nothing', 'doing nothing')}"
                rows.append([words, *_cells(name, figures, years, YEARS, band=False)])
    caption = f"Average of the runs (where 9 in 10 lie); after {VALIDATED_TO} a conditional scenario"
    return wide(caption, ["Of children", *(str(year) for year in YEARS)], rows, numbers_from=1)


def _cells(
    name: str,
    figures: dict[str, Any],
    years: Sequence[int],
    asked: Sequence[int],
    signed: bool = False,
    band: bool = True,
) -> Iterator[str]:
    """Average and span of an indicator in the years that are asked for."""

    def number(value: float) -> str:
        return rounded(value, decimals(INDICATORS[name].unit), sign=signed)

    for at in map(years.index, asked):
        mean, low, high = (figures[key][at] for key in ("mean", "low", "high"))
        span = f" ({number(low)} to {number(high)})" if band and low is not None else ""
        yield "" if mean is None else f"{number(mean)}{span}"


def _difference(found: dict[str, Any]) -> PageSection:
    asked, years = YEARS[1:], found["years"]
    rows = [
        [
            f"{INDICATORS[name].short}: {GROUP_WORDS[group].lower()}",
            *_cells(name, groups[group], years, asked, signed=True),
        ]
        for name, groups in found["series"].items()
        for group in ("all", "disadvantaged", GAP)
        if group in groups
    ]
    caption = "Plan A less plan B, run by run: average, in brackets where 9 pairs of runs in 10 lie"
    words = "The same children with the same luck live under both plans: nothing else differs."
    table = wide(caption, ["Of children", *(str(year) for year in asked)], rows, numbers_from=1)
    return PageSection("changes", "What plan A changes against plan B", [el("p", words), table])


def _exact(pounds: int) -> str:
    return f"£{pounds:,}"


def _made(all_: Sequence[_One], settings: Settings, numbers: ParameterDraws) -> str:
    keys = ", ".join(one.plan.key(numbers, settings.scale) for one in all_)
    size = "" if settings.scale == 1 else f" A reduced town: scale {settings.scale:g}."
    note = f" {all_[0].found['note']}" if all_[0].found["note"] else ""
    return (
        f"Wolsey {version()}, code {code_digest()[:12]}, posterior {numbers.digest[:12]}, "
        f"{settings.check_draws} draws of it and {settings.check_seeds} seeds each, plans {keys}. "
        f"{all_[0].found['band']}{size}{note}"
    )


def _state(plans: Sequence[Plan]) -> str:
    return json.dumps({"version": VERSION, "plans": [plan.as_json() for plan in plans]}, indent=1)


def _for_each(all_: Sequence[_One], *heads: str) -> list[str]:
    """Return the heads of columns, repeated for each plan and named after it where there are two."""
    if len(all_) == 1:
        return [capital(head) for head in heads]
    return [f"{one.name}: {head}" for one in all_ for head in heads]
