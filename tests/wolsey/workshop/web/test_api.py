"""The API, without a browser: what it gives."""

import json
from typing import Any

import numpy as np
import pytest

from experiments.compare.comparison import Comparison, compare
from experiments.goals.assessment import goals
from experiments.goals.likelihood import likelihood_text
from experiments.runs.draws import ParameterDraws, RunId
from experiments.text import rough_pounds
from tests.wolsey.workshop.conftest import SMALL
from tests.wolsey.workshop.watched import RUNS, A, B
from wolsey.workshop.doing_nothing import Nothing
from wolsey.workshop.levers import levers, names_of
from wolsey.workshop.plans import Plan
from wolsey.workshop.view.child import in_plans
from wolsey.workshop.view.figures import GAP
from wolsey.workshop.view.saved_report import LARGEST
from wolsey.workshop.view.sentence import changes, sentence

LARGEST_PLAN = 75_000
EXPLORE = RUNS


def lines(client: Any, path: str, content: object) -> list[dict[str, Any]]:
    """What a stream gives."""
    answer = client.post(path, json=content)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


@pytest.fixture(scope="module")
def explored(client: Any) -> dict[str, list[dict[str, Any]]]:
    """Both plans as they are run: the second as the page asks for it that shows the first."""
    return {
        "a": lines(client, "/api/plan", {"plan": A}),
        "b": lines(client, "/api/plan", {"plan": B, "since": A}),
    }


@pytest.fixture(scope="module")
def comparison(numbers: ParameterDraws) -> Comparison:
    """The same plans as `wolsey compare` has them, with the same draws and seed."""
    a, b = (Plan.of(plan).scenario(0.05).changed(record="default") for plan in (B, A))
    return compare(a, b, [0], draws=EXPLORE, workers=1)


def test_the_page_is_told_what_it_needs(client: Any) -> None:
    town = client.get("/api/town").json()
    assert town["place"] == "Ipswich"
    assert len(town["wards"]) == 16
    assert sum(ward["primary"] + ward["secondary"] for ward in town["wards"]) > 30
    assert {lever["name"] for lever in town["levers"]} == set(town["start"]["levers"])
    assert all(lever["padlocks"] or lever["claim"] or lever["money"] for lever in town["levers"])
    assert set(town["mapped"]) <= set(town["indicators"])
    assert [2017, 56.3] in town["observed"]["ks2_rwm"]["all"]


def test_partial_results_come_in_batches_of_the_first_cells(
    explored: dict[str, list[dict[str, Any]]],
) -> None:
    runs = [line["runs"] for line in explored["a"]]
    assert runs[-1] == EXPLORE
    assert set(runs[:-1]) <= {2}
    assert runs == sorted(runs)
    for line in explored["a"]:
        assert line["of"] == EXPLORE
        assert not line["checked"]
        assert len(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode()) <= LARGEST_PLAN


def test_a_first_look_is_a_smaller_town_s_and_has_averages_alone(
    explored: dict[str, list[dict[str, Any]]],
) -> None:
    assert list(explored["b"][0]) == ["look"]
    assert not any("look" in line for line in [*explored["a"], *explored["b"][1:]])
    # A level of the first two runs misleads: they are not told.
    assert [line["runs"] for line in explored["b"][1:]] == [EXPLORE]
    look = explored["b"][0]["look"]
    assert set(look) == {"runs", "years", "series", "said"}
    assert "of every 100 disadvantaged children at the standard at 11" in look["said"]
    a, b = (Plan.of(plan).scenario(SMALL.look_scale).changed(record="default") for plan in (A, B))
    frame = compare(a, b, range(SMALL.look_runs), effects="means", workers=1).frame()
    rows = frame.astype({"indicator": str, "group": str}).set_index(["indicator", "group", "year"])
    compared = 0
    for name, groups in look["series"].items():
        for group, means in groups.items():
            for year, mean in zip(look["years"], means, strict=True):
                if mean is not None and (name, group, year) in rows.index:
                    there = rows.loc[(name, group, year), ["difference", "runs"]]
                    if there["runs"] == SMALL.look_runs:
                        assert mean == pytest.approx(there["difference"], abs=0.0051)
                        compared += 1
    assert compared > 200


