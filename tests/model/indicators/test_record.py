"""What is recorded of a year, counted again person by person in a small town."""

import copy
import gc
import math
import pickle
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from model.goals.decision import Sources, decide
from model.goals.goal_files import GoalFile
from model.indicators.census import Census, Population
from model.indicators.record import PLACE_YEARS, Record
from model.indicators.references import references
from model.indicators.registry import INDICATORS
from model.io.errors import InputError
from model.rules import growth, routes
from model.rules.national_standard import cut
from model.scenario.scenario import Scenario
from model.town import Town

SMALL = {"scale": 0.05}


@pytest.fixture(scope="module")
def town() -> Town:
    return Town(Scenario.load("baseline").changed(SMALL), seed=3).run(2022)


@pytest.fixture(scope="module")
def record(town: Town) -> Record:
    return town.recorded


def rows(town: Town, first: int, last: int, belongs: Callable[[int], bool]) -> list[int]:
    """Rows of those of an age who belong, looked at one by one."""
    c = town.children
    ages = town.year - c.cohort.astype(int)
    return [int(r) for r in np.flatnonzero(c.present) if first <= ages[r] <= last and belongs(int(r))]


def taught(town: Town, mainstream: bool = False) -> Callable[[int], bool]:
    c, s = town.children, town.schools

    def belongs(r: int) -> bool:
        at = int(c.school[r])
        return at >= 0 and bool(s.inside[at]) and (not mainstream or bool(s.mainstream[at]))

    return belongs


def check(town: Town, name: str, group: str, yes: list[bool], year: int = 2022) -> None:
    assert town.recorded.count(name, group, year) == len(yes)
    assert town.recorded.value(name, group, year) == pytest.approx(100 * float(np.mean(yes)), abs=1e-3)


def test_gld_by_group_is_that_of_residents(town: Town) -> None:
    c = town.children
    standard = cut(town.world.england.series("gld").at(2022))
    here = rows(town, 5, 5, lambda r: bool(c.resident[r]))
    sort: dict[str, Callable[[int], bool]] = {
        "all": lambda r: True,
        "disadvantaged": lambda r: bool(c.fsm_history[r] & 63),
        "other": lambda r: not c.fsm_history[r] & 63,
        "fsm": lambda r: bool(c.fsm[r]),
        "non_fsm": lambda r: not c.fsm[r],
        "girls": lambda r: bool(c.girl[r]),
        "boys": lambda r: not c.girl[r],
        "sen": lambda r: bool(c.sen[r] > 0),
        "eal": lambda r: bool(c.eal[r]),
        "need6": lambda r: bool(c.need_history[r] & 63),
        "not_need6": lambda r: not c.need_history[r] & 63,
    }
    for group, belongs in sort.items():
        check(town, "gld", group, [c.eyfsp[r] > standard for r in here if belongs(r)])


def test_results_at_11_are_those_of_the_towns_schools(town: Town) -> None:
    c = town.children
    standard = cut(town.world.england.series("ks2_rwm").at(2022))
    all_schools, mainstream = rows(town, 11, 11, taught(town)), rows(town, 11, 11, taught(town, True))
    check(town, "ks2_rwm", "all", [c.ks2[r] > standard for r in all_schools])
    check(town, "ks2_rwm_mainstream", "all", [c.ks2[r] > standard for r in mainstream])
    assert len(mainstream) < len(all_schools)


def test_pupils_from_outside_count_and_residents_taught_outside_do_not(town: Town) -> None:
    c = town.children
    pupils = rows(town, 12, 16, taught(town, True))
    assert any(c.ward[r] < 0 for r in pupils)
    assert any(not taught(town)(r) for r in rows(town, 12, 16, lambda r: bool(c.resident[r])))
    check(town, "persistent_absence_secondary", "all", [c.absence[r] >= 10 for r in pupils])
    check(town, "fsm_secondary", "all", [bool(c.fsm[r]) for r in pupils])
    check(town, "fsm6_secondary", "all", [bool(c.fsm_history[r] & 63) for r in pupils])


