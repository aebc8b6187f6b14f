"""A comparison's numbers are what they say, and its words and picture say what they are of."""

import errno
import io
import json
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from PIL import Image
from rich.console import Console

from experiments.compare.arrays import Arrays, benefit
from experiments.compare.comparison import Comparison, compare
from experiments.compare.export import document
from experiments.compare.headlines import chosen_years, headlines, targets
from experiments.compare.table import NARROWEST, plain, print_rich
from experiments.compare.words import heads, interval_note
from experiments.plotting import style
from experiments.runs.paired import Arms, Way
from experiments.text import signed
from model.io.errors import InputError
from model.scenario.scenario import Scenario
from model.town import Town

GLD = ("gld", "all", 2017)
ABSENCE = ("absence_secondary", "all", 2017)


@pytest.fixture(autouse=True)
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few dots, so that drawing is quick."""
    monkeypatch.setattr(style, "DOTS_PER_INCH", 40)


def row_of(comparison: Comparison, indicator: str, group: str, year: int) -> dict[Any, Any]:
    """One row of its frame."""
    frame = comparison.frame()
    found = frame[(frame.indicator == indicator) & (frame.group == group) & (frame.year == year)]
    (row,) = found.to_dict("records")
    return row


def test_benefit_counts_ties_half_and_needs_a_good_side() -> None:
    x = np.array([[1.0, 1.0, 1.0, np.nan], [0.0, 0.0, 0.0, np.nan], [-1.0, -1.0, -1.0, np.nan]])
    x = np.vstack([x, [2.0, 2.0, 2.0, 3.0]])
    found = benefit(x, np.array([1.0, -1.0, 0.0, 1.0]))
    assert found[[0, 1, 3]].tolist() == [0.625, 0.375, 1.0]
    assert math.isnan(found[2])


def test_a_frame_says_what_differs(pairs_by_hand: Any) -> None:
    found = pairs_by_hand(
        {GLD: (60.0, 61.0, 62.0, 63.0), ABSENCE: (5.0, 5.0, 5.0, 5.0)},
        {GLD: (61.0, 62.0, 63.0, 64.0), ABSENCE: (5.0, 4.0, 4.0, 6.0)},
        {GLD: (61.0, 61.0, 64.0, 66.0), ABSENCE: (5.0, 4.0, 4.0, 6.0)},
        counts=(100, 90),
    )
    row = row_of(found, *GLD)
    assert row["a"] == 61.5
    assert row["b"] == 63.0
    assert row["difference"] == 1.5
    assert (row["low"], row["high"]) == (pytest.approx(0.15), pytest.approx(2.85))
    assert row["benefit"] == 0.875
    assert row["chance_sd"] == 0.0
    assert row["effects_sd"] == pytest.approx(np.std([1, 0, 2, 3], ddof=1))
    assert (row["runs"], row["count"], row["unit"], row["latent"]) == (4, 90, "%", False)
    less_is_better = row_of(found, *ABSENCE)
    assert less_is_better["benefit"] == 0.625
    # As much chance alone as in all: effects add nothing, and never less.
    assert less_is_better["effects_sd"] == 0.0


def test_effects_not_drawn_are_not_known(pairs_by_hand: Any, scenario: Scenario) -> None:
    found = pairs_by_hand({GLD: (60.0, 61.0)}, {GLD: (61.0, 63.0)})
    assert found.lived == "means"
    row = row_of(found, *GLD)
    assert row["chance_sd"] == pytest.approx(np.sqrt(0.5))
    assert math.isnan(row["effects_sd"])
    assert "chance only, with the effects of programmes at their means" in interval_note(found)
    idle = type(pairs_by_hand)(scenario, scenario.changed({"england.path": {"gld": 0.1}}))
    nothing = idle({GLD: (60.0, 61.0)}, {GLD: (61.0, 63.0)}, {GLD: (0.0, 0.0)})
    assert row_of(nothing, *GLD)["effects_sd"] == 0.0
    assert "It covers chance only, and leaves out that the numbers and structure" in interval_note(nothing)


def test_one_pair_has_no_band(pairs_by_hand: Any) -> None:
    found = pairs_by_hand({GLD: (60.0,)}, {GLD: (61.0,)})
    row = row_of(found, *GLD)
    assert row["difference"] == 1.0
    assert np.isnan([row[name] for name in ("low", "high", "chance_sd", "effects_sd")]).all()
    assert "One pair: no band." in interval_note(found)
    one = found.difference(*GLD)
    assert one is not None
    assert math.isnan(one.low)


def test_a_pair_without_a_figure_in_one_arm_has_no_difference(pairs_by_hand: Any) -> None:
    found = pairs_by_hand({GLD: (60.0, None, 50.0)}, {GLD: (61.0, 80.0, 50.5)})
    row = row_of(found, *GLD)
    assert (row["runs"], row["a"], row["b"], row["difference"]) == (2, 55.0, 55.75, 0.75)
    assert len(found.pairs()) == 2
    nobody = pairs_by_hand({GLD: (60.0, None)}, {GLD: (None, 61.0)})
    assert nobody.frame().empty
    assert nobody.difference(*GLD) is None


def test_figures_of_too_few_are_not_shown(pairs_by_hand: Any) -> None:
    few = pairs_by_hand({GLD: (60.0, 61.0)}, {GLD: (61.0, 63.0)}, counts=(10, 9))
    assert few.frame().empty


def test_a_gap_is_by_how_much_the_disadvantaged_fare_worse(pairs_by_hand: Any) -> None:
    def of(poor: float, others: float, missed: float, fewer: float) -> dict[tuple[str, str, int], Any]:
        return {
            ("gld", "disadvantaged", 2017): (poor, poor),
            ("gld", "other", 2017): (others, others),
            ("absence_secondary", "disadvantaged", 2017): (missed, missed),
            ("absence_secondary", "other", 2017): (fewer, fewer),
        }

    found = pairs_by_hand(of(50.0, 70.0, 8.0, 5.0), of(55.0, 72.0, 8.0, 4.0))
    gap = row_of(found, "gld", "gap", 2017)
    assert (gap["a"], gap["b"], gap["difference"], gap["benefit"]) == (20.0, 17.0, -3.0, 1.0)
    wider = row_of(found, "absence_secondary", "gap", 2017)
    assert (wider["a"], wider["b"], wider["benefit"]) == (3.0, 4.0, 0.0)
    by_hand = found.difference("gld", "other", 2017, minus="disadvantaged", direction=-1)
    assert by_hand is not None
    assert (by_hand.difference, by_hand.better, by_hand.alike) == (-3.0, 2, 0)


def test_what_is_not_recorded_has_no_difference(pairs_by_hand: Any) -> None:
    found = pairs_by_hand({GLD: (60.0, 61.0)}, {GLD: (61.0, 63.0)})
    assert found.difference("gld", "all", 1999) is None
    assert found.difference("gld", "nobody", 2017) is None
    assert found.path("gld", "nobody") is None
    assert found.path("gld", "all")[:, found._main.years.index(2017)].tolist() == [1.0, 2.0]
    neither = pairs_by_hand({("births", "all", 2017): (60.0, 61.0)}, {("births", "all", 2017): (61.0, 63.0)})
    one = neither.difference("births", "all", 2017)
    assert one is not None
    assert (one.better, one.alike) == (None, None)


def test_precision_of_pairs_beside_that_of_unpaired_runs(pairs_by_hand: Any) -> None:
    found = pairs_by_hand({GLD: (60.0, 64.0)}, {GLD: (61.0, 66.0)})
    paired, unpaired = found.precision(*GLD)
    assert paired == pytest.approx(0.5)
    assert unpaired == pytest.approx(np.sqrt((8 + 12.5) / 2))
    with pytest.raises(ValueError, match="not recorded in 1999"):
        found.precision("gld", "all", 1999)
    alone = pairs_by_hand({GLD: (60.0,)}, {GLD: (61.0,)})
    with pytest.raises(ValueError, match="1 pairs have gld"):
        alone.precision(*GLD)


def test_a_comparison_goes_on_from_its_store(
    scenario: Scenario, acting: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = list[int]()
    usual = Town.__init__

    def counted(town: Town, *arguments: Any, **named: Any) -> None:
        usual(town, *arguments, **named)
        built.append(town.seed)

    monkeypatch.setattr(Town, "__init__", counted)
    arguments: dict[str, Any] = {"until": 2018, "workers": 1, "store": tmp_path}
    compare(scenario, acting, [5], **arguments)
    again = compare(scenario, acting, [6, 5], **arguments)
    assert built == [5, 6]
    assert again.seeds == (5, 6)
    monkeypatch.undo()
    pd.testing.assert_frame_equal(again.frame(), compare(scenario, acting, [5, 6], until=2018).frame())


def test_arms_of_other_seeds_are_no_pairs(by_hand: Any) -> None:
    with pytest.raises(ValueError, match="same draws, seeds and years"):
        Arrays.of(by_hand({GLD: (60.0, 61.0)}), by_hand({GLD: (60.0,)}))


def test_a_comparison_needs_all_lives(scenario: Scenario, acting: Scenario, by_hand: Any) -> None:
    arms = Arms.of(scenario, acting)
    two, one = by_hand({GLD: (60.0, 61.0)}), by_hand({GLD: (60.0,)})
    with pytest.raises(ValueError, match="not all pairs were lived as b-means"):
        Comparison.of(arms, {Way.A_MEANS: two, Way.B_MEANS: one, Way.B_DRAWN: two})


def test_pairs_are_the_differences_one_by_one(comparison: Comparison) -> None:
    pairs, frame = comparison.pairs(), comparison.frame()
    assert list(pairs.columns) == ["draw", "seed", "way", "year", "indicator", "group", "difference"]
    assert set(pairs.way) == {"means", "drawn"}
    keys = ["year", "indicator", "group"]
    of_drawn = pairs[pairs.way == "drawn"].groupby(keys, observed=True).difference
    both = frame.set_index(keys).join(of_drawn.agg(["mean", "size"]))
    assert both["mean"].to_numpy() == pytest.approx(both.difference.to_numpy())
    assert (both["size"] == both.runs).all()


def test_nothing_differs_before_anything_is_done(comparison: Comparison) -> None:
    frame = comparison.frame()
    before = frame[frame.year <= 2016]
    assert len(before) > 1000
    assert not before.difference.any()
    assert frame.difference.any()


def test_who_gained_has_wards(comparison: Comparison) -> None:
    found = comparison.who_gained(2021)
    assert set(found.year) == {2021}
    assert {"disadvantaged", "other", "gap"} <= set(found.group)
    assert found.group.astype(str).str.startswith("ward:").any()
    assert set(comparison.who_gained().year) > {2021, 2022}


def test_a_file_says_what_made_it(comparison: Comparison, tmp_path: Path) -> None:
    path = tmp_path / "differences.parquet"
    comparison.to_parquet(path)
    told = json.loads(pq.read_schema(path).metadata[b"wolsey.manifest"])
    assert (told["effects"], told["seeds"], told["discount"]) == ("drawn", [0, 1, 2], 0.035)
    assert told["a"]["scenario"]["programmes"] == []
    assert len(told["b"]["scenario"]["programmes"]) == 2
    back = pd.read_parquet(path)
    pd.testing.assert_frame_equal(back, comparison.frame(), check_categorical=False, check_dtype=False)


def test_a_file_that_a_call_names_is_replaced_whole(
    comparison: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notebook's cell runs twice."""
    writes: dict[str, Callable[[Path], object]] = {
        "difference.png": comparison.plot,
        "differences.parquet": comparison.to_parquet,
    }
    for name, write in writes.items():
        (tmp_path / name).write_bytes(b"old")
        write(tmp_path / name)
        new = (tmp_path / name).read_bytes()
        write(tmp_path / name)
        assert (tmp_path / name).read_bytes() == new != b"old"

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", full)
    for name, write in writes.items():
        before = (tmp_path / name).read_bytes()
        with pytest.raises(InputError, match="cannot be written: No space left on device"):
            write(tmp_path / name)
        assert (tmp_path / name).read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(writes)
    monkeypatch.undo()
    for name, write in writes.items():
        with pytest.raises(InputError, match=rf"{name}: cannot be written: No such file or directory"):
            write(tmp_path / "gone" / name)


