"""The town as users of Mesa expect it: genuine agents, agent sets, a DataCollector."""

import mesa
import numpy as np
import pytest

from model.agents.agents import Alliance, Child, Employer, Family, School
from model.scenario.scenario import Scenario
from model.town import Town


@pytest.fixture(scope="module")
def town() -> Town:
    return Town(Scenario.load("baseline").changed(scale=0.05), seed=3).run(2003)


def test_the_kinds_are_mesa_agents_met_through_the_model(town: Town) -> None:
    kinds = (Child, Family, School, Employer, Alliance)
    assert tuple(town.agents_by_type) == kinds
    assert len(town.agents) == sum(len(town.agents_by_type[kind]) for kind in kinds)
    for kind in kinds:
        agent = town.agents_by_type[kind].first()
        assert isinstance(agent, kind)
        assert isinstance(agent, mesa.Agent)
        assert agent.model is town


def test_children_are_selected_grouped_and_averaged(town: Town) -> None:
    children = town.agents_by_type[Child]
    pupils = children.select(where=lambda c: c.school >= 0)
    assert 0 < len(pupils) < len(children)
    means = pupils.groupby("girl").agg("literacy", np.mean)
    assert means[True] > means[False]
    one = pupils.select(lambda child: child.fsm, at_most=1).first()
    assert one.fsm
    assert one.model.families.id[one.family] > 0


def test_a_child_s_columns_cannot_be_written_from_outside_a_phase(town: Town) -> None:
    child = town.agents_by_type[Child].first()
    with pytest.raises(ValueError, match="read-only"):
        child.literacy = 1.0


def test_a_data_collector_follows_the_town() -> None:
    town = Town(Scenario.load("baseline").changed(scale=0.05, until=2001), seed=3)
    collector = mesa.DataCollector(
        model_reporters={"children": lambda model: len(model.agents_by_type[Child])},
        agenttype_reporters={School: {"roll": "roll"}},
    )
    while town.year < 2001:
        town.step()
        collector.collect(town)
    frame = collector.get_model_vars_dataframe()
    assert len(frame) == 3
    assert frame["children"].min() > 1000
    rolls = collector.get_agenttype_vars_dataframe(School)
    assert len(rolls) == 3 * len(town.schools.id)
    assert rolls["roll"].sum() > 0
