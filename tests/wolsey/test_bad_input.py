"""Whatever is wrong with what a user gives: one clear line, its exit code, and nothing half-written."""

from collections.abc import Callable
from pathlib import Path

import pytest

import wolsey.verbs.run
from model.io import files
from tests.places import towns

ROOT = files.root()
SMALL = ("--draws", "1", "--scale", "0.05", "--until", "2022", "--workers", "1")

type Run = Callable[..., tuple[int, str, str]]
type Make = Callable[..., Path]


def names(folder: Path) -> list[str]:
    """What a folder holds."""
    return sorted(path.name for path in folder.iterdir())


WRONG: list[tuple[tuple[str, ...], str, tuple[str, ...]]] = [
    (
        ('place = "ipswitch"',),
        "place",
        ('place = "ipswitch"', "is no district of England", "did you mean 'ipswich'"),
    ),
    (("untl = 2030",), "", ("untl = 2030", "is not a known key", "did you mean 'until'")),
    (('until = "2030"',), "until", ('until = "2030"', "must be a whole number")),
    (("until = 1990",), "until", ("until = 1990", "must be between 1999 and 2048")),
    (("scale = 0.001",), "scale", ("scale = 0.001", "must be between 0.02 and 20")),
    (('births = { "2030-2020" = 1500 }',), "", ("births", "has its years reversed", '"2020-2030"')),
    (
        ('goals = ["vision"]',),
        "goals",
        ('goals[0] = "vision"', "is not a goal file", "did you mean 'vision_2048'"),
    ),
    (
        ('parameters = { "learning.trait_shar" = 0.5 }',),
        "",
        ("is not a parameter", "did you mean 'learning.trait_share'"),
    ),
    (
        ('parameters = { "learning.trait_share" = 5.0 }',),
        "",
        ("learning.trait_share = 5", "must be between 0.3 and 0.9"),
    ),
    (("switches.peers = 1",), "", ("peers = 1", "must be true or false")),
    (("title = ",), "", ("is not valid TOML", "line")),
]


@pytest.mark.parametrize(("lines", "without", "words"), WRONG)
def test_a_scenario_with_a_fault_is_refused(
    wolsey_run: Run, mine: Make, tmp_path: Path, lines: tuple[str, ...], without: str, words: tuple[str, ...]
) -> None:
    if any(line.startswith("switches") for line in lines):
        path = mine(without="peers")
        path.write_text(path.read_text().replace("[switches]", "[switches]\npeers = 1"))
    else:
        path = mine(*lines, without=without)
    code, told, faults = wolsey_run("run", path, "--seeds", 1, "--out", tmp_path / "out")
    assert (code, told) == (2, "")
    assert faults.count("\n") == 1
    assert faults.startswith(f"wolsey: {path}")
    for word in words:
        assert word in faults
    assert not (tmp_path / "out").exists()
    assert wolsey_run("check", path)[::2] == (2, faults)


