"""What programmes have done so far in one town: who was served, what schools hold, what was spent, what the
alliance has learned.

It is the memory of the phase `alliance`. Everything that another phase needs stands in columns.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from model.agents.gain_columns import PARTS
from model.columns.table import Table
from model.kernels.dose_totals import Sums, no_sums
from model.state.drawn_cards import DrawnCard, drawn_card, key_of, youth_voice

if TYPE_CHECKING:
    import pandas as pd

    from model.inputs.parameters import Parameters
    from model.scenario.programmes import Use
    from model.scenario.scenario import Scenario

F = NDArray[np.float32]
U4 = NDArray[np.uint32]
Rows = NDArray[np.intp]

FUNDERS: Final = ("alliance", "organisations", "national")
COUNTS: Final = ("encounters_given", "acts_given")
"""Columns of children in which programmes count, beside what they add to states."""


@dataclass(frozen=True)
class Running:
    """A programme of the scenario with its card as drawn; `key` names it among draws of chance."""

    use: "Use"
    drawn: DrawnCard
    key: int


@dataclass(frozen=True)
class Dose:
    """What one effect of a programme adds to one state of some children (n,), in the state's unit.

    `ids` are theirs, for a row may have changed hands when an effect comes late. `book` names a programme's
    effect whose sum on one child is limited (to `most` times the year's dose), "" for others.
    """

    programme: str
    state: str
    rows: Rows
    ids: U4
    amounts: F
    parts: tuple[float, float, float, float]
    book: str = ""
    most: float = 0.0


@dataclass(frozen=True)
class Entry:
    """One programme in one year: people or schools eligible, served anyway as everywhere in England, offered;
    people treated, units paid for, pounds of 2017, and mean fidelity relative to routine delivery."""

    year: int
    programme: str
    activity: str
    funded_by: str
    unit: str
    eligible: int
    anyway: int
    offered: int
    treated: int
    treated_disadvantaged: int
    units: float
    cost: float
    fidelity: float


@dataclass(frozen=True)
class Decided:
    """What the alliance decided on a pilot: its estimates by programme, their standard error, in words."""

    year: int
    pilot: str
    estimates: dict[str, float]
    error: float
    words: str


@dataclass
class Delivery:
    """See the module. `touched` are the states of children that a programme has moved so far, `moved` the
    columns, each with the number of its part; `due` are doses of this year, `pending` those of later years;
    `doses` are what came to count of them. `own` are the schools of an approach that is tried in a pilot, in
    which no other of the pilot runs; `sums` what repeated delivery has added, by (book, state)."""

    acting: bool
    running: dict[str, Running] = field(default_factory=dict)
    voice: float = 0.0
    touched: set[str] = field(default_factory=set)
    moved: dict[str, int] = field(default_factory=dict)
    ledger: list[Entry] = field(default_factory=list)
    decisions: list[Decided] = field(default_factory=list)
    doses: list[Dose] = field(default_factory=list)
    served: dict[str, Rows] = field(default_factory=dict)
    due: list[Dose] = field(default_factory=list)
    pending: dict[int, list[Dose]] = field(default_factory=dict)
    books: dict[tuple[str, ...], NDArray[Any]] = field(default_factory=dict)
    sums: dict[tuple[str, str], Sums] = field(default_factory=dict)
    practice: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    held: dict[str, list[NDArray[np.float64]]] = field(default_factory=dict)
    counts: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    queues: dict[str, Rows] = field(default_factory=dict)
    own: dict[str, Rows] = field(default_factory=dict)
    apart: dict[str, tuple[str, ...]] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)
    at_full: dict[str, float] = field(default_factory=dict)
    purse: float = 0.0
    held_together: bool = False

    @staticmethod
    def of(scenario: "Scenario", parameters: "Parameters", draw: int) -> "Delivery":
        """Return nothing done yet, under a scenario in one draw of the effects."""
        if not scenario.acting:
            return Delivery(False)
        percentile, factor = scenario.effects.percentile, scenario.effects.factor
        running = {
            use.name: Running(
                use, drawn_card(scenario.card(use.card), draw, percentile, factor), key_of(use.name)
            )
            for use in scenario.programmes
        }
        waiting = {pilot.change_to for pilot in scenario.pilots if pilot.change_to}
        apart = {
            name: tuple(other for other in pilot.programmes if other != name)
            for pilot in scenario.pilots
            for name in pilot.programmes
        }
        return Delivery(True, running, youth_voice(parameters, draw), apart=apart, waiting=waiting)

    def per_child(self, children: Table, *name: str, dtype: Any = np.float32) -> NDArray[Any]:
        """Return an array over all rows of children, (capacity,), kept under a name; 0 at first."""
        if name not in self.books:
            self.books[name] = np.zeros(children.capacity, dtype)
        return self.books[name]

    def sum_of(self, children: Table, dose: Dose) -> Sums:
        """Return what a dose's book has added to its state."""
        name = dose.book, dose.state
        if name not in self.sums:
            self.sums[name] = no_sums(children.capacity)
        return self.sums[name]

    def move(self, state: str, part: int) -> str:
        """Return the column of children that a part of what programmes add to a state is kept in, which from
        now on is not at nought."""
        self.touched.add(state)
        column = f"{state}_{PARTS[part]}"
        self.moved[column] = part
        return column

    def forget(self, children: Table, rows: Rows) -> None:
        """Forget who was in these rows, for somebody new has come: nobody has served them."""
        if not self.acting:
            return
        # What no programme has moved is at nought.
        children.reset((*self.moved, *COUNTS), rows)
        for array in self.books.values():
            array[rows] = 0

    def money_for(self, use: "Use") -> float:
        """Return the pounds that may be spent on a programme this year: the purse, or no limit where others
        pay."""
        return self.purse if use.funded_by == "alliance" else float("inf")

    def enter(
        self,
        running: Running,
        year: int,
        *,
        eligible: int,
        anyway: int,
        offered: int,
        treated: int,
        treated_disadvantaged: int,
        units: float,
        fidelity: F,
    ) -> None:
        """Enter one year of a programme into the ledger, paid for; `fidelity` (n,) of whoever delivered
        it."""
        use, cost = running.use, units * running.drawn.unit_cost
        self.purse -= cost if use.funded_by == "alliance" else 0.0
        self.ledger.append(
            Entry(
                year=year,
                programme=use.name,
                activity=use.activity,
                funded_by=use.funded_by,
                unit=running.drawn.card.cost.per,
                eligible=eligible,
                anyway=anyway,
                offered=offered,
                treated=treated,
                treated_disadvantaged=treated_disadvantaged,
                units=units,
                cost=cost,
                fidelity=float(fidelity.mean()) if len(fidelity) else float("nan"),
            )
        )

    def spent(self, year: int) -> dict[str, float]:
        """Return the pounds of 2017 by funder in a year."""
        found = dict.fromkeys(FUNDERS, 0.0)
        for entry in self.of_year(year):
            found[entry.funded_by] += entry.cost
        return found

    def of_year(self, year: int) -> list[Entry]:
        """Return the entries of a year, in the order of spending."""
        return [entry for entry in self.ledger if entry.year == year]

    def frame(self) -> "pd.DataFrame":
        """Return the whole ledger, one row a programme and year, columns as in `Entry`."""
        import pandas as pd

        return pd.DataFrame([vars(entry) for entry in self.ledger], columns=list(Entry.__annotations__))