def test_what_is_there_already_needs_no_first_look(
    client: Any, explored: dict[str, list[dict[str, Any]]]
) -> None:
    assert lines(client, "/api/plan", {"plan": A, "since": B}) == [explored["a"][-1]]
    new = {"base": "baseline", "levers": {"careers": 0.3}}
    assert "look" not in lines(client, "/api/plan", {"plan": new, "since": new})[0]


def test_a_plan_done_is_there_at_once(client: Any, explored: dict[str, list[dict[str, Any]]]) -> None:
    assert lines(client, "/api/plan", {"plan": A}) == [explored["a"][-1]]


def test_figures_are_those_of_compare(
    client: Any, explored: dict[str, list[dict[str, Any]]], comparison: Comparison
) -> None:
    found = client.post("/api/difference", json={"plans": [A, B]}).json()
    assert found["runs"] == EXPLORE
    frame = comparison.frame().astype({"indicator": str, "group": str})
    rows = {(row["year"], row["indicator"], row["group"]): row for row in frame.to_dict("records")}
    plan, other = explored["a"][-1], explored["b"][-1]
    compared = 0
    for name, groups in plan["series"].items():
        for group, figures in groups.items():
            for place, year in enumerate(plan["years"]):
                row = rows.get((year, name, group))
                if row is None or row["runs"] < EXPLORE:  # a pair counts where both arms have the figure
                    continue
                assert figures["mean"][place] == pytest.approx(row["b"], abs=0.051)
                assert other["series"][name][group]["mean"][place] == pytest.approx(row["a"], abs=0.051)
                at = found["years"].index(year)
                assert found["series"][name][group]["mean"][at] == pytest.approx(
                    row["difference"], abs=0.0051
                )
                compared += 1
    assert compared > 400
    gap = rows[2040, "ks2_rwm", GAP]
    at = found["years"].index(2040)
    assert found["series"]["ks2_rwm"][GAP]["mean"][at] == pytest.approx(gap["difference"], abs=0.0051)


def test_bands_hold_nine_runs_in_ten_and_goals_are_those_of_the_assessment(
    explored: dict[str, list[dict[str, Any]]], comparison: Comparison
) -> None:
    plan = explored["a"][-1]
    ensemble = comparison.ensemble("b")
    for name, groups in plan["series"].items():
        for group in ("all", "disadvantaged", "other"):
            path, figures = ensemble.path(name, group), groups[group]
            assert path is not None
            low, high = np.percentile(path[:, ensemble.years.index(2040)].astype(float), [5, 95])
            at = plan["years"].index(2040)
            assert (figures["low"][at], figures["high"][at]) == pytest.approx((low, high), abs=0.051)
    assert plan["band"].startswith(f"Band: 5th to 95th percentile of {EXPLORE} runs ({EXPLORE} draws")
    assessments = {each.file.name: each for each in goals(ensemble)}
    for file in plan["goals"]:
        found = assessments[file["name"]]
        assert file["checkable"] == len(found.can_be_checked)
        verdicts = [v for s in file["sections"] for m in s["measures"] for v in m["verdicts"]]
        assert [v["reached"] for v in verdicts] == [each.reached for each in found.goals]
        assert [v["counted"] for v in verdicts] == [each.checkable for each in found.goals]
        assert [v["said"] for v in verdicts] == [likelihood_text(each.likelihood) for each in found.goals]
        assert not any("highly" in v["said"] or "remote" in v["said"] for v in verdicts)


