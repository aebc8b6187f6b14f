"""How quick the workshop is on this machine: `python -m wolsey.workshop.bench`.

Starts the server as a user does, asks what a page asks, and prints seconds, kilobytes and megabytes beside
what they are to be.
"""

import http.client
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from experiments.pool import processors
from model.files import root

SESSION: Final = {"Content-Type": "application/json", "X-Wolsey-Session": "bench-session"}
START: Final = {"base": "alliance_2048"}
MOVED: Final = {"base": "alliance_2048", "levers": {"tutoring": 0.8, "budget": 6.0}}


def main() -> None:
    """Prints the table."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "wolsey", "workshop", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, cwd=root(), stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline().split()[4].rstrip("/").rsplit(":", 1)[1])
            ask(port, "GET", "/api/town")
            row("start to a page that answers, s", time.perf_counter() - began, 5.0)
            first = streamed(port, START)
            row("start to the first runs, s", time.perf_counter() - began - first[-1][1] + first[0][1])
            moved = streamed(port, MOVED)
            row("lever moved to first runs, s", moved[0][1], 0.7)
            row("lever moved to all runs, s", moved[-1][1], 4.0)
            row("a plan's JSON, kB", max(size for _, _, size in moved) / 1000, 60.0)
            row("server and workers together, MB", memory(server.pid), 900.0)
        finally:
            server.terminate()
    print(f"{processors()} processors, load {os.getloadavg()[0]:.1f}; {moved[-1][0]} runs a plan")


def row(what: str, found: float, limit: float | None = None) -> None:
    """One line."""
    print(f"{what:<36} {found:8.2f}" + ("" if limit is None else f"   to be at most {limit:g}"), flush=True)


def ask(port: int, method: str, path: str, content: object = None) -> http.client.HTTPResponse:
    """An answer of the server."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request(method, path, None if content is None else json.dumps(content), SESSION)
    return connection.getresponse()


def streamed(port: int, plan: dict[str, Any]) -> list[tuple[int, float, int]]:
    """Runs, seconds since it was asked, and bytes, of each line of a plan."""
    began = time.perf_counter()
    answer = ask(port, "POST", "/api/plan", {"plan": plan})
    return [(json.loads(line)["runs"], time.perf_counter() - began, len(line)) for line in answer]


def memory(process: int) -> float:
    """Proportional set size of a process and all below it, MB; 0 where the system does not tell."""
    found = 0.0
    path = Path(f"/proc/{process}/smaps_rollup")
    if path.is_file():
        lines = path.read_text().splitlines()
        found = int(next(line for line in lines if line.startswith("Pss:")).split()[1]) / 1024
        # A child belongs to whichever thread started it.
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            found += sum(memory(int(child)) for child in children.read_text().split())
    return found


if __name__ == "__main__":
    main()
