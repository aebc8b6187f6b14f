"""Runs come back from a file to the last bit; a store knows what it holds, finds what is damaged, and lets
one process write at a time."""

import errno
import importlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.runs import run_file, storage
from experiments.runs.draws import ParameterDraws
from experiments.runs.ensemble import RunResult
from experiments.runs.run_file import DamagedError
from experiments.runs.storage import NotWrittenError
from experiments.runs.store import Failure, Store, by_reason
from model.io.errors import InputError
from model.scenario.scenario import Scenario
from tests.living import live

KEYS = tuple(f"{number:032x}" for number in range(4))


@pytest.fixture(scope="module")
def four(scenario: Scenario, acting: Scenario, numbers: ParameterDraws) -> list[tuple[str, RunResult]]:
    """Two runs each of two scenarios, which do not record the same."""
    found = [live(each, 3, draw, numbers) for each in (scenario, acting) for draw in (0, 2)]
    return list(zip(KEYS, found, strict=True))


def same(one: RunResult, other: RunResult) -> bool:
    """Whether two runs are equal to the last bit."""
    assert (one.keys, one.years, one.cell) == (other.keys, other.years, other.cell)
    return all(
        (a is None and b is None)
        or (a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes())
        for a, b in ((getattr(one, name), getattr(other, name)) for name in ARRAYS)
    )


ARRAYS = ("values", "counts", "latent", "paths")


def test_runs_come_back_from_a_file_to_the_last_bit(four: list[tuple[str, RunResult]]) -> None:
    assert four[0][1].paths is not None
    content = run_file.packed(four, {"code": "c"})
    back = run_file.unpacked(content)
    assert [key for key, _ in back] == list(KEYS) == run_file.keys_in(content)
    assert all(same(one, other) for (_, one), (_, other) in zip(four, back, strict=True))
    assert run_file.made_by(content) == {"code": "c"}
    assert run_file.packed(four, {"code": "c"}) == content


def test_some_runs_and_some_series_of_a_file(four: list[tuple[str, RunResult]]) -> None:
    content = run_file.packed(four, {})
    asked = {("ks2_rwm", "disadvantaged"), ("gld", "all")}
    ((key, life),) = run_file.unpacked(content, {KEYS[2]}, asked)
    assert key == KEYS[2]
    assert set(life.keys) == asked
    whole = four[2][1]
    at = [whole.keys.index(each) for each in life.keys]
    assert life.values.tobytes() == np.ascontiguousarray(whole.values[:, at]).tobytes()
    assert life.paths is None


def test_odd_figures_come_back_too(four: list[tuple[str, RunResult]]) -> None:
    life = four[0][1]
    values = life.values.copy()
    values.ravel()[:8] = [np.inf, -np.inf, -0.0, 1e-45, 3.4e38, -33.333332, 100.00001, 0.0]
    odd = replace(life, values=values, counts=np.full_like(life.counts, 3), paths=None)
    ((_, back),) = run_file.unpacked(run_file.packed([(KEYS[0], odd)], {}))
    assert same(odd, back)