def test_costs_are_what_the_runs_spent(
    explored: dict[str, list[dict[str, Any]]], comparison: Comparison
) -> None:
    costs = explored["a"][-1]["costs"]
    ensemble = comparison.ensemble("b")
    years = [place for place, year in enumerate(ensemble.years) if year >= 2026]
    column = ensemble.keys.index(("money_spent", "programme:alliance_tutoring"))
    spent = ensemble.values[:, years, column].mean() / 0.05
    assert costs["levers"]["tutoring"] == pytest.approx(spent, abs=1)
    assert costs["levers"]["families"] == 0
    assert costs["budget"] == 2_400_000
    all_ = ensemble.values[:, years, ensemble.keys.index(("money_spent", "all"))].mean() / 0.05
    assert costs["total"] == pytest.approx(all_, abs=2)
    assert explored["b"][-1]["costs"]["total"] == 0
    assert explored["b"][-1]["costs"]["budget"] is None


@pytest.mark.parametrize("base", levers().scenarios)
def test_money_adds_up_to_the_pound_whatever_its_programmes_are_called(client: Any, base: str) -> None:
    plan = lines(client, "/api/plan", {"plan": {"base": base}})[-1]
    costs, scenario = plan["costs"], Plan.of({"base": base}).scenario()
    of_levers = {name for lever in levers().levers for name in names_of(lever)}
    others = [use.name for use in scenario.programmes if use.end >= 2026 and use.name not in of_levers]
    # Whatever acts and is on no lever has a row of its own.
    assert sorted(each["name"] for each in costs["others"]) == sorted(others)
    assert sum(costs["levers"].values()) + sum(each["pounds"] for each in costs["others"]) == costs["total"]
    assert costs["alliance"] + costs["elsewhere"] == costs["total"]
    if costs["budget"] is not None:
        assert costs["budget"] + costs["carried"] == costs["alliance"] + costs["left"]
        assert costs["left"] >= 0
    assert (costs["total"] > 0) == (base not in ("baseline", "opportunity_area"))
    likelihood_text = f"{rough_pounds(costs['total'])} a year." if costs["total"] else "No cost."
    assert plan["headline"].endswith(likelihood_text)


def test_what_is_left_of_the_money_is_what_the_runs_left(client: Any, numbers: ParameterDraws) -> None:
    costs = lines(client, "/api/plan", {"plan": {"base": "cradle_to_career"}})[-1]["costs"]
    scenario, left = Plan.of({"base": "cradle_to_career"}).scenario(0.05), []
    for draw in numbers.chosen(EXPLORE):
        past = numbers.town(scenario, RunId(draw, 0), effects=0).run(2017)
        left.append(past.branch(scenario, draw=numbers.effects(draw)).run().delivery.purse)
    assert costs["left"] == pytest.approx(sum(left) / len(left) / 0.05 / 23, abs=2)
    assert costs["others"][0]["partnership"]
    assert not any(costs["levers"].values())


def test_paths_are_of_a_hundred(explored: dict[str, list[dict[str, Any]]]) -> None:
    paths = explored["a"][-1]["paths"]
    assert paths["all"][-1] is None  # the last year's leavers are followed a year later
    links = paths["all"][10]
    assert len(links) == 26
    assert sum(value or 0 for value in links[:4]) <= 100.2
    assert all(value is None or 0 <= value <= 100 for value in links)


@pytest.fixture(scope="module")
def against_nothing() -> Comparison:
    """Doing nothing, and plan A, as `wolsey compare` has them."""
    a, b = (each.scenario(0.05).changed(record="default") for each in (Nothing("alliance_2048"), Plan.of(A)))
    return compare(a, b, [0], draws=EXPLORE, workers=1)


