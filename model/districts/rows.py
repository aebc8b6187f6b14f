"""Rows of the files of a place folder, and the text that is written of them, as CSV and as TOML."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

type Cell = str | int | float
type Row = Mapping[str, Cell]
"""A row of a CSV file by column."""

DECIMALS: Final = 5

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def cell(value: Cell) -> str:
    """Return a cell's text: numbers with at most five decimals, never with an exponent, the same on any
    machine. Raises ValueError for a number that is not finite."""
    if isinstance(value, str):
        return value
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(f"{value} cannot stand in a file")
    if float(value).is_integer():
        return str(int(value))
    text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def csv_text(rows: Iterable[Row], columns: Sequence[str]) -> str:
    """Return rows as a CSV file with a header, in their order. Raises KeyError for a row that lacks a
    column."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(row[column]) for column in columns] for row in rows)
    return text.getvalue()


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
