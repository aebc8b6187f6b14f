"""Results are whole or not there, nothing is overwritten, and nobody else's files are touched."""

import errno
import os
from pathlib import Path

import pytest

from experiments.runs.manifest import Manifest
from experiments.runs.report_folder import Folder, write_whole
from model.io.errors import InputError

KINDS = {"goals": "csv", "picture": "png", "figures": "parquet", "manifest": "json"}


@pytest.fixture
def folder(tmp_path: Path, manifest: Manifest) -> Folder:
    """An empty folder for the small town's results."""
    return Folder.opened(tmp_path / "new" / "results", manifest.key, KINDS)


def test_reports_are_numbered_together(folder: Folder, manifest: Manifest) -> None:
    assert folder.next_report() == 1
    described = manifest.as_json().encode()
    written = folder.report({"manifest": described, "goals": b"1", "figures": b"2"})
    assert {kind: Path(path).relative_to(folder.path).as_posix() for kind, path in written.items()} == {
        "manifest": "manifest.json", "goals": "goals.csv", "figures": "tables/figures.parquet",
    }  # fmt: skip
    assert folder.next_report() == 2
    assert (
        Path(folder.report({"manifest": described, "figures": b"3"})["figures"]).name == "figures-2.parquet"
    )
    assert folder.next_report() == 3
    assert (folder.path / "tables" / "figures.parquet").read_bytes() == b"2"
    Folder.opened(folder.path, manifest.key, KINDS)


def test_another_writer_is_not_overwritten(
    folder: Folder, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.report({"manifest": manifest.as_json().encode(), "goals": b"1"})
    monkeypatch.setattr(Folder, "next_report", lambda _: 1)
    with pytest.raises(FileExistsError):
        folder.report({"goals": b"2"})
    assert (folder.path / "goals.csv").read_bytes() == b"1"


def test_a_folder_of_another_key_is_refused(folder: Folder, manifest: Manifest) -> None:
    folder.report({"manifest": manifest.as_json().encode()})
    with pytest.raises(InputError, match="holds results of another scenario, place or version"):
        Folder.opened(folder.path, "f" * 32, KINDS)


@pytest.mark.parametrize(
    "name", ["indicators.parquet", "indicators-12.parquet", "figures.parquet", "a-means"]
)
def test_an_older_folder_is_told(folder: Folder, name: str) -> None:
    (folder.path / name).write_text("then")
    with pytest.raises(InputError, match=f"holds results of an older version of wolsey \\('{name}'\\)"):
        Folder.opened(folder.path, folder.key, KINDS)


@pytest.mark.parametrize("name", ["thesis.odt", "indicators-x.parquet", "goals.csv.bak", ".hidden"])
def test_what_is_not_ours_is_refused(folder: Folder, name: str) -> None:
    (folder.path / name).write_text("mine")
    with pytest.raises(InputError, match="holds what is no result of wolsey"):
        Folder.opened(folder.path, folder.key, KINDS)
    assert (folder.path / name).read_text() == "mine"


def test_a_table_without_its_manifest_is_refused(folder: Folder) -> None:
    (folder.path / "goals.csv").write_text("mine")
    with pytest.raises(InputError, match="does not say which results it holds"):
        Folder.opened(folder.path, folder.key, KINDS)


@pytest.mark.parametrize("name", ["manifest.json", "manifest-2.json"])
def test_a_damaged_file_is_refused(folder: Folder, name: str) -> None:
    (folder.path / name).write_text("{}")
    with pytest.raises(InputError, match=f"{name}: is no result of wolsey, or is damaged"):
        Folder.opened(folder.path, folder.key, KINDS)


def test_what_a_killed_process_left_is_passed_over(folder: Folder) -> None:
    (folder.path / ".wolsey-abc.part").write_text("half")
    assert Folder.opened(folder.path, folder.key, KINDS).next_report() == 1


def test_a_folder_below_a_file_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for path in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "file" / "far" / "below"):
        with pytest.raises(InputError, match="is a file, or lies below one"):
            Folder.opened(path, "0" * 32, KINDS)


def test_a_folder_that_refuses_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(InputError, match="cannot be written to: Permission denied"):
        Folder.opened(tmp_path / "new", "0" * 32, KINDS)


def test_a_folder_that_cannot_be_listed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr("os.listdir", refuse)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        Folder.opened(tmp_path, "0" * 32, KINDS)


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
