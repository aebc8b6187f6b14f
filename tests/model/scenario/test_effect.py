"""What a scenario says without effect: the years lived are the same to the last bit."""

from typing import Any

import pytest

from model.scenario.effect import effect_key
from model.scenario.scenario import Scenario
from tests.model.arms import differences, lived, plan

LAST = 2019
PAID = {"card": "tutoring_at_scale", "start": 2018, "reach": 0.3, "funded_by": "national"}


def acting(*uses: dict[str, Any], **changes: Any) -> Scenario:
    """A town of a twentieth to 2019 in which these programmes run."""
    return plan(*uses, until=LAST, **changes)


NOTHING_IDLE = acting(PAID)
OURS = acting({**PAID, "funded_by": "alliance"}, alliance__budget={"2018-2048": 40000})


@pytest.mark.parametrize(
    ("scenario", "changes"),
    [
        (NOTHING_IDLE, {"alliance.budget": 5.0, "alliance.carry_over": False}),
        (NOTHING_IDLE, {"switches.youth_voice": False}),
        (NOTHING_IDLE, {"programmes.tutoring_at_scale.end": 2019, "title": "Other", "record": "full"}),
        (OURS, {"alliance.budget.2020-2048": 0.0}),
        (acting({**PAID, "reach": 0.0}), {"effects.factor": 2.0, "parameters.programmes.dose_cap": 0.1}),
        (acting({**PAID, "start": 2020}), {"programmes": [], "switches.stacking": False}),
        (acting(PAID, switches__dose_cap=False), {"parameters.programmes.dose_cap": 0.1}),
    ],
)
def test_what_is_idle_changes_nothing(scenario: Scenario, changes: dict[str, Any]) -> None:
    other = scenario.changed(changes)
    assert effect_key(other) == effect_key(scenario)
    assert other.key() != scenario.key()
    record = {"record": scenario.record}
    assert (
        differences(lived(scenario, LAST), lived(other.changed(record), LAST), but={"partnership.budget"})
        == set()
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"alliance.budget.2019": 5.0},
        {"programmes.tutoring_at_scale.reach": 0.4},
        {"effects.factor": 2.0},
        {"alliance.carry_over": False},
        {"alliance.youth_voice": 0.5},
        {"parameters.programmes.dose_cap": 0.1},
        {"switches.alliance": False},
    ],
)
def test_what_can_change_a_figure_has_another_key(changes: dict[str, Any]) -> None:
    assert effect_key(OURS.changed(changes)) != effect_key(OURS)
