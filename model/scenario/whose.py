"""Whose a scenario is: one place's own, or nobody's, to be lived in any place."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from model.inputs.place import Place
from model.inputs.place_file import is_path
from model.inputs.place_name import place_called
from model.io.errors import InputError

NEUTRAL: Final = "a scenario that names no place"


def in_place(
    content: Mapping[str, Any], place: str | None, chain: Sequence[Path]
) -> tuple[dict[str, Any], bool]:
    """Return a scenario's content as it is in `place`, and whether it names its place itself.

    Args:
        content: as its file has it. place: as the program calls it; None where the user names none.
        chain: the files that led here, its own last: a path starts from that one's folder.

    Raises:
        InputError: it names another place, or one that there is not.
    """
    own, said = dict(content), content.get("place")
    if isinstance(said, str):
        own["place"] = place_called(said, folder=chain[-1].parent if chain else None)
        check_own(own["place"], place)
    elif place is not None and said is None:
        own["place"] = place
    return own, said is not None


def check_own(own: str, place: str | None) -> None:
    """Raise InputError where a scenario that is the place `own`'s is to be lived in another one."""
    if place not in (None, own):
        problem = f"the scenario is this place's own, so it cannot be lived in {place}"
        raise InputError(problem, at="place", value=own, allowed=NEUTRAL)


def place_key(place: str) -> str:
    """Return what stands for a place in a digest: its name where it ships; of a folder of one's own what it
    holds, wherever it lies. Raises InputError where the folder is gone."""
    return Place.load(place).digest() if is_path(place) else place
