"""Where a study is run: where its file says, in the places that it varies, or in those of the user."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from experiments.studies import study_file
from experiments.studies.study_file import StudyFile
from model.inputs.place_name import place_called
from model.io.errors import InputError, key_path

PLACE: Final = "place"
"""The key of a scenario that says where it is lived."""


def places_varied(file: StudyFile) -> tuple[str, ...]:
    """Return the places that a study varies; none where it is run in one."""
    return tuple(str(value) for factor in file.factors if factor.key == PLACE for value in factor.values)


def called(file: StudyFile, folder: Path) -> StudyFile:
    """Return a study's file with its places as the program calls them; paths start from `folder`. Raises
    InputError for a place that there is not, or that is named twice."""
    content = file.model_dump(exclude_unset=True)
    if file.place:
        content[PLACE] = place_called(file.place, PLACE, folder)
    for position, factor in enumerate(file.factors):
        if factor.key != PLACE:
            continue
        at = key_path(("factors", position, "values"))
        values = [place_called(str(value), at, folder) for value in factor.values]
        if not values:
            raise InputError("is missing: the places that are varied", at=at)
        if len(set(values)) < len(values):
            raise InputError("names a place twice", at=at, value=list(factor.values))
        content["factors"][position]["values"] = values
    return study_file.of(content)


def in_places(file: StudyFile, places: Sequence[str]) -> StudyFile:
    """Return a study's file in these places, called as the program does: in one, or varied besides what it
    varies. Raises InputError where it says itself where it is run."""
    if not places:
        return file
    if file.place or places_varied(file):
        raise InputError("says itself where it is run", at="--place", value=list(places))
    content: dict[str, Any] = file.model_dump(exclude_unset=True)
    if len(places) == 1:
        content[PLACE] = places[0]
        return study_file.of(content)
    content["factors"] = [*content.get("factors", ()), {"key": PLACE, "values": list(places)}]
    content.setdefault("design", {"kind": "factorial"})
    return study_file.of(content)
