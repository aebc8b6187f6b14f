"""Records of what was found, for files and programs: fields by name, taken from attributes."""

from collections.abc import Iterable
from typing import Any


def records(found: Iterable[object], fields: str) -> tuple[dict[str, Any], ...]:
    """Return a record of each thing that was found.

    Args:
        fields: names of the fields, each an attribute, or `name=attribute` where that is called otherwise
            (`share=likelihood.share`, None where a step before its end is None); `name*` holds a span as
            name, name_low and name_high.
    """
    paths: dict[str, str] = {}
    for field in fields.split():
        name, _, path = field.removesuffix("*").partition("=")
        paths[name] = path or name
        if field.endswith("*"):
            paths |= {name: f"{name}.mean", f"{name}_low": f"{name}.low", f"{name}_high": f"{name}.high"}
    return tuple({name: _at(each, path) for name, path in paths.items()} for each in found)


def record(found: object, fields: str) -> dict[str, Any]:
    """Return the record of one thing; see `records`."""
    return records([found], fields)[0]


def _at(each: Any, path: str) -> Any:
    for step in path.split("."):
        each = None if each is None else getattr(each, step)
    return each
