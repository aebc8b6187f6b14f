"""The report in a real browser, as a file and without a network: it asks for nothing, fits every screen, and
can be read, printed and used without a mouse."""

import csv
import importlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from experiments.report.build import html, tables
from tests.browser import in_both_fonts
from tests.experiments.report.findings import MadeByHand, findings
from tests.fitting import misfits
from tests.waiting import LONGEST

pytestmark = pytest.mark.browser

BANNER = "Set by hand: nothing was fitted."
SMALLEST = 13.9
"""Pixels of letters, less what rounding takes from 14."""

SMALL_LETTERS = """() => {
  const small = [];
  for (const node of document.querySelectorAll("body *")) {
    if (!node.checkVisibility() || node.closest("script, defs, .unseen")) continue;
    if (![...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim())) continue;
    const zoom = node instanceof SVGElement ? Math.abs(node.getScreenCTM().a) : 1;
    const size = parseFloat(getComputedStyle(node).fontSize) * zoom;
    if (size < SMALLEST) small.push([node.textContent.slice(0, 40), size]);
  }
  return small;
}""".replace("SMALLEST", str(SMALLEST))

SHOW_ALL = "() => document.querySelectorAll('.facet').forEach((one) => { one.hidden = false; })"
"""Shows what is one choice of several, as the page without its script does."""
SHEET = 718
"""Pixels across a sheet of A4 between its margins."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report as a file, with the longest of everything: a banner, and all parts."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(html(findings(banner=BANNER), MadeByHand()), encoding="utf-8")
    return path


@pytest.fixture
def page(browser: Browser, file: Path) -> Iterator[Page]:
    """The report, opened on a projector; whatever it asks for but itself is refused and noted."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, accept_downloads=True)
    context.set_default_timeout(1000 * LONGEST)
    opened = context.new_page()
    asked: list[str] = []
    faults: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: faults.append(message.text))
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.route("http*://**", lambda route: route.abort())
    opened.goto(file.as_uri())
    yield opened
    assert {each.partition(":")[0] for each in asked} <= {"file", "data"}
    assert asked.count(file.as_uri()) == 1
    assert faults == []
    context.close()


