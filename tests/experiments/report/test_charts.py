"""What charts are made of: places on axes, words of figures, and looks that stay apart without colour."""

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.plotting.axes import Scale, apart, around, tick_words, ticks
from experiments.plotting.palette import LOOKS
from experiments.reach.findings import Pathways, Required, Rung
from experiments.report import required_effects as needed
from experiments.report import targets
from experiments.report import words as wording
from experiments.report.charts import ladder_chart as ladders
from experiments.report.charts import sankey as flows
from experiments.report.charts import stacked_bars as shares
from experiments.report.charts.bullet_chart import bullet
from experiments.report.charts.charts import BandLine, Mark, strip
from experiments.report.charts.time_series import PANEL, series_panel
from experiments.report.look.html import el, number, raw
from experiments.runs.statistics import Span
from tests.experiments.report.findings import findings, pathways, required, series
from tests.experiments.report.goals import arm, chance

type Path = tuple[float | None, ...]

FIGURES: Final = st.floats(-1e6, 1e6, allow_nan=False)


def test_markup_escapes_texts_and_keeps_what_is_markup() -> None:
    assert el("p", "a<b", raw("<b>c</b>"), None, [1, 2.50], title='"x"', hidden=True, id=None) == (
        '<p title="&quot;x&quot;" hidden="">a&lt;b<b>c</b>12.5</p>'
    )
    assert el("path", d="M0 0", stroke_width=2, class_="a") == '<path d="M0 0" stroke-width="2" class="a"/>'
    assert number(-0.001) == "0"


@given(FIGURES, FIGURES)
def test_ticks_lie_on_the_axis_and_are_few(a: float, b: float) -> None:
    low, high = around([a, b])
    found = ticks(low, high, 4)
    wide = high - low
    assert 1 <= len(found) <= 5
    assert all(low - 1e-6 * wide <= each <= high + 1e-6 * wide for each in found)
    assert len(set(tick_words(found))) == len(found) or wide < 1e-3


@given(st.floats(0.9, 20), st.floats(0.9, 20), st.booleans())
def test_a_scale_keeps_the_order_and_stays_on_the_axis(a: float, b: float, log: bool) -> None:
    scale = Scale(1.0, 12.0, 40.0, 300.0, log)
    assert 40.0 <= scale(a) <= 300.0
    assert (scale(a) <= scale(b)) or a > b


def test_an_axis_without_figures_is_one() -> None:
    assert around([None]) == (0.0, 1.0)
    assert around([5.0])[0] < 5.0 < around([5.0])[1]
    assert ticks(2.0, 2.0) == [2.0]


@given(st.lists(st.floats(PANEL.top, PANEL.bottom), min_size=1, max_size=5))
def test_labels_do_not_touch(places: list[float]) -> None:
    moved = apart(sorted(places), 17, PANEL.top, PANEL.bottom)
    assert all(b - a >= 17 - 1e-6 for a, b in pairwise(moved))
    assert moved[-1] <= PANEL.bottom + 1e-6


def test_looks_differ_without_colour() -> None:
    assert len({look.dash for look in LOOKS}) == len(LOOKS)
    assert len({look.marker for look in LOOKS}) == len(LOOKS)
    assert all(contrast(look.text) >= 4.5 for look in LOOKS)
    kinds = [look for _, look in ladders.KINDS.values()]
    assert len({look.dash for look in kinds}) == len({look.marker for look in kinds}) == len(kinds)
    grounds = {(pattern, round(luminance(ground), 1)) for _, _, ground, pattern, _ in shares.PARTS}
    assert len(grounds) == len(shares.PARTS)
    assert all(contrast(ink, ground) >= 4.5 for *_, ground, _, ink in shares.PARTS)


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str = "#FFFFFF") -> float:
    """Contrast of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_a_difference_names_its_unit_once() -> None:
    assert wording.signed(Span(1.2, 0.8, 1.7, 40), "%") == "+1.20 pts (+0.80 to +1.70)"
    assert wording.signed(Span(1.2, 0.8, 1.7, 40), "%", named=False) == "+1.20 (+0.80 to +1.70)"
    assert wording.unit_of_difference("% of sessions") == "percentage points"
    assert wording.unit_of_difference("grades") == "grades"
    assert wording.signed(None, "%") == "no figure"


def test_rungs_that_one_goal_has_to_itself_bend_its_line_and_bear_no_mark() -> None:
    asked = required("T8", "effects", True, 4.2)
    closer = replace(asked, rungs=tuple(sorted((*asked.rungs, Rung(4.4, chance(0.5))), key=by_factor)))
    marks = [ladders.ladder("T8", [each]).count('fill="#12436D"') for each in (asked, closer)]
    assert marks == [len(asked.rungs)] * 2
    assert "4.4 times" not in ladders.ladder("T8", [closer])


def by_factor(rung: Rung) -> float:
    """A rung's factor."""
    return rung.factor