GROUPS = '[[programmes]]\ncard = "language_groups"\nstart = 2019\nend = 2022\n'
PLANNED: list[tuple[str, tuple[str, ...]]] = [
    (GROUPS + "reach = 1.4", ("programmes[0].reach = 1.4", "must be between 0 and 1")),
    (GROUPS + "places = 99999", ("programmes[0].places = 99999", "is more than there are", "allowed: 0 to")),
    (GROUPS + "reach = 0.1\nplaces = 1", ("programmes[0].places = 1", "only one can hold")),
    (GROUPS, ("programmes[0].reach", "needs one of reach and places")),
    (
        '[[programmes]]\ncard = "maths_mastery"\nstart = 2019\nplaces = 45',
        ("programmes[0].places = 45", "is more than there are: 42, such schools"),
    ),
    (
        GROUPS.replace("groups", "gruops") + "reach = 0.1",
        (
            'programmes[0].card = "language_gruops"',
            "is not a programme card",
            "did you mean 'language_groups'",
        ),
    ),
    (
        GROUPS.replace("2019", "2023") + "reach = 0.1",
        ("programmes[0].start = 2023", "is after end = 2022"),
    ),
    (
        GROUPS + 'reach = 0.1\nwho.wards = ["Whiton"]',
        ('programmes[0].who.wards[0] = "Whiton"', "is not a ward of this place", "did you mean 'Whitton'"),
    ),
    (
        GROUPS + 'reach = 0.1\nwho.schools = ["Primry 01"]',
        ("programmes[0].who.schools[0]", "is not a school of this place", "did you mean 'primary 01'"),
    ),
    (
        2 * (GROUPS + "reach = 0.1\n"),
        ('programmes[1].name = "language_groups"', "is named twice"),
    ),
    (
        '[alliance]\nbudget = { "2018-2020" = -5 }',
        ("alliance.budget.2018-2020 = -5", "must be at least 0"),
    ),
    (
        GROUPS
        + 'reach = 0.1\n[[pilots]]\nname = "p"\nprogrammes = ["language_groups", "langage_groups"]\n'
        + 'outcome = "literacy"\nsample = 100\nthen = "better"',
        ("pilots[0].programmes[1]", "is not a programme of this scenario", "did you mean 'language_groups'"),
    ),
    (
        '[[acts]]\ntitle = "t"\norganisation = "employers"\nstart = 2024\nlever = "entryjobs"\namount = 4',
        ('acts[0].lever = "entryjobs"', "is not a lever", "did you mean 'entry_jobs'"),
    ),
    (
        "[cards.language_groups]\neffects = [ "
        '{ lever = "leadership", mean = 1, sd = 0, unit = "SD", form = "while_delivered" } ]',
        (
            'cards.language_groups.effects[0].lever = "leadership"',
            'is moved by no programme with delivered_to = "child"',
            'allowed: delivered_to = "school" or an act',
        ),
    ),
    (
        '[[acts]]\ntitle = "t"\norganisation = "employers"\nstart = 2024\nlever = "entry_jobs"\namount = 4\n'
        "ages = [5, 11]",
        ("acts[0].ages = [5, 11]", "does nothing to entry_jobs, which is of no age"),
    ),
    (
        GROUPS + "reach = 0.1\nages = [17, 18]",
        ("programmes[0].ages = [17, 18]", "are in no school of these kinds; allowed: primary 5 to 11"),
    ),
    (
        "[cards.language_groups]\ncosts = 4",
        ("cards.language_groups.costs = 4", "is not a known key", "did you mean 'cost'"),
    ),
]


@pytest.mark.parametrize(("text", "words"), PLANNED)
def test_a_plan_with_a_fault_is_refused(
    wolsey_run: Run, mine: Make, tmp_path: Path, text: str, words: tuple[str, ...]
) -> None:
    path = mine()
    path.write_text(f"{path.read_text()}\n{text}\n")
    code, told, faults = wolsey_run("run", path, "--seeds", 1, "--out", tmp_path / "out")
    assert (code, told) == (2, "")
    assert faults.count("\n") == 1
    assert faults.startswith(f"wolsey: {path}")
    for word in words:
        assert word in faults
    assert not (tmp_path / "out").exists()
    assert wolsey_run("check", path)[::2] == (2, faults)


def test_a_card_with_a_lever_that_it_cannot_move_is_refused(wolsey_run: Run, tmp_path: Path) -> None:
    text = (ROOT / "scenarios" / "programmes" / "life_skills.toml").read_text()
    path = tmp_path / "mine.toml"
    path.write_text(text.replace('lever = "socio"', 'lever = "gatsby"', 1))
    assert wolsey_run("check", path) == (
        2,
        "",
        f'wolsey: {path}: effects[0].lever = "gatsby": is moved by no programme with delivered_to = "child"; '
        'allowed: delivered_to = "school" or an act\n',
    )


