"""Numbers as records: read quickly, checked, never changed by accident."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.inputs.parameters import Parameters
from model.inputs.prior import Prior, parse_prior
from model.io.errors import InputError

GOOD: dict[str, Any] = {
    "value": 0.59,
    "unit": '"share of variance"',
    "low": 0.3,
    "high": 0.9,
    "prior": '"normal(0.59, 0.07)"',
    "source": '"least squares on published correlations"',
    "grade": '"D(A)"',
    "meaning": '"share of a skill that stays"',
}


def write(folder: Path, **changes: Any) -> Path:
    """One file `learning.toml` with one record; `changes` replace TOML texts of GOOD, None leaves one out."""
    lines = [f"{key} = {text}" for key, text in {**GOOD, **changes}.items() if text is not None]
    path = folder / "learning.toml"
    path.write_text("[trait_share]\n" + "\n".join(lines) + "\n")
    return path


@pytest.fixture
def made(tmp_path: Path) -> Parameters:
    write(tmp_path)
    (tmp_path / "staffing.toml").write_text(
        '[leaving]\nvalue = [0.113, 0.087]\nunit = "a year"\nlow = 0\nhigh = 1\nprior = "fixed"\n'
        'source = "s"\ngrade = "A"\nmeaning = "m"\nlocal = true\n'
        '[posts]\nvalue = 3\nunit = "posts"\nlow = 0\nhigh = 9\n'
        'prior = "fixed"\nsource = "s"\ngrade = "S"\nmeaning = "m"\n'
    )
    return Parameters.load(tmp_path)


def test_values_are_plain_attributes(made: Parameters) -> None:
    assert made.learning.trait_share == 0.59
    assert type(made.staffing.posts) is float
    assert "posts" in vars(made.staffing)
    assert made.staffing.leaving.tolist() == [0.113, 0.087]
    assert made.staffing.leaving.dtype == np.float64


def test_nothing_can_be_set(made: Parameters) -> None:
    with pytest.raises(ValueError, match="read-only"):
        made.staffing.leaving[0] = 0.5
    with pytest.raises(AttributeError, match=r"learning\.trait_share cannot be set"):
        made.learning.trait_share = 0.5
    with pytest.raises(AttributeError, match="learning cannot be set"):
        made.learning = 0.5


def test_misspelt_names_say_the_nearest(made: Parameters) -> None:
    with pytest.raises(AttributeError, match="did you mean 'trait_share'"):
        _ = made.learning.trait_shar
    with pytest.raises(AttributeError, match="did you mean 'learning'"):
        _ = made.lerning
    with pytest.raises(InputError, match=r"did you mean 'learning\.trait_share'"):
        made.record("learning.trait_shar")
    assert not hasattr(made.learning, "zzz")


def test_records_keep_what_is_known(made: Parameters) -> None:
    record = made.record("learning.trait_share")
    assert (record.unit, record.low, record.high, record.grade) == ("share of variance", 0.3, 0.9, "D(A)")
    assert record.prior == Prior("normal", (0.59, 0.07))
    assert not record.local
    assert made.record("staffing.leaving").local
    assert made.record("staffing.leaving").prior.fixed
    assert [each.name for each in made] == ["learning.trait_share", "staffing.leaving", "staffing.posts"]
    assert list(made.records()) == list(made)
    assert len(made) == 3


def test_changed_leaves_the_original(made: Parameters) -> None:
    other = made.changed({"learning.trait_share": 0.6, "staffing.leaving": [0.1, 0.2]})
    assert (other.learning.trait_share, made.learning.trait_share) == (0.6, 0.59)
    assert other.staffing.leaving.tolist() == [0.1, 0.2]
    assert other.digest() != made.digest()
    assert made.changed({"staffing.posts": 3}).digest() == made.digest()
    assert made.changed({"staffing.leaving": np.array([0.1, 0.2])}).staffing.leaving.tolist() == [0.1, 0.2]


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            {"learning.trait_shar": 0.5},
            "learning.trait_shar = 0.5: is not a parameter; allowed: learning.trait_share; did you mean "
            "'learning.trait_share'?",
        ),
        (
            {"trait_share": 0.5},
            "trait_share = 0.5: is not a parameter; allowed: learning.trait_share, staffing",
        ),
        ({"learning.trait_share": 0.91}, "learning.trait_share = 0.91: must be between 0.3 and 0.9"),
        ({"learning.trait_share": "0.5"}, 'learning.trait_share = "0.5": must be a number'),
        ({"learning.trait_share": True}, "learning.trait_share = true: must be a number"),
        ({"learning.trait_share": float("nan")}, "learning.trait_share = nan: must be a finite number"),
        ({"learning.trait_share": [0.5]}, "learning.trait_share = [0.5]: must be a number, not a list"),
        ({"staffing.leaving": [0.1]}, "staffing.leaving = [0.1]: must be a list of 2 numbers"),
        ({"staffing.leaving": [0.1, 2]}, "staffing.leaving[1] = 2.0: must be between 0 and 1"),
        ({"staffing.leaving": 0.1}, "staffing.leaving = 0.1: must be a list of 2 numbers"),
    ],
)
def test_changed_refuses(made: Parameters, overrides: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        made.changed(overrides)
    assert str(caught.value).startswith(message)


def test_digest_follows_values_and_not_words(tmp_path: Path) -> None:
    write(tmp_path)
    first = Parameters.load(tmp_path).digest()
    write(tmp_path, source='"another source, longer than the first"')
    assert Parameters.load(tmp_path).digest() == first
    write(tmp_path, value=0.6)
    assert Parameters.load(tmp_path).digest() != first
    assert len(first) == 32


def test_pickled_parameters_are_the_same_and_still_fixed(made: Parameters) -> None:
    again = pickle.loads(pickle.dumps(made))
    assert again.digest() == made.digest()
    assert list(again) == list(made)
    assert not again.staffing.leaving.flags.writeable
    section = pickle.loads(pickle.dumps(made.staffing))
    assert section.posts == 3
    assert not section.leaving.flags.writeable


def test_files_are_parsed_once_until_they_change(tmp_path: Path) -> None:
    write(tmp_path)
    first = Parameters.load(tmp_path)
    assert Parameters.load(tmp_path) is first
    write(tmp_path, value=0.61234)
    assert Parameters.load(tmp_path).learning.trait_share == 0.61234


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"value": None}, "trait_share.value: is missing"),
        ({"grade": None}, "trait_share.grade: is missing"),
        ({"value": '"0.5"'}, 'trait_share.value = "0.5": must be a number'),
        ({"value": "[]"}, "trait_share.value = []: must not be an empty list"),
        ({"value": "[0.5, 0.95]"}, "trait_share.value[1] = 0.95: must be between 0.3 and 0.9"),
        ({"value": 0.1}, "trait_share.value = 0.1: must be between 0.3 and 0.9"),
        ({"value": "nan"}, "trait_share.value = nan: must be a finite number"),
        ({"low": "true"}, "trait_share.low = true: must be a number"),
        ({"low": 0.95}, "trait_share.low = 0.95: must not lie above high = 0.9"),
        ({"unit": '" "'}, 'trait_share.unit = " ": must be text, not empty'),
        ({"source": '""'}, 'trait_share.source = "": must be text, not empty'),
        ({"meaning": 3}, "trait_share.meaning = 3: must be text, not empty"),
        ({"grade": '"E"'}, 'trait_share.grade = "E": is no grade; allowed: A, B, C, D, J, S, or like D(A)'),
        ({"grade": '"Good"'}, 'trait_share.grade = "Good": is no grade'),
        ({"grade": '"Bad"'}, 'trait_share.grade = "Bad": is no grade'),
        ({"local": 1}, "trait_share.local = 1: must be true or false"),
        (
            {"prior": '"normal(0.6)"'},
            'trait_share.prior = "normal(0.6)": is no prior; allowed: fixed | normal(mean',
        ),
        (
            {"prior": '"uniform(0, 1)"'},
            'trait_share.prior = "uniform(0, 1)": must lie within low = 0.3 and high',
        ),
        (
            {"sorce": '"x"'},
            'trait_share.sorce = "x": is not a known key; allowed: value, unit, low, high, prior',
        ),
    ],
)
def test_bad_record_names_file_key_and_value(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    path = write(tmp_path, **changes)
    with pytest.raises(InputError) as caught:
        Parameters.load(tmp_path)
    assert str(caught.value).startswith(f"{path}: {message}")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("learning", "trait_share = 3", "trait_share = 3: must be a table"),
        ("learning", "[lambda]", "lambda: cannot be the name of a parameter; allowed: like_this"),
        ("learning", '["Trait-share"]', "Trait-share: cannot be the name of a parameter"),
        ("records", "", "'records' cannot be the name of a section"),
        ("Learning", "", "'Learning' cannot be the name of a section"),
        ("learning", "[a", "line 1, column 3: is not valid TOML"),
    ],
)
def test_bad_file_is_named(tmp_path: Path, name: str, content: str, message: str) -> None:
    path = tmp_path / f"{name}.toml"
    path.write_text(content)
    with pytest.raises(InputError) as caught:
        Parameters.load(tmp_path)
    assert str(caught.value).startswith(f"{path}: {message}")


def test_folder_without_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no parameter files"):
        Parameters.load(tmp_path)


@pytest.mark.parametrize(
    ("text", "prior"),
    [
        ("fixed", Prior("fixed")),
        (" normal( -1.5, 2e-3 ) ", Prior("normal", (-1.5, 0.002))),
        ("uniform(0, .5)", Prior("uniform", (0.0, 0.5))),
        ("lognormal(0, 1)", Prior("lognormal", (0.0, 1.0))),
        ("beta(2, 3)", Prior("beta", (2.0, 3.0))),
    ],
)
def test_priors(text: str, prior: Prior) -> None:
    assert parse_prior(text) == prior


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("norml(0, 1)", "did you mean 'normal'"),
        ("normal(0; 1)", "is no prior"),
        ("normal(0, 1, 2)", "is no prior"),
        ("", "is no prior"),
        ("normal(0, 0)", "must have a standard deviation above 0"),
        ("lognormal(0, -1)", "must have a standard deviation above 0"),
        ("uniform(1, 1)", "must have its lower end below its upper end"),
        ("beta(0, 1)", "must have two shape numbers above 0"),
    ],
)
def test_bad_priors(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_prior(text)


def test_the_numbers_of_the_model_load() -> None:
    assert len(Parameters.load()) > 100
