"""CSV files of figures, read row by row, every fault said with file, line and column."""

import csv
import io
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.io.errors import InputError, listed, nearest, unknown
from model.io.files import shown_path

GRADES: Final = "ABCDJ"
"""A read in the source, B well known, C approximate, D derived by arithmetic, J judgement."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_GRADE = re.compile(rf"[{GRADES}](\([{GRADES}]\))?")


def is_grade(text: str) -> bool:
    """Tell whether `text` is a grade: a letter of GRADES, with the grade of what it was derived from in
    brackets."""
    return _GRADE.fullmatch(text) is not None


def source_faults(text: str, sources: Collection[str]) -> str | None:
    """Return the first key of a source ("KEY:series; KEY") that is none of `sources`; None where all are
    known."""
    for part in text.split(";"):
        key = part.split(":")[0].strip()
        if key not in sources:
            return key
    return None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a CSV file: `where` is the file, `line` its number from 1, `cells` its text by column."""

    where: str
    line: int
    cells: Mapping[str, str]

    def at(self, column: str) -> str:
        """Return the place of a cell, as errors say it."""
        return f"line {self.line}, {column}"

    def fault(self, column: str, problem: str, allowed: str = "", hint: str | None = None) -> InputError:
        """Return the error for what stands in `column`."""
        value = self.cells[column]
        return InputError(
            problem, where=self.where, at=self.at(column), value=value, allowed=allowed, hint=hint
        )

    def text(self, column: str) -> str:
        """Return what stands in `column`. Raises InputError where it is empty."""
        if not self.cells[column]:
            raise InputError("is missing", where=self.where, at=self.at(column))
        return self.cells[column]

    def number(self, column: str, low: float = -math.inf, high: float = math.inf) -> float:
        """Return the number in `column`, between `low` and `high`. Raises InputError."""
        text = self.text(column)
        if not _NUMBER.fullmatch(text):
            raise self.fault(column, "must be a number, like 12 or -0.5")
        value = float(text)
        if not low <= value <= high:
            raise self.fault(column, _between(low, high))
        return value

    def whole(self, column: str, low: int, high: int) -> int:
        """Return the whole number in `column`, between `low` and `high`. Raises InputError."""
        value = self.number(column, low, high)
        if value != int(value) or "." in self.cells[column]:
            raise self.fault(column, "must be a whole number")
        return int(value)

    def word(self, column: str, options: Iterable[str], what: str) -> str:
        """Return the word in `column`, one of `options`; `what` is the kind of thing that it names ("a
        ward")."""
        word, known = self.text(column), list(options)
        if word not in known:
            raise unknown(what, word, known, where=self.where, at=self.at(column))
        return word

    def flag(self, column: str) -> bool:
        """Return the true for `yes`, False for `no`."""
        return self.word(column, ("yes", "no"), "yes or no") == "yes"

    def grade(self) -> str:
        """Return the grade in the column `grade`."""
        grade = self.text("grade")
        if not is_grade(grade):
            raise self.fault("grade", "is no grade", f"{', '.join(GRADES)}, or like D(A)")
        return grade

    def source(self, sources: Collection[str]) -> str:
        """Return the source in the column `source`: keys of `sources`, each with a series behind a colon, `;`
        between."""
        source = self.text("source")
        key = source_faults(source, sources)
        if key is not None:
            allowed, hint = f"keys of [sources]: {listed(sources)}", nearest(key, sources)
            raise self.fault("source", f"'{key}' is no source of place.toml", allowed, hint)
        return source


def read_csv(path: Path, columns: Sequence[str]) -> list[Row]:
    """Return the rows of a CSV file that has exactly these columns, in any order; spaces around a cell are
    dropped.

    Raises InputError where the file cannot be read, is not UTF-8, has other columns, ragged rows or no row.
    """
    where = shown_path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 text (byte {error.start})", where=where) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=where) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    header: list[str] = []
    try:
        for cells in reader:
            cells = [cell.strip() for cell in cells]
            if not header:
                header = _checked_header(cells, columns, where)
            elif len(cells) != len(header) and any(cells):
                problem = f"has {len(cells)} cells, the header {len(header)}"
                raise InputError(problem, where=where, at=f"line {reader.line_num}")
            elif any(cells):
                rows.append(Row(where, reader.line_num, dict(zip(header, cells, strict=True))))
    except csv.Error as error:
        raise InputError(f"is not valid CSV: {error}", where=where, at=f"line {reader.line_num}") from None
    if not rows:
        raise InputError("has no rows", where=where)
    return rows


def check_unique(rows: Iterable[Row], columns: Sequence[str]) -> None:
    """Raise InputError where two rows have the same text in all of `columns`."""
    first: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(row.cells[column] for column in columns)
        if key in first:
            problem = f"stands already in line {first[key]}: {', '.join(key)}"
            raise InputError(problem, where=row.where, at=f"line {row.line}")
        first[key] = row.line


def check_most(rows: Sequence[Row], most: int, what: str) -> None:
    """Raise InputError where there are more than `most` rows; `what` they are, "schools"."""
    if len(rows) > most:
        problem, line = f"has {len(rows):,} {what}", f"line {rows[most].line}"
        raise InputError(problem, where=rows[0].where, at=line, allowed=f"at most {most:,}")


def check_range(rows: Sequence[Row], column: str, first: int, last: int) -> None:
    """Raise InputError unless `column` counts from `first` to `last`, one row a number."""
    for expected, row in enumerate(rows, first):
        if expected > last or row.whole(column, -(10**6), 10**6) != expected:
            wanted = f"must be {expected}" if expected <= last else "is one row too many"
            raise row.fault(column, wanted, f"one row for each from {first} to {last}, in order")
    if len(rows) != last - first + 1:
        missing = first + len(rows)
        raise InputError(f"{column} {missing} is missing", where=rows[-1].where, at=f"line {rows[-1].line}")


def reals(values: Iterable[float]) -> NDArray[np.float64]:
    """Return a float64 array of `values` that cannot be written to."""
    array = np.array(list(values), np.float64)
    array.flags.writeable = False
    return array


def wholes(values: Iterable[int]) -> NDArray[np.int64]:
    """Return an int64 array of `values` that cannot be written to."""
    array = np.array(list(values), np.int64)
    array.flags.writeable = False
    return array


def _checked_header(header: list[str], columns: Sequence[str], where: str) -> list[str]:
    for column in header:
        if column not in columns:
            raise unknown("a column", column, columns, where=where, at="line 1")
    for column in columns:
        if header.count(column) != 1:
            problem = "is missing" if column not in header else "stands twice"
            raise InputError(f"column '{column}' {problem}", where=where, at="line 1")
    return header


def _between(low: float, high: float) -> str:
    if math.isinf(high):
        return f"must be at least {low:g}"
    return f"must be at most {high:g}" if math.isinf(low) else f"must be between {low:g} and {high:g}"
