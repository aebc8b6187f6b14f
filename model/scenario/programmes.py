"""What a scenario says is done: programmes, pilots, what organisations change, and the alliance that
decides."""

import math
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from model.calendar import LAST_YEAR
from model.io.errors import ABSENT, InputError, nearest
from model.io.errors import listed as in_words
from model.io.schema import LISTED, Checked, part
from model.scenario.by_year import Ages, Budget, InSchools, Places, Reach, Share, Year
from model.scenario.card_parts import Grade


class Who(Checked):
    """Whom a programme is for. What is said must all hold; what is not said does not restrict."""

    disadvantaged: bool = Field(default=False, description="Only disadvantaged children.")
    fsm: bool = Field(default=False, description="Only children with free school meals.")
    sen: bool = Field(default=False, description="Only children with special educational needs.")
    eal: bool = Field(default=False, description="Only children with another first language than English.")
    neet: bool = Field(default=False, description="Only those in no education, employment or training.")
    wards: Annotated[tuple[str, ...], LISTED] = Field(default=(), description="Only these wards, by name.")
    poorest_wards: int | None = Field(
        default=None, ge=1, description="Only this number of wards, those with most income-deprived children."
    )
    schools: Annotated[tuple[str, ...], LISTED] = Field(
        default=(), description="Only these schools, by name."
    )
    phases: Annotated[tuple[str, ...], LISTED] = Field(default=(), description="Only these kinds of school.")
    lowest: float | None = Field(
        default=None, gt=0, le=1, description="Only this share of the eligible, those furthest behind."
    )
    at_risk: float | None = Field(
        default=None, gt=0, le=1, description="Only this share of the eligible, those most at risk of NEET."
    )

    @model_validator(mode="before")
    @classmethod
    def _somebody(cls, content: Any) -> Any:
        """Return a list left empty in a file could mean nobody or everybody, so it is refused."""
        if isinstance(content, Mapping):
            for key in ("wards", "schools", "phases"):
                if content.get(key) == []:
                    raise InputError("must not be empty", at=key, value=[])
        return content


