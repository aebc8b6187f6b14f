"""A study: scenarios, what is varied in them, in how many runs, and what is asked of each.

    study = Study.load("reach_by_budget")
    numbers = ParameterDraws.of(study.place)
    plan = study.plan(numbers)
    with Store.opened(folder) as store:
        carry_out(plan, store)
        table = study.outcomes(store, numbers)

Each point of the design changes every scenario; a scenario at a point is an arm, called "0007/baseline".
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.runs.draws import ParameterDraws, run_ids_of
from experiments.runs.ensemble import RunResult
from experiments.runs.keys import key_of
from experiments.runs.runner import RunPlan, jobs_of
from experiments.runs.store import Store
from experiments.studies import design as designs
from experiments.studies import study_file
from experiments.studies.design import Design, Factor, Value
from experiments.studies.outcomes import Reader
from experiments.studies.places import called, in_places, places_varied
from experiments.studies.study_file import Asked, StudyFile
from model.io import files
from model.io.errors import InputError, key_path, shown, unknown
from model.scenario.effect import effect_key
from model.scenario.keys import overwrite, programme_of
from model.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

_ALIKE: Final = ("place", "scale", "until", "record")
_PROGRAMME: Final = "programmes."
_OF_WHAT_IS_DONE: Final = (
    "alliance.",
    "effects.",
    "switches.alliance",
    "switches.stacking",
    "switches.dose_cap",
    "switches.youth_voice",
)
"""Keys that change nothing where nothing is done: such a scenario is run once, not once a point."""
_NOT_VARIED: Final = {
    "until": "figures of a year are the same whenever a run ends",
    "record": "it says what is kept of a run",
}
"""Keys that no study varies, and why."""


@dataclass(frozen=True, eq=False)
class Study:
    """A study, checked. `scenarios` are those of its file by name, with its year and size; `unmoved` are the
    labels of the factors that change nothing in a scenario, by its name. Make it with `load` or `of`."""

    name: str
    file: StudyFile
    scenarios: Mapping[str, Scenario]
    unmoved: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @staticmethod
    def load(name_or_path: str | Path, places: Sequence[str] = ()) -> "Study":
        """Return the study of that name in `scenarios/studies/`, or of a file whose path ends in `.toml`; in
        these places, which it varies where there are several. Raises InputError."""
        file, path = study_file.read(name_or_path)
        return Study.of(in_places(file, places), path.stem, path.parent, files.shown_path(path))

    @staticmethod
    def of(file: StudyFile, name: str, folder: Path, where: str = "") -> "Study":
        """Return the study of a file, with the scenarios and places that it names; paths among them start
        from `folder`. Raises InputError."""
        try:
            file = called(file, folder)
            study = Study(name, file, _scenarios(file, folder))
            study = replace(study, unmoved=study._checked())
        except InputError as error:
            raise error.inside(where) from None
        return study

    def changed(self, draws: int | None = None, seeds: int | None = None) -> "Study":
        """Return the same with other numbers of draws and seeds. Raises InputError."""
        content = self.file.model_dump(exclude_unset=True)
        for key, value in (("draws", draws), ("seeds", seeds)):
            if value is not None:
                content[key] = value
        return replace(self, file=study_file.of(content))

    @property
    def place(self) -> str:
        """Return the place of all its scenarios; the first where it varies places."""
        return next(iter(self.scenarios.values())).place

    @property
    def places(self) -> tuple[str, ...]:
        """Return the places in which it is run."""
        return places_varied(self.file) or (self.place,)

    @property
    def title(self) -> str:
        """Return what a reader would call it."""
        return self.file.title

    @property
    def factors(self) -> tuple[Factor, ...]:
        """Return what is varied, in the order of the file."""
        return self.file.factors

    @property
    def design(self) -> Design:
        """Return how its points are laid. Raises InputError where it varies nothing."""
        if self.file.design is None:
            raise InputError(f"the study '{self.name}' varies nothing: it has no factors")
        return self.file.design

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Return what is asked of each run."""
        return self.file.outcomes

    @property
    def against(self) -> str | None:
        """Return the name of the scenario that differences are to; None where there is none."""
        return self.file.against or None

    @cached_property
    def points(self) -> list[dict[str, Value]]:
        """Return what each point changes, by key; one that changes nothing where nothing is varied."""
        return designs.points(self.factors, self.design) if self.factors else [{}]

    @property
    def idle(self) -> list[str]:
        """Return a sentence for each scenario in which some of what is varied changes nothing."""
        every = len(self.factors)
        return [
            f"{name} is the same at every point: nothing in it depends on what is varied."
            if len(labels) == every
            else f"In {name} nothing depends on: {', '.join(labels)}."
            for name, labels in self.unmoved.items()
        ]

    def levels(self) -> "pd.DataFrame":
        """List what each point changes: a row a point, by number, and a column a factor, called by its key.
        Numbers are numbers; values of more than one kind ("unlimited" among pounds) are text."""
        import pandas as pd

        columns = {factor.key: [point[factor.key] for point in self.points] for factor in self.factors}
        typed = {key: _of_one_kind(values) for key, values in columns.items()}
        return pd.DataFrame(typed, index=pd.RangeIndex(len(self.points), name="point"))

    def key(self) -> str:
        """Return 32 hexadecimal digits of what it varies in which scenarios, whatever is asked of the runs,
        and in how many. The scenarios count by name: a scenario that has changed leaves the key as it is."""
        kept = {"scenarios", "until", "scale", "design", "factors"} | (
            {"place"} if self.file.place else set()
        )
        return key_of(self.file.model_dump_json(include=kept))

    @cached_property
    def arm_names(self) -> list[tuple[int, str, str]]:
        """Point, scenario and name of each arm."""
        width = max(4, len(str(len(self.points) - 1)))
        return [
            (point, scenario, f"{point:0{width}d}/{scenario}")
            for point in range(len(self.points))
            for scenario in self.scenarios
        ]

    def arms(self) -> dict[str, Scenario]:
        """Return the scenarios at each point, by name, "0007/baseline". Raises InputError where one cannot
        be."""
        return {
            name: self._changed(scenario, self.points[point], point)
            for point, scenario, name in self.arm_names
        }

    def plan(self, numbers: ParameterDraws) -> RunPlan:
        """Return its runs: every arm in every cell, with these numbers, and in places beyond the first with
        those of each. Raises InputError where a place has not so many draws."""
        others = tuple(ParameterDraws.of(place) for place in self.places if place != numbers.place)
        for each in (numbers, *others):
            draws = each.chosen(self.file.draws)
        arms = self.arms()
        return RunPlan(arms, jobs_of(arms, run_ids_of(draws, range(self.file.seeds))), numbers, others)

    def outcomes(self, store: Store, numbers: ParameterDraws, plan: RunPlan | None = None) -> "pd.DataFrame":
        """Return what was asked, of each finished run: point, scenario, draw, seed, outcome (its label),
        value, and difference, value less that of the scenario `against` at the same point, draw and seed (NaN
        for that one itself, and where its run is missing); then the levels of the point, a column a factor.
        Runs that are not finished have no row. Raises InputError."""
        plan = self.plan(numbers) if plan is None else plan
        reader = Reader(self.asked, next(iter(self.scenarios.values())))
        values = {key: reader.values(plan.arms, arm, life) for key, arm, life in _each(plan, store, reader)}
        return self._framed(plan, values)

    def _framed(self, plan: RunPlan, values: Mapping[str, tuple[float, ...]]) -> "pd.DataFrame":
        import pandas as pd

        of_arm = {name: (point, scenario) for point, scenario, name in self.arm_names}
        labels = [asked.label for asked in self.asked]
        rows = [
            (*of_arm[job.arm], job.cell.draw, job.cell.seed, label, value)
            for job, key in plan.keys.items()
            if key in values
            for label, value in zip(labels, values[key], strict=True)
        ]
        frame = pd.DataFrame(rows, columns=["point", "scenario", "draw", "seed", "outcome", "value"])
        frame["point"] = frame["point"].astype("int64")  # one without rows has no kind of its own
        frame["difference"] = float("nan")
        if self.against is not None:
            cell = ["point", "draw", "seed", "outcome"]
            of_other = frame[frame["scenario"] == self.against].set_index(cell)["value"]
            other = of_other.reindex(pd.MultiIndex.from_frame(frame[cell])).to_numpy()
            ours = (frame["scenario"] == self.against).to_numpy()
            frame["difference"] = (frame["value"] - other).mask(ours)
        return frame.join(self.levels(), on="point")

    def _changed(self, name: str, changes: Mapping[str, Value], point: int) -> Scenario:
        scenario = self.scenarios[name]
        mine = {key: value for key, value in changes.items() if _applies(key, scenario)}
        if not mine:
            return scenario
        try:
            return scenario.changed(mine)
        except InputError as error:
            raise error.inside(f"point {point} of {name}") from None

    def _checked(self) -> dict[str, tuple[str, ...]]:
        """Try each factor by itself, at all its values or both ends, and all of them together.

        Returns:
            The labels of the factors that change nothing in a scenario, by its name.

        Raises:
            InputError: a factor cannot be varied so, writes what another one writes, or changes nothing in
                any scenario.
        """
        if self.factors:
            designs.check(self.factors, self.design)
        first = next(iter(self.scenarios.values()))
        for place in self.places:
            Reader(self.asked, first if place == first.place else first.changed(place=place))
        names = {use.name for each in self.scenarios.values() for use in each.programmes}
        _check_apart(self.factors, self.file, names)
        unmoved: dict[str, tuple[str, ...]] = dict.fromkeys(self.scenarios, ())
        for position, factor in enumerate(self.factors):
            at = key_path(("factors", position))
            concerned = {name: each for name, each in self.scenarios.items() if _applies(factor.key, each)}
            if not concerned:
                raise _concerns_none(factor, self.scenarios, at)
            idle = {name for name, each in concerned.items() if self._is_idle(factor, name, each, at)}
            if idle == set(concerned):
                problem = f"changes nothing: no figure of {', '.join(concerned)} depends on it"
                raise InputError(problem, at=f"{at}.key", value=factor.key)
            for name in self.scenarios:
                if name in idle or name not in concerned:
                    unmoved[name] += (factor.label,)
        return {name: labels for name, labels in unmoved.items() if labels}

    def _is_idle(self, factor: Factor, name: str, scenario: Scenario, at: str) -> bool:
        """Tell whether a factor changes nothing in a scenario, wherever the others are. Raises InputError
        where it cannot have its values, or two of them are the same."""
        levels = factor.values or _ends(factor)
        tried = [_try(scenario, name, factor, value, at) for value in levels]
        keys = [made.key() for made in tried]
        for position, value in enumerate(levels):
            first = keys.index(keys[position])
            if first < position and len(set(keys)) > 1:
                problem = f"says the same in {name} as {shown(levels[first])}"
                raise InputError(problem, at=f"{at}.values", value=value)
        if len({effect_key(made) for made in tried}) > 1:
            return False
        # Others may have to move for it to count, as a reach does from nothing.
        for end in (0, -1):
            others = {each.key: _ends(each)[end] for each in self.factors if _applies(each.key, scenario)}
            try:
                both = [scenario.changed({**others, factor.key: value}) for value in _ends(factor)]
            except InputError:
                continue  # such a corner cannot be; the points of the design are checked where they are made
            if effect_key(both[0]) != effect_key(both[1]):
                return False
        return True


