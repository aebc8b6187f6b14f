"""Which districts there are, and which one a name or a code means."""

import difflib
import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from model.districts import tables
from model.io.errors import MOST_OPTIONS, InputError, shown_word
from model.io.toml import load_toml

OTHER_NAMES: Final = tables.FOLDER / "groups.toml"
"""Combined authorities, later codes, short names, and districts that are refused."""
YEARS: Final = (2016, 2024)
"""The first and last year whose districts the tables hold."""

_VINTAGES: Final = (2017, 2019, 2021, 2023)
"""Years in which the tables give boundaries; that of an abolished district is part of its name."""
_MOST_NEAR: Final = 3
_CODE = re.compile(r"[A-Z]\d{8}")
_ENGLISH_DISTRICT = re.compile(r"E0[6-9]\d{6}")


@dataclass(frozen=True, slots=True)
class District:
    """A lower-tier district of England, as it was from `first_year` to `last_year` (2016 to 2024 at the
    widest). `code` is its GSS code, `slug` its name as a place, which for an abolished district ends in the
    year of its boundaries (`scarborough-2017`). `successor` is the code of the district that it lies in today
    (its own where it goes on). `upper_tier` is the education authority of 2019. `population` is of 2017,
    `east` and `north` its middle in metres on the national grid. `similar`, `similar_economic` and
    `similar_demographic` are the codes of ten statistical neighbours of the Office for National Statistics,
    nearest first, over all its indicators and over two of their groups; empty where it gives none."""

    code: str
    name: str
    slug: str
    region: str
    upper_tier: str
    first_year: int
    last_year: int
    successor: str
    successor_name: str
    opportunity_area: str
    population: int
    km2: float
    east: float
    north: float
    similar: tuple[str, ...]
    similar_economic: tuple[str, ...]
    similar_demographic: tuple[str, ...]

    @property
    def abolished(self) -> bool:
        """Tell whether the district has gone into another one."""
        return self.successor != self.code

    @property
    def two_tier(self) -> bool:
        """Tell whether schools are a county's and not the district's own."""
        return self.code.startswith("E07")

    def stood_in(self, year: int) -> bool:
        """Tell whether it was a district at some time of `year`."""
        return self.first_year <= year <= self.last_year


def slug(name: str) -> str:
    """Return a name as a place is called: lower case, hyphens ("kings-lynn-and-west-norfolk")."""
    plain = re.sub(r"['’.]", "", name.casefold()).replace("&", " and ")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


@functools.cache
def districts() -> tuple[District, ...]:
    """Return all districts that can be places, of every vintage, by code: 336."""
    refused = _other_names()["refused"]
    return tuple(_district(row) for row in tables.rows("places") if row["place_code"] not in refused)


def of_code(code: str) -> District:
    """Return the district with a GSS code, or with one that it had later. Raises InputError."""
    code = _other_names()["recoded"].get(code, code)
    found = _by_code().get(code)
    if found is not None:
        return found
    _refuse(code)
    if not _ENGLISH_DISTRICT.fullmatch(code):
        problem = f"'{code}' is a GSS code, but of no district of England (those begin with E06 to E09)"
        raise InputError(problem, allowed=_ALLOWED)
    raise InputError(
        f"'{code}' is the code of no district of England from {YEARS[0]} to {YEARS[1]}", allowed=_ALLOWED
    )


def find(text: str) -> District:
    """Return the district that a code or a name means, whatever its case, hyphens and apostrophes.

    Raises:
        InputError: there is none (with the nearest), several may be meant, it was abolished (with its
            successor; its code, and its name with the year of its boundaries, are accepted), or it cannot be
            lived.
    """
    code = text.strip().upper()
    if _CODE.fullmatch(code):
        return of_code(code)
    key = slug(text)
    found = _by_name().get(key)
    if found is not None:
        return _by_code()[found]
    _refuse(_refused_by_name().get(key, ""))
    for district in districts():
        if district.abolished and key == slug(district.name):
            raise _abolished(district)
    raise _unknown(text, key)


def refused() -> tuple[str, ...]:
    """Return the names of the districts of the tables that cannot be lived."""
    return tuple(
        row["place"] for row in tables.rows("places") if row["place_code"] in _other_names()["refused"]
    )


def combined_authorities() -> dict[str, tuple[str, ...]]:
    """Return the codes of the members of each combined authority, as they stood in 2024."""
    members = _other_names()["combined_authorities"]["members"]
    return {name: tuple(codes) for name, codes in members.items()}


def shown(district: District) -> str:
    """Return how messages name a district: `derby (E06000015)`."""
    return f"{district.slug} ({district.code})"


def in_words(found: Iterable[District], last: str = "and") -> str:
    """Return districts as messages list them, `derby (E06000015), luton (E06000032) and ...`; of many only
    the first ones and their number."""
    words = [shown(district) for district in found]
    if len(words) > MOST_OPTIONS:
        words[MOST_OPTIONS - 1 :] = [f"{len(words) - MOST_OPTIONS + 1} more"]
    return f" {last} ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def likely(key: str, options: Iterable[str]) -> list[str]:
    """Return the options spelt most like `key`, nearest first, three at most."""
    return difflib.get_close_matches(key, list(options), n=_MOST_NEAR, cutoff=0.6)


