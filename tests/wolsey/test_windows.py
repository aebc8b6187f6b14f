"""The command where there is no POSIX: what Windows lacks is taken away, from the workers too."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from model.io import files

AS_WINDOWS = """
import multiprocessing, os, sys, warnings
import platformdirs  # it asks for the system's name, which is that of Unix here: its imports come first

for name in ("fcntl", "grp", "pwd", "resource", "termios"):
    sys.modules[name] = None
for name in ("fork", "forkpty", "sched_getaffinity", "killpg", "geteuid", "getuid", "O_DIRECTORY"):
    delattr(os, name)
multiprocessing.get_all_start_methods = lambda: ["spawn"]
multiprocessing.set_start_method("spawn")
opened = os.open

def no_folders(path, *arguments, **named):
    if "dir_fd" not in named and os.path.isdir(path):
        raise PermissionError(13, "Permission denied", path)
    return opened(path, *arguments, **named)

os.open = no_folders
warnings.filterwarnings("ignore")
warnings.filterwarnings("error", category=EncodingWarning, module="(model|calibration|experiments|wolsey)[.]")
"""
"""Run by every Python of the test before anything else."""

PLAN = 'extends = "baseline"\ntitle = "A plan"\nuntil = 2021\nscale = 0.02\n'
PROGRAMMES = """
[[programmes]]
card = "language_groups"
start = 2018
reach = 0.6
[[programmes]]
card = "employer_encounters"
start = 2018
reach = 0.5
"""
STUDY = """
title = "Reach"
question = "Does it matter?"
scenarios = ["plan.toml"]
draws = 1
seeds = 2
until = 2018
scale = 0.02
[design]
kind = "factorial"
levels = 2
[[factors]]
name = "reach"
key = "programmes.language_groups.reach"
low = 0.2
high = 1.0
[[outcomes]]
name = "language"
indicator = "gld"
year = 2018
"""
ONE_DRAW = ("--draws", "1", "--seeds", "2")
SMALL = ("--draws", "1", "--seeds", "1", "--scale", "0.05", "--until", "2022")
FIGURE = ("--indicator", "gld", "--group", "all")
VERBS = {
    "run": ("plan.toml", *ONE_DRAW),
    "compare": ("before.toml", "plan.toml", *ONE_DRAW),
    "sweep": ("study.toml",),
    "reach": ("ipswich", "--scenario", "plan.toml", "--goals", "opportunity_area_2021", *SMALL),
    "portfolio": ("plan.toml", "--budget", "1e9", "--trials", "1", "--goal", "T9", "--draws", "1", *FIGURE),
}


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, str]]:
    """A folder with the files that the verbs are given, and the environment of a machine like Windows. Its
    screen knows Western letters only, and a file of ours read without a stated
    encoding is an error."""
    folder = tmp_path_factory.mktemp("windows")
    (folder / "before.toml").write_text(PLAN)
    (folder / "plan.toml").write_text(PLAN + PROGRAMMES)
    (folder / "study.toml").write_text(STUDY)
    (folder / "like").mkdir()
    (folder / "like" / "sitecustomize.py").write_text(AS_WINDOWS)
    path = os.pathsep.join((str(folder / "like"), str(files.root())))
    return folder, os.environ | {
        "PYTHONPATH": path,
        "PYTHONIOENCODING": "cp1252",
        "PYTHONWARNDEFAULTENCODING": "1",
    }


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_with_two_workers(windows: tuple[Path, Mapping[str, str]], verb: str) -> None:
    folder, environment = windows
    command = (sys.executable, "-m", "wolsey", verb, *VERBS[verb], "--workers", "2", "--out", verb)
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="cp1252", check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert any((folder / verb).rglob("*.parquet"))