def test_attainment_and_progress_by_hand(town: Town, record: Record) -> None:
    c, england = town.children, town.world.england
    sd, mean = england.series("attainment8_sd").at(2022), england.series("attainment8").at(2022)
    pupils = [r for r in rows(town, 16, 16, taught(town)) if c.fsm[r]]
    points = [min(90.0, max(0.0, mean + sd * float(c.ks4[r]))) for r in pupils]
    assert record.value("attainment8", "fsm", 2022) == pytest.approx(np.mean(points), abs=1e-3)
    r2 = town.parameters.assessment.ks2_ks4
    own = [(float(c.ks4[r]) - r2 * float(c.ks2[r])) * sd / 10 for r in pupils if not math.isnan(c.ks2[r])]
    expected = np.mean(own) + england.series("progress8").at(2022)
    assert record.value("progress8", "fsm", 2022) == pytest.approx(expected, abs=1e-4)


def test_after_16_groups_are_those_of_year_11(town: Town) -> None:
    """The pattern of need is turned back by as many years as free meals would have to be."""
    c = town.children
    for age, back in ((17, 1), (18, 2), (21, 2)):
        for r in rows(town, age, age, lambda r: bool(c.followed[r])):
            assert bool((c.fsm_history[r] >> back) & 63) == bool(c.disadvantaged_at_16[r])
            assert bool((c.fsm_history[r] >> back) & 1) == bool(c.fsm_at_15[r])
    here = rows(town, 17, 18, lambda r: bool(c.resident[r] and c.followed[r]))
    in_need = [r for r in here if (c.need_history[r] >> (town.year - int(c.cohort[r]) - 16)) & 63]
    check(town, "neet_16_17", "need6", [bool(c.neet_terms[r] & 2) for r in in_need])
    check(town, "neet_16_17", "fsm", [bool(c.neet_terms[r] & 2) for r in here if c.fsm_at_15[r]])


def test_neet_by_qualification_begins_at_19(town: Town) -> None:
    c = town.children
    grown = rows(town, 19, 24, lambda r: bool(c.resident[r] and c.followed[r]))
    for group, levels in (("below_l2", (0,)), ("l2", (1,)), ("l3", (2, 3))):
        who = [r for r in grown if c.qualification[r] in levels]
        check(town, "neet_18_24", group, [bool(c.neet_terms[r] & 2) for r in who])


def test_destinations_stand_under_the_year_of_the_leavers(town: Town, record: Record) -> None:
    c, s = town.children, town.schools
    left = rows(
        town, 17, 17, lambda r: bool(c.followed[r] and c.ks4_school[r] >= 0 and s.inside[c.ks4_school[r]])
    )
    check(town, "ks4_sustained", "all", [c.sustained_16[r] == 1 for r in left], 2021)
    assert record.value("ks4_sustained", "all", 2022) is None
    leavers = rows(
        town, 19, 19, lambda r: bool(c.sustained_18[r] >= 0 and c.post16[r] >= 0 and s.inside[c.post16[r]])
    )
    # A place for the year after is no destination yet.
    check(town, "ks5_he", "all", [c.route[r] == routes.UNIVERSITY for r in leavers], 2021)
    assert any(c.he[r] >= 1 and c.route[r] != routes.UNIVERSITY for r in leavers)
    # Who was 18 last year has left a level 3 programme: nobody else counts.
    assert 0 < len(leavers) < record.count("level3_by_19", "all", 2022)


def test_adult_figures_follow_those_who_left(town: Town, record: Record) -> None:
    c = town.children
    adults = rows(town, 28, 30, lambda r: bool(c.followed[r]))
    assert any(not c.resident[r] for r in adults)
    check(town, "employed_28", "all", [bool(c.employed[r]) for r in adults])
    pay = [float(c.earnings[r]) for r in adults if c.employed[r]]
    assert record.value("earnings_28", "all", 2022) == pytest.approx(np.mean(pay), rel=1e-5)
    x, y = c.family_rank[adults].astype(float), c.earnings_rank[adults].astype(float)
    assert record.value("rank_rank_slope", "all", 2022) == pytest.approx(np.polyfit(x, y, 1)[0], abs=1e-5)


def test_skill_is_composite_skill(town: Town, record: Record) -> None:
    c, f = town.children, town.families
    here = rows(town, 11, 11, lambda r: bool(c.resident[r]))
    skill = growth.composite(c.theta[here], c.literacy[here], c.numeracy[here], town.world.growth.k).astype(
        float
    )
    assert record.value("skill_11", "all", 2022) == pytest.approx(skill.mean(), abs=1e-5)
    assert record.value("sd_skill_11", "all", 2022) == pytest.approx(skill.std(ddof=1), abs=1e-5)
    slope = np.polyfit(f.ses[c.family[here]].astype(float), skill, 1)[0]
    assert record.value("skill_slope_11", "all", 2022) == pytest.approx(slope, abs=1e-5)
    both = rows(town, 11, 11, lambda r: taught(town, True)(r) and bool(np.isfinite(c.eyfsp[r])))
    r = np.corrcoef(c.eyfsp[both], c.ks2[both])[0, 1]
    assert record.value("r_5_11", "all", 2022) == pytest.approx(r, abs=1e-4)