@pytest.mark.parametrize(
    ("extends", "words"),
    [
        (
            "other.toml",
            ("other.toml", 'extends = "mine.toml"', "is circular: mine extends other extends mine"),
        ),
        ("mine.toml", ("mine.toml", 'extends = "mine.toml"', "is circular: mine extends mine")),
        ("othr.toml", ("mine.toml", "there is no such scenario", "did you mean 'other'")),
        ("basline", ("mine.toml", "there is no such scenario", "did you mean 'baseline'")),
    ],
)
def test_a_scenario_that_extends_the_wrong_one_is_refused(
    wolsey_run: Run, tmp_path: Path, extends: str, words: tuple[str, ...]
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f'extends = "{extends}"\ntitle = "T"\n')
    (tmp_path / "other.toml").write_text('extends = "mine.toml"\ntitle = "T"\n')
    code, told, faults = wolsey_run("run", path, "--seeds", 1, "--out", tmp_path / "out")
    assert (code, told, faults.count("\n")) == (2, "", 1)
    for word in words:
        assert word in faults
    assert not (tmp_path / "out").exists()
    assert wolsey_run("check", path)[::2] == (2, faults)


def test_a_plan_without_fault_is_good(wolsey_run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('extends = "opportunity_area"\ntitle = "T"\ndrop = ["family_programme"]\n')
    assert wolsey_run("check", path)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "basline"), ("there is no such scenario", "did you mean 'baseline'")),
        (("run", "nowhere/x.toml"), ("nowhere/x.toml", "there is no such scenario")),
        (("run", "../baseline"), ("is no name of a scenario",)),
        (
            ("run", "baseline", "--until", "1998"),
            ("--until", "until = 1998", "must be between 1999 and 2048"),
        ),
        (("run", "baseline", "--scale", "0"), ("--scale", "scale = 0", "must be between 0.02 and 20")),
        (("run", "baseline", "--seeds", "0"), ("--seeds = 0", "must be at least 1")),
        (("run", "baseline", "--seeds", "100000000"), ("--seeds = 100000000", "must be at most 10000")),
        (("compare", "baseline", "ceiling", "--seeds", "10001"), ("--seeds = 10001", "at most 10000")),
        (("reach", "ipswich", "--seeds", "100000000"), ("--seeds = 100000000", "must be at most 10000")),
        (("run", "baseline", "--draws", "0"), ("--draws = 0", "must be at least 1")),
        (("run", "baseline", "--draws", "25"), ("--draws = 25", "the posterior of ipswich", "1 to 24")),
        (("run", "baseline", "--seed", "-1"), ("seed = -1", "must be between 0 and 4294967295")),
        (("run", "baseline", "--seed", "1", "--seed", "1"), ("seed = 1", "is named twice")),
        (("run", "baseline", "--seed", "1", "--seeds", "2"), ("--seeds", "--seed", "not both")),
        (("run", "baseline", "--workers", "0"), ("workers = 0", "must be at least 1")),
        (("goals", "vision"), ("there is no such goal file", "did you mean 'vision_2048'")),
        (("explain", "yaer"), ("something to explain", "did you mean 'year'")),
        (("explain", "year", "lerning"), ("a phase of the year", "did you mean 'learning'")),
        (("explain", "indicator", "ks2_rvm"), ("an indicator", "did you mean 'ks2_rwm'")),
        (("explain", "parameter", "learning.trait"), ("a parameter", "did you mean 'learning.trait_")),
        (("explain", "column", "thetta"), ("a column",)),
        (("check", "nothing.toml"), ("nothing.toml: there is no such file",)),
    ],
)
def test_a_wrong_argument_is_refused(
    wolsey_run: Run, tmp_path: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    out = ("--out", tmp_path / "out") if arguments[0] == "run" else ()
    code, told, faults = wolsey_run(*arguments, *out)
    assert (code, told) == (2, "")
    assert faults.startswith("wolsey: ")
    assert faults.count("\n") == 1
    for word in words:
        assert word in faults
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("frob",),
        ("run",),
        ("run", "baseline", "--sedes", "2"),
        ("run", "baseline", "--until", "soon"),
        ("check",),
    ],
)
def test_wrong_usage_is_refused(wolsey_run: Run, arguments: tuple[str, ...]) -> None:
    code, told, faults = wolsey_run(*arguments)
    assert (code, told) == (2, "")
    assert "Error: " in faults or "Missing" in faults
    assert "Traceback" not in faults


