"""What an answer leans on and what it cannot say: assumptions with their grades, the score card, words."""

from collections.abc import Sequence
from typing import Final

from calibration.validation.naive import LAST_VALUE, TREND, WORDS
from calibration.validation.shipped import Validated
from experiments.reach.expert import expert
from experiments.reach.findings import Assumption, ScoreRow
from experiments.reach.required_factor import cards_of
from experiments.reach.scenarios import Arm
from model.inputs.parameters import Parameter, Parameters
from model.scenario.cards import Card
from model.scenario.levers import LEVERS

WEAK: Final = ("J", "S", "D")
"""Grades of numbers that nobody has measured: judgement, solved in code, derived by arithmetic."""
NO_CARD: Final = "Not computed: run `wolsey validate --ship`."
NOT_FITTED: Final = (
    "None for this place: it was never fitted, so nothing was held out of a fit to be scored. What the score "
    "card of another place says does not hold here."
)
OTHER_NUMBERS: Final = (
    "This score card, made {made}, is of other numbers than those of this report: it says how those did. "
    "Make it anew with `wolsey validate --ship`."
)

CANNOT: Final = (
    "What will happen. It says what would follow if England stays as it is after its last published year and "
    "the plan is carried out as written.",
    "Anything that can be checked about the years after 2032: no figure published so far can validate them. "
    "They are conditional scenarios.",
    "Whether the Opportunity Area worked. Its effects here are what trials of such programmes led to expect, "
    "not what was measured of it.",
    "What a partnership changes beyond reach, fidelity and staying power: no effect of its own has been "
    "shown anywhere, so none is in the model.",
    "What programmes that nobody has tested would do, or those tested together: what several add up to on "
    "one child is an assumption, and so is the limit of what a child can gain in a year.",
    "Anything about a real child, family or school. Everybody in the model is synthetic, and no simulated "
    "result is one of a real school.",
    "What changes in families' incomes, housing, health or the law would do: they are in the model as they "
    "were.",
)


def assumptions(arms: Sequence[Arm], numbers: Parameters) -> tuple[Assumption, ...]:
    """Return what the answer leans on: the effects of every card in use, the numbers that nobody has measured
    and that are uncertain, and the prior that stands beside the goals."""
    cards: dict[str, Card] = {}
    for arm in arms:
        for card in cards_of(arm.scenario):
            cards.setdefault(card.name, card)
    known = expert()
    return (
        *(_of_card(card) for card in cards.values()),
        *(_of_number(each) for each in numbers.records() if each.grade[0] in WEAK and not each.prior.fixed),
        Assumption("beside the goals", "prior by hand", "set beside each target", known.grade, known.source),
    )


def _of_card(card: Card) -> Assumption:
    sizes = [
        f"{LEVERS[effect.lever].words} {effect.mean:+g} {effect.unit} (SD {effect.sd:g})"
        for effect in card.effects
    ]
    low, high = card.padlocks
    locks = f"{low}" if low == high else f"{low} to {high}"
    return Assumption("programme", card.title, "; ".join(sizes), f"{locks} of 5 padlocks", card.source)


def _of_number(record: Parameter) -> Assumption:
    values = record.value if isinstance(record.value, tuple) else (record.value,)
    said = ", ".join(f"{value:g}" for value in values[:4]) + (", ..." if len(values) > 4 else "")
    prior = f"{record.prior.kind}({', '.join(f'{each:g}' for each in record.prior.numbers)})"
    words = f"{said} {record.unit}; prior {prior}"
    return Assumption("number", record.meaning, words, record.grade, record.source)


def scores(
    card: Validated | None, posterior: str, fitted: bool = True
) -> tuple[tuple[ScoreRow, ...], tuple[str, ...]]:
    """Return the rows of the score card, and what is said first; no row and how to make one where there is
    none, or that there can be none of a place that was never fitted. `posterior` is the digest of what the
    answer's numbers are drawn from: a score card of another one is said to be that."""
    if card is None:
        return (), (NO_CARD if fitted else NOT_FITTED,)
    stale = () if card.posterior == posterior else (OTHER_NUMBERS.format(made=card.made),)
    skill = {(each.pool, each.against): each for each in card.skill}
    rows = []
    for each in card.coverage:
        last, trend = (skill.get((each.pool, WORDS[name])) for name in (LAST_VALUE, TREND))
        lost = [one.against for one in (last, trend) if one is not None and one.lost]
        words = "" if last is None and trend is None else "better than both naive forecasts"
        if lost:
            words = f"no better than {' and '.join(lost)}"
        rows.append(
            ScoreRow(
                each.pool,
                each.n,
                f"{each.in50} of {each.n}",
                f"{each.in90} of {each.n}",
                None if last is None else last.skill,
                None if trend is None else trend.skill,
                words,
            )
        )
    return tuple(rows), (*stale, *card.verdict)