def test_a_file_is_a_tidy_table(four: list[tuple[str, RunResult]], tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(run_file.packed(four, {}))
    table = pd.read_parquet(tmp_path / "x.parquet")
    life = four[1][1]
    row, column = life.years.index(2019), life.keys.index(("gld", "disadvantaged"))
    mine = table[(table["key"] == KEYS[1]) & (table["year"] == 2019)]
    line = mine[(mine["indicator"] == "gld") & (mine["group"] == "disadvantaged")].iloc[0]
    assert (line["draw"], line["seed"]) == life.cell
    assert line["count"] == life.counts[row, column]
    assert (line["scenario"], line["value"]) == ("baseline", life.values[row, column])
    assert life.paths is not None
    paths = table[(table["key"] == KEYS[1]) & (table["indicator"] == "pathways")]
    assert paths["value"].sum() == life.paths.sum()
    poor = paths["group"].astype(str).str.startswith("disadvantaged yes; good_level no; ")
    assert paths["value"][poor].sum() == life.paths[:, 1, 0].sum()
    # Every figure of the run stands in its own row, and no other row has one.
    figures = table[(table["key"] == KEYS[1]) & (table["indicator"] != "pathways")]
    assert figures["value"].notna().sum() == np.isfinite(life.values).sum()


@pytest.mark.parametrize("content", [b"", b"PAR1 nothing PAR1", b"no parquet at all"])
def test_what_is_no_batch_is_damaged(content: bytes) -> None:
    for read in (run_file.keys_in, run_file.unpacked, run_file.made_by):
        with pytest.raises(DamagedError):
            read(content)


@pytest.fixture(params=["local", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """A folder of this machine, and one that fsspec reaches."""
    if request.param == "local":
        yield tmp_path / "store"
        return
    memory = importlib.import_module("fsspec").filesystem("memory")
    yield "memory://sweeps/one"
    memory.rm("/sweeps", recursive=True)


def test_a_store_holds_what_was_added(place: Any, four: list[tuple[str, RunResult]]) -> None:
    with Store.opened(place) as store:
        store.add(four[:2])
        store.add(four[2:])
        store.add([])
        assert store.keys() == set(KEYS)
    with Store.opened(place, lock=False) as again:
        assert again.keys() == set(KEYS)
        found = again.lives([KEYS[3], KEYS[0], "f" * 32])
        assert list(found) == [KEYS[3], KEYS[0]]
        assert all(same(found[key], dict(four)[key]) for key in found)
        assert again.damaged == ()


def test_a_damaged_file_is_named_and_moved_aside(place: Any, four: list[tuple[str, RunResult]]) -> None:
    with Store.opened(place) as store:
        store.add(four[:2])
        store.add(four[2:])
        files = storage.storage_at(place)
        names = [name for name in files.names() if name.endswith(".parquet")]
        cut, changed = names
        files.put(cut, files.read(cut)[:-100])
        content = bytearray(files.read(changed))
        content[len(content) // 2] ^= 1
        files.put(changed, bytes(content))
        with pytest.raises(InputError, match=r"cannot be read .*the same command again makes its runs anew"):
            store.lives(KEYS)
    with Store.opened(place, lock=False) as reading:
        assert not reading.keys()
        assert sorted(Path(name).name for name in reading.damaged) == sorted(names)
        assert cut in files.names()
    with Store.opened(place) as again:
        assert not again.keys()
        assert sorted(Path(name).name for name in again.damaged) == sorted(names)
        assert all("damaged" in name for name in again.damaged)
        assert cut not in files.names()
        again.add(four)
        assert again.keys() == set(KEYS)


def test_why_a_run_broke_off_is_kept_until_it_is_made(place: Any, four: list[tuple[str, RunResult]]) -> None:
    failure = Failure(KEYS[0], "0001/baseline", 3, 4, "ValueError: no such thing")
    with Store.opened(place) as store:
        store.fail(failure)
        assert store.failures() == {KEYS[0]: failure}
        assert str(failure) == "0001/baseline, draw 3, seed 4: ValueError: no such thing"
        store.add(four[:1])
        assert store.failures() == {}


def test_an_unreadable_reason_is_still_a_failure(tmp_path: Path) -> None:
    (tmp_path / f"failed-{KEYS[1]}.json").write_text("{")
    with Store.opened(tmp_path) as store:
        assert store.failures()[KEYS[1]].reason == "its reason cannot be read"


def test_what_broke_off_is_told_by_reason() -> None:
    runs = [Failure(f"{i}", f"000{i}/a", 0, i, "no sun" if i else "no moon") for i in range(4)]
    assert by_reason(reversed(runs)) == [
        "0001/a, draw 0, seed 1: no sun (and 2 more for the same reason)",
        "0000/a, draw 0, seed 0: no moon",
    ]
    assert by_reason([]) == []


def test_a_folder_is_locked_by_one_process_at_a_time(tmp_path: Path) -> None:
    with storage.locked(tmp_path / "new"):
        with pytest.raises(InputError, match="is writing results here"), storage.locked(tmp_path / "new"):
            pass
        with storage.locked(tmp_path / "other"):
            pass
    with storage.locked(tmp_path / "new"):
        pass


def test_one_process_writes_at_a_time(tmp_path: Path, four: list[tuple[str, RunResult]]) -> None:
    with Store.opened(tmp_path) as store:
        with pytest.raises(InputError, match=rf"another process \({os.getpid()}\) is writing results here"):
            Store.opened(tmp_path)
        with Store.opened(tmp_path, lock=False) as reading:
            assert not reading.keys()
        store.add(four)
    with Store.opened(tmp_path) as again:
        assert again.keys() == set(KEYS)


def test_what_a_killed_process_was_writing_is_swept_up(tmp_path: Path) -> None:
    (tmp_path / ".wolsey-abc.part").write_bytes(b"half")
    with Store.opened(tmp_path, lock=False):
        assert (tmp_path / ".wolsey-abc.part").exists()
    with Store.opened(tmp_path):
        assert not (tmp_path / ".wolsey-abc.part").exists()


def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, four: list[tuple[str, RunResult]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with Store.opened(tmp_path) as store:
        store.add(four[:1])
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            with pytest.raises(NotWrittenError, match=r"runs-.*cannot be written: No space left on device"):
                store.add(four[1:])
        assert store.keys() == {KEYS[0]}
        assert len([name for name in os.listdir(tmp_path) if not name.startswith(".wolsey-lock")]) == 1
        store.add(four[1:])
    with Store.opened(tmp_path) as again:
        assert again.keys() == set(KEYS)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("file/below", "is a file, or lies below one"),
        ("file", "is a file, or lies below one"),
    ],
)
def test_a_place_that_cannot_hold_a_store_is_refused(tmp_path: Path, path: str, words: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=words):
        Store.opened(tmp_path / path)


def test_an_address_that_nobody_knows_is_refused() -> None:
    with pytest.raises(InputError, match="nowhere://x: cannot be reached"):
        Store.opened("nowhere://x")


def test_a_folder_that_is_not_there_is_not_read(tmp_path: Path) -> None:
    for path in (tmp_path / "none", "memory://none/there"):
        with pytest.raises(InputError, match="there is no such folder"):
            Store.opened(path, lock=False)


def test_files_of_an_older_form_are_told_and_left(
    place: Any, four: list[tuple[str, RunResult]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.opened(place) as store:
        with monkeypatch.context() as patch:
            patch.setattr(run_file, "FORM", 1)
            store.add(four[:1])
        store.add(four[1:])
    with Store.opened(place) as again:
        assert again.keys() == set(KEYS[1:])
        (name,) = again.older
        assert again.damaged == ()
        again.add(four[:1])
    with Store.opened(place, lock=False) as reading:
        assert reading.older == (name,)
        assert reading.keys() == set(KEYS)


def test_a_store_in_memory_holds_what_was_added(four: list[tuple[str, RunResult]]) -> None:
    with Store.in_memory() as store:
        store.add(four[:2])
        store.fail(Failure(KEYS[2], "a", 0, 0, "no"))
        assert all(same(life, dict(four)[key]) for key, life in store.each(KEYS))
        assert store.keys() == set(KEYS[:2])
        assert set(store.failures()) == {KEYS[2]}
    assert not Store.in_memory().keys()