def test_a_picture_says_what_made_it(comparison: Comparison, tmp_path: Path) -> None:
    image = Image.open(io.BytesIO(comparison.plot(tmp_path / "picture.png")))
    texts = getattr(image, "text", {})
    assert json.loads(texts["wolsey"])["key"] == comparison.arms.key
    assert texts["Title"] == "Two programmes against No programme"
    assert np.asarray(image.convert("L")).std() > 10
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_any_comparison_can_be_drawn(pairs_by_hand: Any) -> None:
    nothing = dict.fromkeys(
        [(name, "all", 2021) for name in ("money_spent", "people_served", "disadvantaged_served")], (0.0,)
    )
    one = pairs_by_hand(
        {("gld", "other", 2021): (1.0,), **nothing}, {("gld", "other", 2021): (2.0,), **nothing}
    )
    assert one.plot().startswith(b"\x89PNG")


def test_plain_text_says_everything(comparison: Comparison) -> None:
    text = comparison.table()
    assert text.startswith(
        "Two programmes (baseline) against No programme (baseline).\nIpswich, 1998 to 2022, 3 pairs"
    )
    for words in (
        "Reduced town: scale 0.05",
        "The targets' own figures. The 16 targets of the Opportunity Area for 2021",
        "of 3 runs without; ",
        "of 3 runs with",
        "Headline figures",
        "  Good level of development at 5, disadvantaged, 2021, estimate: ",
        "better in",
        "SD of chance",
        "Cost: pounds of 2017, over all years to 2022, whoever pays; discounted at 3.5% a year to 2017",
        "Paid by the alliance: £",
        "P1a language_groups (paid by the alliance): £",
        "Value for money",
        "Who gained",
        "wards",
        "Band: 5th to 95th percentile of 3 pairs with one set of numbers. It covers chance and effects",
        "Estimate: no comparable results were published",
    ):
        assert words in text
    assert "conditional scenario" not in text
    assert max(len(line) for line in text.splitlines()) > 130  # never cut, nor wrapped


