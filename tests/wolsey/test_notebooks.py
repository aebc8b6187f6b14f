"""The notebooks run from top to bottom."""

import subprocess
import sys
from pathlib import Path

import pytest

from model.io import files
from tests.waiting import LONGEST

NOTEBOOKS = sorted((files.root() / "notebooks").glob("*.ipynb"))


def test_there_are_notebooks() -> None:
    assert "03_calibration" in [path.stem for path in NOTEBOOKS]


@pytest.mark.town
@pytest.mark.parametrize(
    "path", [pytest.param(each, marks=pytest.mark.xdist_group(each.stem), id=each.stem) for each in NOTEBOOKS]
)
def test_it_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    # In a process of its own: the kernel's sockets and loops are no business of these tests.
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--nbmake", "-q", path],
        cwd=files.root(), capture_output=True, text=True, timeout=LONGEST, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
