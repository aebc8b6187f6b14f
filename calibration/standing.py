"""What a reader must know about the numbers of a place before any result: whether it was fitted, and to what.

Every command says it once, at its top; results carry it as `note`.
"""

from pathlib import Path
from typing import Final

from calibration.offset_record import OffsetRecord
from model.districts.names import find
from model.inputs.place import Place
from model.inputs.place_file import is_path
from model.inputs.place_name import beside
from model.io.errors import InputError
from model.io.files import shown_path

LONDON: Final = "London"
NONE: Final = "none for this place"


def hand_set(place: str) -> str:
    """Say that the numbers are those of the files, of a place that has no posterior."""
    return (
        f"Hand-set numbers: there is no posterior of {place}, so what is published of it was never fitted. "
        "Make one with `wolsey calibrate`."
    )


def not_fitted(place: str, national: str, earlier: bool = False) -> str:
    """Say what the draws of a place without a posterior are.

    Args:
        national: the place whose national layer is taken. earlier: it was fitted to earlier inputs of its own.

    For a district in London it says also that its level is expected too low (decision 26).
    """
    title, fitted = Place.load(place).title, Place.load(national).title
    inputs = f" (to earlier inputs of {fitted})" if earlier else ""
    said = (
        f"Not fitted to {title}: there is no posterior of it. England's numbers are draws of {fitted}'s "
        f"fit{inputs}, {title}'s own are drawn from their prior over English districts (draw 0: those of its "
        "folder), so bands are wide."
    )
    if _region(place) == LONDON:
        said += (
            " Children in London do better than the model expects: take its results at 5 and 11 as 4 to 8 "
            "points low, its Attainment 8 as 3."
        )
    return said


def another_version(where: str) -> str:
    """Say that a posterior was made by another version of the model."""
    return (
        f"{where} was made by another version of the model: its draws may no longer agree with what "
        "was observed. Make it anew with `wolsey calibrate`."
    )


def earlier_inputs(place: str, where: str, record: OffsetRecord | None) -> str:
    """Say that a posterior was fitted to earlier inputs of its place, and how far off the fitted figures are
    with the present ones, where that was measured with them."""
    said = f"{where} was fitted to earlier inputs of {place} than those of today"
    if record is None:
        return f"{said}; by how much it is off now is not measured: `python -m calibration.offset {place}`."
    found = record.summary()
    return (
        f"{said}: its {found.figures} fitted figures have moved by {found.moved:.2f} SD of their errors "
        f"(root mean square; most: {found.most}, {found.by:+.2f} {found.unit}), and miss what was observed "
        f"by {found.now:.2f} SD, {found.before:.2f} before. Make it anew with `wolsey calibrate`."
    )


def shipped(place: str) -> dict[str, str]:
    """Return where the posterior, the recovery of known numbers and the score card of a place are; that there
    is none for this place, where nobody has fitted it."""
    there = {
        "posterior": ("posteriors", "posterior", "parquet"),
        "recovery": ("recovery", "recovery", "parquet"),
        "score card": ("validated", "validated", "json"),
    }
    paths = {
        what: beside(place, Path(__file__).parent / folder, name, suffix)
        for what, (folder, name, suffix) in there.items()
    }
    return {what: shown_path(path) if path.is_file() else NONE for what, path in paths.items()}


def _region(place: str) -> str:
    """Return the region of a district that is called by name or code; empty for what is no district."""
    if is_path(place):
        return ""
    try:
        return find(place).region
    except InputError:
        return ""


def name_of(place: str) -> str:
    """Return what the chance of a place's own numbers is keyed by: its code where it is a district that is
    called by name or code, else its name, of a path that of the folder."""
    if is_path(place):
        return Path(place).resolve().name
    try:
        return find(place).code
    except InputError:
        return place
