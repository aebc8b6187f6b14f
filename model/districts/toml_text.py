"""Plain values as TOML text."""

import json
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def key_text(key: str) -> str:
    """Return a key as TOML writes it: bare where it can be."""
    return key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def value_text(value: Any) -> str:
    """Return a value as TOML writes it: a text of several lines between three quotes, a table inline. Raises
    TypeError for what TOML cannot hold."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        quoted = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        return quoted if "\n" not in value else '"""\n' + quoted[1:-1].replace("\\n", "\n") + '"""'
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(value_text(entry) for entry in value) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key_text(key)} = {value_text(of)}" for key, of in value.items()) + " }"
    raise TypeError(f"{type(value).__name__} cannot stand in a TOML file")
