"""England's children, living from birth to 19 by the rules of the model: no town, no tables, other draws.

What a town's learning phase does with columns is written out here for one cohort of the whole nation, so that
the measuring rod can be held against it: skill has to have SD 1 at every age.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.rules import absence, growth, households
from model.world.world import World

F = NDArray[np.float32]
D = NDArray[np.float64]
COHORT = 2001
"""Born before the pandemic could widen gaps at any age to 18."""
YEAR_GROUP = 54
"""Pupils of a school in a year: two classes."""
ADULT = 20


@dataclass
class Nation:
    """By age 0-19, (20,), in SD of skill: variance and mean of skill; its gap between children in need in six
    years and others; SD and gap of socio-emotional skill; mean SD of the two subjects' skills."""

    variance: D
    mean: D
    gap: D
    socio_sd: D
    socio_gap: D
    subject_sd: D


class Children:
    """One birth cohort of England.

    Args:
        world: England's figures, parameters, and what is solved from them.
        n: number of children, rounded down to whole schools.
        solved: noise to live by, where it is not the world's own.
    """

    def __init__(self, world: World, n: int, seed: int = 1, solved: growth.Growth | None = None) -> None:
        self.world, self.p, self.n = world, world.parameters, n // YEAR_GROUP * YEAR_GROUP
        self.growth = solved or world.growth
        # A town's own addition to the gap is no part of England.
        town = self.p.town
        self.gap = world.growth.gap - growth.by_age(self.p.learning.gap_ages, town.gap)
        self.rng = np.random.default_rng(seed)
        self._families()
        self._born()

    def live(self) -> Nation:
        """From birth to 19; what is found at each age."""
        found = [self._described()]
        for age in range(1, ADULT):
            self._year(age)
            found.append(self._described())
        return Nation(*(np.array(column) for column in zip(*found, strict=True)))

    def normal(self, n: int | None = None) -> F:
        return self.rng.standard_normal(n or self.n).astype(np.float32)

    # Families.

    def _families(self) -> None:
        h = self.p.households
        self.ses, self.shock, self.history = self.normal(), self.normal(), np.zeros(self.n, np.uint8)
        self.home = h.home_on_ses * self.ses + np.sqrt(1 - h.home_on_ses**2) * self.normal()
        for year in range(COHORT - 8, COHORT + 1):
            self._need(year)

    def _need(self, year: int) -> None:
        self.shock = households.next_shock(self.shock, self.normal(), self.world.income)
        self.income = households.income_position(self.ses, self.shock, self.world.income)
        self.poor = self.income < self.world.need_line(year)
        self.history = households.shift_history(self.history, self.poor)

    def _weight(self, year: int) -> F:
        """Weight of need less England's mean of the year."""
        weight: F = self.world.need.weights[self.history & households.SIX_YEARS]
        return weight - self.world.need.centre(year)

    # Birth.

    def _born(self) -> None:
        p, g = self.p.learning, self.growth
        trait = p.trait_ses * self.ses + np.sqrt(1 - p.trait_ses**2) * self.normal()
        self.theta = (np.sqrt(p.trait_share) * trait).astype(np.float32)
        self.eal = self.rng.random(self.n) < p.eal_share
        self.girl = np.where(self.rng.random(self.n) < 0.488, 0.5, -0.5)
        self.socio = p.socio_gap * self._weight(COHORT) + self.normal()
        self.absence_trait = self.normal()
        state = g.k * (self._target(COHORT, 0) + g.rest[0] * self.normal())
        apart = g.difference_sd * self.normal()
        self.literacy = (state + apart + self.girl * p.girls_literacy).astype(np.float32)
        self.numeracy = (state - apart + self.girl * p.girls_numeracy).astype(np.float32)

    def _target(self, year: int, age: int) -> D:
        language = self.growth.eal[age] * (self.eal - self.p.learning.eal_share)
        return np.asarray(language - self.gap[age] * self._weight(year), np.float64)

    @property
    def skill(self) -> F:
        return growth.composite(self.theta, self.literacy, self.numeracy, self.growth.k)

    # A year.

    def _year(self, age: int) -> None:
        p, g, year = self.p.learning, self.growth, COHORT + age
        self._need(year)
        before, after, skill = self._target(year - 1, age - 1), self._target(year, age), self.skill
        inputs = self._income(year)
        if 5 <= age <= 16:
            inputs = inputs + self._school(age, year, skill)
        common = g.k * g.noise[age - 1] * self.normal()
        apart = g.difference_noise * self.normal()
        for name, of_girls, sign in (("literacy", p.girls_literacy, 1), ("numeracy", p.girls_numeracy, -1)):
            side = self.girl * of_girls
            state = growth.next_state(
                getattr(self, name),
                (g.k * before + side).astype(np.float32),
                (g.k * after + side).astype(np.float32),
                (g.k * inputs).astype(np.float32),
                (common + sign * apart).astype(np.float32),
                p.persistence,
            )
            setattr(self, name, state)
        if 2 <= age <= 5:
            extra = self.home - self.p.households.home_on_ses * self.ses
            self.literacy += np.float32(p.home_effect / growth.phase_years(p.persistence, 4)) * extra
        weight = self._weight(year)
        self.socio = growth.next_socio(
            self.socio,
            mean := np.float32(p.socio_gap) * weight,
            mean,
            skill - after.astype(np.float32),
            self.normal(),
            p.socio_persistence,
            p.skill_to_socio,
            growth.socio_spread(p.socio_persistence, p.skill_to_socio),
        )

    def _income(self, year: int) -> D:
        p = self.p.learning
        poor, others = households.mean_income(self.world.need_line(year))
        step = p.income_effect * p.income_pounds * (1 - p.persistence)
        return np.asarray(step * (self.income - np.where(self.poor, poor, others)), np.float64)

    def _school(self, age: int, year: int, skill: F) -> D:
        p, s, phase = self.p.learning, self.p.schools, int(age >= 12)
        schools, keep = self.n // YEAR_GROUP, s.value_added_persistence
        if age in (5, 12):
            self.school = self.rng.permutation(self.n) // YEAR_GROUP
            self.value_added = s.value_added_sd * self.normal(schools)
        else:
            fresh = s.value_added_sd * np.sqrt(1 - keep**2)
            self.value_added = keep * self.value_added + fresh * self.normal(schools)
        teacher = s.teacher_secondary if phase else s.teacher_primary / np.sqrt(2)
        of_school = self.value_added / self.world.phase_spreads[phase] + teacher * self.normal(schools)
        weak = np.bincount(self.school, weights=skill < -1.645, minlength=schools) / YEAR_GROUP
        peers = growth.peer_effect(weak.astype(np.float32), p.peers_per_point, self.world.phase_sums[phase])
        beyond = self.socio - p.socio_gap * self._weight(year)
        of_child = p.socio_to_skill * beyond + self._absence(age, year, beyond)
        return np.asarray((of_school + peers)[self.school] + of_child, np.float64)

    def _absence(self, age: int, year: int, beyond: F) -> F:
        a: Any = self.p.attendance
        mean = self.world.absence_means(year)[int(age >= 12), self.poor.astype(np.intp)]
        spreads = a.trait_sd, a.illness_sd, a.per_socio
        log = absence.log_missed(
            self.absence_trait, self.normal(), beyond.astype(np.float32), *spreads, absence.log_mean(*spreads)
        )
        missed = absence.sessions_missed(mean, log)
        return np.asarray(absence.effect_on_skill(missed, mean, self.p.learning.absence_effect), np.float32)

    def _described(self) -> tuple[float, ...]:
        skill, ever = self.skill, (self.history & households.SIX_YEARS) > 0
        subjects = [self.growth.k * self.theta + state for state in (self.literacy, self.numeracy)]
        return (
            float(skill.var()),
            float(skill.mean()),
            float(skill[~ever].mean() - skill[ever].mean()),
            float(self.socio.std()),
            float(self.socio[ever].mean() - self.socio[~ever].mean()),
            float(np.mean([subject.std() for subject in subjects])),
        )
