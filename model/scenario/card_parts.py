"""The tables of a programme's card: an effect, cost, reach, take-up, usual provision and practice."""

from typing import Annotated, Literal

from pydantic import Field

from model.calendar import LAST_AGE
from model.io.errors import InputError, unknown
from model.io.schema import LISTED, Checked
from model.rules.persistence import Parts, parts_of
from model.scenario.by_year import Share
from model.scenario.levers import ACTS, LEVERS, Form, Lever, Route, Unit

type Per = Literal[
    "child", "family", "school", "teacher", "new_teacher", "hire", "pupil", "child_in_area", "act"
]
type Grade = Literal["A", "B", "C", "D", "J"]

_FADING = ("keep1", "keep5")
_BUILDING = ("builds_from", "builds_to", "exposure_years")
_ACTING = ACTS["gain"].keys
"""Keys of an effect that some levers do not read."""


Age = Annotated[int, Field(ge=0, le=LAST_AGE)]
Ages = Annotated[tuple[Age, Age], LISTED]
"""First and last academic age (year less birth cohort), in order."""


class Effect(Checked):
    """What one unit of a programme does to one lever, on whom, when, and how it lasts."""

    lever: str = Field(description="What it moves: a name of model.scenario.levers.LEVERS.")
    mean: float = Field(description="Central size, in `unit`.")
    sd: float = Field(ge=0, description="Uncertainty of the size, in `unit`.")
    unit: Unit = Field(description="Unit of the size; points and per cent are turned into the lever's own.")
    grade: Grade = Field(default="J", description="How well the size is known.")
    note: str = ""
    effect_is_for: Literal["treated_mean", "disadvantaged", "others"] = Field(
        default="treated_mean", description="Whose effect the mean is."
    )
    estimand: Literal["treated", "offered"] = Field(
        default="treated",
        description="Effect of taking part, or of being offered (whatever the take-up).",
    )
    disadvantaged_ratio: float = Field(
        default=1.0, ge=0, le=20, description="Effect on disadvantaged children over that on others."
    )
    ratio_sd: float = Field(default=0.0, ge=0, description="Uncertainty of that ratio.")
    lag: int = Field(default=0, ge=0, le=20, description="Academic years from delivery to effect.")
    form: Form = Field(description="How it lasts.")
    keep1: Share | None = Field(default=None, description="Share left after one year (fades).")
    keep5: Share | None = Field(default=None, description="Share left after five years (fades).")
    builds_from: Age | None = Field(default=None, description="Age at which a building effect starts.")
    builds_to: Age | None = Field(default=None, description="Age at which it is whole.")
    exposure_years: int | None = Field(default=None, ge=1, le=20, description="Years served for all of it.")
    ages: Ages | None = Field(default=None, description="Only on children of these ages, first and last.")
    base_rate: float | None = Field(
        default=None, gt=0, lt=1, description="Rate at which points become log-odds."
    )
    low_attainer_ratio: float | None = Field(
        default=None, ge=0, le=20, description="Effect on the lowest fifth over that on the others."
    )
    accrues_to: float | None = Field(
        default=None, gt=0, description="Most that repeated delivery adds up to on one child, in `unit`."
    )
    at_most: int | None = Field(default=None, ge=1, description="Units after which there is no more effect.")
    scaled_by: Literal["novices", "benchmarks"] | None = Field(
        default=None,
        description="Times the share of staff in their first two years, or the benchmarks it has brought.",
    )
    ratio_by: Literal["child", "school"] = Field(
        default="child",
        description="Whether the ratio is between children, or between the fifth of schools with most free "
        "meals and the others.",
    )

    @property
    def moves(self) -> Lever:
        """The lever that it moves."""
        return LEVERS[self.lever]

    def parts(self) -> Parts:
        """How it lasts, as parts."""
        return parts_of(self.form, self.keep1, self.keep5)

    def check(self, at: str, to: Route) -> None:
        """Check that its keys go together and all act where the card is delivered `to`; `at` is its key path.

        Raises:
            InputError: they do not.
        """
        if self.lever not in LEVERS:
            raise unknown("a lever", self.lever, LEVERS, at=f"{at}.lever")
        if to not in self.moves.routes:
            problem = f'is moved by no programme with delivered_to = "{to}"'
            raise InputError(problem, at=f"{at}.lever", value=self.lever, allowed=through(self.moves))
        for key, allowed in (("unit", self.moves.units_allowed), ("form", ACTS[self.moves.way].forms)):
            if getattr(self, key) not in allowed:
                problem = f"is no {key} of {self.lever}"
                raise InputError(
                    problem, at=f"{at}.{key}", value=getattr(self, key), allowed=", ".join(allowed)
                )
        self._check_form(at)
        for key in _ACTING:
            value = getattr(self, key)
            if value != Effect.model_fields[key].default and key not in self.moves.keys(to):
                problem = f'does nothing to {self.lever} where delivered_to = "{to}"'
                raise InputError(problem, at=f"{at}.{key}", value=value, allowed="nothing: leave it out")
        points = self.unit == "pp" and self.moves.unit == "log-odds"
        if points and self.base_rate is None:
            raise InputError(
                "is missing: points of a chance need the rate they start from", at=f"{at}.base_rate"
            )
        if not points and self.base_rate is not None:
            problem = f'is of use only where unit = "pp" on a lever in log-odds, and this is {self.lever}'
            raise InputError(problem, at=f"{at}.base_rate", value=self.base_rate)
        if self.unit == "percent" and self.mean <= -100:
            raise InputError("must be above -100 per cent", at=f"{at}.mean", value=self.mean)
        if self.ages is not None:
            check_ages(self.ages, f"{at}.ages")
        if self.lag and self.form == "builds_to_age" and to != "school":
            raise InputError('does nothing with form = "builds_to_age"', at=f"{at}.lag", value=self.lag)

    def _check_form(self, at: str) -> None:
        needed = {"fades": _FADING, "builds_to_age": _BUILDING}.get(self.form, ())
        for key in (*_FADING, *_BUILDING):
            value = getattr(self, key)
            if key in needed and value is None:
                raise InputError(f'is missing: form = "{self.form}" needs it', at=f"{at}.{key}")
            if key not in needed and value is not None:
                raise InputError(f'does not go with form = "{self.form}"', at=f"{at}.{key}", value=value)
        check_falling(self.keep1, self.keep5, at)
        if self.builds_from is not None and self.builds_to is not None and self.builds_to <= self.builds_from:
            problem = f"must be above builds_from = {self.builds_from}"
            raise InputError(problem, at=f"{at}.builds_to", value=self.builds_to)