def test_years_after_the_validated_ones_are_marked(scenario: Scenario, acting: Scenario) -> None:
    found = compare(scenario, acting, [0], until=2033, effects="means", workers=1)
    text = found.table([2021, 2033])
    assert "2033 (conditional scenario): " in text
    assert "After 2032 this is a conditional scenario" in text
    assert "reached without; " in text
    told = {each["year"]: each["conditional"] for each in document(found, [2021, 2033])["headlines"]}
    assert told == {2021: False, 2033: True}
    assert found.plot().startswith(b"\x89PNG")


@pytest.mark.parametrize("width", [100, 120, 160])
def test_a_terminal_gets_all_of_it(comparison: Comparison, width: int) -> None:
    out = io.StringIO()
    print_rich(comparison, Console(file=out, width=width, force_terminal=True, color_system=None))
    told = out.getvalue()
    assert "…" not in told
    for word in " ".join([comparison.a.title, *interval_note(comparison).split()]).split():
        assert word in told
    for word in ("Headline", "wards", "encounters", "Value"):
        assert word in told
    if width >= NARROWEST:
        table = told[told.index("Headline figures") : told.index("Cost: ")]
        assert max(len(line) for line in table.splitlines()) <= width


def test_years_are_those_that_were_lived(comparison: Comparison, scenario: Scenario) -> None:
    assert chosen_years(comparison.b) == (2021,)
    assert chosen_years(scenario.changed(until=2048)) == (2021, 2032, 2048)
    assert chosen_years(scenario.changed(until=2019)) == (2019,)
    assert chosen_years(comparison.b, [2022, 2018, 2022]) == (2018, 2022)
    for year in (2013, 2023):
        with pytest.raises(InputError, match=f"year = {year}: must be between 2014 and 2022"):
            plain(comparison, [year])
    assert {finding.year for finding in headlines(comparison, [2018, 2022])} == {2018, 2022}


