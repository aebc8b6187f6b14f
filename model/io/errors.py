"""A user's mistake, said in one clear line: file, key path, value, what is allowed, nearest spelling."""

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

LONGEST_VALUE: Final = 80
"""Characters of a wrong value that an error shows; what is longer is cut and marked with an ellipsis."""

MOST_OPTIONS: Final = 12
"""Allowed words that an error lists; where there are more, it gives the first ones and their number."""


class _Absent:
    """The type of `ABSENT`; there is one of it, in every process."""

    def __repr__(self) -> str:
        return "ABSENT"

    def __reduce__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
"""Says that an error has no value to show (None would be a value)."""


class InputError(Exception):
    """Something that a user wrote cannot be used.

    `problem` says what is wrong ("must be between 0 and 1"); `where` is the file, `at` the key path in it
    (list entries counted from 0, as in `goals[2].year`), `value` what stands there, `allowed` what may stand
    there and `hint` the nearest spelling. `str()` gives all of it in one line. It survives pickling, so a
    worker can raise it."""

    def __init__(
        self,
        problem: str,
        *,
        where: str = "",
        at: str = "",
        value: object = ABSENT,
        allowed: str = "",
        hint: str | None = None,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.where = where
        self.at = at
        self.value = value
        self.allowed = allowed
        self.hint = hint

    def __str__(self) -> str:
        place = self.at
        if self.value is not ABSENT:
            place = f"{place} = {shown(self.value)}" if place else shown(self.value)
        parts = [": ".join(part for part in (self.where, place, self.problem) if part)]
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.hint:
            parts.append(f"did you mean '{self.hint}'?")
        return " ".join("; ".join(parts).split())

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (self.problem, self.where, self.at, self.value, self.allowed, self.hint)

    def moved(self, at: str) -> "InputError":
        """Return the same error with another key path."""
        return _rebuilt(self.problem, self.where, at, self.value, self.allowed, self.hint)

    def inside(self, where: str, at: str = "") -> "InputError":
        """Return the same error with its file, where it names none yet, and with `at` put before its key
        path."""
        path = join_path(at, self.at)
        return _rebuilt(self.problem, self.where or where, path, self.value, self.allowed, self.hint)


def _rebuilt(problem: str, where: str, at: str, value: object, allowed: str, hint: str | None) -> InputError:
    return InputError(problem, where=where, at=at, value=value, allowed=allowed, hint=hint)


def nearest(word: str, options: Iterable[str]) -> str | None:
    """Return the option spelt most like `word`, upper and lower case alike; None where none is near."""
    by_folded = {option.casefold(): option for option in options}
    close = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def listed(options: Iterable[str]) -> str:
    """Return the allowed words in one phrase; of many only the number and the first ones."""
    words = list(options)
    if not words:
        return "none"
    if len(words) <= MOST_OPTIONS:
        return ", ".join(words)
    return f"{', '.join(words[:MOST_OPTIONS])} and {len(words) - MOST_OPTIONS} more"


def unknown(
    what: str, word: str, options: Iterable[str], *, where: str = "", at: str = "", value: object = ABSENT
) -> InputError:
    """Return the error for a word that is none of `options`; `what` is the kind of thing that it should name
    ("a place"). `value` is what stands at the key path `at`, where that is not the word itself."""
    known = list(options)
    problem = f"is not {what}" if at else f"'{shown_word(word)}' is not {what}"
    if at and value is ABSENT:
        value = word
    return InputError(
        problem,
        where=where,
        at=at,
        value=value,
        allowed=listed(known),
        hint=nearest(word, known),
    )


def join_path(*parts: str) -> str:
    """Return the key paths put one behind the other: `a` and `b` to `a.b`, `a` and `[1].b` to `a[1].b`; empty
    ones are left out."""
    path = ""
    for part in parts:
        path += part if not path or part.startswith("[") or not part else f".{part}"
    return path


def key_path(steps: Sequence[str | int]) -> str:
    """Return the keys and list positions as a path: ("goals", 2, "year") to `goals[2].year`."""
    return join_path(*(f"[{step}]" if isinstance(step, int) else step for step in steps))


def shown_word(word: str) -> str:
    """Return a word as an error shows it: on one line and not too long."""
    return _cut(" ".join(word.split()))


def shown(value: object) -> str:
    """Return a value as a TOML file would write it, on one line and not too long."""
    return _cut(_as_toml(value))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"


def _as_toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value[: LONGEST_VALUE + 1], ensure_ascii=False)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {_as_toml(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_as_toml(entry) for entry in value) + "]"
    return str(value)
