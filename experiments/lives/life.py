"""One child's life in two worlds as data: its years, and where they part."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from experiments.lives.facts import Fact, Facts
from experiments.lives.programmes import Given

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Year:
    """One year of both lives, the first world's and the second's: `facts` (empty where the child is not
    followed), `given` by programmes, `reasons` where they part, and by phase the columns that came to
    differ."""

    year: int
    age: int
    facts: tuple[Facts, Facts]
    given: tuple[Given, Given] = (Given(), Given())
    reasons: tuple[str, ...] = ()
    parted: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def born(self) -> int:
        """Return the academic year of birth."""
        return self.year - self.age

    @property
    def differing(self) -> tuple[str, ...]:
        """Return the quantities that are told differently, in the order in which they are told."""
        a, b = self.facts
        return tuple(name for name in {**a, **b} if name not in a or not a[name].like(b.get(name)))

    @property
    def same(self) -> bool:
        """Tell whether all that is told is the same to the last bit."""
        a, b = self.facts
        return a.keys() == b.keys() and all(fact.value == b[name].value for name, fact in a.items())


@dataclass(frozen=True, slots=True)
class Life:
    """A synthetic child's life in two worlds: `names` of the worlds and their `titles`, `born` (academic
    year), and the years from entry until 32, until the child moves away, or until the scenarios end."""

    child: int
    names: tuple[str, str]
    titles: tuple[str, str]
    seed: int
    draw: int
    girl: bool
    born: int
    years: tuple[Year, ...]
    ends: str

    @property
    def parting(self) -> Year | None:
        """Return the first year in which anything of the child differs, None where nothing ever does."""
        return next((year for year in self.years if year.parted), None)

    def frame(self) -> "pd.DataFrame":
        """Return one row a year, world and quantity: year, world, quantity, value (yes and no are 1 and 0),
        and the same in words. Doses are quantities too, and what earlier doses left."""
        import pandas as pd

        rows = []
        for year in self.years:
            for world, facts, given in zip(self.names, year.facts, year.given, strict=True):
                quantities = {**facts, **_doses(given)}
                rows += [
                    (year.year, world, name, fact.value, fact.words) for name, fact in quantities.items()
                ]
        return pd.DataFrame(rows, columns=["year", "world", "quantity", "value", "words"])


def _doses(given: Given) -> Facts:
    found = {
        f"dose of {help_.name}: {state}": Fact(amount, f"{amount:+.3f}")
        for help_ in given.help
        for state, amount in help_.doses.items()
    }
    found |= {f"took part in {each.name}": Fact(1.0, "yes") for each in given.help if each.served}
    left = {
        f"left of earlier doses: {state}": Fact(x, f"{x:+.3f}") for state, x in (given.left or {}).items()
    }
    return found | left
