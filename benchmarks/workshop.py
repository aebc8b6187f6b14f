"""How quick the workshop is on this machine: `make bench`, or `python -m benchmarks.workshop`.

Starts the server as a user does, opens the page in Chromium, does what a board does, and prints each figure
beside what it is to be. It fails nothing, for machines differ. Without Playwright or Chromium it says so and
measures what can be measured without a page.
"""

import contextlib
import http.client
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from experiments.runs.processes import processors
from model.io.files import root

SESSION: Final = {"Content-Type": "application/json", "X-Wolsey-Session": "bench-session"}
START: Final = {"base": "alliance_2048"}
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
SMALL: Final = 0.05
"""Size of the town of which a check is saved: how large its report is does not depend on it."""
PATIENCE: Final = 5.0
"""Seconds that processes may take to end once their server has, or to come to rest."""
MEGABYTE: Final = 2**20


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs: the number of its process, its port, and when it was started."""

    process: int
    port: int
    began: float

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"http://127.0.0.1:{self.port}/"


@contextlib.contextmanager
def served(scale: float = 1.0) -> Iterator[Served]:
    """A server as a user starts it, ended as Ctrl-C ends it."""
    command = [
        sys.executable,
        "-m",
        "wolsey",
        "workshop",
        "--no-browser",
        "--port",
        "0",
        "--scale",
        f"{scale}",
    ]
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=root(), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline().split()[4].rstrip("/").rsplit(":", 1)[1])
            yield Served(process.pid, port, began)
        finally:
            process.terminate()
            process.wait()


def main(scale: float = 1.0, moves: int = 12) -> None:
    """Prints the table; `moves` of a lever stand for an hour's."""
    with browsing() as measure, served(scale) as server:
        family = measure(server, moves) if measure else without_page(server)
    row("workers left when it has stopped", left(family), 0)
    with served(SMALL) as server:
        saved(server)
    print(f"{processors()} processors, load {os.getloadavg()[0]:.1f}, town of scale {scale:g}")


@contextlib.contextmanager
def browsing() -> "Iterator[Callable[[Served, int], set[int]] | None]":
    """What measures a page in a browser that runs already, as a user's does; None where there is none."""
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    try:
        from benchmarks import workshop_page as bench_page
    except ModuleNotFoundError:
        chromium = None
    if chromium is None:
        print("no Playwright or no Chromium here: what a page shows is not measured")
        yield None
        return
    with bench_page.running(chromium) as browser:
        yield partial(bench_page.measure, browser)


def without_page(server: Served) -> set[int]:
    """What can be measured without a page; the processes of the server."""
    with asked(server.port, "/api/town") as answer:
        answer.read()
    row("start to a server that answers, s", time.perf_counter() - server.began, 5)
    streamed(server.port, "/api/plan", {"plan": START})
    moved = {**START, "levers": {"tutoring": 0.8}}
    lines = streamed(server.port, "/api/plan", {"plan": moved, "since": START})
    row("lever moved to first look, s", lines[0].seconds, 0.7)
    row(f"lever moved to all {lines[-1].content['runs']} runs, s", lines[-1].seconds, 4)
    row("a plan's JSON, kB", max(line.size for line in lines) / 1000, 60)
    family = processes(server.process)
    row("server and workers together, MB", memory(family), 900)
    return family


def saved(server: Served) -> None:
    """How large a report is."""
    plans = {"plans": [START, {"base": "baseline"}]}
    streamed(server.port, "/api/check", plans)
    with asked(server.port, "/api/report", plans) as answer:
        row("a saved report of two plans, kB", len(answer.read()) / 1000, 200)


def row(what: str, found: float, limit: float | None = None) -> None:
    """One line."""
    to_be = "" if limit is None else f"   to be at most {limit:g}"
    print(f"{what:<48} {found:8.2f}{to_be}", flush=True)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a stream: when it came, how large it was, and what it says."""

    seconds: float
    size: int
    content: dict[str, Any]


@contextlib.contextmanager
def asked(port: int, path: str, content: object = None) -> Iterator[http.client.HTTPResponse]:
    """An answer of the server, to a GET where there is no content."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    with contextlib.closing(connection):
        method, body = ("GET", None) if content is None else ("POST", json.dumps(content))
        connection.request(method, path, body, SESSION)
        with connection.getresponse() as answer:
            yield answer


def streamed(port: int, path: str, content: object) -> list[Line]:
    """The lines of a stream."""
    began = time.perf_counter()
    with asked(port, path, content) as answer:
        return [Line(time.perf_counter() - began, len(line), json.loads(line)) for line in answer]


def processes(process: int) -> set[int]:
    """A process and all below it; itself alone where the system does not tell."""
    found = {process}
    # A child belongs to whichever thread started it.
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in children.read_text().split():
                found |= processes(int(child))
    return found


def alive(process: int) -> bool:
    """Whether a process is there and has not ended."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def left(those: set[int]) -> int:
    """How many of them are there still PATIENCE seconds on, or as soon as none is."""
    ends = time.monotonic() + PATIENCE
    while (count := sum(map(alive, those))) and time.monotonic() < ends:
        time.sleep(0.05)
    return count


def memory(those: set[int]) -> float:
    """Their proportional set sizes together, MB; 0 where the system does not tell."""
    found = 0
    for process in those:
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            found += int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return found * 1024 / MEGABYTE


def worked(those: set[int]) -> float:
    """Seconds of a processor that they have used."""
    ticks = 0
    for process in those:
        with contextlib.suppress(OSError):
            ticks += sum(map(int, Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def rested(those: set[int]) -> None:
    """Waits until they have nothing to do: a server goes on for a moment after its last answer, to have half
    of the next first look ready."""
    ends, before = time.monotonic() + PATIENCE, -1.0
    while (now := worked(those)) != before and time.monotonic() < ends:
        before = now
        time.sleep(1)


if __name__ == "__main__":
    main()
