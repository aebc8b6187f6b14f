"""Scenarios that start from another one and change it."""

from pathlib import Path

import pytest

from model.io import files
from model.io.errors import InputError
from model.scenario.card_parts import TakeUp
from model.scenario.scenario import Scenario
from tests.model.scenario.programme_cases import make_cards


@pytest.fixture(autouse=True)
def cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Cards of the test."""
    return make_cards(tmp_path / "cards", monkeypatch)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of scenarios of the test, with a parent in it."""
    folder = tmp_path / "house"
    folder.mkdir()
    (folder / "parent.toml").write_text(
        """
        title = "Parent"
        question = "Q"
        place = "ipswich"
        until = 2030
        births = { "2030-2031" = 1500 }
        parameters = { "learning.trait_share" = 0.6 }
        goals = ["vision_2048"]
        switches.peers = false
        [alliance]
        budget = { "2018-2022" = 100 }
        youth_voice = 0.5
        [cards.groups]
        take_up = { rate = 0.5 }
        grade = "C"
        [[programmes]]
        card = "groups"
        start = 2019
        end = 2022
        reach = 0.4
        who = { disadvantaged = true }
        [[programmes]]
        name = "sums"
        card = "maths"
        start = 2019
        places = 5
        [[acts]]
        title = "More jobs"
        organisation = "employers"
        start = 2020
        lever = "entry_jobs"
        amount = 4
        """
    )
    goals = files.goal_files()
    monkeypatch.setattr(files, "scenarios", lambda: folder)
    monkeypatch.setattr(files, "goal_files", lambda: goals)
    monkeypatch.setattr("model.scenario.extends.scenarios", lambda: folder)
    return folder


def child(house: Path, text: str, name: str = "child") -> Path:
    """A file that extends the parent."""
    path = house / f"{name}.toml"
    path.write_text(f'extends = "parent"\n{text}')
    return path


def test_a_scenario_that_only_extends_does_the_same(house: Path) -> None:
    made, parent = Scenario.load(child(house, 'title = "Child"')), Scenario.load("parent")
    assert made.key() == parent.key()
    assert (made.title, made.question, made.name) == ("Child", "", "child")
    assert Scenario.of({"extends": "parent", "title": "T"}).key() == parent.key()


def test_what_is_said_is_laid_over_what_is_extended(house: Path) -> None:
    made = Scenario.load(
        child(
            house,
            """
            title = "Child"
            until = 2040
            drop = ["sums"]
            births = { "2031" = 1400, "2032" = 1300 }
            parameters.learning = { trait_share = 0.7 }
            goals = ["opportunity_area_2021"]
            switches.trust = false
            [alliance]
            budget = { "2022-2023" = 50 }
            [cards.groups]
            take_up = { rate = 0.9 }
            [cards.parents]
            grade = "C"
            [[programmes]]
            name = "groups"
            places = 70
            end = 2030
            [[programmes]]
            name = "later"
            card = "groups"
            start = 2024
            reach = 0.1
            [[acts]]
            title = "More jobs"
            amount = 5
            """,
        )
    )
    assert (made.until, made.goals) == (2040, ("opportunity_area_2021",))
    assert made.births == {2030: 1500, 2031: 1400, 2032: 1300}
    assert made.parameters == {"learning.trait_share": 0.7}
    assert [name for name, on in made.switches if not on] == ["peers", "trust"]
    assert [made.alliance.budget_in(year) for year in (2021, 2022, 2023, 2024)] == [100, 50, 50, 0]
    assert made.alliance.youth_voice == 0.5
    assert made.card("groups").take_up == TakeUp(rate=0.9)
    assert made.card("groups").grade == "C"
    groups, later = made.programmes
    assert (groups.places, groups.reach, groups.start, groups.end) == (70, None, 2019, 2030)
    assert groups.who.disadvantaged
    assert (later.name, later.who.disadvantaged) == ("later", False)
    assert (made.acts[0].amount, made.acts[0].start) == (5, 2020)


def test_a_path_is_looked_up_beside_the_file(house: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('extends = "house/parent.toml"\ntitle = "Mine"\n')
    assert Scenario.load(tmp_path / "mine.toml").key() == Scenario.load("parent").key()


def test_going_round_in_a_circle_is_refused_with_the_chain(house: Path) -> None:
    for name, to in (("a", "b"), ("b", "c"), ("c", "a"), ("self", "self")):
        (house / f"{name}.toml").write_text(f'extends = "{to}"\ntitle = "T"\n')
    with pytest.raises(InputError) as caught:
        Scenario.load("a")
    told = str(caught.value)
    assert told == (f'{house / "c.toml"}: extends = "a": is circular: a extends b extends c extends a')
    with pytest.raises(InputError, match="is circular: self extends self"):
        Scenario.load("self")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "title: is missing"),
        (
            'title = "T"\ndrop = ["smus"]',
            'drop[0] = "smus": is not a programme of the scenario that this one',
        ),
        ('title = "T"\ndrop = ["smus"]', "did you mean 'sums'?"),
        ('title = "T"\ndrop = "sums"', 'drop = "sums": must be a list of names'),
        ('title = "T"\ndrop = [3]', "drop[0] = 3: must be text in quotes"),
        (
            'title = "T"\n[[programmes]]\nname = "groups"\nstart = 2023\n',
            "programmes[0].start = 2023: is after end = 2022",
        ),
        (
            'title = "T"\n[[programmes]]\ncard = "groups"\nname = "new"\nstart = 2019\nreach = 2\n',
            "programmes[0].reach = 2: must be between 0 and 1",
        ),
        ('title = "T"\n[alliance]\nbudget = { "soon" = 3 }', "alliance.budget.soon: is no year"),
        ('title = "T"\nbirths = { "soon" = 3 }', "births.soon: is no year"),
        ('title = "T"\nprogrammes = 3', "programmes = 3: must be a list"),
        ('title = "T"\nprogrammes = [3]', "programmes[0] = 3: must be a table"),
        ('title = "T"\ncards.groups = 3', "cards.groups = 3: must be a table"),
    ],
)
def test_a_fault_is_shown_where_it_stands_in_the_file(house: Path, text: str, words: str) -> None:
    path = child(house, text)
    with pytest.raises(InputError) as caught:
        Scenario.load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert words in str(caught.value)


def test_a_fault_of_the_parent_is_shown_in_the_parent(house: Path) -> None:
    path = house / "parent.toml"
    path.write_text(path.read_text().replace("reach = 0.4", "reach = 1.4"))
    with pytest.raises(InputError) as caught:
        Scenario.load(child(house, 'title = "T"'))
    assert str(caught.value).startswith(f"{path}: programmes[0].reach = 1.4")


def test_a_fault_that_only_the_child_makes_of_an_entry_of_the_parent_names_it(house: Path) -> None:
    text = 'title = "T"\n[cards.groups]\ndelivered_to = "town"\n[[programmes]]\nname = "groups"\nplaces = 3\n'
    with pytest.raises(InputError, match=r"programmes\[0\].places = 3: does nothing with groups"):
        Scenario.load(child(house, text))
    text = 'title = "T"\n[cards.maths]\nages = [17, 18]\nphases = ["college"]\n'
    with pytest.raises(
        InputError, match=r"programmes\.sums\.places = 5: is more than there are: 1, such schools"
    ):
        Scenario.load(child(house, text))
