"""Where a Mesa model meets agents kept in columns: the model's agents are sets over its tables."""

from collections.abc import Callable
from typing import Any, ClassVar, NoReturn

import mesa

from model.columns.agent import ColumnAgent
from model.columns.agentset import ColumnAgentSet
from model.columns.table import Table


class ColumnModel(mesa.Model[Any, Any]):
    """A Mesa model whose agents live in columns.

    A subclass declares ``agent_kinds`` and gives each model its own ``tables``, one a kind (and others, if it
    likes). Mesa's DataCollector, ``copy.deepcopy`` and ``pickle`` work; any number of models live at once.
    """

    agent_kinds: ClassVar[tuple[type[ColumnAgent], ...]] = ()
    tables: dict[str, Table]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        prepare: Callable[..., None] = super().__init_subclass__
        prepare(**kwargs)
        kinds = [agent_type.kind for agent_type in cls.agent_kinds]
        if len(set(kinds)) != len(kinds):
            raise TypeError(f"{cls.__name__}: two agent kinds have the same name: {', '.join(kinds)}")

    @property
    def agents(self) -> Any:
        """Return the everybody present, a :class:`ColumnAgentSet` over the tables of all kinds, as they stand
        now."""
        return ColumnAgentSet(self, self.agent_kinds)

    @agents.setter
    def agents(self, agents: Any) -> NoReturn:
        raise AttributeError("model.agents cannot be set: it is what the model's tables hold")

    @property
    def agent_types(self) -> list[type]:
        """Return the agent kinds, in their declared order, whether or not anybody of a kind is present."""
        return list(self.agent_kinds)

    @property
    def agents_by_type(self) -> Any:
        """Return for each agent kind a :class:`ColumnAgentSet` of those present now."""
        return {agent_type: ColumnAgentSet(self, (agent_type,)) for agent_type in self.agent_kinds}

    def register_agent(self, agent: Any) -> NoReturn:
        """Refuse: an agent that is no row of a table would be left out of ``agents``."""
        raise TypeError(
            f"{type(agent).__name__} cannot be registered: this model's agents live in its tables"
        )

    def deregister_agent(self, agent: Any) -> NoReturn:
        """Refuse: agents leave through the phases of the year."""
        raise TypeError(
            f"{type(agent).__name__} cannot be deregistered: agents leave through the year's phases"
        )

    def remove_all_agents(self) -> NoReturn:
        """Refuse: agents leave through the phases of the year."""
        raise TypeError("the agents cannot be removed: they leave through the year's phases")