@pytest.mark.parametrize("below", ["", "below", "far/below"])
def test_a_folder_that_cannot_be_written_is_refused_first(
    wolsey_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    def unwanted(*_: object, **__: object) -> None:
        raise AssertionError("a run was made")

    monkeypatch.setattr(wolsey.verbs.run, "make_all", unwanted)
    (tmp_path / "file").write_text("mine")
    code, told, faults = wolsey_run(
        "run", "baseline", "--seeds", 1, *SMALL, "--out", tmp_path / "file" / below
    )
    assert (code, told, faults.count("\n")) == (2, "", 1)
    assert "is a file, or lies below one" in faults
    assert (tmp_path / "file").read_text() == "mine"


def test_another_key_and_foreign_files_are_refused(wolsey_run: Run, tmp_path: Path) -> None:
    arguments = (
        "run",
        "baseline",
        "--seeds",
        1,
        "--scale",
        "0.05",
        "--workers",
        1,
        "--out",
        tmp_path / "out",
    )
    assert wolsey_run(*arguments, "--until", 2000)[0] == 0
    held = names(tmp_path / "out")
    code, told, faults = wolsey_run(*arguments, "--until", 2001)
    assert (code, told, faults.count("\n")) == (2, "", 1)
    assert "holds results of another scenario" in faults
    assert names(tmp_path / "out") == held
    (tmp_path / "out" / "thesis.odt").write_text("mine")
    code, _, faults = wolsey_run(*arguments, "--until", 2000)
    assert (code, faults.count("\n")) == (2, 1)
    assert "'thesis.odt'" in faults


def goal_file(folder: Path, **changes: str) -> Path:
    """The file of the vision, with texts replaced."""
    text = (ROOT / "scenarios" / "goals" / "vision_2048.toml").read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "goals.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "skill_slope_5",
            "skil_slope_5",
            ("indicator", "is not an indicator", "did you mean 'skill_slope_5'"),
        ),
        ('group = "all"', 'group = "al"', ("group", "is not a group of skill_slope_5", "did you mean 'all'")),
        ("at_most", "atmost", ("comparison", "did you mean 'at_most'")),
        ("birth_cohort", "birth_cohrt", ("is not a known key", "did you mean 'birth_cohort'")),
        (
            "year = 2048\nbirth_cohort = 2043",
            "year = 2010",
            ("goals[0].year = 2010", "must be after baseline_year = 2017"),
        ),
        ("year = 2048", "year = 3048", ("goals[0].year = 3048", "must be between 1998 and 2048")),
    ],
)
def test_a_goal_file_with_a_fault_is_refused(
    wolsey_run: Run, tmp_path: Path, old: str, new: str, words: tuple[str, ...]
) -> None:
    path = goal_file(tmp_path, **{old: new})
    for verb in ("goals", "check"):
        code, told, faults = wolsey_run(verb, path)
        assert (code, told, faults.count("\n")) == (2, "", 1)
        assert str(path) in faults
        for word in words:
            assert word in faults


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("figures.csv", lambda text: text.replace("children_2017,", "childern_2017,", 1), ("children_2017",)),
        ("ages.csv", lambda text: "\n".join(text.splitlines()[:-1]) + "\n", ("ages.csv",)),
        (
            "observed.csv",
            lambda text: text.replace("gld,all,2017,69.7", "gld,all,2017,169.7"),
            ("169.7", "between 0 and 100"),
        ),
        ("births.csv", None, ("births.csv", "cannot be read")),
    ],
)
def test_a_place_with_a_fault_is_refused(
    wolsey_run: Run, tmp_path: Path, name: str, change: Callable[[str], str] | None, words: tuple[str, ...]
) -> None:
    towns(tmp_path / "places")
    path = tmp_path / "places" / "ipswich" / name
    if change is None:
        path.unlink()
    else:
        assert change(path.read_text()) != path.read_text()
        path.write_text(change(path.read_text()))
    code, told, faults = wolsey_run("check", tmp_path / "places" / "ipswich")
    assert (code, told, faults.count("\n")) == (2, "", 1)
    for word in words:
        assert word in faults
