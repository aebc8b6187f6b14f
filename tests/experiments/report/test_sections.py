"""What the sections of the report say of the parts that are there, and of those that are not."""

import re
from dataclasses import replace

import pytest

from experiments.reach.findings import Findings
from experiments.report.build import tables
from experiments.runs.statistics import Span
from tests.experiments.report.findings import findings
from tests.experiments.report.page import Page, made, rows


@pytest.fixture(scope="module")
def full() -> Findings:
    return findings()


@pytest.fixture(scope="module")
def page(full: Findings) -> Page:
    return made(full)


def test_why_no_uncertainty_is_split_is_said(full: Findings) -> None:
    bare = replace(full, variances=())
    one_life = made(replace(bare, seeds=1)).text
    assert "one life cannot tell chance from the rest" in one_life
    assert "--seeds 2" in one_life
    one_set = made(replace(bare, draws=1)).text
    assert "all that differs between its runs is chance" in one_set
    for text in (one_life, one_set):
        assert "Run wolsey reach sampleton --full" not in text.split("Where the uncertainty comes from")[-1]
    assert "no scenario here has a programme" in made(bare).text


def test_effects_that_are_not_told_apart_are_said_to_be_in_the_parameters(full: Findings, page: Page) -> None:
    mixed = made(replace(full, variances=tuple(replace(each, effects=None) for each in full.variances))).text
    assert "parameters and effects of programmes, not told apart" in mixed
    assert "Not computed: effects of programmes under Alliance to 2048." in mixed
    assert "they are in the share of the parameters" in mixed
    assert "not told apart" not in page.text


def test_rungs_that_share_a_figure_share_what_drives_it(full: Findings) -> None:
    goals = full.arms[0].goals
    rungs = [goal for of in goals.values() for goal in of if goal.rung][:2]
    assert rungs[0].parts[0].part.indicator == rungs[1].parts[0].part.indicator
    assert full.drivers is not None
    names = [f"alliance_{number}" for number in range(8)]
    drivers = tuple(
        replace(full.drivers[0], goal=goal.id, programme=name, left_out=Span(at, at, at, 9), first_in=None)
        for goal in rungs
        for at, name in enumerate(names)
    )
    text = made(replace(full, drivers=drivers)).text
    title = f"What drives {rungs[0].parts[0].label}, {rungs[0].parts[0].year}"
    labels = made(replace(full, drivers=drivers)).having("aria-label")
    (drawn,) = [each for each in labels if each.startswith("What drives")]
    assert drawn.startswith(title)
    # The six largest of eight, the largest first, and without the plan's name; the first does nothing.
    assert [drawn.index(f"; {number}, left out") for number in (6, 5, 4, 3, 2)] == sorted(
        drawn.index(f"; {number}, left out") for number in (6, 5, 4, 3, 2)
    )
    assert " 7, left out: +7" in drawn
    assert "1, left out" not in drawn
    assert "2 other programmes change it less, or not at all." in text
    none = tuple(replace(each, left_out=Span(0.0, 0.0, 0.0, 9)) for each in drivers)
    assert f"No programme changes: {rungs[0].parts[0].label}" in made(replace(full, drivers=none)).text


def test_what_no_factor_does_is_told_in_a_line(full: Findings, page: Page) -> None:
    assert page.text.count("What it would take: T9") == 0
    assert page.text.count("What it would take: T8") == 1
    never = page.text.split("Not by any factor up to 20, of effects or of reach")[1][:200]
    assert "T9" in never
    assert re.search(r"at best \d+ of 100 runs, with effects 20 times as large", never)
    as_it_is = tuple(replace(each, factor=1.0) for each in full.required if each.goal == "T8")
    text = made(replace(full, required=as_it_is)).text
    assert "T8" in text.split("As likely as not with the plan as it is")[1][:60]
    plain = replace(full, required=(), arms=full.arms[:1])
    assert "No scenario here is a plan" in made(plain).text


def test_the_two_ceilings_are_told_apart(page: Page) -> None:
    said = page.text.split("The ceiling, twice")[1]
    assert said.index("beyond what evidence makes likely") < said.index(
        "One run in ten does so well or better"
    )
    assert "it can lie above the first" in said


def test_a_share_stands_with_how_far_it_may_be_off(page: Page) -> None:
    assert re.search(r"likely, \d+ of 100 runs \(\d+ to \d+\)", page.text)


def test_rungs_say_where_the_town_already_stood(full: Findings, page: Page) -> None:
    goals = {file: list(of) for file, of in full.arms[0].goals.items()}
    file, at = next((file, at) for file, of in goals.items() for at, goal in enumerate(of) if goal.rung)
    goal = goals[file][at]
    part = goal.parts[0]
    assert part.aim is not None
    there = replace(part, observed_start=part.aim.mean)
    goals[file][at] = replace(goal, parts=(there, *goal.parts[1:]))
    arms = (replace(full.arms[0], goals={file: tuple(of) for file, of in goals.items()}), *full.arms[1:])
    said = f"Already {goal.rung} in {goal.baseline_year}"
    assert said in made(replace(full, arms=arms)).text
    assert said not in page.text


def test_a_rung_without_a_figure_is_told_once(full: Findings, page: Page) -> None:
    decided = [goal for of in full.arms[0].goals.values() for goal in of if goal.rung and goal.likelihood]
    rung, nowhere = decided[0].rung, "Nowhere decided, for want of a published figure: "
    assert f"'{rung}'" not in page.text
    arms = tuple(
        replace(
            arm,
            goals={
                file: tuple(replace(goal, likelihood=None) if goal.rung == rung else goal for goal in of)
                for file, of in arm.goals.items()
            },
        )
        for arm in full.arms
    )
    text = made(replace(full, arms=arms)).text
    assert text.count(nowhere) == 1
    assert f"'{rung}'" in text.split(nowhere)[1][:80]


def test_structure_is_a_row_a_figure_and_the_file_a_row_a_part(full: Findings, page: Page) -> None:
    assert "peers −0.40 pts; school choice +0.10 pts" in page.text
    assert "The weakest pupils of a year group slow the others' learning." in page.text
    assert [each["switch"] for each in rows(tables(full)["structure"])] == ["peers", "school_choice", "peers"]
    still = tuple(replace(each, switches={"peers": 0.0}) for each in full.variances)
    assert "by none of them" in made(replace(full, variances=still)).text
    one = tuple(replace(each, switches={"peers": 0.2, "trust": 0.0}) for each in full.variances)
    assert "peers +0.20 pts; by the other 1 not at all" in made(replace(full, variances=one)).text
