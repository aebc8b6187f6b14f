"""What the project's question is answered with: the goals under each scenario, and all that a report shows.

Data alone: `reach.py` and its neighbours make it, `report.py` and the command line show it. A `Span` is over
runs (draws of the posterior, with the effects drawn along, and seeds), from the 5th to the 95th percentile; a
difference is of the same draw and seed in both arms.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from experiments.goals.assessment import GoalAssessment
from experiments.goals.likelihood import Likelihood
from experiments.runs.statistics import Span

FIRST_RUNG, LAST_RUNG = 1.0, 20.0
LADDER: Final = (FIRST_RUNG, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0, LAST_RUNG)
"""Factors by which effects, or reach, are multiplied to ask what a goal would take."""

type Kind = Literal["effects", "reach"]


@dataclass(frozen=True, slots=True)
class ArmAssessment:
    """One scenario. `key` names it in tables and charts ("baseline"), `label` for readers, `warning` says
    what it must not be taken for ("beyond what evidence makes likely"). `answer` is one sentence. `goals` by
    goal file, in the files' order. `rungs` is the highest rung reached as likely as not, by measure (the
    section's goal family), "" for none."""

    key: str
    label: str
    title: str
    question: str
    warning: str
    acting: bool
    answer: str
    goals: Mapping[str, tuple[GoalAssessment, ...]]
    rungs: Mapping[str, str]
    likely: int
    checkable: int


@dataclass(frozen=True, slots=True)
class Rung:
    """One factor on the ladder: how likely a goal is with it."""

    factor: float
    likelihood: Likelihood


@dataclass(frozen=True, slots=True)
class Required:
    """By what factor effects, or reach, of a scenario (`arm`) would have to grow for an even chance of a
    goal. `factor` lies between two rungs of the ladder by interpolation, or by bisection where `refined`;
    with a band (`low`, `high`) over draws; None where not by any factor up to 20. `capped`: with the cap on a
    year's gain. `beside` sets it against what trials have found."""

    goal: str
    arm: str
    kind: Kind
    capped: bool
    factor: float | None
    low: float | None
    high: float | None
    refined: bool
    rungs: tuple[Rung, ...]
    beside: str


@dataclass(frozen=True, slots=True)
class GroupSeries:
    """An indicator of a group over the years, by arm: `years`, and mean, low and high by arm's key. `latent`
    years have no comparable results; `observed` are published figures of the town by year, `england`
    England's."""

    indicator: str
    group: str
    title: str
    unit: str
    years: tuple[int, ...]
    means: Mapping[str, tuple[float | None, ...]]
    lows: Mapping[str, tuple[float | None, ...]]
    highs: Mapping[str, tuple[float | None, ...]]
    observed: Mapping[int, float]
    england: Mapping[int, float]
    latent: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pathways:
    """How children go from one stage to the next, of 100 of a group ("all", "disadvantaged", "other") who
    left at 18 in a year under an arm: `links` are (stage, state, next state, children of 100, people behind
    them in a run on average); links of fewer than ten people are left out and counted in `suppressed`."""

    arm: str
    year: int
    group: str
    stages: tuple[tuple[str, tuple[str, ...]], ...]
    links: tuple[tuple[int, str, str, float, float], ...]
    suppressed: float


@dataclass(frozen=True, slots=True)
class Money:
    """What an arm costs above the first, thousand pounds of 2017: `rows` (programme, who pays, undiscounted,
    discounted), and what it buys: (what, extra successes as a Span, cost of one or None where that cannot be
    said, words)."""

    arm: str
    rows: tuple[tuple[str, str, Span, Span], ...]
    total: Span | None
    buys: tuple[tuple[str, Span, float | None, str], ...]


@dataclass(frozen=True, slots=True)
class Gain:
    """Who gains under an arm, against the first: difference of an indicator for a ward or group in a
    year."""

    arm: str
    indicator: str
    title: str
    unit: str
    group: str
    year: int
    difference: Span
    benefit: float | None


@dataclass(frozen=True, slots=True)
class Driver:
    """What one programme contributes to a goal's figure under an arm: leaving it out of the whole
    (`left_out`: whole less without) and adding it to the first arm alone (`first_in`), paired differences in
    the unit of the goal's first deciding part, positive towards the aim; and to its likelihood, in share
    points."""

    goal: str
    arm: str
    programme: str
    unit: str
    left_out: Span | None
    first_in: Span | None
    left_out_likelihood: float | None
    first_in_likelihood: float | None


@dataclass(frozen=True, slots=True)
class Variance:
    """Where the uncertainty of a figure comes from: shares of its variance by chance, parameters, effects,
    and (None where not computed) the model's structure; `switches` are the shifts that each structural switch
    makes, in the unit."""

    arm: str
    goal: str
    label: str
    unit: str
    year: int
    chance: float
    parameters: float
    effects: float | None
    structure: float | None
    switches: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assumption:
    """One assumption that the answer leans on: what, its value in words, grade of its evidence, source."""

    kind: str
    name: str
    words: str
    grade: str
    source: str


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One line of the held-out score card."""

    name: str
    n: int
    within_50: str
    within_90: str
    skill_last_year: float | None
    skill_england: float | None
    words: str


@dataclass(frozen=True)
class Findings:
    """All that was found for a place. Parts that only `--full` computes are None until it has run. `lost` is
    said first on the score card; `banner` is on every page where the numbers are hand-set or the posterior is
    of another model."""

    place: str
    title: str
    banner: str
    reduced: bool
    draws: int
    seeds: int
    interval_note: str
    arms: tuple[ArmAssessment, ...]
    required: tuple[Required, ...]
    joint_ceiling: Mapping[str, Mapping[str, float | None]]
    """By goal and the label of its part: the 90th percentile, towards the aim, of the ceiling's joint
    draws."""
    series: tuple[GroupSeries, ...]
    pathways: tuple[Pathways, ...]
    money: tuple[Money, ...]
    gains: tuple[Gain, ...]
    drivers: tuple[Driver, ...] | None
    variances: tuple[Variance, ...]
    assumptions: tuple[Assumption, ...]
    scores: tuple[ScoreRow, ...]
    lost: tuple[str, ...]
    cannot: tuple[str, ...]
    full: bool
    command: str
