"""Programs that every worker would start again are refused in one sentence, before any worker is."""

import subprocess
import sys
from pathlib import Path

import pytest

from model.io import files

CHECKED = "from experiments.runs.guard import check_main\n"
CALL = "check_main(); print('fine')\n"
GUARDED = f'{CHECKED}if __name__ == "__main__":\n    {CALL}'
ASKED = f"{CHECKED}import multiprocessing\nif multiprocessing.parent_process() is None:\n    {CALL}"
IN_A_FUNCTION = f"{CHECKED}def main():\n    {CALL}\n"
REAL = "import wolsey\nwolsey.run(wolsey.Scenario.load('baseline'), seeds=range(2), workers=2)\n"


def ran(*arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        input=given,
        env={"PYTHONPATH": str(files.root())},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("text", [GUARDED, ASKED, f'{IN_A_FUNCTION}if __name__ == "__main__":\n    main()\n'])
def test_a_guarded_script_may_have_workers(tmp_path: Path, text: str) -> None:
    (tmp_path / "script.py").write_text(text)
    done = ran(str(tmp_path / "script.py"))
    assert (done.stdout, done.stderr) == ("fine\n", "")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (CHECKED + CALL, 2),
        (f"{IN_A_FUNCTION}main()\n", 5),
        (f"{CHECKED}if 1 < 2:\n    {CALL}", 3),
        (REAL, 2),
    ],
)
def test_a_script_without_its_guard_is_refused_once(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "script.py"
    path.write_text(text)
    done = ran(str(path))
    assert (done.returncode, done.stdout) == (1, "")
    last = done.stderr.splitlines()[-1]
    assert f"{path}: line {line}: each worker process imports this script anew" in last
    assert 'put this line under if __name__ == "__main__":' in last
    assert done.stderr.count("Traceback") == 1


def test_a_program_from_standard_input_is_refused() -> None:
    done = ran("-", given=GUARDED)
    assert done.returncode == 1
    assert (
        "cannot have worker processes: save it as a file, or give workers=1" in done.stderr.splitlines()[-1]
    )


def test_what_no_worker_runs_again_needs_no_guard() -> None:
    done = ran("-c", CHECKED + CALL)
    assert (done.stdout, done.stderr) == ("fine\n", "")
