"""The page in a browser that fails a test where anything is asked of another machine, or breaks."""

import json
from base64 import urlsafe_b64encode
from importlib import import_module
from typing import Any, Final

from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.waiting import LONGEST

# It says nothing of its types.
Axe: Final[Any] = import_module("axe_playwright_python.sync_playwright").Axe

RUNS: Final = 3
"""Of a plan in these tests."""
A: Final[dict[str, Any]] = {"base": "alliance_2048", "levers": {"tutoring": 0.6}}
B: Final[dict[str, Any]] = {"base": "baseline"}
"""Two plans of these tests."""
DONE: Final = f"body[data-ready=yes][data-busy=no][data-stale=no][data-runs='{RUNS}']"
WIDE, LAPTOP, BOARD, PHONE = (1920, 1080), (1366, 768), (1024, 768), (390, 844)
SMALL_TEXT: Final = """() => [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility()
    && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())
    && parseFloat(getComputedStyle(one).fontSize) < 14).map((one) => one.textContent)"""
"""Texts in letters of less than 14 pixels."""


class Watched:
    """Pages of a browser; `faults` is whatever they asked of another machine, and what broke."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.faults: list[str] = []
        self.pages: list[Page] = []

    def open(self, rest: str = "", size: tuple[int, int] = WIDE) -> Page:
        """A page in a context of its own, once its plan has been run."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, accept_downloads=True
        )
        context.set_default_timeout(1000 * LONGEST)
        page = context.new_page()
        self.pages.append(page)
        page.on("request", lambda request: self._check(request.url))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", lambda dialog: self.faults.append(dialog.message))
        page.on("console", self._hear)
        page.goto(f"{self.address}/{rest}")
        page.wait_for_selector(DONE)
        return page

    def close(self) -> None:
        """Closes the pages."""
        for page in self.pages:
            page.context.close()

    def _hear(self, told: ConsoleMessage) -> None:
        if told.type == "error":
            self.faults.append(told.text)

    def _check(self, url: str) -> None:
        if not url.startswith((f"{self.address}/", "blob:", "data:")):
            self.faults.append(url)


def tab_to(page: Page, id_: str) -> None:
    """Goes on with the Tab key until a control has the focus."""
    for _ in range(90):
        if page.evaluate("() => document.activeElement.id") == id_:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{id_} cannot be reached with the keyboard")


def press(page: Page, id_: str, key: str = "Enter") -> None:
    """Goes to a control with the Tab key, and presses a key there."""
    tab_to(page, id_)
    page.keyboard.press(key)


def width_of(page: Page) -> int:
    """How far the page reaches to the right."""
    found: int = page.evaluate("() => document.documentElement.scrollWidth")
    return found


def faults_of(page: Page) -> str:
    """What axe finds against the page as it stands; empty where there is nothing."""
    seen = Axe().run(page, options={"resultTypes": ["violations"]})
    return "" if seen.violations_count == 0 else str(seen.generate_report())


def link(content: object, version: str = "v1") -> str:
    """An address as the page would make it."""
    return f"#{version}." + urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def plans(view: dict[str, Any], **levers: float) -> str:
    """A link to a plan, with levers moved, beside the baseline."""
    a, b = {"base": "alliance_2048", "levers": levers}, {"base": "baseline", "levers": {}}
    return link({"a": a, "b": b, "view": view})
