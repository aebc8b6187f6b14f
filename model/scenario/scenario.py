"""A scenario: what happens to which place until when, as a file says it; everything not said is as history
was."""

import hashlib
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, Self

from pydantic import Field, PrivateAttr, ValidationError

from model.calendar import FIRST_YEAR, LAST_YEAR
from model.inputs.place import Place
from model.inputs.place_name import place_called
from model.io import files
from model.io.errors import InputError, key_path, unknown
from model.io.schema import Checked, each, part
from model.io.toml import first_fault, load_toml
from model.scenario import keys as scenario_keys
from model.scenario.cards import Card, card_names, card_of, load_card, merged
from model.scenario.checks import check_acts, check_names, check_pilots, check_uses
from model.scenario.extends import Origins, laid_over, parent_path
from model.scenario.parts import Births, EnglandPath, Goals, Overrides, PlaceName, Switches
from model.scenario.programmes import Act, AlliancePlan, EffectsPlan, Pilot, Use
from model.scenario.whose import check_own, in_place, place_key

__all__ = ["FIRST_YEAR", "LAST_YEAR", "EnglandPath", "Scenario", "Switches", "json_schema"]

_WORDS = {"title", "question", "notes"}
_BURN_IN = {"place", "scale", "births", "england", "parameters", "switches"}
_LATER_SWITCHES = ("alliance", "stacking", "dose_cap", "youth_voice")
"""Switches of what acts from 2018 on only."""


