"""What the page measures for `bench`: it needs Playwright and a Chromium."""

import contextlib
import statistics
import time
from collections.abc import Iterator
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.workshop_server import Served, memory, processes, rested, row, streamed, worked

FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""For a Chromium that asks nothing of a network by itself."""
SESSIONS: Final = 5
MOVES: Final = 3
"""Moves of a lever of which the middle time is told."""
LONGEST: Final = 600_000
IDLE: Final = "body[data-ready=yes][data-busy=no]"
WATCH: Final = """(lever) => {
  const input = document.getElementById(lever), times = {}, body = document.body;
  let start = 0;
  const look = () => {
    const now = performance.now() - start;
    if (!start) return;
    // Drawn means: after the next frame.
    const drawn = (name) => { times[name] = now; requestAnimationFrame(() => requestAnimationFrame(() => {
      times[name] = performance.now() - start; })); };
    if (!("first" in times) && (body.dataset.look === "yes" || body.dataset.stale === "no")) drawn("first");
    if (!("all" in times) && body.dataset.stale === "no" && body.dataset.busy === "no") drawn("all");
  };
  new MutationObserver(look).observe(body, { attributes: true });
  input.addEventListener("input", () => {
    for (const name in times) delete times[name];
    start = performance.now();
  }, { capture: true });
  window.times = times;
}"""
"""Notes in `window.times` how long after a lever has moved the first change is drawn, and all runs."""
YEARS: Final = """async () => {
  const slider = document.getElementById("slider"), times = [];
  for (let year = 2017; year <= 2048; year += 1) {
    const start = performance.now();
    slider.value = year;
    slider.dispatchEvent(new Event("input"));
    await new Promise((done) => requestAnimationFrame(done));
    times.push(performance.now() - start);
  }
  return times.sort((x, y) => x - y)[16];
}"""
"""The middle time of a year's step until it is drawn, in milliseconds."""


@contextlib.contextmanager
def running(chromium: str) -> Iterator[Browser]:
    """Yield a browser, closed afterwards."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        try:
            yield found
        finally:
            found.close()


def opened(browser: Browser, address: str) -> Page:
    """Return the page in a context of its own, once its levers can be moved."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    context.set_default_timeout(LONGEST)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("body[data-ready=yes]")
    return page


def move(page: Page, key: str = "ArrowRight", lever: str = "lever-tutoring") -> None:
    """Move a lever by one step, as the keyboard makes it."""
    page.locator(f"#{lever}").press(key)


def settled(page: Page) -> dict[str, float]:
    """Return the seconds from the last move to the first change and to all runs, once they are there."""
    page.wait_for_function("() => 'all' in window.times && 'first' in window.times")
    page.wait_for_selector(IDLE)
    return {name: value / 1000 for name, value in page.evaluate("() => window.times").items()}


def measure(browser: Browser, server: Served, moves: int) -> set[int]:
    """Print what a page shows; the processes of the server."""
    page = opened(browser, server.address)
    row("start to a page that can be used, s", time.perf_counter() - server.began, 5)
    page.wait_for_selector(IDLE)
    row("start to all runs of the first plan, s", time.perf_counter() - server.began)
    family = processes(server.process)
    page.evaluate(WATCH, "lever-tutoring")
    found = []
    for _ in range(MOVES):
        rested(family)
        move(page)
        found.append(settled(page))
    row("lever moved to first change, s", statistics.median(each["first"] for each in found), 0.7)
    runs = int(page.locator("body").get_attribute("data-runs") or 0)
    row(f"lever moved to {runs} runs of the whole town, s", statistics.median(e["all"] for e in found), 4)
    move(page)
    row("lever moved again at once to first change, s", settled(page)["first"])
    lines = streamed(server.port, "/api/plan", {"plan": {"base": "stop_in_2030"}})
    row("a plan's JSON, kB", max(line.size for line in lines) / 1000, 75)
    row("a year's step, ms", page.evaluate(YEARS), 50)
    _play(page, family)
    _sessions(browser, server.address)
    row("server and workers together, MB", memory(family), 900)
    _hour(page, family, moves)
    return family


def _play(page: Page, family: set[int]) -> None:
    """Measure what the server does while the page plays from 2017 to 2048: nothing."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/" in request.url else None)
    page.locator("#slider").press("Home")
    rested(family)
    before = worked(family)
    page.locator("#play").press("Enter")
    page.wait_for_selector("body[data-playing=yes]")
    page.wait_for_selector("body[data-playing=no]")
    row("requests to the API while the page plays", len(asked), 0)
    row("work of the server while the page plays, s", worked(family) - before, 0.1)


def _sessions(browser: Browser, address: str) -> None:
    """Time five pages that change at once, each something else."""
    pages = [opened(browser, address) for _ in range(SESSIONS)]
    for number, page in enumerate(pages):
        page.wait_for_selector(IDLE)
        page.evaluate(WATCH, "lever-reengagement")
        # All at the same moment, in the browser itself, for a driver would move one after another.
        page.evaluate(
            """(steps) => { const input = document.getElementById("lever-reengagement"); window.go = () => {
            input.stepUp(steps); input.dispatchEvent(new Event("input", { bubbles: true })); }; }""",
            number + 1,
        )
    for page in pages:
        page.evaluate("() => { setTimeout(window.go, 1000 - (Date.now() % 1000)); }")
    found = [settled(page) for page in pages]
    row(f"{SESSIONS} pages at once: the last first change, s", max(each["first"] for each in found), 2.5)
    row(f"{SESSIONS} pages at once: the last page's all runs, s", max(each["all"] for each in found))
    for page in pages:
        page.context.close()


def _hour(page: Page, family: set[int], moves: int) -> None:
    """Live an hour of a board, shortened: levers move, half of the plans are given up, lives are read."""
    before = memory(family)
    for number in range(moves):
        move(page, "ArrowLeft" if number % 10 < 5 else "ArrowRight", "lever-teachers")
        move(page, "ArrowLeft" if number % 10 < 5 else "ArrowRight", "lever-careers")
        page.wait_for_selector("body[data-stale=no][data-busy=no]")
        if number % 4 == 3:
            page.locator("#keep").press("Enter")
            page.wait_for_selector(IDLE)
    row(f"growth in {moves} plans, a shortened hour, MB", memory(family) - before, 20)
