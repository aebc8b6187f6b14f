"""The page as a board uses it: in Chromium, with the keyboard, and with nothing from beyond this machine."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

pytestmark = pytest.mark.serial

# It says nothing of its types.
Axe: Any = import_module("axe_playwright_python.sync_playwright").Axe

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
LONGEST = 120_000
DONE = "body[data-ready=yes][data-busy=no][data-runs='3']"
WIDE, BOARD, PHONE = (1920, 1080), (1024, 768), (390, 844)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield started
        started.close()


class Watched:
    """Pages of a browser that fail a test where they ask anything of another machine, or break."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.faults: list[str] = []
        self.pages: list[Page] = []

    def open(self, rest: str = "", size: tuple[int, int] = WIDE) -> Page:
        """A page in a context of its own, once its plan has been run."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, accept_downloads=True
        )
        context.set_default_timeout(LONGEST)
        page = context.new_page()
        self.pages.append(page)
        page.on("request", lambda request: self._check(request.url))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", lambda dialog: self.faults.append(dialog.message))
        page.on("console", self._hear)
        page.goto(f"{self.address}/{rest}")
        page.wait_for_selector(DONE)
        return page

    def _hear(self, told: ConsoleMessage) -> None:
        if told.type == "error":
            self.faults.append(told.text)

    def _check(self, url: str) -> None:
        if not url.startswith((f"{self.address}/", "blob:", "data:")):
            self.faults.append(url)


@pytest.fixture
def watched(browser: Browser, live: Any) -> Iterator[Watched]:
    """Where pages are opened."""
    pages = Watched(browser, live.address)
    yield pages
    for page in pages.pages:
        page.context.close()
    assert pages.faults == []


def tab_to(page: Page, id_: str) -> None:
    """Goes on with the Tab key until a control has the focus."""
    for _ in range(90):
        if page.evaluate("() => document.activeElement.id") == id_:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{id_} cannot be reached with the keyboard")


def width_of(page: Page) -> int:
    """How far the page reaches to the right."""
    found: int = page.evaluate("() => document.documentElement.scrollWidth")
    return found


def link(content: object, version: str = "v1") -> str:
    """An address as the page would make it."""
    return f"#{version}." + urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def test_the_first_view_says_what_is_asked(watched: Watched) -> None:
    page = watched.open()
    expect(page.locator("#headline")).to_contain_text("children reach the expected standard at 11")
    expect(page.locator("#progress")).to_contain_text("3 runs")
    expect(page.locator("footer")).to_contain_text("not a forecast")
    assert page.locator("#map-svg g.dots").count() == 16
    assert page.locator("#goals .goal").count() == 7
    assert page.locator(".lever").count() == 11
    page.select_option("#goal-file", "opportunity_area_2021")
    assert page.locator("#goals .goal").count() == 16


SMALL_TEXT = """() => [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility()
    && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())
    && parseFloat(getComputedStyle(one).fontSize) < 14).map((one) => one.textContent)"""


@pytest.mark.parametrize("size", [WIDE, BOARD, PHONE], ids=["wide", "board", "phone"])
def test_nothing_scrolls_sideways_and_axe_finds_nothing(watched: Watched, size: tuple[int, int]) -> None:
    page = watched.open(size=size)
    if size == WIDE:
        assert page.evaluate("() => document.documentElement.scrollHeight") <= size[1]
    for tab in ("town",) if size == WIDE else ("plan", "town", "paths", "targets", "lives"):
        if size != WIDE:
            page.click(f"button[data-tab={tab}]")
        assert width_of(page) <= size[0], tab
        assert page.evaluate(SMALL_TEXT) == [], tab
        found = Axe().run(page)
        assert found.violations_count == 0, f"{tab}: {found.generate_report()}"


def test_space_plays_to_2048_without_the_server_and_arrows_step(watched: Watched) -> None:
    page = watched.open()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("Space")
    expect(page.locator("body")).to_have_attribute("data-playing", "yes")
    page.wait_for_selector("body[data-playing=no]")
    expect(page.locator("#year")).to_have_text("2048")
    expect(page.locator("#conditional")).to_contain_text("Conditional scenario")
    assert [url for url in asked if "/api/" in url] == []
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#year")).to_have_text("2047")
    assert page.evaluate(YEARS) < 400  # a guard against getting slow: `make bench` has the figure


YEARS = """() => {
  const slider = document.getElementById("slider"), times = [];
  for (let year = 2017; year <= 2048; year += 1) {
    const start = performance.now();
    slider.value = year;
    slider.dispatchEvent(new Event("input"));
    times.push(performance.now() - start);
  }
  return times.sort((x, y) => x - y)[16];
}"""
"""The middle time of a year's step, in milliseconds."""


