"""Deferred acceptance: by hand, against a plain reference, and stable whatever the preferences."""

import itertools
from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from model.kernels.matching import applications, deferred_acceptance
from tests.model.kernels.test_one_pass import LUCK, N, reals


@dataclass(frozen=True)
class Market:
    """Applicants with places in order of preference (-1: none), their rank at each place, and capacities."""

    wanted: list[list[int]]
    rank: list[list[int]]
    capacity: list[int]

    def matched(self) -> list[int]:
        """What the model gives: the place of each applicant."""
        wanted = np.array(self.wanted, np.int32)
        priority = np.array(
            [[self.rank[a][s] if s >= 0 else 9 for s in row] for a, row in enumerate(self.wanted)],
            np.float32,
        )
        got = deferred_acceptance(wanted, priority, np.array(self.capacity, np.int32))
        return [int(place) for place in got]

    def acceptable(self, applicant: int) -> list[int]:
        return [place for place in self.wanted[applicant] if place >= 0]

    def reference(self) -> list[int]:
        """Gale and Shapley in plain words: all who are free ask, each place keeps the best it has seen."""
        asked = [0] * len(self.wanted)
        held: list[list[int]] = [[] for _ in self.capacity]
        free = set(range(len(self.wanted)))
        while free:
            for applicant in sorted(free):
                free.discard(applicant)
                choices = self.acceptable(applicant)
                if asked[applicant] < len(choices):
                    held[choices[asked[applicant]]].append(applicant)
                    asked[applicant] += 1
            for place, applicants in enumerate(held):
                best = [a for _, a in sorted((-self.rank[a][place], a) for a in applicants)]
                held[place] = best[: self.capacity[place]]
                free.update(best[self.capacity[place] :])
        result = [-1] * len(self.wanted)
        for place, applicants in enumerate(held):
            for applicant in applicants:
                result[applicant] = place
        return result

    def is_stable(self, matching: list[int]) -> bool:
        """Nobody prefers a place with room or with somebody of lower rank; nobody is where it never asked."""
        for applicant, place in enumerate(matching):
            choices = self.acceptable(applicant)
            if place >= 0 and place not in choices:
                return False
            better = choices[: choices.index(place)] if place >= 0 else choices
            for other in better:
                inside = [a for a, s in enumerate(matching) if s == other]
                if len(inside) < self.capacity[other]:
                    return False
                if any(self.rank[a][other] < self.rank[applicant][other] for a in inside):
                    return False
        return True

    def preferred(self, applicant: int, place: int) -> int:
        """Position of a place in an applicant's order; none comes last."""
        choices = self.acceptable(applicant)
        return choices.index(place) if place >= 0 else len(choices)


@st.composite
def markets(draw: st.DrawFn, applicants: int = 12, places: int = 5, most: int = 4) -> Market:
    n, s = draw(st.integers(1, applicants)), draw(st.integers(1, places))
    k = draw(st.integers(1, s))
    orders = st.permutations(range(s)).map(lambda order: list(order)[:k])
    with_gaps = st.tuples(orders, st.lists(st.booleans(), min_size=k, max_size=k)).map(
        lambda both: [-1 if gone else place for place, gone in zip(*both, strict=True)]
    )
    by_place = [draw(st.permutations(range(n))) for _ in range(s)]
    return Market(
        wanted=[draw(with_gaps) for _ in range(n)],
        rank=[[by_place[place][a] for place in range(s)] for a in range(n)],
        capacity=draw(st.lists(st.integers(0, most), min_size=s, max_size=s)),
    )


def test_the_nearest_get_in_and_the_others_go_to_their_second_choice() -> None:
    # All want place 0, whose one seat goes to the highest rank, applicant 1; the others turn to place 1,
    # which has one seat and takes applicant 2.
    market = Market([[0, 1], [0, 1], [0, 1]], [[1, 1], [3, 3], [2, 2]], [1, 1])
    assert market.matched() == [-1, 0, 1]