class Scenario(Checked):
    """One scenario, checked. Make it with `load` or `of` and vary it with `changed`: they raise
    InputError."""

    title: str = Field(min_length=1, description="What a board would call it.")
    question: str = Field(default="", description="The question that it answers.")
    notes: str = Field(default="", description="What a reader should know about it.")
    place: PlaceName = Field(
        default=files.DEFAULT_PLACE,
        description="Whose own it is: a place by name, or by the path of its folder from this file; one that "
        "names none can be lived in any place.",
    )
    until: int = Field(
        LAST_YEAR, ge=FIRST_YEAR + 1, le=LAST_YEAR, description="The last academic year lived."
    )
    scale: float = Field(
        default=1.0, ge=0.02, le=20.0, description="Size of the town; below 1 it is a reduced town."
    )
    goals: Goals = Field(
        default=("opportunity_area_2021", "vision_2048"),
        description="Goal files of scenarios/goals, by name.",
    )
    record: Literal["default", "full"] = Field(
        default="default", description="How much of each year is kept."
    )
    switches: Switches = Switches()
    england: EnglandPath = EnglandPath()
    births: Births = Field(
        default={},
        description="Births at scale 1, in place of the place's own, by year or years (2030-2048).",
    )
    parameters: Overrides = Field(
        default={}, description='Other values for numbers of the model, by "section.name".'
    )
    programmes: Annotated[tuple[Use, ...], each(Use, "programmes")] = Field(
        default=(), description="What is done; where money is short, those that come first are served first."
    )
    pilots: Annotated[tuple[Pilot, ...], each(Pilot, "pilots")] = Field(
        default=(), description="Which programmes are tried first, and what decides how they go on."
    )
    acts: Annotated[tuple[Act, ...], each(Act, "acts")] = Field(
        default=(), description="What organisations change on their own account."
    )
    alliance: Annotated[AlliancePlan, part(AlliancePlan, "alliance")] = AlliancePlan()
    effects: Annotated[EffectsPlan, part(EffectsPlan, "effects")] = EffectsPlan()
    cards: dict[str, dict[str, Any]] = Field(
        default={}, description="Changes to cards, by name, which hold in this scenario only."
    )
    _name: str = PrivateAttr("")
    _placed: bool = PrivateAttr(False)
    _cards: dict[str, Card] = PrivateAttr(default_factory=dict)

    def __iter__(self) -> NoReturn:
        """Refuse: a scenario is one value, and `mesa.batch_run` would take its fields for many."""
        raise TypeError("a scenario is not iterable")

    @property
    def name(self) -> str:
        """Return the name of its file without `.toml`; empty for a scenario that was not loaded."""
        return self._name

    @property
    def placed(self) -> bool:
        """Tell whether it is one place's own: it, or a scenario that it extends, names the place."""
        return self._placed

    @property
    def acting(self) -> bool:
        """Tell whether anything is done: a programme or an act."""
        return bool(self.programmes or self.acts)

    @classmethod
    def load(cls, name_or_path: str | Path, place: str | None = None) -> Self:
        """Return the scenario of that name in `scenarios/`, or of a file whose path ends in `.toml`, laid
        over the one that it `extends`, as it is in `place` (a name, or the path of a folder); where none is
        given in its own, or in `files.DEFAULT_PLACE`. Raises InputError, also where it is another place's
        own."""
        path = files.resolve(name_or_path, files.scenarios(), "scenario")
        return cls._load(path, (), None if place is None else place_called(place))

    @classmethod
    def _load(cls, path: Path, chain: tuple[Path, ...], place: str | None) -> Self:
        return cls._of(load_toml(path), files.shown_path(path), path.stem, (*chain, path.resolve()), place)

    @classmethod
    def of(
        cls, content: Mapping[str, Any], *, where: str = "", name: str = "", place: str | None = None
    ) -> Self:
        """Return the scenario with that content, as a TOML file would have it, in `place` as `load` has it.
        Raises InputError for the first fault."""
        return cls._of(content, where, name, (), None if place is None else place_called(place))

    @classmethod
    def _of(
        cls, content: Mapping[str, Any], where: str, name: str, chain: tuple[Path, ...], place: str | None
    ) -> Self:
        """Return the scenario of a content in a place; `chain` are the files that led here, each extending
        the next, this one last."""
        own = {key: value for key, value in content.items() if key not in ("extends", "drop")}
        origins = Origins()
        try:
            own, placed = in_place(own, place, chain)
            if "extends" in content:
                parent = cls._load(parent_path(content["extends"], chain), chain, own.get("place"))
                placed = placed or parent.placed
                own, origins = laid_over(parent.model_dump(), own, content.get("drop", ()))
            elif "drop" in content:
                raise InputError("needs a scenario to extend", at="drop", value=content["drop"])
            scenario = cls.model_validate(own)
            scenario._check()
        except ValidationError as error:
            raise origins.told(first_fault(error, cls, own, where)) from None
        except InputError as error:
            raise origins.told(error).inside(where) from None
        scenario._name, scenario._placed = name, placed
        return scenario

    def _check(self) -> None:
        """Read the cards in use and checks all that is planned against them and the place. Raises
        InputError."""
        known = card_names() if self.programmes or self.cards else []
        for name in self.cards:
            if name not in known:
                raise unknown("a programme card", name, known, at="cards", value=name)
        check_names([use.name for use in self.programmes], "programmes", "name")
        check_names([pilot.name for pilot in self.pilots], "pilots", "name")
        check_names([act.title for act in self.acts], "acts", "title")
        for position, use in enumerate(self.programmes):
            if use.card not in known:
                raise unknown("a programme card", use.card, known, at=f"programmes[{position}].card")
        for name in sorted({*self.cards, *(use.card for use in self.programmes)}):
            self._cards[name] = self._read_card(name)
        check_acts(self.acts)
        if self.programmes or self.pilots:
            place = Place.load(self.place)
            check_uses(self.programmes, self._cards, place)
            check_pilots(self.pilots, self.programmes, self._cards, place)

    def _read_card(self, name: str) -> Card:
        card = load_card(name)
        if name not in self.cards:
            return card
        try:
            return card_of(merged(card.model_dump(), self.cards[name]), name=name)
        except InputError as error:
            raise error.inside("", key_path(("cards", name))) from None

    def card(self, name: str) -> Card:
        """Return the card of that name as it holds here, with this scenario's changes; those in use are kept
        as they were when the scenario was made. Raises InputError for an unknown name."""
        if name not in self._cards:
            if name not in card_names():
                raise unknown("a programme card", name, card_names())
            return self._read_card(name)
        return self._cards[name]

    def changed(self, changes: Mapping[str, Any] | None = None, /, **dotted: Any) -> Self:
        """Return a copy with other values at dotted keys, checked like a file: `changed({"switches.peers":
        False}, until=2021)`. The order of the keys makes no difference. NumPy's values count as Python's.
        Only a scenario that is no place's own has another `place`.

        Raises:
            InputError: a key is none, two of them write the same (`programmes.X.reach` and
                `programmes.X.places`), or the scenario cannot be.
        """
        names = [use.name for use in self.programmes]
        given = [*(changes or {}).items(), *dotted.items()]
        for key, _ in given:
            if not isinstance(key, str):
                raise InputError("must be a dotted key in quotes", at="changed", value=key)
        scenario_keys.check_apart([key for key, _ in given], names)
        content: dict[str, Any] = self.model_dump()
        programmes = {use["name"]: use for use in content["programmes"]}
        for key, value in given:
            scenario_keys.set_at(content, key, scenario_keys.plain(value), programmes)
        try:
            if self._placed and isinstance(content["place"], str):
                check_own(self.place, place_called(content["place"]))
            changed = self.of(content, name=self._name)
        except InputError as error:
            replaced = any(key == scenario_keys.PROGRAMMES for key, _ in given)
            raise (error if replaced else scenario_keys.as_given(error, names)) from None
        changed._placed = self._placed
        return changed

    def asked_for(self, until: int | None = None, place: str | None = None) -> Self:
        """Return the same to another last year, in another place, where these are given. Raises InputError as
        `changed`."""
        given = {"until": until, "place": place}
        changes = {key: value for key, value in given.items() if value is not None}
        return self.changed(changes) if changes else self

    def key(self) -> str:
        """Return 32 hexadecimal digits of all that it says, but for title, question and notes: the same for
        two files that say the same in another order or spelling. It covers the cards in use: a card that has
        changed makes another key."""
        content = self.model_dump(mode="json", exclude=_WORDS | {"cards"})
        cards = {name: card.digest() for name, card in self._cards.items()}
        return _hashed({**content, "place": place_key(self.place), "cards": cards})

    def burn_in_key(self) -> str:
        """Return 32 hexadecimal digits of what shapes a town before anything is done in it, and of what a
        `World` holds: scenarios with the same ones share a burn-in and a world, whatever their programmes
        are."""
        content = self.model_dump(mode="json", include=_BURN_IN)
        for name in _LATER_SWITCHES:
            del content["switches"][name]
        return _hashed({**content, "place": place_key(self.place)})

    def check_series(self, known: Collection[str]) -> None:
        """Raise InputError where England's path names a series that is not in `known`."""
        path = self.england.path if isinstance(self.england.path, dict) else {}
        for series, change in path.items():
            if series not in known:
                where = f"{self._name}.toml" if self._name else ""
                at = f"england.path.{series}"
                raise unknown("a series of England", series, known, where=where, at=at, value=change)

    def describe(self) -> str:
        """Return the scenario in a few lines for a reader: its words, its place and years, and what differs
        from the usual."""
        return _described(self)