def test_rows_stand_beside_their_names_where_there_is_room() -> None:
    marks = [Mark("A ward", "+1.00", 1000.0, 2000.0, 4000.0, LOOKS[0])]
    loose, tight = strip("t", "w", marks), strip("t", "w", marks, tight=True)
    assert 'class="strip tight"' in tight
    # On a short axis figures so long would touch.
    assert 'class="tick"' in tight
    assert tight.count('class="tick"') == 2 < loose.count('class="tick"')


def test_figures_have_a_minus_and_a_band() -> None:
    assert wording.span(Span(-0.4, -0.62, -0.1, 40), "points of Progress 8") == "−0.40 (−0.62 to −0.10)"
    assert wording.span(Span(20.4, 18.0, 22.0, 40), "%", gap=True) == "20.4 pts (18.0 to 22.0)"
    assert wording.span(Span(20.4, 20.4, 20.4, 1), "%") == "20.4%"
    assert wording.signed(Span(0.001, -0.2, 0.3, 9), "%") == "0.00 pts (−0.20 to +0.30)"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "no figure"),
        (Span(0.0, 0.0, 0.0, 9), "£0"),
        (Span(310.0, 290.0, 330.0, 9), "£310,000 (£290,000 to £330,000)"),
        (Span(2410.0, 2300.0, 2520.0, 9), "£2.41m (£2.30m to £2.52m)"),
        (Span(310.0, 310.0, 310.0, 1), "£310,000"),
        (Span(0.486, 0.334, 0.595, 9), "£486 (£334 to £595)"),
    ],
)
def test_money_in_words(found: Span | None, said: str) -> None:
    assert wording.money(found) == said


def test_factors_in_words() -> None:
    asked = required("T8", "effects", True, 4.0)
    assert needed.factor(asked) == "4.0 times (2.8 to 6.0)"
    assert needed.factor(replace(asked, high=None)) == "4.0 times (2.8 to over 20)"
    assert needed.factor(replace(asked, low=None, high=None)) == "4.0 times"
    assert needed.factor(replace(asked, factor=1.0)) == "as it is"
    assert needed.factor(replace(asked, factor=None)) == "not by any factor up to 20"


@pytest.mark.parametrize(
    ("expert", "said"),
    [((0.0, 0.02), "at most 2 in 100"), ((0.65, 0.65), "65 in 100"), ((0.1, 0.3), "10 to 30 in 100")],
)
def test_a_prior_in_words(expert: tuple[float, float], said: str) -> None:
    assert targets.prior(expert) == said


def test_a_strip_shades_the_side_that_reaches_the_aim() -> None:
    mark = Mark("A", "5", 4.0, 5.0, 6.0, LOOKS[0])
    right = strip("t", "w", [mark], [BandLine(5.5, "aim", 1)])
    left = strip("t", "w", [mark], [BandLine(5.5, "aim", -1)])
    at = re.search(r'x="([\d.]+)%"[^>]*fill="#D6E4EF"', right)
    assert at is not None
    assert float(at.group(1)) > 50
    assert 'x="0.00%" y="0.00em"' in left.split("#D6E4EF")[0][-120:]
    assert strip("t", "w", [mark]).count("#D6E4EF") == 0


