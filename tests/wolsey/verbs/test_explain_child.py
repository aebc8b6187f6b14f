"""`wolsey explain child`, and the ten lines of the README."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import wolsey
from model.io import files

type Run = Callable[..., tuple[int, str, str]]

BOTH = ("--scenario", "baseline", "--versus", "opportunity_area", "--scale", "0.05")


def test_children_are_listed_and_one_is_told(wolsey_run: Run) -> None:
    code, told, faults = wolsey_run("explain", "child", *BOTH)
    assert (code, faults) == (0, "")
    heading, *lines = told.splitlines()
    assert "synthetic children worth reading about (nobody real)" in heading
    ids = [line.split()[0] for line in lines if line.startswith("  ")]
    assert 5 <= len(ids) <= 10
    assert f"Read one: wolsey explain child {ids[0]} --scenario baseline" in told
    code, told, faults = wolsey_run("explain", "child", ids[0], *BOTH, "--seed", 0, "--draw", 0)
    assert (code, faults) == (0, "")
    assert told.startswith(f"Child {ids[0]}: a ")
    assert "the same in both" in told
    assert "The story ends: " in told
    assert wolsey_run("explain", "child", ids[0], *BOTH)[1] == told


def test_another_seed_has_other_children(wolsey_run: Run) -> None:
    lists = [wolsey_run("explain", "child", *BOTH, "--seed", seed)[1] for seed in (0, 1)]
    assert lists[0] != lists[1]
    assert "--seed 1 --scale 0.05" in lists[1]


def test_no_child_differs_where_nothing_acts(wolsey_run: Run, tmp_path: Path) -> None:
    """The plan stands in the file, and no year is left for it."""
    for name, programme in (
        ("a", ""),
        ("b", '[[programmes]]\ncard = "language_groups"\nstart = 2040\nreach = 0.5'),
    ):
        (tmp_path / f"{name}.toml").write_text(
            f'extends = "baseline"\ntitle = "{name}"\nuntil = 2020\n{programme}\n'
        )
    code, told, _ = wolsey_run(
        "explain",
        "child",
        "--scenario",
        tmp_path / "a.toml",
        "--versus",
        tmp_path / "b.toml",
        "--scale",
        0.05,
    )
    assert code == 0
    assert told.startswith("No child who is 16 to 32")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--scenario is missing; allowed: wolsey explain child --scenario"),
        (("7", "--scenario", "baseline"), "--versus is missing"),
        (("7", "--versus", "baseline"), "--scenario is missing"),
        (("7", *BOTH), "child = 7: nobody of that id lives in this town"),
        (("seven", *BOTH), 'child = "seven": is no child\'s id'),
        (("7", *BOTH[:3], "oportunity_area"), "did you mean 'opportunity_area'?"),
        (("7", *BOTH[:3], "baseline"), "says the same as"),
        (("7", *BOTH[:4], "--scale", "0"), "--scale"),
        (("7", *BOTH, "--seed", "-1"), "seed = -1"),
        (("7", *BOTH, "--draw", "-1"), "draw = -1"),
    ],
)
def test_bad_input_is_one_clear_line(wolsey_run: Run, arguments: tuple[str, ...], words: str) -> None:
    code, told, faults = wolsey_run("explain", "child", *arguments)
    assert (code, told) == (2, "")
    assert words in faults
    assert faults.count("\n") == 1


def test_a_nobody_is_told_where_to_look(wolsey_run: Run) -> None:
    _, _, faults = wolsey_run("explain", "child", "7", *BOTH)
    assert len(re.findall(r"\b1\d{8}\b", faults)) == 5
    assert "`wolsey explain child` without an id" in faults


def test_only_a_child_has_two_worlds(wolsey_run: Run) -> None:
    code, _, faults = wolsey_run("explain", "year", "--seed", 3, "--versus", "baseline")
    assert code == 2
    assert "--versus and --seed: only a child is told in two worlds" in faults
    assert "child" in wolsey_run("explain", "chld")[2]


def test_worlds_of_another_past_are_refused(wolsey_run: Run, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text(
        'extends = "baseline"\ntitle = "Other"\n[switches]\nschool_choice = false\n'
    )
    code, _, faults = wolsey_run(
        "explain", "child", "7", "--scenario", "baseline", "--versus", tmp_path / "other.toml"
    )
    assert code == 2
    assert "other.toml: differs in what acts before 2018" in faults


def test_the_lines_of_the_readme_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """As they stand there, but for the size of the town, the years, and the number of seeds and processes."""
    text = (files.root() / "README.md").read_text(encoding="utf-8")
    section = text.split("## Public API", 1)[1]
    code = section.split("```python\n", 1)[1].split("```", 1)[0]
    lines = [line for line in code.splitlines() if line.strip() and not line.startswith(("import", "if "))]
    assert 6 <= len(lines) <= 10
    small = code.replace("until=2030", "until=2022, scale=0.05").replace("range(10)", "range(2), workers=1")
    assert small.count("scale=0.05") == 2
    assert "workers=1" in small
    monkeypatch.chdir(tmp_path)
    exec(compile(small, "README.md", "exec"), {"__name__": "__main__"})
    told = capsys.readouterr().out
    assert (tmp_path / "difference.png").stat().st_size > 1000
    assert "Child 121634816" in told
    assert "indicator" in told


def test_the_names_are_public() -> None:
    from experiments.lives.story import LifeStory, explain_child

    assert wolsey.explain_child is explain_child
    assert wolsey.LifeStory is LifeStory
    assert {"explain_child", "LifeStory"} <= set(wolsey.__all__)