def _of_one_kind(values: Sequence[Value]) -> list[Value]:
    """Return the values as a column can have them: all true or false, all numbers, or else all text, as a
    file has them."""
    if all(isinstance(value, bool) for value in values):
        return [*values]
    if not any(isinstance(value, bool | str) for value in values):
        return [*values]
    return [value if isinstance(value, str) else shown(value) for value in values]


def _each(plan: RunPlan, store: Store, reader: Reader) -> Iterator[tuple[str, str, RunResult]]:
    """Yield the finished runs of a plan, with their keys and one of their arms."""
    arms = {key: job.arm for job, key in plan.keys.items()}
    for key, life in store.each(arms, reader.series):
        yield key, arms[key], life


def _ends(factor: Factor) -> tuple[Any, Any]:
    """Return its first and last, or lowest and highest value."""
    values = factor.listed or (factor.low, factor.high)
    return values[0], values[-1]


def _check_apart(factors: Sequence[Factor], file: StudyFile, names: Collection[str]) -> None:
    """Raise InputError where two factors write the same, so that one would silently replace the other, or a
    factor writes what the study says, or what no study varies."""
    for position, factor in enumerate(factors):
        at = key_path(("factors", position, "key"))
        if factor.key in _NOT_VARIED:
            raise InputError(f"cannot be varied: {_NOT_VARIED[factor.key]}", at=at, value=factor.key)
        if (factor.key == "scale" and file.scale is not None) or (factor.key == "place" and file.place):
            raise InputError("is varied, and given by the study besides", at=at, value=factor.key)
        for other in factors[:position]:
            if overwrite(other.key, factor.key, names):
                problem = f"replaces {other.key}, which is varied too; vary one of them"
                raise InputError(problem, at=at, value=factor.key)