_ALLOWED: Final = "a name or code that `wolsey places` lists"


def _district(row: dict[str, Any]) -> District:
    name, code = row["place"], row["place_code"]
    first, last = int(row["first_year"]), int(row["last_year"])
    called = slug(re.sub(r", (City|County) of$", "", name))
    if row["successor_2024"] != code:
        called += f"-{next(year for year in _VINTAGES if first <= year <= last)}"
    return District(
        code=code,
        name=name,
        slug=called,
        region=row["region"],
        upper_tier=row["upper_tier_2019"],
        first_year=first,
        last_year=last,
        successor=row["successor_2024"],
        successor_name=row["successor_name"],
        opportunity_area=row["opportunity_area"],
        population=int(row["population_2017"]),
        km2=float(row["km2"]),
        east=float(row["east"]),
        north=float(row["north"]),
        similar=_codes(row["similar_global"]),
        similar_economic=_codes(row["similar_economic"]),
        similar_demographic=_codes(row["similar_demographic"]),
    )


def _codes(text: str) -> tuple[str, ...]:
    """Return the codes of a list with `;` between, each as the tables have it."""
    recoded = _other_names()["recoded"]
    return tuple(recoded.get(code, code) for code in text.split(";") if code)


@functools.cache
def _other_names() -> dict[str, Any]:
    return load_toml(OTHER_NAMES)


@functools.cache
def _by_code() -> dict[str, District]:
    return {district.code: district for district in districts()}


@functools.cache
def _by_name() -> dict[str, str]:
    """Return the code of a district by each name that it answers to, as `slug` writes them."""
    named = dict(_other_names()["also_called"])
    for district in districts():
        named[district.slug] = district.code
        if not district.abolished:
            whole = slug(district.name)
            named[whole] = district.code
            found = re.fullmatch(r"(.+)-(city|county)-of", whole)
            if found:
                named[f"{found[2]}-of-{found[1]}"] = district.code
    return named


@functools.cache
def _refused_by_name() -> dict[str, str]:
    refused = _other_names()["refused"]
    return {
        slug(row["place"]): row["place_code"] for row in tables.rows("places") if row["place_code"] in refused
    }


def _refuse(code: str) -> None:
    """Raise InputError where the district with this code is one that cannot be lived."""
    reason = _other_names()["refused"].get(code)
    if reason is not None:
        name = next(row["place"] for row in tables.rows("places") if row["place_code"] == code)
        raise InputError(f"{name} ({code}) is no place that can be lived: {reason}", allowed=_ALLOWED)


def _abolished(district: District) -> InputError:
    """Return the error for a district that was named as if it stood: what became of it, and what to write."""
    successor = _by_code()[district.successor]
    gone = district.last_year + 1
    others = [
        other.name
        for other in districts()
        if other.successor == successor.code and other.abolished and other is not district
    ]
    merged = f"with {_listed(others)} it became {successor.name}"
    if successor.first_year > gone:
        merged = f"since {successor.first_year} it lies in {successor.name}, with {_listed(others)}"
    return InputError(
        f"'{district.name}' was abolished in {gone}: {merged}",
        allowed=f"{shown(successor)} as it is now, or {shown(district)} on its own boundaries",
    )


def _listed(words: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def _unknown(text: str, key: str) -> InputError:
    """Return the error for a name that no district has: several may be meant, or the nearest ones."""
    said = f"'{shown_word(text)}'"
    county = [d for d in districts() if d.two_tier and slug(d.upper_tier) == key]
    if county:
        today = [_by_code()[code] for code in sorted({d.successor for d in county})]
        return InputError(f"{said} is a county, no district: a place is one of {in_words(today, 'or')}")
    wider = _wider().get(key)
    if wider is not None:
        what, option = wider
        return InputError(
            f"{said} is {what}, no district",
            allowed=f"one of its districts: `wolsey places {option}` lists them",
        )
    words = set(key.split("-"))
    meant = [d for d in districts() if words and words <= set(d.slug.split("-"))]
    if len(meant) > 1:
        return InputError(f"{said} may mean {in_words(meant, 'or')}: write which")
    near = [meant[0].slug] if meant else likely(key, _by_name())
    nearest = [_by_code()[_by_name()[name]] for name in near]
    allowed = f"{_ALLOWED}; nearest: {in_words(nearest, 'and')}" if nearest else _ALLOWED
    return InputError(
        f"{said} is no district of England", allowed=allowed, hint=nearest[0].slug if nearest else None
    )


@functools.cache
def _wider() -> dict[str, tuple[str, str]]:
    """Return what each name wider than a district is, and the option that lists its districts."""
    areas = {district.opportunity_area for district in districts()} - {""}
    found = {slug(name): ("an Opportunity Area", f'--area "{name}"') for name in areas}
    for name in combined_authorities():
        found[slug(name)] = ("a combined authority", f'--region "{name}"')
    for name in {district.region for district in districts()}:
        found[slug(name)] = ("a region", f'--region "{name}"')
    return found
