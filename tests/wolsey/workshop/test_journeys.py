"""What a board does with the page, each with the keyboard alone."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.wolsey.workshop.watched import BOARD, DONE, Watched, faults_of, plans, press, tab_to, width_of

pytestmark = pytest.mark.browser

LOOKED = """() => document.body.dataset.look === "yes" && {
  note: document.getElementById("chart-note").textContent,
  progress: document.getElementById("progress").textContent,
  lines: document.getElementById("chart-drawing").data.filter((one) => one.name).map((one) => one.name),
  bands: document.getElementById("chart-drawing").data.filter((one) => one.fill).length,
  before: [...document.querySelectorAll(".before")].filter((one) => one.checkVisibility()).length,
  headline: document.getElementById("headline").textContent,
  goals: document.getElementById("goals").textContent,
  save: document.getElementById("save").disabled,
}"""
"""What is on the screen while a first look is."""


def test_a_moved_lever_gives_a_first_look_and_then_the_whole_town(watched: Watched) -> None:
    page = watched.open()
    headline, goals = (page.locator(each).text_content() for each in ("#headline", "#goals"))
    assert page.locator(".before:visible").count() == 0
    press(page, "lever-tutoring", "End")
    seen = page.wait_for_function(LOOKED).json_value()
    assert "First look, a town of 40 in 100 of the children (one run)" in seen["note"]
    assert "against the plan before" in seen["note"]
    assert "First look" in seen["progress"]
    assert "doing nothing" in seen["progress"]
    # Its line has no band; goals and sentence are still those of the plan before, and say so.
    assert seen["lines"][:3] == ["doing nothing", "Before", "First look"]
    assert seen["bands"] == 0  # three runs have none; the plan before has its own where there are more
    assert (seen["headline"], seen["goals"], seen["before"], seen["save"]) == (headline, goals, 3, True)
    page.wait_for_selector(DONE)
    for place in ("#chart-note", "#progress"):
        expect(page.locator(place)).not_to_contain_text("First look")
    assert page.locator(".before:visible").count() == 0
    assert page.locator("#goals").text_content() != goals
    # A plan that was run already is there without one.
    page.keyboard.press("Home")
    page.wait_for_selector(DONE)
    press(page, "lever-tutoring", "End")
    page.wait_for_selector(DONE)
    expect(page.locator("#lever-tutoring-words")).to_contain_text("10 in 10")


def test_space_plays_to_2048_without_the_server_and_arrows_step(watched: Watched) -> None:
    page = watched.open()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.keyboard.press("Space")
    expect(page.locator("body")).to_have_attribute("data-playing", "yes")
    page.wait_for_selector("body[data-playing=no]")
    expect(page.locator("#year")).to_have_text("2048")
    expect(page.locator("#conditional")).to_contain_text("Conditional scenario")
    assert [url for url in asked if "/api/" in url] == []
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#year")).to_have_text("2047")


def test_two_plans_are_compared_and_a_link_opens_both(watched: Watched) -> None:
    page = watched.open()
    press(page, "lever-language", "ArrowLeft")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("#lever-language-words")).to_have_text(
        "5 in 10 of those in Reception who find it hardest"
    )
    page.wait_for_selector(DONE)
    tab_to(page, "versus")
    page.keyboard.type("No programme")
    page.wait_for_selector("body[data-compared=yes]")
    expect(page.locator("#headline")).to_contain_text("plan A")
    tab_to(page, "mode-both")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#mode-difference")).to_be_checked()
    expect(page.locator("#chart-note")).to_contain_text("plan A less plan B")
    press(page, "slider", "End")
    expect(page.locator("#year")).to_have_text("2048")
    again = watched.open(page.url.split("/", 3)[3])
    again.wait_for_selector("body[data-compared=yes]")
    expect(again.locator("#year")).to_have_text("2048")
    expect(again.locator("#lever-language")).to_have_value("0.5")
    expect(again.locator("#versus")).to_have_value("kept")
    expect(again.locator("#mode-difference")).to_be_checked()
    assert again.locator("#headline").text_content() == page.locator("#headline").text_content()
    for chart in ("map", "chart", "paths", "goals"):
        press(again, f"{chart}-table")
        assert again.locator("dialog tbody tr").count() > 5
        again.keyboard.press("Escape")
        expect(again.locator("dialog")).not_to_be_visible()


def test_a_plan_is_kept_as_plan_b_and_another_scenario_taken(watched: Watched) -> None:
    page = watched.open()
    press(page, "keep")
    expect(page.locator("#versus")).to_have_value("kept")
    tab_to(page, "scenario")
    page.keyboard.type("No programme")
    page.wait_for_selector("body[data-compared=yes]")
    expect(page.locator("#lever-tutoring")).to_have_value("0")
    expect(page.locator("#progress")).to_contain_text("plan B: 3 runs")
    tab_to(page, "paths-plan")
    page.keyboard.type("Plan B")
    press(page, "link")
    # Where a browser lets no page write to the clipboard, the link is shown to be copied.
    shown = page.wait_for_selector("#message:not([hidden]), dialog[open] textarea")
    assert shown is not None
    assert page.evaluate("() => location.hash").startswith("#v1.")


def test_two_lives_are_followed(watched: Watched) -> None:
    page = watched.open(plans({"lower": "lives"}))
    page.wait_for_selector("#find:not([disabled])")
    press(page, "find")
    page.wait_for_selector("#child:not([disabled])")
    expect(page.locator("#lives-note")).to_contain_text("nobody real")
    press(page, "child", "ArrowDown")
    page.wait_for_selector("table.lives")
    assert page.locator("table.lives tbody").count() > 3
    expect(page.locator("#story")).to_contain_text("Why:")


def test_a_guess_comes_before_the_result(watched: Watched) -> None:
    page = watched.open()
    press(page, "guess")
    for place in ("#headline", "#goals", "#map-drawing", "#chart-drawing", "#paths-drawing"):
        expect(page.locator(place)).not_to_be_visible()
    for guess in ("55", "62"):
        page.keyboard.type(guess)
        page.keyboard.press("Enter")
    expect(page.locator(".guesses")).to_have_text("Guesses: 55, 62")
    press(page, "guess-reveal")
    expect(page.locator(".answer")).to_contain_text("of 2 guesses")
    expect(page.locator("#headline")).to_be_visible()


def test_only_what_was_checked_is_saved(watched: Watched, tmp_path: Path) -> None:
    page = watched.open()
    expect(page.locator("#save")).to_be_disabled()
    press(page, "check")
    page.wait_for_selector("#save:not([disabled])")
    expect(page.locator("#progress")).to_contain_text("checked with 4 runs")
    with page.expect_download() as download:
        press(page, "save")
    saved = tmp_path / "report.html"
    download.value.save_as(saved)
    content = saved.read_text()
    assert saved.stat().st_size <= 200_000
    assert "<script" not in content
    assert (page.locator("#headline").text_content() or "-") in content
    press(page, "lever-careers", "ArrowLeft")
    expect(page.locator("#save")).to_be_disabled()
    reader = page.context.new_page()
    reader.goto(saved.as_uri())
    for width in (1920, 1024, 390):
        reader.set_viewport_size({"width": width, "height": 800})
        assert width_of(reader) <= width
        assert faults_of(reader) == ""


def test_a_check_can_be_stopped(watched: Watched) -> None:
    page = watched.open()
    press(page, "lever-families", "End")
    page.wait_for_selector(DONE)
    press(page, "check")
    expect(page.locator("#check")).to_have_text("Stop the check")
    page.keyboard.press("Enter")
    expect(page.locator("#check")).to_have_text("Check with 4 runs")
    expect(page.locator("#save")).to_be_disabled()


def test_tabs_and_what_the_footer_opens(watched: Watched) -> None:
    page = watched.open(size=BOARD)
    for tab, part in (
        ("plan", "levers"),
        ("paths", "paths-drawing"),
        ("targets", "goals"),
        ("lives", "find"),
    ):
        press(page, f"tab-{tab}")
        expect(page.locator(f"#{part}")).to_be_visible()
    for opener in ("words", "keys"):
        press(page, opener)
        expect(page.locator("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).not_to_be_visible()