def test_a_place_held_early_is_lost_to_a_higher_rank_that_comes_later() -> None:
    # Applicant 0 wants place 0 only. Applicant 1 asks place 1 first, is pushed out by applicant 2, and then
    # takes place 0 from applicant 0.
    market = Market([[0, -1], [1, 0], [1, -1]], [[1, 0], [2, 1], [0, 2]], [1, 1])
    assert market.matched() == [-1, 0, 1]


def test_applicants_trade_up_to_what_is_best_for_them() -> None:
    """Of two stable matchings, the applicants' first choices and the places', the applicants' is given."""
    market = Market([[0, 1], [1, 0]], [[1, 2], [2, 1]], [1, 1])
    assert market.is_stable([1, 0])
    assert market.matched() == [0, 1]


def test_ties_leave_the_place_with_whoever_holds_it() -> None:
    wanted, priority = np.zeros((3, 1), np.int32), np.ones((3, 1), np.float32)
    got = deferred_acceptance(wanted, priority, np.array([2], np.int32))
    assert sorted(got.tolist()) == [-1, 0, 0]


def test_nobody_asks_for_nothing_and_a_full_town_has_no_places() -> None:
    assert Market([[-1, -1], [-1, 0]], [[1], [2]], [1]).matched() == [-1, 0]
    assert Market([[0], [0]], [[1], [2]], [0]).matched() == [-1, -1]
    nobody = deferred_acceptance(
        np.zeros((0, 3), np.int32), np.zeros((0, 3), np.float32), np.ones(2, np.int32)
    )
    nothing = deferred_acceptance(
        np.zeros((2, 0), np.int32), np.zeros((2, 0), np.float32), np.ones(2, np.int32)
    )
    assert (nobody.tolist(), nothing.tolist()) == ([], [-1, -1])


@settings(max_examples=300)
@given(market=markets())
def test_matching_is_stable_within_capacity_and_as_the_plain_reference(market: Market) -> None:
    got = market.matched()
    assert all(got.count(place) <= seats for place, seats in enumerate(market.capacity))
    assert market.is_stable(got)
    assert got == market.reference()


@settings(max_examples=80)
@given(market=markets(applicants=4, places=3, most=2))
def test_no_stable_matching_is_better_for_any_applicant(market: Market) -> None:
    got = market.matched()
    options = [[-1, *market.acceptable(a)] for a in range(len(market.wanted))]
    for other in itertools.product(*options):
        within = all(other.count(place) <= seats for place, seats in enumerate(market.capacity))
        if within and market.is_stable(list(other)):
            for applicant, place in enumerate(other):
                assert market.preferred(applicant, got[applicant]) <= market.preferred(applicant, place)


@settings(max_examples=60)
@given(market=markets(), data=st.data())
def test_the_order_of_applicants_changes_nothing(market: Market, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(market.wanted))))
    turned = Market([market.wanted[a] for a in order], [market.rank[a] for a in order], market.capacity)
    got = market.matched()
    assert turned.matched() == [got[a] for a in order]


def test_one_priority_for_all_places() -> None:
    wanted, score = LUCK.integers(-1, 9, (500, 4)).astype(np.int32), reals(500)
    places = LUCK.integers(0, 60, 9).astype(np.int32)
    everywhere = np.repeat(score[:, None], 4, axis=1)
    got = deferred_acceptance(wanted, score[:, None], places)
    assert (got == deferred_acceptance(wanted, everywhere, places)).all()


def test_applications_go_to_places_in_proportion() -> None:
    places, threshold, score = LUCK.integers(0, 4, 77).astype(np.int32), reals(77), reals()
    draws = LUCK.random((4, N)).astype(np.float32)
    draws[0, :2] = 0, np.nextafter(np.float32(1), np.float32(0))
    bounds = np.cumsum(places.astype(np.float64))
    plain = np.searchsorted(bounds, draws.T * bounds[-1], side="right").clip(0, 76)
    plain = np.where(score[:, None] >= threshold[plain], plain, -1)
    assert (applications(draws, places, score, threshold) == plain).all()
