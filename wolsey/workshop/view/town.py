"""What the page knows before any run: the town, its published figures, the levers and the words."""

from typing import Any, Final

from experiments.compare.arrays import GAPS
from experiments.goals import likelihood
from experiments.records import record
from experiments.text import VALIDATED_TO
from model.calendar import LAST_YEAR
from model.indicators.pathways import DESTINATIONS
from model.indicators.registry import INDICATORS
from model.inputs.england import England
from model.inputs.place import Place
from model.inputs.place_schools import PHASES
from model.scenario.scenario import Scenario
from wolsey.workshop.kept import GROUPS, MAPPED, SERIES
from wolsey.workshop.levers import EVIDENCE, PageLever, cards_of, levers, padlock_words, values_of
from wolsey.workshop.plans import VERSION, Plan
from wolsey.workshop.settings import Settings
from wolsey.workshop.view.figures import BAND_FROM, GAP
from wolsey.workshop.view.summary import DRAWN, FIRST_MAPPED, digits_of

A_CLAIM: Final = "a claim"
"""What rests on no evidence."""
GROUP_WORDS: Final = {
    "all": "All children", "disadvantaged": "Disadvantaged", "other": "Others", GAP: "Gap to the others",
}  # fmt: skip
LEFT_OUT: Final = (
    "what is not a programme: family incomes, housing, national policy and the economy stay as they are",
    "that the model itself may be wrong: bands cover chance, numbers and effects, not its structure",
    "the future: after 2032 nothing published can test what the model says",
)
STAGES: Final = (
    ("At 5", "good level of development"),
    ("At 11", "reading, writing and maths"),
    ("At 16", "grade 4 in English and maths"),
    ("After 18", ""),
)


def town_facts(settings: Settings, start: Plan) -> dict[str, Any]:
    """All of it, for the page; `start` is the plan that the page opens with."""
    scenario = Scenario.load(start.base)
    place = Place.load(scenario.place)
    return {
        "version": VERSION,
        "place": place.title,
        "first": FIRST_MAPPED,
        "last": LAST_YEAR,
        "validated": VALIDATED_TO,
        "leversFrom": levers().first_year,
        "scale": settings.scale,
        "runs": settings.explore,
        "look": _share_words(settings.look_scale / settings.scale),
        "checkRuns": settings.check_runs,
        "start": start.as_json(),
        "wards": _wards(place),
        "indicators": {name: _indicator(name) for name in dict.fromkeys((*SERIES, *MAPPED))},
        "series": list(SERIES),
        "mapped": list(MAPPED),
        "groups": {group: GROUP_WORDS[group] for group in GROUPS},
        "drawn": {group: GROUP_WORDS[group] for group in DRAWN},
        "observed": _observed(place),
        "england": _england(),
        "levers": [_lever(lever, scenario) for lever in levers().levers],
        "scenarios": [_scenario(name) for name in levers().scenarios],
        "stages": [list(stage) for stage in STAGES],
        "destinations": list(DESTINATIONS),
        "bandFrom": BAND_FROM,
        "scaleOfWords": [{"word": word, "runs": runs} for word, runs, _ in likelihood.scale()],
        "exploring": likelihood.RULE,
        "evidence": list(EVIDENCE),
        "leftOut": list(LEFT_OUT),
    }


def _share_words(share: float) -> str:
    """How many children live in a smaller town, in words."""
    usual = {0.5: "half of the children", 0.25: "a quarter of the children", 0.1: "a tenth of the children"}
    return usual.get(share, f"{100 * share:.0f} in 100 of the children")


def _wards(place: Place) -> list[dict[str, Any]]:
    """Each ward with its place on the grid and its schools: primary ones and those for older pupils."""
    wards, schools = place.wards, place.schools
    late = {PHASES.index(phase) for phase in ("secondary", "college")}
    rows = []
    for row, name in enumerate(wards.names):
        phases = [int(phase) for phase, ward in zip(schools.phase, schools.ward, strict=True) if ward == row]
        rows.append(
            {
                "name": name,
                "row": int(wards.hex_row[row]),
                "column": int(wards.hex_column[row]),
                "primary": sum(phase not in late for phase in phases),
                "secondary": sum(phase in late for phase in phases),
            }
        )
    return rows


def _indicator(name: str) -> dict[str, Any]:
    one = INDICATORS[name]
    return {
        **record(one, "title=short full=title of=denominator unit direction"),
        "digits": digits_of(name),
        "percent": one.unit.startswith("%"),
    }


def _observed(place: Place) -> dict[str, dict[str, list[list[float]]]]:
    """What was published of the town itself, by indicator and group."""
    found = {name: {group: observed(place, name, group) for group in DRAWN} for name in SERIES}
    return {name: {group: rows for group, rows in groups.items() if rows} for name, groups in found.items()}


def observed(place: Place, indicator: str, group: str) -> list[list[float]]:
    """Year and figure of what was published of the town itself; of the gap where both groups' were."""
    if group == GAP:
        worse, better = (observed(place, indicator, each) for each in GAPS[GAP])
        sign = INDICATORS[indicator].direction
        return [[year, round(sign * (b - a), 2)] for year, a in worse for other, b in better if other == year]
    those = place.observations(indicator, group)
    return [[each.year, each.value] for each in those if each.place == place.name]


def _england() -> dict[str, list[list[float]]]:
    """England's published figures since the model records the town's, for all children."""
    england = England.load()
    found = {}
    for name in SERIES:
        series = INDICATORS[name].series
        if series and england.has(series):
            years = england.series(series).years
            found[name] = [
                [int(year), round(england.series(series).at(int(year)), 2)]
                for year in years
                if year >= INDICATORS[name].first_year
            ]
    return found


def _lever(lever: PageLever, scenario: Scenario) -> dict[str, Any]:
    """A lever; `padlocks` are the fewest and most of its programmes' cards, None where it rests on a claim
    alone."""
    locks = _padlocks(lever, scenario)
    return {
        **record(lever, "name verb words low high step more money"),
        "claim": bool(lever.acts),
        "padlocks": [min(locks), max(locks)] if locks else None,
        "evidence": evidence(lever, scenario),
    }


def _padlocks(lever: PageLever, scenario: Scenario) -> list[int]:
    return [lock for card in cards_of(lever, scenario) for lock in card.padlocks]


def evidence(lever: PageLever, scenario: Scenario) -> str:
    """How strong the evidence behind a lever is, in words; empty for a lever of money."""
    if lever.money:
        return ""
    locks = _padlocks(lever, scenario)
    if lever.acts or not locks:
        return A_CLAIM
    return padlock_words(locks)


def _scenario(name: str) -> dict[str, Any]:
    scenario = Scenario.load(name)
    return {
        "name": name,
        "title": scenario.title,
        "question": scenario.question,
        "levers": dict(values_of(name)),
    }
