"""Published trials as data: what was published, which effect is put in, and how the trial was made and read.

A re-run verifies that what went in comes out of a trial's design; it validates nothing, for the cards were
made from these trials.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, PrivateAttr, ValidationError

from model.calendar import FIRST_ACTING, LAST_YEAR
from model.io import files
from model.io.errors import InputError, key_path, unknown
from model.io.schema import LISTED, Checked
from model.io.toml import first_fault, load_toml
from model.scenario.by_year import Ages, Share
from model.scenario.card_parts import Grade, UsualProvision
from model.scenario.cards import card_names, card_of, load_card, merged
from model.scenario.programmes import Who

type Measure = Literal["literacy", "numeracy", "attainment", "absence"]
type Group = Literal["all", "fsm", "disadvantaged", "others"]

FEWEST_SETTINGS: Final = 4
"""Schools or wards under which no error can be worked out."""
OLDEST: Final = 18
"""The highest age at which a measure is of use."""


class Published(Checked):
    """What the trial found, in the unit in which the re-run gives it."""

    estimate: float
    low: float = Field(description="Lower end of the 95% interval.")
    high: float = Field(description="Upper end of the 95% interval.")
    unit: Literal["SD", "pp", "share"] = Field(description="SD, points of 100, or share of the first effect.")
    grade: Grade = Field(description="How well the estimate is known.")
    interval: str = Field(min_length=1, description="Where the interval is from, with its grade.")
    rests_on: Annotated[tuple[str, ...], LISTED] = Field(default=(), description="Rows of the evidence.")


class TrialOutcome(Checked):
    """One thing measured, once."""

    name: str = Field(min_length=1)
    measure: Measure = Field(description="What is measured; attainment is literacy and numeracy together.")
    after: int = Field(default=0, ge=0, le=OLDEST, description="Academic years after the first.")
    reliability: float = Field(default=1.0, gt=0, le=1, description="Of the measure; absence has no error.")
    reliability_before: float = Field(
        default=1.0, gt=0, le=1, description="Of the measure of the year before."
    )
    scale: Literal["observed", "latent"] = Field(
        default="observed",
        description="SD of England's observed scores, or of what lies behind them, free of error.",
    )
    group: Group = Field(default="all", description="Who is compared, as they are when measured.")
    null: bool = Field(default=False, description="Whether the trial found nothing.")
    share_of_first: bool = Field(
        default=False, description="The effect as a share of the first outcome's, for what fades."
    )
    published: Published

    def check(self, at: str) -> None:
        """Raises InputError where measure, unit and interval do not go together; `at` is its key path."""
        p, inner = self.published, f"{at}.published"
        if not p.low <= p.estimate <= p.high:
            problem = "does not lie between low and high"
            raise InputError(problem, at=f"{inner}.estimate", value=p.estimate)
        unit = "share" if self.share_of_first else "pp" if self.measure == "absence" else "SD"
        if p.unit != unit:
            raise InputError(
                "is not the unit of this outcome", at=f"{inner}.unit", value=p.unit, allowed=unit
            )
        if self.null and not p.low <= 0 <= p.high:
            problem = "is a null, but the published interval leaves out zero"
            raise InputError(problem, at=f"{at}.null", value=True)
        if self.measure == "absence" and (self.reliability < 1 or self.reliability_before < 1):
            raise InputError("is counted in registers, without error", at=f"{at}.reliability")


class EffectUsed(Checked):
    """Which effect is put in, and under whose conditions it acts."""

    card: str = Field(description="A card of scenarios/programmes, by name.")
    used: Literal["card", "as published"] = Field(
        description="The card's own effect, shrunk to routine delivery, or the trial's raw one in `changes`."
    )
    conditions: Literal["efficacy", "effectiveness", "routine"] = Field(
        description="Delivery as in a trial under the developers' eyes, in one at scale, or as everywhere."
    )
    note: str = Field(min_length=1, description="Which effect was used, and why.")
    fidelity: float = Field(
        default=1.0, gt=0, le=1, description="Share of a raw effect that routine delivery keeps."
    )
    scale_discount: float = Field(
        default=1.0, gt=0, le=1, description="Share of a raw effect that is left at scale."
    )
    changes: dict[str, Any] = Field(
        description="Changes to the card: at least usual_provision, and effects where a raw one is used."
    )

    def check(self) -> None:
        """Raises InputError where effect, conditions and changes contradict one another."""
        raw = "effects" in self.changes
        if raw != (self.used == "as published"):
            problem = "is missing: a raw effect stands here" if not raw else 'goes with used = "as published"'
            raise InputError(problem, at="effect.changes.effects")
        for key in ("fidelity", "scale_discount"):
            if getattr(self, key) < 1 and (not raw or self.conditions == "efficacy"):
                problem = "counts twice: only a raw effect is discounted, and only outside its own conditions"
                raise InputError(problem, at=f"effect.{key}", value=getattr(self, key), allowed="1")

    def card_changes(self) -> dict[str, Any]:
        """The changes to the card, with means as fidelity and scale leave them."""
        kept = self.fidelity * self.scale_discount
        if kept == 1 or "effects" not in self.changes:
            return self.changes
        return {**self.changes, "effects": [_times(effect, kept) for effect in self.changes["effects"]]}


def _times(effect: Any, factor: float) -> Any:
    """An effect with its mean times a factor; what is no effect stays, for the card to refuse."""
    whole = isinstance(effect, Mapping) and isinstance(effect.get("mean"), int | float)
    return {**effect, "mean": effect["mean"] * factor} if whole else effect


class Delivered(Checked):
    """How the treated are served; the rest is the card's."""

    years: int = Field(default=1, ge=1, le=20, description="Years of delivery, from the first.")
    ages: Ages | None = Field(default=None, description="Academic ages served; the card's if not given.")
    who: Who = Who()
    take_up: Share = Field(
        default=1.0, description="1 where the effect is that of being offered, as trials find it."
    )


