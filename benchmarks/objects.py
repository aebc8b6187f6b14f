"""The attendance and learning phases as ordinary Mesa agents, one object a child: what the columns are timed
against.

The rules are those of `model.rules`, called for one child at a time with Python's own numbers (faster than
NumPy's when they come singly), as a modeller would. Draws come from
the Mesa model's `random`. England's means and the targets by age and history are looked up in tables, as the
columns do."""

import math
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from model.rules import growth
from model.rules.absence import effect_on_skill, log_mean, log_missed
from model.rules.growth import next_aspiration, next_socio, next_state
from model.town import Town
from model.year.learning import WEAK

STATES = ("absence", "literacy", "numeracy", "socio", "aspiration")
"""What the two phases write."""


class Home:
    """A child's family, as far as the two phases look at it."""

    __slots__ = ("beyond", "home", "ses")

    def __init__(self, beyond: float, home: float, ses: float) -> None:
        self.beyond, self.home, self.ses = beyond, home, ses


class ObjectPlace(mesa.Agent["ObjectTown"]):
    """A school with a count of pupils, and of weak ones, by age."""

    def __init__(self, model: "ObjectTown", value_added: float, mainstream: bool, class_sd: float) -> None:
        super().__init__(model)
        self.value_added, self.mainstream, self.class_sd = value_added, mainstream, class_sd
        self.adds = [0.0] * 17
        self.weak, self.size = [0] * 17, [0] * 17

    def open_year(self) -> None:
        """Forget last year's pupils; draw what the teachers of each year group add."""
        m = self.model
        self.weak, self.size = [0] * 17, [0] * 17
        for age in range(17):
            late = age >= 12
            spread = m.teacher_secondary if late else self.class_sd
            self.adds[age] = self.value_added / m.phase_spreads[late] + spread * m.random.gauss(0.0, 1.0)

    def count_peers(self) -> None:
        """Add what classmates do to each other, once everybody is counted."""
        if not (self.mainstream and self.model.peers):
            return
        for age in range(17):
            share = self.weak[age] / max(self.size[age], 1)
            step = self.model.per_weak_point[age >= 12]
            self.adds[age] += step * (share - 0.05)


class Pupil(mesa.Agent["ObjectTown"]):
    """A child of 1 to 18 with its state as ordinary attributes."""

    age: int
    home: Home | None
    school: ObjectPlace | None
    history: int
    eal: bool
    girl: bool
    theta: float
    literacy: float
    numeracy: float
    socio: float
    aspiration: float
    absence: float
    absence_trait: float
    skill: float

    def __init__(self, model: "ObjectTown", state: dict[str, Any]) -> None:
        super().__init__(model)
        self.__dict__.update(state)
        self.skill = 0.0

    def attend(self) -> None:
        """Draw the sessions missed this year."""
        if not 5 <= self.age <= 16:
            return
        p, m = self.model.attendance, self.model
        spreads = p.trait_sd, p.illness_sd, p.per_socio
        beyond = self.socio - self.usual_socio()
        illness = m.random.gauss(0.0, 1.0)
        log = log_missed(self.absence_trait, illness, beyond, *spreads, log_mean(*spreads))
        self.absence = min(self.usual_absence() * m.local.absence * math.exp(log), 100.0)

    def usual_absence(self) -> float:
        """Return England's mean absence of the child's phase and need, %."""
        means: list[float] = self.model.absence_means[self.age >= 12]
        return means[self.history & 1]

    def usual_socio(self) -> float:
        """Return England's mean socio-emotional skill of the child's history, SD."""
        return self.model.socio_means[self.history & 63]

    def meet_class(self) -> None:
        """Count in the year group, before anybody learns."""
        self.skill = self.theta + (self.literacy + self.numeracy) * 0.5 / self.model.k
        if self.school is not None and 5 <= self.age <= 16:
            self.school.size[self.age] += 1
            self.school.weak[self.age] += self.skill < WEAK

    def learn(self) -> None:
        """Grow for a year in skill, socio-emotional skill and aspiration."""
        m, p, gauss = self.model, self.model.learning, self.model.random.gauss
        history, language = self.history & 63, int(self.eal)
        before = m.k * m.before[self.age - 1][history][language]
        target = m.after[self.age][history][language]
        inputs = m.k * (self.from_school() + self.from_home() + m.area_shock)
        common = m.k * m.noise[self.age - 1] * gauss(0.0, 1.0)
        apart = m.difference_noise * gauss(0.0, 1.0)
        side = 0.5 if self.girl else -0.5
        lead = side * p.girls_literacy
        self.literacy = next_state(
            self.literacy, before + lead, m.k * target + lead, inputs, common + apart, p.persistence
        )
        lead = side * p.girls_numeracy
        self.numeracy = next_state(
            self.numeracy, before + lead, m.k * target + lead, inputs, common - apart, p.persistence
        )
        if 2 <= self.age <= 5 and self.home is not None:
            self.literacy += m.home_step * self.home.home
        self.socio = next_socio(
            self.socio,
            usual := self.usual_socio(),
            usual,
            self.skill - target,
            gauss(0.0, 1.0),
            p.socio_persistence,
            p.skill_to_socio,
            m.socio_spread,
        )
        if self.age >= 11:
            self.hope()

    def from_school(self) -> float:
        """Return what school, teachers, classmates, absence and socio-emotional skill add, SD of skill."""
        if self.school is None or not 5 <= self.age <= 16:
            return 0.0
        p = self.model.learning
        missed = effect_on_skill(self.absence, self.usual_absence(), p.absence_effect)
        added: float = self.school.adds[self.age] + missed
        return added + float(p.socio_to_skill) * (self.socio - self.usual_socio())

    def from_home(self) -> float:
        """Return what income beyond England's mean for the family's group adds, SD of skill."""
        return 0.0 if self.home is None else self.model.per_income * self.home.beyond

    def hope(self) -> None:
        """Let aspiration follow skill and family position."""
        m, p = self.model, self.model.learning
        position = 0.0 if self.home is None else self.home.ses
        mean = p.aspiration_on_skill * self.skill + p.aspiration_on_ses * position
        draw = m.random.gauss(0.0, 1.0)
        self.aspiration = next_aspiration(
            self.aspiration, mean, draw, p.aspiration_persistence, m.hope_spread
        )


