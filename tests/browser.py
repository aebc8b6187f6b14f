"""A browser for tests: Debian's Chromium, or whichever Chromium the machine has."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser

from wolsey.workshop.bench import BROWSERS
from wolsey.workshop.bench_page import running

MISSING = "no Chromium on this machine"
"""Why a test is skipped where there is none; `conftest.py` counts them."""


def chromium() -> str:
    """Where it is. Skips the test where there is none, and fails it where WOLSEY_BROWSER says "required"."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        if os.environ.get("WOLSEY_BROWSER") == "required":
            pytest.fail(f"{MISSING}: install the package chromium")
        pytest.skip(MISSING)
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    """A running browser, closed afterwards."""
    with running(chromium()) as found:
        yield found
