"""The whole answer on a twentieth of the town with two programmes: made, read, and the same again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.reach.answer import answered, findings, make
from experiments.reach.findings import LADDER, Findings
from experiments.reach.question import Question
from experiments.reach.reader import ReachReader
from experiments.reach.required_factor import FactorStep
from experiments.runs import run_file
from experiments.runs.draws import ParameterDraws, RunId
from experiments.runs.ensemble import RunResult
from experiments.runs.processes import Progress
from experiments.runs.run_file import unpacked
from experiments.runs.runner import Outcome, carry_out
from experiments.runs.store import BrokenOffError, Failure, Store
from model.io.errors import InputError
from model.scenario.scenario import Scenario

PLAN = """extends = "{base}"
title = "Two programmes"
[[programmes]]
card = "language_groups"
start = 2018
end = 2022
reach = 0.6
[[programmes]]
name = "encounters"
card = "employer_encounters"
start = 2018
reach = 0.9
"""
LUCKY = 'extends = "plan.toml"\ntitle = "Luck"\n[effects]\npercentile = 90\n'
TARGETS = "opportunity_area_2021"
OFF = ("school_choice", "staffing_feedback", "next_generation", "trust", "rival_places", "alliance")
"""Parts of the model that these towns do without, so that there are fewer to leave out."""


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> list[Scenario]:
    """No programme, two programmes, and the same at their 90th percentile, to 2022."""
    folder = tmp_path_factory.mktemp("scenarios")
    (folder / "plan.toml").write_text(PLAN.format(base="baseline"))
    (folder / "lucky.toml").write_text(LUCKY)
    found: list[str | Path] = ["baseline", folder / "plan.toml", folder / "lucky.toml"]
    small = {"scale": 0.05, "until": 2022} | {f"switches.{name}": False for name in OFF}
    return [Scenario.load(each).changed(small) for each in found]


@pytest.fixture(scope="module")
def question(scenarios: list[Scenario], numbers: ParameterDraws) -> Question:
    """Two draws with two seeds each, of the targets of 2021."""
    return Question.of("ipswich", scenarios, [TARGETS], draws=2, seeds=[0, 1], numbers=numbers)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Where its runs are kept."""
    with Store.opened(tmp_path_factory.mktemp("runs")) as opened:
        yield opened


@pytest.fixture(scope="module")
def plain(question: Question, store: Store) -> Findings:
    """What the plain answer finds."""
    make(question, store, workers=1)
    return findings(question, store, "wolsey reach ipswich --full")


@pytest.fixture(scope="module")
def whole(question: Question, store: Store, plain: Findings) -> Findings:
    """What all that can be asked finds."""
    assert plain.drivers is None
    make(question, store, full=True, workers=1)
    return findings(question, store)


def test_every_goal_has_a_likelihood_in_every_arm(plain: Findings) -> None:
    assert [arm.key for arm in plain.arms] == ["baseline", "plan", "lucky"]
    assert [bool(arm.warning) for arm in plain.arms] == [False, False, True]
    for arm in plain.arms:
        goals = arm.goals[TARGETS]
        assert [goal.id for goal in goals] == [f"T{number}" for number in range(1, 17)]
        assert 0 <= arm.likely <= arm.checkable <= 5
        for goal in goals:
            found = goal.likelihood
            assert (found is None) == bool(goal.missing and goal.parts[0].value is None), goal.id
            if found is not None:
                assert found.runs + found.undecided == 4
                assert 0 <= found.low <= found.share <= found.high <= 1 or found.reached in (0, found.runs)
    assert (plain.draws, plain.seeds, plain.reduced) == (2, 2, True)


def test_a_distance_is_what_lacks(plain: Findings) -> None:
    t10 = next(goal for goal in plain.arms[0].goals[TARGETS] if goal.id == "T10").parts[0]
    t15 = next(goal for goal in plain.arms[0].goals[TARGETS] if goal.id == "T15").parts[0]
    for part, sign in ((t10, 1), (t15, -1)):
        assert part.value is not None
        assert part.aim is not None
        assert part.distance is not None
        if part.value.runs == part.aim.runs:
            assert part.distance.mean == pytest.approx(sign * (part.aim.mean - part.value.mean), abs=1e-6)
    assert t15.observed_start is not None


def test_the_expert_stands_beside(plain: Findings) -> None:
    for arm in plain.arms:
        assert {goal.id: goal.expert for goal in arm.goals[TARGETS]}["T10"] == (0.65, 0.65)


