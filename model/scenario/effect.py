"""Tell what of a scenario can change a figure from what is idle: said, and without effect."""

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from model.scenario.programmes import Use
    from model.scenario.scenario import Scenario

_WORDS: Final = {"title", "question", "notes", "record", "goals", "until"}
"""What changes no figure of a year: words, what is kept of a run, what it is held against, how long it is."""
_OF_ACTING: Final = ("alliance", "stacking", "dose_cap", "youth_voice")
"""Switches of what is done."""
_NUMBERS_OF_ACTING: Final = "programmes."
"""The section of the numbers that only what is done reads."""


def effect_key(scenario: "Scenario") -> str:
    """Return 32 hexadecimal digits of what can change a figure of a run: two scenarios with the same ones
    live the same years.

    Without effect are: words and labels, programmes that start after the last year or reach nobody in any,
    a budget that pays for none, sizes of effects where there is none, switches and numbers of what is done
    where nothing is.
    """
    content = scenario.model_dump(mode="json", exclude=_WORDS)
    # A pilot may change any key of its programmes, so that nothing about them is idle for sure.
    piloted = {name for pilot in scenario.pilots for name in (*pilot.programmes, pilot.change_to)}
    live = [use for use in scenario.programmes if use.name in piloted or _reaches(use, scenario.until)]
    content["programmes"] = [_lived(use, scenario.until, use.name in piloted) for use in live]
    content["acts"] = [act.model_dump(mode="json") for act in scenario.acts if act.start <= scenario.until]
    content["cards"] = {use.card: scenario.card(use.card).digest() for use in live}
    switches, alliance, parameters = content["switches"], content["alliance"], content["parameters"]
    if not live:
        del content["alliance"], content["effects"], switches["youth_voice"]
    else:
        _drop_idle_money(scenario, live, alliance)
        shaped = alliance["youth_voice"] or any(use.shaped_with_young for use in live)
        if not (shaped and switches["youth_voice"]):
            del alliance["youth_voice"], switches["youth_voice"]
    if not live and not content["acts"]:
        for name in _OF_ACTING:
            switches.pop(name, None)
        parameters = {key: v for key, v in parameters.items() if not key.startswith(_NUMBERS_OF_ACTING)}
    for name in ("dose_cap", "stacking"):
        if not switches.get(name, True):
            parameters.pop(f"{_NUMBERS_OF_ACTING}{name}", None)
    content["parameters"] = parameters
    return hashlib.blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=16).hexdigest()


def _reaches(use: "Use", until: int) -> bool:
    """Tell whether a programme offers anything to anybody up to a year."""
    years = range(use.start, min(use.end, until) + 1)
    return any(use.reach_in(year) or use.places_in(year) for year in years)


def _lived(use: "Use", until: int, piloted: bool) -> dict[str, Any]:
    """Return a programme without its label and without years after the last."""
    content: dict[str, Any] = use.model_dump(mode="json", exclude={"activity"})
    if piloted:
        return content
    content["end"] = min(use.end, until)
    for key in ("reach", "places"):
        if isinstance(content[key], dict):
            content[key] = {year: value for year, value in content[key].items() if int(year) <= until}
    return content


def _drop_idle_money(scenario: "Scenario", live: "list[Use]", alliance: dict[str, Any]) -> None:
    """Leave out a budget that pays for nothing, and what is carried over of no limit."""
    if not scenario.pilots and all(use.funded_by != "alliance" for use in live):
        del alliance["budget"], alliance["carry_over"]
    elif isinstance(alliance["budget"], dict):
        lived = {year: pounds for year, pounds in alliance["budget"].items() if int(year) <= scenario.until}
        alliance["budget"] = lived
    else:
        del alliance["carry_over"]