def _try(scenario: Scenario, name: str, factor: Factor, value: Any, at: str) -> Scenario:
    try:
        return scenario.changed({factor.key: value})
    except InputError as error:
        problem = error.inside("").problem
        raise InputError(
            f"cannot be {value!r} in {name}: {problem}",
            at=f"{at}.key",
            value=factor.key,
            allowed=error.allowed,
            hint=error.hint,
        ) from None


def _applies(key: str, scenario: Scenario) -> bool:
    """Tell whether a factor concerns a scenario: one of a programme only where that programme is done, one of
    what is done only where anything is."""
    if key.startswith(_PROGRAMME):
        names = {use.name for use in scenario.programmes}
        return programme_of(key, names) in names
    return scenario.acting or not key.startswith(_OF_WHAT_IS_DONE)


def _concerns_none(factor: Factor, scenarios: Mapping[str, Scenario], at: str) -> InputError:
    if factor.key.startswith(_PROGRAMME):
        known = sorted({use.name for each in scenarios.values() for use in each.programmes})
        word = programme_of(factor.key, known) or ""
        return unknown("a programme of these scenarios", word, known, at=f"{at}.key", value=factor.key)
    problem = "changes nothing: in none of these scenarios is anything done"
    return InputError(problem, at=f"{at}.key", value=factor.key)


def _scenarios(file: StudyFile, folder: Path) -> dict[str, Scenario]:
    found: dict[str, Scenario] = {}
    place = (*places_varied(file), file.place)[0] or None
    changes = {key: value for key in ("until", "scale") if (value := getattr(file, key)) is not None}
    for position, written in enumerate(file.scenarios):
        at = key_path(("scenarios", position))
        try:
            scenario = Scenario.load(folder / written if written.endswith(".toml") else written, place)
        except InputError as error:
            raise error if error.where else error.inside("", at) from None
        if scenario.name in found:
            raise InputError("is named twice", at=at, value=written)
        found[scenario.name] = scenario.changed(changes) if changes else scenario
    first = next(iter(found.values()))
    for position, scenario in enumerate(found.values()):
        for key in _ALIKE:
            if getattr(scenario, key) != getattr(first, key):
                raise InputError(
                    f"has {key} = {getattr(scenario, key)!r}, and {first.name} has "
                    f"{getattr(first, key)!r}: scenarios of a study must be alike in this",
                    at=key_path(("scenarios", position)),
                    value=scenario.name,
                )
    if file.against and file.against not in found:
        raise unknown("a scenario of this study", file.against, found, at="against", value=file.against)
    return found
