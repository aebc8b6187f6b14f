"""The verb `programmes`, `explain programme` and `check` of a card, as a reader sees them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from model.scenario.cards import card_folder, card_names, load_card
from wolsey.verbs.programmes import ages_in_words, programme, size

type Run = Callable[..., tuple[int, str, str]]


def test_all_programmes_are_listed(wolsey_run: Run) -> None:
    code, out, err = wolsey_run("programmes")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    named = [line.split()[0] for line in lines[2:] if not line.startswith(" ")]
    assert named == card_names()
    at = next(i for i, line in enumerate(lines) if line.startswith("language_groups"))
    assert [" ".join(line.split()) for line in lines[at : at + 3]] == [
        "language_groups Language groups in Reception",
        "4-5 of 5 padlocks; £50-100 a child served; children, Reception",
        "literacy +0.22 SD",
    ]
    assert max(map(len, lines)) <= 130


def test_listing_is_what_explain_gives_without_a_name(wolsey_run: Run) -> None:
    assert wolsey_run("explain", "programme")[1] == wolsey_run("programmes")[1]


def test_a_programme_in_full(wolsey_run: Run) -> None:
    code, out, err = wolsey_run("explain", "programme", "language_groups")
    assert (code, err) == (0, "")
    for said in (
        "language_groups: Language groups in Reception (I04)",
        "+0.22 SD (SD 0.06)",
        "the mean of all served; 1.3 times as much for disadvantaged children as for others (SD 0.3)",
        "of taking part",
        "85% left after 1 year, 62% after 5 (the card: 90% and 60%; misfit 0.046)",
        "56% for good, 44% fades at 0.4 a year",
        "£50-100 a child served",
        "12% to 18%",
        "85% of those offered; each child once",
        "done anyway, 2020: 0%, 2021: 10%, then the same; grade A",
        "evidence 1.23, 1.24",
        "J: judgement",
    ):
        assert said in out


@pytest.mark.parametrize("name", card_names())
def test_every_card_explains_and_checks_without_a_fault(wolsey_run: Run, name: str) -> None:
    text = programme(name)
    assert text.startswith(f"{name}: {load_card(name).title}")
    assert "None" not in text
    assert text.count("    size ") == len(load_card(name).effects)
    code, out, err = wolsey_run("check", card_folder() / f"{name}.toml")
    assert (code, err) == (0, "")
    assert "programme card with" in out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("family_centres", "of being offered it or living near, whoever takes part"),
        ("family_centres", "builds from age 4 to 16, whole after 5 years served; none of it is lost"),
        ("school_home_contact", "while it is delivered; nothing after"),
        ("school_home_contact", "2.5 times as much for the lowest fifth"),
        ("leadership_qualifications", "as long as the school's practice does"),
        ("leadership_qualifications", "after 2 years"),
        ("teacher_development", "leaves with the staff who leave"),
        ("maths_mastery", "adds up to 0.12 at most"),
        ("maths_mastery", "only year 7 to year 11"),
        ("employer_encounters", "none after the first 4"),
        ("employer_encounters", "for good"),
        ("careers_benchmarks", "2 times as much for the fifth of schools with most free meals"),
        ("careers_benchmarks", "times the benchmarks that the programme has brought"),
        ("new_teacher_support", "times the share of staff in their first two years"),
        ("neet_reengagement", "-12 points (SD 4), from 70%"),
        ("backbone", "x1.10 (SD 0.1)"),
        ("school_visits", "no study found"),
        ("life_skills", "+0.2 in log-odds for one SD of family position"),
        ("evidence_fund", "nothing entered as done anyway"),
    ],
)
def test_what_is_particular_to_a_card_is_said(name: str, said: str) -> None:
    assert said in programme(name)


def test_no_such_programme(wolsey_run: Run) -> None:
    code, out, err = wolsey_run("explain", "programme", "langage_groups")
    assert (code, out) == (2, "")
    assert "'langage_groups' is not a programme" in err
    assert "did you mean 'language_groups'?" in err


def test_a_card_may_be_named_to_check(wolsey_run: Run) -> None:
    code, out, _ = wolsey_run("check", "language_groups")
    assert (code, out) == (
        0,
        "scenarios/programmes/language_groups.toml: programme card with 1 effect, good\n",
    )


def test_a_card_with_a_fault_is_told(wolsey_run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    text = (card_folder() / "language_groups.toml").read_text()
    path.write_text(text.replace('lever = "literacy"', 'lever = "litteracy"'))
    code, out, err = wolsey_run("check", path)
    assert (code, out) == (2, "")
    assert 'mine.toml: effects[0].lever = "litteracy": is not a lever' in err
    assert wolsey_run("explain", "programme", path)[0] == 2


def test_a_users_own_card_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    text = (card_folder() / "teacher_development.toml").read_text()
    path.write_text(text.replace('form = "fades"\nkeep1 = 0.6\nkeep5 = 0.3', 'form = "lasting"'))
    assert "50% of routine delivery; stays for good; leaves with the staff" in programme(str(path))


@pytest.mark.parametrize(
    ("ages", "words"),
    [
        ((5, 5), "Reception"),
        ((5, 16), "Reception to year 11"),
        ((16, 18), "year 11 to year 13"),
        ((2, 4), "ages 2 to 4"),
        ((11, 19), "ages 11 to 19"),
        ((4, 4), "age 4"),
    ],
)
def test_ages_in_words(ages: tuple[int, int], words: str) -> None:
    assert ages_in_words(ages) == words


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.22, "SD", "+0.22 SD"),
        (-0.3, "pp", "-0.3 points"),
        (1.1, "ratio", "x1.10"),
        (1.0, "count", "+1"),
        (0.0, "SD", "0 SD"),
        (5.0, "percent", "+5%"),
        (0.004, "ln", "+0.004 in the log of it"),
    ],
)
def test_sizes_in_words(value: float, unit: str, words: str) -> None:
    assert size(value, unit) == words


def test_help_of_the_verb_gives_examples_that_work(wolsey_run: Run) -> None:
    code, told, _ = wolsey_run("programmes", "--help")
    examples = [line.split() for line in told.splitlines() if line.strip().startswith("wolsey ")]
    assert code == 0
    assert len(examples) == 2
    for example in examples:
        assert wolsey_run(*example[1:])[0] == 0, example