def test_the_ladder_begins_at_the_arm_itself(plain: Findings) -> None:
    arm = plain.arms[1]
    ways = {(each.goal, each.kind, each.capped) for each in plain.required}
    decided = [goal for goal in arm.goals[TARGETS] if goal.likelihood is not None]
    assert {goal for goal, _, _ in ways} <= {goal.id for goal in decided}
    assert len(ways) == 4 * len({goal for goal, _, _ in ways}) > 40
    for each in plain.required:
        assert each.arm == "plan"
        assert tuple(rung.factor for rung in each.rungs) == LADDER
        assert each.factor is None or 1 <= each.factor <= 20
        assert each.beside
        assert not each.refined


def test_a_second_ceiling_is_of_joint_draws(plain: Findings) -> None:
    assert set(plain.joint_ceiling) == {f"T{number}" for number in range(1, 17)}
    assert any(value is not None for value in plain.joint_ceiling["T8"].values())


def test_the_same_again_makes_nothing_and_is_the_same_to_the_last_bit(
    question: Question, store: Store, plain: Findings
) -> None:
    asked: list[int] = []

    @contextmanager
    def watch(_: str) -> Iterator[Progress]:
        yield lambda done, total: asked.append(total)

    make(question, store, workers=1, watch=watch)
    assert set(asked) == {0}
    assert asdict(findings(question, store, plain.command)) == asdict(plain)


def test_runs_made_apart_give_the_same_answer(question: Question, plain: Findings, tmp_path: Path) -> None:
    with Store.opened(tmp_path / "other") as other:
        carry_out(question.main.plan(question.numbers), other, workers=1)
        again = findings(question, other, plain.command)
    assert [asdict(arm) for arm in again.arms] == [asdict(arm) for arm in plain.arms]
    assert again.required == ()


def test_all_that_can_be_asked(whole: Findings, plain: Findings) -> None:
    assert whole.full
    assert not plain.full
    assert whole.drivers is not None
    of = {(each.goal, each.programme) for each in whole.drivers}
    assert {programme for _, programme in of} == {"language_groups", "encounters"}
    # With two programmes, what is left when one goes is the other alone.
    t1 = {each.programme: each for each in whole.drivers if each.goal == "T1"}
    for each in t1.values():
        assert each.left_out is not None
        assert each.first_in is not None
        assert each.unit == "%"
    assert whole.arms == plain.arms


def test_what_is_made_and_read_in_one_go_is_the_same(
    question: Question, store: Store, whole: Findings
) -> None:
    assert asdict(answered(question, store, full=True, workers=1)) == asdict(whole)


