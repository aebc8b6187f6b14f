"""Doses of a year: gathered by child and state, stacked, and added to what a child has."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from model.delivery import Dose
from model.gains import IN_SD, PARTS, STATES
from model.rules import persistence
from model.rules.stacking import stacked

if TYPE_CHECKING:
    from model.town import Town

F = NDArray[np.float32]

LAST_AGE: Final = 32
_LEFT: Final = np.array(persistence.LEFT_A_YEAR, np.float32)
"""What a year leaves of each part."""


def fade(town: "Town") -> None:
    """A year on: slow and fast parts fade, passing ones are gone."""
    c, d = town.children, town.delivery
    rows = town.band(0, LAST_AGE)
    for state in d.touched:
        for part, left in zip(PARTS, _LEFT, strict=True):
            if left != 1:
                getattr(c, f"{state}_{part}")[rows] *= left
    if c.acts_given[rows].any():
        c.acts_given[rows] = False
    for name, book in d.books.items():
        if name[0] == "sum":
            book[:, rows] *= _LEFT[:, None]


def give_out(town: "Town") -> None:
    """All doses due this year, and what builds up with age."""
    d = town.delivery
    due = [_still_there(town, dose) for dose in d.pending.pop(town.year, [])]
    d.doses = []
    for state in STATES:
        own = [dose for dose in due if dose.state == state and dose.rows.size]
        if own:
            _add(town, state, own)
    _build(town)


def _still_there(town: "Town", dose: Dose) -> Dose:
    """A dose for those who have not moved away since it was earned."""
    same = town.children.id[dose.rows] == dose.ids
    if same.all():
        return dose
    return replace(dose, rows=dose.rows[same], ids=dose.ids[same], amounts=dose.amounts[same])


def _add(town: "Town", state: str, doses: list[Dose]) -> None:
    c, d, p = town.children, town.delivery, town.parameters.programmes
    low = min(int(dose.rows.min()) for dose in doses)
    size = max(int(dose.rows.max()) for dose in doses) + 1 - low
    asked = np.zeros((len(doses), size), np.float32)
    for dose, row in zip(doses, asked, strict=True):
        row[dose.rows - low] = _within_sum(town, dose)
    if town.switches.stacking or (town.switches.dose_cap and state in IN_SD):
        weights = p.stacking if town.switches.stacking else np.ones(1)
        cap = p.dose_cap if town.switches.dose_cap and state in IN_SD else np.inf
        asked = stacked(asked, weights.astype(np.float32), cap)
    for dose, row in zip(doses, asked, strict=True):
        counted = row[dose.rows - low]
        if not counted.any():
            continue
        d.touched.add(state)
        for part, share in zip(PARTS, dose.parts, strict=True):
            if share:
                getattr(c, f"{state}_{part}")[dose.rows] += np.float32(share) * counted
        if dose.book:
            shares = np.array(dose.parts, np.float32)[:, None]
            _sum_of(town, dose)[:, dose.rows] += shares * counted
        d.doses.append(replace(dose, amounts=counted))


def _within_sum(town: "Town", dose: Dose) -> F:
    """Amounts (n,) that, with what is left of earlier years', stay within the limit for repeated delivery."""
    if not dose.book:
        return dose.amounts
    before = np.abs(_sum_of(town, dose)[:, dose.rows].sum(axis=0))
    room = np.maximum(np.float32(dose.most) * np.abs(dose.amounts) - before, 0)
    return np.clip(dose.amounts, -room, room)


def _sum_of(town: "Town", dose: Dose) -> F:
    return town.delivery.book(town, "sum", dose.book, dose.state, parts=len(PARTS))


def _build(town: "Town") -> None:
    """Effects that build with age: a part of what was promised each year, from the age at which they
    begin."""
    c, d = town.children, town.delivery
    for name, promised in d.books.items():
        if name[0] != "builds":
            continue
        _, programme, number, state = name
        drawn = d.running[programme].drawn.effects[int(number)]
        first, last = drawn.effect.builds_from or 0, drawn.effect.builds_to or LAST_AGE
        band = town.band(first + 1, last)
        rows = band.start + np.flatnonzero(promised[band])
        if not rows.size:
            continue
        step = promised[rows] / np.float32(last - first)
        d.touched.add(state)
        getattr(c, f"{state}_lasting")[rows] += step
        d.doses.append(Dose(programme, state, rows, c.id[rows], step, (1.0, 0.0, 0.0, 0.0)))