class Sample(Checked):
    """Who is drawn, and what is drawn: schools, children or wards."""

    randomised: Literal["school", "child", "ward"] = Field(description="What is treated or not.")
    settings: int | None = Field(
        default=None, ge=FEWEST_SETTINGS, description="Schools in the trial, or wards; all if not given."
    )
    treated: float = Field(default=0.5, gt=0, lt=1, description="Share of what is drawn that is treated.")
    ages: Annotated[tuple[int, ...], LISTED] = Field(
        min_length=1, description="Academic ages in the first year of those measured."
    )
    cohorts: int = Field(
        default=1, ge=1, le=10, description="Wards: year groups that follow one another into the trial."
    )
    per_setting: int | None = Field(
        default=None, ge=1, description="Most children measured a setting, by lot; all if not given."
    )
    scale: float | None = Field(
        default=None, ge=0.02, le=20, description="Size of the town; just large enough if not given."
    )
    adjust_for: Annotated[tuple[Literal["before", "family"], ...], LISTED] = Field(
        default=("before",),
        description="before: the same measure a year earlier; family: the family's position.",
    )


class TrialCase(Checked):
    """One trial. Made by `load_case` or `case_of`, which raise InputError."""

    title: str = Field(min_length=1)
    words: str = Field(min_length=1, description="What was tried, on whom, and what was found.")
    source: str = Field(min_length=1)
    seeds: int = Field(default=10, ge=1, le=1000, description="Times that it is re-run by default.")
    effect: EffectUsed
    programme: Delivered = Delivered()
    sample: Sample
    outcomes: Annotated[tuple[TrialOutcome, ...], LISTED] = Field(min_length=1)
    _name: str = PrivateAttr("")

    @property
    def name(self) -> str:
        """The name of its file without `.toml`; empty for a case that was not loaded."""
        return self._name

    @property
    def last_year(self) -> int:
        """The last academic year that is measured or served."""
        measured = [self.sample.cohorts - 1 + outcome.after for outcome in self.outcomes]
        return FIRST_ACTING + max(self.programme.years - 1, *measured)


def case_folder() -> Path:
    """The folder of the cases."""
    return files.root() / "tests" / "cases" / "trials"


def case_names() -> list[str]:
    """Names of all cases, in alphabetical order."""
    return files.names(case_folder())


