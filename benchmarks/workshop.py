"""Time the workshop on this machine: `make bench`, or `python -m benchmarks.workshop`.

Starts the server as a user does, opens the page in Chromium, does what a board does, and prints each figure
beside what it is to be. It fails nothing, for machines differ. Without Playwright or Chromium it says so and
measures what can be measured without a page.
"""

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from benchmarks.workshop_server import Served, asked, left, memory, processes, row, served, streamed
from experiments.runs.processes import processors

START: Final = {"base": "alliance_2048"}
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
SMALL: Final = 0.05
"""Size of the town of which a check is saved: how large its report is does not depend on it."""


def main(scale: float = 1.0, moves: int = 12) -> None:
    """Print the table; `moves` of a lever stand for an hour's."""
    with browsing() as measure, served(scale) as server:
        family = measure(server, moves) if measure else without_page(server)
    row("workers left when it has stopped", left(family), 0)
    with served(SMALL) as server:
        saved(server)
    print(f"{processors()} processors, load {os.getloadavg()[0]:.1f}, town of scale {scale:g}")


@contextlib.contextmanager
def browsing() -> "Iterator[Callable[[Served, int], set[int]] | None]":
    """Yield what measures a page in a browser that runs already, as a user's does; None where there is
    none."""
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
    """Return what can be measured without a page; the processes of the server."""
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
    """Measure how large a report is."""
    plans = {"plans": [START, {"base": "baseline"}]}
    streamed(server.port, "/api/check", plans)
    with asked(server.port, "/api/report", plans) as answer:
        row("a saved report of two plans, kB", len(answer.read()) / 1000, 200)


if __name__ == "__main__":
    main()
