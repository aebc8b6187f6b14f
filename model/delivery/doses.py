"""Doses of a year: gathered by child and state, stacked, and added to what a child has."""

from dataclasses import replace

import numpy as np

from model.agents.gain_columns import IN_SD, PARTS, STATES
from model.calendar import LAST_AGE
from model.kernels.dose_totals import LEFT, add_to, give_part, keep_within
from model.kernels.stacking import stack
from model.rules.persistence import LEFT_A_YEAR
from model.state.ledger import Dose
from model.state.state import TownState


def fade(town: TownState) -> None:
    """Let a year pass: slow and fast parts fade, passing ones are gone."""
    c = town.children
    rows = town.band(0, LAST_AGE)
    for column, part in town.delivery.moved.items():
        if LEFT_A_YEAR[part] != 1:
            c.array(column)[rows] *= np.float32(LEFT_A_YEAR[part])
    if c.acts_given[rows].any():
        c.acts_given[rows] = False


def give_out(town: TownState) -> None:
    """Give out all doses due this year, and what builds up with age."""
    d = town.delivery
    due = [_still_there(town, dose) for dose in d.pending.pop(town.year, [])] + d.due
    d.due, d.doses = [], []
    for state in STATES:
        own = [dose for dose in due if dose.state == state and dose.rows.size]
        if own:
            _add(town, state, own)
    _build(town)


def _still_there(town: TownState, dose: Dose) -> Dose:
    """Return a dose for those who have not moved away since it was earned."""
    same = town.children.id[dose.rows] == dose.ids
    if same.all():
        return dose
    return replace(dose, rows=dose.rows[same], ids=dose.ids[same], amounts=dose.amounts[same])


def _add(town: TownState, state: str, doses: list[Dose]) -> None:
    c, d, p = town.children, town.delivery, town.parameters.programmes
    rows = np.concatenate([dose.rows for dose in doses])
    # What is asked for, then what of it counts: dose after dose.
    amounts = np.concatenate([dose.amounts for dose in doses])
    ends = np.cumsum([dose.rows.size for dose in doses]).tolist()
    own = [amounts[end - dose.rows.size : end] for dose, end in zip(doses, ends, strict=True)]
    for dose, asked in zip(doses, own, strict=True):
        if dose.book:
            sums = d.sum_of(town.children, dose)
            keep_within(town.year, dose.rows, dose.ids, dose.most, LEFT, sums, asked)
    if town.switches.stacking or (town.switches.dose_cap and state in IN_SD):
        weights = (p.stacking if town.switches.stacking else np.ones(1)).astype(np.float32)
        cap = p.dose_cap if town.switches.dose_cap and state in IN_SD else np.inf
        stack(rows, weights, cap, amounts)
    for dose, counted in zip(doses, own, strict=True):
        if not counted.any():
            continue
        for part, share in enumerate(dose.parts):
            if share:
                give_part(dose.rows, counted, share, c.array(d.move(state, part)))
        if dose.book:
            shares = np.array(dose.parts, np.float32)
            add_to(d.sum_of(town.children, dose), dose.rows, counted, shares)
        d.doses.append(replace(dose, amounts=counted))


def _build(town: TownState) -> None:
    """Add effects that build with age: a part of what was promised each year, from the age at which they
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
        c.array(d.move(state, PARTS.index("lasting")))[rows] += step
        d.doses.append(Dose(programme, state, rows, c.id[rows], step, (1.0, 0.0, 0.0, 0.0)))
