"""Who crosses a district's boundary to school, by the arithmetic that the model lives by."""

import pytest

from model.districts import figures, flows, names, tables


def test_the_net_flow_of_ipswich_is_out_at_both_ages() -> None:
    of = flows.flows(names.find("ipswich"))
    assert of.net_inflow_primary == -3.6
    assert of.outflow_primary == 3.6
    assert of.net_outflow == pytest.approx(6.9, abs=0.05)
    assert of.outflow == flows.LEAST_OUT


@pytest.mark.parametrize("name", ["ipswich", "camden", "oadby-and-wigston", "north-yorkshire", "E07000191"])
def test_pupils_are_residents_who_stay_and_those_who_come(name: str) -> None:
    of = flows.flows(names.find(name))
    special = flows.SPECIAL / 100
    stay, come = 1 - of.outflow / 100, of.inflow / 100
    taught = of.of_age * (stay - special) + of.of_age * stay * come / (1 - come)
    assert taught == pytest.approx(of.pupils, rel=1e-9)
    assert 0 <= of.inflow < 100
    assert of.outflow >= flows.LEAST_OUT


def test_districts_sum_to_what_is_published_of_their_authority() -> None:
    """By their schools of 2020 and residents of both years, as of 2019."""
    suffolk = [d for d in names.districts() if d.upper_tier == "Suffolk" and d.last_year >= 2019]
    assert len(suffolk) == 5
    at_2019 = 0.0
    for district in suffolk:
        of = flows.flows(district)
        ages = tables.of("ages", district.code)
        then = ages[(ages["year"] == 2019) & ages["age"].between(12, 16)]["residents"].sum()
        at_2019 += of.pupils * float(then) / of.of_age
    assert at_2019 == pytest.approx(flows.authority_pupils("Suffolk", "secondary")[2019], rel=0.001)


def test_an_authority_without_published_pupils_takes_england_s() -> None:
    assert flows.authority_pupils("Cumbria", "secondary") == {}
    note = next(
        r["note"] for r in flows.rows(names.find("E07000028")) if r["name"] == "net_outflow_secondary"
    )
    assert "pupils of England" in str(note)


def test_figures_carry_their_reason_and_take_the_place_of_the_tables() -> None:
    district = names.find("camden")
    made = {str(row["name"]): row for row in flows.rows(district)}
    rows = figures.rows(district)
    assert len({row["name"] for row in rows}) == len(rows)
    for name, row in made.items():
        assert row in rows
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"])
        assert row["grade"] in ("D", "J")
        assert row["note"], name
    assert "independent schools are in the residents only" in str(made["net_inflow_primary"]["note"])
    assert "independent schools are in the residents only" in str(made["net_outflow_secondary"]["note"])
    assert made["net_inflow_primary"]["value"] == -46.2
