"""The bench of the workshop, on a small town and few runs. What has to be so on any machine is held here;
what hangs on the machine is printed by `python -m benchmarks.workshop`."""

import os
import time
from typing import Any

import pytest

from benchmarks import workshop as bench
from benchmarks import workshop_page as bench_page
from benchmarks import workshop_server as server_bench
from benchmarks.workshop_server import Served
from tests.browser import chromium
from tests.waiting import LONGEST

pytestmark = pytest.mark.browser


def rows(told: str) -> dict[str, list[str]]:
    """What was printed: the figure, and what it is to be at most."""
    return {line[:48].strip(): line[48:].split() for line in told.splitlines()}


def test_a_page_is_measured(
    live: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Served(os.getpid(), int(live.address.rsplit(":", 1)[1]), time.perf_counter())
    monkeypatch.setattr(server_bench, "PATIENCE", 0.0)  # this process has always something to do
    monkeypatch.setattr(bench_page, "MOVES", 1)
    monkeypatch.setattr(bench_page, "SESSIONS", 2)
    with bench_page.running(chromium()) as browser:
        bench_page.measure(browser, server, moves=2)
    bench.saved(server)
    found = rows(capsys.readouterr().out)
    for what in (
        "a plan's JSON, kB",
        "requests to the API while the page plays",
        "a saved report of two plans, kB",
    ):
        assert float(found[what][0]) <= float(found[what][-1]), what
    assert "growth in 2 plans, a shortened hour, MB" in found  # of this process too: it says nothing here
    for what in (
        "start to a page that can be used, s",
        "lever moved to first change, s",
        "lever moved to 3 runs of the whole town, s",
        "a year's step, ms",
        "2 pages at once: the last first change, s",
        "server and workers together, MB",
    ):
        assert float(found[what][0]) > 0, what
    first, all_ = (f"lever moved to {what}, s" for what in ("first change", "3 runs of the whole town"))
    assert float(found[first][0]) <= float(found[all_][0])


def test_without_a_browser_it_says_so_and_measures_the_rest(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "BROWSERS", ("no-such-browser",))
    monkeypatch.setattr(server_bench, "PATIENCE", LONGEST)
    with bench.browsing() as measure, server_bench.served(0.02) as server:
        assert measure is None
        family = bench.without_page(server)
    assert len(family) >= 4
    assert server_bench.left(family) == 0
    told = capsys.readouterr().out
    assert "what a page shows is not measured" in told
    found = rows(told)
    assert float(found["lever moved to first look, s"][0]) <= float(found["lever moved to all 20 runs, s"][0])
