"""The command `wolsey` itself, to which each module of verbs adds its own."""

from typing import Final

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="A town's children, schools and first jobs, year by year, and what its programmes change.\n\n"
    "A scenario is a name looked up in scenarios/, or a path ending in .toml.",
)

EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2