def _hashed(content: Mapping[str, Any]) -> str:
    return hashlib.blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=16).hexdigest()


def json_schema() -> dict[str, Any]:
    """Return JSON Schema of a scenario file, by which an editor completes and checks it."""
    schema = Scenario.model_json_schema()
    schema["properties"] |= {
        "extends": {
            "type": "string",
            "description": "The scenario that this one starts from: its name, or a path from this file.",
        },
        "drop": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Programmes of that scenario that are left out.",
        },
    }
    return schema


def _described(scenario: Scenario) -> str:
    """Return a scenario's words, its place and years, what differs from the usual, and what is done."""
    lines = [scenario.title, scenario.question, f"{scenario.place}, {FIRST_YEAR} to {scenario.until}"]
    if scenario.scale != 1.0:
        lines.append(f"{'reduced' if scenario.scale < 1 else 'enlarged'} town: scale {scenario.scale:g}")
    off = [name for name, on in scenario.switches if not on]
    if off:
        lines.append(f"left out: {', '.join(off)}")
    if isinstance(scenario.england.path, dict):
        path = ", ".join(f"{series} {change:+g}" for series, change in scenario.england.path.items())
        lines.append(f"England's path, a year: {path}")
    if scenario.births:
        years = sorted(scenario.births)
        lines.append(f"births given for {len(years)} years from {years[0]} to {years[-1]}")
    lines += [f"{name} = {value}" for name, value in scenario.parameters.items()]
    return "\n".join(line for line in (*lines, *_doings(scenario), scenario.notes) if line)


def _doings(scenario: Scenario) -> list[str]:
    counts = {"programmes": scenario.programmes, "pilots": scenario.pilots, "acts": scenario.acts}
    done = [f"{len(of)} {name if len(of) > 1 else name[:-1]}" for name, of in counts.items() if of]
    lines = [", ".join(done)]
    budget = scenario.alliance.budget
    if isinstance(budget, dict):
        lines.append(f"budget: {sum(budget.values()):,.0f} pounds of 2017 over {_years(budget)}")
    elif scenario.programmes:
        lines.append("budget: unlimited")
    if scenario.effects.percentile is not None:
        lines.append(f"effects at percentile {scenario.effects.percentile:g} towards benefit")
    if scenario.effects.factor != 1.0:
        lines.append(f"effects {scenario.effects.factor:g} times as large")
    if scenario.cards:
        lines.append(f"cards changed: {', '.join(sorted(scenario.cards))}")
    return lines


def _years(by_year: Mapping[int, float]) -> str:
    spent = [year for year, pounds in by_year.items() if pounds > 0]
    return f"{min(spent)} to {max(spent)}" if spent else "no year"
