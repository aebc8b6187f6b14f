"""What programmes and acts gave one child in one year, and what of earlier doses is left."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.lives.facts import gains_of
from model.agents.gain_columns import STATES
from model.delivery.serve_children import take_up
from model.scenario.levers import LEVERS

if TYPE_CHECKING:
    from model.town import Town

UNITS: Final = {"SD": "SD", "pp": "points", "log-odds": "in log-odds", "ln": "in the log of pay"}
WORDS: Final = {
    "socio": "social and emotional skills",
    "neet": "risk of being out of education and work",
    "level3": "chance of level 3",
    "higher": "chance of higher education",
    "absence": "sessions missed",
}


@dataclass(frozen=True, slots=True)
class Help:
    """One programme or act in one year of a child: whether it `served` the child this year (else an effect of
    earlier delivery), `how` in words, and doses by state, in the state's unit."""

    name: str
    title: str
    served: bool
    how: str
    doses: dict[str, float]


@dataclass(frozen=True, slots=True)
class Given:
    """All help of a year, and by state what of earlier doses is still in force."""

    help: tuple[Help, ...] = ()
    left: dict[str, float] | None = None

    def __bool__(self) -> bool:
        return bool(self.help)


def given_to(town: "Town", row: int) -> Given:
    """Return what a child was given in the year that the town has just lived."""
    d = town.delivery
    if not d.acting:
        return Given()
    child = town.children.id[row]
    doses: dict[str, dict[str, float]] = {}
    for dose in d.doses:
        at = np.flatnonzero(dose.rows == row)
        if at.size and dose.ids[at[0]] == child:
            mine = doses.setdefault(dose.programme, {})
            mine[dose.state] = mine.get(dose.state, 0.0) + float(dose.amounts[at].sum())
    served = [name for name, rows in d.served.items() if not for_the_town(town, name) and (rows == row).any()]
    found = [
        Help(name, *_title_and_how(town, row, name, name in served), doses.get(name, {}))
        for name in dict.fromkeys([*served, *doses])
    ]
    now = {state: sum(each.get(state, 0.0) for each in doses.values()) for state in STATES}
    left = {state: amount - now[state] for state, amount in gains_of(town, row).items()}
    least = 1e-4
    return Given(tuple(found), {state: amount for state, amount in left.items() if abs(amount) >= least})


def for_the_town(town: "Town", name: str) -> bool:
    """Tell whether a programme serves the town as a whole, and no child of it more than another."""
    return town.delivery.running[name].drawn.card.delivered_to == "town"


def amount_words(state: str, amount: float) -> str:
    """Return `numeracy +0.052 SD`."""
    digits = 2 if state == "absence" else 3
    return f"{WORDS.get(state, state)} {amount:+.{digits}f} {UNITS[LEVERS[state].unit]}"


def _title_and_how(town: "Town", row: int, name: str, served: bool) -> tuple[str, bool, str]:
    running = town.delivery.running.get(name)
    if running is None:
        return name, True, "an act of an organisation"
    card = running.drawn.card
    levers = [LEVERS[each.effect.lever] for each in running.drawn.effects]
    aims = [lever.words.split(",")[0] for lever in levers if lever.way != "gain"]
    on = f"; it acts on {', '.join(dict.fromkeys(aims))}" if aims else ""
    if card.delivered_to == "school":
        return card.title, served, f"reached the school{on}" if served else "what the school still does of it"
    if not served:
        return card.title, False, "what it gave earlier, which comes with age or later"
    amount = f", {running.use.amount:g} each" if running.use.amount != 1 else ""
    # As the phase has it, but with the family's trust at the end of the year.
    drawn, chance = (float(each[0]) for each in take_up(town, running, np.array([row])))
    who = "the family took" if card.delivered_to == "family" else "took"
    how = f"{who} part{amount} (chance {chance:.2f} once offered, this child's draw {drawn:.2f}){on}"
    return card.title, True, how
