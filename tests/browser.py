"""A browser for tests: Debian's Chromium, or whichever Chromium the machine has."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str:
    """Where it is. Skips the test where there is none, and fails it where WOLSEY_BROWSER says "required"."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        if os.environ.get("WOLSEY_BROWSER") == "required":
            pytest.fail("no Chromium on this machine: install the package chromium")
        pytest.skip("no Chromium on this machine")
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    """A running browser, closed afterwards."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        try:
            yield running
        finally:
            running.close()
