"""One clear line for every mistake, and files found by name or path."""

import pickle
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.io import files
from model.io.errors import LONGEST_VALUE, InputError, join_path, key_path, listed, nearest, unknown
from model.io.toml import first_fault, load_toml


def test_error_says_file_key_value_allowed_and_nearest_in_one_line() -> None:
    error = InputError(
        "is not a known key",
        where="scenarios/x.toml",
        at="switches.peer",
        value=False,
        allowed="peers, trust",
        hint="peers",
    )
    assert str(error) == (
        "scenarios/x.toml: switches.peer = false: is not a known key; "
        "allowed: peers, trust; did you mean 'peers'?"
    )


def test_error_without_a_value_shows_none_and_none_is_a_value() -> None:
    assert str(InputError("is missing", where="x.toml", at="place")) == "x.toml: place: is missing"
    assert str(InputError("is wrong", at="place", value=None)) == "place = None: is wrong"


def test_values_are_shown_as_toml_on_one_line_and_cut() -> None:
    assert str(InputError("is wrong", at="a", value='two\n"lines"')) == r'a = "two\n\"lines\"": is wrong'
    assert (
        str(InputError("is wrong", at="a", value=[1, True, {"b": 0.5}]))
        == "a = [1, true, {b = 0.5}]: is wrong"
    )
    assert len(str(InputError("", at="a", value="x" * 10_000))) < LONGEST_VALUE + 10
    assert "\n" not in str(InputError("two\nlines", where="a\nb"))


def test_error_survives_pickling_and_moving_into_a_file() -> None:
    error = unknown("a place", "ipswitch", ["ipswich"], at="place")
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    without_value = pickle.loads(pickle.dumps(InputError("is missing", at="a")))
    assert str(without_value) == "a: is missing"
    assert str(error.inside("x.toml", "towns[1]")).startswith(
        'x.toml: towns[1].place = "ipswitch": is not a place'
    )
    assert error.inside("x.toml").inside("y.toml").where == "x.toml"


def test_nearest_ignores_case_and_says_nothing_where_nothing_is_near() -> None:
    assert nearest("Peer", ["peers", "trust"]) == "peers"
    assert nearest("zzz", ["peers", "trust"]) is None
    assert nearest("peers", []) is None


def test_unknown_word_alone_and_many_options() -> None:
    assert str(unknown("a place", "x\ny", [])) == "'x y' is not a place; allowed: none"
    assert listed(f"n{i}" for i in range(20)).endswith("n11 and 8 more")


def test_paths_of_keys() -> None:
    assert key_path(["programmes", 2, "reach"]) == "programmes[2].reach"
    assert join_path("", "a", "[1]", "b") == "a[1].b"


class Circle(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    kind: Literal["circle"]
    radius: float = Field(gt=0)


class Square(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    kind: Literal["square"]
    side: int | None = Field(default=None, ge=1, le=9)


class Drawing(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    name: str = Field(min_length=1)
    shapes: list[Annotated[Circle | Square, Field(discriminator="kind")]] = Field(min_length=1)
    colour: Literal["blue", "green"] = "blue"
    weights: dict[str, Annotated[float, Field(ge=0, le=1)]] = {}


GOOD: dict[str, object] = {"name": "a", "shapes": [{"kind": "circle", "radius": 1.0}]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"colur": "blue"},
            'd.toml: colur = "blue": is not a known key; allowed: name, shapes, colour, weights; '
            "did you mean 'colour'?",
        ),
        ({"name": None}, "d.toml: name: is missing"),
        ({"name": 3}, "d.toml: name = 3: must be text in quotes"),
        ({"name": ""}, 'd.toml: name = "": must not be empty'),
        ({"shapes": 3}, "d.toml: shapes = 3: must be a list"),
        ({"shapes": []}, "d.toml: shapes = []: must have at least 1 entries, has 0"),
        ({"shapes": [3]}, "d.toml: shapes[0] = 3: must be a table"),
        (
            {"colour": "gren"},
            'd.toml: colour = "gren": is not one of the allowed words; allowed: blue, green; '
            "did you mean 'green'?",
        ),
        ({"colour": 3}, "d.toml: colour = 3: is not one of the allowed words; allowed: blue, green"),
        ({"weights": {"a": 1.5}}, "d.toml: weights.a = 1.5: must be between 0 and 1"),
        ({"weights": {"a": float("nan")}}, "d.toml: weights.a = nan: must be a finite number"),
        ({"weights": [1]}, "d.toml: weights = [1]: must be a table"),
        ({"shapes": [{"radius": 1.0}]}, "d.toml: shapes[0].kind: is missing"),
        (
            {"shapes": [{"kind": "circel"}]},
            'd.toml: shapes[0].kind = "circel": is not one of the allowed words; allowed: circle, square; '
            "did you mean 'circle'?",
        ),
        ({"shapes": [{"kind": "circle"}]}, "d.toml: shapes[0].radius: is missing"),
        ({"shapes": [{"kind": "circle", "radius": 0}]}, "d.toml: shapes[0].radius = 0: must be above 0"),
        (
            {"shapes": [{"kind": "square", "sid": 1}]},
            "d.toml: shapes[0].sid = 1: is not a known key; allowed: kind, side; did you mean 'side'?",
        ),
        (
            {"shapes": [{"kind": "square", "side": 1.5}]},
            "d.toml: shapes[0].side = 1.5: must be a whole number",
        ),
        (
            {"shapes": [{"kind": "square", "side": 10}]},
            "d.toml: shapes[0].side = 10: must be between 1 and 9",
        ),
    ],
)
def test_first_fault_of_a_file(change: dict[str, object], message: str) -> None:
    raw = {key: value for key, value in {**GOOD, **change}.items() if value is not None}
    with pytest.raises(ValidationError) as caught:
        Drawing.model_validate(raw)
    assert str(first_fault(caught.value, Drawing, raw, "d.toml")) == message


