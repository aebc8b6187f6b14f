"""Folders that are built once and kept."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import platformdirs
import pytest

from model.districts import cache
from model.io.errors import InputError

FILES = ("a.csv", "b.csv")


@pytest.fixture(autouse=True)
def moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache" / "places"


def write(folder: Path) -> None:
    for name in FILES:
        (folder / name).write_text(name)


def refuse(folder: Path) -> None:
    raise AssertionError("built again")


def test_a_folder_is_built_once(moved: Path) -> None:
    folder = cache.kept("derby", "key", FILES, write)
    assert folder == moved / "key" / "derby"
    assert sorted(path.name for path in folder.iterdir()) == list(FILES)
    assert cache.kept("derby", "key", FILES, refuse) == folder
    assert [path.name for path in folder.parent.iterdir()] == ["derby"]


def test_another_key_is_another_folder() -> None:
    assert cache.kept("derby", "one", FILES, write) != cache.kept("derby", "two", FILES, write)


def test_a_folder_that_lacks_a_file_is_built_anew() -> None:
    folder = cache.kept("derby", "key", FILES, write)
    (folder / "a.csv").unlink()
    assert cache.kept("derby", "key", FILES, write) == folder
    assert (folder / "a.csv").read_text() == "a.csv"


def test_what_fails_leaves_nothing(moved: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "a.csv").write_text("half")
        raise InputError("is no district")

    with pytest.raises(InputError, match="is no district"):
        cache.kept("derby", "key", FILES, fail)
    assert list((moved / "key").iterdir()) == []


def test_two_that_build_at_the_same_time_get_one_folder(moved: Path) -> None:
    both = threading.Barrier(2)

    def together(folder: Path) -> None:
        write(folder)
        both.wait(timeout=60)

    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(cache.kept, "derby", "key", FILES, together) for _ in range(2)]
        found = [each.result() for each in asked]
    assert found[0] == found[1]
    assert [path.name for path in (moved / "key").iterdir()] == ["derby"]


def test_a_cache_that_cannot_be_written_is_said_with_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "file"))
    with pytest.raises(InputError, match=r"cannot be written: .*; allowed: .*WOLSEY_CACHE names another"):
        cache.kept("derby", "key", FILES, write)


def test_without_the_variable_it_is_the_users_own_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(cache.VARIABLE)
    assert cache.root() == platformdirs.user_cache_path("wolsey") / "places"


def test_a_folder_without_files_that_are_needed_goes(moved: Path) -> None:
    (moved / "key" / "derby").mkdir(parents=True)
    (moved / "key" / "derby" / "other.txt").write_text("left over")
    folder = cache.kept("derby", "key", FILES, write)
    assert sorted(path.name for path in folder.iterdir()) == list(FILES)
    shutil.rmtree(moved)
    assert cache.kept("derby", "key", FILES, write) == folder
