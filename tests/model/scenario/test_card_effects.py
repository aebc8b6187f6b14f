"""Effects of a card: what is refused because it makes no sense, or would do nothing."""

from collections.abc import Mapping
from typing import Any

import pytest

from model.io.errors import InputError, shown
from model.scenario.cards import card_of
from model.scenario.levers import LEVERS
from tests.model.scenario.programme_cases import TO_SCHOOL, with_effect

NOT_OF_ENCOUNTERS: dict[str, Any] = {
    "effect_is_for": "others",
    "disadvantaged_ratio": 2.0,
    "ratio_sd": 0.1,
    "low_attainer_ratio": 2.0,
    "accrues_to": 2.0,
    "at_most": 4,
    "lag": 1,
    "scaled_by": "novices",
    "ratio_by": "school",
}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lever": "litracy"}, "did you mean 'literacy'?"),
        ({"unit": "pp"}, 'effects[0].unit = "pp": is no unit of literacy; allowed: SD'),
        ({"unit": "sds"}, 'effects[0].unit = "sds": is not one of the allowed words'),
        ({"sd": -0.1}, "effects[0].sd = -0.1: must be at least 0"),
        ({"form": "fadez"}, "did you mean 'fades'?"),
        ({"keep1": None}, 'effects[0].keep1: is missing: form = "fades" needs it'),
        ({"keep5": 0.6}, "effects[0].keep5 = 0.6: must not be above keep1 = 0.5"),
        ({"form": "lasting"}, 'effects[0].keep1 = 0.5: does not go with form = "lasting"'),
        ({"builds_from": 4}, 'effects[0].builds_from = 4: does not go with form = "fades"'),
        (
            {"form": "builds_to_age", "keep1": None, "keep5": None, "builds_from": 4, "builds_to": 16},
            'effects[0].exposure_years: is missing: form = "builds_to_age" needs it',
        ),
        (
            {
                "form": "builds_to_age",
                "keep1": None,
                "keep5": None,
                "builds_from": 16,
                "builds_to": 4,
                "exposure_years": 5,
            },
            "effects[0].builds_to = 4: must be above builds_from = 16",
        ),
        (
            {
                "lever": "trust",
                "form": "builds_to_age",
                "keep1": None,
                "keep5": None,
                "builds_from": 4,
                "builds_to": 16,
                "exposure_years": 5,
            },
            'effects[0].form = "builds_to_age": is no form of trust; allowed: lasting',
        ),
        ({"lever": "trust"}, 'effects[0].form = "fades": is no form of trust; allowed: lasting'),
        (
            {"lever": "neet", "unit": "pp"},
            "effects[0].base_rate: is missing: points of a chance need the rate",
        ),
        ({"base_rate": 0.2}, "effects[0].base_rate = 0.2: is of use only where unit = "),
        ({"lever": "pay", "unit": "percent", "mean": -100}, "effects[0].mean = -100.0: must be above -100"),
        ({"ages": [6, 5]}, "effects[0].ages = [6, 5]: has its ages reversed"),
        ({"ages": [5, 7]}, "effects[0].ages = [5, 7]: must lie within the card's ages [5, 6]"),
        *(
            (
                {"lever": "encounters", "unit": "count", "form": "lasting", "keep1": None, "keep5": None}
                | {key: value},
                f"effects[0].{key} = {shown(value)}: does nothing to encounters where delivered_to = ",
            )
            for key, value in NOT_OF_ENCOUNTERS.items()
        ),
        ({"scaled_by": "novices"}, 'effects[0].scaled_by = "novices": does nothing to literacy where'),
        ({"ratio_by": "school"}, 'effects[0].ratio_by = "school": does nothing to literacy where'),
        ({"at_most": 4}, "effects[0].at_most = 4: counts encounters, and no effect before this one gives"),
        (
            {"accrues_to": 0.4, "form": "while_delivered", "keep1": None, "keep5": None},
            "effects[0].accrues_to = 0.4: limits what repeated delivery adds up to, and this effect does not",
        ),
        (
            {
                "lag": 1,
                "form": "builds_to_age",
                "keep1": None,
                "keep5": None,
                "builds_from": 6,
                "builds_to": 16,
                "exposure_years": 5,
            },
            'effects[0].lag = 1: does nothing with form = "builds_to_age"',
        ),
        ({"accrues_to": 0}, "effects[0].accrues_to = 0: must be above 0"),
    ],
)
def test_faults_of_an_effect(changes: Mapping[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        card_of(with_effect(**changes))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"estimand": "offered"}, 'effects[0].estimand = "offered": does nothing to literacy where'),
        ({"at_most": 4}, "effects[0].at_most = 4: does nothing to literacy where"),
        (
            {"scaled_by": "benchmarks"},
            'effects[0].scaled_by = "benchmarks": counts Gatsby benchmarks, and no effect of this card gives',
        ),
    ],
)
def test_faults_of_an_effect_through_schools(changes: Mapping[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        card_of({**with_effect(**changes), **TO_SCHOOL})
    assert message in str(caught.value)


def test_a_child_who_is_served_once_has_nothing_that_adds_up() -> None:
    again = card_of({**with_effect(accrues_to=0.4), "take_up": {"rate": 1, "once": False}})
    assert again.adds_up(again.effects[0])
    with pytest.raises(InputError, match="this effect does not add up"):
        card_of(with_effect(accrues_to=0.4))


def test_points_on_a_chance_with_the_rate_they_start_from() -> None:
    effect = card_of(with_effect(lever="neet", unit="pp", mean=-12.0, base_rate=0.7)).effects[0]
    assert effect.moves is LEVERS["neet"]