def test_schools_and_town(town: Town, record: Record) -> None:
    s, c = town.schools, town.children
    primary = s.inside & np.isin(s.phase, [0, 1, 2])
    expected = 100 * int(s.vacancies[primary].sum()) / int(s.posts[primary].sum())
    assert record.value("vacancy_primary", "all", 2022) == pytest.approx(expected)
    assert record.count("staff_leaving", "all", 2022) == int(s.posts[s.inside].sum())
    assert record.value("children_0_18", "all", 2022) == len(rows(town, 0, 18, lambda r: bool(c.resident[r])))
    assert record.value("births", "all", 2022) == len(rows(town, 0, 0, lambda r: True))
    assert record.value("money_spent", "all", 2022) == 0.0
    assert record.value("parent_sdq", "all", 2022) is None
    satisfied = record.value("job_satisfaction", "all", 2022)
    assert satisfied is not None
    assert 40 < satisfied < 99


def test_nothing_is_recorded_before_its_standard_or_the_first_year(record: Record) -> None:
    assert record.value("ks2_rwm", "all", 2015) is None
    assert record.value("ks2_rwm", "all", 2016) is not None
    assert record.value("gld", "all", 2014) is not None
    assert record.value("gld", "all", 2013) is None
    assert record.value("gld", "all", 2023) is None
    assert not record.latent[record.years.index(2019)].any()


def test_years_without_comparable_results_are_latent(record: Record) -> None:
    for name in ("gld", "phonics", "ks2_rwm", "attainment8", "progress8_mainstream", "em_grade4"):
        assert [record.is_latent(name, "all", year) for year in (2019, 2020, 2021, 2022)] == [
            False, True, True, False,
        ]  # fmt: skip
        assert record.value(name, "all", 2021) is not None
    assert not record.is_latent("neet_16_17", "all", 2021)


def test_wards_and_schools_sum_to_the_town_in_a_few_years(town: Town, record: Record) -> None:
    wards = [group for name, group in record.keys if name == "gld" and group.startswith("ward:")]
    assert len(wards) == 16
    assert sum(record.count("gld", ward, 2022) for ward in wards) == record.count("gld", "all", 2022)
    schools = [group for name, group in record.keys if name == "ks2_rwm" and group.startswith("school:")]
    assert sum(record.count("ks2_rwm", school, 2022) for school in schools) == record.count(
        "ks2_rwm", "all", 2022
    )
    assert all(record.count("gld", ward, 2019) == 0 for ward in wards)
    assert PLACE_YEARS[:3] == (2017, 2021, 2022)
    c = town.children
    name = town.world.place.wards.names[2]
    there = rows(town, 5, 5, lambda r: bool(c.resident[r] and c.ward[r] == 2))
    standard = cut(town.world.england.series("gld").at(2022))
    check(town, "gld", f"ward:{name}", [c.eyfsp[r] > standard for r in there])


def test_no_school_has_a_real_name(record: Record) -> None:
    named = {group.removeprefix("school:") for _, group in record.keys if group.startswith("school:")}
    kinds = {name.rstrip("0123456789 ") for name in named}
    assert kinds == {"primary", "infant", "junior", "secondary", "special", "college"}


def test_a_full_record_has_places_every_year_and_fifths() -> None:
    full = Town(Scenario.load("baseline").changed(SMALL, record="full"), seed=3).run(2015).recorded
    fifths = [full.count("gld", f"fifth:{number}", 2015) for number in range(1, 6)]
    assert sum(fifths) == full.count("gld", "all", 2015)
    assert min(fifths) > 0


def test_it_travels_and_holds_no_town(town: Town, record: Record) -> None:
    for twin in (copy.deepcopy(record), pickle.loads(pickle.dumps(record))):
        np.testing.assert_array_equal(twin.values, record.values)
        assert twin.value("gld", "girls", 2019) == record.value("gld", "girls", 2019)
    assert len(pickle.dumps(record)) < 1_000_000
    assert not any(isinstance(held, Town | Census) for held in gc.get_referents(record.__dict__, record))


