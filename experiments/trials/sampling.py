"""Who is in a trial, and who is treated: schools, children or wards drawn by lot in the town of a seed."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.trials.cases import TrialCase
from experiments.trials.measures import BEFORE, present, score
from model.calendar import FIRST_ACTING
from model.chance.luck import decision
from model.io.errors import InputError
from model.scenario.cards import load_card
from model.scenario.scenario import Scenario
from model.town import Town

F = NDArray[np.float32]
D = NDArray[np.float64]
U4 = NDArray[np.uint32]
B = NDArray[np.bool_]
I8 = NDArray[np.int64]
Rows = NDArray[np.intp]

WARDS = decision("trial.wards_drawn")
LOT = decision("trial.children_drawn_in_a_setting")

USE: Final = "trial"
"""What the programme is called in the scenario of a trial."""


@dataclass(frozen=True)
class DrawnSample:
    """The children of a trial, or of one year group of it: ids (n,), arm, and cluster (0 to `clusters` - 1);
    what is known of them before, by outcome, (n,) each."""

    ids: U4
    treated: B
    cluster: I8
    clusters: int
    covariates: list[list[D]]


@dataclass(frozen=True)
class _Pool:
    """Those whom the programme would serve, were it everywhere: rows (n,) of the town that lived so, schools
    of the trial in the order of the lot, and how many of them are treated."""

    rows: Rows
    schools: Rows
    treated: int


def drawn_wards(case: TrialCase, town: Town) -> tuple[Town, Rows]:
    """A trial of wards in a town that has lived to the year before: the town that will live on with half of
    them served, and rows of these wards. The town itself is untouched."""
    names = town.world.place.wards.names
    lot = town.luck.uniform(WARDS, 0, np.arange(1, len(names) + 1, dtype=np.uint32))
    near = np.sort(np.argsort(lot, kind="stable")[: round(len(names) * case.sample.treated)])
    served = {"who": {"wards": tuple(names[ward] for ward in near)}}
    return town.branch(_scenario(case, town.scenario, served)), near


def ward_sample(case: TrialCase, town: Town, near: Rows) -> DrawnSample:
    """The year group that comes into a trial of wards this year: all who live in the town."""
    c, rows = town.children, present(town)
    rows = rows[c.resident[rows] & np.isin(town.year - c.cohort[rows], case.sample.ages)]
    ward = c.ward[rows].astype(np.int64)
    family = [town.families.ses[c.family[rows]].astype(np.float64)] if case.sample.adjust_for else []
    wards = len(town.world.place.wards.names)
    return DrawnSample(c.id[rows], np.isin(ward, near), ward, wards, [family for _ in case.outcomes])


def drawn(case: TrialCase, town: Town) -> tuple[Town, DrawnSample]:
    """A trial of schools or children in a town that has lived to the year before: the town that lives on with
    half of them treated, after the first year, and the children of both arms. The town itself is untouched.

    Raises:
        InputError: the town has too few schools with such children.
    """
    rows = present(town)
    ids = town.children.id[rows]
    scores = [score(town, o.measure, rows, BEFORE, o.reliability_before) for o in case.outcomes]
    # The same programme everywhere tells whom it would serve where it is not.
    everywhere = town.branch(_scenario(case, town.scenario))
    everywhere.step()
    pool = _pool(case, everywhere, ids)
    with_it = town.branch(_scenario(case, town.scenario, _limits(case, everywhere, pool)))
    with_it.step()
    return with_it, _sample(case, everywhere, with_it, pool, (ids, scores))


def _scenario(case: TrialCase, base: Scenario, limits: dict[str, Any] | None = None) -> Scenario:
    """The scenario of the trial: its programme limited to one arm, or serving everybody whom it can."""
    plan, card = case.programme, case.effect.card
    settings = case.sample.settings is not None
    to_schools = load_card(card).delivered_to == "school"
    use: dict[str, Any] = {
        "name": USE,
        "card": card,
        "start": FIRST_ACTING,
        "end": FIRST_ACTING + plan.years - 1,
        "ages": plan.ages,
        "order": "random",
        "take_up": None if to_schools else 1.0 if limits is None else plan.take_up,
        "reach": 1.0,
        "in_schools": 1.0 if settings and not to_schools else None,
        "who": plan.who.model_dump(),
    }
    limits = dict(limits or {})
    use["who"] |= limits.pop("who", {})
    return base.changed({"programmes": [{**use, **limits}], "cards": {card: case.effect.card_changes()}})


def _to_schools(case: TrialCase) -> bool:
    return load_card(case.effect.card).delivered_to == "school"


def _pool(case: TrialCase, everywhere: Town, known: U4) -> _Pool:
    """`known`: ids of those who were in the town a year before."""
    c, sample = everywhere.children, case.sample
    rows = everywhere.delivery.served[USE]
    rows = rows[np.isin(everywhere.year - c.cohort[rows], sample.ages)]
    if "before" in sample.adjust_for:
        rows = rows[np.isin(c.id[rows], known)]
    queue = everywhere.delivery.queues.get(USE, np.zeros(0, np.intp))
    # In a large town a few schools stand empty.
    queue = queue[np.isin(queue, c.school[rows])]
    if sample.settings is not None:
        if len(queue) < sample.settings:
            scale = everywhere.scenario.scale
            problem = f"is more than the {len(queue)} such schools of a town of scale {scale:g}"
            hint = "needs a larger sample.scale"
            raise InputError(f"{problem}; {hint}", at="sample.settings", value=sample.settings)
        queue = queue[: sample.settings]
        rows = rows[np.isin(c.school[rows], queue)]
    return _Pool(rows, queue, round(len(queue) * sample.treated))


def _limits(case: TrialCase, everywhere: Town, pool: _Pool) -> dict[str, Any]:
    """Keys of the programme that limit it to those treated."""
    sample = case.sample
    queue = everywhere.delivery.queues.get(USE, np.zeros(0, np.intp))
    if sample.randomised == "child":
        share = {} if sample.settings is None else {"in_schools": _first(queue, pool.schools) / len(queue)}
        return {"reach": sample.treated, **share}
    served = _first(queue, pool.schools[: pool.treated]) / len(queue)
    return {"reach" if _to_schools(case) else "in_schools": served}


def _first(queue: Rows, schools: Rows) -> int:
    """How many of the queue, from its head, hold all of these schools."""
    return int(np.flatnonzero(np.isin(queue, schools))[-1]) + 1


def _sample(
    case: TrialCase, everywhere: Town, with_it: Town, pool: _Pool, before: tuple[U4, list[D]]
) -> DrawnSample:
    c, sample, rows = everywhere.children, case.sample, pool.rows
    setting = c.school[rows].astype(np.int64)
    if sample.per_setting is not None:
        lot = everywhere.luck.uniform(LOT, 0, c.id[rows])
        kept = _first_of_each(setting, lot, sample.per_setting)
        rows, setting = rows[kept], setting[kept]
    ids, cluster = c.id[rows], setting
    if sample.randomised == "school":
        treated = np.isin(setting, pool.schools[: pool.treated])
    else:
        treated = np.isin(ids, with_it.children.id[with_it.delivery.served[USE]])
        cluster = np.arange(len(ids))
    covariates: list[list[D]] = []
    at = np.searchsorted(before[0], ids)
    family = everywhere.families.ses[c.family[rows]].astype(np.float64)
    for scores in before[1]:
        known = {"before": scores[at] if "before" in sample.adjust_for else family, "family": family}
        covariates.append([known[each] for each in sample.adjust_for])
    return DrawnSample(ids, treated, cluster, int(cluster.max(initial=0)) + 1, covariates)


def _first_of_each(setting: I8, lot: F, most: int) -> Rows:
    """Places (m,) of the `most` of each setting with the smallest lot."""
    order = np.lexsort((lot, setting))
    ordered = setting[order]
    rank = np.arange(len(order)) - np.searchsorted(ordered, ordered, side="left")
    kept: Rows = np.sort(order[rank < most])
    return kept
