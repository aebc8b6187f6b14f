"""Values that a programme may have: ages, shares, places, money, each by year where it may change."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field

from model.calendar import FIRST_ACTING, LAST_AGE, LAST_YEAR
from model.io.errors import InputError, nearest
from model.io.schema import by_year, number, whole

UNLIMITED: Final = "unlimited"
"""The highest age that is followed."""

Year = Annotated[int, Field(ge=FIRST_ACTING, le=LAST_YEAR)]
Share = Annotated[float, Field(ge=0, le=1)]


def _ages(value: object) -> object:
    """Two ages in order, as a tuple; None stays, for the card's own."""
    if value is None:
        return None
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise InputError("must be a list of the first and the last age", at="ages", value=value)
    low, high = (whole(entry, f"ages[{place}]", 0) for place, entry in enumerate(value))
    if not low <= high <= LAST_AGE:
        raise InputError("must be two ages in order", at="ages", value=value, allowed=f"0 to {LAST_AGE}")
    return low, high


def _reach(value: object) -> object:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        return number(value, "reach", 0, 1)
    return by_year(value, "reach", lambda entry, at: number(entry, at, 0, 1), FIRST_ACTING, LAST_YEAR)


def _places(value: object) -> object:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        return whole(value, "places", 0)
    return by_year(value, "places", lambda entry, at: whole(entry, at, 0), FIRST_ACTING, LAST_YEAR)


def _in_schools(value: object) -> object:
    """A whole number counts schools, a number with a point is a share of them: 1 is one school, 1.0 all."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return None if value is None else whole(value, "in_schools", 1)
    return number(value, "in_schools", 0, 1)


def _budget(value: object) -> object:
    """Pounds by year; one number holds for every year."""
    if isinstance(value, str):
        if value == UNLIMITED:
            return value
        raise InputError(
            "is no budget",
            at="budget",
            value=value,
            allowed=f'"{UNLIMITED}", or pounds of 2017 by year',
            hint=nearest(value, [UNLIMITED]),
        )
    if isinstance(value, Mapping):
        return by_year(value, "budget", lambda entry, at: number(entry, at, 0), FIRST_ACTING, LAST_YEAR)
    return dict.fromkeys(range(FIRST_ACTING, LAST_YEAR + 1), number(value, "budget", 0))


Ages = Annotated[tuple[int, int], BeforeValidator(_ages)]
Reach = Annotated[float | dict[int, float] | None, BeforeValidator(_reach)]
Places = Annotated[int | dict[int, int] | None, BeforeValidator(_places)]
InSchools = Annotated[int | float | None, BeforeValidator(_in_schools)]
Budget = Annotated[Literal["unlimited"] | dict[int, float], BeforeValidator(_budget)]