def test_what_is_not_recorded_is_refused_with_the_nearest_name(record: Record) -> None:
    with pytest.raises(InputError, match=r"'gdl' is not an indicator; .*did you mean 'gld'\?"):
        record.value("gdl", "all", 2019)
    with pytest.raises(InputError, match=r"'girl' is not a group of gld; .*did you mean 'girls'\?"):
        record.count("gld", "girl", 2019)


def test_a_population_without_ages_has_no_people(town: Town) -> None:
    with pytest.raises(ValueError, match="posts: all posts are no people"):
        Census(town).people(Population("posts", "all posts", "institution", "teaching"))


def test_the_frame_has_what_is_not_missing(record: Record) -> None:
    frame = record.frame()
    assert list(frame.columns) == ["year", "indicator", "group", "value", "count", "latent", "error"]
    assert len(frame) == int(np.isfinite(record.values).sum())
    row = frame[(frame.year == 2019) & (frame.indicator == "gld") & (frame.group == "all")].iloc[0]
    assert row.value == record.value("gld", "all", 2019)
    assert row["count"] == record.count("gld", "all", 2019)
    assert row.error == pytest.approx(math.sqrt(row.value * (100 - row.value) / row["count"]))
    assert frame[frame.indicator == "attainment8"].error.isna().all()


def test_england_and_districts_as_goals_ask_for_them(town: Town) -> None:
    england, district = references(town.world.england)
    assert england("gld", "all", 2019) == 71.8
    assert england("vacancy_primary", "all", 2019) == england("vacancy_rate", "all", 2019) == 0.2
    assert england("skill_slope_11", "all", 2025) == 0.39
    assert england("rank_rank_slope", "all", 2025) == 0.22
    assert england("ks2_rwm_mainstream", "all", 2019) is None
    assert england("ks2_rwm", "all", 2015) is None
    median = town.world.england.district("ks2_rwm", "all", 2022, "median")
    assert district("ks2_rwm", "all", 2022, "median") == median
    assert district("ks2_rwm", "fsm", 2022, "median") is None


def test_england_of_mainstream_schools_moves_with_all_schools(town: Town) -> None:
    england, _ = references(town.world.england)
    assert england("em_grade4_mainstream", "all", 2019) == 66.31
    assert england("em_grade4_mainstream", "all", 2021) == pytest.approx(66.31)
    assert england("em_grade4_mainstream", "all", 2022) == pytest.approx(66.31 + 68.8 - 64.6)
    assert england("em_grade4_mainstream", "all", 2017) == pytest.approx(64.4 + 64.2 - 63.0)
    assert england("attainment8_mainstream", "disadvantaged", 2025) == pytest.approx(38.34 + 34.9 - 36.7)
    assert england("em_grade4_mainstream", "all", 2015) is None
    assert england("em_grade4_mainstream", "girls", 2019) is None


def test_every_target_of_2021_can_be_decided_but_the_one_nobody_can_answer(town: Town) -> None:
    def figures(indicator: str, group: str, year: int) -> NDArray[np.float64]:
        return np.array([town.recorded.value(indicator, group, year)], np.float64)

    sources = Sources(figures, *references(town.world.england))
    lacking = {
        goal.id: {missing for part in decide(goal, sources).parts for missing in part.missing}
        for goal in GoalFile.load("opportunity_area_2021").goals
    }
    # Among some twenty poor children of five there may be no gap to halve: that is no missing figure.
    gaps = [
        float(figures("gld", group, 2017)[0] - figures("gld", minus, 2017)[0])
        for group, minus in (("other", "disadvantaged"), ("non_fsm", "fsm"))
    ]
    assert np.isfinite(gaps).all()
    if min(gaps) <= 0:
        assert lacking["T1"] == {"a start above zero in 2017"}
        del lacking["T1"]
    assert {name: missing for name, missing in lacking.items() if missing} == {
        "T4": {"the town's parent_sdq (all) of 2021"}
    }


def test_recording_changes_nothing_but_the_record(town: Town) -> None:
    twin = copy.deepcopy(town)
    twin.recorded.values[:] = np.nan
    twin.recorded.take(twin)
    row = twin.recorded.years.index(2022)
    np.testing.assert_array_equal(twin.recorded.values[row], town.recorded.values[row])
    for kind, table in town.tables.items():
        for column in table.names:
            np.testing.assert_array_equal(getattr(twin.tables[kind], column), getattr(table, column))
    assert all(indicator.name == name for name, indicator in INDICATORS.items())
