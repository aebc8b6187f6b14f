"""The command that builds and lives every district: what it tells, what it keeps, what fails."""

from pathlib import Path

import pytest

from benchmarks import districts
from model.districts import names
from model.io.errors import InputError


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keeps what is done in a folder of the test's own."""
    monkeypatch.setattr(districts, "root", lambda: tmp_path)
    return tmp_path / "results" / "districts"


@pytest.mark.town
def test_a_district_is_built_and_lived() -> None:
    tried = districts.try_one("E07000010", 0.05, 2017)
    assert (tried.slug, tried.fault) == ("fenland", "")
    assert tried.wards == 24
    assert min(tried.built, tried.read, tried.lived) > 0
    assert tried.residents is not None
    assert abs(tried.residents) < 15


def test_what_a_district_breaks_on_is_its_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise InputError("is broken", where="x.csv")

    monkeypatch.setattr("model.districts.folder.build", broken)
    tried = districts.try_one("E07000010", 0.05, None)
    assert (tried.slug, tried.fault) == ("fenland", "x.csv: is broken")


def test_it_goes_on_where_it_was_and_fails_with_a_district(
    kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def try_all(codes: list[str], *others: object) -> list[districts.Tried]:
        asked.extend(codes)
        return [
            districts.Tried(code, names.of_code(code).slug, built=1.0, residents=-2.0, fault=fault)
            for code in codes
            for fault in ("x.csv: is broken" if code == "E06000032" else "",)
        ]

    monkeypatch.setattr(districts, "try_all", try_all)
    assert districts.main(["--only", "derby", "--build"]) == 0
    (path,) = kept.iterdir()
    with path.open("a") as file:
        file.write('{"code": "E0600003')
    assert districts.main(["--only", "derby", "luton", "--build"]) == 1
    assert asked == ["E06000015", "E06000032"]
    said = capsys.readouterr().out
    assert "luton                                      FAILED: x.csv: is broken" in said
    assert "1 of 2 districts are good." in said
    assert districts.main(["--only", "derby", "--build", "--again"]) == 0
    assert asked == ["E06000015", "E06000032", "E06000015"]
    # Another size is another file.
    assert districts.main(["--only", "derby", "--scale", "0.1"]) == 0
    assert len(list(kept.iterdir())) == 2


def test_an_unknown_district_is_said(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert districts.main(["--only", "derbi"]) == 2
    assert "did you mean 'derby'" in capsys.readouterr().err


def test_those_of_the_opportunity_areas_are_thirteen(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def try_all(codes: list[str], *others: object) -> list[districts.Tried]:
        asked.extend(codes)
        return [districts.Tried(code, names.of_code(code).slug) for code in codes]

    monkeypatch.setattr(districts, "try_all", try_all)
    assert districts.main(["--opportunity", "--build"]) == 0
    assert len(asked) == 13
    assert {"E07000168", "E07000202"} < set(asked)
