"""tools/set-up finds a Python that Wolsey can use, makes .venv, and says plainly what is in the way; what was
broken off or damaged, the next try mends. Nothing here needs a network: pip is made up."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = ("sh", "dirname", "cat", "cksum", "touch", "rm", "sed")


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


def pretending(lines: str) -> str:
    """A Python that is asked about itself after these lines have changed it."""
    program = f"import sys, sysconfig; {lines}; exec(sys.argv[1])"
    return f"for last; do :; done; exec '{sys.executable}' -I -c '{program}' \"$last\""


TOO_OLD = pretending('sys.version_info = (3, 11, 2, "final", 0)')
TOO_NEW = pretending('sys.version_info = (3, 14, 0, "final", 0)')
NO_VENV = pretending('sys.version_info = (3, 13, 5, "final", 0); sys.modules["ensurepip"] = None')
NO_LOCK = pretending('sys.version_info = (3, 13, 5, "final", 0); sysconfig.get_config_var = lambda name: 1')
PYPY = pretending('sys.version_info = (3, 11, 9, "final", 0); sys.implementation.name = "pypy"')


def interpreter() -> Path:
    """The Python behind the one that runs this test."""
    return Path(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))


@pytest.mark.parametrize("name", ["python3.13", "python3.12", "python3", "python"])
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


UNFIT = [
    (TOO_OLD, "is Python 3.11.2"),
    (TOO_NEW, "is Python 3.14.0"),
    (NO_VENV, "is Python 3.13.5 without its venv module"),
    (NO_LOCK, "is Python 3.13.5 without its global lock"),
    (PYPY, "is Python 3.11.9 of another kind than CPython"),
]


@pytest.mark.parametrize(("script", "why"), UNFIT)
def test_why_no_python_is_fit_is_said_plainly(machine: Machine, script: str, why: str) -> None:
    machine.give(machine.bin / "python3.12", SHIM_OF_NO_VERSION)
    machine.give(machine.bin / "python3", script)
    done = machine.set_up()
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == (
        f"No fit Python found ({machine.bin}/python3 {why}): Wolsey needs CPython 3.12 or 3.13 "
        "with its venv module. Install one, for example:"
    )
    assert "python3-venv" in done.stderr
    assert not (machine.project / ".venv").exists()


@pytest.mark.parametrize(("script", "why"), [*UNFIT, (SHIM_OF_NO_VERSION, ""), (None, "")])
def test_an_unfit_python_that_the_user_names_is_refused(
    machine: Machine, script: str | None, why: str
) -> None:
    machine.give(machine.bin / "python3", FIT)
    if script is not None:
        machine.give(machine.bin / "mine", script)
    done = machine.set_up(WOLSEY_PYTHON="mine")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    why = f"{machine.bin}/mine {why}" if why else "no Python that runs"
    needs = "Wolsey needs CPython 3.12 or 3.13 with its venv module."
    assert done.stderr == f"WOLSEY_PYTHON=mine: {why}; {needs}\n"


def test_a_folder_that_is_no_environment_is_left_alone(machine: Machine) -> None:
    machine.give(machine.bin / "python3", FIT)
    kept = machine.project / ".venv" / "thesis.txt"
    machine.give(kept, "")
    done = machine.set_up()
    assert done.returncode == 2
    assert "move it away" in done.stderr
    assert kept.exists()


DF = "echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'; echo 'a b 9 9 {free} 100% /my b'"


class Installing(Machine):
    """A machine whose Python makes an environment with one package in it, and whose pip installs nothing.
    Either fails where the file `venv-fault` or `pip-fault` says with which words."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        behind = folder / "behind"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(behind)], check=True)
        (self.packages,) = (behind / "lib").glob("python3.*/site-packages")
        (self.packages / "pip.py").write_text("")
        (self.packages / "a-1.dist-info").mkdir()
        (self.packages / "a-1.dist-info" / "RECORD").write_text("a.py,,3\nempty.py,,0\na.pyc,,3\n")
        mkdir, cp = map(shutil.which, ("mkdir", "cp"))
        fail = "if [ -f {0}-fault ]; then cat {0}-fault >&2; exit 1; fi"
        self.give(
            folder / "inside",
            f"""case "$*" in *"-m pip"*) {fail.format("pip")}; echo pip >>steps ;;
            *) exec "{behind}/bin/python" "$@" ;; esac""",
        )
        self.give(
            self.bin / "python3.13",
            f"""case "$*" in *"-m venv"*)
            echo venv >>steps; rm -rf .venv/*; "{mkdir}" -p .venv/bin; {fail.format("venv")}
            touch .venv/pyvenv.cfg; "{cp}" "{folder}/inside" .venv/bin/python ;;
            *) echo "$0" ;; esac""",
        )
        self.give(self.bin / "df", DF.format(free=900_000))
        self.install()

    def install(self) -> None:
        """Puts the package there, whole."""
        (self.packages / "a.py").write_text("a=1")
        (self.packages / "empty.py").write_text("")

    def steps(self) -> list[str]:
        """What was done since this was last asked."""
        path = self.project / "steps"
        done = path.read_text().split() if path.exists() else []
        path.unlink(missing_ok=True)
        return done


