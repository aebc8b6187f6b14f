"""The server on a port: sessions by themselves, plans given up, memory, and an end that leaves nothing."""

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from typing import Any

import httpx
import pytest

from benchmarks.workshop_server import alive, memory, processes
from calibration.posterior import Posterior
from experiments.runs.draws import ParameterDraws
from model.io.errors import InputError
from model.io.files import root
from tests.waiting import LONGEST, until
from wolsey.workshop.settings import Settings
from wolsey.workshop.web.serve import WorkshopOptions, serve
from wolsey.workshop.web.server import application

pytestmark = pytest.mark.kill
PLAN: dict[str, Any] = {"base": "alliance_2048"}


def asked(live: Any, plan: dict[str, Any], session: str) -> list[dict[str, Any]]:
    """All lines of a plan's stream."""
    headers = {"x-wolsey-session": session}
    answer = httpx.post(f"{live.address}/api/plan", json={"plan": plan}, headers=headers, timeout=LONGEST)
    assert answer.status_code == 200
    return [json.loads(line) for line in answer.text.splitlines()]


def test_five_sessions_at_once_each_get_their_own_plan(live: Any) -> None:
    found: dict[int, list[dict[str, Any]]] = {}

    def one(number: int) -> None:
        plan = {"base": "baseline", "levers": {"reengagement": 20 * number}}
        found[number] = asked(live, plan, f"session-{number}")

    threads = [threading.Thread(target=one, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST)
    assert sorted(found) == list(range(5))
    for number, told in found.items():
        assert told[-1]["plan"]["levers"]["reengagement"] == 20 * number
        assert told[-1]["runs"] == told[-1]["of"]


def test_a_plan_that_nobody_waits_for_is_given_up(live: Any) -> None:
    plan = {"base": "alliance_2048", "levers": {"tutoring": 0.9}}
    runs = live.workshop.runs
    headers = {"x-wolsey-session": "leaving-1"}
    url = f"{live.address}/api/plan"
    with httpx.stream("POST", url, json={"plan": plan}, headers=headers, timeout=LONGEST):
        until(lambda: bool(runs._exploring))
    until(lambda: not runs._exploring)
    until(lambda: live.workshop.streams == 0)
    # Asked again it is run from the start, to the end.
    assert asked(live, plan, "leaving-1")[-1]["runs"] == 3


def test_a_worker_killed_in_a_plan_is_replaced(live: Any) -> None:
    plan = {"base": "alliance_2048", "levers": {"careers": 0.1}}
    crew = live.workshop.runs.crew
    told: list[list[dict[str, Any]]] = []
    thread = threading.Thread(target=lambda: told.append(asked(live, plan, "killer-1")))
    thread.start()
    until(lambda: bool(crew._at_work))
    os.kill(crew.process_ids()[0], signal.SIGKILL)
    thread.join(LONGEST)
    assert told[0][-1]["runs"] == 3


def test_memory_does_not_grow_with_plans(live: Any) -> None:
    def now() -> float:
        gc.collect()
        return memory({os.getpid(), *live.workshop.runs.crew.process_ids()})

    for value in (0.1, 0.2):
        asked(live, {"base": "baseline", "levers": {"language": value}}, "memory-1")
    before = now()
    for step in range(6):
        asked(live, {"base": "baseline", "levers": {"language": 0.3 + step / 10}}, "memory-1")
    assert now() - before < 20


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_server_ended_while_a_plan_runs_leaves_no_worker(ending: int) -> None:
    server = subprocess.Popen(
        [sys.executable, "-m", "wolsey", "workshop", "--no-browser", "--port", "0", "--scale", "0.05"],
        cwd=root(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        assert line.startswith("The workshop is at http://127.0.0.1:"), line
        url = line.split()[4] + "api/plan"
        headers = {"x-wolsey-session": "ending-12"}
        with httpx.stream("POST", url, json={"plan": PLAN}, headers=headers, timeout=LONGEST):
            until(
                lambda: len(processes(server.pid)) >= 5
            )  # with two workers, and what starts and tracks them
            family = processes(server.pid)
            server.send_signal(ending)
            server.wait(LONGEST)
        until(lambda: not any(alive(child) for child in family))
        if ending != signal.SIGKILL:
            assert server.returncode == 0
            assert server.stderr is not None
            assert server.stderr.read() == ""
    finally:
        server.kill()
        server.communicate()


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (WorkshopOptions(port=70_000), "--port = 70000: must be between 0 and 65535"),
        (WorkshopOptions(port=0, host="nowhere.invalid"), "is no address of this machine"),
        (WorkshopOptions(port=0, scale=3.0), "--scale = 3.0: must be between"),
        (WorkshopOptions(port=0, workers=0), "must be at least 1"),
        (WorkshopOptions(port=0, workers=100_000), "workers = 100000"),
    ],
)
def test_what_cannot_be_served_is_said(
    numbers: ParameterDraws, options: WorkshopOptions, problem: str
) -> None:
    with pytest.raises(InputError, match=problem):
        serve(options)


def test_a_port_that_is_taken_is_said(live: Any) -> None:
    port = int(live.address.rsplit(":", 1)[1])
    with pytest.raises(InputError, match="is taken: another program listens there"):
        serve(WorkshopOptions(port=port, browser=False))


def test_opening_it_to_a_network_is_warned_of(
    numbers: ParameterDraws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import uvicorn

    monkeypatch.setattr(uvicorn.Server, "run", lambda self, sockets: None)
    serve(WorkshopOptions(port=0, host="0.0.0.0", browser=False))
    told = capsys.readouterr()
    assert "There is no password" in told.err
    assert "The workshop is at http://127.0.0.1:" in told.out
    assert f"From the network: http://{socket.gethostname()}:" in told.out
    serve(WorkshopOptions(port=0, browser=False))
    assert capsys.readouterr().err == ""


def test_the_server_itself_loads_no_town() -> None:
    asks = "import sys, wolsey.workshop.web.server; print({'mesa', 'numba'} & set(sys.modules))"
    told = subprocess.run(
        [sys.executable, "-c", asks], cwd=root(), capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "set()"


def test_numbers_that_do_not_fit_are_said_at_once(numbers: ParameterDraws) -> None:
    assert numbers.posterior is not None
    table = numbers.posterior.table.assign(**{"learning.nothing": 1.0})
    wrong = ParameterDraws(numbers.place, Posterior(table, numbers.posterior.manifest))
    with pytest.raises(InputError, match="nothing"):
        application(Settings(), wrong)


def test_settings_are_checked() -> None:
    assert Settings.of(0.5, 3).processes == 3
    with pytest.raises(InputError, match="--scale"):
        Settings.of(0.0)
