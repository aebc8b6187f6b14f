"""The tables of districts: that they are what the tool makes, and what they hold."""

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from model.districts import tables
from model.io.errors import InputError
from model.io.files import root

LAST_OUTCOME = 2019


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """tools/district_tables.py, which lies in no package."""
    path = root() / "tools" / "district_tables.py"
    spec = importlib.util.spec_from_file_location("district_tables", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Its dataclasses look their module up by name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def ran(tool: ModuleType, monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["district_tables.py", *map(str, arguments)])
    code: int = tool.main()
    return code


@pytest.fixture(scope="module")
def made(tool: ModuleType) -> dict[str, bytes]:
    """What the tool makes of the tables that ship."""
    return dict(tool.files(tables.FOLDER, tables.FOLDER))


def test_the_tool_gives_the_tables_that_ship_from_themselves(made: dict[str, bytes]) -> None:
    assert {f"{name}.parquet" for name in tables.NAMES} <= set(made)
    for name, content in made.items():
        assert (tables.FOLDER / name).read_bytes() == content, name


def test_a_table_that_was_changed_is_found(
    tool: ModuleType,
    made: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(tool, "files", lambda source, to: made.items())
    assert ran(tool, monkeypatch, tables.FOLDER, "--check") == 0
    assert capsys.readouterr().err == ""
    shutil.copytree(tables.FOLDER, tmp_path / "districts")
    (tmp_path / "districts" / "births.parquet").write_bytes(made["ages.parquet"])
    assert ran(tool, monkeypatch, tables.FOLDER, "--to", tmp_path / "districts", "--check") == 1
    said = capsys.readouterr().err
    assert "births.parquet: differs" in said
    assert said.count("differs") == 1


def test_the_manifest_has_the_digest_of_every_table_and_of_its_input(
    tool: ModuleType, made: dict[str, bytes]
) -> None:
    manifest = json.loads((tables.FOLDER / tool.MANIFEST).read_text())
    names = {f"{name}.parquet" for name in tables.NAMES} | {"sources.csv"}
    assert set(manifest["inputs"]) == names == set(manifest["contents"])
    assert manifest["contents"] == json.loads(made[tool.MANIFEST])["contents"]
    births = tables.table("births")
    assert manifest["contents"]["births.parquet"] == tool.content_digest(births)
    changed = births.assign(births=births["births"] + (births["year"] == 2048))
    assert manifest["contents"]["births.parquet"] != tool.content_digest(changed)
    shipped = tool.digest((tables.FOLDER / "sources.csv").read_bytes())
    assert manifest["contents"]["sources.csv"] == shipped
    # What was gathered is more than what ships, so no input has the digest of the table made of it.
    for name in tables.NAMES:
        own = tool.digest((tables.FOLDER / f"{name}.parquet").read_bytes())
        assert manifest["inputs"][f"{name}.parquet"] != own, name


def test_the_tool_keeps_sorts_and_fills(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gathered, made = tmp_path / "gathered", tmp_path / "made"
    few = ("places", "outcomes_district", "outcomes_upper_tier")
    monkeypatch.setattr(tool, "KEPT", {name: tool.KEPT[name] for name in few})
    shutil.copytree(tables.FOLDER, gathered)
    (gathered / tool.MANIFEST).unlink()
    outcomes = tables.table("outcomes_district")
    later = outcomes.iloc[[0]].assign(year=LAST_OUTCOME + 1)
    shuffled = pd.concat([outcomes.iloc[::-1], later]).assign(unused="x")
    shuffled["note"] = shuffled["note"].where(shuffled["note"] != "", None)
    shuffled.to_parquet(gathered / "outcomes_district.parquet")
    areas = tables.table("outcomes_upper_tier")
    added = areas[(areas["year"] == LAST_OUTCOME)].groupby("level").head(1).assign(year=LAST_OUTCOME + 6)
    pd.concat([added, areas]).to_parquet(gathered / "outcomes_upper_tier.parquet")
    assert ran(tool, monkeypatch, gathered, "--to", made) == 0
    for name in ("outcomes_district.parquet", "places.parquet", "sources.csv"):
        assert (made / name).read_bytes() == (tables.FOLDER / name).read_bytes()
    kept = pd.read_parquet(made / "outcomes_upper_tier.parquet")
    assert len(kept) == len(areas) + 2
    assert set(kept["level"][kept["year"] == LAST_OUTCOME + 6]) == {"region", "england"}
    manifest = json.loads((made / tool.MANIFEST).read_text())
    assert manifest["inputs"]["places.parquet"] == tool.digest((gathered / "places.parquet").read_bytes())


def test_the_tool_says_which_table_is_missing(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert ran(tool, monkeypatch, tmp_path, "--to", tmp_path / "made") == 2
    assert "has no places.parquet" in capsys.readouterr().err
    assert not (tmp_path / "made").exists()


def test_outcomes_of_places_end_with_2019() -> None:
    assert tables.table("outcomes_district")["year"].max() == LAST_OUTCOME
    areas = tables.table("outcomes_upper_tier")
    assert areas["year"][areas["level"] == "upper_tier"].max() == LAST_OUTCOME
    assert areas["year"][areas["level"] != "upper_tier"].max() > LAST_OUTCOME


def test_what_ships_is_a_few_megabytes_and_every_source_is_known() -> None:
    assert sum(path.stat().st_size for path in tables.FOLDER.iterdir()) < 4_000_000
    for name in tables.NAMES:
        table = tables.table(name)
        for source in set(table["source"]) if "source" in table else ():
            for part in source.split(";"):
                assert part.split(":")[0].strip() in tables.sources(), (name, source)
    assert all(of["publication"] and of["licence"] for of in tables.sources().values())


def test_rows_of_a_district_stand_together_and_are_all_found() -> None:
    ages = tables.table("ages")
    derby = tables.of("ages", "E06000015")
    assert len(derby) == np.sum(ages["place_code"] == "E06000015") == 80
    assert tables.records("ages", "E06000015")[0] == dict(derby.iloc[0])
    assert len(tables.of("ages", "E99999999")) == 0
    assert set(tables.of("outcomes_upper_tier", "Suffolk")["area"]) == {"Suffolk"}
    # A school is found by the districts of every vintage that it lay in.
    now, then = tables.of("schools", "E06000065"), tables.of("schools", "E07000168")
    assert 0 < len(then) < len(now)
    assert set(then.index) < set(now.index)


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(InputError, match=r"'birth' is not a table of districts; .*did you mean 'births'"):
        tables.table("birth")
