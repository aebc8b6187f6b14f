"""One child's life in two worlds: what is told is what the towns did, and the reasons are theirs."""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from experiments.lives.examples import children_worth_reading
from experiments.lives.facts import facts_of, row_of, school_words
from experiments.lives.pair import Pair
from experiments.lives.reasons import Reasons
from experiments.lives.story import LifeStory, explain_child
from experiments.runs.draws import ParameterDraws, RunId
from model.delivery.serve_children import take_up
from model.io.errors import InputError
from model.rules import national_standard as rod
from model.scenario.scenario import Scenario
from model.state.gains import gain
from model.town import Town

UNTIL = 2030
PROGRAMMES = [
    {"card": "language_groups", "start": 2019, "reach": 0.5, "who": {"lowest": 0.5}},
    {"card": "tutoring_high_quality", "start": 2019, "places": 400, "amount": 3.0, "who": {"fsm": True}},
    {"card": "school_home_contact", "start": 2020, "end": 2022, "reach": 0.5},
    {"card": "university_outreach", "start": 2019, "reach": 0.9},
]
UNCOUPLED = {
    f"switches.{name}": False
    for name in ("peers", "trust", "rival_places", "staffing_feedback", "next_generation", "school_choice")
}


def best_fit_town(scenario: Scenario, seed: int) -> Town:
    """The town of the best fit, as `explain_child` has it."""
    return ParameterDraws.of(scenario.place).town(scenario, RunId(0, seed))


@pytest.fixture(scope="module")
def without() -> Scenario:
    return Scenario.load("baseline").changed(scale=0.05, until=UNTIL)


@pytest.fixture(scope="module")
def with_help(without: Scenario) -> Scenario:
    return without.changed(title="Help", programmes=PROGRAMMES)


@pytest.fixture(scope="module")
def towns(without: Scenario, with_help: Scenario) -> tuple[Town, Town]:
    """Both worlds at the end of 2022, lived by `step`."""
    town = best_fit_town(without, 0).run(2017)
    return town.branch(with_help).run(2022), town.run(2022)


@pytest.fixture(scope="module")
def told(without: Scenario, with_help: Scenario) -> Callable[[int], LifeStory]:
    known: dict[int, LifeStory] = {}

    def one(child: int) -> LifeStory:
        if child not in known:
            known[child] = explain_child(child, without, with_help)
        return known[child]

    return one


def test_a_year_phase_by_phase_is_a_step(without: Scenario, with_help: Scenario) -> None:
    one = best_fit_town(without, 3).run(2017)
    a, b = one.branch(with_help), one.branch(with_help)
    for _ in range(3):
        a.step()
        assert list(b.phases())[-1] == "record"
    assert a.year == b.year
    for kind, table in a.tables.items():
        for name in table.names:
            np.testing.assert_array_equal(table.array(name), b.tables[kind].array(name), err_msg=name)


def _somebody(towns: tuple[Town, Town], programme: str = "", age: tuple[int, int] = (5, 16)) -> int:
    """A child in both towns whom a programme served in 2022 (or nobody's, without one)."""
    helped, other = towns
    c = helped.children
    rows = helped.delivery.served[programme] if programme else np.arange(*helped.band(*age).indices(10**9))
    for row in rows:
        child = int(c.id[row])
        if child and c.present[row] and row_of(other, child) is not None:
            return child
    raise AssertionError(f"nobody in both towns: {programme}")


def test_what_is_told_is_what_the_towns_did(
    towns: tuple[Town, Town], told: Callable[[int], LifeStory]
) -> None:
    helped, other = towns
    for programme in ("language_groups", "tutoring_high_quality", "university_outreach"):
        child = _somebody(towns, programme)
        year = next(year for year in told(child).years if year.year == 2022)
        rows = row_of(other, child), row_of(helped, child)
        assert rows[0] is not None
        assert rows[1] is not None
        assert year.facts == (facts_of(other, rows[0]), facts_of(helped, rows[1]))
        assert programme in {each.name for each in year.given[1].help if each.served}
        assert not year.given[0]
        doses: dict[str, float] = dict(year.given[1].left or {})
        for each in year.given[1].help:
            for state, amount in each.doses.items():
                doses[state] = doses.get(state, 0.0) + amount
        for state, amount in doses.items():
            assert amount == pytest.approx(float(gain(helped, state, np.array([rows[1]]))[0]), abs=2e-4)


