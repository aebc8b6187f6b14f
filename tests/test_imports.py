"""Contracts of imports (pyproject.toml), on the project and on its layout with one bad import."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("model", "calibration", "experiments", "wolsey", "benchmarks")
COMMAND = (sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main()")


def linted(root: Path) -> tuple[int, str]:
    """Exit code of import-linter in a folder, and what it says."""
    done = subprocess.run([*COMMAND, "--no-cache"], cwd=root, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's files, each empty."""
    root = tmp_path_factory.mktemp("layout")
    shutil.copy(ROOT / "pyproject.toml", root)
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            copy = root / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.touch()
    return root


def test_imports_keep_the_contracts() -> None:
    code, said = linted(ROOT)
    assert code == 0, said


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("model/town.py", "import experiments.text", "Packages"),
        ("calibration/fit.py", "def f():\n    from wolsey import cli", "Packages"),
        ("wolsey/__init__.py", "import benchmarks.run", "Packages"),
        ("model/state/state.py", "from model.town import Town", "Rooms of the model"),
        ("model/rules/growth.py", "from model.kernels import growth", "Rooms of the model"),
        ("wolsey/workshop/plans.py", "import wolsey.workshop.web.server", "Rooms of the workshop"),
        ("model/town.py", "import tests.waiting", "tests"),
    ],
)
def test_an_import_that_runs_up_is_found(layout: Path, file: str, line: str, contract: str) -> None:
    path = layout / file
    path.write_text(line)
    try:
        code, said = linted(layout)
    finally:
        path.write_text("")
    assert code == 1
    broken = [each for each in said.splitlines() if each.endswith("BROKEN")]
    assert any(contract in each for each in broken), said


def test_a_circle_is_found_though_it_is_for_types_alone(layout: Path) -> None:
    first, second = layout / "experiments/runs/runner.py", layout / "experiments/goals/table.py"
    first.write_text("import experiments.goals.table")
    second.write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import experiments.runs.store"
    )
    try:
        code, said = linted(layout)
    finally:
        first.write_text("")
        second.write_text("")
    assert code == 1
    assert "No circle of files or folders BROKEN" in said
