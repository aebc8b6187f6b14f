"""The command `wolsey`. Exit codes: 0 good, 1 a check failed or a run broke off, 2 wrong usage or bad input.

What a verb needs is imported when it is called, so that `wolsey --help` answers at once.
"""

import io
import logging
import sys
from collections.abc import Sequence

from model.io.errors import InputError
from wolsey.cli import (
    calibrate,
    check,
    compare,
    discover,
    explain,
    places,
    programmes,
    reach,
    run,
    sensitivity,
    sweep,
    trials,
    validate,
    workshop,
)
from wolsey.cli.app import EXIT_USAGE, app

MODULES = (
    run, compare, reach, workshop, sweep, sensitivity, discover, places, programmes, explain, check, trials,
    calibrate, validate,
)  # fmt: skip
"""Each adds its verbs when it is imported."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (those of the process where not given) and returns the exit
    code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A screen or pipe that lacks a sign, as on Windows, shows its code: no run ends over it.
        sys.stdout.reconfigure(errors="backslashreplace")
    # Where no home can be written Matplotlib takes a temporary folder by itself, and need not say so.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    try:
        app(args=None if arguments is None else list(arguments), prog_name="wolsey")
    except InputError as error:
        print(f"wolsey: {error}", file=sys.stderr)
        return EXIT_USAGE
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0
