"""What programmes cost: the sum of its parts, never more than there is, and whose money it is."""

from typing import Any

import pandas as pd
import pytest

from model.state.ledger import FUNDERS
from model.town import Town
from tests.model.arms import card, effect, lived, past, plan

FUNDED: tuple[dict[str, Any], ...] = (
    {"card": "language_groups", "reach": 0.5},
    {"card": "maths_mastery", "reach": 0.5, "funded_by": "national"},
    {"card": "family_programme", "places": 400, "funded_by": "organisations"},
    {"card": "tutoring_high_quality", "places": 2000},
    {"card": "leadership_with_business", "reach": 0.6, "funded_by": "organisations"},
    {"card": "backbone"},
    {"card": "family_centres", "reach": 0.5, "start": 2020},
    {"card": "teacher_development", "reach": 0.6},
)


@pytest.mark.parametrize("budget", ["unlimited", 900_000, 0])
def test_money_spent_is_the_sum_of_its_parts(budget: object) -> None:
    scenario = plan(*FUNDED, scale=0.1, alliance__budget=budget)
    town = lived(scenario, 2024)
    record, ledger = town.recorded, town.delivery.frame()
    for year in range(2018, 2025):
        cost = ledger[ledger.year == year].cost.sum()
        whole = record.value("money_spent", "all", year)
        programmes = [
            record.value("money_spent", f"programme:{use.name}", year) for use in scenario.programmes
        ]
        funders = [record.value("money_spent", f"funder:{funder}", year) for funder in FUNDERS]
        for part in (cost, sum(filter(None, programmes)), sum(filter(None, funders))):
            assert whole == pytest.approx(part, rel=1e-6, abs=1e-3)
        people = [record.value("people_served", f"programme:{use.name}", year) for use in scenario.programmes]
        assert record.value("people_served", "all", year) == sum(filter(None, people))
        assert (whole or 0) > 0
    assert (
        ledger.cost
        == ledger.units
        * ledger.programme.map(
            {name: running.drawn.unit_cost for name, running in town.delivery.running.items()}
        )
    ).all()


def alliance_costs(town: Town) -> "pd.Series[float]":
    ledger = town.delivery.frame()
    return ledger[ledger.funded_by == "alliance"].groupby("year").cost.sum()


@pytest.mark.parametrize("carry", [True, False])
def test_no_more_is_spent_than_there_is(carry: bool) -> None:
    budget = {"2018": 10_000, "2019-2020": 400_000, "2022": 50_000}
    scenario = plan(*FUNDED, scale=0.1, alliance__budget=budget, alliance__carry_over=carry)
    town, purse = past(scenario).branch(scenario), 0.0
    for year in range(2018, 2025):
        town.step()
        new = scenario.alliance.budget_in(year) * scenario.scale
        purse = new + (purse if carry else 0.0)
        spent = alliance_costs(town).get(year, 0.0)
        assert spent <= purse + 1e-6
        purse -= spent
        assert town.delivery.purse == pytest.approx(purse, abs=1e-6)
        assert float(town.partnership.budget[0]) == pytest.approx(purse, rel=1e-6, abs=1e-3)
    if not carry:
        assert alliance_costs(town).get(2021, 0.0) == alliance_costs(town).get(2023, 0.0) == 0.0


def test_what_is_left_is_lost_or_there_next_year() -> None:
    """50 groups of 100 pounds in all, wanted in the second year only."""
    use = {"card": "life_skills", "places": {"2018": 0, "2019": 100}, "end": 2019}
    kept, lost = (
        lived(
            plan(
                use,
                scale=0.5,
                cards={"life_skills": card(effect())},
                alliance__carry_over=carry,
                alliance__budget={"2018": 10_000},
            ),
            2019,
        )
        for carry in (True, False)
    )
    assert kept.delivery.ledger[-1].treated == 50
    assert lost.delivery.ledger[-1].treated == 0


def test_who_comes_first_is_paid_first() -> None:
    made = {name: card(effect()) for name in ("life_skills", "citizen_service")}
    first, second = {"card": "life_skills"}, {"card": "citizen_service"}
    for uses in ((first, second), (second, first)):
        town = lived(plan(*uses, scale=0.2, cards=made, alliance__budget=100_000), 2018)
        one, other = town.delivery.ledger
        assert one.programme == uses[0]["card"]
        assert one.cost > other.cost
        assert one.cost + other.cost <= 20_000


def test_others_money_is_not_the_alliances() -> None:
    made = {"life_skills": card(effect())}
    for funder in ("national", "organisations"):
        scenario = plan({"card": "life_skills", "funded_by": funder}, cards=made, alliance__budget=0)
        (entry,) = lived(scenario, 2018).delivery.ledger
        assert entry.treated == entry.eligible > 0
        assert entry.cost == 100.0 * entry.treated