def test_both_worlds_are_one_before_2018(towns: tuple[Town, Town], told: Callable[[int], LifeStory]) -> None:
    story = told(_somebody(towns, "tutoring_high_quality"))
    early = [year for year in story.years if year.year <= 2018]
    assert early[0].age in (0, 1) or early[0].year >= 1999
    assert all(year.same and not year.parted and not year.differing for year in early)
    assert story.parting is not None
    assert story.parting.year >= 2019
    years = [year.year for year in story.years]
    assert years == list(range(years[0], years[-1] + 1))


def test_attainment_is_taken_apart_without_a_rest(
    towns: tuple[Town, Town], told: Callable[[int], LifeStory]
) -> None:
    """The parts of a difference add up to it, and what is put to home is nothing where homes are the same."""
    found = 0
    for programme in ("language_groups", "tutoring_high_quality"):
        for year in told(_somebody(towns, programme)).years:
            for reason in year.reasons:
                if not reason.startswith("attainment"):
                    continue
                total, *parts = (float(x) for x in re.findall(r"([-+]\d\.\d{3}) SD", reason))
                assert total == pytest.approx(sum(parts), abs=0.0006 * (len(parts) + 1) + 0.0005)
                assert "home" not in reason or "school" in year.differing
                a, b = (facts["attainment"].value for facts in year.facts)
                assert total == pytest.approx(b - a, abs=0.001)
                found += 1
    assert found >= 10


def test_whoever_took_part_drew_under_the_chance(towns: tuple[Town, Town]) -> None:
    helped, _ = towns
    checked = 0
    for name, rows in helped.delivery.served.items():
        running = helped.delivery.running[name]
        if running.drawn.card.delivered_to != "child":
            continue
        drawn, chance = take_up(helped, running, rows)
        assert (drawn < chance).all()
        checked += len(rows)
    assert checked > 20


def test_a_standard_reached_in_one_world_only_is_a_score_over_the_line(
    towns: tuple[Town, Town], told: Callable[[int], LifeStory]
) -> None:
    helped, other = towns
    crossed = []
    for age, column, series in ((11, "ks2", "ks2_rwm"), (16, "ks4", "em_grade4"), (5, "eyfsp", "gld")):
        for age_now in range(age, age + 4):
            year = 2022 - (age_now - age)
            line = rod.cut(helped.world.national(series, year, "all"))
            band = helped.band(age_now, age_now)
            for row in range(band.start, band.stop):
                child = int(helped.children.id[row])
                there = row_of(other, child) if child else None
                if there is None:
                    continue
                scores = other.children.array(column)[there], helped.children.array(column)[row]
                if (scores[0] > line) != (scores[1] > line):
                    crossed.append((child, year, scores))
    assert crossed
    child, year, scores = crossed[0]
    of_year = next(each for each in told(child).years if each.year == year)
    reason = next(each for each in of_year.reasons if "the standard is at" in each)
    assert f"scores {scores[0]:.2f} and {scores[1]:.2f}" in reason
    assert "reached in " in reason
    assert "only" in reason


def test_the_text_is_plain_and_says_who_is_synthetic(
    towns: tuple[Town, Town], told: Callable[[int], LifeStory]
) -> None:
    story = told(_somebody(towns, "language_groups"))
    text = story.text()
    assert "Synthetic: this child is nobody real" in text
    assert "the same in both" in text
    assert "Small-group" in text or "language" in text.lower()
    assert "baseline (first)" in text
    assert text.splitlines()[-1].startswith("The story ends: ")
    assert max(len(line) for line in text.splitlines()) <= 110
    assert "once offered, this child's draw" in " ".join(text.split())


