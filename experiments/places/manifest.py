"""What made the results of several places, each of which lies in a folder of its own beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from experiments.runs.keys import key_of
from experiments.runs.manifest import AsJson, version
from model.fingerprint import code_digest
from model.inputs.place import Place
from model.inputs.place_name import short_name
from model.io.errors import InputError


@dataclass(frozen=True, slots=True)
class PlacesManifest(AsJson):
    """What made a table by place: its `key`, and for each place its folder, the key of what lies there, its
    title and the digest of its data. A place's own manifest says the rest."""

    key: str
    made: str
    wolsey: str
    code: str
    command: str
    places: Mapping[str, Mapping[str, Any]]

    @staticmethod
    def of(keys: Mapping[str, str], command: Sequence[str] = ()) -> "PlacesManifest":
        """Return the manifest of results by place, whose own have these `keys`.
        Raises InputError where a place cannot be read."""
        there = {name: Place.load(name) for name in keys}
        return PlacesManifest(
            key=places_key(keys),
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            wolsey=version(),
            code=code_digest(),
            command=" ".join(command),
            places={
                name: {
                    "folder": short_name(name),
                    "key": key,
                    "title": there[name].title,
                    "place_digest": there[name].digest(),
                }
                for name, key in keys.items()
            },
        )


def places_key(keys: Mapping[str, str]) -> str:
    """Return 32 hexadecimal digits of the keys of several places' results, in their order."""
    return key_of(*keys.values())


def folders_of(places: Sequence[str], at: str = "--place") -> dict[str, str]:
    """Return what the folder of each place is called. Raises InputError where two would have the same."""
    found: dict[str, str] = {}
    for place in places:
        if short_name(place) in found.values():
            problem = "has the name of another place asked for: their results would lie in one folder"
            raise InputError(problem, at=at, value=place)
        found[place] = short_name(place)
    return found
