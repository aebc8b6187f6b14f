"""The whole calibration, stage by stage; each stage is kept when it is done, so that a killed campaign goes
on where it was."""

import functools
import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from calibration import identify, sampling
from calibration.emulator import Emulator, learnt
from calibration.fit import Problem, laplace, loss, luck_of, search
from calibration.numbers import Number, free_numbers
from calibration.posterior import Posterior
from calibration.predict import Setting, Simulator, observations
from calibration.sampling import ENOUGH, KEPT, PosteriorSample
from model.fingerprint import code_digest, digest_of
from model.inputs.parameters import Parameters

D = NDArray[np.float64]

FITTED: Final = (
    "learning.gap_skill",
    "attendance.fsm_ratio_primary",
    "attendance.fsm_ratio_secondary",
    "neet.level",
    "neet.winter_share",
    "routes.level3",
    "routes.level3_fsm",
    "routes.higher",
    "routes.higher_fsm",
    "routes.not_sustained",
    "routes.not_sustained_fsm",
)
"""Numbers of England that the search moves besides all of the town's own; the others join in the posterior,
where each moves as far as the data take it."""

FIRST_OF_MANY, FIRST_OF_TOWNS, DESIGN = 1000, 5000, 7
"""Seeds: of the many towns at one fit, of those from which the effects of all numbers are learnt, of their
numbers."""
FOLDER: Final = Path(__file__).parent
SCATTER: Final = 0.7
"""Prior standard deviations by which later starts of the search are scattered about the prior's middle."""
ABOUT: Final = 1.0
"""Prior standard deviations about the fit by which the searched numbers are drawn to learn their effects."""
REPEATS: Final = 5
"""Steps to the best fit of the emulator, each exact were it a line."""

type Told = Callable[[str, int, int], None]
"""Called with the stage, and how much of it is done of how much."""


@dataclass(frozen=True)
class CampaignPlan:
    """How much work a calibration is. The usual one takes under half an hour on two cores."""

    seeds: int = 2
    many_seeds: int = 60
    starts: int = 2
    steps: int = 3
    towns: int = 800
    batch: int = 100
    proposals: int = 1000
    most: int = 20_000
    kept: int = KEPT
    enough: int = 2 * ENOUGH
    """Effective draws: twice what is asked, so that few of those kept are one and the same."""


