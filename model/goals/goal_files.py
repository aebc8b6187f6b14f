"""Goal files: what a town wants to reach, as people write it, and whether what they wrote makes sense."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError

from model.io import files
from model.io.errors import InputError, unknown
from model.io.toml import first_fault, load_toml

type Status = Literal["published", "derived", "area_proxy", "prior_only"]
type Comparison = Literal["at_least", "at_most", "above", "below"]
type Basis = Literal["mainstream", "state_funded", "residence"]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_EARLIEST, _LATEST = 1998, 2048


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class FixedNumber(_Checked):
    """A number that stands in the goal itself, in the indicator's unit (shares in per cent)."""

    kind: Literal["number"]
    value: float


class Baseline(_Checked):
    """The town's own figure of the baseline year."""

    kind: Literal["baseline"]


class ShareOfBaseline(_Checked):
    """A share of the town's own figure of the baseline year. It is decided a second time on
    `latent_indicator`, the quantity behind the figure, because chance alone can halve a figure."""

    kind: Literal["share_of_baseline"]
    share: float = Field(gt=0, le=1)
    latent_indicator: str | None = None


class EnglandFigure(_Checked):
    """England's figure, or gap, of the goal's year or of `year`. What is left out is as in the part."""

    kind: Literal["england"]
    indicator: str | None = None
    group: str | None = None
    minus_group: str | None = None
    year: int | None = Field(default=None, ge=_EARLIEST, le=_LATEST)


class DistrictMedian(_Checked):
    """The median of the English districts. What is left out is as in the part."""

    kind: Literal["district_median"]
    indicator: str | None = None
    group: str | None = None


class DistrictBestTenth(_Checked):
    """The figure that the best tenth of the English districts reaches. What is left out is as in the part."""

    kind: Literal["district_best_tenth"]
    indicator: str | None = None
    group: str | None = None


class NotAvailable(_Checked):
    """There is no figure to compare with, and why."""

    kind: Literal["not_available"]
    why: str = Field(min_length=1)


Reference = Annotated[
    FixedNumber
    | Baseline
    | ShareOfBaseline
    | EnglandFigure
    | DistrictMedian
    | DistrictBestTenth
    | NotAvailable,
    Field(discriminator="kind"),
]
"""What a part is compared with; its `kind` says which."""


class Part(_Checked):
    """One comparison: an indicator of a group, or the gap group minus `minus_group`, against a reference. A
    part with `counts = false` is shown and does not decide. `year` is its own year where that is not the
    goal's."""

    label: str = Field(min_length=1)
    indicator: str
    group: str
    minus_group: str | None = None
    comparison: Comparison
    reference: Reference
    basis: Basis
    counts: bool = True
    year: int | None = Field(default=None, ge=_EARLIEST, le=_LATEST)

    @property
    def direction(self) -> int:
        """Return 1 where it asks for more, -1 where it asks for less."""
        return 1 if self.comparison in ("at_least", "above") else -1


class Goal(_Checked):
    """One goal; reached when all its parts that count are. `section` and `rung` say where a table puts it."""

    id: str
    title: str = Field(min_length=1)
    section: str = ""
    rung: str = ""
    year: int = Field(ge=_EARLIEST, le=_LATEST)
    baseline_year: int = Field(default=2017, ge=_EARLIEST, le=_LATEST)
    birth_cohort: int | None = Field(default=None, ge=1960, le=_LATEST)
    baseline_status: Status
    source: str = Field(min_length=1)
    note: str = ""
    parts: Annotated[tuple[Part, ...], BeforeValidator(_as_tuple)] = Field(min_length=1)

    @property
    def available(self) -> bool:
        """Tell whether every part that counts has something to be compared with."""
        return not any(part.counts and isinstance(part.reference, NotAvailable) for part in self.parts)

    @property
    def counted(self) -> bool:
        """Tell whether it is one of the goals that can be checked: not on an assumed start, and available."""
        return self.baseline_status != "prior_only" and self.available

    @property
    def deciding(self) -> Part:
        """Return the first part that counts."""
        return next(part for part in self.parts if part.counts)

    @property
    def reads(self) -> frozenset[tuple[str, str]]:
        """Return (indicator, group) of the town's figures that it is decided on, those of the skill behind
        among them."""
        found: set[tuple[str, str]] = set()
        for part in self.parts:
            latent = part.reference.latent_indicator if isinstance(part.reference, ShareOfBaseline) else None
            names, groups = (part.indicator, latent), (part.group, part.minus_group)
            found |= {(name, group) for name in names for group in groups if name and group}
        return frozenset(found)

    def year_of(self, part: Part) -> int:
        """Return the year in which a part is decided: its own, or the goal's."""
        return self.year if part.year is None else part.year


