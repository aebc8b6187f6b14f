"""The town: a Mesa model that lives one academic year a step, from 1998 to 2048."""

import copy
from collections.abc import Callable, Iterator

import mesa

from model.calendar import FIRST_ACTING
from model.chance.seeds import UNSAID, SeedLike, Unsaid, chosen_seed
from model.indicators.collector import collected
from model.indicators.record import Record
from model.inputs.parameters import Parameters
from model.populate import populate
from model.scenario.scenario import Scenario
from model.state.ledger import Delivery
from model.state.state import TownState
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

type Phase = Callable[["Town"], None]


def record(town: "Town") -> None:
    """Record every indicator of the year: groups of the whole town, in some years also wards and schools."""
    town.recorded.take(town)


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


class Town(TownState):
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
        super().__init__(
            Scenario.load(scenario) if isinstance(scenario, str) else scenario,
            chosen_seed(seed, rng),
            parameters,
            world,
            draw,
        )
        self._collector: mesa.DataCollector | None = None
        self._collected: tuple[int, mesa.DataCollector] | None = None
        self.recorded = Record(self)
        with_posts = (*self.tables.values(), self.posts)
        for table in with_posts:
            table.check_writers(("populate", *(phase.__name__ for phase in YEAR)))
            table.open("populate")
        populate(self)
        for table in with_posts:
            table.close()
        self._written = {phase: [t for t in with_posts if t.writes(phase.__name__)] for phase in YEAR}

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
            self._collected = self.year, collected(self.recorded, self.seed, self.start, self.year)
        return self._collected[1]

    @datacollector.setter
    def datacollector(self, collector: mesa.DataCollector) -> None:
        self._collector = collector

    # The year.

    def step(self) -> None:
        """Live one academic year: its ten phases, each free to write its own columns only."""
        for _ in self.phases():
            pass

    def phases(self) -> Iterator[str]:
        """Yield one academic year that stops after each phase to give its name; what is not taken to its end
        is half a year.

        Raises:
            RuntimeError: the scenario's last year is lived.
        """
        if self.year >= self.scenario.until:
            raise RuntimeError(f"the town has lived {self.year}, its scenario's last year")
        self.year += 1
        self.facts = Facts.of(self.world, self.year, self.area_shock())
        for phase in YEAR:
            written = self._written[phase]
            for table in written:
                table.open(phase.__name__)
            phase(self)
            for table in written:
                table.close()
            yield phase.__name__

    def branch(self, scenario: Scenario, draw: int = 0) -> "Town":
        """Return a town with the same past and the same luck that lives on under another scenario, itself
        untouched.

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
