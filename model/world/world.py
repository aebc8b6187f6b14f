"""What a run takes as given: the place and England by year, and what is solved once from the parameters."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from model.calendar import FIRST_COHORT, FIRST_YEAR, LAST_YEAR
from model.inputs.england import England
from model.inputs.parameters import Parameters
from model.inputs.place import Place
from model.io.errors import InputError
from model.io.files import shown_path
from model.rules import absence, growth, households, staffing
from model.scenario.scenario import Scenario
from model.world import free_meals
from model.world.flows import Flows
from model.world.limits import check_numbers
from model.world.national_need import FIRST as NEED_FIRST
from model.world.national_need import solve_need
from model.world.place_flows import flows_of

F = NDArray[np.float32]
D = NDArray[np.float64]
PRIMARY, SECONDARY = (5, 11), (12, 16)
"""First and last age of a phase."""
PANDEMIC = 2020
WORLDS_KEPT = 4

_worlds: "dict[tuple[str, ...], World]" = {}


class World:
    """Hold all that does not change while a town lives. Made once, shared by the arms of a comparison.

    Args:
        scenario, parameters: as checked by their own modules; the scenario's overrides are applied already.

    Raises:
        InputError: England or the place lacks what the town needs.
    """

    def __init__(self, scenario: Scenario, parameters: Parameters) -> None:
        self.scenario, self.parameters = scenario, parameters
        self.place = Place.load(scenario.place)
        england = England.load()
        scenario.check_series(england.series_names)
        path = scenario.england.path
        self.england = england if path == "flat" else england.on_path(path)
        self._table = self.england.table(FIRST_YEAR, LAST_YEAR)
        self._latent: dict[tuple[str, int, int], NDArray[np.bool_]] = {}
        self.scale = scenario.scale
        self._people()
        self._skill()

    def national(self, series: str, year: int, group: str = "all") -> float:
        """Return England's figure of a year, carried where none is published (see
        `model.inputs.series.Series`)."""
        return float(self._table[self.england.row(series, group), year - FIRST_YEAR])

    def latent(self, series: str, first: int, last: int) -> NDArray[np.bool_]:
        """Find in which years England's results of a series are not comparable (last - first + 1,)."""
        key = series, first, last
        if key not in self._latent:
            statuses = self.england.series(series).statuses(first, last)
            self._latent[key] = np.array([status == "latent" for status in statuses])
        return self._latent[key]

    @staticmethod
    def of(scenario: Scenario, parameters: Parameters | None = None) -> "World":
        """Return the world of a scenario: numbers of the model and of its place, with the scenario's
        overrides. The last few are kept, for the seeds of one scenario share theirs.

        Args:
            parameters: other numbers (a posterior draw), which then already hold what the scenario overrides.
        """
        if parameters is None:
            parameters = Parameters.load(place=scenario.place).changed(scenario.parameters)
        key = (
            scenario.burn_in_key(),
            parameters.digest(),
            Place.load(scenario.place).digest(),
            England.load().digest(),
        )
        if key not in _worlds:
            if len(_worlds) >= WORLDS_KEPT:
                _worlds.pop(next(iter(_worlds)))
            _worlds[key] = World(scenario, parameters)
        return _worlds[key]

    # Families and children.

    def _people(self) -> None:
        p, place = self.parameters, self.place
        h, d = p.households, p.demography
        self.wards = len(place.wards)
        self.ward_shares: D = place.wards.children_share / place.wards.children_share.sum()
        self.ward_east = place.wards.east_km.astype(np.float32)
        self.ward_north = place.wards.north_km.astype(np.float32)
        self.home_spread_km, self.school_spread_km = float(d.home_spread), float(d.school_spread)
        self._neighbourhoods()
        self.lone_parent_share = place.value("lone_parent_families") / 100.0
        self._need_lines = households.need_line(
            np.interp(np.arange(1980, LAST_YEAR + 1), h.need_years, h.need_percent)
        )
        self.income = households.income(h.ses_weight, h.shock_persistence)
        self.need = solve_need(h, self.income, self._need_lines, 1980)
        self.need_weights = self.need.weights
        self.ward_sd = float(h.ward_sd)
        self.ward_ses = self._ward_positions()
        self.mean_ses = float((self.ward_shares * self.ward_ses).sum())
        self.out_mean_rent, *self.private_rent = (
            households.at_odds(share, place.value("private_rent") / 100, d.private_rent_households)
            for share in (d.rent_of_families, d.private_rent, d.private_rent_arriving)
        )
        switches = self.scenario.switches
        self.flows: Flows = flows_of(place, p, self.scenario.births, self.scale, switches.migration)
        check_numbers(self.flows, self.scale)

    def _neighbourhoods(self) -> None:
        """Lay out small areas of each ward: fixed places about its middle, fixed steps of families' position.

        Published small areas show about as much spread of deprivation within wards as between them; which of
        them lies where is not used, so the steps are the same in every ward, turned by ward.
        """
        h, d = self.parameters.households, self.parameters.demography
        n = int(d.neighbourhoods)
        steps = ndtri((np.arange(n) + 0.5) / n)
        self.area_steps = (h.area_sd * steps / steps.std()).astype(np.float32)
        turn = np.arange(self.wards)[:, None] * 2.4 + 2 * np.pi * np.arange(n)[None, :] * 2 / n
        self.area_east = (self.ward_east[:, None] + d.area_km * np.cos(turn)).astype(np.float32)
        self.area_north = (self.ward_north[:, None] + d.area_km * np.sin(turn)).astype(np.float32)

    @property
    def need_ratio(self) -> float:
        """Return families in need in the town relative to England: mean of the two phases' ratios of
        free meals, 2017."""
        england, place = self.england, self.place
        ratios = [
            place.value(f"fsm_{phase}_2017") / england.series(f"fsm_{phase}").at(2017)
            for phase in ("primary", "secondary")
        ]
        return sum(ratios) / len(ratios)

    def _ward_positions(self) -> F:
        """Return the mean position of each ward's families, such that need by ward is in proportion to income
        deprivation."""
        h, wards = self.parameters.households, self.place.wards
        line = self.need_line(2017)
        town = float(ndtr(line)) * self.need_ratio
        idaci = wards.idaci_2019
        need = idaci * town / float((idaci * self.ward_shares).sum())
        for name, deprived, share in zip(wards.names, idaci, need, strict=True):
            if not 0 < share < 1:
                raise InputError(
                    f"makes {100 * share:.0f}% of the ward's families need, by the town's free meals",
                    where=shown_path(self.place.folder / "wards.csv"),
                    at=f"idaci_2019 of {name}",
                    value=deprived,
                    allowed="what makes more than none and less than all",
                )
        self.income_spread = float(np.sqrt(h.ses_weight**2 * h.ward_sd**2 + 1 - h.ses_weight**2))
        middle = line - ndtri(need) * self.income_spread
        self._meals_over_need = self._meals_lines(middle)
        result: F = (middle / h.ses_weight).astype(np.float32)
        return result

    def _meals_lines(self, middle: D) -> D:
        """Return how far above the line of need families register for free meals, by phase (2,), where the
        mean income of the wards' families is `middle` (wards,)."""
        names = [f"fsm_{phase}_2017" for phase in free_meals.PHASES]
        primary, secondary = (self.place.value(name) / 100 for name in names)
        line = self.need_line(2017)
        return free_meals.meals_lines(
            line, middle, self.income_spread, self.ward_shares, (primary, secondary)
        )

    def meals_lines(self, year: int) -> tuple[float, float]:
        """Return the income positions under which pupils have free meals, in primary schools and later, by
        the rule of 2017."""
        primary, secondary = (self.need_line(year) + over for over in self._meals_over_need.tolist())
        return primary, secondary

    def need_line(self, year: int) -> float:
        """Return the income position under which families are in need by the rule of 2017."""
        return float(self._need_lines[max(year, 1980) - 1980])

    def need_share(self, year: int) -> float:
        """Return the share of the town's families in need in a year, as its wards and England's line of need
        have it."""
        middle = float(self.income.lasting) * self.ward_ses.astype(np.float64)
        return float((self.ward_shares * ndtr((self.need_line(year) - middle) / self.income_spread)).sum())

    def mean_income(self, year: int) -> tuple[float, float]:
        """Return England's mean income position of families (in need, not in need) in a year."""
        return households.mean_income(self.need_line(year))

    def eal_share(self, cohort: NDArray[np.int16]) -> F:
        """Return the share of a birth cohort from 1980 on with another language at home (n,)."""
        return self._eal_shares[cohort - FIRST_COHORT]

    @cached_property
    def _eal_shares(self) -> F:
        return self.eal_shares()

    def eal_shares(self) -> F:
        """Lay a line through the two published phases, by birth cohort; it goes beyond them within limits."""
        primary, secondary = (
            self.place.value(f"eal_{phase}_2017") / 100 for phase in ("primary", "secondary")
        )
        slope = (primary - secondary) / 6.0
        cohort = np.arange(FIRST_COHORT, LAST_YEAR + 1, dtype=np.float64)
        d, known = self.parameters.demography, (primary, secondary)
        least, most = min(d.eal_least, *known), max(d.eal_most, *known)
        share: F = np.clip(primary + slope * (cohort - 2009), least, most).astype(np.float32)
        return share

    def covered_first_births(self, year: int) -> float:
        """Return the share of first births at ages that the followed cohorts have reached."""
        d, h = self.parameters.demography, self.parameters.households
        oldest = min(32, year - FIRST_COHORT)
        young = ndtr((oldest + 0.5 - d.mean_age_first_other) / d.sd_age_first)
        late = ndtr((oldest + 0.5 - d.mean_age_first_degree) / d.sd_age_first)
        return float((1 - h.degree_share) * young + h.degree_share * late)

    @cached_property
    def primary_elsewhere(self) -> float:
        """Return the share of families whose children of primary age go to school elsewhere: of residents,
        among those who need no special school."""
        special = self.parameters.learning.sen_special
        return float(self.place.value("outflow_primary") / 100 / (1 - special))

    @cached_property
    def secondary_elsewhere(self) -> float:
        """Return the share of children who move in at secondary age and go to school elsewhere: of residents,
        among those who need no special school."""
        special = self.parameters.learning.sen_special
        return min(1.0, float(self.place.value("outflow_secondary") / 100 / (1 - special)))

    def inflow(self, age: int, year: int) -> int:
        """Count pupils from outside who start at an age (5: primary, 12: secondary), an input by year.

        At primary age it is the net inflow and as many as go to school elsewhere.
        """
        cohort = max(year - age, FIRST_COHORT)
        residents = float(self.flows.expected[cohort - FIRST_COHORT, age])
        if age == PRIMARY[0]:
            come = self.place.value("net_inflow_primary") + self.place.value("outflow_primary")
            return int(np.rint(residents * come / 100))
        share = self.place.value("inflow_secondary") / 100
        stay = 1 - self.place.value("outflow_secondary") / 100
        return int(np.rint(residents * stay * share / (1 - share)))

    @staticmethod
    def normal_rank(position: F) -> F:
        """Return the national rank 0-1 of an income position."""
        return ndtr(position).astype(np.float32)

    # Skill.

    def _skill(self) -> None:
        p, schools = self.parameters.learning, self.parameters.schools
        rho = p.persistence
        self.phase_sums = tuple(
            growth.phase_years(rho, last - first + 1) for first, last in (PRIMARY, SECONDARY)
        )
        self.phase_spreads = tuple(
            growth.phase_spread(rho, last - first + 1, schools.value_added_persistence)
            for first, last in (PRIMARY, SECONDARY)
        )
        trait_gap = float(np.sqrt(p.trait_share)) * p.trait_ses * self.need.position_gap
        gap = growth.by_age(p.gap_ages, p.gap_skill - trait_gap)
        rest, noise = growth.solve_noise(
            trait_share=p.trait_share,
            persistence=rho,
            gap=gap,
            trait_gap=trait_gap,
            need_share=float(self.need.share[2017 - NEED_FIRST]),
            weight_variance=self.need.weight_variance,
            school=growth.school_variance(rho, schools.value_added_sd, PRIMARY, SECONDARY),
            other=growth.by_age(p.gap_ages, p.other_variance),
        )
        apart = np.sqrt((1 - p.subject_correlation) / 2)
        town = self.parameters.town
        self.growth = growth.Growth(
            gap=gap * growth.by_age(p.gap_ages, p.gap_reached) + growth.by_age(p.gap_ages, town.gap),
            area=growth.by_age(p.gap_ages, town.area),
            eal=growth.by_age(p.gap_ages, p.eal),
            noise=noise,
            rest=rest,
            difference_noise=float(apart * np.sqrt(1 - rho**2)),
            difference_sd=float(apart),
            k=growth.loading(p.subject_correlation),
        )
        self._targets: dict[int, F] = {}
        self._pandemic = growth.by_age(np.array([5.0, 11.0, 16.0]), p.pandemic)
        other = schools.other_staff_variance
        self.residual_sd = tuple(
            staffing.residual_sd(schools.value_added_sd, leader, other)
            for leader in (schools.leader_primary, schools.leader_secondary)
        )
        s = self.parameters.staffing
        self.experience = staffing.stationary_experience(
            s.leaving, s.moving, s.novice_hires, s.hire_experience
        )
        curve = staffing.experience_value(
            np.arange(41, dtype=np.int8), s.experience_years, s.experience_curve
        )
        self.england_teaching = float((self.experience * curve).sum())

    def targets(self, year: int) -> F:
        """Return where the state of children tends in a year, (20, 64, 2) by age, need history and
        language, SD of skill.

        Tabled, so that a year of growth looks a child's target up once.
        """
        if year not in self._targets:
            age, weight, eal = np.arange(growth.AGES), self.need_weights[:, None], np.array([False, True])
            self._targets[year] = self.target_mean(year, age[:, None, None], weight, eal)
        return self._targets[year]

    def target_mean(self, year: int, age: NDArray[np.intp], weight: F, eal: NDArray[np.bool_]) -> F:
        """Return where the state of a group of children tends (n,), SD of composite skill.

        Args:
            year: England's widening since the pandemic depends on it. age: (n,) 0-19.
            weight: (n,) weight of need in six years. eal: (n,) another language at home.
        """
        p, g = self.parameters.learning, self.growth
        gap = g.gap
        if year >= PANDEMIC:
            gap = gap + self._pandemic * (1 - p.pandemic_decay) ** (year - PANDEMIC)
        need = weight - self.need.centre(year)
        language = eal - np.float32(p.eal_share)
        area, apart, by_language = (table.astype(np.float32) for table in (g.area, gap, g.eal))
        mean: F = area[age] - apart[age] * need + by_language[age] * language
        return mean

    def top_fifth_fsm(self, year: int) -> float:
        """Return the share of free meals above which a school is in England's top fifth, from England's
        mean of the year."""
        mean = (self.national("fsm_primary", year) + self.national("fsm_secondary", year)) / 200
        result: float = mean * self.parameters.staffing.top_fifth_ratio
        return result

    # Absence.

    @cached_property
    def _absence(self) -> F:
        """Return the table England's mean absence (years, phase, need), % of sessions."""
        a = self.parameters.attendance
        table = np.zeros((LAST_YEAR - FIRST_YEAR + 1, 2, 2), np.float32)
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            for phase, ratio in enumerate((a.fsm_ratio_primary, a.fsm_ratio_secondary)):
                series = ("absence_primary", "absence_secondary")[phase]
                table[year - FIRST_YEAR, phase] = absence.group_means(
                    self.national(series, year), ratio, a.need_share
                )
        return table

    def absence_means(self, year: int) -> F:
        """Return England's mean absence of a year, (2, 2) by phase and need, % of sessions."""
        means: F = self._absence[year - FIRST_YEAR]
        return means

    # Work.

    @cached_property
    def _unemployment(self) -> D:
        here = self.place.series("unemployment").path(FIRST_YEAR, LAST_YEAR)
        return np.asarray(here - self.england.series("unemployment").carried(2017))

    def unemployment_gap(self, year: int) -> float:
        """Return unemployment of the town less England's of 2017, percentage points."""
        return float(self._unemployment[year - FIRST_YEAR])


@dataclass(frozen=True)
class Facts:
    """Of the year at hand: England's mean of Gatsby benchmarks, the town's unemployment gap, its shock to
    skill, and the mean of socio-emotional skill by need history (64,), SD."""

    gatsby: float
    unemployment_gap: float
    area_shock: np.float32
    usual_socio: F

    @staticmethod
    def of(world: World, year: int, area_shock: np.float32) -> "Facts":
        """Return the gather the facts of `year`, with the town's shock to skill as drawn."""
        beyond = world.need_weights - world.need.centre(year)
        socio = np.float32(world.parameters.learning.socio_gap) * beyond
        return Facts(world.national("gatsby_mean", year), world.unemployment_gap(year), area_shock, socio)
