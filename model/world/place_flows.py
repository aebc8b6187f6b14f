"""The numbers of people who enter a place's town, from its files and the model's numbers."""

from collections.abc import Mapping

import numpy as np

from model.inputs.parameters import Parameters
from model.inputs.place import Place
from model.world.flows import Flows, make_flows
from model.world.migration import GROUPS, net_migration


def flows_of(
    place: Place,
    parameters: Parameters,
    births: Mapping[int, float],
    scale: float = 1.0,
    migration: bool = True,
) -> Flows:
    """Work out births, residents and arrivals of a town.

    Args:
        births: those that a scenario sets, by cohort. scale: size of the town.
        migration: False stops all moves.
    """
    d = parameters.demography
    net = net_migration(
        {name: place.value(name) for name in GROUPS},
        {int(year): place.ages.of(int(year)).astype(np.float64) for year in place.ages.years},
        d.age_spread,
        d.out_rate,
    )
    return make_flows(
        place.ages.of(2017).astype(np.float64),
        place.births.numbers.astype(np.float64),
        net,
        births,
        d.out_rate,
        d.students_from,
        scale,
        migration,
    )
