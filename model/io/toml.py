"""Reading a TOML file, and saying in one line what is wrong with it."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from model.io.errors import ABSENT, InputError, join_path, key_path, listed, nearest
from model.io.files import shown_path

_POSITION = re.compile(r"(?P<what>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)")

_SHOULD_BE = {
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "string_type": "must be text in quotes",
    "string_too_short": "must not be empty",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
}


def load_toml(path: Path) -> dict[str, Any]:
    """Return the content of a TOML file. Raises InputError where the file cannot be read or is not TOML
    (line, column).

    A byte order mark, which some editors put first, is passed over."""
    where = shown_path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 text (byte {error.start})", where=where) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=where) from None
    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise _syntax_error(str(error), text, where) from None
    except RecursionError:
        raise InputError("is nested too deeply to be read", where=where) from None


def _syntax_error(message: str, text: str, where: str) -> InputError:
    match = _POSITION.fullmatch(message)
    if match is None:
        return InputError(f"is not valid TOML: {message}", where=where)
    if match["line"] is None:
        lines = text.splitlines() or [""]
        position = f"line {len(lines)}, column {len(lines[-1]) + 1}"
    else:
        position = f"line {match['line']}, column {match['column']}"
    what = match["what"]
    return InputError(f"is not valid TOML: {what[:1].lower()}{what[1:]}", where=where, at=position)


def first_fault(error: ValidationError, model: type[BaseModel], raw: object, where: str = "") -> InputError:
    """Return the first thing wrong in `raw`, which `model` refused with `error`, as an InputError in the file
    `where`.

    An unknown key comes before a missing one: a misspelt key is both, and its nearest spelling says more."""
    faults = error.errors(include_url=False)
    fault = next((entry for entry in faults if entry["type"] == "extra_forbidden"), faults[0])
    steps = _steps_in(raw, fault)
    at = key_path(steps)
    kind, context = fault["type"], fault.get("ctx", {})
    value: object = fault["input"]
    if kind == "extra_forbidden":
        known = _keys_at(model, fault["loc"][:-1])
        hint = nearest(str(steps[-1]), known)
        return InputError(
            "is not a known key", where=where, at=at, value=value, allowed=listed(known), hint=hint
        )
    if kind in ("missing", "union_tag_not_found"):
        at = join_path(at, str(context["discriminator"]).strip("'")) if kind == "union_tag_not_found" else at
        return InputError("is missing", where=where, at=at)
    if kind in ("literal_error", "union_tag_invalid"):
        if kind == "union_tag_invalid":
            at, value = join_path(at, str(context["discriminator"]).strip("'")), context["tag"]
        known = re.findall(r"'([^']*)'", str(context.get("expected", context.get("expected_tags"))))
        return InputError(
            "is not one of the allowed words",
            where=where,
            at=at,
            value=value,
            allowed=listed(known),
            hint=nearest(value, known) if isinstance(value, str) else None,
        )
    return InputError(_problem(model, fault), where=where, at=at, value=value if steps else ABSENT)


def _problem(model: type[BaseModel], fault: ErrorDetails) -> str:
    """Return what is wrong, in words, for the kinds of fault that need no list of allowed words."""
    kind, context = fault["type"], fault.get("ctx", {})
    if kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        return _range_in_words(model, fault)
    if kind == "too_short":
        return f"must have at least {context['min_length']} entries, has {context['actual_length']}"
    return _SHOULD_BE.get(kind, fault["msg"])


def _range_in_words(model: type[BaseModel], fault: ErrorDetails) -> str:
    limits: dict[str, float] = dict(fault.get("ctx", {}))
    for entry in _walk(model, fault["loc"])[1]:
        for limit in ("ge", "le", "gt", "lt"):
            if getattr(entry, limit, None) is not None:
                limits[limit] = getattr(entry, limit)
    if "ge" in limits and "le" in limits:
        return f"must be between {limits['ge']:g} and {limits['le']:g}"
    words = {"ge": "at least", "le": "at most", "gt": "above", "lt": "below"}
    return "must be " + " and ".join(
        f"{words[limit]} {limits[limit]:g}" for limit in words if limit in limits
    )


def _steps_in(raw: object, fault: ErrorDetails) -> list[str | int]:
    """Return the fault's path without the steps that pydantic adds for the alternatives of a union: only keys
    and positions that are in `raw`, and at the end a key that is missing there."""
    steps: list[str | int] = []
    here: Any = raw
    for number, step in enumerate(fault["loc"]):
        entry = isinstance(step, int) and isinstance(here, list | tuple)
        if entry or (isinstance(here, Mapping) and step in here):
            here = here[step]
        elif fault["type"] != "missing" or number < len(fault["loc"]) - 1:
            continue
        steps.append(step)
    return steps


def _keys_at(model: type[BaseModel], steps: Sequence[str | int]) -> list[str]:
    found = _walk(model, steps)[0]
    return list(found.model_fields) if isinstance(found, type) and issubclass(found, BaseModel) else []


def _walk(model: type[BaseModel], steps: Sequence[str | int]) -> tuple[Any, list[Any]]:
    """Return the type that stands at a path of `model`, and the limits that its annotation names."""
    here: Any = model
    limits: list[Any] = []
    for step in steps:
        if isinstance(here, type) and issubclass(here, BaseModel):
            field = here.model_fields[str(step)]
            here, limits = _bare(field.annotation)
            limits = [*limits, *field.metadata]
        elif get_origin(here) in (Union, UnionType):
            here = next(option for option in get_args(here) if _tag(option) == step)
        else:
            inner = [option for option in get_args(here) if option is not Ellipsis]
            here, limits = _bare(inner[-1])
    return here, limits


def _bare(annotation: Any) -> tuple[Any, list[Any]]:
    """Return an annotation without `Annotated` and `| None`, and what was annotated (a Field's limits
    unpacked)."""
    limits: list[Any] = []
    while get_origin(annotation) is Annotated:
        annotation, *extra = get_args(annotation)
        for entry in extra:
            limits.extend(getattr(entry, "metadata", None) or [entry])
    options = [option for option in get_args(annotation) if option is not type(None)]
    if len(options) == 1 and type(None) in get_args(annotation):
        return _bare(options[0])
    return annotation, limits


def _tag(option: Any) -> object:
    """Return the word by which a union chooses this model: the only value of its `kind`."""
    kind = option.model_fields["kind"].annotation
    return get_args(kind)[0] if get_origin(kind) is Literal else None
