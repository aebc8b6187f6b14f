"""What a plan costs: a row a lever and a row for every other programme, which add up to the pound."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from experiments.compare.costs import SPENT
from model.indicators.record import FUNDER, PROGRAMME
from model.scenario.programmes import Use
from wolsey.workshop.levers import levers, names_of, padlock_words, partnership_cards, planned
from wolsey.workshop.plans import Plan
from wolsey.workshop.view.delivered import PlanRuns


def costs(plan: Plan, found: PlanRuns) -> dict[str, Any]:
    """Whole pounds of 2017 a year from the levers' first year to the last, mean over years and runs.

    `levers` by name and `others`, the programmes that are on no lever, add up to `total`. So do `alliance`,
    from the budget, and `elsewhere`, paid for by others. `budget` is what is new a year and `carried` what
    was left of the years before; together they are `alliance` and `left`. These three are None where no limit
    is given.
    """
    ensemble = found.ensemble
    first = ensemble.years.index(levers().first_year)
    years, scale = ensemble.years[first:], ensemble.scenario.scale
    at = {key: column for column, key in enumerate(ensemble.keys)}

    def spent(*groups: str) -> float:
        columns = [at[SPENT, group] for group in groups if (SPENT, group) in at]
        values = np.nan_to_num(ensemble.values[:, first:, columns].astype(np.float64))
        return float(values.sum(axis=2).mean()) / scale if columns else 0.0

    of_levers = {
        lever.name: spent(*(f"{PROGRAMME}{name}" for name in names_of(lever)))
        for lever in levers().levers
        if not lever.money
    }
    others = _others(ensemble.scenario.programmes, years)
    rows = whole([*of_levers.values(), *(spent(f"{PROGRAMME}{use.name}") for use in others)])
    total, alliance = sum(rows), round(spent(f"{FUNDER}alliance"))
    plan_of = ensemble.scenario.alliance
    budget = carried = None
    if isinstance(plan_of.budget, dict):
        budget = round(sum(plan_of.budget_in(year) for year in years) / len(years))
        carried = round(float(np.mean([one.before for one in found.delivered])) / len(years) / scale)
    return {
        "levers": dict(zip(of_levers, rows, strict=False)),
        "others": [
            _other(use, plan, pounds) for use, pounds in zip(others, rows[len(of_levers) :], strict=True)
        ],
        "total": total,
        "alliance": alliance,
        "elsewhere": total - alliance,
        "budget": budget,
        "carried": carried,
        "left": None if budget is None or carried is None else budget + carried - alliance,
    }


def whole(amounts: Sequence[float]) -> list[int]:
    """Whole numbers nearest to these amounts, none below 0, that add up to their sum as rounded: what is left
    over goes to the largest remainders."""
    exact = np.array(amounts, np.float64)
    rounded = np.floor(exact).astype(np.int64)
    most = np.argsort(rounded - exact, kind="stable")
    rounded[most[: round(float(exact.sum())) - int(rounded.sum())]] += 1
    return [int(each) for each in rounded]


def _others(uses: Sequence[Use], years: Sequence[int]) -> list[Use]:
    """The programmes in force in these years that no lever moves, the partnership first."""
    of_levers = {name for lever in levers().levers for name in names_of(lever)}
    found = [
        use for use in uses if use.name not in of_levers and any(planned(use, year) > 0 for year in years)
    ]
    return sorted(found, key=lambda use: use.card not in partnership_cards())


def _other(use: Use, plan: Plan, pounds: int) -> dict[str, Any]:
    card = plan.scenario().card(use.card)
    return {
        "name": use.name,
        "title": card.title,
        "partnership": use.card in partnership_cards(),
        "padlocks": list(card.padlocks),
        "evidence": padlock_words(card.padlocks),
        "pounds": pounds,
    }
