"""The browser of the tests shows the fonts that they bring, whatever the machine has."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from tests.browser import FAMILIES, NARROW, WIDE, in_both_fonts

pytestmark = pytest.mark.browser

PAGE = """<p style='font: 20px "Segoe UI", Arial, system-ui, sans-serif'>Sphinx of <b>black quartz</b></p>
<p style='font: 20px Georgia, serif'>Sphinx of <b>black quartz</b></p>
<p style='font: 20px "No Such Font"'>judge → ≥ vow</p>"""
"""A page that names fonts which machines have, one that none has, and signs that Roboto lacks."""


@in_both_fonts
def test_the_font_that_was_asked_for_is_the_one_that_is_seen(browser: Browser, font: str) -> None:
    page = browser.new_page()
    page.set_content(PAGE)
    asking = page.context.new_cdp_session(page)
    asking.send("DOM.enable")
    asking.send("CSS.enable")
    document = asking.send("DOM.getDocument")["root"]["nodeId"]
    found = []
    for node in asking.send("DOM.querySelectorAll", {"nodeId": document, "selector": "p"})["nodeIds"]:
        used = asking.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        found.append({each["familyName"] for each in used})
    sans, serif = FAMILIES[font]
    assert found == [{sans}, {serif}, {sans, "DejaVu Sans"}]
    page.close()


def test_the_narrow_font_is_narrower_by_a_tenth(browsers: Callable[[str], Browser]) -> None:
    widths = {}
    for font in (WIDE, NARROW):
        page = browsers(font).new_page()
        page.set_content(PAGE)
        widths[font] = page.evaluate(
            """() => { const range = document.createRange();
            range.selectNodeContents(document.querySelector("p"));
            return range.getBoundingClientRect().width; }"""
        )
        page.close()
    assert widths[NARROW] < 0.9 * widths[WIDE]
