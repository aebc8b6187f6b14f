"""Reports beside each other, whole or not at all, and nothing overwritten."""

from pathlib import Path
from typing import Any

import pytest

from experiments.report import folder as reach_files
from experiments.report.folder import checked_folder, write
from model.io.errors import InputError


class Made:
    """A manifest that says nothing."""

    def as_json(self, indent: int | None = None) -> str:
        """No facts."""
        return "{}"


@pytest.fixture
def plain_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page and a table without findings."""
    monkeypatch.setattr(reach_files, "html", lambda *_: "<p>page</p>")
    monkeypatch.setattr(reach_files, "tables", lambda _: {"goals": "goal\nT1\n"})


def written(folder: Path) -> list[Path]:
    """A report."""
    nothing: Any = None
    made: Any = Made()
    return write(folder, nothing, made)


@pytest.mark.usefixtures("plain_page")
def test_a_new_report_stands_beside_the_others(tmp_path: Path) -> None:
    folder = checked_folder(tmp_path / "new" / "folder")
    first = written(folder)
    assert [path.name for path in first] == ["report.html", "goals.csv", "manifest.json"]
    (folder / "report" / "report.html").write_text("mine")
    assert written(folder)[0].parent.name == "report-2"
    assert written(folder)[0].parent.name == "report-3"
    assert (folder / "report" / "report.html").read_text() == "mine"
    assert sorted(path.name for path in checked_folder(folder).iterdir()) == [
        "report",
        "report-2",
        "report-3",
    ]


@pytest.mark.usefixtures("plain_page")
def test_a_report_that_another_process_wrote_meanwhile_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def late(self: Path, target: Path) -> Path:
        if target.name == "report":
            target.mkdir()
            (target / "report.html").write_text("theirs")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", late)
    assert written(tmp_path)[0].parent.name == "report-2"
    assert (tmp_path / "report" / "report.html").read_text() == "theirs"


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach_files, "html", lambda *_: "page")
    monkeypatch.setattr(reach_files, "tables", lambda _: {})

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(InputError, match="No space left"):
        written(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(InputError, match="results need a folder"):
            checked_folder(path)
    with pytest.raises(InputError, match="no answer of wolsey"):
        checked_folder(tmp_path)
    (tmp_path / "file").rename(tmp_path / ".wolsey-abc.part")
    assert checked_folder(tmp_path) == tmp_path
