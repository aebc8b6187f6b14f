"""Worker processes: what they have imported stays out of the way, and none outlives the process that started
it."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.runs.processes import processes
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import os, time
from experiments.runs.processes import processes
from tests.waiting import until
with processes(2) as pool:
    there = {pool.submit(os.getpid).result() for _ in range(4)}
    print(*there, flush=True)
    time.sleep(600)
"""


def there(process: int) -> bool:
    """Whether it runs; one that is dead and not yet collected does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_what_a_worker_has_imported_is_no_garbage_to_look_through() -> None:
    with processes(1) as pool:
        assert pool.submit(gc.get_freeze_count).result() > 50_000


@pytest.mark.kill
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_workers_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(f"if __name__ == '__main__':{PROGRAM.replace(chr(10), chr(10) + '    ')}")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, program], stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
    ) as parent:
        try:
            assert parent.stdout is not None
            workers = [int(each) for each in parent.stdout.readline().split()]
            assert workers
            assert all(there(each) for each in workers)
        finally:
            parent.kill()
    until(lambda: not any(map(there, workers)), "the end of the workers")
