"""The town: a Mesa model that lives one academic year a step, from 1998 to 2048."""

import copy
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import mesa
import numpy as np
from numpy.typing import NDArray

from model.agents.agents import KINDS, POSTS, Alliance, Child, Employer, Family, School
from model.chance.luck import Luck, decision
from model.chance.seeds import UNSAID, SeedLike, Unsaid, chosen_seed
from model.columns.agent import ColumnAgent
from model.columns.mesa_model import ColumnModel
from model.columns.table import Table
from model.indicators.collector import collected
from model.indicators.record import Record, record
from model.inputs.parameters import Parameters
from model.inputs.place_schools import PHASES
from model.io.schema import FIRST_ACTING
from model.kernels.rows import first_free
from model.populate import populate
from model.scenario.scenario import Scenario
from model.state.ledger import Delivery
from model.world.flows import END, FIRST, START
from model.world.world import Facts, World
from model.year.admissions import admissions
from model.year.alliance import alliance
from model.year.arrive import arrive
from model.year.assessment import assessment
from model.year.attendance import attendance
from model.year.households import households
from model.year.learning import learning
from model.year.next_steps import next_steps
from model.year.staffrooms import staffrooms

type Rows = NDArray[np.intp]
type Phase = Callable[["Town"], None]

YEAR: tuple[Phase, ...] = (
    arrive,
    households,
    admissions,
    staffrooms,
    alliance,
    attendance,
    learning,
    assessment,
    next_steps,
    record,
)
"""A year, in this order."""

AREA = decision("town.yearly_shock")
_MARGIN = 1.03
"""Rows of a cohort over its expected size; chance departures come on top, five of their
standard deviations."""