@in_both_fonts
@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1024, 768), (760, 800), (390, 844), (320, 640)])
def test_it_fits_every_screen_in_letters_that_can_be_read(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(SHOW_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert misfits(page) == []
    if width >= 390:
        assert page.evaluate(SMALL_LETTERS) == []


@in_both_fonts
def test_it_fits_paper(page: Page) -> None:
    page.evaluate(SHOW_ALL)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": SHEET, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") <= SHEET
    assert misfits(page) == []


def test_the_first_screen_gives_the_answer(page: Page) -> None:
    bottoms = page.evaluate(
        "[...document.querySelectorAll('.card')].map((card) => card.getBoundingClientRect().bottom)"
    )
    assert len(bottoms) == 4
    assert max(bottoms) <= 1080


def test_nothing_stands_in_the_way_of_those_who_see_or_hear_little(page: Page, tmp_path: Path) -> None:
    # One of each kind is enough, and a tenth of the time.
    found = findings(banner=BANNER)
    few = replace(found, arms=found.arms[1:3], series=found.series[:1], pathways=found.pathways[-1:])
    (tmp_path / "few.html").write_text(html(few, MadeByHand()), encoding="utf-8")
    page.goto((tmp_path / "few.html").as_uri())
    # It says nothing of its types.
    axe = importlib.import_module("axe_playwright_python.sync_playwright").Axe()
    seen = axe.run(page, options={"resultTypes": ["violations"]})
    assert seen.violations_count == 0, seen.generate_report()


def test_alternatives_are_chosen_one_at_a_time(page: Page) -> None:
    facets = page.locator(".series .facet")
    # The last that promises no more than evidence does comes first.
    assert [facets.nth(at).is_visible() for at in range(3)] == [False, True, False]
    page.locator(".series .pick label").nth(0).click()
    assert [facets.nth(at).is_visible() for at in range(3)] == [True, False, False]
    page.keyboard.press("ArrowLeft")
    assert page.locator(".series .pick input").nth(3).is_checked()
    assert [facets.nth(at).is_visible() for at in range(3)] == [True, True, True]


def test_all_is_there_without_its_script(browser: Browser, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(file.as_uri())
    assert [each.is_visible() for each in opened.locator(".facet").all()] == [True] * opened.locator(
        ".facet"
    ).count()
    assert opened.locator(".pick").count() == 0
    context.close()


def test_a_table_is_saved_as_a_file(page: Page, tmp_path: Path) -> None:
    with page.expect_download() as saving:
        page.locator('a[download="scores.csv"]').click()
    saving.value.save_as(tmp_path / "scores.csv")
    text = (tmp_path / "scores.csv").read_text(encoding="utf-8-sig")
    assert text == tables(findings())["scores"]
    assert next(csv.DictReader(text.splitlines()))["name"] == "Results at 11, 2022"


def test_every_cell_of_the_rungs_names_its_scenario_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    row = page.locator(".rung-table tbody tr").first
    names = [arm.label for arm in findings().arms]
    assert row.locator("td .on-narrow").all_inner_texts() == names
    assert all(each.is_visible() for each in row.locator("td .on-narrow").all())
    # The rung itself has the whole width.
    boxes = [each.bounding_box() for each in (row, row.locator("th"))]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[1]["width"] > 0.9 * boxes[0]["width"]


def test_rows_that_are_tight_keep_room_for_their_bands(page: Page) -> None:
    for width in (1920, 1024, 760):
        page.set_viewport_size({"width": width, "height": 800})
        for strip in page.locator(".tight:visible").all():
            whole, track = strip.bounding_box(), strip.locator(".row > svg").first.bounding_box()
            assert whole is not None
            assert track is not None
            assert track["width"] > 60


def test_paper_has_what_was_chosen_and_the_main_rows(page: Page) -> None:
    page.emulate_media(media="print")
    assert page.locator(".minor").count() > 0
    assert not any(each.is_visible() for each in page.locator(".minor").all())
    assert page.locator(".on-paper").first.is_visible()
    assert not page.locator(".on-screen").first.is_visible()
    assert [each.is_visible() for each in page.locator(".series .facet").all()] == [False, True, False]
    assert not page.locator(".pick").first.is_visible()
    assert not page.locator("nav").is_visible()


def test_what_is_for_paper_is_not_on_a_screen(page: Page) -> None:
    assert not page.locator(".on-paper").first.is_visible()
    assert page.locator(".minor").first.is_visible()
    assert page.locator(".on-screen").first.is_visible()


def test_the_banner_is_printed_on_every_page(page: Page) -> None:
    page.add_style_tag(content=".banner p { border-color: #123456 !important }")
    printed = page.pdf(prefer_css_page_size=True)
    border = "".join(f"{int(part, 16) / 255:.4f} ".removeprefix("0") for part in ("12", "34", "56"))
    drawn = pages_of(printed)
    assert len(drawn) > 10
    assert all(border.encode() in each for each in drawn)
    page.locator(".banner").evaluate("(banner) => banner.remove()")
    assert not any(border.encode() in each for each in pages_of(page.pdf(prefer_css_page_size=True)))


def pages_of(printed: bytes) -> list[bytes]:
    """What is drawn on each page of a PDF file: those of its streams that draw text."""
    found = []
    for head in re.finditer(rb"/Length (\d+)>>\s*stream\r?\n", printed):
        try:
            drawn = zlib.decompress(printed[head.end() : head.end() + int(head[1])])
        except zlib.error:
            continue
        found += [drawn] if b"BT\n" in drawn and b" Tf\n" in drawn else []
    return found


def test_it_prints_on_a4(page: Page) -> None:
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert printed.startswith(b"%PDF")
    sizes = {part.split(b"]")[0] for part in printed.split(b"/MediaBox [")[1:]}
    assert len(sizes) == 1
    width, height = (float(each) for each in sizes.pop().split()[2:4])
    assert (round(width), round(height)) == (595, 842)
    assert len(pages_of(printed)) == printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") <= 16
