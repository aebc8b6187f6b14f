"""What agents in columns ask of the model that they live in."""

from random import Random
from typing import Any, Protocol

from model.columns.table import Table


class TableModel(Protocol):
    """A model with a table a kind of agents, as `model.columns.mesa_model.ColumnModel` is one."""

    tables: dict[str, Table]
    random: Random

    @property
    def agent_kinds(self) -> tuple[type[Any], ...]:
        """Return the kinds, in their declared order."""
