"""The object version of the benchmark lives by the same rules, and the benchmark says what is met."""

import json
from typing import Any

import numpy as np
import pytest

from benchmarks import run as bench
from benchmarks.objects import STATES, ObjectTown, Pupil, pupils_of
from benchmarks.pairs import bench_pairs, pairs_lines
from model.scenario.scenario import Scenario
from model.town import Town


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measures a small town, twice."""
    usual = Scenario.load

    def tenth(name: str) -> Scenario:
        return usual(name).changed(scale=0.1, until=2018)

    monkeypatch.setattr(Scenario, "load", tenth)
    monkeypatch.setattr(bench, "RUNS", 2)


def test_objects_and_columns_agree(small: None) -> None:
    found = bench.bench_objects()
    assert found["children"] > 2500
    for name in STATES:
        mean = found["means"][name]
        assert abs(mean["columns"] - mean["objects"]) < 5 * mean["error"]
        assert mean["error"] > 0


def test_objects_are_ordinary_mesa_agents() -> None:
    town = Town(Scenario.load("baseline").changed(scale=0.05, until=2003), seed=0).run()
    objects = ObjectTown(town)
    assert len(objects.agents_by_type[Pupil]) == len(pupils_of(town))
    before = objects.figures("literacy")
    np.testing.assert_allclose(before, town.children.literacy[pupils_of(town)])
    objects.live()
    assert not np.allclose(objects.figures("literacy"), before)


def test_a_town_is_measured(small: None) -> None:
    found = bench.bench_town()
    assert found["child_years"] > 20 * 3000
    assert set(found["phases"]) >= {"building", "arrive", "learning", "record", "rest"}
    assert found["peak_mb"] >= 0
    assert "child-years a second" in "\n".join(bench.town_lines(found))


def test_sizes_are_compared(small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "SIZES", (0.05, 0.1))
    monkeypatch.setattr(bench, "SIZE_UNTIL", 2000)
    found = bench.bench_size()
    assert found["0.1"]["child_years"] > found["0.05"]["child_years"]


def numbers(median: float) -> dict[str, float]:
    """A measured time."""
    return {"median": median, "fastest": median, "slowest": median}


@pytest.mark.parametrize(("good", "words"), [(True, "met"), (False, "NOT met")])
def test_it_is_said_what_is_met(good: bool, words: str) -> None:
    slow = 1.0 if good else 3.0
    town = {
        "cold": 1.0,
        "warm": numbers(0.4 * slow),
        "child_years": 10**6,
        "imports_mb": 200.0,
        "peak_mb": 100.0 * slow,
        "phases": {"learning": 0.1, "rest": 0.3},
    }
    means = {"absence": {"columns": 5.0, "objects": 5.0 + (0.0 if good else 1.0), "error": 0.1}}
    objects = {"children": 1000, "columns": numbers(0.001 * slow), "objects": numbers(0.2), "means": means}
    size = {
        "1": {"seconds": numbers(1.0), "child_years": 100},
        "10": {"seconds": numbers(10.0 * slow), "child_years": 1000},
    }
    told: list[str] = [
        *bench.town_lines(town), *bench.objects_lines(objects), *bench.size_lines(size),
        *bench.command_lines({"seconds": numbers(3.0 * slow)}),
    ]  # fmt: skip
    verdicts = [line for line in told if line.endswith("met")]
    assert len(verdicts) == 6
    assert all(line.endswith(f": {words}") for line in verdicts)


def test_a_part_is_measured_in_a_process_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found: dict[str, Any] = {"seconds": numbers(3.0)}
    monkeypatch.setitem(bench.PARTS, "command", lambda: found)
    bench.main(["--part", "command"])
    assert json.loads(capsys.readouterr().out) == found
    asked: list[list[str]] = []

    class Done:
        stdout = json.dumps(found)
        returncode = 0

    def started(command: list[str], **_: Any) -> Done:
        asked.append(command[2:])
        return Done()

    monkeypatch.setattr("subprocess.run", started)
    assert bench.main(["command"]) == 0
    assert asked == [["benchmarks.run", "--part", "command"]]
    assert "(d) wolsey run baseline --seeds 1" in capsys.readouterr().out
    monkeypatch.setattr(Done, "returncode", 1)
    assert bench.main(["command"]) == 1
    assert "(command) could not be measured" in capsys.readouterr().out


def test_a_part_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["town", "sweeps"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == (
        "bench: 'sweeps' is no part; parts: town, objects, size, command, pairs, sweep, workshop, large\n"
    )


def test_the_workshop_tells_its_own_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    class Done:
        stdout = "lever moved to first runs, s    0.60   to be at most 0.7\n"

    monkeypatch.setattr("subprocess.run", lambda command, **_: Done())
    told = bench.workshop_lines(bench.bench_workshop())
    assert told[1:] == ["    lever moved to first runs, s    0.60   to be at most 0.7"]
    assert set(bench.TOLD) == set(bench.PARTS)


def test_the_worth_of_pairs_is_told() -> None:
    found = {
        "seeds": 40,
        "with": {"paired": 0.2, "unpaired": 0.6},
        "without": {"paired": 0.1, "unpaired": 0.6},
        "seconds": 90.0,
    }
    told = "\n".join(pairs_lines(found))
    assert "0.200 in pairs, 0.600 unpaired, 3.0 times smaller" in told
    assert "couplings off: met" in told
    found["without"] = {"paired": 0.2, "unpaired": 0.6}
    assert "couplings off: NOT met" in "\n".join(pairs_lines(found))


def test_pairs_are_measured_in_a_small_town() -> None:
    found = bench_pairs(seeds=3, scale=0.05)
    for name in ("with", "without"):
        assert 0 <= found[name]["paired"] < found[name]["unpaired"]
    assert found["seconds"] > 0
