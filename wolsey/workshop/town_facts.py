"""What the page knows before any run: the town, its published figures, the levers and the words."""

from typing import Any, Final

from experiments.standing import VALIDATED_TO
from model.england import England
from model.indicators import INDICATORS
from model.pathways import DESTINATIONS
from model.place import Place
from model.place_schools import PHASES
from model.scenario import Scenario
from model.schema import LAST_YEAR
from wolsey.workshop import likely
from wolsey.workshop.kept import GROUPS, MAPPED, SERIES
from wolsey.workshop.levers import Lever, cards_of, levers, values_of
from wolsey.workshop.plans import VERSION, Plan
from wolsey.workshop.settings import Settings
from wolsey.workshop.summary import FIRST_MAPPED, digits_of

SHORT: Final = {
    "gld": "Good development at 5",
    "ks2_rwm": "Reading, writing, maths at 11",
    "attainment8": "Attainment 8 at 16",
    "persistent_absence_secondary": "Often absent, secondary",
    "neet_16_17": "Not learning or working, 16–17",
    "level3_by_19": "Level 3 by 19",
    "he_by_19": "Higher education by 19",
}
"""What the page calls an indicator."""
GROUP_WORDS: Final = {"all": "All children", "disadvantaged": "Disadvantaged", "other": "Others"}
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


def town_facts(settings: Settings, note: str, start: Plan) -> dict[str, Any]:
    """All of it, for the page; `note` is what a reader must know about the numbers, `start` the plan that the
    page opens with."""
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
        "checkRuns": settings.check_runs,
        "note": note,
        "start": start.as_json(),
        "wards": _wards(place),
        "indicators": {name: _indicator(name) for name in dict.fromkeys((*SERIES, *MAPPED))},
        "series": list(SERIES),
        "mapped": list(MAPPED),
        "groups": {group: GROUP_WORDS[group] for group in GROUPS},
        "observed": _observed(place),
        "england": _england(),
        "levers": [_lever(lever, scenario) for lever in levers().levers],
        "scenarios": [_scenario(name) for name in levers().scenarios],
        "stages": [list(stage) for stage in STAGES],
        "destinations": list(DESTINATIONS),
        "scaleOfWords": likely.scale_words(),
        "exploring": likely.EXPLORING,
        "leftOut": list(LEFT_OUT),
    }


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
        "title": SHORT[name],
        "full": one.title,
        "of": one.denominator,
        "unit": one.unit,
        "direction": one.direction,
        "digits": digits_of(name),
        "percent": one.unit.startswith("%"),
    }


def _observed(place: Place) -> dict[str, dict[str, list[list[float]]]]:
    """What was published of the town itself: year and figure, by indicator and group."""
    found: dict[str, dict[str, list[list[float]]]] = {}
    for name in SERIES:
        for group in GROUPS:
            those = [o for o in place.observations(name, group) if o.place == place.name]
            if those:
                found.setdefault(name, {})[group] = [[o.year, o.value] for o in those]
    return found


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


def _lever(lever: Lever, scenario: Scenario) -> dict[str, Any]:
    """A lever; `padlocks` are the fewest and most of its programmes' cards, None where it rests on a claim
    alone."""
    locks = [lock for card in cards_of(lever, scenario) for lock in card.padlocks]
    return {
        "name": lever.name,
        "verb": lever.verb,
        "words": lever.words,
        "low": lever.low,
        "high": lever.high,
        "step": lever.step,
        "more": lever.more,
        "money": lever.money,
        "claim": bool(lever.acts),
        "padlocks": [min(locks), max(locks)] if locks else None,
    }


def _scenario(name: str) -> dict[str, Any]:
    scenario = Scenario.load(name)
    return {
        "name": name,
        "title": scenario.title,
        "question": scenario.question,
        "levers": dict(values_of(name)),
    }