def test_the_sentence_is_a_difference_of_the_same_runs(
    explored: dict[str, list[dict[str, Any]]], against_nothing: Comparison
) -> None:
    told = explored["a"][-1]
    a, b = (against_nothing.ensemble(arm) for arm in ("a", "b"))
    years = [a.years.index(year) for year in range(2039, 2049)]

    def figures(ensemble: Any, indicator: str, group: str) -> Any:
        return ensemble.path(indicator, group)[:, years].astype(float)

    children = [figures(arm, "ks2_rwm", "disadvantaged") for arm in (a, b)]
    change = told["change"]["ks2_rwm disadvantaged"]
    each = np.nanmean(children[1] - children[0], axis=1)
    assert change["mean"] == pytest.approx(each.mean(), abs=0.006)
    assert (change["low"], change["high"]) == pytest.approx((each.min(), each.max()), abs=0.006)
    for indicator in ("ks2_rwm", "gld"):
        gaps = [figures(arm, indicator, "other") - figures(arm, indicator, "disadvantaged") for arm in (a, b)]
        both = np.isfinite(gaps[0]) & np.isfinite(gaps[1])
        before, after = (np.nanmean(np.where(both, gap, np.nan), axis=1).mean() for gap in gaps)
        gap = told["change"][f"{indicator} gap"]
        assert (gap["nothing"], gap["plan"]) == pytest.approx((before, after), abs=0.006)
    found = changes(b, a)
    assert told["headline"] == sentence(found, told["costs"]["total"], does_nothing=False)
    # The grey line is of these runs too.
    at, there = told["years"].index(2045), a.years.index(2045)
    grey = told["nothing"]["ks2_rwm"]["disadvantaged"][at]
    assert grey == pytest.approx(np.nanmean(children[0][:, years.index(there)]), abs=0.051)


def test_plans_that_change_something_else_are_told_otherwise(
    client: Any, explored: dict[str, list[dict[str, Any]]]
) -> None:
    more = lines(client, "/api/plan", {"plan": {**A, "levers": {"tutoring": 1.0, "budget": 5}}})[-1]
    told = explored["a"][-1]
    assert more["change"] != told["change"]
    assert more["headline"] != told["headline"]
    assert more["nothing"] == told["nothing"]
    idle = explored["b"][-1]
    assert idle["headline"].startswith("This is doing nothing: no programme and no act from 2026 on.")
    assert idle["headline"].endswith("No cost.")
    assert all(change["mean"] == 0 for change in idle["change"].values())


def test_a_plan_of_which_all_levers_stand_at_nought_still_pays_the_partnership(client: Any) -> None:
    nought = {lever.name: 0.0 for lever in levers().levers if not lever.money}
    plan = lines(client, "/api/plan", {"plan": {"base": "alliance_2048", "levers": nought}})[-1]
    assert plan["delivered"] == {}
    assert sum(plan["costs"]["levers"].values()) == 0
    partnership = [each["pounds"] for each in plan["costs"]["others"] if each["partnership"]]
    assert plan["costs"]["total"] == sum(partnership) > 0
    assert plan["headline"].startswith("Compared with doing nothing, ")


def test_of_the_aims_only_those_count_that_were_not_met_at_the_start(
    explored: dict[str, list[dict[str, Any]]], comparison: Comparison
) -> None:
    told = explored["a"][-1]
    vision = next(each for each in goals(comparison.ensemble("b")) if each.file.name == "vision_2048")
    still = [each for each in vision.can_be_checked if not each.already]
    assert 0 < len(still) < len(vision.can_be_checked)
    assert f"Of the {len(still)} aims for 2048 not met in 2017" in told["aims"]
    file = next(each for each in told["goals"] if each["name"] == "vision_2048")
    assert file["met"] == len(vision.can_be_checked) - len(still)
    assert file["likely"] == sum(each.likely for each in still)
    measures = [measure for section in file["sections"] for measure in section["measures"]]
    assert [v["already"] for m in measures for v in m["verdicts"]] == [each.already for each in vision.goals]
    worse = [part for measure in measures for part in measure["parts"] if part["worse"]]
    assert all((part["mean"] > part["start"]) == part["lower"] for part in worse)


