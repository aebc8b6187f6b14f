"""The state of a town: everybody in it, what it takes as given, its luck, and what programmes have done.

The phases of the year work on it; `model.town.Town` adds their order.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from model.agents.agents import KINDS, POSTS, Alliance, Child, Employer, Family, School
from model.calendar import FIRST_COHORT, FIRST_YEAR, LAST_YEAR
from model.chance.luck import Luck, decision
from model.columns.agent import ColumnAgent
from model.columns.mesa_model import ColumnModel
from model.columns.table import Table
from model.inputs.parameters import Parameters
from model.inputs.place_schools import PHASES
from model.kernels.rows import first_free
from model.rules.choice import distance
from model.scenario.scenario import Scenario
from model.state.ledger import Delivery
from model.state.roll import Roll, cohort_rows
from model.world.world import Facts, World

type Rows = NDArray[np.intp]

AREA = decision("town.yearly_shock")
_MARGIN = 1.03
"""Rows of a cohort over its expected size; chance departures come on top, five of their
standard deviations."""


class TownState(ColumnModel):
    """A town at the end of a year, or within one: tables of people and schools, world, luck, ledger.

    Args:
        scenario: checked scenario.
        seed: the luck of everybody in the town, 0 to 2**32 - 1.
        parameters: numbers of the model; by default those of the files, with the scenario's overrides.
        world: what the run takes as given, where it is made already (the arms of a comparison share it).
        draw: of the programmes' effects, 0 to 2**32 - 1; 0 has them at the means of their cards.
    """

    agent_kinds: ClassVar[tuple[type[ColumnAgent], ...]] = KINDS

    def __init__(
        self, scenario: Scenario, seed: int, parameters: Parameters | None, world: World | None, draw: int
    ) -> None:
        self.luck = Luck(seed)
        super().__init__(rng=seed)
        self.scenario, self.seed, self.switches = scenario, seed, scenario.switches
        self.world = world if world is not None else World.of(scenario, parameters)
        self.parameters = self.world.parameters
        self.local: Any = self.parameters.town
        self.draw = int(draw)
        self.delivery = Delivery.of(scenario, self.parameters, self.draw)
        self.start, self.first_cohort, self.end = FIRST_YEAR, FIRST_COHORT, LAST_YEAR
        self.year = FIRST_YEAR
        self.blocks = self._lay_out()
        self._starts: list[int] = self.blocks.tolist()
        self.family_count = 0
        self.first_choices = [float("nan"), float("nan")]
        self.facts = Facts.of(self.world, FIRST_YEAR, np.float32(0))
        self.children = Table(Child.kind, Child.columns, int(self.blocks[-1]))
        self.families = Table(Family.kind, Family.columns, self._families_at_most())
        self.schools = Table(School.kind, School.columns, 0)
        self.employers = Table(Employer.kind, Employer.columns, 0)
        self.partnership = Table(Alliance.kind, Alliance.columns, 1)
        self.posts = Table("post", POSTS, 0)
        self.tables = {
            t.kind: t for t in (self.children, self.families, self.schools, self.employers, self.partnership)
        }
        self._roll: Roll | None = None

    def _lay_out(self) -> NDArray[np.int64]:
        """Find the first row of each birth cohort's block; a cohort's rows suffice for the largest it is
        expected to be."""
        flows = self.world.flows
        largest = flows.expected.max(axis=1)
        inflow = np.array(
            [
                max(self.world.inflow(5, c + 5), self.world.inflow(12, c + 12))
                for c in range(FIRST_COHORT, LAST_YEAR + 1)
            ]
        )
        rows = np.maximum(flows.births, largest) * _MARGIN + inflow
        return np.concatenate([[0], np.cumsum(np.ceil(rows + 5 * np.sqrt(rows + 1) + 8))]).astype(np.int64)

    def _families_at_most(self) -> int:
        """Count the rows of the family table, had everybody who ever enters a family of their own: NumPy
        takes memory as it is used."""
        flows, years = self.world.flows, range(FIRST_YEAR, LAST_YEAR + 1)
        outside = sum(self.world.inflow(age, year) for age in (5, 12) for year in years)
        return (
            int(flows.births[FIRST_YEAR - FIRST_COHORT :].sum() + flows.stock.sum() + flows.arrivals.sum())
            + outside
        )

    @property
    def scenario(self) -> Scenario:
        """Return the scenario that this town lives. (Mesa keeps an experimental scenario of its own
        under this name.)"""
        return self._lived

    @scenario.setter
    def scenario(self, scenario: Any) -> None:
        if isinstance(scenario, Scenario):
            self._lived = scenario

    def area_shock(self) -> np.float32:
        """Draw what the year does to everybody in the town, SD of skill."""
        one = np.zeros(1, np.uint32)
        result: np.float32 = np.float32(self.local.area_shock_sd) * self.luck.normal(AREA, self.year, one)[0]
        return result

    # Rows.

    def band(self, first_age: int, last_age: int) -> slice:
        """Return the rows of the children of these ages this year: one slice, in the order of birth cohorts.
        Rows not in use are in it, with id 0."""
        return cohort_rows(self._starts, self.year, first_age, last_age)

    def roll(self) -> Roll:
        """Return the year's roll: the one that is held, or one made for the asker."""
        return self._roll if self._roll is not None else Roll.of(self.children, self.year, self._starts)

    @contextmanager
    def roll_held(self) -> Iterator[None]:
        """Keep one roll as long as nobody comes, goes or changes school."""
        self._roll = self.roll()
        try:
            yield
        finally:
            self._roll = None

    def free_rows(self, cohorts: NDArray[np.int16]) -> Rows:
        """Find a row for each of those who enter (n,), in the blocks of their birth cohorts, that nobody
        uses.

        Raises:
            RuntimeError: a cohort has grown past what its inputs led to expect.
        """
        rows = np.empty(len(cohorts), np.intp)
        short = first_free(self.children.id, cohorts, self.blocks, FIRST_COHORT, rows)
        if short >= 0:
            size = self.blocks[short - FIRST_COHORT + 1] - self.blocks[short - FIRST_COHORT]
            raise RuntimeError(f"cohort {short}: no room for all who enter in {size} rows")
        return rows

    def new_family_rows(self, count: int) -> NDArray[np.int32]:
        """Return `count` new rows of the family table, which grows as needed."""
        need = self.family_count + count
        if need > self.families.capacity:
            self.families.grow(max(need, int(self.families.capacity * 1.5)))
        rows = np.arange(self.family_count, need, dtype=np.int32)
        self.family_count = need
        return rows

    # Schools by what they are for: rows of the school table.

    def set_schools(self) -> None:
        """Index the schools once the builder has made them."""
        s = self.schools
        phase = {name: np.flatnonzero(s.phase == code) for code, name in enumerate(PHASES)}
        self.primaries = np.sort(np.concatenate([phase["primary"], phase["infant"]]))
        self.primaries_ks1 = self.primaries
        self.primaries_ks2 = np.sort(np.concatenate([phase["primary"], phase["junior"]]))
        self.secondaries = np.sort(np.concatenate([phase["secondary"], phase["outside_secondary"]]))
        self.primaries_elsewhere = phase["outside_primary"]
        self.secondaries_here, self.secondaries_elsewhere = phase["secondary"], phase["outside_secondary"]
        self.specials = phase["special"]
        # The first college is the largest: acts name it.
        self.college = int(phase["college"][0])
        self.is_college = s.phase == PHASES.index("college")
        self.sixth_forms = np.sort(
            np.concatenate([np.flatnonzero(s.sixth_form), phase["college"], phase["outside_sixth_form"]])
        )
        self.is_secondary = np.isin(s.phase, [PHASES.index("secondary"), PHASES.index("outside_secondary")])
        # Schools whose value added is set against one another: primary, secondary, and each other kind by
        # itself.
        self.school_group = np.where(
            self.is_secondary, 1, np.where(s.phase <= PHASES.index("junior"), 0, s.phase)
        ).astype(np.int8)
        self.has_careers = self.is_secondary | self.is_college
        p = self.parameters.schools
        classes = np.maximum(s.places / p.class_size, 1.0)
        self.class_sd = (p.teacher_primary / np.sqrt(classes)).astype(np.float32)
        self.post16_places = np.where(s.sixth_form, s.sixth_places, 0).astype(np.int32)
        for row in (*phase["college"], *phase["outside_sixth_form"]):
            self.post16_places[row] = s.places[row]
        self._near: dict[bytes, Rows] = {}

    def schools_near(self, schools: Rows) -> Rows:
        """Find by ward, (wards + 1, K), the last row for homes outside the town: rows of the K of `schools`
        nearest to the ward's middle, with one outside the town always among them, but for homes outside."""
        key = schools.tobytes()
        if key not in self._near:
            s, w = self.schools, self.world
            east = np.append(w.ward_east, np.float32(self.parameters.schools.outside_km))
            north = np.append(w.ward_north, np.float32(0))
            km = distance(east[:, None], north[:, None], s.east[schools], s.north[schools])
            k = min(int(self.parameters.schools.candidates), len(schools))
            order = np.argsort(km, axis=1, kind="stable")[:, :k]
            outside = ~s.inside[schools]
            if outside.any() and k < len(schools):
                none = ~outside[order].any(axis=1)
                order[none, -1] = np.flatnonzero(outside)[km[np.ix_(none, outside)].argmin(axis=1)]
            # Pupils who come in were counted because they come to the town: outside schools are none for
            # them.
            order[-1] = np.where(
                outside[order[-1]], np.flatnonzero(~outside)[km[-1, ~outside].argmin()], order[-1]
            )
            self._near[key] = schools[order]
        return self._near[key]

    @cached_property
    def sixth_forms_near(self) -> Rows:
        """Return by ward, (wards + 1, K), the last row for homes outside the town: rows of the K sixth forms
        and colleges that its young people think of. All where there are no more than families look at; else
        the college that takes everybody, the nearest one outside the town, then the nearest others."""
        s, w, sixth = self.schools, self.world, self.sixth_forms
        k = int(self.parameters.schools.candidates)
        if len(sixth) <= k:
            return np.tile(sixth, (w.wards + 1, 1))
        east = np.append(w.ward_east, np.float32(self.parameters.schools.outside_km))
        north = np.append(w.ward_north, np.float32(0))
        km = distance(east[:, None], north[:, None], s.east[sixth], s.north[sixth])
        outside = np.flatnonzero(~s.inside[sixth])
        if outside.size:
            km[np.arange(len(km)), outside[km[:, outside].argmin(axis=1)]] = -1
        km[:, sixth == self.college] = -2
        near: Rows = sixth[np.argsort(km, axis=1, kind="stable")[:, :k]]
        return near

    def year_places(self, schools: Rows, applicants: int) -> NDArray[np.int32]:
        """Return the places of an entry class by row of the school table; more in proportion where applicants
        exceed them all."""
        places = np.zeros(len(self.schools.id), np.int32)
        if not self.switches.rival_places:
            places[schools] = applicants
            return places
        base = self.schools.places[schools].astype(np.float64)
        special = max(1.0, applicants * (1 + self.parameters.schools.spare_places) / base.sum())
        places[schools] = np.ceil(base * special)
        return places

    @property
    def top_fifth(self) -> NDArray[np.float32]:
        """Mark 1 for the fifth of schools with most free meals among schools of England's mix, else 0
        (S,)."""
        result: NDArray[np.float32] = (self.schools.fsm_share > self.world.top_fifth_fsm(self.year)).astype(
            np.float32
        )
        return result

    def national(self, series: str, group: str = "all", year: int | None = None) -> float:
        """Return England's figure of the year (or of another), carried where none is published."""
        return self.world.national(series, self.year if year is None else year, group)