def test_the_frame_has_every_quantity_of_both_worlds(
    towns: tuple[Town, Town], told: Callable[[int], LifeStory]
) -> None:
    story = told(_somebody(towns, "tutoring_high_quality"))
    frame = story.frame()
    assert list(frame.columns) == ["year", "world", "quantity", "value", "words"]
    assert set(frame.world) == set(story.names)
    assert frame.value.notna().all()
    assert not frame.duplicated(["year", "world", "quantity"]).any()
    assert frame.quantity.str.startswith("dose of tutoring_high_quality").any()


def test_schools_go_by_simulated_numbers(towns: tuple[Town, Town]) -> None:
    town = towns[0]
    names = {school_words(town, school) for school in range(len(town.schools.id))}
    kinds = "primary|infant|junior|secondary|special|college"
    pattern = rf"({kinds}|outside (primary|secondary|sixth form)) \d+( \(\d\))?"
    assert all(re.fullmatch(pattern, name) for name in names)
    assert len(names) == len(town.schools.id)
    assert school_words(town, -1) == "no school"


def test_without_couplings_nobody_else_differs(without: Scenario) -> None:
    """A child whom nothing reached lives the same life to the last bit; with couplings on, classmates do
    not."""
    plan = {"programmes": PROGRAMMES[:1], "until": 2024}
    apart, near = without.changed(UNCOUPLED), without
    for base, same in ((apart, True), (near, False)):
        town = best_fit_town(base.changed(until=2024), 0).run(2017)
        helped = town.branch(base.changed(plan)).run(2020)
        reached = np.zeros(helped.children.capacity, np.bool_)
        for rows in helped.delivery.served.values():
            reached[rows] = True
        band = helped.band(5, 5)
        c = helped.children
        mates = np.isin(c.school[band], c.school[reached]) & ~reached[band] & c.present[band]
        child = int(c.id[band][mates][0])
        story = explain_child(child, base.changed(until=2024), base.changed(plan))
        assert (story.parting is None) == same
        assert all(year.same for year in story.years) == same
        words = "the same to the last bit." if same else "No programme reached this child in either world"
        assert words in " ".join(story.text().split())


def test_ten_children_worth_reading(without: Scenario, with_help: Scenario) -> None:
    found = children_worth_reading(without, with_help)
    assert 5 <= len(found) <= 10
    assert len({each.child for each in found}) == len(found)
    for each in found[:2]:
        story = explain_child(each.child, without, with_help)
        assert str(story.born) in each.words
        assert ("girl" in each.words) == story.girl


def test_a_child_who_comes_later_or_leaves(without: Scenario, with_help: Scenario) -> None:
    town = best_fit_town(without, 0).run(2019)
    c = town.children
    left = set(c.id[town.band(4, 12)][c.present[town.band(4, 12)]].tolist())
    town.run(2020)
    rows = town.band(0, 0)
    newborn = int(c.id[rows][c.present[rows]][0])
    story = explain_child(newborn, without, with_help)
    assert story.years[0].year == 2020
    assert story.born == 2020
    assert story.ends == f"the scenarios end in {UNTIL}" or "moved away" in story.ends
    gone = sorted(left - set(c.id.tolist()))
    assert gone
    story = explain_child(gone[0], without, with_help)
    assert story.years[-1].year == 2019
    assert story.ends == "left the town's schools or moved away in 2020"
    rows = town.band(30, 30)
    grown = int(c.id[rows][c.id[rows] > 0][0])
    assert explain_child(grown, without, with_help).ends == "turned 32, to which people are followed"


def test_a_child_who_lives_in_one_world_only_is_told_so(
    towns: tuple[Town, Town], told: Callable[[int], LifeStory]
) -> None:
    """Made by hand: the pair is told that the family has left the first world."""
    story = told(_somebody(towns, "language_groups"))
    pair = Pair(story.child, towns, ("a", "b"))
    pair.look_up()
    reasons = Reasons(pair)
    pair.rows = (None, pair.rows[1])
    assert not pair.there
    assert pair.age == 2022 - story.born
    reasons.after("arrive")
    assert reasons.found[0].startswith("moved away in a only: families move by chance")
    last = replace(story.years[-1], facts=({}, story.years[-1].facts[1]), reasons=tuple(reasons.found))
    text = replace(story, years=(*story.years[:-1], last)).text()
    assert "in baseline (first) this child does not live here" in text
    assert "why: moved away in a only" in text