class Town(ColumnModel):
    """A town and everybody in it.

    It runs while there are years to live: `running` is False at the end of the scenario's last year, so that
    Mesa's `run_model`, `batch_run` and viewer stop there.

    Args:
        scenario: checked scenario, or its name.
        seed: the luck of everybody in the town, 0 to 2**32 - 1, digits as text too; None draws one, as for
            any Mesa model, which `seed` then says.
        parameters: numbers of the model; by default those of the files, with the scenario's overrides.
        world: what the run takes as given, where it is made already (the arms of a comparison share it).
        draw: of the programmes' effects, 0 to 2**32 - 1; 0 has them at the means of their cards.
        rng: in place of `seed`, as Mesa calls it; a generator or a sequence of numbers stands for a seed.

    Raises:
        InputError: the scenario, the place or the numbers cannot be used. ValueError: the seed cannot.
    """

    agent_kinds: ClassVar[tuple[type[ColumnAgent], ...]] = KINDS

    def __init__(
        self,
        scenario: Scenario | str,
        seed: SeedLike | Unsaid | None = UNSAID,
        parameters: Parameters | None = None,
        world: World | None = None,
        draw: int = 0,
        *,
        rng: SeedLike | None = None,
    ) -> None:
        seed = chosen_seed(seed, rng)
        scenario = Scenario.load(scenario) if isinstance(scenario, str) else scenario
        self.luck = Luck(seed)
        super().__init__(rng=seed)
        self.scenario, self.seed, self.switches = scenario, seed, scenario.switches
        self.world = world if world is not None else World.of(scenario, parameters)
        self.parameters = self.world.parameters
        self.local: Any = self.parameters.town
        self.draw = int(draw)
        self.delivery = Delivery.of(scenario, self.parameters, self.draw)
        self._collector: mesa.DataCollector | None = None
        self._collected: tuple[int, mesa.DataCollector] | None = None
        self.start, self.first_cohort, self.end = START, FIRST, END
        self.year = START
        self.blocks = self._lay_out()
        self._starts: list[int] = self.blocks.tolist()
        self.family_count = 0
        self.first_choices = [float("nan"), float("nan")]
        self.facts = Facts.of(self.world, START, np.float32(0))
        self.children = Table(Child.kind, Child.columns, int(self.blocks[-1]))
        self.families = Table(Family.kind, Family.columns, self._families_at_most())
        self.schools = Table(School.kind, School.columns, 0)
        self.employers = Table(Employer.kind, Employer.columns, 0)
        self.partnership = Table(Alliance.kind, Alliance.columns, 1)
        self.posts = Table("post", POSTS, 0)
        self.tables = {
            t.kind: t for t in (self.children, self.families, self.schools, self.employers, self.partnership)
        }
        self.recorded = Record(self)
        with_posts = (*self.tables.values(), self.posts)
        for table in with_posts:
            table.check_writers(("populate", *(phase.__name__ for phase in YEAR)))
            table.open("populate")
        populate(self)
        for table in with_posts:
            table.close()
        self._written = {phase: [t for t in with_posts if t.writes(phase.__name__)] for phase in YEAR}

    def _lay_out(self) -> NDArray[np.int64]:
        """First row of each birth cohort's block; a cohort's rows suffice for the largest it is
        expected to be."""
        flows = self.world.flows
        largest = flows.expected.max(axis=1)
        inflow = np.array(
            [max(self.world.inflow(5, c + 5), self.world.inflow(12, c + 12)) for c in range(FIRST, END + 1)]
        )
        rows = np.maximum(flows.births, largest) * _MARGIN + inflow
        return np.concatenate([[0], np.cumsum(np.ceil(rows + 5 * np.sqrt(rows + 1) + 8))]).astype(np.int64)

    def _families_at_most(self) -> int:
        """Rows of the family table, had everybody who ever enters a family of their own: NumPy
        takes memory as it is used."""
        flows, years = self.world.flows, range(START, END + 1)
        outside = sum(self.world.inflow(age, year) for age in (5, 12) for year in years)
        return int(flows.births[START - FIRST :].sum() + flows.stock.sum() + flows.arrivals.sum()) + outside

    @property
    def scenario(self) -> Scenario:
        """The scenario that this town lives. (Mesa keeps an experimental scenario of its own
        under this name.)"""
        return self._lived

    @scenario.setter
    def scenario(self, scenario: Any) -> None:
        if isinstance(scenario, Scenario):
            self._lived = scenario

    @property
    def running(self) -> bool:
        """Tell whether there are years to live, and nobody has set it to False."""
        return self._running and self.year < self.scenario.until

    @running.setter
    def running(self, running: bool) -> None:
        self._running = running

    @property
    def datacollector(self) -> mesa.DataCollector:
        """Give what is recorded as Mesa collects it, or the collector that was set."""
        if self._collector is not None:
            return self._collector
        if self._collected is None or self._collected[0] != self.year:
            self._collected = self.year, collected(self)
        return self._collected[1]

    @datacollector.setter
    def datacollector(self, collector: mesa.DataCollector) -> None:
        self._collector = collector

    # The year.

    def step(self) -> None:
        """One academic year: its ten phases, each free to write its own columns only."""
        for _ in self.phases():
            pass

    def phases(self) -> Iterator[str]:
        """One academic year that stops after each phase to give its name; what is not taken to its end is
        half a year.

        Raises:
            RuntimeError: the scenario's last year is lived.
        """
        if self.year >= self.scenario.until:
            raise RuntimeError(f"the town has lived {self.year}, its scenario's last year")
        self.year += 1
        self.facts = Facts.of(self.world, self.year, self._shock())
        for phase in YEAR:
            written = self._written[phase]
            for table in written:
                table.open(phase.__name__)
            phase(self)
            for table in written:
                table.close()
            yield phase.__name__

    def branch(self, scenario: Scenario, draw: int = 0) -> "Town":
        """A town with the same past and the same luck that lives on under another scenario, itself untouched.

        Raises:
            ValueError: the two scenarios differ in what acts before 2018, or programmes have begun to act.
        """
        if scenario.burn_in_key() != self.scenario.burn_in_key():
            raise ValueError(
                f"{scenario.name or scenario.title}: its years before 2018 are not those of this town"
            )
        if scenario.record != self.scenario.record:
            raise ValueError(
                f'record = "{scenario.record}": this town has kept "{self.scenario.record}" so far'
            )
        if self.year >= FIRST_ACTING:
            raise ValueError(f"the town has lived {self.year}, in which programmes act")
        shared = (self.world, self.parameters, self.scenario, self.recorded, self.delivery)
        twin = copy.deepcopy(self, {id(one): one for one in shared})
        twin.scenario, twin.switches, twin.draw = scenario, scenario.switches, draw
        twin.delivery = Delivery.of(scenario, self.parameters, draw)
        twin._collected = None
        twin.recorded = Record(twin)
        twin.recorded.take_over(self.recorded)
        return twin

    def run(self, until: int | None = None) -> "Town":
        """Live to the end of `until` (default: the scenario's last year); returns the town itself.

        Raises:
            ValueError: `until` is after the scenario's last year.
        """
        last = self.scenario.until if until is None else until
        if last > self.scenario.until:
            raise ValueError(f"until = {last}: is after {self.scenario.until}, the scenario's last year")
        while self.year < last:
            self.step()
        return self

    def run_for(self, duration: float) -> None:
        """Live so many years, in Mesa's words, or as many as are left."""
        self.run_until(self.time + duration)

    def run_until(self, end_time: float) -> None:
        """Live until so many years from the start, in Mesa's words, or to the scenario's last year.

        Raises:
            ValueError: `end_time` is a calendar year.
        """
        if end_time >= self.start:
            raise ValueError(f"end_time = {end_time}: counts years from {self.start}; run() takes a year")
        end = min(end_time, self.time + self.scenario.until - self.year)
        if end > self.time:
            super().run_until(end)

    def _shock(self) -> np.float32:
        one = np.zeros(1, np.uint32)
        result: np.float32 = np.float32(self.local.area_shock_sd) * self.luck.normal(AREA, self.year, one)[0]
        return result

    # Rows.

    def band(self, first_age: int, last_age: int) -> slice:
        """Rows of the children of these ages this year: one slice, in the order of birth cohorts. Rows not in
        use are in it, with id 0."""
        low = max(self.year - last_age, FIRST) - FIRST
        high = min(self.year - first_age, END) - FIRST
        if high < low:
            return slice(0, 0)
        return slice(self._starts[low], self._starts[high + 1])

    def free_rows(self, cohorts: NDArray[np.int16]) -> Rows:
        """A row for each of those who enter (n,), in the blocks of their birth cohorts, that nobody uses.

        Raises:
            RuntimeError: a cohort has grown past what its inputs led to expect.
        """
        rows = np.empty(len(cohorts), np.intp)
        short = first_free(self.children.id, cohorts, self.blocks, FIRST, rows)
        if short >= 0:
            size = self.blocks[short - FIRST + 1] - self.blocks[short - FIRST]
            raise RuntimeError(f"cohort {short}: no room for all who enter in {size} rows")
        return rows

    def new_family_rows(self, count: int) -> NDArray[np.int32]:
        """`count` new rows of the family table, which grows as needed."""
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
        self.specials = phase["special"]
        self.college = int(phase["college"][0])
        self.sixth_forms = np.sort(
            np.concatenate([np.flatnonzero(s.sixth_form), phase["college"], phase["outside_sixth_form"]])
        )
        self.is_secondary = np.isin(s.phase, [PHASES.index("secondary"), PHASES.index("outside_secondary")])
        # Schools whose value added is set against one another: primary, secondary, and each other kind by
        # itself.
        self.school_group = np.where(
            self.is_secondary, 1, np.where(s.phase <= PHASES.index("junior"), 0, s.phase)
        ).astype(np.int8)
        self.has_careers = self.is_secondary | (s.phase == PHASES.index("college"))
        p = self.parameters.schools
        classes = np.maximum(s.places / p.class_size, 1.0)
        self.class_sd = (p.teacher_primary / np.sqrt(classes)).astype(np.float32)
        self.post16_places = np.where(s.sixth_form, s.sixth_places, 0).astype(np.int32)
        for row in (self.college, *phase["outside_sixth_form"]):
            self.post16_places[row] = s.places[row]
        self._near: dict[bytes, Rows] = {}

    def schools_near(self, schools: Rows) -> Rows:
        """By ward, (wards + 1, K), the last row for homes outside the town: rows of the K of `schools`
        nearest to the ward's middle, with one outside the town always among them, but for homes outside."""
        key = schools.tobytes()
        if key not in self._near:
            s, w = self.schools, self.world
            east = np.append(w.ward_east, np.float32(self.parameters.schools.outside_km))
            north = np.append(w.ward_north, np.float32(0))
            km = np.hypot(
                s.east[schools][None, :] - east[:, None], s.north[schools][None, :] - north[:, None]
            )
            k = min(int(self.parameters.schools.candidates), len(schools))
            order = np.argsort(km, axis=1, kind="stable")[:, :k]
            outside = ~s.inside[schools]
            if outside.any() and k < len(schools):
                order[:, -1] = np.flatnonzero(outside)[0]
            # Pupils who come in were counted because they come to the town: outside schools are none for
            # them.
            order[-1] = np.where(
                outside[order[-1]], np.flatnonzero(~outside)[km[-1, ~outside].argmin()], order[-1]
            )
            self._near[key] = schools[order]
        return self._near[key]

    def year_places(self, schools: Rows, applicants: int) -> NDArray[np.int32]:
        """Places of an entry class by row of the school table; more in proportion where
        applicants exceed them all."""
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
        """1 for the fifth of schools with most free meals among schools of England's mix, else 0 (S,)."""
        result: NDArray[np.float32] = (self.schools.fsm_share > self.world.top_fifth_fsm(self.year)).astype(
            np.float32
        )
        return result

    def national(self, series: str, group: str = "all", year: int | None = None) -> float:
        """England's figure of the year (or of another), carried where none is published."""
        return self.world.national(series, self.year if year is None else year, group)
