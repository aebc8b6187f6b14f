"""The report says what was found, shows nothing that it must not, and lets no text out of its place."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest

from experiments.goals import likelihood
from experiments.reach.findings import Findings, Money, Pathways
from experiments.report.build import html, tables
from experiments.report.costs_and_gains import gains, gains_table
from experiments.runs.statistics import Span
from model.goals.goal_files import NotAvailable
from tests.experiments.report.findings import MadeByHand, findings
from tests.experiments.report.page import Page, made, rows

HOSTILE = "</title></style></script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
FORMULA = "=HYPERLINK(1)"


@pytest.fixture(scope="module")
def full() -> Findings:
    return findings()


@pytest.fixture(scope="module")
def page(full: Findings) -> Page:
    return made(full)


def test_the_page_is_whole_and_names_nothing_outside_itself(page: Page, full: Findings) -> None:
    assert page.unbalanced == []
    assert page.open == []
    addresses = page.having("href") + page.having("src")
    assert all(each.startswith(("#", "data:text/csv")) for each in addresses)
    assert not re.search(r"(?:https?:)?//[a-z]|@import|url\((?!#)", html(full, MadeByHand()))
    anchors = {each[1:] for each in page.having("href") if each.startswith("#")}
    assert anchors <= set(page.having("id"))
    assert len(page.having("id")) == len(set(page.having("id")))


def test_the_same_findings_give_the_same_bytes(full: Findings) -> None:
    assert html(full, MadeByHand()) == html(findings(), MadeByHand())


def test_every_picture_has_words(page: Page) -> None:
    assert len(page.pictures) > 50
    ids = set(page.having("id"))
    for each in page.pictures:
        if each.get("role") == "img":
            assert set(each["aria-labelledby"].split()) <= ids
        else:
            assert each["aria-hidden"] == "true"
    strips = [each for tag, each in page.elements if each.get("class") == "strip"]
    assert strips
    assert all(each["role"] == "img" and len(each["aria-label"]) > 40 for each in strips)


def hostile(found: Findings) -> Findings:
    """The same with a text that would like to be markup in every place that holds one."""
    arms = tuple(
        replace(
            each, title=HOSTILE, label=HOSTILE + each.label, question=HOSTILE, answer=HOSTILE, warning=HOSTILE
        )
        for each in found.arms
    )
    goal = arms[0].goals["targets_2021"][0]
    asked = goal.parts[0].part.model_copy(
        update={"label": HOSTILE, "reference": NotAvailable(kind="not_available", why=HOSTILE)}
    )
    part = replace(goal.parts[0], part=asked, reference=HOSTILE, missing=(HOSTILE,))
    whole = goal.goal.model_copy(update={"title": HOSTILE, "section": HOSTILE, "note": HOSTILE})
    goal = replace(goal, goal=whole)
    arms = (replace(arms[0], goals={HOSTILE: (replace(goal, parts=(part,)),)}), *arms[1:])
    return replace(
        found,
        title=HOSTILE,
        banner=HOSTILE,
        interval_note=HOSTILE,
        command=HOSTILE,
        lost=(HOSTILE,),
        cannot=(HOSTILE,),
        arms=arms,
        series=(replace(found.series[0], title=HOSTILE, unit=HOSTILE),),
        pathways=tuple(replace(each, group=HOSTILE) for each in found.pathways[:1]),
        gains=tuple(replace(each, group="ward:" + HOSTILE, title=HOSTILE) for each in found.gains),
        assumptions=tuple(
            replace(each, name=HOSTILE, grade=HOSTILE, words=HOSTILE) for each in found.assumptions
        ),
        scores=tuple(replace(each, name=HOSTILE, words=HOSTILE) for each in found.scores),
        drivers=tuple(replace(each, programme=HOSTILE, unit=HOSTILE) for each in found.drivers or ()),
        required=tuple(replace(each, beside=HOSTILE) for each in found.required),
        variances=tuple(replace(each, label=HOSTILE, switches={HOSTILE: 1.0}) for each in found.variances),
        money=(
            Money(
                "baseline",
                ((HOSTILE, HOSTILE, found_span(), found_span()),),
                None,
                ((HOSTILE, found_span(), None, HOSTILE),),
            ),
        ),
    )


def found_span() -> Span:
    """A figure."""
    return Span(100.0, 90.0, 110.0, 100)


def test_a_hostile_text_stays_text(full: Findings) -> None:
    manifest = MadeByHand({"command": HOSTILE, "note": HOSTILE, "key": HOSTILE})
    said = html(hostile(full), manifest)
    read = Page(said)
    assert read.unbalanced == []
    scripts = [each for tag, each in read.elements if tag == "script"]
    assert [each.get("type", "") for each in scripts] == ["application/json", ""]
    assert not [tag for tag, _ in read.elements if tag == "img"]
    assert not any(name.startswith("on") for _, each in read.elements for name in each)
    kept = re.search(r'<script type="application/json" id="manifest">(.*?)</script>', said, re.DOTALL)
    assert kept is not None
    assert json.loads(kept.group(1)) == manifest.facts


def test_a_text_is_no_formula_in_a_spreadsheet(full: Findings) -> None:
    arms = (replace(full.arms[0], title=FORMULA), *full.arms[1:])
    first = rows(tables(replace(full, arms=arms))["answers"])[0]
    assert first["title"] == f"'{FORMULA}"


def test_the_tables_hold_what_was_found(full: Findings) -> None:
    found = {name: rows(text) for name, text in tables(full).items()}
    goals = [goal for arm in full.arms for each in arm.goals.values() for goal in each]
    assert len(found["goals"]) == len(goals)
    assert len(found["parts"]) == sum(len(goal.parts) for goal in goals)
    row = next(each for each in found["goals"] if each["scenario"] == "ceiling" and each["goal"] == "T9")
    goal = next(each for each in full.arms[3].goals["targets_2021"] if each.id == "T9")
    assert goal.likelihood is not None
    assert (row["reached"], row["runs"], row["undecided"]) == (str(goal.likelihood.reached), "96", "4")
    assert float(row["share"]) == pytest.approx(goal.likelihood.share)
    assert row["words"] == goal.likelihood.word
    assert row["closed_by_composition_alone"] == "yes"
    series = full.series[0]
    year = next(each for each in found["series"] if each["year"] == "2030" and each["title"] == series.title)
    assert float(year["mean"]) == pytest.approx(series.means["baseline"][series.years.index(2030)], rel=1e-6)
    assert len(found["series"]) == sum(len(each.years) * len(full.arms) for each in full.series)
    never = [each for each in found["required"] if each["goal"] == "T9"]
    assert {each["factor"] for each in never} == {""}
    assert {each["said"] for each in never} == {"not by any factor up to 20"}
    assert found["structure"][0]["switch"] == "peers"


def test_every_table_can_be_saved_from_the_page(page: Page, full: Findings) -> None:
    links = [each for tag, each in page.elements if tag == "a" and "download" in each]
    saved = {each["download"].removesuffix(".csv"): each["href"] for each in links}
    assert saved.keys() == tables(full).keys()
    for name, address in saved.items():
        head, _, body = address.partition(",")
        assert head == "data:text/csv;charset=utf-8"
        assert unquote(body) == "\ufeff" + tables(full)[name]


def test_counts_below_ten_are_not_shown(full: Findings) -> None:
    stages = (("At 5", ("reached", "not reached")), ("At 11", ("reached", "not reached")))
    links = (
        (0, "reached", "reached", 86.0, 172.0),
        (0, "reached", "not reached", 10.0, 20.0),
        (0, "not reached", "reached", 3.77, 7.54),
    )
    few = Pathways("baseline", 2017, "all", stages, links, 0.0)
    buys = (("one more rare thing", Span(7.31, -3.2, 31.0, 100), 4321.0, "£4,321"),)
    found = replace(full, pathways=(few,), money=(Money("alliance_2048", (), None, buys),))
    text = made(found).text
    ways = rows(tables(found)["pathways"])
    assert [each["people"] for each in ways] == ["172", "20"]
    assert "7.5" not in "".join(each["people"] for each in ways)
    assert {each["left_out_of_100"] for each in ways} == {"3.77"}
    assert "4 of 100 went ways of fewer than ten people" in text
    bought = rows(tables(found)["buys"])[0]
    assert (bought["extra"], bought["extra_low"], bought["extra_high"]) == ("", "", "31")
    assert (bought["pounds_for_one"], bought["said"]) == ("", "not shown: too few")
    # One row an outcome, a column a scenario, whichever of them has it.
    heads = [
        each for each in made(full).texts if each == "One more child at a good level of development at 5"
    ]
    assert len(heads) == 1
    assert "not counted" in made(full).text
    assert "fewer than 10 (fewer than 10 to 31)" in text
    none = (("one more rare thing", Span(2.0, 1.0, 4.0, 100), None, "said"),)
    bare = made(replace(found, money=(Money("alliance_2048", (), None, none),))).text
    assert "fewer than 10 not shown: too few" in bare
    assert "7.31" not in text
    assert "4,321" not in text


def test_a_banner_stands_where_there_is_one(page: Page) -> None:
    banner = made(findings(banner="Set by hand: nothing was fitted."))
    assert "Set by hand: nothing was fitted." in banner.text
    assert "banner" in banner.having("class")
    assert "banner" not in page.having("class")


def test_a_reduced_town_is_said(page: Page) -> None:
    assert "A reduced town" in made(findings(reduced=True)).text
    assert "A reduced town" not in page.text


def test_what_full_adds_is_said_to_be_missing(page: Page) -> None:
    thin = made(findings(full=False)).text
    assert "Not computed. Run wolsey reach sampleton --full ." in re.sub(r"\s+", " ", thin)
    assert "Not computed: structure of the model. Run wolsey reach sampleton --full" in thin
    assert "Not computed. Run" not in page.text
    assert "drivers" not in tables(findings(full=False))
    bare = made(replace(findings(full=False), required=())).text
    assert bare.count("Not computed. Run") == 2
    some = made(replace(findings(full=False), required=findings().required[:4])).text
    assert "Not computed: what the goals of later years would take. Run" in some


WORDS = [word for word, _, _ in likelihood.scale()]


def test_fewer_than_a_hundred_runs_have_counts_and_no_word(full: Findings) -> None:
    few = likelihood.Likelihood(19, 20, 0, 0.95, 0.8, 0.99)
    arms = tuple(
        replace(arm, goals={
            file: tuple(replace(goal, likelihood=few, latent=few) for goal in of)
            for file, of in arm.goals.items()
        })
        for arm in full.arms
    )  # fmt: skip
    said = html(replace(full, arms=arms, required=()), MadeByHand())
    assert 'class="word"' not in said
    assert said.count("19 of 20 runs") > 4 * 16
    assert not re.search(rf"(?:{'|'.join(WORDS)}), ", said, re.IGNORECASE)
    table = rows(tables(replace(full, arms=arms))["goals"])
    assert {row["words"] for row in table} == {row["latent_words"] for row in table} == {""}


def test_likelihood_has_a_word_and_a_number_and_never_none_or_all(page: Page, full: Findings) -> None:
    assert page.text.count(likelihood.RULE) == 1
    said = html(full, MadeByHand())
    cells = re.findall(r'class="word">([^<]*)</span><span class="count">([^<]*)<', said)
    found = [goal.likelihood for arm in full.arms for of in arm.goals.values() for goal in of]
    assert len(cells) == sum(bool(each and each.word) for each in found)
    assert all(word.lower() in WORDS and re.search(r"\d+ runs", count) for word, count in cells)
    assert not re.search(r"\b(?:0|100)% (?:chance|likely|probability)", page.text)
    assert "none of 100 runs" in page.text
    assert "all 100 runs" in page.text


def test_goals_on_an_assumed_start_stand_apart(full: Findings) -> None:
    said = html(full, MadeByHand())
    before, apart = said.split('<div class="assumed">')
    apart = apart.split("How far short of its aim each goal falls")[0]
    for id_, counted in (("T1", False), ("T4", False), ("T8", True), ("T15", True)):
        head = f"<h4><b>{id_}</b>"
        assert (head in before) is counted
        assert (head in apart) is not counted
    assert "never counted" in apart


def test_composition_the_prior_and_the_first_year_are_said(page: Page) -> None:
    assert "Ceiling: the gap closes only because more children count as disadvantaged" in page.text
    assert "evidence suggested at most 2 in 100" in page.text
    assert "evidence suggested 65 in 100" in page.text
    assert "First as likely as not: No programme 2034" in page.text
    assert "In no year as likely as not." in page.text


def test_losses_come_before_the_score_card(page: Page) -> None:
    lost = "Results at 11 in 2022 were foretold worse"
    assert page.text.index(lost) < page.text.index("How well it foretold what it had not seen")


def test_padlocks_are_drawn_for_grades_out_of_five(page: Page) -> None:
    assert "4 to 5 of 5" in page.text
    assert "2 of 5" in page.text
    assert "1 number that nobody has measured: 1 of grade J" in page.text
    # Once in the list for paper, once in the table of programmes, once in the folded one.
    assert page.having("class").count("locks") == 6


def test_of_many_wards_those_at_either_end_are_drawn_and_the_table_has_all(full: Findings) -> None:
    gain = full.gains[0]
    many = [
        replace(gain, group=f"ward:W{at:02d}", difference=replace(gain.difference, mean=float(at)))
        for at in range(30)
    ]
    few = str(gains(replace(full, gains=tuple(many[:24]))))
    assert all(few.count(f"W{at:02d}: ") == 1 for at in range(24))
    told = str(gains(replace(full, gains=tuple(many))))
    assert "the 8 wards with most and the 8 with least of 30" in told
    drawn = [at for at in range(30) if f"W{at:02d}: " in told]
    assert drawn == [*range(8), *range(22, 30)]
    assert len(gains_table(replace(full, gains=tuple(many))).rows) == 30


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: replace(f, series=()), "No indicator was kept by year."),
        (lambda f: replace(f, pathways=()), "No pathways were counted."),
        (lambda f: replace(f, money=()), "No scenario costs more than the first."),
        (lambda f: replace(f, gains=()), "Nothing was compared by ward or group."),
        (lambda f: replace(f, scores=()), "There is no score card."),
        (lambda f: replace(f, lost=()), "On no line did the model lose"),
        (lambda f: replace(f, assumptions=()), "None listed."),
        (lambda f: replace(f, cannot=()), "Nothing is listed."),
        (lambda f: replace(f, drivers=()), "No scenario has a programme that could be left out."),
        (lambda f: replace(f, arms=f.arms[:1]), "Are the goals of Sampleton within reach?"),
    ],
)
def test_what_is_not_there_is_said(full: Findings, change: Callable[[Any], Findings], said: str) -> None:
    found = made(change(full))
    assert said in found.text
    assert found.unbalanced == []