def test_each_kind_of_parting_has_its_reason(
    without: Scenario, with_help: Scenario, told: Callable[[int], LifeStory]
) -> None:
    """Whoever is the first to get another school, course, employer or degree is told why in that year."""
    words = {
        "school": "school (",
        "post16": "place after 16|a level 3 course",
        "employer": "employer ",
        "he": "higher education: chance",
        "qualification": "chance of level 3|level 2 by 19|a degree",
        "sustained_16": "staying on after 16",
        "neet_terms": "terms neither|staying on after 16",
        "employed": "work: chance",
        "resident": "who moves away",
    }
    other = best_fit_town(without, 0).run(2017)
    helped = other.branch(with_help)
    parted: dict[str, tuple[int, int]] = {}
    while other.year < UNTIL:
        other.step()
        helped.step()
        a, b = other.children, helped.children
        lives = [np.flatnonzero(c.present & (c.id > 0)) for c in (a, b)]
        _, at_a, at_b = np.intersect1d(a.id[lives[0]], b.id[lives[1]], return_indices=True)
        rows = lives[0][at_a], lives[1][at_b]
        for column in words:
            away = np.flatnonzero(a.array(column)[rows[0]] != b.array(column)[rows[1]])
            for at in away[:1]:
                parted.setdefault(column, (int(a.id[rows[0][at]]), other.year))
    assert len(parted) >= 5
    for column, (child, when) in parted.items():
        year = next(year for year in told(child).years if year.year == when)
        assert year.differing, column
        assert any(re.match(words[column].replace("(", r"\("), reason) for reason in year.reasons), (
            column,
            year.reasons,
        )


@pytest.mark.parametrize(
    ("child", "words"),
    [
        (5, "nobody of that id lives in this town"),
        (2**32 - 1, "nobody of that id lives in this town"),
        (((2025 - 1900) << 20) + 200_000, "nobody of that id lives in this town"),
        (0, "is no id"),
        (True, "is no id"),
    ],
)
def test_a_child_who_does_not_exist(without: Scenario, with_help: Scenario, child: int, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        explain_child(child, without, with_help)
    if "nobody" in words:
        ids = [int(each) for each in re.findall(r"\d{7,}", caught.value.allowed)]
        assert len(ids) == 5
        assert explain_child(ids[0], without, with_help).child == ids[0]
        assert "wolsey explain child" in caught.value.allowed


def test_worlds_that_cannot_stand_side_by_side(without: Scenario, with_help: Scenario) -> None:
    for other, words in (
        (with_help.changed({"switches.peers": False}), "what acts before 2018"),
        (with_help.changed(scale=0.1), "scale = 0.1"),
        (with_help.changed(until=2029), "until = 2029"),
        (without, "says the same"),
    ):
        with pytest.raises(InputError, match=words):
            explain_child(1, without, other)
    with pytest.raises(InputError, match="seed = -1"):
        explain_child(1, without, with_help, seed=-1)
    with pytest.raises(InputError, match=r"draw = -1: is no draw"):
        explain_child(1, without, with_help, draw=-1)


def test_another_draw_is_another_effect(
    towns: tuple[Town, Town], told: Callable[[int], LifeStory], without: Scenario, with_help: Scenario
) -> None:
    child = _somebody(towns, "tutoring_high_quality")
    drawn = explain_child(child, without, with_help, draw=2)
    assert "effects as in draw 2" in drawn.text()
    doses = [
        story.frame().query("quantity.str.startswith('dose of tutoring')").value.tolist()
        for story in (told(child), drawn)
    ]
    assert doses[0] != doses[1]