@dataclass
class Campaign:
    """One calibration in a folder. `told` hears of progress."""

    setting: Setting
    executor: Executor
    folder: Path
    plan: CampaignPlan = field(default_factory=CampaignPlan)
    told: Told | None = None

    def __post_init__(self) -> None:
        self.parameters = Parameters.load(place=self.setting.place)
        self.numbers: tuple[Number, ...] = free_numbers(self.parameters)
        self.observations = observations(self.setting)
        self._stage = ""
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def key(self) -> str:
        """Return 32 hexadecimal digits of all that can change what comes out, the code of the fit among
        it."""
        parts = [
            code_digest(),
            digest_of(FOLDER.glob("*.py")),
            self.parameters.digest(),
            repr(self.numbers),
            json.dumps(asdict(self.setting)),
            json.dumps(asdict(self.plan)),
            repr([each.model_dump_json() for each in self.observations]),
        ]
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()

    @property
    def searched(self) -> list[int]:
        """Return the numbers that the search moves, by their place among all."""
        return [
            i for i, number in enumerate(self.numbers) if number.layer == "local" or number.record in FITTED
        ]

    def run(self) -> tuple["Fitted", PosteriorSample]:
        """Return the fit and the sample about it, from what is kept and what is still to be done."""
        fitted = self.fit()
        return fitted, self.sample(fitted)

    def problem(self, luck: dict[str, D] | None = None, emulator: Emulator | None = None) -> Problem:
        """Return the fit as a problem; with what is known of luck, that of its few seeds taken out and that
        of a town taken in."""
        problem = Problem(
            self.parameters, self.numbers, self.observations, self._simulator(), emulator=emulator
        )
        if luck is not None:
            problem.offset, problem.luck = luck["offset"], luck["luck"]
        return problem

    def _simulator(self) -> Simulator:
        return Simulator(self.setting, self.executor, tuple(range(self.plan.seeds)), self._progress)

    def _progress(self, done: int, of: int) -> None:
        if self.told is not None:
            self.told(self._stage, done, of)

    def fit(self) -> "Fitted":
        """Go from several starts to the best fit, freed of the luck of the seeds, and what each number does
        there."""
        which = self.searched
        ends = [
            self._kept(f"start-{i}", functools.partial(self._start, i, which))
            for i in range(self.plan.starts)
        ]
        best = min(ends, key=lambda end: float(end["loss"]))
        luck = self._kept("luck", lambda: self._luck(best["z"]))
        polished = self._kept("polished", lambda: self._polish(best["z"], which, luck))
        emulator = self.emulate(polished["z"])
        problem = self.problem(emulator=emulator)
        z, mean, covariance = polished["z"], polished["z"], np.eye(len(self.numbers))
        for _ in range(REPEATS):
            predicted = emulator(z)[0]
            problem.luck = luck_of(problem, emulator.noise, predicted) + np.diag(emulator.error**2)
            mean, covariance = laplace(problem, z, predicted, emulator.jacobian(z))
            z = mean
        return Fitted(
            mean,
            emulator(mean)[0],
            emulator.jacobian(mean),
            {"offset": np.zeros(len(self.observations)), "luck": problem.luck},
            loss(problem, mean, emulator(mean)[0]),
            tuple(float(end["loss"]) for end in ends),
            mean,
            covariance,
            emulator,
        )

    def emulate(self, centre: D) -> Emulator:
        """Return what all the numbers do, from many towns with numbers drawn about a fit: its own for those
        that the search moved, the whole prior for the others. In every other batch the town's own numbers are
        drawn from their priors: there the truths of a recovery lie."""
        each = [
            self._kept(f"towns-{i}", functools.partial(self._towns, i, centre))
            for i in range(self.plan.towns // self.plan.batch)
        ]
        zs = np.concatenate([one["z"] for one in each])
        towns = np.concatenate([one["towns"] for one in each])
        layer = np.array([one.layer for one in self.observations])
        local = np.array([number.layer == "local" for number in self.numbers])
        silent = (layer == "england")[:, None] & local[None, :]
        return learnt(centre, zs, towns, np.array(self.searched, np.intp), silent)

    def _towns(self, batch: int, centre: D) -> dict[str, D]:
        self._stage = f"what each number does, {batch + 1} of {self.plan.towns // self.plan.batch}"
        spread = np.ones(len(centre))
        spread[self.searched] = ABOUT
        if batch % 2:
            local = [number.layer == "local" for number in self.numbers]
            centre, spread = np.where(local, 0.0, centre), np.where(local, 1.0, spread)
        z = centre + spread * np.random.default_rng([DESIGN, batch]).standard_normal(
            (self.plan.batch, len(centre))
        )
        problem = self.problem()
        first = FIRST_OF_TOWNS + batch * self.plan.batch
        lives = [(problem.values(one), first + i, first + i) for i, one in enumerate(z)]
        return {"z": z, "towns": self._simulator().lived(lives)}

    def _start(self, number: int, which: Sequence[int]) -> dict[str, D]:
        self._stage = f"fit, start {number + 1} of {self.plan.starts}"
        start = np.zeros(len(self.numbers))
        if number:
            start[list(which)] = np.random.default_rng(number).normal(0.0, SCATTER, len(which))
        z, predicted, loss = search(self.problem(), start, which, self.plan.steps)
        return {"z": z, "predicted": predicted, "loss": np.array(loss)}

    def _polish(self, z: D, which: Sequence[int], luck: dict[str, D]) -> dict[str, D]:
        self._stage = "fit, with luck known"
        z, predicted, loss = search(self.problem(luck), z, which, self.plan.steps)
        return {"z": z, "predicted": predicted, "loss": np.array(loss)}

    def _luck(self, z: D) -> dict[str, D]:
        """Learn from many towns at one fit: the luck of the few seeds, and what chance does to a whole
        town."""
        self._stage = "what is luck"
        problem = self.problem()
        few = problem.predict([z])[0]
        # History is lived with effects as the cards leave them open: each of the many seeds has its own.
        pairs = [(seed, seed) for seed in range(FIRST_OF_MANY, FIRST_OF_MANY + self.plan.many_seeds)]
        towns = self._simulator().of_pairs(problem.values(z), pairs)
        mean = towns.mean(axis=0)
        luck = luck_of(problem, np.cov(towns, rowvar=False), mean)
        return {"offset": mean - few, "luck": luck, "towns": towns}

    def sample(self, fitted: "Fitted") -> PosteriorSample:
        """Draw about the fit, until enough of them are effective."""
        self._stage = "posterior"
        problem = self.problem(fitted.luck, fitted.emulator)
        return sampling.sample(
            problem,
            fitted.mean,
            fitted.covariance,
            self.plan.proposals,
            self.plan.most,
            enough=self.plan.enough,
            possible=functools.partial(sampling.can_be, problem),
        )

    def write(self, fitted: "Fitted", chosen: PosteriorSample, path: Path) -> Posterior:
        """Return the posterior as it ships, with what the data leave open."""
        problem = self.problem(fitted.luck, fitted.emulator)
        profile = self._kept("profile", lambda: self._profile(fitted))
        facts = {
            "key": self.key,
            "parameters": self.parameters.digest(),
            "plan": asdict(self.plan),
            "scale": self.setting.scale,
            "until": self.setting.until,
            "observations": [each.id for each in self.observations],
            identify.FACTS: identify.facts(
                problem, fitted.predicted, fitted.jacobian, fitted.covariance, self.searched,
                (fitted.loss, fitted.starts), (profile["directions"], profile["loss"]),
            ),
        }  # fmt: skip
        return sampling.write(path, problem, fitted.mean, chosen, self.plan.kept, facts)

    def _profile(self, fitted: "Fitted") -> dict[str, D]:
        self._stage = "what the data leave open"
        problem = self.problem(fitted.luck, fitted.emulator)
        _, _, worst = identify.weakest(problem, fitted.predicted, fitted.jacobian, self.searched)
        return {"directions": worst, "loss": identify.profiles(problem, fitted.mean, worst)}

    def _kept(self, name: str, make: Callable[[], dict[str, D]]) -> dict[str, D]:
        path = self.folder / f"{name}-{self.key[:12]}.npz"
        if path.is_file():
            with np.load(path) as found:
                return dict(found)
        made = make()
        _keep(path, made)
        return made


@dataclass(frozen=True)
class Fitted:
    """The best fit: `z`, its predictions, derivatives by all numbers, what is known of luck, the loss and
    that of each start; and the mean and covariance of the numbers given the data, were the model a line about
    it."""

    z: D
    predicted: D
    jacobian: D
    luck: dict[str, D]
    loss: float
    starts: tuple[float, ...]
    mean: D
    covariance: D
    emulator: Emulator


def _keep(path: Path, arrays: dict[str, Any]) -> None:
    aside = path.with_name(f".{path.name}.part")
    with aside.open("wb") as file:
        np.savez(file, **arrays)
    aside.replace(path)