def test_each_file_is_read_once(
    question: Question, store: Store, whole: Findings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert whole.full
    read: list[object] = []

    def counted(content: bytes, *rest: Any) -> list[tuple[str, RunResult]]:
        read.append(content)
        return unpacked(content, *rest)

    monkeypatch.setattr(run_file, "unpacked", counted)
    findings(question, store)
    assert len(read) == len(set(map(id, read))) == len(store.made_by())


def test_broken_off_anywhere_it_goes_on_and_ends_the_same(
    question: Question, whole: Findings, tmp_path: Path
) -> None:
    """Stopped after the first runs of each stage: what was made is kept, what lacks is not said to be there,
    and the end is as if nothing had been."""
    stages = []

    @contextmanager
    def watch(words: str) -> Iterator[Progress]:
        def told(done: int, total: int) -> None:
            if 0 < done < total and words not in stages:
                stages.append(words)
                raise KeyboardInterrupt

        yield told

    for _ in range(20):
        # Nothing of the question before is left: a new one, as after a kill.
        fresh = Question.of(
            question.place, [arm.scenario for arm in question.arms], [TARGETS],
            draws=2, seeds=[0, 1], numbers=question.numbers,
        )  # fmt: skip
        with Store.opened(tmp_path) as store:
            before = len(store.keys())
            try:
                make(fresh, store, full=True, workers=1, watch=watch)
            except KeyboardInterrupt:
                assert len(store.keys()) > before
                if len(stages) > 1:
                    assert not findings(fresh, store).full
                continue
            assert asdict(findings(fresh, store)) == asdict(whole)
            break
    assert stages[:2] == ["scenarios", "Plan, goals to 2022: what drives it"]


def test_a_bracket_that_was_not_halved_is_not_whole(
    question: Question, store: Store, whole: Findings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert whole.full
    (study,) = question.studies
    assert ReachReader(question, store).whole(study)
    monkeypatch.setattr(
        "experiments.reach.required_factor.between", lambda _: (FactorStep("effects", True, 1.23),)
    )
    assert not ReachReader(question, store).whole(study)


def test_the_shares_of_variance_are_one(whole: Findings, plain: Findings) -> None:
    for found, structure in ((plain, False), (whole, True)):
        assert found.variances
        for each in found.variances:
            parts = [each.chance, each.parameters, each.effects or 0.0, each.structure or 0.0]
            assert sum(parts) == pytest.approx(1)
            assert min(parts) >= 0
            if each.arm == "plan":
                assert each.effects is not None
                assert (each.structure is not None) == structure
                assert set(each.switches) <= {"peers", "migration", "stacking", "dose_cap", "youth_voice"}
                assert bool(each.switches) == structure


def test_what_a_report_shows_besides(plain: Findings) -> None:
    assert {each.indicator for each in plain.series} >= {"gld", "ks2_rwm", "neet_16_17", "rank_rank_slope"}
    gld = plain.series[0]
    assert gld.years[-1] == 2022
    assert set(gld.means) == {"baseline", "plan", "lucky"}
    assert gld.observed
    assert gld.england
    assert {each.year for each in plain.pathways} == {2017, 2021}
    for each in plain.pathways:
        assert all(people >= 10 for *_, people in each.links)
        by_stage = [sum(link[3] for link in each.links if link[0] == stage) for stage in range(3)]
        assert sum(by_stage) / 3 + each.suppressed == pytest.approx(100)
    assert [each.arm for each in plain.money] == ["plan", "lucky"]
    assert {row[0] for row in plain.money[0].rows} == {"language_groups", "encounters"}
    assert plain.money[0].total is not None
    assert plain.money[0].total.mean > 0
    assert any(each.group.startswith("ward:") for each in plain.gains)
    assert {each.arm for each in plain.gains} == {"plan", "lucky"}
    assert any(each.name == "Language groups in Reception" for each in plain.assumptions)
    assert {each.grade[0] for each in plain.assumptions if each.kind == "number"} <= {"J", "S", "D"}
    assert plain.cannot


def test_runs_to_a_year_are_the_first_years_of_longer_ones(
    scenarios: list[Scenario], numbers: ParameterDraws
) -> None:
    """So that an arm stands for itself on a ladder that is lived for fewer years."""
    plan = scenarios[1]
    short, long = (
        numbers.town(plan.changed(until=until), RunId(1, 0)).run().recorded for until in (2020, 2022)
    )
    last = short.years.index(2018) + 1
    np.testing.assert_array_equal(short.values[:last], long.values[:last])


def test_what_cannot_be_asked(scenarios: list[Scenario], numbers: ParameterDraws) -> None:
    with pytest.raises(InputError, match=r"opportunity_area_2021\.toml.*needs the town lived to 2022"):
        Question.of("ipswich", [each.changed(until=2020) for each in scenarios], [TARGETS], numbers=numbers)
    with pytest.raises(InputError, match=r"vision_2048\.toml"):
        Question.of("ipswich", scenarios, numbers=numbers)
    with pytest.raises(InputError, match=r"T1\": is the id of a goal of opportunity_area_2021\.toml too"):
        Question.of("ipswich", scenarios, [TARGETS, TARGETS], numbers=numbers)
    with pytest.raises(InputError, match="of another place than norwich"):
        Question.of("norwich", scenarios, [TARGETS], numbers=numbers)
    with pytest.raises(InputError, match="not so many draws"):
        Question.of("ipswich", scenarios, [TARGETS], draws=25, numbers=numbers)


def test_runs_that_are_not_there_are_missed(question: Question, tmp_path: Path) -> None:
    with Store.opened(tmp_path) as empty, pytest.raises(InputError, match="does not hold all runs"):
        findings(question, empty)


def test_a_run_that_breaks_off_is_told(
    question: Question, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = Failure("k", "plan", 1, 0, "ValueError: no")
    monkeypatch.setattr(
        "experiments.reach.answer.carry_out_all", lambda *_, **__: [Outcome(1, 0, 0, (failure,))]
    )
    with Store.opened(tmp_path) as empty, pytest.raises(BrokenOffError, match="plan, draw 1, seed 0"):
        make(question, empty)


def test_best_fit_alone_counts_seeds(scenarios: list[Scenario], numbers: ParameterDraws) -> None:
    question = Question.of("ipswich", scenarios, [TARGETS], draws=1, seeds=range(4), numbers=numbers)
    assert question.few == question.single == question.cells
    assert [arm.key for arm in question.joint] == ["lucky-drawn"]
