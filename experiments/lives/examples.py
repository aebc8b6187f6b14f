"""Children worth reading about: whom programmes reached most, whose lives part most, and somebody whom
nothing reached and whose life differs all the same."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from experiments.lives.programmes import for_the_town
from experiments.lives.story import arms_of
from experiments.runs.paired import Arms
from experiments.runs.worker import BRANCH_YEAR
from model.scenario.scenario import Scenario
from model.town import Town

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST: Final = 10
_BY_SERVED, _BY_SCORE = 3, 3
_LEAVERS: Final = (16, 32)
_SHOWN: Final = ("ks4", "he", "qualification", "neet_months", "earnings")

B = NDArray[np.bool_]
D = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Worth:
    """One child: the id, and in one line what there is to read."""

    child: int
    words: str


class Reached:
    """How often programmes served whoever lives in each row of a town, and whom nothing has ever reached."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.times = np.zeros(town.children.capacity, np.int32)
        self.untouched = np.ones(town.children.capacity, np.bool_)

    def step(self) -> None:
        """Take in one more year."""
        town = self.town
        town.step()
        c = town.children
        new = c.entered == town.year
        self.times[new], self.untouched[new] = 0, True
        for name, rows in town.delivery.served.items():
            if for_the_town(town, name):
                continue
            self.times[rows] += 1
            self.untouched[rows] = False
        for dose in town.delivery.doses:
            self.untouched[dose.rows] = False
        self.untouched &= (c.encounters_given == 0) & ~c.acts_given


def children_worth_reading(
    scenario: Scenario, versus: Scenario, seed: int = 0, draw: int = 0
) -> tuple[Worth, ...]:
    """Return the up to ten children whose two lives are worth reading, of those who are 16 to 32 when the
    scenarios end and live or lived in the town at 16.

    Arguments and errors are those of :func:`experiments.lives.story.explain_child`.
    """
    return tuple(_chosen(lived_both(arms_of(scenario, versus, seed, draw), seed, draw)))


def lived_both(arms: Arms, seed: int, draw: int) -> "Both":
    """Return both lives of everybody who is 16 to 32 at the end, and whom programmes reached on the way."""
    first = Town(arms.a, seed=seed, world=arms.world(arms.ways[0]), draw=draw)
    first.run(min(BRANCH_YEAR, arms.a.until))
    second = first.branch(arms.b, draw)
    reached = Reached(first), Reached(second)
    for _ in range(first.year, arms.a.until):
        for each in reached:
            each.step()
    return Both.of(*reached)


@dataclass(frozen=True)
class Both:
    """Those of the ages who are in both towns (n,): how often served, whom nothing reached, and what became
    of them in each."""

    ids: NDArray[np.uint32]
    girl: B
    cohort: NDArray[np.int16]
    times: NDArray[np.int32]
    untouched: B
    a: dict[str, NDArray[Any]]
    b: dict[str, NDArray[Any]]

    @staticmethod
    def of(first: Reached, second: Reached) -> "Both":
        rows = [_grown(each.town) for each in (first, second)]
        ids = [each.town.children.id[r] for each, r in zip((first, second), rows, strict=True)]
        common, at_a, at_b = np.intersect1d(*ids, return_indices=True)
        r_a, r_b = rows[0][at_a], rows[1][at_b]
        a, b = first.town.children, second.town.children
        return Both(
            common,
            a.girl[r_a],
            a.cohort[r_a],
            first.times[r_a] + second.times[r_b],
            first.untouched[r_a] & second.untouched[r_b],
            {name: a.array(name)[r_a] for name in _SHOWN},
            {name: b.array(name)[r_b] for name in _SHOWN},
        )

    def apart(self, column: str) -> D:
        """Return how far the two lives are apart in a column (n,); 0 where either has none."""
        away = self.b[column].astype(np.float64) - self.a[column]
        result: D = np.abs(np.nan_to_num(away, nan=0.0))
        return result


def _grown(town: Town) -> NDArray[np.intp]:
    c, band = town.children, town.band(*_LEAVERS)
    there = c.followed[band] & (c.id[band] > 0) & np.isfinite(c.ks4[band])
    rows: NDArray[np.intp] = band.start + np.flatnonzero(there)
    return rows


def _chosen(both: Both) -> "Iterator[Worth]":
    """Yield one whom nothing reached; most served; most apart in the score at 16; one each for higher
    education, months out of education and work, and pay."""
    taken: set[int] = set()
    score = both.apart("ks4")
    aside = sum((both.apart(name) > 0) * 1.0 for name in ("he", "neet_months"))
    wishes: list[tuple[D, int, str]] = [
        (
            np.where(both.untouched, aside + score, 0.0),
            1,
            "reached by nothing, and yet not the same: spillover",
        ),
        (both.times.astype(np.float64), _BY_SERVED, "reached most often"),
        (score, _BY_SCORE, "furthest apart in the score at 16"),
        *(
            (np.where(both.apart(column) > 0, least + both.apart(column) + score, 0.0), 1, words)
            for column, least, words in (
                ("he", 1.0, "parted by higher education"),
                ("neet_months", 1.0, "parted by months out of education and work"),
                ("earnings", 1.0, "parted by pay"),
            )
        ),
    ]
    for by, count, words in wishes:
        left = count
        for at in np.argsort(-by, kind="stable"):
            if left == 0 or by[at] <= 0:
                break
            if int(both.ids[at]) in taken:
                continue
            taken.add(int(both.ids[at]))
            left -= 1
            yield Worth(int(both.ids[at]), f"{words}; {_line(both, int(at))}")


def _line(both: Both, at: int) -> str:
    who = "girl" if both.girl[at] else "boy"
    times = int(both.times[at])
    served = f"served {times} time{'s' if times != 1 else ''}" if times else "never served itself"
    if both.untouched[at]:
        served = "reached by no programme"
    ahead = [f"{100 * float(ndtr(world['ks4'][at])):.0f}" for world in (both.a, both.b)]
    words = [f"{who} born in {both.cohort[at]}", served, f"at 16 ahead of {ahead[0]} | {ahead[1]} in 100"]
    he = [bool(world["he"][at]) for world in (both.a, both.b)]
    if he[0] != he[1]:
        words.append(f"higher education {'yes' if he[0] else 'no'} | {'yes' if he[1] else 'no'}")
    months = [int(world["neet_months"][at]) for world in (both.a, both.b)]
    if months[0] != months[1]:
        words.append(f"months out of education and work {months[0]} | {months[1]}")
    pay = [float(world["earnings"][at]) for world in (both.a, both.b)]
    if np.isfinite(pay).all() and round(pay[0]) != round(pay[1]):
        words.append(f"pay £{pay[0]:,.0f} | £{pay[1]:,.0f}")
    return ", ".join(words)
