"""`wolsey status` says what a reader must know about the numbers of a study's place."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from calibration import posterior

type Run = Callable[..., tuple[int, str, str]]

STUDY = """
title = "Derby as it is"
scenarios = ["mine"]
draws = 2
seeds = 1
[[outcomes]]
name = "language"
indicator = "gld"
year = 2018
"""
MINE = 'extends = "baseline"\ntitle = "Mine"\nplace = "{place}"\nscale = 0.02\nuntil = 2018\n'


@pytest.fixture
def status(tmp_path: Path, wolsey_run: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What status says of a study that nobody has swept, in a place."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(STUDY.replace('"mine"', '"mine.toml"'))

    def said(place: str, *more: str) -> str:
        (tmp_path / "mine.toml").write_text(MINE.format(place=place))
        code, out, told = wolsey_run("status", "small.toml", "--out", "out", *more)
        assert (code, told) == (0, "")
        return out

    return said


def test_a_place_that_nobody_fitted(status: Callable[..., str]) -> None:
    note = status("derby").splitlines()[-1]
    assert note.startswith("  Not fitted to Derby: there is no posterior of it.")
    (found,) = json.loads(status("derby", "--json"))
    assert found["note"] == note.strip()


def test_a_posterior_of_another_model(status: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "posterior" not in status("ipswich")
    monkeypatch.setattr(posterior, "code_digest", lambda: "later")
    monkeypatch.setattr(posterior, "probe", lambda *_: "other")
    assert "was made by another version of the model" in status("ipswich").splitlines()[-1]
