"""Costs are sums of what was spent, and nothing is divided by a difference that may be none."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from experiments.compare.comparison import Comparison
from experiments.compare.costs import extra_successes, price
from experiments.text import pounds
from model.scenario.scenario import Scenario

TOTALS = ("money_spent", "people_served", "disadvantaged_served")


def figures(
    groups: Mapping[tuple[str, str, int], Sequence[float]], runs: int = 2
) -> dict[tuple[str, str, int], Sequence[float]]:
    """Figures of an arm, with totals of 0 where none are given."""
    return {(name, "all", 2018): (0.0,) * runs for name in TOTALS} | dict(groups)


def row_of(comparison: Comparison, of: str, name: str) -> dict[Any, Any]:
    """One row of its costs."""
    table = comparison.costs()
    (row,) = table[(table["of"] == of) & (table["name"] == name)].to_dict("records")
    return row


def test_costs_are_sums_over_years_discounted_to_the_base_year(pairs_by_hand: Any) -> None:
    spent = {
        ("money_spent", "all", 2018): (1035.0, 2070.0),
        ("money_spent", "all", 2019): (1000.0, 0.0),
        ("people_served", "all", 2018): (10.0, 10.0),
        ("people_served", "all", 2019): (10.0, 0.0),
        ("disadvantaged_served", "all", 2018): (5.0, 6.0),
    }
    row = row_of(pairs_by_hand(figures({}), figures(spent)), "all", "all")
    assert row["undiscounted"] == pytest.approx((2035 + 2070) / 2)
    assert row["discounted"] == pytest.approx((1000 + 1000 / 1.035**2 + 2000) / 2)
    assert row["discounted_low"] < row["discounted"] < row["discounted_high"]
    assert (row["served"], row["disadvantaged"]) == (15.0, 5.5)
    assert row["per_served"] == pytest.approx((2035 / 20 + 2070 / 10) / 2)
    assert row["per_served_high"] <= 207.0


def test_costs_are_by_programme_and_by_who_paid(pairs_by_hand: Any) -> None:
    spent = {
        ("money_spent", "all", 2018): (300.0, 300.0),
        ("money_spent", "programme:language_groups", 2018): (100.0, 100.0),
        ("money_spent", "programme:encounters", 2018): (200.0, 200.0),
        ("money_spent", "funder:alliance", 2018): (100.0, 100.0),
        ("money_spent", "funder:organisations", 2018): (200.0, 200.0),
        ("people_served", "programme:language_groups", 2018): (4.0, 5.0),
        ("people_served", "programme:encounters", 2018): (0.0, 0.0),
    }
    found = pairs_by_hand(figures({}), figures(spent))
    programme = row_of(found, "programme", "language_groups")
    assert (programme["activity"], programme["funded_by"]) == ("P1a", "alliance")
    assert (programme["undiscounted"], programme["per_served"]) == (100.0, 22.5)
    assert row_of(found, "funder", "alliance")["served"] == 4.5
    assert row_of(found, "funder", "organisations")["undiscounted"] == 200.0
    assert row_of(found, "funder", "national")["undiscounted"] == 0.0
    assert math.isnan(row_of(found, "programme", "encounters")["per_served"])


def test_what_the_first_arm_spends_counts_below_zero(pairs_by_hand: Any) -> None:
    alone = {
        ("money_spent", "all", 2018): (50.0, 60.0),
        ("money_spent", "programme:encounters", 2018): (50.0, 60.0),
    }
    found = pairs_by_hand(figures(alone), figures({}))
    assert row_of(found, "programme", "encounters")["undiscounted"] == -55.0
    assert row_of(found, "all", "all")["undiscounted"] == -55.0
    assert "there is no cost to divide" in price(np.array([-50.0, -60.0]), np.array([1.0, 2.0])).said


def test_a_total_that_is_not_recorded_is_an_error(pairs_by_hand: Any) -> None:
    found = pairs_by_hand({("gld", "all", 2018): (50.0,)}, {("gld", "all", 2018): (50.0,)})
    with pytest.raises(ValueError, match="disadvantaged_served of all is not recorded"):
        found.costs()


def test_the_parts_of_the_money_sum_to_all_of_it(comparison: Comparison) -> None:
    table = comparison.costs()
    for column in ("undiscounted", "discounted", "served"):
        sums = table.groupby("of")[column].sum()
        assert sums["programme"] == pytest.approx(sums["all"], rel=1e-6)
        assert sums["funder"] == pytest.approx(sums["all"], rel=1e-6)
    assert table.undiscounted.iloc[0] > 0


def test_both_arms_are_set_against_the_same_people(pairs_by_hand: Any) -> None:
    share = {("ks2_rwm", "all", 2018): (50.0, 60.0), ("ks2_rwm", "all", 2019): (50.0, None)}
    more = {("ks2_rwm", "all", 2018): (52.0, 59.0), ("ks2_rwm", "all", 2019): (51.0, 60.0)}
    found = pairs_by_hand(share, more, counts=(200, 300))
    assert extra_successes(found, "ks2_rwm", "all").tolist() == pytest.approx([6.0, -2.0])
    neet = {("neet_16_17", "all", 2018): (5.0, 5.0)}, {("neet_16_17", "all", 2018): (4.0, 6.0)}
    assert extra_successes(pairs_by_hand(*neet), "neet_16_17", "all").tolist() == pytest.approx([1.0, -1.0])


def test_heads_are_whole_people(comparison: Comparison) -> None:
    for group in ("all", "disadvantaged"):
        heads = extra_successes(comparison, "gld", group)
        assert heads == pytest.approx(np.rint(heads), abs=1e-3)


SPENT = np.full(100, 1000.0)


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        (np.linspace(10, 20, 100), r"^£67 \(£51 to £96\)$"),
        (
            np.linspace(-1, 9, 100),
            r"^at least £116; no upper bound: the band of the difference includes no gain$",
        ),
        (np.linspace(-9, -1, 100), r"^no price can be said: the band of the difference holds no gain$"),
        (np.zeros(100), r"^no price can be said"),
    ],
)
def test_nothing_is_divided_by_a_difference_that_may_be_none(extra: Any, words: str) -> None:
    found = price(SPENT, extra)
    assert re.search(words, found.said), found.said
    assert math.isnan(found.mean) == (not found.said.startswith("£"))
    assert math.isnan(found.low) == math.isnan(found.high) == math.isnan(found.mean)


def test_a_band_between_a_gain_and_none_makes_up_no_price() -> None:
    found = price(np.full(3, 100.0), np.array([0.0, 10.0, 10.0]))
    assert found.said == "at least £10; no upper bound: 1 of 3 pairs had no gain"
    assert math.isnan(found.mean)


def test_no_cost_and_one_pair_are_said() -> None:
    assert price(np.zeros(3), np.ones(3)).said == "nothing more was spent: there is no cost to divide"
    assert price(np.array([0.0, 1.0]), np.ones(2)).said.startswith("not in every pair was more spent")
    assert price(np.ones(1), np.ones(1)).said.startswith("one pair has no band")


def test_value_says_what_one_more_success_cost(comparison: Comparison) -> None:
    table = comparison.value()
    assert set(table.indicator) == {"gld", "ks2_rwm", "neet_16_17", "level3_by_19", "he_by_19"}
    assert (table.said != "").all()
    priced = table[table.per_unit.notna()]
    assert (priced.extra_low > 0).all()
    assert (priced.per_unit_low <= priced.per_unit).all()
    assert table[table.extra_low <= 0].per_unit.isna().all()


def test_a_comparison_without_programmes_costs_nothing(scenario: Scenario, pairs_by_hand: Any) -> None:
    idle = type(pairs_by_hand)(scenario, scenario.changed({"england.path": {"gld": 0.1}}))
    gld = {("gld", "all", 2018): (50.0, 51.0)}
    found = idle(figures(gld), figures(gld))
    assert set(found.costs()["of"]) == {"all", "funder"}
    assert not found.costs().undiscounted.any()


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0.0, "£0"),
        (-0.2, "£0"),
        (479.6, "£480"),
        (9999.4, "£9,999"),
        (12345.0, "£12,300"),
        (999_949.0, "£1.00m"),
        (1_234_567.0, "£1.23m"),
        (123_456_789.0, "£123m"),
        (-5000.0, "-£5,000"),
    ],
)
def test_pounds_are_rounded_for_people(amount: float, words: str) -> None:
    assert pounds(amount) == words
