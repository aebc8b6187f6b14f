"""Programs that every worker would start again are refused in one sentence, before any worker is."""

import subprocess
import sys
from pathlib import Path

import pytest

from model import files

START = "from experiments.pool import processes\n"
WORK = "with processes(2) as pool:\n    print(sum(pool.map(abs, (-1, -2))))\n"
GUARDED = START + 'if __name__ == "__main__":\n    ' + WORK.replace("\n    ", "\n        ")
IN_A_FUNCTION = START + "def main():\n    " + WORK.replace("\n    ", "\n        ") + "\nmain()\n"
OTHER_GUARD = (
    START
    + "import multiprocessing\nif multiprocessing.parent_process() is None:\n    "
    + WORK.replace("\n    ", "\n        ")
)


def ran(*arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        input=given,
        env={"PYTHONPATH": str(files.root())},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("text", [GUARDED, OTHER_GUARD])
def test_a_guarded_script_has_workers(tmp_path: Path, text: str) -> None:
    (tmp_path / "script.py").write_text(text)
    done = ran(str(tmp_path / "script.py"))
    assert (done.stdout, done.stderr) == ("3\n", "")


@pytest.mark.parametrize(("text", "line"), [(START + WORK, 2), (IN_A_FUNCTION, 6)])
def test_a_script_without_its_guard_is_refused_once(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "script.py"
    path.write_text(text)
    done = ran(str(path))
    assert (done.returncode, done.stdout) == (1, "")
    last = done.stderr.splitlines()[-1]
    assert f"{path}: line {line}: each worker process imports this script anew" in last
    assert 'put this line under if __name__ == "__main__":' in last
    assert done.stderr.count("InputError") == 1


def test_a_program_from_standard_input_is_refused(tmp_path: Path) -> None:
    done = ran("-", given=GUARDED)
    assert done.returncode == 1
    assert (
        "cannot have worker processes: save it as a file, or give workers=1" in done.stderr.splitlines()[-1]
    )


def test_a_line_of_the_command_needs_no_guard() -> None:
    done = ran("-c", START + WORK)
    assert (done.stdout, done.stderr) == ("3\n", "")
