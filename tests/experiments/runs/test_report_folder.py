"""Results are whole or not there, nothing is overwritten, and nobody else's files are touched."""

import errno
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from experiments.runs.ensemble import Ensemble, Life
from experiments.runs.manifest import Manifest
from experiments.runs.report_folder import Folder, write_whole
from model.io.errors import InputError


def lives_of(ensemble: Ensemble) -> list[Life]:
    """The runs of an ensemble, one by one."""
    return [
        Life(seed, ensemble.keys, ensemble.years, values, counts, latent, draw)
        for (draw, seed), values, counts, latent in zip(
            ensemble.cells, ensemble.values, ensemble.counts, ensemble.latent, strict=True
        )
    ]


@pytest.fixture
def folder(tmp_path: Path, manifest: Manifest) -> Folder:
    """An empty folder for the small town's results."""
    return Folder.opened(tmp_path / "new" / "results", manifest.key)


@pytest.mark.parametrize("runs", ["ensemble", "drawn"])
def test_runs_come_back_to_the_last_bit(
    folder: Folder, manifest: Manifest, runs: str, request: pytest.FixtureRequest
) -> None:
    whole: Ensemble = request.getfixturevalue(runs)
    first, second, *third = lives_of(whole)
    assert folder.add([*third, first], manifest).name == "indicators.parquet"
    assert folder.add([second], manifest).name == "indicators-2.parquet"
    back = Ensemble.of(whole.scenario, list(Folder.opened(folder.path, manifest.key).lives().values()))
    assert (back.cells, back.keys, back.years) == (whole.cells, whole.keys, whole.years)
    for name in ("values", "counts", "latent"):
        assert getattr(back, name).tobytes() == getattr(whole, name).tobytes()


def test_a_parquet_file_is_for_everybody(folder: Folder, ensemble: Ensemble, manifest: Manifest) -> None:
    path = folder.add(lives_of(ensemble), manifest)
    frame = pd.read_parquet(path)
    assert list(frame.columns) == ["draw", "seed", "year", "indicator", "group", "value", "count", "latent"]
    assert len(frame) == np.isfinite(ensemble.values).sum()
    assert frame["value"].notna().all()
    assert json.loads(pq.read_schema(path).metadata[b"wolsey.manifest"]) == json.loads(manifest.as_json())


def test_a_run_that_is_there_twice_is_read_once(
    folder: Folder, ensemble: Ensemble, manifest: Manifest
) -> None:
    for _ in range(2):
        folder.add(lives_of(ensemble), manifest)
    assert sorted(folder.lives()) == [(0, 0), (0, 1), (0, 2)]


def test_reports_are_numbered_together(folder: Folder, manifest: Manifest) -> None:
    assert folder.next_report() == 1
    assert folder.write("manifest", 1, "json", manifest.as_json().encode()).name == "manifest.json"
    assert folder.write("goals", 1, "csv", b"1").name == "goals.csv"
    assert folder.next_report() == 2
    assert folder.write("picture", 2, "png", b"2").name == "picture-2.png"
    assert folder.next_report() == 3
    with pytest.raises(FileExistsError):
        folder.write("goals", 1, "csv", b"3")
    assert (folder.path / "goals.csv").read_bytes() == b"1"
    Folder.opened(folder.path, manifest.key)


def test_another_writer_is_not_overwritten(
    folder: Folder, ensemble: Ensemble, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.add(lives_of(ensemble)[:1], manifest)
    monkeypatch.setattr(Folder, "_next", lambda *_: 1)
    assert folder.add(lives_of(ensemble)[1:], manifest).name == "indicators-2.parquet"
    assert sorted(folder.lives()) == [(0, 0), (0, 1), (0, 2)]


def test_a_folder_of_another_key_is_refused(folder: Folder, ensemble: Ensemble, manifest: Manifest) -> None:
    folder.add(lives_of(ensemble), manifest)
    with pytest.raises(InputError, match="holds results of another scenario, place or version"):
        Folder.opened(folder.path, "f" * 32)


@pytest.mark.parametrize("name", ["thesis.odt", "indicators-x.parquet", "goals.csv.bak", ".hidden"])
def test_what_is_not_ours_is_refused(folder: Folder, name: str) -> None:
    (folder.path / name).write_text("mine")
    with pytest.raises(InputError, match="holds what is no result of wolsey"):
        Folder.opened(folder.path, folder.key)
    assert (folder.path / name).read_text() == "mine"


def test_a_table_without_its_manifest_is_refused(folder: Folder) -> None:
    (folder.path / "goals.csv").write_text("mine")
    with pytest.raises(InputError, match="does not say which results it holds"):
        Folder.opened(folder.path, folder.key)


@pytest.mark.parametrize("name", ["indicators.parquet", "manifest.json", "manifest-2.json"])
def test_a_damaged_file_is_refused(folder: Folder, name: str) -> None:
    (folder.path / name).write_text("{}")
    with pytest.raises(InputError, match=f"{name}: is no result of wolsey, or is damaged"):
        Folder.opened(folder.path, folder.key)


def test_a_file_damaged_inside_is_refused(folder: Folder, ensemble: Ensemble, manifest: Manifest) -> None:
    path = folder.add(lives_of(ensemble), manifest)
    content = bytearray(path.read_bytes())
    content[4:2000] = bytes(1996)
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"indicators\.parquet: cannot be read"):
        folder.lives()


def test_what_a_killed_process_left_is_passed_over(folder: Folder) -> None:
    (folder.path / ".wolsey-abc.part").write_text("half")
    assert Folder.opened(folder.path, folder.key).lives() == {}


def test_a_folder_below_a_file_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for path in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "file" / "far" / "below"):
        with pytest.raises(InputError, match="is a file, or lies below one"):
            Folder.opened(path, "0" * 32)


def test_a_folder_that_refuses_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(InputError, match="cannot be written to: Permission denied"):
        Folder.opened(tmp_path / "new", "0" * 32)


def test_a_folder_that_cannot_be_listed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr("os.listdir", refuse)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        Folder.opened(tmp_path, "0" * 32)


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(InputError, match=r"picture\.png: cannot be written: No space left on device"):
        write_whole(tmp_path / "picture.png", b"1")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("links", [True, False])
def test_a_file_is_never_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    if not links:

        def refuse(*_: object) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr("os.link", refuse)
    path = tmp_path / "goals.csv"
    write_whole(path, b"1")
    with pytest.raises(FileExistsError):
        write_whole(path, b"2")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("goals.csv", b"1")]
