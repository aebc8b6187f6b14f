"""How the page looks and holds in Chromium: at every size, in print, with links that mean harm, and without a
server."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser import in_both_fonts
from tests.fitting import misfits
from tests.wolsey.workshop.watched import (
    BOARD,
    DONE,
    LAPTOP,
    PHONE,
    SMALL_TEXT,
    WIDE,
    Watched,
    faults_of,
    link,
    plans,
    width_of,
)

pytestmark = pytest.mark.browser


def test_the_first_view_says_what_is_asked(watched: Watched) -> None:
    page = watched.open()
    expect(page.locator("#headline")).to_contain_text("Compared with doing nothing, this plan ")
    expect(page.locator("#headline")).to_contain_text(
        re.compile(r"The gap at 11 .*; the gap at five .* a year\.$")
    )
    expect(page.locator("#aims")).to_contain_text("not met in 2017")
    expect(page.locator("#aims")).to_contain_text("the same past up to 2025")
    expect(page.locator("#progress")).to_contain_text("3 runs")
    expect(page.locator("footer")).to_contain_text("not a forecast")
    assert page.locator("#map-svg g.dots").count() == 16
    assert page.locator("#goals .goal").count() == 7
    assert page.locator(".lever").count() == 11
    page.select_option("#goal-file", "opportunity_area_2021")
    assert page.locator("#goals .goal").count() == 16


MANY_WARDS = """async (count) => {
  const { draw } = await import(`./map.js?of-${count}-wards`);
  const wards = Array.from({ length: count }, (_, at) =>
    ({ name: `Ward ${at}`, row: Math.floor(at / 17), column: at % 17, primary: 12, secondary: 2 }));
  const town = { wards, first: 2017, indicators: { gld: { title: "", direction: 1 } } };
  draw({ town, results: { a: { wards: { gld: [wards.map((_, at) => 50 + (at % 30))] } } }, difference: null,
    state: { indicator: "gld", year: 2017, mode: "a" } });
  const all = (what) => [...document.querySelectorAll(`#map-svg ${what}`)];
  const box = document.getElementById("map-drawing").getBoundingClientRect();
  const drawn = all("polygon").map((each) => each.getBoundingClientRect());
  const inside = (at) => at.left >= box.left - 1 && at.right <= box.right + 1
    && at.top >= box.top - 4 && at.bottom <= box.bottom + 4;
  return { wards: drawn.length, inside: drawn.filter(inside).length, titles: all("title").length,
    wide: all(".value").filter((each) => each.getComputedTextLength() > drawn[0].width).length };
}"""


def test_a_map_of_many_wards_stays_in_its_box(watched: Watched) -> None:
    """As many as in Birmingham and in North Yorkshire, each with more schools than fit into a row."""
    page = watched.open()
    for count in (40, 159):
        found = page.evaluate(MANY_WARDS, count)
        assert found == {"wards": count, "inside": count, "titles": count, "wide": 0}


@in_both_fonts
def told(live: Any, base: str) -> dict[str, Any]:
    """What the API tells of a scenario with no lever moved."""
    with httpx.stream(
        "POST", f"{live.address}/api/plan", json={"plan": {"base": base}}, timeout=120,
        headers={"x-wolsey-session": "page-and-api"},
    ) as answer:  # fmt: skip
        *_, last = answer.iter_lines()
    found: dict[str, Any] = json.loads(last)
    return found


def amount(words: str) -> int:
    """Pounds as the page shows them."""
    return 0 if words in ("", "no cost") else int(words.strip("£").replace(",", ""))


@pytest.mark.parametrize("base", ["alliance_2048", "cradle_to_career"])
def test_the_page_s_numbers_are_the_api_s_and_its_money_adds_up(
    watched: Watched, live: Any, base: str
) -> None:
    page, plan = watched.open(link({"a": {"base": base, "levers": {}}})), told(live, base)
    costs = plan["costs"]
    assert page.locator("#headline").text_content() == plan["headline"]
    assert plan["aims"] in (page.locator("#aims").text_content() or "")
    rows = [amount(words) for words in page.locator(".cost").all_text_contents()]
    assert sum(rows) == costs["total"] > 0
    assert page.locator("#money strong").text_content() == f"£{costs['total']:,} a year"
    # What is on no lever has a row of its own, and so no money is spent unseen.
    assert page.locator("#others .other").count() == len(costs["others"]) > 0
    for name, delivered in plan["delivered"].items():
        expect(page.locator(f"#lever-{name}-delivered")).to_contain_text(delivered["said"])
    page.locator("#money-table").press("Enter")
    cells = dict(zip(page.locator("dialog tbody th").all_text_contents(),
                     page.locator("dialog tbody td").all_text_contents(), strict=True))  # fmt: skip
    assert amount(cells["All together"]) == costs["total"]
    assert sum(amount(cell) for row, cell in list(cells.items())[: len(rows) - 4]) == costs["total"]
    assert amount(cells["The budget"]) + amount(cells["Left from before 2026"]) - costs["alliance"] == amount(
        cells["Left of both"]
    )


def test_the_chart_draws_the_gap_and_doing_nothing(watched: Watched) -> None:
    page = watched.open(plans({"year": 2040}))
    page.wait_for_selector("body[data-compared=yes]")
    page.select_option("#group", "gap")
    lines = (
        "() => document.getElementById('chart-drawing').data.filter((one) => one.name).map((one) => one.name)"
    )
    # Plan B, no programme at all, does nothing itself: it has no grey line of its own.
    assert page.evaluate(lines)[:3] == ["doing nothing", "Plan B", "Plan A"]
    expect(page.locator("#chart-note")).to_contain_text("doing nothing")
    expect(page.locator("#chart-note")).to_contain_text("points")
    expect(page.locator("#chart-note")).not_to_contain_text("England")
    page.locator("#chart-table").press("Enter")
    heads = page.locator("dialog thead th").all_text_contents()
    assert heads == ["Year", "Plan A", "Plan B", "Doing nothing", "A less B", "Published"]


def test_goals_say_what_was_so_in_2017(watched: Watched, live: Any) -> None:
    page, plan = watched.open(), told(live, "alliance_2048")
    file = next(each for each in plan["goals"] if each["name"] == "vision_2048")
    measures = [measure for section in file["sections"] for measure in section["measures"]]
    already = [m for m in measures if any(v["already"] for v in m["verdicts"])]
    worse = [m for m in measures if any(part["worse"] for part in m["parts"])]
    assert already
    assert page.locator("#goals .goal", has_text="already so in 2017").count() == len(already)
    assert page.locator("#goals .goal", has_text="worse than 2017").count() == len(worse)
    expect(page.locator("#goals-note")).to_contain_text(f"{file['met'] or 'none'} already so in 2017")
    # Three runs have counts and no words.
    assert not page.locator("#goals", has_text="likely").count()


@pytest.mark.parametrize("size", [WIDE, LAPTOP, BOARD, PHONE], ids=["wide", "laptop", "board", "phone"])
def test_everything_fits_and_axe_finds_nothing(watched: Watched, size: tuple[int, int]) -> None:
    page = watched.open(plans({"year": 2040}, tutoring=1), size)
    page.wait_for_selector("body[data-compared=yes]")
    if size in (WIDE, LAPTOP):
        assert page.evaluate("() => document.documentElement.scrollHeight") <= size[1]
    tabs = page.locator("button[data-tab]:visible").all()
    assert len(tabs) == {WIDE: 0, LAPTOP: 4, BOARD: 5, PHONE: 5}[size]
    for at in range(max(1, len(tabs))):
        for tab in tabs[at : at + 1]:
            tab.click()
        assert width_of(page) <= size[0]
        assert page.evaluate(SMALL_TEXT) == []
        assert misfits(page) == []
        assert faults_of(page) == ""
        if page.locator("#money").is_visible():
            expect(page.locator("#money")).to_contain_text("The money is used up")
    assert page.locator("#headline").is_visible()
    assert page.locator("#year").is_visible()


@in_both_fonts
def test_axe_finds_nothing_in_what_opens(watched: Watched) -> None:
    page = watched.open(plans({"mode": "difference", "lower": "lives"}))
    page.wait_for_selector("body[data-compared=yes]")
    page.click("#find")
    page.wait_for_selector("#child:not([disabled])")
    page.select_option("#child", index=1)
    page.wait_for_selector("table.lives")
    page.locator("#more summary").click()
    assert misfits(page) == []
    assert faults_of(page) == ""
    for opener in ("button[data-table=goals]", "#words", "#guess"):
        page.locator(opener).press("Enter")
        assert misfits(page) == []
        assert faults_of(page) == ""
        page.keyboard.press("Escape")


def test_a_page_that_asks_another_machine_is_found_out(browser: Browser, live: Any) -> None:
    pages = Watched(browser, live.address)
    page = pages.open()
    assert pages.faults == []
    page.evaluate("() => fetch('http://127.0.0.2:9/').catch(() => null)")
    page.evaluate("() => { location.href = 'http://127.0.0.2:9/'; }")
    page.wait_for_event("requestfailed")
    pages.close()
    assert any(fault.startswith("http://127.0.0.2") for fault in pages.faults)


def test_five_pages_are_each_its_own(watched: Watched) -> None:
    pages = [watched.open() for _ in range(5)]
    for places, page in enumerate(pages):
        page.locator("#lever-reengagement").fill(str(20 * places))
    for places, page in enumerate(pages):
        page.wait_for_selector(DONE)
        expect(page.locator("#lever-reengagement-words")).to_contain_text(f"{20 * places} places a year")
        found = page.evaluate("() => location.hash")
        assert found not in [other.evaluate("() => location.hash") for other in pages if other is not page]


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
        # It is still there once the plan is run, until the user does something.
        expect(page.locator("#message")).to_be_visible()
        page.locator("#lever-college").evaluate("(one) => one.dispatchEvent(new Event('input'))")
        expect(page.locator("#message")).not_to_be_visible()
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


@pytest.mark.parametrize("size", [WIDE, LAPTOP, BOARD], ids=["wide", "laptop", "board"])
def test_presenting_hides_the_levers(watched: Watched, size: tuple[int, int]) -> None:
    page = watched.open("?present=1", size)
    expect(page.locator("#plan")).not_to_be_visible()
    expect(page.locator("#map")).to_be_visible()
    assert width_of(page) <= size[0]


@in_both_fonts
def test_on_paper_there_are_no_buttons_and_nothing_is_cut(watched: Watched, tmp_path: Path) -> None:
    page = watched.open(plans({"year": 2040, "lower": "lives"}))
    page.wait_for_selector("body[data-compared=yes]")
    page.click("#find")
    page.wait_for_selector("#child:not([disabled])")
    page.select_option("#child", index=1)
    page.wait_for_selector("table.lives")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})  # an A4 sheet between its margins
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#play")).not_to_be_visible()
    expect(page.locator("#goals")).to_be_visible()
    expect(page.locator("table.lives")).to_be_visible()
    assert width_of(page) <= 718
    assert misfits(page) == []
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert len(page.pdf(path=tmp_path / "page.pdf", format="A4")) > 20_000


def test_a_server_that_is_gone_is_said(browser: Browser, serve: Callable[[], Any]) -> None:
    running = serve()
    pages = Watched(browser, running.address)
    page = pages.open()
    running.stop()
    page.locator("#lever-language").press("ArrowLeft")
    expect(page.locator("#message")).to_contain_text("has it been closed?")
    pages.close()
