"""Work is told with the time left, in a log too; how long runs take is told before they are made."""

import itertools
from collections.abc import Callable, Iterator

import pytest

from experiments.runs.draws import ParameterDraws, run_ids_of
from experiments.runs.progress import bar, in_words, lines
from experiments.runs.runner import RunPlan, jobs_of
from experiments.runs.time_estimate import ACTING, IDLE, life, roughly
from model.scenario.scenario import Scenario


def ticking(seconds: float) -> Callable[[], float]:
    """A clock that is read at the start, and then so many seconds later each time."""
    times: Iterator[float] = itertools.count(0.0, seconds)
    return lambda: next(times)


def test_a_log_has_a_line_at_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    show = lines("mine", ticking(30))
    for done in range(41):
        show(done, 40)
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 10
    assert told[0] == "wolsey: mine: 4 of 40 runs, 4 minutes left"
    assert told[-1] == "wolsey: mine: 40 of 40 runs"
    show(0, 0)
    assert capsys.readouterr().err == ""


def test_a_log_is_kept_only_where_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    for logged, told in ((True, "wolsey: mine: 1 of 1 runs\n"), (False, "")):
        with bar("mine", logged=logged) as show:
            show(1, 1)
        assert capsys.readouterr().err == told


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "10 seconds"), (44, "40 seconds"), (99, "100 seconds"), (400, "7 minutes"), (7000, "1.9 hours")],
)
def test_a_time_to_wait_in_words(seconds: float, said: str) -> None:
    assert in_words(seconds) == said


def test_how_long_runs_take_is_told_from_their_scenarios(
    scenario: Scenario, acting: Scenario, numbers: ParameterDraws
) -> None:
    whole = Scenario.load("baseline")
    assert life(whole) == pytest.approx(sum(IDLE))
    assert life(whole.changed(until=2023)) == pytest.approx(sum(IDLE) / 2)
    assert life(acting) == pytest.approx((ACTING[0] + ACTING[1] * acting.scale) * (acting.until - 1998) / 50)
    arms = {"idle": scenario, "acting": acting}
    plan = RunPlan(arms, jobs_of(arms, run_ids_of([0], range(4))), numbers)
    keys = frozenset(plan.keys.values())
    assert roughly(plan, keys, 2) == pytest.approx(2 * (life(scenario) + life(acting)))
    one = [key for job, key in plan.keys.items() if job.arm == "acting"][:1]
    assert roughly(plan, one, 8) == pytest.approx(life(acting))
    assert roughly(plan, [], 2) == 0