def test_a_board_moves_levers_compares_and_shares_with_the_keyboard_alone(watched: Watched) -> None:
    page = watched.open()
    tab_to(page, "lever-language")
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("#lever-language-words")).to_have_text(
        "5 in 10 of those in Reception who find it hardest"
    )
    page.wait_for_selector(DONE)
    tab_to(page, "versus")
    page.keyboard.type("No programme")
    page.wait_for_selector("#mode:not([hidden])")
    page.locator("input[value=both]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("input[value=difference]")).to_be_checked()
    expect(page.locator("#chart-note")).to_contain_text("plan A less plan B")
    page.locator("#slider").focus()
    page.keyboard.press("End")
    expect(page.locator("#year")).to_have_text("2048")
    again = watched.open(page.url.split("/", 3)[3])
    again.wait_for_selector("#mode:not([hidden])")
    expect(again.locator("#year")).to_have_text("2048")
    expect(again.locator("#lever-language")).to_have_value("0.5")
    expect(again.locator("#versus")).to_have_value("kept")
    expect(again.locator("input[value=difference]")).to_be_checked()
    assert again.locator("#headline").text_content() == page.locator("#headline").text_content()
    for chart in ("map", "chart", "paths", "goals"):
        again.locator(f"button[data-table={chart}]").press("Enter")
        assert again.locator("dialog tbody tr").count() > 5
        again.keyboard.press("Escape")
        expect(again.locator("dialog")).not_to_be_visible()


def test_two_lives_are_followed(watched: Watched) -> None:
    content: dict[str, Any] = {"a": {"base": "alliance_2048", "levers": {}}, "view": {"lower": "lives"}}
    page = watched.open(link({**content, "b": {"base": "baseline", "levers": {}}}))
    page.wait_for_selector("#find:not([disabled])")
    page.locator("#find").press("Enter")
    page.wait_for_selector("#child:not([disabled])")
    expect(page.locator("#lives-note")).to_contain_text("nobody real")
    page.select_option("#child", index=1)
    page.wait_for_selector("table.lives")
    assert page.locator("table.lives tbody").count() > 3
    expect(page.locator("#story")).to_contain_text("Why:")


def test_a_guess_comes_before_the_result(watched: Watched) -> None:
    page = watched.open()
    page.locator("#guess").press("Enter")
    expect(page.locator("#headline")).not_to_be_visible()
    for guess in ("55", "62"):
        page.keyboard.type(guess)
        page.keyboard.press("Enter")
    expect(page.locator(".guesses")).to_have_text("Guesses: 55, 62")
    page.locator("#guess-reveal").press("Enter")
    expect(page.locator(".answer")).to_contain_text("of 2 guesses")
    expect(page.locator("#headline")).to_be_visible()


def test_only_what_was_checked_is_saved(watched: Watched, tmp_path: Path) -> None:
    page = watched.open()
    expect(page.locator("#save")).to_be_disabled()
    page.locator("#check").press("Enter")
    page.wait_for_selector("#save:not([disabled])")
    expect(page.locator("#progress")).to_contain_text("checked with 4 runs")
    with page.expect_download() as download:
        page.locator("#save").press("Enter")
    saved = tmp_path / "report.html"
    download.value.save_as(saved)
    assert saved.stat().st_size <= 200_000
    assert "<script" not in saved.read_text()
    assert (page.locator("#headline").text_content() or "-") in saved.read_text()
    page.locator("#lever-careers").press("ArrowLeft")
    expect(page.locator("#save")).to_be_disabled()


HOSTILE = [
    "#v1.", "#v1.####", "#v99.e30", link([]), link({}), link(None), "#" + "A" * 9000,
    "#<script>alert(1)</script>",
    link({"a": {"base": "<img src=x onerror=alert(1)>", "levers": {}}}),
    link({"a": {"base": "alliance_2048", "levers": {"tutoring": "1e9"}}}),
    link({"a": {"base": "alliance_2048", "levers": {"tutoring": None}}}),
    link({"a": {"base": "__proto__", "levers": {}}, "view": {"__proto__": {"x": 1}}}),
    link({"a": {"base": "baseline", "levers": {}}, "b": {"base": "../../etc", "levers": {}}}),
]  # fmt: skip


def test_a_hostile_link_gets_a_clean_answer(watched: Watched) -> None:
    page = watched.open()
    for address in HOSTILE:
        page.evaluate("(hash) => { location.hash = ''; location.hash = hash; }", address)
        expect(page.locator("#message")).to_contain_text("cannot be read")
        page.wait_for_selector(DONE)
    assert page.locator("img[src=x]").count() == 0


def test_values_in_a_link_are_clamped(watched: Watched) -> None:
    content = {
        "a": {"base": "alliance_2048", "levers": {"tutoring": 0.3, "x": 7}},
        "view": {"year": 99999, "tab": 5},
    }
    page = watched.open(link(content))
    expect(page.locator("#year")).to_have_text("2048")
    expect(page.locator("#message")).not_to_be_visible()


def test_presenting_hides_the_levers_and_printing_the_buttons(watched: Watched) -> None:
    page = watched.open("?present=1")
    expect(page.locator("#plan")).not_to_be_visible()
    expect(page.locator("#goals")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("#play")).not_to_be_visible()
    expect(page.locator("#goals")).to_be_visible()
    assert len(page.pdf(format="A4")) > 20_000


def test_a_server_that_is_gone_is_said(browser: Browser, serve: Callable[[], Any]) -> None:
    running = serve()
    pages = Watched(browser, running.address)
    page = pages.open()
    running.stop()
    page.locator("#lever-language").press("ArrowLeft")
    expect(page.locator("#message")).to_contain_text("has it been closed?")
    page.context.close()