@pytest.fixture
def installing(tmp_path: Path) -> Installing:
    return Installing(tmp_path)


WHOLE = ["venv", "pip", "pip"]


def test_a_set_up_that_stands_is_left_alone(installing: Installing) -> None:
    done = installing.set_up()
    assert (done.returncode, done.stderr, installing.steps()) == (0, "", WHOLE)
    done = installing.set_up()
    assert (done.returncode, done.stdout, done.stderr, installing.steps()) == (0, "", "", [])
    (installing.project / "requirements.lock").write_text("another")
    assert (installing.set_up().returncode, installing.steps()) == (0, ["pip", "pip"])


FULL = "OSError: [Errno 28] No space left on device"
FAULTS = [
    ("venv", FULL, "Making .venv failed, the disk is full: free about 2 GB"),
    ("pip", f"ERROR: Could not install packages due to an {FULL}", "Installing failed, the disk is full"),
    ("venv", "PermissionError: [Errno 13] Permission denied: '.venv'", "cannot be written: work in a copy"),
    (
        "pip",
        "WARNING: Retrying after connection broken by 'NewConnectionError'\n"
        "ERROR: No matching distribution found for numpy==2.5.5",
        "Installing failed, the package index cannot be reached: check the network",
    ),
    (
        "pip",
        "ERROR: No matching distribution found for numpy==2.5.5\n[notice] more",
        "the package index has no wheel of numpy==2.5.5 for this Python and system.",
    ),
    ("pip", "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "is not the one that requirements.lock pins"),
]


@pytest.mark.parametrize(("step", "said", "told"), FAULTS)
def test_a_step_that_fails_is_told_in_a_sentence_and_begun_anew(
    installing: Installing, step: str, said: str, told: str
) -> None:
    fault = installing.project / f"{step}-fault"
    fault.write_text(f"Traceback (most recent call last):\n{said}\n")
    done = installing.set_up()
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert told in done.stderr
    fault.unlink()
    installing.steps()
    done = installing.set_up()
    assert (done.returncode, done.stderr, installing.steps()) == (0, "", WHOLE)


def test_a_full_disk_of_which_venv_says_nothing_is_seen(installing: Installing) -> None:
    (installing.project / "venv-fault").write_text("Error: Command 'ensurepip' returned exit status 1.\n")
    installing.give(installing.bin / "df", DF.format(free=12))
    done = installing.set_up()
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "the disk is full: free about 2 GB" in done.stderr


def test_a_fault_that_nobody_knows_is_shown_as_it_is(installing: Installing) -> None:
    (installing.project / "pip-fault").write_text("ERROR: the moon is full\n")
    done = installing.set_up()
    assert done.returncode == 2
    assert done.stderr == "ERROR: the moon is full\nInstalling failed, for the reason above.\n"


def dangling(machine: Installing) -> None:
    """The Python that it was made with has been upgraded away."""
    path = machine.project / ".venv" / "bin" / "python"
    path.unlink()
    path.symlink_to(machine.project / "gone")


def elsewhere(machine: Installing) -> None:
    """.venv itself is a link to nowhere."""
    shutil.rmtree(machine.project / ".venv")
    (machine.project / ".venv").symlink_to(machine.project / "gone")


BREAKS: dict[str, Callable[[Installing], object]] = {
    "killed while it installed": lambda machine: (machine.project / ".venv" / ".set-up-begun").touch(),
    "killed while it was made": lambda machine: (machine.project / ".venv" / "pyvenv.cfg").unlink(),
    "its python missing": lambda machine: (machine.project / ".venv" / "bin" / "python").unlink(),
    "its python a link to nothing": dangling,
    "a link to nothing": elsewhere,
    "a file gone": lambda machine: (machine.packages / "a.py").unlink(),
    "a file emptied": lambda machine: (machine.packages / "a.py").write_text(""),
    "a list of files gone": lambda machine: (machine.packages / "a-1.dist-info" / "RECORD").rename(
        machine.packages / "a-1.dist-info" / "R"
    ),
    "pip gone": lambda machine: (machine.packages / "pip.py").unlink(),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_environment_is_made_anew(installing: Installing, broken: str) -> None:
    assert installing.set_up().returncode == 0
    BREAKS[broken](installing)
    if broken == "killed while it was made":
        for path in (installing.project / ".venv").iterdir():
            if path.is_file():
                path.unlink()
        (installing.project / ".venv" / "bin" / "python").unlink()
    installing.steps()
    done = installing.set_up()
    assert (done.returncode, done.stderr, installing.steps()) == (0, "", WHOLE)
