"""Rows of the files of a place folder, and the text that is written of them."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

type Cell = str | int | float
type Row = Mapping[str, Cell]
"""A row of a CSV file by column."""

DECIMALS = 5


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
