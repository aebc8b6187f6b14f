"""Goals of a town that does not exist, under four scenarios, made by hand. No figure is of anywhere."""

import math
from typing import Any

from experiments.goals.assessment import GoalAssessment, PartAssessment, likely_of
from experiments.goals.likelihood import Likelihood
from experiments.reach.findings import ArmAssessment
from experiments.runs.statistics import Span
from model.goals.goal_files import Goal, Part

RUNS = 100
ARMS = {
    "baseline": ("No programme", "Life goes on", "What becomes of the town if nothing new is done?", 0.0),
    "opportunity_area": (
        "Opportunity Area",
        "Three years of help",
        "What did three years of help change?",
        0.4,
    ),
    "alliance_2048": (
        "Alliance to 2048",
        "A partnership to 2048",
        "What could 25 years of partnership change?",
        0.7,
    ),
    "ceiling": ("Ceiling", "Everything at once", "How far could all known programmes go together?", 2.2),
}
RUNGS = ("as England today", "as the best tenth of districts", "half of 2017", "a tenth of 2017")


def span(mean: float, half: float) -> Span:
    """A span that wide on either side."""
    return Span(mean, mean - half, mean + half, RUNS)


def chance(share: float, undecided: int = 0) -> Likelihood:
    """A likelihood of this share of a hundred runs."""
    runs = RUNS - undecided
    reached = round(share * runs)
    return Likelihood(
        reached, runs, undecided, reached / runs, max(0.0, share - 0.08), min(1.0, share + 0.08)
    )


def asked(**part: Any) -> Part:
    """A part of a goal as a file has it."""
    return Part(basis="state_funded", **part)


def goal_of(parts: tuple[PartAssessment, ...], **goal: Any) -> Goal:
    """The goal of these parts as a file has it."""
    return Goal(source="made up", parts=tuple(each.part for each in parts), **goal)


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _goal(
    id_: str,
    title: str,
    section: str,
    counted: bool,
    start: float,
    aim: float,
    push: float,
    *,
    gap: bool = False,
    indicator: str = "ks2_rwm",
    england: float | None = None,
    parts: int = 1,
    expert: tuple[float, float] | None = None,
    undecided: bool = False,
) -> GoalAssessment:
    """A goal of the year 2021, `push` of the way from start to aim."""
    made = []
    for at in range(parts):
        value = start + push * (aim - start) + at
        made.append(
            PartAssessment(
                runs=RUNS,
                likelihood=None,
                missing=("England's figure",) if undecided else (),
                part=asked(
                    label=f"{'Gap' if gap else 'Share, all pupils'} at {11 if at == 0 else 16}",
                    indicator=indicator if at == 0 else "attainment8_mainstream",
                    group="all",
                    minus_group="disadvantaged" if gap else None,
                    comparison="at_most" if gap else "at_least",
                    reference={"kind": "district_median"},
                ),
                year=2021,
                reference="half of 2017" if gap else "the median district",
                observed_start=start + at - 0.3 if counted else None,
                start=span(start + at, 1.2),
                value=None if undecided else span(value, 1.8),
                aim=span(aim + at, 0.4),
                distance=None if undecided else span((value - aim) if gap else (aim + at - value), 1.9),
                england=england,
                chance_sd=None,
                draws_sd=None,
                composition=gap and push > 1,
            )
        )
    share, parts_made = logistic(6 * (push - 1)), tuple(made)
    return GoalAssessment(
        runs=RUNS,
        likelihood=None if undecided else chance(share, undecided=4 if id_ == "T9" else 0),
        missing=("no figure of England for 2021",) if undecided else (),
        goal=goal_of(
            parts_made,
            id=id_,
            title=title,
            section=section,
            year=2021,
            baseline_status="published" if counted else "prior_only",
            note="Small cohorts: chance alone moves it.",
        ),
        parts=parts_made,
        latent=chance(share / 2) if gap and counted else None,
        composition_only=gap and push > 1,
        first_likely=2034 if 0.75 < push < 1.2 else 2019 if push >= 1.2 else None,
        expert=expert,
    )


