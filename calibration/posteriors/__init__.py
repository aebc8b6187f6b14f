"""The posteriors that ship, and which places have one; asked without loading any."""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent
"""One file a place."""


def has_posterior(place: str) -> bool:
    """Tell whether a posterior ships for the place of that name."""
    return (FOLDER / f"{place}.parquet").is_file()