class Dated(Checked):
    """What is done from one academic year to another."""

    start: Year = Field(description="The first academic year.")
    end: Year = Field(default=LAST_YEAR, description="The last academic year.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start > self.end:
            allowed = f"up to {self.end}"
            raise InputError(f"is after end = {self.end}", at="start", value=self.start, allowed=allowed)
        return self

    def runs_in(self, year: int) -> bool:
        """Tell whether `year` lies between start and end."""
        return self.start <= year <= self.end


class Use(Dated):
    """One programme: a card, and where, when, for whom and how many.

    Places are at scale 1, as births are; a reduced town has its part of them."""

    name: str = Field(min_length=1, description="Its name here; the card's where none is given.")
    card: str = Field(min_length=1, description="A card of scenarios/programmes, by name.")
    activity: str = Field(default="", description='A label for tables, such as "P1a".')
    ages: Ages | None = Field(default=None, description="Academic ages; the card's where none are given.")
    who: Annotated[Who, part(Who, "who")] = Who()
    reach: Reach = Field(
        default=None, description="Share of the eligible (children, families or schools) offered, or by year."
    )
    places: Places = Field(
        default=None, description="Places offered a year (children, families or schools), or by year."
    )
    in_schools: InSchools = Field(
        default=None,
        description="First only in this number of schools, or this share (1.0: all), then children in them.",
    )
    coverage: Share = Field(default=1.0, description="In schools: share of staff newly reached a year.")
    order: Literal["need", "random"] = Field(
        default="need", description="Who is served first where places are short."
    )
    amount: float = Field(
        default=1.0, ge=0, description="Units that each served has (encounters, benchmarks, leaders)."
    )
    take_up: float | None = Field(
        default=None, ge=0, le=1, description="Share of those offered who take part; else the card's."
    )
    funded_by: Literal["alliance", "organisations", "national"] = Field(
        default="alliance", description="Who pays; only the alliance's own spending counts to its budget."
    )
    shaped_with_young: bool = Field(default=False, description="Whether 11-19 year olds shaped it.")

    @model_validator(mode="before")
    @classmethod
    def _named(cls, content: Any) -> Any:
        if isinstance(content, Mapping) and "name" not in content and "card" in content:
            return {"name": content["card"], **content}
        return content

    @model_validator(mode="after")
    def _whole(self) -> "Use":
        if self.reach is None and self.places is None:
            raise InputError("needs one of reach and places", at="reach", allowed="reach, or places")
        if self.reach is not None and self.places is not None:
            raise InputError("is given besides reach; only one can hold", at="places", value=self.places)
        for key, plan in (("reach", self.reach), ("places", self.places)):
            outside = [year for year in plan if not self.runs_in(year)] if isinstance(plan, dict) else []
            if outside:
                allowed = f"{self.start} to {self.end}"
                raise InputError("is no year of this programme", at=key, value=outside[0], allowed=allowed)
        return self

    def reach_in(self, year: int) -> float | None:
        """Share of the eligible offered in a year, 0 outside its years; None where places are given."""
        return _of_year(self.reach, year, self.runs_in(year), 0.0)

    def places_in(self, year: int) -> int | None:
        """Return the places offered in a year at scale 1, 0 outside its years; None where a reach is
        given."""
        return _of_year(self.places, year, self.runs_in(year), 0)

    @property
    def most_places(self) -> int:
        """Return the most places of any year; 0 where a reach is given."""
        if isinstance(self.places, dict):
            return max(self.places.values(), default=0)
        return self.places or 0


def _of_year[N: (int, float)](plan: N | dict[int, N] | None, year: int, runs: bool, none: N) -> N | None:
    if plan is None:
        return None
    if not runs:
        return none
    return plan.get(year, none) if isinstance(plan, dict) else plan


WIDENED: Final = (
    "reach",
    "places",
    "in_schools",
    "coverage",
    "amount",
    "ages",
    "who",
    "order",
    "take_up",
    "end",
    "funded_by",
)
"""Keys of a programme that a pilot may change when it goes on."""


class Pilot(Checked):
    """Approaches tried side by side in schools of their own, then judged by a noisy measurement.

    The sample is at scale 1, as places are."""

    name: str = Field(min_length=1)
    programmes: Annotated[tuple[str, ...], LISTED] = Field(description="The approaches: programmes, by name.")
    years: int = Field(default=1, ge=1, le=10, description="Years of trying, from the programmes' start.")
    outcome: str = Field(description="The lever by which they are judged; all of them must move it.")
    sample: int = Field(ge=1, description="Pupils measured an approach.")
    then: Literal["better", "threshold"] = Field(
        description="Only the better goes on, or each that passes a threshold."
    )
    widen: dict[str, Any] = Field(default={}, description="What changes in a programme that goes on.")
    widen_above: float | None = Field(
        default=None, description="With a threshold: measured gain from which it is widened, lever's unit."
    )
    stop_below: float | None = Field(
        default=None, description="With a threshold: measured gain below which it stops."
    )
    change_to: str = Field(
        default="", description="With a threshold: the programme that takes over in between; else it stays."
    )

    @model_validator(mode="after")
    def _whole(self) -> "Pilot":
        least = 2 if self.then == "better" else 1
        if len(self.programmes) < least:
            problem = f"must name {least} or more programmes"
            raise InputError(problem, at="programmes", value=self.programmes)
        for place, name in enumerate(self.programmes):
            if name in self.programmes[:place]:
                raise InputError("is named twice", at=f"programmes[{place}]", value=name)
        for key in self.widen:
            if key not in WIDENED:
                problem, allowed = "is not a key that a pilot can change", in_words(WIDENED)
                raise InputError(problem, at=f"widen.{key}", allowed=allowed, hint=nearest(key, WIDENED))
        limits = {"widen_above": self.widen_above, "stop_below": self.stop_below}
        for key, limit in limits.items():
            if (limit is None) == (self.then == "threshold"):
                problem = 'is missing for then = "threshold"' if limit is None else 'needs then = "threshold"'
                raise InputError(problem, at=key, value=ABSENT if limit is None else limit)
        if self.change_to and self.then != "threshold":
            raise InputError('needs then = "threshold"', at="change_to", value=self.change_to)
        if self.change_to in self.programmes:
            raise InputError("is itself tried in this pilot", at="change_to", value=self.change_to)
        low, high = self.stop_below, self.widen_above
        if low is not None and high is not None and low > high:
            raise InputError(f"is above widen_above = {high:g}", at="stop_below", value=low)
        return self

    def widened(self, use: Use) -> Use:
        """Return `use` as it goes on after this pilot: with the keys of `widen`. Raises InputError."""
        given = {"reach", "places"} & self.widen.keys()
        content = use.model_dump(exclude={"reach", "places"} if given else None)
        return Use.model_validate({**content, **self.widen})


class Act(Dated):
    """What an organisation changes on its own account, without money of the alliance.

    The amount is its own claim, in the lever's unit, as is its grade."""

    title: str = Field(min_length=1)
    organisation: Literal[
        "employers", "schools", "college", "university", "council", "voluntary", "young people"
    ]
    lever: str = Field(description="What it moves.")
    amount: float = Field(description="By how much, in the lever's unit, each year; places at scale 1.")
    ages: Ages | None = Field(default=None, description="Whom it concerns; all where not given.")
    grade: Grade = Field(default="J", description="How sure the amount is.")
    note: str = Field(default="", description="Where the amount is from.")


class AlliancePlan(Checked):
    """The partnership: what it can spend, and with whom it shapes what it does."""

    budget: Budget = Field(
        default="unlimited",
        description="Pounds of 2017 a year at scale 1, by year or span; years not named have none.",
    )
    carry_over: bool = Field(default=True, description="Whether what is left is there the year after.")
    youth_voice: Share = Field(
        default=0.0, description="Share of programmes shaped with 11-19 year olds, besides those marked."
    )

    def budget_in(self, year: int) -> float:
        """Return the pounds of 2017 at scale 1 new in a year; infinite where no budget was given."""
        return math.inf if isinstance(self.budget, str) else self.budget.get(year, 0.0)


class EffectsPlan(Checked):
    """Which effects of the cards hold."""

    percentile: float | None = Field(
        default=None,
        ge=1,
        le=99,
        description="All effects at this percentile towards benefit; else their means, or drawn.",
    )
    factor: float = Field(
        default=1.0,
        gt=0,
        le=100,
        description="All effects so many times as large, in their levers' units: to ask what it would take.",
    )
