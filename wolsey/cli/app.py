"""The command `wolsey` itself, to which each module of verbs adds its own."""

from typing import Any, Final

import typer

VERBS: Final = (
    "run", "compare", "reach", "workshop", "sweep", "status", "report", "sensitivity", "discover",
    "portfolio", "reproduce", "places", "place", "programmes", "goals", "explain", "check", "trials",
    "calibrate", "validate",
)  # fmt: skip
"""In the order in which `wolsey --help` lists them: answers, sweeps, what the model holds, calibration."""


class Verbs(typer.core.TyperGroup):
    """The verbs in the order of VERBS; one that is missing there comes last."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(super().list_commands(ctx), key=(*VERBS, *self.commands).index)


app = typer.Typer(
    cls=Verbs,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="A town's children, schools and first jobs, year by year, and what its programmes change.\n\n"
    "A scenario is a name looked up in scenarios/, or a path ending in .toml.",
)

EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2
