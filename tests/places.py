"""A whole folder of a town that tests copy and break: made by hand, so that it stays when published tables
change."""

import shutil
from pathlib import Path

from model.io import files

MADE = Path(__file__).parent / "cases" / "places" / "ipswich"


def towns(to: Path) -> Path:
    """Copy the town made by hand, as `ipswich`, and England into a folder, and return that folder."""
    shutil.copytree(files.places() / "england", to / "england")
    shutil.copytree(MADE, to / "ipswich")
    return to
