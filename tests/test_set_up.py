"""tools/set-up finds a Python that Wolsey can use, and says plainly where there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = ("sh", "dirname", "cat", "cksum")


class Machine:
    """A made-up machine with a copy of the script and no Python yet."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.bin = folder / "bin"
        self.versions = folder / "home" / ".pyenv" / "versions"
        self.environment = {"PATH": str(self.bin), "HOME": str(folder / "home")}
        (self.project / "tools").mkdir(parents=True)
        self.bin.mkdir()
        shutil.copy(ROOT / "tools" / "set-up", self.project / "tools")
        for name in ("requirements.lock", "pyproject.toml"):
            (self.project / name).touch()
        for command in COMMANDS:
            found = shutil.which(command)
            assert found is not None
            (self.bin / command).symlink_to(found)

    def give(self, path: Path, script: str) -> None:
        """Puts a command there that runs this line of shell."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def set_up(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", str(self.project / "tools" / "set-up"), *arguments],
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


FIT = f'exec "{sys.executable}" "$@"'
SHIM_OF_NO_VERSION = "echo 'not installed' >&2; exit 127"
TOO_OLD = "exit 1"


def interpreter() -> Path:
    """The Python behind the one that runs this test."""
    return Path(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))


@pytest.mark.parametrize("name", ["python3.13", "python3.12", "python3", "python", "python3.14"])
def test_a_fit_python_on_the_path_is_found(machine: Machine, name: str) -> None:
    machine.give(machine.bin / name, FIT)
    done = machine.set_up("--which")
    assert (done.returncode, Path(done.stdout.strip()).resolve(), done.stderr) == (0, interpreter(), "")


def test_what_is_there_but_does_not_run_is_skipped(machine: Machine) -> None:
    machine.give(machine.bin / "python3.13", SHIM_OF_NO_VERSION)
    machine.give(machine.bin / "python3", TOO_OLD)
    machine.give(machine.versions / "3.11.7" / "bin" / "python3", TOO_OLD)
    machine.give(machine.versions / "3.13.0" / "bin" / "python3", FIT)
    done = machine.set_up("--which")
    assert (done.returncode, Path(done.stdout.strip()).resolve()) == (0, interpreter())


def test_a_second_python_of_the_same_name_is_found(machine: Machine, tmp_path: Path) -> None:
    machine.give(machine.bin / "python3.13", SHIM_OF_NO_VERSION)
    machine.give(tmp_path / "more" / "python3.13", FIT)
    done = machine.set_up("--which", PATH=f"{machine.bin}:{tmp_path / 'more'}")
    assert (done.returncode, Path(done.stdout.strip()).resolve()) == (0, interpreter())


def test_no_fit_python_is_said_plainly(machine: Machine) -> None:
    machine.give(machine.bin / "python3.12", SHIM_OF_NO_VERSION)
    machine.give(machine.bin / "python3", TOO_OLD)
    done = machine.set_up()
    assert done.returncode == 2
    assert "needs CPython 3.12 or 3.13" in done.stderr
    assert "python3-venv" in done.stderr
    assert not (machine.project / ".venv").exists()


@pytest.mark.parametrize("named", ["python-old", "nowhere"])
def test_an_unfit_python_that_the_user_names_is_refused(machine: Machine, named: str) -> None:
    machine.give(machine.bin / "python3", FIT)
    machine.give(machine.bin / "python-old", TOO_OLD)
    done = machine.set_up(WOLSEY_PYTHON=named)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"WOLSEY_PYTHON={named}: Wolsey needs CPython 3.12" in done.stderr


def test_a_folder_that_is_no_environment_is_left_alone(machine: Machine) -> None:
    machine.give(machine.bin / "python3", FIT)
    kept = machine.project / ".venv" / "thesis.txt"
    machine.give(kept, "")
    done = machine.set_up()
    assert done.returncode == 2
    assert "move it away" in done.stderr
    assert kept.exists()
