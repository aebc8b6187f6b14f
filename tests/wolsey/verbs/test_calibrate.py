"""`wolsey calibrate`: what it prints and keeps, what it ships, and what it refuses."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import wolsey.verbs.calibrate
from calibration import campaign, posterior, recovery, sampling
from calibration.campaign import CampaignPlan
from calibration.posterior import Posterior
from calibration.predict import D, Task
from calibration.recovery import Recovery
from experiments.runs.storage import locked
from tests.calibration.toy import FEW, PARAMETERS, Here
from wolsey.verbs.calibrate import Watch

TINY = CampaignPlan(
    seeds=1, many_seeds=30, starts=2, steps=1, towns=120, batch=40, proposals=100, most=200, kept=10, enough=2
)
FEW_DRAWS = ("--draws", 8)

type Run = Callable[..., tuple[int, str, str]]


class Workers:
    """Stands for the processes: `executor` is what the next command gets."""

    def __init__(self) -> None:
        self.executor = Here()
        self.asked: list[int | None] = []

    @contextmanager
    def __call__(self, workers: int | None = None) -> Iterator[Here]:
        self.asked.append(workers)
        yield self.executor


@pytest.fixture(autouse=True)
def workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workers:
    """Towns that are lived at once; nothing that ships is touched."""
    found = Workers()
    monkeypatch.setattr(wolsey.verbs.calibrate, "processes", found)
    monkeypatch.setattr(wolsey.verbs.calibrate, "USUAL", TINY)
    monkeypatch.setattr(wolsey.verbs.calibrate, "RECOVERED", 30)
    monkeypatch.setattr(campaign, "free_numbers", lambda parameters: FEW)
    monkeypatch.setattr(posterior, "FOLDER", tmp_path / "posteriors")
    monkeypatch.setattr(recovery, "FOLDER", tmp_path / "recovery")
    monkeypatch.setattr(sampling, "can_be", lambda problem, z: True)
    monkeypatch.setattr(posterior, "probe", lambda scenario, parameters: "as it is")
    monkeypatch.setattr(wolsey.verbs.calibrate, "results_folder", lambda verb: tmp_path / "results")
    (tmp_path / "posteriors").mkdir()
    return found


def words(text: str) -> str:
    return " ".join(text.split())


def test_it_prints_and_writes(wolsey_run: Run, tmp_path: Path, workers: Workers) -> None:
    code, told, faults = wolsey_run("calibrate", "--draws", 12, "--workers", 3)
    assert code == 0
    assert workers.asked == [3]
    (folder,) = (tmp_path / "results").iterdir()
    assert folder.name.startswith("ipswich-")
    assert Posterior.load("ipswich", folder / "posterior.parquet").draws == 12
    found = words(told)
    assert "Best fit of ipswich: 75 observations up to 2019, 20 numbers" in found
    for part in ("loss by start", "with luck known", "within 2 SD", "mean square", "effective draws",
                 "proposals", "distinct draws kept", "of 12", "Most informed", "Not informed"):  # fmt: skip
        assert part in found, part
    most = told.split("Most informed")[1].split("Not informed")[0].splitlines()[1:]
    assert len([line for line in most if line.strip()]) == 10
    left = [float(line.split()[-1]) for line in most if line.strip()]
    assert left == sorted(left)
    # No terminal: a line a stage, on standard error.
    assert faults.splitlines()[0].startswith("wolsey: fit, start 1 of 2 (")
    assert [line.split(" (")[0] for line in faults.splitlines()][4:7] == [
        f"wolsey: what each number does, {batch} of 3" for batch in (1, 2, 3)
    ]
    assert list((tmp_path / "posteriors").iterdir()) == []


def test_the_same_command_again_lives_nothing(wolsey_run: Run, workers: Workers) -> None:
    first = wolsey_run("calibrate", *FEW_DRAWS)
    lived = workers.executor.lived
    workers.executor = Here()
    second = wolsey_run("calibrate", *FEW_DRAWS)
    assert lived > 100
    assert workers.executor.lived == 0
    assert second[:2] == first[:2]


@pytest.mark.parametrize(
    ("towns", "kept"),
    [
        (5, "No stage was finished; nothing is kept."),
        (50, "start 1 of the fit;"),
        (350, "80 towns that show what each number does"),
    ],
)
def test_stopped_it_says_what_is_kept(
    wolsey_run: Run, tmp_path: Path, workers: Workers, towns: int, kept: str
) -> None:
    workers.executor = Here(stop_after=towns)
    code, told, faults = wolsey_run("calibrate", *FEW_DRAWS, "--out", tmp_path / "mine")
    assert (code, told) == (130, "")
    assert "wolsey: stopped." in faults
    assert kept in faults
    if "nothing" not in kept:
        assert "the same command again goes on from there" in faults
    workers.executor = Here()
    assert wolsey_run("calibrate", *FEW_DRAWS, "--out", tmp_path / "mine")[0] == 0
    assert (tmp_path / "mine" / "posterior.parquet").is_file()


def test_a_second_one_in_the_same_folder_is_refused(
    wolsey_run: Run, tmp_path: Path, workers: Workers
) -> None:
    mine = ("calibrate", *FEW_DRAWS, "--out", tmp_path / "mine")
    with locked(tmp_path / "mine"):
        code, told, faults = wolsey_run(*mine)
    assert (code, told) == (2, "")
    assert f"{tmp_path / 'mine'}: another process ({os.getpid()}) is writing results here; wait" in faults
    assert workers.executor.lived == 0
    assert wolsey_run(*mine)[0] == 0


def test_only_when_asked_it_ships(wolsey_run: Run, tmp_path: Path) -> None:
    code, told, _ = wolsey_run("calibrate", *FEW_DRAWS, "--ship")
    assert code == 0
    assert "It ships now" in told
    shipped = Posterior.load("ipswich")
    assert shipped.draws == 8
    shipped.parameters(3, PARAMETERS)


def test_too_few_effective_draws_do_not_ship(
    wolsey_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wolsey.verbs.calibrate, "USUAL", CampaignPlan(**{**vars(TINY), "enough": 1000}))
    code, told, _ = wolsey_run("calibrate", *FEW_DRAWS, "--ship")
    assert code == 1
    assert "fewer than the 1000 that are needed" in told
    assert "It does not ship" in told
    assert list((tmp_path / "posteriors").iterdir()) == []


def test_recovery_prints_and_ships(wolsey_run: Run, tmp_path: Path) -> None:
    code, told, _ = wolsey_run("calibrate", "--recovery", "--ship", "--out", tmp_path / "mine")
    found = Recovery.load("ipswich")
    assert code == (0 if found.summary["good"].all() else 1)
    assert found.manifest["towns"] == 30
    assert "30 towns lived with known numbers, each refitted by emulator" in told
    for name, row in found.summary.iterrows():
        (line,) = (line for line in told.splitlines() if line.startswith(f"{name} "))
        assert f"{row['coverage']:.0%}" in line
        assert line.endswith("outside") != row["good"]
    assert (tmp_path / "mine" / "recovery.parquet").is_file()
    assert not (tmp_path / "mine" / "posterior.parquet").exists()


def test_a_stopped_recovery_is_kept(wolsey_run: Run, tmp_path: Path, workers: Workers) -> None:
    assert wolsey_run("calibrate", *FEW_DRAWS, "--out", tmp_path / "mine")[0] == 0
    workers.executor = Here(stop_after=25)
    code, _, faults = wolsey_run("calibrate", *FEW_DRAWS, "--recovery", "--out", tmp_path / "mine")
    assert code == 130
    assert "10 towns of the recovery" in faults
    workers.executor = Here()
    wolsey_run("calibrate", *FEW_DRAWS, "--recovery", "--out", tmp_path / "mine")
    assert workers.executor.lived == 40


WRONG: list[tuple[tuple[object, ...], tuple[str, ...]]] = [
    (("--draws", 0), ("--draws = 0", "must be at least 1")),
    (("--starts", 0), ("--starts = 0", "must be at least 1")),
    (("--workers", 0), ("workers = 0", "must be at least 1")),
    (("--scale", 0.001), ("--scale", "0.001", "must be between 0.02 and 20")),
    (("--scale", 0.5, "--ship"), ("--scale = 0.5", "whole town ships")),
    (("--place", "ipswitch"), ("ipswitch", "did you mean 'ipswich'")),
]


@pytest.mark.parametrize(("arguments", "parts"), WRONG)
def test_what_cannot_be_is_refused_before_anything_is_lived(
    wolsey_run: Run, tmp_path: Path, workers: Workers, arguments: tuple[object, ...], parts: tuple[str, ...]
) -> None:
    code, told, faults = wolsey_run("calibrate", *arguments)
    assert (code, told, faults.count("\n")) == (2, "", 1)
    for part in parts:
        assert part in faults
    assert workers.executor.lived == 0
    assert not (tmp_path / "results").exists()


def test_a_folder_that_cannot_be(wolsey_run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    code, _, faults = wolsey_run("calibrate", *FEW_DRAWS, "--out", tmp_path / "file")
    assert code == 2
    assert "cannot be written" in faults


def test_a_town_too_small_for_a_figure(wolsey_run: Run, workers: Workers) -> None:
    class Small(Here):
        def figures(self, task: Task) -> D:
            found = super().figures(task)
            found[3] = float("nan")
            return found

    workers.executor = Small()
    code, _, faults = wolsey_run("calibrate", "--scale", 0.05)
    assert code == 2
    assert "--scale = 0.05" in faults
    assert "too small" in faults
    assert "gld_all_2017" in faults


def test_help_teaches(wolsey_run: Run) -> None:
    code, told, _ = wolsey_run("calibrate", "--help")
    assert code == 0
    for part in ("--recovery", "--ship", "posterior.parquet", "Examples:", "goes on where it was"):
        assert part in words(told), part


def test_time_left_is_of_all_stages() -> None:
    seconds = iter(range(0, 1000, 2))
    told: list[tuple[str, int, int, str]] = []
    watch = Watch({"a": 4, "b": 10}, lambda *each: told.append(each), lambda: next(seconds))
    watch("a", 1, 2)
    watch("a", 2, 2)
    watch("b", 1, 10)
    # Two seconds a town: 26 seconds are left, then 24, then 18; "a" was shorter than feared.
    assert told == [("a", 1, 4, "30 seconds"), ("a", 2, 4, "20 seconds"), ("b", 1, 10, "20 seconds")]


def test_a_stage_longer_than_foreseen_is_shown_so() -> None:
    told: list[tuple[str, int, int, str]] = []
    watch = Watch({"a": 1}, lambda *each: told.append(each), iter(range(100)).__next__)
    watch("a", 1, 3)
    watch("a", 2, 3)
    watch("new", 1, 100)
    assert [each[1:3] for each in told] == [(1, 3), (2, 3), (1, 100)]
    assert told[-1][3].endswith(("seconds", "minutes"))
