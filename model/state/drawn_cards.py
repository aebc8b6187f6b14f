"""What the cards' programmes do in one draw: effects, ratios and costs at their means, at a percentile
towards benefit, or drawn from the uncertainty that the card states.

Draws are keyed by (draw, card, effect): both arms of a comparison, and every scenario that uses a card, have
the same effect in the same draw.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from scipy.special import ndtri

from model.chance.luck import Decision, Luck, decision
from model.inputs.parameters import Parameters
from model.rules.offering import to_log_odds
from model.rules.persistence import Parts
from model.scenario.cards import Card, Effect
from model.scenario.levers import LEVERS

SIZE = decision("card.effect")
RATIO = decision("card.ratio")
COST = decision("card.cost")
VOICE = decision("card.youth_voice")

LEAST_RATIO: Final = 0.1
"""A drawn ratio between groups is kept above this: below, a group would be harmed by another's gain."""


@dataclass(frozen=True)
class DrawnEffect:
    """One effect of a card in one draw: `mean` in the lever's own unit (points and per cent brought to
    log-odds and logs), `ratio` on the disadvantaged over others, and how it lasts."""

    effect: Effect
    mean: float
    ratio: float
    parts: Parts


@dataclass(frozen=True)
class DrawnCard:
    """A card in one draw: its effects, what a unit of it costs (pounds of 2017), and how a school's practice
    lasts (None where it is not delivered through schools)."""

    card: Card
    effects: tuple[DrawnEffect, ...]
    unit_cost: float
    practice: Parts | None


@cache
def key_of(name: str) -> int:
    """Return 32 bits that stand for a name among draws."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest())


def drawn_card(card: Card, draw: int, percentile: float | None = None, factor: float = 1.0) -> DrawnCard:
    """Return a card as it is in one draw.

    Args:
        draw: 0 for the means; from 1 on the number of a draw.
        percentile: all effects at this percentile towards benefit, whatever the draw.
        factor: all effects so many times as large, in their levers' units.
    """
    unit = card.cost.low + (card.cost.high - card.cost.low) * _uniform(COST, draw, card.name)
    held = None if card.practice is None else card.practice.parts()
    effects = tuple(
        _drawn(card.name, i, effect, draw, percentile, factor) for i, effect in enumerate(card.effects)
    )
    return DrawnCard(card, effects, unit, held)


def _drawn(
    name: str, number: int, effect: Effect, draw: int, percentile: float | None, factor: float
) -> DrawnEffect:
    lever = LEVERS[effect.lever]
    if percentile is None:
        z = _normal(SIZE, draw, name, number)
    else:
        z = float(ndtri(percentile / 100.0)) * lever.direction
    mean = effect.mean + effect.sd * z
    if effect.unit == "percent":
        mean = float(np.log1p(max(mean, -99.0) / 100.0))
    elif effect.unit == "pp" and effect.base_rate is not None:
        mean = to_log_odds(mean, effect.base_rate)
    ratio = effect.disadvantaged_ratio
    if effect.ratio_sd:
        ratio = max(LEAST_RATIO, ratio + effect.ratio_sd * _normal(RATIO, draw, name, number))
    # What multiplies is as many times as far from 1, where it changes nothing.
    size = 1.0 + factor * (mean - 1.0) if lever.unit == "ratio" and factor != 1.0 else factor * mean
    return DrawnEffect(effect, size, ratio, effect.parts())


def youth_voice(parameters: Parameters, draw: int) -> float:
    """Log of the ratio by which take-up changes when all programmes are shaped with the young."""
    record = parameters.record("programmes.youth_voice")
    spread = record.prior.numbers[1] if record.prior.kind == "normal" else 0.0
    return float(parameters.programmes.youth_voice) + spread * _normal(VOICE, draw, "youth_voice", 0)


def _normal(what: Decision, draw: int, name: str, number: int) -> float:
    if draw == 0:
        return 0.0
    return float(Luck(draw).normal(what, 0, np.array([key_of(name)], np.uint32), number)[0])


def _uniform(what: Decision, draw: int, name: str) -> float:
    if draw == 0:
        return 0.5
    return float(Luck(draw).uniform(what, 0, np.array([key_of(name)], np.uint32))[0])
