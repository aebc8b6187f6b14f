"""A user's own `model.py`, or another common name, beside the script: one sentence, and it is not run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from model.io.files import root

NAMES = ("model", "calibration", "experiments")
SENTENCE = "stands in the way of Wolsey's own package '{}': rename it, or run from another folder, and {}"


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python in a folder that comes first on its path, with the project behind it as an install has it."""
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{root()}"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("as_folder", [False, True])
def test_it_is_named_with_what_to_do(tmp_path: Path, name: str, as_folder: bool) -> None:
    mine = tmp_path / name / "__init__.py" if as_folder else tmp_path / f"{name}.py"
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("print('ran')\n")
    (tmp_path / "script.py").write_text("import wolsey\n")
    done = python(tmp_path, "script.py")
    assert done.stdout == ""
    last = done.stderr.splitlines()[-1]
    assert last == f"ImportError: {mine} {SENTENCE.format(name, 'try again')}"


def test_a_module_that_is_loaded_already_needs_a_new_start(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("")
    done = python(tmp_path, "-c", "import model\nimport wolsey")
    again = "start Python (in a notebook: the kernel) again"
    assert done.stderr.splitlines()[-1].endswith(SENTENCE.format("model", again))
    made = python(
        tmp_path, "-c", "import sys, types\nsys.modules['model'] = types.ModuleType('model')\nimport wolsey"
    )
    assert "a module 'model' that this program made itself stands in the way" in made.stderr


def test_the_command_says_it_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("")
    done = python(tmp_path, "-m", "wolsey", "goals")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert SENTENCE.format("model", "try again") in done.stderr


def test_a_folder_of_that_name_without_code_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    done = python(tmp_path, "-c", "import wolsey; print(wolsey.Town.__module__)")
    assert (done.stdout, done.stderr) == ("model.town\n", "")


def test_a_file_that_comes_first_later_takes_no_name_away(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("")
    ours, theirs = str(root()), str(tmp_path)
    code = f"import sys; sys.path.insert(0, {ours!r}); import wolsey; sys.path.insert(0, {theirs!r})"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print(wolsey.Town.__module__)"],
        cwd=root(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("model.town\n", "")


def test_workers_have_the_packages_that_the_command_has(tmp_path: Path) -> None:
    """A folder of somebody who uses Mesa: the command, which looks for nothing there, runs in it."""
    (tmp_path / "model.py").write_text("print('their file ran')")
    command = f"import sys; sys.path.remove(''); sys.path.insert(0, {str(root())!r})\n"
    command += "if __name__ == '__main__':\n    from wolsey.cli.main import main\n    sys.exit(main())"
    small = ["run", "baseline", "--draws", "1", "--seeds", "2", "--scale", "0.02", "--until", "1999"]
    done = subprocess.run(
        [sys.executable, "-c", command, *small, "--workers", "2", "--out", "out"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "their file ran" not in done.stdout + done.stderr