def test_a_document_has_no_words_that_json_lacks(comparison: Comparison) -> None:
    told = json.loads(json.dumps(document(comparison), allow_nan=False))
    assert told["headlines"][0]["difference"] is not None
    assert told["costs"][0]["name"] == "all"
    assert told["who_gained"][0].keys() >= {"difference", "low", "high", "benefit"}
    assert told["effects"] == "drawn"
    (file,) = [each for each in told["targets"] if each["file"] == "opportunity_area_2021"]
    assert {goal["id"] for goal in file["goals"]} >= {"T1", "T8", "T15"}
    assert targets(comparison)[0].name == "opportunity_area_2021"


def test_words_of_differences() -> None:
    assert signed(0.516, "%") == "+0.52 pts"
    assert signed(-0.001, "%") == "0.00 pts"
    assert signed(-0.0312, "grades") == "-0.031"
    assert heads(12.4, -0.04, 1234.0) == "+12 (0.0 to +1,234)"


@pytest.mark.parametrize("discount", [-0.01, 3.5, math.nan])
def test_a_discount_is_a_yearly_rate(scenario: Scenario, acting: Scenario, discount: float) -> None:
    with pytest.raises(InputError, match=r"discount = .*is no yearly rate; allowed: 0 to 0\.2"):
        compare(scenario, acting, [0], discount=discount)


def test_progress_counts_the_runs(scenario: Scenario, acting: Scenario) -> None:
    told: list[tuple[int, int]] = []
    found = compare(
        scenario, acting, [4, 3], until=2015, workers=1, progress=lambda done, of: told.append((done, of))
    )
    # Three lives a pair, made together.
    assert told == [(0, 6), (3, 6), (6, 6)]
    assert found.seeds == (3, 4)
    assert (found.a.until, found.b.until) == (2015, 2015)