class GoalFile(_Checked):
    """A file of goals; `own_reading` says that its aims are this project's and nobody else's, `place` whose
    they are alone: a place by name, or by the path of its folder from the file; empty for any place's."""

    title: str = Field(min_length=1)
    notes: str = ""
    own_reading: bool
    place: str = ""
    goals: Annotated[tuple[Goal, ...], BeforeValidator(_as_tuple)] = Field(min_length=1)
    _name: str = PrivateAttr("")
    _folder: Path = PrivateAttr(Path())

    @property
    def name(self) -> str:
        """Return the name of its file without `.toml`; empty for goals that were not loaded."""
        return self._name

    @property
    def folder(self) -> Path:
        """Return the folder of its file, from which a path in it starts; the current one for goals that were
        not loaded."""
        return self._folder

    @classmethod
    def load(cls, name_or_path: str | Path, known: Mapping[str, Sequence[str]] | None = None) -> Self:
        """Return the goals of that name in `scenarios/goals/`, or of a file whose path ends in `.toml`.
        `known` gives the groups of each indicator that the model reports; with it, indicators and groups are
        checked too. Raises InputError."""
        path = files.resolve(name_or_path, files.goal_files(), "goal file")
        goals = cls.of(load_toml(path), known, where=files.shown_path(path), name=path.stem)
        goals._folder = path.parent
        return goals

    @classmethod
    def of(
        cls,
        content: Mapping[str, Any],
        known: Mapping[str, Sequence[str]] | None = None,
        *,
        where: str = "",
        name: str = "",
    ) -> Self:
        """Return the goals with that content, as a TOML file would have it. Raises InputError for the first
        fault."""
        try:
            goals = cls.model_validate(dict(content))
            check_sense(goals)
            if known is not None:
                check_names(goals, known)
        except ValidationError as error:
            raise first_fault(error, cls, content, where) from None
        except InputError as error:
            raise error.inside(where) from None
        goals._name = name
        return goals


def check_sense(goals: GoalFile) -> None:
    """Raise InputError where goals that are well written make no sense: an id twice, years reversed, no part
    that counts, a gap of a group to itself, a district's figure for a gap."""
    seen: set[str] = set()
    for number, goal in enumerate(goals.goals):
        at = f"goals[{number}]"
        if not _ID.fullmatch(goal.id):
            raise InputError("is no id", at=f"{at}.id", value=goal.id, allowed="letters, digits, . _ -")
        if goal.id in seen:
            raise InputError("is the id of an earlier goal too", at=f"{at}.id", value=goal.id)
        seen.add(goal.id)
        if not any(part.counts for part in goal.parts):
            raise InputError("must have a part that counts", at=f"{at}.parts")
        if goal.birth_cohort is not None and goal.birth_cohort > goal.year:
            problem = f"must not be after year = {goal.year}"
            raise InputError(problem, at=f"{at}.birth_cohort", value=goal.birth_cohort)
        for place, part in enumerate(goal.parts):
            own = part.year is not None
            if goal.baseline_year >= (part.year if part.year is not None else goal.year):
                problem = f"must be after baseline_year = {goal.baseline_year}"
                year_at = f"{at}.parts[{place}].year" if own else f"{at}.year"
                raise InputError(problem, at=year_at, value=part.year if own else goal.year)
            _check_part(part, f"{at}.parts[{place}]")


def _check_part(part: Part, at: str) -> None:
    reference = part.reference
    if part.minus_group == part.group:
        raise InputError("must be another group than group", at=f"{at}.minus_group", value=part.minus_group)
    if isinstance(reference, DistrictMedian | DistrictBestTenth) and part.minus_group is not None:
        raise InputError(
            "cannot be used for a gap: the districts' figures are of groups and not of gaps",
            at=f"{at}.reference.kind",
            value=reference.kind,
        )
    if (
        isinstance(reference, EnglandFigure)
        and reference.minus_group is not None
        and part.minus_group is None
    ):
        at = f"{at}.reference.minus_group"
        raise InputError("needs a minus_group in the part too", at=at, value=reference.minus_group)


def check_names(
    goals: GoalFile,
    known: Mapping[str, Sequence[str]],
    england: Mapping[str, Sequence[str]] | None = None,
    districts: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Raise InputError, with the nearest spelling, where a goal names an indicator that is not in `known`, or
    a group that `known` does not give for it; where they are given, so for England's series and the
    districts'."""
    for number, goal in enumerate(goals.goals):
        for place, part in enumerate(goal.parts):
            at, reference = f"goals[{number}].parts[{place}]", part.reference
            own = {"group": part.group, "minus_group": part.minus_group}
            _check_name(known, "an indicator", part.indicator, f"{at}.indicator", own, at)
            if isinstance(reference, ShareOfBaseline) and reference.latent_indicator is not None:
                latent_at = f"{at}.reference.latent_indicator"
                _check_name(known, "an indicator", reference.latent_indicator, latent_at, own, at)
            if isinstance(reference, EnglandFigure | DistrictMedian | DistrictBestTenth):
                at += ".reference"
                there, what = districts, "an indicator of the districts"
                compared = {"group": reference.group or part.group}
                if isinstance(reference, EnglandFigure):
                    there, what = england, "a series of England"
                    compared["minus_group"] = reference.minus_group or part.minus_group or ""
                indicator = reference.indicator or part.indicator
                _check_name(there, what, indicator, f"{at}.indicator", compared, at)


def _check_name(
    known: Mapping[str, Sequence[str]] | None,
    what: str,
    indicator: str,
    indicator_at: str,
    groups: Mapping[str, str | None],
    at: str,
) -> None:
    if known is None:
        return
    if indicator not in known:
        raise unknown(what, indicator, known, at=indicator_at)
    for key, group in groups.items():
        if group and group not in known[indicator]:
            raise unknown(f"a group of {indicator}", group, known[indicator], at=f"{at}.{key}")


def json_schema() -> dict[str, Any]:
    """Return JSON Schema of a goal file, by which an editor completes and checks it."""
    return GoalFile.model_json_schema()