def test_misspelt_required_key_is_shown_as_misspelt_and_not_as_missing() -> None:
    raw = {"nam": "a", "shapes": GOOD["shapes"]}
    with pytest.raises(ValidationError) as caught:
        Drawing.model_validate(raw)
    assert "did you mean 'name'?" in str(first_fault(caught.value, Drawing, raw))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a = 1\nb = = 2\n", "line 2, column 5: is not valid TOML: invalid value"),
        (b'a = "open', "line 1, column 10: is not valid TOML: "),
        (b"a = " + b"1" * 5000, "is not valid TOML: "),
        (b"a = [" + b"[" * 100_000, "is nested too deeply to be read"),
        (b"a = '\xff'", "is not UTF-8 text (byte 5)"),
    ],
)
def test_file_that_is_no_toml(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_toml(path)
    assert str(caught.value).startswith(f"{path}: {message}")


def test_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "good.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\nb = 2\r\n")
    assert load_toml(path) == {"a": 1, "b": 2}


def test_folder_cannot_be_read_as_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_toml(tmp_path)


def test_names_and_paths_find_files(tmp_path: Path) -> None:
    (tmp_path / "baseline.toml").touch()
    assert files.resolve("baseline", tmp_path) == tmp_path / "baseline.toml"
    assert files.resolve(tmp_path / "baseline.toml", Path("elsewhere")) == tmp_path / "baseline.toml"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("basline", "there is no such scenario; allowed: baseline; did you mean 'baseline'?"),
        ("../baseline", "'../baseline' is no name of a scenario; allowed: a path ending in .toml, or from"),
        ("", "'' is no name of a scenario"),
        ("folder", "is a folder, not a file"),
    ],
)
def test_names_that_find_nothing(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "baseline.toml").touch()
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(InputError) as caught:
        files.resolve(name, tmp_path, "scenario")
    assert message in str(caught.value)


def test_path_that_finds_nothing_offers_the_names_beside_it(tmp_path: Path) -> None:
    (tmp_path / "baseline.toml").touch()
    with pytest.raises(InputError, match="did you mean 'baseline'"):
        files.resolve(tmp_path / "basline.toml", tmp_path)
    with pytest.raises(InputError, match="nor a folder"):
        files.resolve(tmp_path / "nowhere" / "x.toml", tmp_path)


def test_root_is_found_and_a_missing_one_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (files.root() / "scenarios" / "baseline.toml").is_file()
    assert files.shown_path(files.scenarios() / "baseline.toml") == "scenarios/baseline.toml"
    monkeypatch.setattr(files, "MODEL", tmp_path / "model")
    with pytest.raises(InputError, match="the folder 'scenarios' is missing"):
        files.root()
