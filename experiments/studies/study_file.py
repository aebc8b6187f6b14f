"""The study file: what a person writes to say which runs are wanted and what is asked of them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator

from experiments.runs.ensemble import MOST_SEEDS
from experiments.studies.design import Design, Factor
from model.calendar import FIRST_YEAR, LAST_YEAR
from model.indicators.registry import FIRST_RECORDED, known_groups
from model.io import files
from model.io.errors import InputError, key_path, unknown
from model.io.schema import LISTED, Checked, each, part
from model.io.toml import first_fault, load_toml


class Asked(Checked):
    """What is asked of each run: a figure of a group, or of one group less another's, in a year; or whether a
    goal is reached (1 or 0)."""

    name: str = Field(default="", description="What tables call it.")
    indicator: str | None = Field(default=None, description="An indicator, by name.")
    group: str = Field(default="all", description="Of whom.")
    minus_group: str | None = Field(default=None, description="Less the figure of this group.")
    year: int | None = Field(default=None, ge=FIRST_RECORDED, le=LAST_YEAR, description="In which year.")
    goal: str | None = Field(default=None, description="In place of an indicator: a goal, by its id.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.indicator is None) == (self.goal is None):
            problem = "is missing" if self.goal is None else "is given besides goal; only one can be asked"
            raise InputError(problem, at="indicator", allowed="an indicator, or a goal")
        if self.goal is not None:
            for key in ("group", "minus_group", "year"):
                if key in self.model_fields_set:
                    raise InputError("is given besides goal, which says it itself", at=key)
            return self
        known = known_groups()
        if self.indicator not in known:
            raise unknown("an indicator", str(self.indicator), known, at="indicator")
        for key, group in (("group", self.group), ("minus_group", self.minus_group)):
            if group is not None and group not in known[self.indicator] and ":" not in group:
                raise unknown(f"a group of {self.indicator}", group, known[self.indicator], at=key)
        if self.year is None:
            raise InputError("is missing", at="year")
        return self

    @property
    def label(self) -> str:
        """Return what tables call it."""
        if self.name:
            return self.name
        if self.goal is not None:
            return f"goal {self.goal}"
        whom = self.group if self.minus_group is None else f"{self.group} less {self.minus_group}"
        return f"{self.indicator}, {whom}, {self.year}"


class StudyFile(Checked):
    """A study as its file says it."""

    title: str = Field(min_length=1, description="What a reader would call it.")
    question: str = Field(default="", description="The question that it answers.")
    notes: str = Field(default="", description="What a reader should know about it.")
    scenarios: Annotated[tuple[str, ...], LISTED] = Field(
        min_length=1, description="The scenarios: names, or paths from this file that end in .toml."
    )
    against: str = Field(default="", description="The one that the others are compared with; none if empty.")
    draws: int = Field(
        default=1, ge=1, description="Draws of the posterior, each with every seed; 1 is the best fit alone."
    )
    seeds: int = Field(default=1, ge=1, le=MOST_SEEDS, description="Seeds with each draw.")
    until: int | None = Field(
        default=None, gt=FIRST_YEAR, le=LAST_YEAR, description="Last year, in place of the scenarios' own."
    )
    scale: float | None = Field(
        default=None, ge=0.02, le=20.0, description="Size of the town, in place of the scenarios' own."
    )
    place: str = Field(
        default="",
        description="Where scenarios are lived that are no place's own: a name, or the path of a folder from "
        'this file; a factor with key = "place" varies it.',
    )
    design: Annotated[Design | None, part(Design, "design")] = Field(
        default=None, description="How points are laid in the space of the factors."
    )
    factors: Annotated[tuple[Factor, ...], each(Factor, "factors")] = Field(
        default=(), description="What is varied."
    )
    outcomes: Annotated[tuple[Asked, ...], each(Asked, "outcomes")] = Field(
        min_length=1, description="What is asked of each run."
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.design is None and self.factors:
            raise InputError("is missing", at="design", allowed='a table with kind = "factorial", say')
        if self.design is not None and not self.factors:
            raise InputError("is missing", at="factors", allowed="one or more [[factors]]")
        labels = [asked.label for asked in self.outcomes]
        for position, label in enumerate(labels):
            if label in labels[:position]:
                raise InputError("is asked twice", at=key_path(("outcomes", position)), value=label)
        return self


def studies() -> Path:
    """Return the folder in which studies are looked up by name."""
    return files.scenarios() / "studies"


def read(name_or_path: str | Path) -> tuple[StudyFile, Path]:
    """Return the study of that name in `scenarios/studies/`, or of a path that ends in `.toml`, and its path.
    Raises InputError."""
    path = files.resolve(name_or_path, studies(), "study")
    return of(load_toml(path), files.shown_path(path)), path


def of(content: Mapping[str, Any], where: str = "") -> StudyFile:
    """Return the study with that content, as a TOML file would have it. Raises InputError for the first
    fault."""
    try:
        return StudyFile.model_validate(dict(content))
    except ValidationError as error:
        raise first_fault(error, StudyFile, content, where) from None
    except InputError as error:
        raise error.inside(where) from None
