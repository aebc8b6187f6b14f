"""The bench of the workshop: what it prints of a small town. What has to be so on any machine is held here,
what hangs on the machine is not."""

import pytest

from tests.browser import chromium
from wolsey.workshop import bench

pytestmark = pytest.mark.serial


def test_it_measures_all_that_was_asked(capsys: pytest.CaptureFixture[str]) -> None:
    chromium()
    bench.main(0.02, moves=4)
    told = capsys.readouterr().out.splitlines()
    found = {line[:48].strip(): line[48:].split() for line in told[:-1]}
    held = (
        "a plan's JSON, kB",
        "requests to the API while the page plays",
        "work of the server while the page plays, s",
        "server and workers together, MB",
        "growth in 4 plans, a shortened hour, MB",
        "workers left when it has stopped",
        "a saved report of two plans, kB",
    )
    for what in held:
        assert float(found[what][0]) <= float(found[what][-1]), what
    measured = (
        "start to a page that can be used, s",
        "lever moved to first change, s",
        "lever moved to 20 runs of the whole town, s",
        "a year's step, ms",
        "5 pages at once: the last first change, s",
    )
    for what in measured:
        assert float(found[what][0]) > 0, what


def test_without_a_browser_it_says_so_and_measures_the_rest(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "BROWSERS", ("no-such-browser",))
    with bench.served(0.02) as server:
        assert bench._page(server, 1) == set()
        family = bench._no_page(server)
    assert len(family) >= 4
    assert bench.left(family) == 0
    told = capsys.readouterr().out
    assert "what a page shows is not measured" in told
    assert "lever moved to first look, s" in told
