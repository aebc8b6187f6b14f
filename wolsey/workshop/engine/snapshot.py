"""Towns lived to the last year before any programme, kept small: a plan costs only the years after it."""

import io
import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyarrow as pa

from experiments.runs.draws import RunId

if TYPE_CHECKING:
    from model.town import Town

_CODEC: Final = "lz4"


class SnapshotKey(NamedTuple):
    """A town up to the branch: what it was lived under (`Scenario.burn_in_key`) and its cell."""

    burn_in: str
    cell: RunId


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A town in bytes: about a sixth of what its columns take. `shared` is what every town of its cell holds
    and nobody changes."""

    shared: tuple[Any, ...]
    size: int
    content: bytes

    @staticmethod
    def of(town: "Town") -> "Snapshot":
        """Return the town as it stands."""
        shared = (town.world, town.parameters, town.scenario)
        places = {id(one): place for place, one in enumerate(shared)}

        class Pickler(pickle.Pickler):
            def persistent_id(self, one: Any) -> int | None:
                return places.get(id(one))

        raw = io.BytesIO()
        Pickler(raw, protocol=pickle.HIGHEST_PROTOCOL).dump(town)
        content = raw.getvalue()
        return Snapshot(shared, len(content), pa.compress(content, codec=_CODEC, asbytes=True))

    def town(self) -> "Town":
        """Return the same town again, a new one each time."""
        shared = self.shared

        class Unpickler(pickle.Unpickler):
            def persistent_load(self, place: Any) -> Any:
                return shared[place]

        content = pa.decompress(self.content, decompressed_size=self.size, codec=_CODEC, asbytes=True)
        town: Town = Unpickler(io.BytesIO(content)).load()
        return town