class Cost(Checked):
    """What a unit costs, pounds of 2017."""

    low: float = Field(ge=0)
    high: float = Field(ge=0)
    per: Per = Field(description="The unit; pupils and children in the area are those of the card's ages.")
    note: str = ""

    @property
    def middle(self) -> float:
        """The middle of the range, pounds of 2017."""
        return (self.low + self.high) / 2


class Reach(Checked):
    """The share of the eligible that a town can reach in earnest."""

    low: Share
    high: Share
    words: str = Field(min_length=1)


class TakeUp(Checked):
    """Who of those offered takes part."""

    rate: Share = Field(description="Share who take part, at the mean family position.")
    tilt: float = Field(default=0.0, ge=-3, le=3, description="Log-odds an SD of family position.")
    once: bool = Field(default=True, description="Whether a child is served once only.")
    note: str = ""


class UsualProvision(Checked):
    """The share of the eligible (all children of the card's ages, or all schools) that England serves anyway:
    straight lines between years, 0 before the first, the last one held."""

    years: Annotated[tuple[int, ...], LISTED, Field(min_length=1)]
    shares: Annotated[tuple[Share, ...], LISTED, Field(min_length=1)]
    grade: Grade = "J"
    note: str = ""

    def share(self, year: int) -> float:
        """The share in one year."""
        if year < self.years[0]:
            return 0.0
        for i in range(1, len(self.years)):
            if year <= self.years[i]:
                before, after = self.years[i - 1], self.years[i]
                return self.shares[i - 1] + (self.shares[i] - self.shares[i - 1]) * (year - before) / (
                    after - before
                )
        return self.shares[-1]

    def check(self, at: str) -> None:
        """Raises InputError where years and shares do not go together; `at` is its key path."""
        if len(self.years) != len(self.shares):
            problem = f"must have one share a year: {len(self.years)} years, {len(self.shares)} shares"
            raise InputError(problem, at=f"{at}.shares")
        if any(b <= a for a, b in zip(self.years, self.years[1:], strict=False)):
            raise InputError("must rise", at=f"{at}.years", value=list(self.years))


class Practice(Checked):
    """Changed practice in a school: how much of it comes about, and how it stays."""

    implements: Share = Field(
        default=1.0, description="Share of those trained who change, relative to routine delivery."
    )
    follows_staff: bool = Field(default=True, description="Whether what is held leaves with those who leave.")
    form: Literal["fades", "while_delivered", "lasting"] = Field(description="How it stays.")
    keep1: Share | None = None
    keep5: Share | None = None
    note: str = ""

    def parts(self) -> Parts:
        """How it stays, as parts."""
        return parts_of(self.form, self.keep1, self.keep5)

    def check(self, at: str) -> None:
        """Raises InputError where form and shares left do not go together; `at` is its key path."""
        for key in _FADING:
            value = getattr(self, key)
            if self.form == "fades" and value is None:
                raise InputError('is missing: form = "fades" needs it', at=f"{at}.{key}")
            if self.form != "fades" and value is not None:
                raise InputError(f'does not go with form = "{self.form}"', at=f"{at}.{key}", value=value)
        check_falling(self.keep1, self.keep5, at)


def through(lever: Lever) -> str:
    """Say through what a lever can be moved, for an error."""
    to = [f'"{route}"' for route in lever.routes if route != "act"]
    return " or ".join(
        [*([f"delivered_to = {', '.join(to)}"] if to else []), *(["an act"] if "act" in lever.routes else [])]
    )


def check_falling(keep1: float | None, keep5: float | None, at: str) -> None:
    """Raises InputError where more is left after five years than after one."""
    if keep1 is not None and keep5 is not None and keep5 > keep1:
        raise InputError(f"must not be above keep1 = {keep1:g}", at=f"{at}.keep5", value=keep5)


def check_ages(ages: tuple[int, int], at: str) -> None:
    """Raises InputError where the first age is above the last."""
    if ages[1] < ages[0]:
        problem, allowed = "has its ages reversed", f"[{ages[1]}, {ages[0]}]"
        raise InputError(problem, at=at, value=list(ages), allowed=allowed)


def check_range(low: float, high: float, at: str) -> None:
    """Raises InputError where the low end is above the high one."""
    if high < low:
        raise InputError(f"must be at least low = {low:g}", at=f"{at}.high", value=high)