def test_a_bullet_says_start_aim_and_england() -> None:
    arms = [arm(key) for key in ("baseline", "ceiling")]
    goal = [each.goals["targets_2021"][3] for each in arms]
    drawn = bullet(arms, [goal[0].parts[0], None], "T8", 2017)
    assert "Aim: at least 61.4% (the median district)" in drawn
    assert "Start 2017, published: 54.9%" in drawn
    assert "England: 61.0%" in drawn
    assert "Ceiling: no figure" in drawn


def test_years_without_tests_and_those_that_nothing_validates_are_marked() -> None:
    arms = [arm("baseline"), arm("alliance_2048")]
    found = series("ks2_rwm", "disadvantaged", "Results at 11", "%", 55.0, 5.0)
    drawn = series_panel(found, arms, ["baseline", "alliance_2048"])
    assert "conditional scenario" in drawn
    assert "url(#hatch-later)" in drawn
    assert "no tests" in drawn
    assert drawn.count('stroke-dasharray="0.5 3.2"') == 2
    assert drawn.count("<circle") == len(found.observed)
    assert "Results at 11, disadvantaged" in drawn
    cut = replace(
        found, years=found.years[:19], latent=(), means=early_of(found.means), lows=early_of(found.lows)
    )
    cut = replace(cut, highs=early_of(found.highs))
    early = series_panel(cut, arms, ["baseline"])
    assert "conditional" not in early
    assert "no tests" not in early


def early_of(paths: Mapping[str, Path]) -> dict[str, Path]:
    """The first 19 years, to 2032."""
    return {key: path[:19] for key, path in paths.items()}


def test_a_band_is_drawn_only_where_runs_differ() -> None:
    arms = [arm("baseline")]
    found = series("ks2_rwm", "all", "Results at 11", "%", 55.0, 5.0)
    assert "fill-opacity" in series_panel(found, arms, ["baseline"])
    one = replace(found, lows=found.means, highs=found.means)
    assert "fill-opacity" not in series_panel(one, arms, ["baseline"])


def test_paths_of_few_people_are_left_out_and_what_is_behind_is_hatched() -> None:
    found = pathways("baseline", 2017, "disadvantaged")
    few = [link for link in found.links if link[4] < 10]
    assert few
    kept = flows.safe(found)
    assert len(kept.links) == len(found.links) - len(few)
    assert kept.suppressed == pytest.approx(found.suppressed + sum(link[3] for link in few))
    drawn = flows.sankey(found, "No programme")
    assert drawn.count("url(#hatch-notyet)") == sum(link[1] == "not reached" for link in kept.links)
    assert ">After 18</text>" in drawn


def test_a_stage_without_anybody_leaves_a_gap_and_no_error() -> None:
    empty = Pathways("baseline", 2017, "all", (("At 5", ("yes",)), ("At 11", ("yes",))), (), 100.0)
    assert "100 of 100 went ways of fewer than ten people" in flows.sankey(empty, "x")


def test_a_ladder_says_every_rung() -> None:
    asked: list[Required] = [required("T8", "effects", True, 4.0), required("T8", "reach", False, None)]
    drawn = ladders.ladder("T8", asked)
    assert "effects, capped: 1 times" in drawn
    assert "reach, no cap: 1 times" in drawn
    assert drawn.count("<path d=") > 2 * len(asked[0].rungs)
    assert "effects, no cap" not in drawn


def test_shares_of_a_variance_are_numbered_and_said() -> None:
    found = findings().variances[0]
    drawn = shares.variance_bars("t", [("T8", found)])
    assert "chance 41%, parameters 31%, effects of programmes 18%, structure of the model 10%" in drawn
    without = shares.variance_bars("t", [("T8", replace(found, structure=None, effects=None))])
    assert "structure" not in without
    assert "parameters and effects of programmes, not told apart 31%" in without
