"""The verb `places`: every district, under all filters."""

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

import wolsey
from model.districts.names import districts
from model.io.files import root

type Run = Callable[..., tuple[int, str, str]]


def names(out: str) -> list[str]:
    """The first column of a listing, without its head."""
    return [line.split()[0] for line in out.split("\n\n")[0].splitlines()[2:]]


def test_every_district_is_listed(wolsey_run: Run) -> None:
    code, out, err = wolsey_run("places")
    assert (code, err) == (0, "")
    assert sorted(names(out)) == sorted(district.slug for district in districts())
    derby = next(line for line in out.splitlines() if line.startswith("derby "))
    assert derby.split()[1:] == [
        "E06000015",
        "East",
        "Midlands",
        "62,818",
        "93",
        "84/10/6",
        "Opportunity",
        "Area",
    ]
    gone = next(line for line in out.splitlines() if line.startswith("scarborough-2017"))
    assert gone.endswith("Opportunity Area North Yorkshire Coast; to 2022, now north-yorkshire")
    assert [line.split()[0] for line in out.splitlines() if "has a posterior" in line] == ["ipswich"]
    assert "336 places." in out
    assert "1 with a posterior; the others' own numbers are drawn from their prior" in out
    assert "Refused: Isles of Scilly and City of London." in out
    assert max(map(len, out.splitlines())) <= 175


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (("--region", "tees valley"),
         "darlington hartlepool middlesbrough redcar-and-cleveland stockton-on-tees"),
        (("--region", "Suffolk", "--year", "2024"), "babergh east-suffolk ipswich mid-suffolk west-suffolk"),
        (("--area", "norwich"), "norwich"),
        (("--area", "fenland and east cambridgeshire"), "east-cambridgeshire fenland"),
        (("--area", "all", "--region", "North West"), "blackpool oldham"),
        (("--near", "derby", "--region", "East of England"), "peterborough thurrock"),
        (("--near", "E07000168", "--region", "South West", "--year", "2024"),
         "cornwall dorset somerset wiltshire cotswold bournemouth-christchurch-and-poole north-somerset"),
    ],
)  # fmt: skip
def test_filters(wolsey_run: Run, asked: tuple[str, ...], found: str) -> None:
    code, out, err = wolsey_run("places", *asked)
    assert (code, err) == (0, "")
    assert names(out) == found.split()


def test_neighbours_come_with_their_place_in_each_list(wolsey_run: Run) -> None:
    out = wolsey_run("places", "--near", "derby")[1]
    head, _, first, second, *_ = out.splitlines()
    assert head.split()[-4:] == ["global", "economic", "demographic", "notes"]
    assert first.split()[0] == "stoke-on-trent"
    assert first.split()[-5:] == ["1", "5", "3", "Opportunity", "Area"]
    assert second.split()[0] == "peterborough"
    assert "Statistical neighbours of Derby (Office for National Statistics)" in out
    assert (
        "of North Yorkshire, in which Scarborough lies now" in wolsey_run("places", "--near", "E07000168")[1]
    )


def test_the_json_document(wolsey_run: Run) -> None:
    code, out, err = wolsey_run("places", "--near", "derby", "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert set(document) == {"version", "places"}
    assert document["version"] == 1
    assert [list(place) for place in document["places"]] == [
        ["name", "code", "title", "region", "opportunity_area", "first_year", "last_year", "successor",
         "children", "schools", "known", "posterior", "near"]
    ] * 24  # fmt: skip
    first = document["places"][0]
    assert (first["name"], first["code"], first["posterior"]) == ("stoke-on-trent", "E06000021", False)
    assert first["near"] == {"global": 1, "economic": 5, "demographic": 3}
    for place in document["places"]:
        assert set(place["known"]) == {"published", "derived", "judged"}
        assert sum(place["known"].values()) == pytest.approx(1)


def test_in_python_a_row_a_place() -> None:
    found = wolsey.places(area="all", near="derby")
    assert list(found.index) == ["stoke-on-trent", "bradford"]
    assert list(found["near_global"]) == [1, 5]
    every = wolsey.places(year=2024)
    assert len(every) == 294
    assert every["children"].sum() == pytest.approx(12_520_000, rel=0.03)
    assert every.loc["ipswich", "posterior"]
    assert every[["published", "derived", "judged"]].sum(axis=1).to_numpy() == pytest.approx(1)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--region", "Tees Valey"), "did you mean 'Tees Valley'?"),
        (("--region", "Scotland"), "'Scotland' is not a region, a combined authority of 2024 or a county"),
        (("--area", "Norwhich"), "'Norwhich' is not an Opportunity Area; allowed: Norwich"),
        (("--region", "London", "--area", "Derby"), "no district lies in London and in the area Derby"),
        (
            ("--area", "West Somerset", "--year", "2024"),
            "no district lies in the area West Somerset and in 2024",
        ),
        (("--year", "2030"), "the tables hold no districts of this year; allowed: 2016 to 2024"),
        (("--near", "darby"), "did you mean 'derby'?"),
        (("--near", "scarborough"), "'Scarborough' was abolished in 2023"),
        (("--near", "barnsley"), "no statistical neighbours are published for barnsley (E08000016)"),
        (
            ("--near", "derby", "--area", "Norwich"),
            "no statistical neighbour of derby (E06000015) lies in what was",
        ),
    ],
)
def test_what_cannot_be_listed(wolsey_run: Run, asked: tuple[str, ...], said: str) -> None:
    code, out, err = wolsey_run("places", *asked)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.town
def test_listing_loads_nothing_heavy() -> None:
    """It answers within a second, which pandas alone would take half of."""
    heavy = "{'pandas', 'numba', 'scipy', 'mesa', 'matplotlib'}"
    code = (
        f"import sys; from wolsey.cli.main import main; main(['places']); print({heavy} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root(), capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "set()"


def test_the_examples_of_the_help_work(wolsey_run: Run) -> None:
    code, told, _ = wolsey_run("places", "--help")
    examples = [line.strip() for line in told.splitlines() if line.strip().startswith("wolsey places")]
    assert code == 0
    assert len(examples) == 5
    for example in examples:
        arguments = [part.strip() for part in example.replace('"Tees Valley"', "Tees_Valley").split()[1:]]
        assert wolsey_run(*(part.replace("_", " ") for part in arguments))[0] == 0, example