class ObjectTown(mesa.Model[Any, Any]):
    """The children, schools and numbers of a town in columns, as ordinary Mesa agents, in its year."""

    def __init__(self, town: Town, seed: int = 0) -> None:
        super().__init__(rng=seed)
        self._numbers(town)
        s, sd = town.schools, town.class_sd
        columns = (s.value_added.tolist(), s.mainstream.tolist(), np.asarray(sd).tolist())
        places = [ObjectPlace(self, *row) for row in zip(*columns, strict=True)]
        self.homes = self._homes(town)
        rows = pupils_of(town)
        c = town.children
        names = (
            "eal",
            "girl",
            "theta",
            "literacy",
            "numeracy",
            "socio",
            "aspiration",
            "absence",
            "absence_trait",
        )
        values = [getattr(c, name)[rows].tolist() for name in names]
        ages = (town.year - c.cohort[rows]).tolist()
        for age, family, school, history, *state in zip(
            ages,
            c.family[rows].tolist(),
            c.school[rows].tolist(),
            c.need_history[rows].tolist(),
            *values,
            strict=True,
        ):
            attributes = dict(zip(names, state, strict=True))
            home = self.homes[family] if family >= 0 else None
            Pupil(self, {"age": age, "home": home, "school": places[school] if school >= 0 else None,
                         "history": history, **attributes})  # fmt: skip

    def _numbers(self, town: Town) -> None:
        """Read the parameters of both phases, and what is solved or tabled once a year, as plain numbers."""
        world, year = town.world, town.year
        self.attendance, self.learning, self.local = (
            town.parameters.attendance,
            town.parameters.learning,
            town.local,
        )
        self.absence_means: list[list[float]] = world.absence_means(year).tolist()
        self.socio_means: list[float] = town.facts.usual_socio.tolist()
        self.before: list[list[list[float]]] = world.targets(year - 1).tolist()
        self.after: list[list[list[float]]] = world.targets(year).tolist()
        self.noise: list[float] = world.growth.noise.tolist()
        self.k, self.difference_noise = float(world.growth.k), float(world.growth.difference_noise)
        self.area_shock = float(town.facts.area_shock)
        self.phase_spreads = [float(spread) for spread in world.phase_spreads]
        self.teacher_secondary = float(town.parameters.schools.teacher_secondary)
        self.peers = town.switches.peers
        p = self.learning
        self.per_weak_point = [float(p.peers_per_point) * 100.0 / years for years in world.phase_sums]
        self.home_step = p.home_effect / growth.phase_years(p.persistence, 4)
        self.per_income = p.income_effect * p.income_pounds * (1 - p.persistence)
        self.socio_spread = float(growth.socio_spread(p.socio_persistence, p.skill_to_socio))
        rest = math.sqrt(max(0.1, 1 - p.aspiration_on_skill**2 - p.aspiration_on_ses**2))
        self.hope_spread = rest * math.sqrt(1 - p.aspiration_persistence**2)

    @staticmethod
    def _homes(town: Town) -> list[Home]:
        f, on_ses = town.families, town.parameters.households.home_on_ses
        poor, others = town.world.mean_income(town.year)
        beyond = f.income - np.where(f.need, poor, others)
        columns = (beyond.tolist(), (f.home_learning - on_ses * f.ses).tolist(), f.ses.tolist())
        return [Home(*row) for row in zip(*columns, strict=True)]

    def live(self) -> None:
        """Live attendance and learning of one year."""
        pupils, schools = self.agents_by_type[Pupil], self.agents_by_type[ObjectPlace]
        pupils.do("attend")
        schools.do("open_year")
        pupils.do("meet_class")
        schools.do("count_peers")
        pupils.do("learn")

    def figures(self, name: str) -> NDArray[np.float64]:
        """Return an attribute of all pupils (n,)."""
        return np.array(self.agents_by_type[Pupil].get(name))


def pupils_of(town: Town) -> NDArray[np.intp]:
    """Return the rows of the children of 1 to 18 whom the two phases are about (n,)."""
    band = town.band(1, 18)
    there = (town.children.id[band] != 0) & town.children.present[band]
    rows: NDArray[np.intp] = band.start + np.flatnonzero(there)
    return rows