def targets(strength: float) -> tuple[GoalAssessment, ...]:
    """Eight targets under an arm of this strength."""
    learn, teach, maths, career = (
        "Prepared to learn for life",
        "The teaching profession",
        "English and maths",
        "An ambitious career",
    )
    up = 0.25 + 0.35 * strength
    return (
        _goal(
            "T1",
            "Disadvantaged five-year-olds catch up: half the gap in a good level of development",
            learn,
            False,
            20.0,
            10.0,
            up / 2,
            gap=True,
            expert=(0.0, 0.02),
        ),
        _goal(
            "T4",
            "Supported parents see their children’s social and emotional skills grow",
            learn,
            False,
            0.1,
            0.2,
            1.5,
            indicator="skill_slope_5",
            expert=(0.85, 0.85),
        ),
        _goal(
            "T6",
            "Fewer teaching posts stand empty",
            teach,
            False,
            1.2,
            0.8,
            up,
            indicator="vacancy_secondary",
            undecided=True,
        ),
        _goal(
            "T8",
            "Results at 11 and at 16 in the top half of the country’s districts",
            maths,
            True,
            55.2,
            61.4,
            up,
            england=61.0,
            parts=2,
            expert=(0.03, 0.03),
        ),
        _goal(
            "T9",
            "Disadvantaged pupils catch up: half the gap to all pupils, at 11 and at 16",
            maths,
            True,
            18.4,
            9.2,
            up,
            gap=True,
            england=16.0,
            expert=(0.0, 0.01),
        ),
        _goal(
            "T10",
            "Disadvantaged pupils’ progress to 16 in the top half of the country’s districts",
            maths,
            True,
            -0.42,
            -0.3,
            0.9 + 0.3 * strength,
            indicator="progress8_mainstream",
            england=-0.45,
            expert=(0.65, 0.65),
        ),
        _goal(
            "T11",
            "More pupils than in England leave school at 16 with English and maths",
            maths,
            True,
            60.1,
            64.9,
            up,
            england=64.9,
            expert=(0.05, 0.05),
        ),
        _goal(
            "T15",
            "Half as many young people aged 16 and 17 out of education, work and training",
            career,
            True,
            5.4,
            2.7,
            up,
            expert=(0.1, 0.1),
        ),
    )


def vision(strength: float) -> tuple[GoalAssessment, ...]:
    """Two measures of four rungs each."""
    made = []
    for measure, label, start, indicator in (
        ("V1", "Skill at 5 on the family’s position", 0.42, "skill_slope_5"),
        ("V4", "Gap in sustained destinations after 16", 9.0, "ks4_sustained"),
    ):
        value = start * (1 - 0.18 * strength)
        aims = {"as England today": 0.95 * start, RUNGS[1]: None, RUNGS[2]: start / 2, RUNGS[3]: start / 10}
        for rung, aim in aims.items():
            why = "no figures by district are published"
            part = PartAssessment(
                runs=RUNS,
                likelihood=None,
                missing=(why,) if aim is None else (),
                part=asked(
                    label=label,
                    indicator=indicator,
                    group="other",
                    minus_group="disadvantaged" if indicator != "skill_slope_5" else None,
                    comparison="at_most",
                    reference={"kind": "not_available", "why": why} if aim is None else {"kind": "england"},
                ),
                year=2048,
                reference=rung,
                observed_start=None,
                start=span(start, start / 20),
                value=span(value, start / 12),
                aim=None if aim is None else span(aim, start / 40),
                distance=None if aim is None else span(value - aim, start / 12),
                england=aim if rung == RUNGS[0] else None,
                chance_sd=None,
                draws_sd=None,
                composition=False,
            )
            share = None if aim is None else logistic(40 * (aim - value) / start)
            made.append(
                GoalAssessment(
                    runs=RUNS,
                    likelihood=None if share is None else chance(share),
                    missing=part.missing,
                    goal=goal_of(
                        (part,),
                        id=f"{measure}-{RUNGS.index(rung)}",
                        title=f"{label}: {rung}",
                        section="How much a child’s start decides what it can do"
                        if measure == "V1"
                        else "How much a child’s start decides where it goes next",
                        rung=rung,
                        year=2048,
                        baseline_status="prior_only",
                    ),
                    parts=(part,),
                    latent=None,
                    composition_only=False,
                )
            )
    return tuple(made)


def arm(key: str) -> ArmAssessment:
    """One scenario."""
    label, title, question, strength = ARMS[key]
    goals = targets(strength)
    likely, able = likely_of(goals)
    return ArmAssessment(
        key=key,
        label=label,
        title=title,
        question=question,
        warning="beyond what evidence makes likely" if key == "ceiling" else "",
        acting=strength > 0,
        answer=f"By 2021 {likely} of the {able} goals that can be checked are more likely than not; "
        "the vision’s first rung is within reach for one measure of two.",
        goals={"targets_2021": goals, "vision_2048": vision(strength)},
        rungs={
            "Skill at 5 on the family’s position": RUNGS[0] if strength > 0.3 else "",
            "Gap in sustained destinations after 16": RUNGS[0] if strength > 0.6 else "",
        },
        likely=likely,
        checkable=able,
    )