def test_what_was_delivered_stands_beside_what_was_asked(
    client: Any, explored: dict[str, list[dict[str, Any]]]
) -> None:
    told = explored["a"][-1]["delivered"]["tutoring"]
    # A partnership offers more than was asked; by how much is drawn (1.10 times, SD 0.10).
    assert 0.55 < told["offered"] < 0.6 * 1.4
    assert 0 < told["value"] < told["offered"]
    before = told["short"]
    short = lines(client, "/api/plan", {"plan": {**A, "levers": {"tutoring": 0.6, "budget": 1.2}}})[-1]
    told = short["delivered"]["tutoring"]
    assert told["offered"] < 0.5
    assert told["short"] > before
    assert told["warning"].startswith("Money ran out in ")


def test_nothing_is_saved_before_it_is_checked(client: Any) -> None:
    unchecked = {"base": "baseline", "levers": {"families": 0.7}}
    answer = client.post("/api/report", json={"plans": [unchecked]})
    assert answer.status_code == 409
    assert "only what was checked is saved" in answer.json()["error"]


def test_a_check_tells_its_progress_and_its_report_stands_by_itself(client: Any) -> None:
    told = lines(client, "/api/check", {"plans": [A, B]})
    done = [line["done"] for line in told[:-1]]
    assert done == sorted(done)
    assert told[-2] == {"done": 4, "of": 4}
    plans = told[-1]["plans"]
    assert [plan["runs"] for plan in plans] == [4, 4]
    assert all(plan["checked"] for plan in plans)
    assert told[-1]["difference"]["runs"] == 4
    answer = client.post("/api/report", json={"plans": [A, B]})
    assert answer.headers["content-type"].startswith("text/html")
    assert len(answer.content) <= LARGEST
    page = answer.text
    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert plans[0]["headline"].replace("this plan", "plan A") in page
    assert "Plan B is doing nothing" in page
    assert f"{plans[0]['aims']}</p>" in page
    # Every row of what is spent, and their sum.
    costs = plans[0]["costs"]
    spent = [*costs["levers"].values(), *(each["pounds"] for each in costs["others"]), costs["total"]]
    assert all(f"£{amount:,}" in page for amount in spent)
    assert f"£{costs['left']:,} is left" in page
    assert plans[0]["delivered"]["tutoring"]["said"] in page
    assert "already so in 2017" in page
    assert "grey, dash and dot: doing nothing" in page
    assert "&#x27;" not in plans[0]["headline"]
    mean = plans[0]["series"]["ks2_rwm"]["all"]["mean"][plans[0]["years"].index(2048)]
    assert f"{mean:.1f} (" in page
    assert "What plan A changes against plan B" in page
    # Of the goals that start from an assumed figure the page says so.
    assert "V1 Skill at 5 on the family&#x27;s position ~" in page
    assert "not a forecast" in page
    # The same check again is there at once.
    assert lines(client, "/api/check", {"plans": [A, B]}) == [told[-1]]


def test_two_lives_are_told(client: Any) -> None:
    children = client.post("/api/children", json={"plans": [A, B]}).json()
    assert children
    story = client.post("/api/story", json={"plans": [A, B], "child": children[0]["child"]}).json()
    assert story["years"]
    assert all(len(apart) == 3 for year in story["years"] for apart in year["apart"])
    why = [reason for year in story["years"] for reason in year["why"]]
    assert why
    assert not any("alliance_2048" in reason or "baseline" in reason for reason in why)
    nobody = client.post("/api/story", json={"plans": [A, B], "child": 5})
    assert nobody.status_code == 400
    assert "nobody of that id" in nobody.json()["error"]


def test_reasons_name_the_plans() -> None:
    assert in_plans("reached in x_1 only", ("x_1", "y")) == "reached in plan A only"
    assert in_plans("in B, not in A", ("A", "B")) == "in plan B, not in plan A"
    assert in_plans("in x (second) only", ("x (first)", "x (second)")) == "in plan B only"
    assert in_plans("in area_as_hoped only", ("area", "area_as_hoped")) == "in plan B only"