def load_case(path: str | Path) -> TrialCase:
    """The case of that name, or of a file whose path ends in `.toml`. Raises InputError."""
    found = files.resolve(path, case_folder(), "trial")
    return case_of(load_toml(found), files.shown_path(found), name=found.stem)


def case_of(content: Mapping[str, Any], where: str = "", *, name: str = "") -> TrialCase:
    """The case with that content, as a TOML file would have it. Raises InputError for the first fault."""
    try:
        case = TrialCase.model_validate(dict(content))
        _check(case)
    except ValidationError as error:
        raise first_fault(error, TrialCase, content, where) from None
    except InputError as error:
        raise error.inside(where) from None
    case._name = name
    return case


def _check(case: TrialCase) -> None:
    """Raises InputError where a case that is well written makes no sense."""
    case.effect.check()
    for position, outcome in enumerate(case.outcomes):
        outcome.check(key_path(("outcomes", position)))
    if case.outcomes[0].share_of_first:
        raise InputError("is the first outcome itself", at="outcomes[0].share_of_first", value=True)
    sample = case.sample
    if sample.randomised == "child" and case.programme.take_up < 1:
        problem = "must be 1 where children are drawn: who was offered is told by who was served"
        raise InputError(problem, at="programme.take_up", value=case.programme.take_up)
    if case.programme.take_up < 1 and load_card(case.effect.card).delivered_to == "school":
        problem = "does nothing with a card delivered to schools"
        raise InputError(problem, at="programme.take_up", value=case.programme.take_up, allowed="1")
    if sample.randomised == "ward":
        _check_wards(case)
    elif sample.cohorts > 1:
        raise InputError("goes with wards only", at="sample.cohorts", value=sample.cohorts, allowed="1")
    oldest = max(sample.ages) + max(outcome.after for outcome in case.outcomes)
    if oldest > OLDEST or case.last_year > LAST_YEAR:
        problem = f"measures people of {oldest} in {case.last_year}"
        raise InputError(problem, at="outcomes", allowed=f"ages to {OLDEST}, years to {LAST_YEAR}")
    if "before" in sample.adjust_for and min(sample.ages) < 2:
        raise InputError("is too young to have been measured a year before", at="sample.ages")
    _check_card(case)


def _check_wards(case: TrialCase) -> None:
    """Raises InputError where a trial of wards asks for what only one of schools or children can have."""
    sample = case.sample
    if sample.scale is None:
        raise InputError("is missing: wards are as many in a town of any size", at="sample.scale")
    for key in ("settings", "per_setting"):
        if getattr(sample, key) is not None:
            problem = "does not go with wards, all of which are in the trial"
            raise InputError(problem, at=f"sample.{key}", value=getattr(sample, key))
    if "before" in sample.adjust_for:
        problem = "is not known of year groups that are yet to come"
        raise InputError(problem, at="sample.adjust_for", value="before", allowed="family")
    if case.programme.who != Who():
        raise InputError("does not go with wards: all who live there are compared", at="programme.who")


def _check_card(case: TrialCase) -> None:
    effect = case.effect
    if effect.card not in card_names():
        raise unknown("a programme card", effect.card, card_names(), at="effect.card")
    try:
        card = card_of(merged(load_card(effect.card).model_dump(), effect.card_changes()))
    except InputError as error:
        raise error.inside("", "effect.changes") from None
    if card.delivered_to not in ("child", "family", "school"):
        raise InputError(
            "serves the whole town: nobody is left untreated", at="effect.card", value=effect.card
        )
    if card.delivered_to == "school" and case.sample.randomised != "school":
        problem = "must be school for a card that is delivered to schools"
        raise InputError(problem, at="sample.randomised", value=case.sample.randomised)
    usual = card.usual_provision or UsualProvision(years=(FIRST_ACTING,), shares=(0.0,))
    if any(usual.share(year) for year in range(FIRST_ACTING, FIRST_ACTING + case.programme.years)):
        problem = "must be zero while the trial delivers: its control arm was served by nobody"
        raise InputError(problem, at="effect.changes.usual_provision")
