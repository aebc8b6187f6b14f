"""Findings of a town that does not exist, made by hand: what a report is tried on."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from experiments.reach.findings import (
    LADDER,
    Assumption,
    Driver,
    Findings,
    Gain,
    GroupSeries,
    Kind,
    Money,
    Pathways,
    Required,
    Rung,
    ScoreRow,
    Variance,
)
from tests.experiments.report.goals import ARMS, arm, chance, logistic, span


@dataclass(frozen=True)
class MadeByHand:
    """A manifest of nothing."""

    facts: Mapping[str, object] = field(
        default_factory=lambda: {
            "key": "0123456789abcdef0123456789abcdef",
            "made": "2026-01-02T03:04:05+00:00",
            "wolsey": "0.1.0",
            "commit": "0123456789abcdef0123456789abcdef01234567",
            "dirty": False,
            "posterior": "fedcba98",
            "draws": list(range(1, 51)),
            "seeds": [1, 2],
            "note": "",
            "command": "wolsey reach sampleton",
            "cpu": "A processor",
            "system": "A system",
        }
    )

    def as_json(self, indent: int | None = None) -> str:
        """The facts as JSON."""
        return json.dumps(self.facts, indent=indent)


def series(indicator: str, group: str, title: str, unit: str, start: float, gain: float) -> GroupSeries:
    """A line for each arm from 2014 to 2048, its band widening."""
    years = tuple(range(2014, 2049))
    means: dict[str, tuple[float | None, ...]] = {}
    lows: dict[str, tuple[float | None, ...]] = {}
    highs: dict[str, tuple[float | None, ...]] = {}
    for key, (*_, strength) in ARMS.items():
        path = [
            start
            + 0.05 * gain * (year - 2014)
            + gain * strength * logistic((year - 2028) / 4) * (year > 2017)
            + 0.3 * math.sin(year * 1.7)
            for year in years
        ]
        wide = [abs(gain) * (0.15 + 0.02 * (year - 2014)) for year in years]
        # The first year has no figure: the standard came later.
        means[key] = (None, *path[1:])
        lows[key] = (None, *(p - w for p, w in zip(path[1:], wide[1:], strict=True)))
        highs[key] = (None, *(p + w for p, w in zip(path[1:], wide[1:], strict=True)))
    observed = {
        year: start + 0.04 * gain * (year - 2014) + 0.5 * math.cos(year)
        for year in (2016, 2017, 2018, 2019, 2022)
    }
    england = {year: start + 2.5 + 0.06 * gain * (year - 2014) for year in range(2015, 2026)}
    return GroupSeries(
        indicator, group, title, unit, years, means, lows, highs, observed, england, latent=(2020, 2021)
    )


STAGES = (
    ("Good level of development at 5", ("reached", "not reached")),
    ("Reading, writing and maths at 11", ("reached", "not reached")),
    ("English and maths at 16", ("reached", "not reached")),
    (
        "The autumn after 18",
        (
            "higher education, top third",
            "higher education, other",
            "apprenticeship",
            "work or other learning",
            "not in education, employment or training",
        ),
    ),
)


def pathways(key: str, year: int, group: str) -> Pathways:
    """Shares that go on, by how well the group does; the rarest way is of too few people."""
    lift = {"disadvantaged": -0.14, "other": 0.06, "all": 0.0}[group] + 0.04 * ARMS[key][3] * (year > 2030)
    size = {"disadvantaged": 3.1, "other": 11.0, "all": 14.1}[group]
    first = 0.7 + lift
    second = (0.72 + lift, 0.3 + lift)
    third = (0.8 + lift, 0.3 + lift)
    last = ((0.24, 0.36, 0.1, 0.27, 0.03), (0.02, 0.16, 0.12, 0.55, 0.15))
    links = []
    at, names = (100 * first, 100 * (1 - first)), [states for _, states in STAGES]
    for stage, shares in ((0, second), (1, third)):
        after = [0.0, 0.0]
        for state in (0, 1):
            for next_, share in ((0, shares[state]), (1, 1 - shares[state])):
                children = at[state] * share
                after[next_] += children
                links.append((stage, names[stage][state], names[stage + 1][next_], children, size * children))
        at = (after[0], after[1])
    for state in (0, 1):
        for next_, share in enumerate(last[state]):
            children = at[state] * share
            links.append((2, names[2][state], names[3][next_], children, size * children))
    return Pathways(key, year, group, STAGES, tuple(links), suppressed=0.4)


def required(goal: str, kind: Kind, capped: bool, middle: float | None) -> Required:
    """A ladder that crosses an even chance at `middle`; never where None."""
    turn = middle if middle is not None else 60.0
    rungs = tuple(Rung(each, chance(logistic(3 * math.log(each / turn)))) for each in LADDER)
    low, high = (None, None) if middle is None else (middle * 0.7, middle * 1.5 if middle < 12 else None)
    return Required(
        goal,
        "alliance_2048",
        kind,
        capped,
        middle,
        low,
        high,
        refined=capped and middle is not None,
        rungs=rungs,
        beside=""
        if kind == "reach"
        else f"{6 if middle is None else middle:.0f} times the mean of 141 large trials",
    )


def findings(*, banner: str = "", full: bool = True, reduced: bool = False) -> Findings:
    """All parts; without those of `full`, as they are before it has run."""
    arms = tuple(arm(key) for key in ARMS)
    wanted = (("T8", 4.2), ("T9", None), ("T11", 2.6), ("T15", 14.0))
    all_required = tuple(
        required(
            goal,
            kind,
            capped,
            None
            if middle is None
            else middle * (1.0 if kind == "effects" else 1.3) * (1.0 if capped else 0.8),
        )
        for goal, middle in wanted
        for kind in ("effects", "reach")
        for capped in (True, False)
    )
    return Findings(
        place="sampleton",
        title="Sampleton",
        banner=banner,
        reduced=reduced,
        draws=50,
        seeds=2,
        interval_note="Band: 5th to 95th percentile of 100 runs. It covers chance, parameters and effects, "
        "and leaves out that the structure of the model, and the future, may be other.",
        arms=arms,
        required=all_required,
        joint_ceiling={
            "T8": {part.label: 60.2 for part in arms[3].goals["targets_2021"][3].parts},
            "T9": {"Gap at 11": None},
        },
        series=(
            series("gld", "disadvantaged", "Good level of development at 5", "%", 58.0, 4.0),
            series("gld", "other", "Good level of development at 5", "%", 72.0, 2.0),
            series("ks2_rwm", "all", "Expected standard in reading, writing and maths at 11", "%", 55.0, 5.0),
            series("attainment8_mainstream", "all", "Attainment 8 at 16", "points", 45.0, 2.0),
            series(
                "neet_16_17", "all", "Not in education, employment or training at 16 and 17", "%", 6.0, -1.0
            ),
        ),
        pathways=tuple(
            pathways(key, year, group)
            for key in ARMS
            for year in (2017, 2048)
            if year > 2017 or key == "baseline"
            for group in ("disadvantaged", "other")
        ),
        money=(
            Money(
                "opportunity_area",
                (
                    ("language_groups", "central_government", span(1200.0, 90.0), span(1100.0, 80.0)),
                    ("home_contact", "alliance", span(310.0, 20.0), span(290.0, 20.0)),
                ),
                span(1390.0, 95.0),
                (
                    (
                        "one more child at a good level of development at 5",
                        span(62.0, 40.0),
                        22400.0,
                        "£22,400 (£13,600 to £64,000)",
                    ),
                    (
                        "one more entrant to higher education by 19",
                        span(4.0, 12.0),
                        None,
                        "no price can be said: the band includes no gain",
                    ),
                ),
            ),
            Money(
                "alliance_2048",
                (("tutoring_at_scale", "alliance", span(21400.0, 900.0), span(14100.0, 700.0)),),
                span(14100.0, 700.0),
                (
                    (
                        "one more child at the expected standard at 11",
                        span(480.0, 120.0),
                        29400.0,
                        "£29,400 (£23,500 to £39,200)",
                    ),
                ),
            ),
            Money("ceiling", (), None, ()),
        ),
        gains=tuple(
            Gain(
                key,
                "ks2_rwm",
                "Expected standard at 11",
                "%",
                group,
                2032,
                span(lift * ARMS[key][3], 0.5),
                0.5 + lift / 5,
            )
            for key in ("opportunity_area", "alliance_2048")
            for group, lift in (
                ("all", 1.1),
                ("disadvantaged", 1.6),
                ("other", 0.9),
                ("ward:Upper Mill", 1.9),
                ("ward:Quayside", 1.4),
                ("ward:Hill", 0.6),
                ("ward:Old Fields", -0.1),
            )
        ),
        drivers=tuple(
            Driver(
                goal,
                "alliance_2048",
                name,
                "%",
                span(lift, 0.3),
                None if name == "backbone" else span(lift * 1.2, 0.35),
                lift / 20,
                lift / 15,
            )
            for goal in ("T8", "T9")
            for name, lift in (
                ("language_groups", 0.9),
                ("tutoring_at_scale", 0.7),
                ("home_contact", 0.1),
                ("backbone", -0.05),
            )
        )
        if full
        else None,
        variances=(
            Variance("alliance_2048", "T8", "Share, all pupils at 11", "%", 2021, 0.45, 0.35, 0.2, None),
            Variance("alliance_2048", "T9", "Gap at 11", "%", 2021, 0.6, 0.3, 0.1, None),
        )
        if not full
        else (
            Variance(
                "alliance_2048",
                "T8",
                "Share, all pupils at 11",
                "%",
                2021,
                0.41,
                0.31,
                0.18,
                0.1,
                {"peers": -0.4, "school_choice": 0.1},
            ),
            Variance(
                "alliance_2048",
                "T9",
                "Gap at 11",
                "%",
                2021,
                0.57,
                0.28,
                0.1,
                0.05,
                {"peers": 0.2},
            ),
        ),
        assumptions=(
            Assumption(
                "programme",
                "language groups",
                "0.22 SD of language for those served, lasting half a year",
                "4 to 5 of 5 padlocks",
                "A trial",
            ),
            Assumption("programme", "home contact", "attendance up by 0.3 points", "2/5", "A review"),
            Assumption("number", "fading of gains", "40% of a gain is left after a year", "J", "Judgement"),
        ),
        scores=(
            ScoreRow(
                "Results at 11, 2022", 4, "1 of 4", "3 of 4", -0.21, 0.11, "worse than last year’s value"
            ),
            ScoreRow("Results at 16, 2022", 6, "3 of 6", "6 of 6", 0.34, 0.22, "better than both"),
            ScoreRow("Young adults", 3, "2 of 3", "3 of 3", None, 0.05, "as good as England’s trend"),
        ),
        lost=("Results at 11 in 2022 were foretold worse than by taking the last value.",),
        cannot=(
            "What incomes, rents and benefits will do.",
            "What happens at any real school.",
            "Whether the partnership would hold together.",
        ),
        full=full,
        command="wolsey reach sampleton --full",
    )
